//! The request that the options describe.

use crate::args::RequestOptions;
use crate::failure::Failure;
use crate::setting::Settings;
use crate::shown;
use osign::oauth1::{OwnedRequest, Transmission};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The content type of a body that comes without one, as with curl.
const FORM: &str = "application/x-www-form-urlencoded";

/// Reads the options, and the body too.
pub(crate) fn read(
    method: &str,
    url: &str,
    options: &RequestOptions,
    settings: &Settings<'_>,
) -> Result<OwnedRequest, Failure> {
    // A request that cannot be signed is refused before its body is read, and before anyone is asked for a password.
    let mut request = OwnedRequest::new(method, url)?;
    let body = match (&options.data, &options.data_file) {
        // curl would read a file here. Signing the name in its place would be found out by the server alone.
        (Some(text), _) if text.starts_with('@') => {
            return Err(Failure::usage_message(
                "--data reads no file: for one, write --data-file FILE; a body that itself begins with @ comes from \
                 stdin with --data-file -",
            ));
        }
        (Some(text), _) => Some(text.clone().into_bytes()),
        (None, Some(file)) => Some(read_file(file)?),
        (None, None) => None,
    };
    let content_type = options.content_type.as_deref().or_else(|| body.is_some().then_some(FORM));
    let content_type = content_type.filter(|content_type| !content_type.is_empty());
    match (body, content_type) {
        (Some(body), content_type) => request.set_body(content_type, Arc::new(body))?,
        (None, Some(content_type)) => request.set_content_type(content_type)?,
        (None, None) => {}
    }
    for pair in &options.parameter {
        let (name, value) = pair.split_once('=').ok_or_else(|| {
            Failure::usage_message("--parameter takes NAME=VALUE, such as oauth_callback=oob; there is no = in it")
        })?;
        request.add_parameter(name, value)?;
    }
    request.set_transmission(Transmission::from_name(&options.transmission)?);
    options.nonce.as_deref().map_or(Ok(()), |nonce| request.set_nonce(nonce))?;
    options.timestamp.map_or(Ok(()), |seconds| request.set_timestamp(seconds))?;
    settings.set_request(&mut request)?;
    Ok(request)
}

/// A file's bytes; `-` is stdin.
pub(crate) fn read_file(file: &Path) -> Result<Vec<u8>, Failure> {
    if file.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        return read.map(|_| bytes).map_err(|error| Failure::io("cannot read stdin", &error));
    }
    fs::read(file).map_err(|error| Failure::io(format_args!("cannot read {}", shown::path(file)), &error))
}
