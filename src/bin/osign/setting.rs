//! `--set NAME=VALUE`: the core's settings by name, so that one without an option of its own can be had.

use crate::failure::Failure;
use osign::oauth1::{OwnedRequest, Signer};
use osign::setting::{Kind, Setting, Value};

/// Settings that come from elsewhere, and from where.
const ELSEWHERE: [(&str, &str); 11] = [
    ("signature_method", "--method"),
    ("private_key", "OSIGN_PRIVATE_KEY_FILE, or private_key_file in a file that --credentials names"),
    ("realm", "--realm"),
    ("clock_offset", "--clock-offset"),
    ("send_version", "--no-version"),
    ("body_hash", "--body-hash"),
    ("url_form", "--url-form"),
    ("content_type", "--content-type"),
    ("nonce", "--nonce"),
    ("timestamp", "--timestamp"),
    ("transmission", "--transmission"),
];

/// What `--set` was given, in its order.
pub(crate) struct Settings<'a> {
    of_signer: Vec<(&'a str, &'a str)>,
    of_request: Vec<(&'a str, &'a str)>,
}

impl<'a> Settings<'a> {
    /// Reads them; names and values are good ones then.
    pub(crate) fn read(given: &'a [String]) -> Result<Self, Failure> {
        let mut settings = Self { of_signer: Vec::new(), of_request: Vec::new() };
        for pair in given {
            let (name, value) = pair.split_once('=').ok_or_else(|| {
                Failure::usage_message("--set takes NAME=VALUE, such as version=1.0a; there is no = in it")
            })?;
            if is_here(Signer::SETTINGS, name)? {
                settings.of_signer.push((name, value));
            } else if is_here(OwnedRequest::SETTINGS, name)? {
                settings.of_request.push((name, value));
            } else if Failure::is_credential(name) {
                return Err(Failure::credential_in_arguments());
            } else {
                return Err(Failure::usage_message(format!(
                    "there is no setting of the name that --set was given; it takes {}",
                    names().join(", ")
                )));
            }
        }
        // What cannot be set is refused before anyone is asked for a password.
        settings.set_signer(&mut Signer::new("any", "")?)?;
        Ok(settings)
    }

    pub(crate) fn set_signer(&self, signer: &mut Signer) -> Result<(), Failure> {
        self.of_signer.iter().try_for_each(|(name, value)| Ok(signer.set(name, Value::Text(value))?))
    }

    pub(crate) fn set_request(&self, request: &mut OwnedRequest) -> Result<(), Failure> {
        self.of_request.iter().try_for_each(|(name, value)| Ok(request.set(name, Value::Text(value))?))
    }

    /// Refuses those of a request, for which each line of a batch has fields.
    pub(crate) fn check_for_batch(&self) -> Result<(), Failure> {
        self.of_request.first().map_or(Ok(()), |(name, _)| {
            Err(Failure::usage_message(format!("with --batch each line has its own {name}, and --set cannot give it")))
        })
    }
}

/// Whether a table has a setting of this name, which `--set` takes.
fn is_here<T>(table: &[Setting<T>], name: &str) -> Result<bool, Failure> {
    let Some(setting) = table.iter().find(|setting| setting.name() == name) else { return Ok(false) };
    let place = elsewhere(name);
    if setting.kind() == Kind::Secret {
        return Err(Failure::usage_message(format!(
            "{name} is never taken from the command line, where others can read it; it comes from {}",
            place.unwrap_or("a file that --credentials names")
        )));
    }
    match place {
        None => Ok(true),
        Some(option) => Err(Failure::usage_message(format!("{name} has an option of its own: {option}"))),
    }
}

fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(setting, _)| *setting == name).map(|(_, place)| *place)
}

/// The names that `--set` takes.
fn names() -> Vec<&'static str> {
    fn of<T>(table: &'static [Setting<T>]) -> impl Iterator<Item = &'static str> {
        let here = table.iter().filter(|setting| setting.kind() != Kind::Secret && elsewhere(setting.name()).is_none());
        here.map(Setting::name)
    }
    of(Signer::SETTINGS).chain(of(OwnedRequest::SETTINGS)).collect()
}
