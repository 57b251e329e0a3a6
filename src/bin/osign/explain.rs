//! `osign explain`: the steps of a signature, and where a server's base string differs.

mod grant;

use crate::args::Explain;
use crate::failure::{DIFFERENT, Failure};
use crate::request::{self, read_file};
use crate::setting::Settings;
use crate::{credentials, shown, tools};
use anstyle::{AnsiColor, Style};
use osign::explain::{Json, Role};
use osign::oauth1::explain::{Comparison, ENGLISH, base_string_parameter, compare_base_strings};
use osign::oauth1::{Explanation, Request, Signer};
use osign::system;
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(explain: &Explain) -> Result<ExitCode, Failure> {
    let theirs = explain.server_base_string.as_deref().map(server_base_string).transpose()?;
    let settings = Settings::read(&explain.signer.set)?;
    let mut request = request::read(&explain.http_method, &explain.url, &explain.request, &settings)?;
    if let Some(theirs) = &theirs {
        // The server's request is the one in question: sign that one again, unless it has what cannot be signed.
        let nonce = base_string_parameter(theirs, "oauth_nonce").filter(|_| explain.request.nonce.is_none());
        let timestamp =
            base_string_parameter(theirs, "oauth_timestamp").filter(|_| explain.request.timestamp.is_none());
        let _ = nonce.map(|nonce| request.set_nonce(&nonce));
        let _ = timestamp.and_then(|digits| digits.parse().ok()).map(|seconds| request.set_timestamp(seconds));
    }
    if let Some(name) = &explain.signer.grant {
        return crate::deep(|| request.with(|request| grant::run(explain, name, request, theirs.as_deref())));
    }
    crate::grant::check_no_store(&explain.signer.place)?;
    let (signer, _) =
        credentials::signer(&explain.signer, &settings, credentials::Prompt::Allowed, credentials::Warn::Files)?;
    request.with(|request| explain_by(explain, &signer, request, theirs.as_deref()))
}

/// Signs, and prints the steps.
fn explain_by(
    explain: &Explain,
    signer: &Signer,
    request: &Request<'_>,
    theirs: Option<&str>,
) -> Result<ExitCode, Failure> {
    let explanation = signer.explain(request, &mut system::System)?;
    let comparison = theirs.map(|theirs| compare_base_strings(&explanation.signed.base_string, theirs));
    let print = if explain.json { print_json } else { print_text };
    print(&explanation, comparison.as_ref()).map_err(|error| Failure::output(&error))?;
    // As cmp(1) and diff(1) do, so that a script need not read the text.
    let differs = comparison.is_some_and(|comparison| !comparison.is_same());
    Ok(if differs { ExitCode::from(DIFFERENT) } else { ExitCode::SUCCESS })
}

fn server_base_string(argument: &str) -> Result<String, Failure> {
    let Some(file) = argument.strip_prefix('@') else { return Ok(argument.to_owned()) };
    let bytes = read_file(Path::new(file))?;
    let text = std::str::from_utf8(&bytes);
    text.map(str::to_owned).map_err(|_| Failure::input("the server's base string is not UTF-8; copy it as text"))
}

fn print_json(explanation: &Explanation, comparison: Option<&Comparison>) -> io::Result<()> {
    let mut stdout = tools::stdout();
    let mut fields = explanation.fields();
    fields.extend(comparison.map(|comparison| ("comparison", comparison.fields().into())));
    shown::write_json(&Json(&fields.into()), &mut stdout)?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}

fn print_text(explanation: &Explanation, comparison: Option<&Comparison>) -> io::Result<()> {
    let mut text = String::new();
    // Only writing to a string can fail here, and that does not.
    let _ = coloured(explanation, comparison, &mut text);
    // anstream takes the colours out where the output is no terminal, or NO_COLOR is set.
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn style(role: Role) -> Style {
    match role {
        Role::Heading => Style::new().bold(),
        Role::Origin => Style::new().dimmed(),
        Role::Name => AnsiColor::Cyan.on_default(),
        Role::Note => Style::new().italic(),
        Role::Warning => AnsiColor::Yellow.on_default().bold(),
        _ => Style::new(),
    }
}

fn coloured(explanation: &Explanation, comparison: Option<&Comparison>, out: &mut String) -> fmt::Result {
    let paint = |out: &mut dyn fmt::Write, role, text: &str| {
        let style = style(role);
        write!(out, "{style}{text}{style:#}")
    };
    explanation.write(&ENGLISH, out, &mut { paint })?;
    if let Some(comparison) = comparison {
        let heading = style(Role::Heading);
        let verdict = if comparison.is_same() { AnsiColor::Green } else { AnsiColor::Red }.on_default();
        let text = comparison.to_string();
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        writeln!(
            out,
            "\n{heading}Comparison with the server's base string{heading:#}\n   {verdict}{first}{verdict:#}"
        )?;
        for line in rest.lines() {
            writeln!(out, "   {line}")?;
        }
    }
    Ok(())
}
