//! What is known of a service, as data: endpoints, quirks, lifetimes, and what it does to tokens.
//!
//! There is a file for each in `services/`, and a file of a user's own works the same, so that a new service needs no
//! release. `services/custom.toml` explains each field, and `services/custom-oauth1.toml` those of OAuth 1.0a.

mod address;
mod brought;
mod check;
mod fault;
mod format;
pub(crate) mod host;
mod oauth1;
mod parameters;
pub mod policy;
mod profile;
mod refusal;
mod settings;
mod slim;

pub use address::Endpoint;
pub(crate) use brought::{Brought, is_public_text};
pub use format::oauth1::BodyHash;
pub(crate) use format::oauth1::{AnswerKind, RevocationAnswer};
pub(crate) use format::{Body, ClientAuthentication, Meaning, Method, Step};
pub use format::{Kind, Lifetimes, Sentence};
pub use oauth1::OAuth1;
pub(crate) use oauth1::OAuth1Step;
pub(crate) use parameters::{Parameters, encode_form, with_query};
pub use policy::{Policy, RefreshWhen};
pub use profile::Profile;
pub(crate) use refusal::Refusal;
pub use settings::SETTINGS;
pub use slim::slim;

use crate::error::{Error, Protocol};

/// Name and text of every profile that is built in, by name.
const BUILTIN: &[(&str, &str)] = &[
    ("amocrm", include_str!("services/amocrm.toml")),
    ("avito", include_str!("services/avito.toml")),
    ("bitrix24", include_str!("services/bitrix24.toml")),
    ("bricklink", include_str!("services/bricklink.toml")),
    ("custom", include_str!("services/custom.toml")),
    ("custom-oauth1", include_str!("services/custom-oauth1.toml")),
    ("discogs", include_str!("services/discogs.toml")),
    ("etrade", include_str!("services/etrade.toml")),
    ("fatsecret", include_str!("services/fatsecret.toml")),
    ("flickr", include_str!("services/flickr.toml")),
    ("gitlab", include_str!("services/gitlab.toml")),
    ("google", include_str!("services/google.toml")),
    ("headhunter", include_str!("services/headhunter.toml")),
    ("here", include_str!("services/here.toml")),
    ("jira", include_str!("services/jira.toml")),
    ("kommo", include_str!("services/kommo.toml")),
    ("magento2", include_str!("services/magento2.toml")),
    ("mastercard", include_str!("services/mastercard.toml")),
    ("mediawiki", include_str!("services/mediawiki.toml")),
    ("netsuite", include_str!("services/netsuite.toml")),
    ("quickbooks", include_str!("services/quickbooks.toml")),
    ("quickbooks-oauth1", include_str!("services/quickbooks-oauth1.toml")),
    ("quickbooks-sandbox", include_str!("services/quickbooks-sandbox.toml")),
    ("schoology", include_str!("services/schoology.toml")),
    ("shopify", include_str!("services/shopify.toml")),
    ("trello", include_str!("services/trello.toml")),
    ("tumblr", include_str!("services/tumblr.toml")),
    ("woocommerce", include_str!("services/woocommerce.toml")),
    ("x", include_str!("services/x.toml")),
    ("xero", include_str!("services/xero.toml")),
    ("yandex", include_str!("services/yandex.toml")),
    ("zoho", include_str!("services/zoho.toml")),
];

/// Their names, for a sentence; a test holds both lists equal.
const NAMES: &str = "amocrm, avito, bitrix24, bricklink, custom, custom-oauth1, discogs, etrade, fatsecret, flickr, \
                     gitlab, google, headhunter, here, jira, kommo, magento2, mastercard, mediawiki, netsuite, \
                     quickbooks, quickbooks-oauth1, quickbooks-sandbox, schoology, shopify, trello, tumblr, woocommerce, \
                     x, xero, yandex, zoho";

/// The names of the profiles that are built in, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILTIN.iter().map(|(name, _)| *name)
}

/// The text of a profile that is built in, as its file has it; None where there is none of that name.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A profile that is built in.
///
/// # Errors
/// [`Status::UnknownProvider`](crate::Status::UnknownProvider) where there is none of that name.
pub fn builtin(name: &str) -> Result<Profile, Error> {
    Profile::parse(text(name).ok_or(Protocol::UnknownProvider { known: NAMES })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_read_under_its_own_name() {
        assert_eq!(names().collect::<Vec<_>>().join(", "), NAMES);
        for name in names() {
            assert_eq!(builtin(name).unwrap_or_else(|error| panic!("{name}: {error}")).name(), name);
        }
    }
}
