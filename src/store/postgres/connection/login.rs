//! How a connection begins: who we are, and what proves it (PostgreSQL's documentation, "Message Flow", "SASL
//! Authentication").

use super::{Address, Connection, Failure, Host, code, strange};
use crate::error::Keeping;
use crate::grant::Kept;
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

impl Connection {
    pub(super) fn log_in(&mut self, address: &Address, host: &Host) -> Result<(), Failure> {
        let mut parameters = vec![
            ("user", address.user.as_str()),
            ("database", address.database.as_str()),
            ("client_encoding", "UTF8"),
            ("application_name", address.application.as_str()),
        ];
        parameters.extend(address.options.as_deref().map(|options| ("options", options)));
        frontend::startup_message(parameters, &mut self.output)?;
        self.send()?;
        // A server that was asked for SCRAM must prove that it knows the password as well.
        let mut scram: Option<(ScramSha256, bool)> = None;
        loop {
            match self.receive()? {
                Message::AuthenticationOk if scram.as_ref().is_some_and(|(_, is_proved)| !is_proved) => {
                    return Err(strange());
                }
                Message::AuthenticationOk | Message::BackendKeyData(_) => {}
                Message::ReadyForQuery(_) => return Ok(()),
                Message::ErrorResponse(body) => return Err(Failure::Server(code(&body)?)),
                Message::AuthenticationCleartextPassword => {
                    let password = needed(address, host)?;
                    frontend::password_message(password.expose().as_bytes(), &mut self.output)?;
                    self.send()?;
                }
                Message::AuthenticationMd5Password(body) => {
                    let password = needed(address, host)?;
                    let hash = md5_hash(address.user.as_bytes(), password.expose().as_bytes(), body.salt());
                    frontend::password_message(hash.as_bytes(), &mut self.output)?;
                    self.send()?;
                }
                Message::AuthenticationSasl(body) => {
                    if !body.mechanisms().any(|mechanism| Ok(mechanism == SCRAM_SHA_256))? {
                        return Err(strange());
                    }
                    let password = needed(address, host)?;
                    let begun = ScramSha256::new(password.expose().as_bytes(), ChannelBinding::unsupported());
                    frontend::sasl_initial_response(SCRAM_SHA_256, begun.message(), &mut self.output)?;
                    scram = Some((begun, false));
                    self.send()?;
                }
                Message::AuthenticationSaslContinue(body) => {
                    let Some((scram, _)) = &mut scram else { return Err(strange()) };
                    scram.update(body.data())?;
                    frontend::sasl_response(scram.message(), &mut self.output)?;
                    self.send()?;
                }
                Message::AuthenticationSaslFinal(body) => {
                    let Some((scram, is_proved)) = &mut scram else { return Err(strange()) };
                    scram.finish(body.data())?;
                    *is_proved = true;
                }
                _ => return Err(strange()),
            }
        }
    }
}

/// The password, where the server asks for one.
fn needed<'a>(address: &Address, host: &'a Host) -> Result<&'a Kept, Failure> {
    host.password.as_ref().ok_or_else(|| match &address.open_passfile {
        Some(file) => Keeping::OpenPassfile { path: file.display().to_string() }.into(),
        None => Keeping::PasswordNeeded { store: address.to_string() }.into(),
    })
}
