//! A service's profile by the name that it is built in under, or from a file.

use crate::failure::{self, Failure};
use crate::{input, request, shown};
use osign::Error;
use osign::error::Protocol;
use osign::provider::{self, Profile};
use std::path::Path;

/// The most bytes of a profile: it is kept in each record.
const MOST: usize = 6 * 1024;

/// The profile, and its text where it is none that is built in.
pub(crate) fn profile(given: &str) -> Result<(Profile, Option<String>), Failure> {
    let is_path = given.contains(['/', '\\', '.']);
    if provider::names().any(|name| name == given) || !is_path {
        return Ok((provider::builtin(given)?, None));
    }
    let file = Path::new(given);
    let shown = shown::path(file);
    let wrong = |message: String| Failure::of(failure::CONFIGURATION, message);
    let bytes = request::read_file(file)?;
    let text = std::str::from_utf8(input::without_mark(&bytes))
        .map_err(|_| wrong(format!("the profile {shown} is not UTF-8")))?;
    let text = slim(text);
    let profile = Profile::parse(std::str::from_utf8(input::without_mark(&bytes)).unwrap_or_default())
        .map_err(|error| wrong(format!("{shown}: {error}")))?;
    if text.len() > MOST {
        return Err(wrong(format!("the profile {shown} is longer than {MOST} bytes without its comments")));
    }
    Ok((profile, Some(text)))
}

/// An account's host, as the profile lets it through.
pub(crate) fn account(profile: &Profile, given: &str) -> Result<String, Failure> {
    profile.account(Some(given)).map_err(|error| match error {
        Error::Protocol(Protocol::NoAccount) => Failure::of(
            failure::CONFIGURATION,
            format!("{} has the same addresses for all accounts; leave --account out", profile.title()),
        ),
        error => error.into(),
    })
}

/// The text without comments that stand on lines of their own, empty lines, and the table of sources, which is its last: a
/// record has little room.
fn slim(text: &str) -> String {
    let mut slim = String::with_capacity(text.len());
    let mut in_sources = false;
    for line in text.lines() {
        let line = line.trim_end();
        if line.starts_with('[') {
            in_sources = line == "[sources]";
        }
        if !(in_sources || line.is_empty() || line.starts_with('#')) {
            slim.push_str(line);
            slim.push('\n');
        }
    }
    // Lines of text over several lines may look like comments: then it is kept as it is.
    if Profile::parse(&slim).is_ok() && !text.contains("\"\"\"") && !text.contains("'''") {
        slim
    } else {
        text.to_owned()
    }
}
