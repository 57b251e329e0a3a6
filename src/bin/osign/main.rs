//! osign on the command line: signs requests, explains signatures, keeps grants.

mod advice;
mod answer;
mod args;
mod batch;
mod call;
mod credentials;
mod curl;
mod date;
mod durable;
mod explain;
mod failure;
mod grant;
mod input;
mod key;
mod login;
mod man;
mod opened;
mod place;
mod provider;
mod request;
mod secrets;
mod setting;
mod shown;
mod sign;
mod store;
mod token;
mod tools;
mod waiting;

use args::{Arguments, Command};
use failure::Failure;
use osign::wiping::stack::wiped_after;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

fn main() -> ExitCode {
    // What a panic says may quote what it stumbled over; only the place is fit to be shown.
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        report(&format!("internal error{place}; this is a defect of osign, please report it"));
    }));
    // As the allocator wipes what is freed: nothing that was secret is left in memory. Each page of it costs as much as a
    // header, so that what reaches further down is wiped apart.
    wiped_after::<{ 1 << 15 }, _>(|| guarded(run))
}

fn run() -> ExitCode {
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) if !error.use_stderr() => {
            // Help or the version was asked for. A reader that closes the pipe has seen enough.
            let printed = error.print().and_then(|()| io::stdout().flush());
            return finish(printed.map(|()| ExitCode::SUCCESS).map_err(|error| Failure::output(&error)));
        }
        Err(error) => return finish(Err(Failure::usage(error))),
    };
    finish(match arguments.command {
        Command::Sign(sign) => sign::run(&sign),
        Command::Explain(explain) => explain::run(&explain),
        Command::Token(token) => deep(|| token::run(&token)),
        Command::Call(call) => deep(|| call::run(&call)),
        Command::Grant(grant) => deep(|| grant::run(&grant)),
        Command::Provider(provider) => provider::run(&provider),
        Command::Store(store) => deep(|| store::run(&store)),
        Command::Key(key) => deep(|| key::run(&key)),
        Command::Nonce(nonce) => tools::nonces(&nonce),
        Command::Version(version) => tools::version(&version),
        Command::Completions(completions) => tools::completions(&completions),
        Command::Man(man) => man::run(&man),
    })
}

/// What makes keys of passphrases, opens databases or speaks TLS: none of it reaches further down.
fn deep<R>(run: impl FnOnce() -> R) -> R {
    wiped_after::<{ 1 << 18 }, _>(run)
}

fn finish(result: Result<ExitCode, Failure>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(failure) => {
            if let Some(message) = failure.message() {
                report(message);
            }
            failure.exit_code()
        }
    }
}

/// A panic becomes its own exit code; the hook has said where it was.
fn guarded(run: impl FnOnce() -> ExitCode) -> ExitCode {
    panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or(ExitCode::from(failure::INTERNAL))
}

/// One line on stderr.
fn report(message: &str) {
    // Where stderr is closed there is no one to tell.
    let _ = writeln!(io::stderr(), "osign: {}", shown::lines(message));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_panic_has_its_exit_code() {
        let code = guarded(|| panic!("with hunter2 in its text"));
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(70)));
    }
}
