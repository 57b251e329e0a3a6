//! A service's profile by the name that it is built in under, or from a file.

use crate::failure::{self, Failure};
use crate::{input, request, shown};
use osign::provider::{self, Profile, slim};
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
