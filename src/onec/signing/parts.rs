//! What the class takes apart: addresses and answers.

use super::class::Signing;
use crate::onec::arguments::Arguments;
use crate::onec::exception::Exception;
use crate::onec::value::Returned;
use crate::url::{form_value, parts, query_value};

impl Signing {
    pub(super) fn url_part(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (url, part) = (arguments.text(0)?, arguments.setting(1)?);
        if let Some((kind, name)) = part.split_once(':')
            && matches!(&*kind.to_lowercase(), "параметр" | "parameter")
        {
            return Ok(query_value(&url, name)?.map_or(Returned::Nothing, Returned::from));
        }
        let parts = parts(&url)?;
        match &*part.to_lowercase() {
            "схема" | "scheme" => Ok(parts.scheme.into()),
            "сервер" | "host" => Ok(parts.host.into()),
            "порт" | "port" => Ok(Returned::Integer(parts.port.into())),
            "ресурс" | "resource" => Ok(parts.resource.into()),
            _ => Err(Exception::UnknownPart),
        }
    }

    pub(super) fn form_field(&mut self, arguments: &Arguments<'_>) -> Result<Returned, Exception> {
        let (text, name) = (arguments.bytes(0)?, arguments.setting(1)?);
        Ok(form_value(&text, &name).map_or(Returned::Nothing, Returned::from))
    }
}
