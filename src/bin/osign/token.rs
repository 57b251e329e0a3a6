//! `osign token`: an access token that is good now.

use crate::args::Token as Arguments;
use crate::failure::{self, Failure};
use crate::opened::Opened;
use crate::tools;
use osign::grant::Grant;
use osign::grant::access::Token;
use osign::grant::credential::Credential;
use osign::grant::record::Kind;
use serde::Serialize;
use std::process::ExitCode;
use zeroize::Zeroizing;

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let opened = Opened::open(&arguments.common.place)?;
    let name = arguments.name.as_str();
    let grant = opened.grant(name)?;
    let wait = arguments.wait * 1000;
    let token = match arguments.refused {
        Some(generation) => opened.refused(name, generation, arguments.status, wait)?,
        None => opened.access_token(name, arguments.min_validity * 1000, wait)?,
    };
    let format = if arguments.common.json { Some("json") } else { arguments.format.as_deref() };
    let mut text = format_token(&grant, &token, format)?;
    text.push('\n');
    tools::print(text.as_bytes())
}

fn format_token(grant: &Grant, token: &Token, format: Option<&str>) -> Result<Zeroizing<String>, Failure> {
    let text = match format {
        Some("json") => {
            return serde_json::to_string(&Json::new(grant, token))
                .map(Zeroizing::new)
                .map_err(|error| Failure::io("cannot write JSON", &error.into()));
        }
        Some("env") => format!("OSIGN_ACCESS_TOKEN={}", quoted(token.value.expose())),
        Some("header") => match Credential::of(grant, token)? {
            Credential::Header(name, value) => format!("{name}: {}", value.expose()),
            Credential::Query(..) => {
                return Err(Failure::of(
                    failure::CONFIGURATION,
                    format!("the key of the grant {} goes into the query, and no header has it", grant.name),
                ));
            }
        },
        Some("curl") => match Credential::of(grant, token)? {
            Credential::Header(name, value) => {
                format!("header = {}", *in_config(&Zeroizing::new(format!("{name}: {}", value.expose()))))
            }
            Credential::Query(name, value) => {
                format!("url-query = {}", *in_config(&Zeroizing::new(format!("{name}={}", value.expose()))))
            }
        },
        _ => token.value.expose().to_owned(),
    };
    Ok(Zeroizing::new(text))
}

/// A value as a POSIX shell takes it, and a file of variables, which knows no quotes, wherever it needs none.
fn quoted(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=:,@%".contains(&byte);
    if !value.is_empty() && value.bytes().all(is_plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

/// A value as curl's configuration has it, between quotes.
fn in_config(value: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * value.len() + 2));
    text.push('"');
    for letter in value.chars() {
        if matches!(letter, '"' | '\\') {
            text.push('\\');
        }
        text.push(letter);
    }
    text.push('"');
    text
}

#[derive(Serialize)]
struct Json<'a> {
    access_token: &'a str,
    generation: u64,
    /// Unix seconds.
    expires_at: Option<i64>,
    kind: Kind,
}

impl<'a> Json<'a> {
    fn new(grant: &Grant, token: &'a Token) -> Self {
        Self {
            access_token: token.value.expose(),
            generation: token.generation,
            expires_at: token.expires_at.map(|end| end.div_euclid(1000)),
            kind: grant.settings.kind,
        }
    }
}
