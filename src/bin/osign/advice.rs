//! What is to be done about an error, as commands.

use osign::error::Advice;

/// In a sentence in English.
pub(crate) fn command(advice: Advice<'_>) -> String {
    with_host(advice, "HOST")
}

/// In one in Russian.
pub(crate) fn command_in_russian(advice: Advice<'_>) -> String {
    with_host(advice, "СЕРВЕР")
}

fn with_host(advice: Advice<'_>, host: &str) -> String {
    match advice {
        Advice::LogIn(name) | Advice::LogInToUse(name) => format!("osign grant login {name}"),
        Advice::LogInElsewhere(name) => format!("osign grant login {name} --account {host}"),
        Advice::Adopt(name) => format!("osign grant adopt {name}"),
        Advice::AdoptStore => "osign grant adopt".to_owned(),
        Advice::ReplaceKey(name) => format!("osign grant add {name} --replace"),
        Advice::RevokeHere(name) => format!("osign grant revoke {name} --here"),
        Advice::Authorize(name) => format!("osign call {name}, osign sign --grant {name}"),
        Advice::Flow(name) => format!("osign grant login {name}"),
    }
}
