//! `osign explain`: the steps of a signature, and where a server's base string differs.

use crate::args::Explain;
use crate::credentials;
use crate::failure::{DIFFERENT, Failure};
use crate::request::{Described, read_file};
use anstyle::{AnsiColor, Style};
use osign::nonce;
use osign::oauth1::explain::{
    BodyUse, Comparison, KeyShape, Origin, Role, SecretShape, base_string_parameter, compare_base_strings,
};
use osign::oauth1::{Explanation, Request};
use serde_json::{Value, json};
use std::fmt::{self, Write as _};
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(explain: &Explain) -> Result<ExitCode, Failure> {
    let theirs = explain.server_base_string.as_deref().map(server_base_string).transpose()?;
    let mut described = Described::read(&explain.http_method, &explain.url, &explain.request)?;
    if let Some(theirs) = &theirs {
        // The server's request is the one in question: sign that one again, unless it has what cannot be signed.
        let nonce = || base_string_parameter(theirs, "oauth_nonce").filter(|nonce| Request::check_nonce(nonce).is_ok());
        let timestamp = || base_string_parameter(theirs, "oauth_timestamp")?.parse().ok();
        described.nonce = described.nonce.take().or_else(nonce);
        described.timestamp =
            described.timestamp.or_else(|| timestamp().filter(|&seconds| Request::check_timestamp(seconds).is_ok()));
    }
    let request = described.request();
    request.check()?;
    let (signer, _) = credentials::signer(&explain.signer, credentials::Prompt::Allowed, credentials::Warn::Files)?;
    let explanation = signer.explain(&request, &mut nonce::System)?;
    let comparison = theirs.map(|theirs| compare_base_strings(&explanation.signed.base_string, &theirs));
    let text = if explain.json {
        format!("{}\n", as_json(&explanation, comparison.as_ref()))
    } else {
        let mut text = String::new();
        // Only writing to a string can fail here, and that does not.
        let _ = coloured(&explanation, comparison.as_ref(), &mut text);
        text
    };
    // anstream takes the colours out where the output is no terminal, or NO_COLOR is set.
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| Failure::output(&error))?;
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
    explanation.write_with(out, &mut { paint })?;
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

fn as_json(explanation: &Explanation, comparison: Option<&Comparison>) -> Value {
    let bytes = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let secret = |shape: SecretShape| json!({ "characters": shape.characters, "encoded": shape.encoded });
    let parameters: Vec<Value> = explanation
        .parameters
        .iter()
        .map(|pair| {
            json!({
                "origin": match pair.origin {
                    Origin::Query => "query",
                    Origin::FormBody => "form body",
                    Origin::Protocol => "protocol",
                },
                "name": bytes(&pair.name),
                "value": bytes(&pair.value),
                "encoded_name": pair.encoded_name,
                "encoded_value": pair.encoded_value,
            })
        })
        .collect();
    let mut value = json!({
        "method": explanation.method,
        "base_string_uri": explanation.base_string_uri,
        "uri_notes": explanation.uri_notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "parameters": parameters,
        "sorted": explanation.sorted,
        "normalized_parameters": explanation.signed.normalized_parameters(),
        "base_string": explanation.signed.base_string,
        "signature_method": explanation.signature_method.name(),
        "key": match explanation.key {
            KeyShape::Rsa { bits } => json!({ "rsa_bits": bits }),
            KeyShape::Hmac { consumer, token } | KeyShape::Plaintext { consumer, token } => {
                json!({ "consumer_secret": secret(consumer), "token_secret": secret(token) })
            }
            _ => Value::Null,
        },
        "body": match explanation.body {
            BodyUse::Form { bytes } => json!({ "use": "form", "bytes": bytes }),
            BodyUse::Hashed { bytes, algorithm } => json!({ "use": "hashed", "bytes": bytes, "algorithm": algorithm }),
            BodyUse::NotSigned { bytes } => json!({ "use": "not signed", "bytes": bytes }),
            _ => json!({ "use": "absent", "bytes": 0 }),
        },
        // None of these four shows a secret: PLAINTEXT's signature is null, or masked where it is sent.
        "signature": explanation.shown_signature(),
        "url": explanation.shown_url(),
        "authorization": explanation.shown_authorization(),
        // With body transmission; null where the request's own body is sent.
        "sent_body": explanation.shown_body(),
        "realm": explanation.realm,
        "nonce": explanation.signed.nonce,
        "timestamp": explanation.signed.timestamp,
        "warnings": explanation.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    });
    if let (Some(comparison), Value::Object(map)) = (comparison, &mut value) {
        let verdict = json!({
            "same": comparison.is_same(),
            "other_request": comparison.other_request,
            "message": comparison.to_string(),
        });
        map.insert("comparison".to_owned(), verdict);
    }
    value
}
