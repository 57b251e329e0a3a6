//! Which options of `osign grant add` go with which kinds of grants.

use crate::args::GrantAdd;
use crate::failure::Failure;
use osign::grant::record::Kind;

/// Refuses an option that says something of other kinds alone.
pub(super) fn check(arguments: &GrantAdd, kind: Kind) -> Result<(), Failure> {
    const OAUTH2: &[Kind] = &[Kind::Code, Kind::ClientCredentials];
    let options = [
        ("--secret-file", arguments.secret_file.is_some(), &[Kind::Static][..]),
        ("--header", arguments.header.is_some(), &[Kind::Static]),
        ("--query", arguments.query.is_some(), &[Kind::Static]),
        ("--expires", arguments.expires.is_some(), &[Kind::Static]),
        ("--client-id", arguments.client_id.is_some(), OAUTH2),
        ("--client-secret-file", arguments.client_secret_file.is_some(), OAUTH2),
        ("--redirect-uri", arguments.redirect_uri.is_some(), OAUTH2),
        ("--scope", arguments.scope.is_some(), OAUTH2),
        ("--token-url", arguments.token_url.is_some(), OAUTH2),
        ("--authorize-url", arguments.authorize_url.is_some(), &[Kind::Code, Kind::ClientCredentials, Kind::OAuth1]),
        ("--rotation", arguments.rotation.is_some(), OAUTH2),
        ("--consumer-key", arguments.consumer_key.is_some(), &[Kind::OAuth1]),
        ("--consumer-secret-file", arguments.consumer_secret_file.is_some(), &[Kind::OAuth1]),
        ("--private-key-file", arguments.private_key_file.is_some(), &[Kind::OAuth1]),
        ("--request-token-url", arguments.request_token_url.is_some(), &[Kind::OAuth1]),
        ("--access-token-url", arguments.access_token_url.is_some(), &[Kind::OAuth1]),
        ("--callback", arguments.callback.is_some(), &[Kind::OAuth1]),
        ("--method", arguments.method.is_some(), &[Kind::OAuth1]),
        ("--realm", arguments.realm.is_some(), &[Kind::OAuth1]),
        ("--token-file", arguments.token_file.is_some(), &[Kind::OAuth1]),
        ("--token-secret-file", arguments.token_secret_file.is_some(), &[Kind::OAuth1]),
        ("--no-token", arguments.no_token, &[Kind::OAuth1]),
    ];
    let Some((option, _, kinds)) = options.iter().find(|(_, given, kinds)| *given && !kinds.contains(&kind)) else {
        return Ok(());
    };
    Err(Failure::usage_message(match (kinds, kind) {
        (&[Kind::Static], _) => format!("{option} is for --kind static alone"),
        (&[Kind::OAuth1], _) => format!("{option} is for OAuth 1.0a alone: --kind oauth1"),
        (_, Kind::Static) => format!("{option} says nothing of a static key"),
        _ => format!("{option} says nothing of a grant of OAuth 1.0a"),
    }))
}
