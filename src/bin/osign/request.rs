//! The request that the options describe.

use crate::args::RequestOptions;
use crate::failure::Failure;
use crate::shown;
use osign::oauth1::{Request, Transmission};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The content type of a body that comes without one, as with curl.
const FORM: &str = "application/x-www-form-urlencoded";

/// The options, read and in the shape that a request borrows from. No `Debug`: it holds URL, body and parameters.
pub(crate) struct Described<'a> {
    method: &'a str,
    url: &'a str,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: Option<Vec<u8>>,
    parameters: Vec<(&'a str, &'a str)>,
    transmission: Transmission,
    pub(crate) nonce: Option<String>,
    pub(crate) timestamp: Option<i64>,
}

impl<'a> Described<'a> {
    /// Reads the body too.
    pub(crate) fn read(method: &'a str, url: &'a str, options: &'a RequestOptions) -> Result<Self, Failure> {
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
        let parameters = options.parameter.iter().map(|pair| {
            pair.split_once('=').ok_or_else(|| {
                Failure::usage_message("--parameter takes NAME=VALUE, such as oauth_callback=oob; there is no = in it")
            })
        });
        Ok(Self {
            method,
            url,
            content_type,
            body,
            parameters: parameters.collect::<Result<_, _>>()?,
            transmission: Transmission::from_name(&options.transmission)?,
            nonce: options.nonce.clone(),
            timestamp: options.timestamp,
        })
    }

    /// The request itself.
    pub(crate) fn request(&self) -> Request<'_> {
        let mut request = Request::new(self.method, self.url);
        request.content_type = self.content_type.filter(|content_type| !content_type.is_empty());
        request.body = self.body.as_deref();
        request.parameters = &self.parameters;
        request.transmission = self.transmission;
        request.nonce = self.nonce.as_deref();
        request.timestamp = self.timestamp;
        request
    }
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
