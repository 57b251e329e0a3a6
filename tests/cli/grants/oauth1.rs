//! Grants of OAuth 1.0a: from nothing to a signed call, against a provider that verifies each signature.

use super::home::Home;
use super::service::get;
use crate::cli::run::{Ended, run, run_with_input};
use crate::oauth1::{CONSUMER_KEY, CONSUMER_SECRET, OAuth1Provider};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Adds a grant of the provider's, with these arguments after the usual ones.
fn add(home: &Home, provider: &OAuth1Provider, name: &str, callback: &str, more: &[&str]) -> Ended {
    let [initiate, authorize, token] =
        ["initiate", "authorize", "token"].map(|path| format!("{}/{path}", provider.url));
    home.folder.file("consumer", format!("{CONSUMER_SECRET}\n"));
    let mut arguments = vec!["grant", "add", name, "--kind", "oauth1", "--consumer-key", CONSUMER_KEY];
    arguments.extend(["--consumer-secret-file", "consumer", "--request-token-url", &initiate]);
    arguments.extend(["--authorize-url", &authorize, "--access-token-url", &token, "--callback", callback]);
    arguments.extend(["--api-origin", &provider.url, "--allow-insecure-http"]);
    arguments.extend(more);
    home.run(&arguments)
}

/// A grant with a token that somebody made by hand.
pub(super) fn with_token(name: &str, more: &[&str]) -> (Home, OAuth1Provider) {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    let (token, secret) = provider.make_token();
    home.folder.file("token", token);
    home.folder.file("token-secret", secret);
    let files = ["--token-file", "token", "--token-secret-file", "token-secret"];
    let added = add(&home, &provider, name, "oob", &[&files[..], more].concat());
    assert_eq!(added.code, 0, "{}", added.stderr);
    (home, provider)
}

/// Logs in without a browser, and pastes what a change makes of what the browser came to.
fn paste(home: &Home, provider: &OAuth1Provider, more: &[&str], change: impl Fn(&str) -> String) -> Ended {
    let mut command = home.osign(&[&["grant", "login", "photos", "--no-browser"], more].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut url = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut url).unwrap();
    let url = serde_json::from_str::<Value>(&url)
        .map_or(url.trim().to_owned(), |json| json["url"].as_str().unwrap().to_owned());
    let came_to = if url.is_empty() { String::new() } else { provider.agree(&url) };
    let _ = child.stdin.as_mut().unwrap().write_all(format!("{}\n", change(&came_to)).as_bytes());
    let mut rest = Vec::new();
    stdout.read_to_end(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    Ended { code: output.status.code().unwrap(), stdout: rest, stderr: String::from_utf8(output.stderr).unwrap() }
}

#[test]
fn three_commands_lead_from_nothing_to_a_signed_call() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    let added = add(&home, &provider, "photos", &home.redirect_uri, &[]);
    assert_eq!((added.code, added.stdout.as_slice()), (0, &b"added photos; next: osign grant login photos\n"[..]));
    let call = [
        "call",
        "photos",
        "POST",
        &format!("{}/api/items?b=%20x&a", provider.url),
        "--data",
        "name=T%C3%A9+and%20sugar",
    ];
    let says = "nobody has logged in for the grant photos yet: osign grant login photos";
    assert_eq!(home.run(&call).failure(10), says);
    // The same page as for OAuth 2.0.
    let (child, url) = home.begin_login("photos");
    let first = provider.only();
    assert_eq!(
        (first.path.as_str(), first.parameter("oauth_callback")),
        ("/initiate", Some(home.redirect_uri.as_str()))
    );
    let came_to = get(&url).header("Location").to_owned();
    // Whoever else comes to that address ends nothing.
    for stranger in ["?x", "?oauth_token=other&oauth_verifier=v", "?denied=other"] {
        assert_eq!(get(&format!("{}{stranger}", home.redirect_uri)).status, 400);
    }
    let page = get(&came_to);
    assert!(page.body.contains("Done: you are logged in"), "{}", page.body);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"logged in: photos\n"[..]));
    assert_eq!(String::from_utf8(output.stderr).unwrap().matches("; still waiting\n").count(), 3);
    assert_eq!(provider.only().path, "/token");
    assert_eq!(home.run(&call).text(), "POST /api/items?b=%20x&a");
    let seen = provider.only();
    assert_eq!((seen.header("Content-Type"), seen.body.as_slice()), (Some(FORM), &b"name=T%C3%A9+and%20sugar"[..]));
    // Its header has these bytes, but for what differs from call to call.
    let part = |name: &str| seen.parameter(name).unwrap();
    assert_eq!(
        seen.header("Authorization").unwrap().split("oauth_signature=").next().unwrap(),
        format!(
            "OAuth oauth_consumer_key=\"{CONSUMER_KEY}\", oauth_nonce=\"{}\", oauth_signature_method=\"HMAC-SHA1\", \
             oauth_timestamp=\"{}\", oauth_token=\"{}\", oauth_version=\"1.0\", ",
            part("oauth_nonce"),
            part("oauth_timestamp"),
            part("oauth_token").replace('/', "%2F").replace('+', "%2B"),
        )
    );
}

/// What a service takes beside the token where a person agrees.
#[test]
fn a_parameter_of_the_address_where_a_person_agrees() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    let set = ["--set", "authorize_parameter=perms=write"];
    assert_eq!(add(&home, &provider, "photos", &home.redirect_uri, &set).code, 0);
    let (child, url) = home.begin_login("photos");
    let token = url.strip_prefix(&format!("{}/authorize?oauth_token=", provider.url)).unwrap();
    assert_eq!(token.split_once('&').map(|(_, rest)| rest), Some("perms=write"));
    get(&provider.agree(&url));
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    let failure = add(&home, &provider, "other", "oob", &["--set", "authorize_parameter=oauth_token=t"]).failure(3);
    assert_eq!(failure, "authorize_parameter must be NAME=VALUE, where NAME does not begin with oauth_");
}

#[test]
fn the_callback_its_query_or_a_code_is_pasted() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    assert_eq!(add(&home, &provider, "photos", &home.redirect_uri, &[]).code, 0);
    let ended = paste(&home, &provider, &[], |came_to| format!("  {came_to}\r"));
    assert_eq!((ended.code, ended.stderr.as_str(), ended.stdout.as_slice()), (0, "", &b"logged in: photos\n"[..]));
    let ended = paste(&home, &provider, &["--json"], |came_to| came_to.split_once('?').unwrap().1.to_owned());
    let json: Value = serde_json::from_str(&ended.text()).unwrap();
    assert_eq!(json, serde_json::json!({ "grant": "photos", "generation": 3, "expires_at": null }));
    assert_eq!(add(&home, &provider, "photos", "oob", &["--replace"]).code, 0);
    assert_eq!(paste(&home, &provider, &[], |code| provider.retype(code)).code, 0);
    provider.take();
    let url = format!("{}/api/x", provider.url);
    assert_eq!(home.run(&["call", "photos", "GET", &url]).text(), "GET /api/x");
    provider.only();
}

/// Each has its sentence and its code, and the grant is as it was.
#[test]
fn a_login_that_fails_leaves_the_grant_as_it_was() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    assert_eq!(add(&home, &provider, "photos", &home.redirect_uri, &[]).code, 0);
    assert_eq!(paste(&home, &provider, &[], str::to_owned).code, 0);
    let works = || {
        provider.be_honest();
        let url = format!("{}/api/x", provider.url);
        assert_eq!(home.run(&["call", "photos", "GET", &url]).text(), "GET /api/x");
        let shown: Value = serde_json::from_str(&home.run(&["grant", "show", "photos", "--json"]).text()).unwrap();
        assert_eq!((shown["generation"].as_u64(), shown["status"].as_str()), (Some(2), Some("active")));
    };
    let mut said = String::new();
    for (change, code, says) in [
        (
            (|came_to| came_to.replace("oauth_token=", "oauth_token=x")) as fn(&str) -> String,
            10,
            "the callback's token is not the one of this login: it belongs to another, or was forged; log in again",
        ),
        (
            |came_to| came_to.replace("oauth_token=", "denied=").split('&').next().unwrap().to_owned(),
            14,
            "the login was denied: the person refused, or has no right to agree",
        ),
        (
            |came_to| came_to.split('&').next().unwrap().to_owned(),
            3,
            "there is no oauth_verifier, without which nothing shows who agreed (RFC 5849 §2.2); log in again",
        ),
        (
            |_| "https://example.com/".to_owned(),
            3,
            "this is no callback: it has no query with oauth_token and oauth_verifier; paste the whole address that the browser \
             shows, or the code that the service shows",
        ),
    ] {
        let ended = paste(&home, &provider, &[], change);
        said.push_str(&ended.stderr);
        assert_eq!(ended.failure(code), says);
        works();
    }
    let page = ("text/html", "<!DOCTYPE html>");
    for (path, status, (content_type, body), code, says) in [
        (
            "/initiate",
            200,
            ("text/plain", "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false"),
            3,
            "the service's answer does not say oauth_callback_confirmed=true (RFC 5849 §2.1): it is one of OAuth 1.0, or nobody \
             has told it where the browser comes back to; if its documentation says so, set callback_in to authorize, or \
             callback_confirmed to false",
        ),
        (
            "/initiate",
            200,
            page,
            3,
            "the service's answer is a page and no form with credentials (RFC 5849 §2.1); look at the address",
        ),
        (
            "/token",
            200,
            page,
            3,
            "the service's answer is a page and no form with credentials (RFC 5849 §2.1); look at the address",
        ),
        (
            "/token",
            500,
            ("text/plain", "{honest}"),
            3,
            "the service answered with HTTP 500, and nothing was taken from that; try again later",
        ),
        (
            "/token",
            401,
            ("text/plain", "oauth_problem=verifier_invalid"),
            14,
            "the service did not take this login: HTTP 401 (verifier_invalid); log in again",
        ),
    ] {
        provider.lie(path, status, content_type, body);
        let ended = paste(&home, &provider, &[], str::to_owned);
        said.push_str(&ended.stderr);
        assert_eq!(ended.failure(code), says, "{path} {status}");
        works();
    }
    for secret in provider.secrets() {
        assert!(!said.contains(&secret), "{said}");
    }
}

/// An answer that is none ends the login at once: nobody waits for the browser any more, and the page says why.
#[test]
fn the_page_says_what_the_service_answered() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    assert_eq!(add(&home, &provider, "photos", &home.redirect_uri, &[]).code, 0);
    for (status, content_type, body, code, title, why) in [
        (
            200,
            "text/html",
            "<!DOCTYPE html>",
            3,
            "The login did not succeed",
            "The service's answer is a page and no form with credentials (RFC 5849 §2.1); look at the address.",
        ),
        (
            500,
            "text/plain",
            "{honest}",
            3,
            "The login did not succeed",
            "The service answered with HTTP 500, and nothing was taken from that; try again later.",
        ),
        (
            401,
            "text/plain",
            "oauth_problem=verifier_invalid",
            14,
            "The service did not take this login",
            "The service did not take this login: HTTP 401 (verifier_invalid); log in again.",
        ),
    ] {
        provider.lie("/token", status, content_type, body);
        let (child, url) = home.begin_login("photos");
        let page = get(&provider.agree(&url));
        let says =
            format!("<h1>{title}</h1>\n<p>{why}</p>\n<p>To try again, begin the login anew in the terminal:</p>\n");
        assert!(page.status == 400 && page.body.contains(&says), "{page:?}");
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(code));
    }
}

/// Whichever byte of the address that the browser comes to is another, nobody is logged in by it: the one of this login is waited
/// for as before, or the login is over and the grant as it was.
#[test]
fn each_byte_of_the_callback_counts() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    assert_eq!(add(&home, &provider, "photos", &home.redirect_uri, &[]).code, 0);
    assert_eq!(paste(&home, &provider, &[], str::to_owned).code, 0);
    let origin = home.redirect_uri.strip_suffix("/callback").unwrap();
    let (mut child, mut url) = home.begin_login("photos");
    let mut came_to = provider.agree(&url);
    let (mut ended, mut places) = (0, 0);
    for place in origin.len() + 1.. {
        let Some(&byte) = came_to.as_bytes().get(place) else { break };
        places += 1;
        provider.take();
        let mut changed = came_to.clone().into_bytes();
        changed[place] = byte ^ 1;
        let changed = String::from_utf8(changed).unwrap();
        let page = get(&changed);
        let sent = provider.take();
        if place < came_to.find("oauth_verifier=").unwrap() {
            assert!(sent.is_empty(), "{changed}");
        }
        if page.status == 404 || page.body == "Bad Request\n" || page.body.contains("class=\"odd\"") {
            assert!(sent.is_empty(), "{changed}");
            continue;
        }
        // Another verifier, which the service alone knows from the right one.
        assert_eq!((page.status, sent.len()), (400, 1), "{changed}");
        assert!(page.body.contains("<h1>The service did not take this login</h1>"), "{}", page.body);
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(14));
        ended += 1;
        (child, url) = home.begin_login("photos");
        came_to = provider.agree(&url);
    }
    assert!(places > 60 && (10..30).contains(&ended), "{places} {ended}");
    let shown: Value = serde_json::from_str(&home.run(&["grant", "show", "photos", "--json"]).text()).unwrap();
    assert_eq!((shown["generation"].as_u64(), shown["status"].as_str()), (Some(2), Some("active")));
    let api = format!("{}/api/x", provider.url);
    assert_eq!(home.run(&["call", "photos", "GET", &api]).text(), "GET /api/x");
    // And the right one is still waited for.
    assert_eq!(get(&came_to).status, 200);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn a_token_that_there_is_already() {
    let (home, provider) = with_token("photos", &["--method", "HMAC-SHA256", "--realm", "Photos"]);
    let url = format!("{}/api/x", provider.url);
    let call: Value = serde_json::from_str(&home.run(&["call", "photos", "GET", &url, "--json"]).text()).unwrap();
    assert_eq!((call["status"].as_u64(), call["body"].as_str()), (Some(200), Some("GET /api/x")));
    let seen = provider.only();
    assert_eq!(
        (seen.parameter("oauth_signature_method"), seen.parameter("realm")),
        (Some("HMAC-SHA256"), Some("Photos"))
    );
    home.folder.file("item.json", "{\"a\": 1}");
    let json = ["--data-file", "item.json", "--header", "Content-Type: application/json", "--header", "X-Trace: 7"];
    home.run(&[&["call", "photos", "PUT", &url], &json[..]].concat()).text();
    let seen = provider.only();
    assert_eq!((seen.header("X-Trace"), seen.body.as_slice()), (Some("7"), &b"{\"a\": 1}"[..]));
    // Its API turns it down: nothing is renewed, nor sent again.
    provider.lie("/api/x", 401, "text/plain", "oauth_problem=token_expired");
    assert_eq!(home.run(&["call", "photos", "GET", &url]).text(), "oauth_problem=token_expired");
    assert_eq!(home.run(&["call", "photos", "GET", &url, "--fail"]).code, 22);
    assert_eq!(provider.take().len(), 2);
    // Without any, and with the key alone.
    let added = add(&home, &provider, "shop", "oob", &["--no-token", "--json"]);
    let json: Value = serde_json::from_str(&added.text()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({ "grant": "shop", "kind": "oauth1", "provider": "custom-oauth1", "next": "osign call shop METHOD URL" })
    );
    provider.be_honest();
    home.run(&["call", "shop", "GET", &url]).text();
    assert_eq!(provider.only().parameter("oauth_token"), None);
}

/// What a service without a login means by its refusals, which may come with status 200.
#[test]
fn its_profile_says_what_a_refusal_means() {
    let (home, provider) = with_token("shop", &["--provider", "bricklink"]);
    let url = format!("{}/api/orders", provider.url);
    let call = ["call", "shop", "GET", &url];
    let body = r#"{"meta":{"description":"TOKEN_IP_MISMATCHED: hunter2","message":"BAD_OAUTH_REQUEST","code":401}}"#;
    provider.lie("/api/orders", 200, "application/json", body);
    let ended = home.run(&call);
    let says = "osign: note: the token is for other addresses; register another for the one that requests come from\n";
    assert_eq!((ended.code, ended.stdout.as_slice(), ended.stderr.as_str()), (0, body.as_bytes(), says));
    // Of what no row says anything, or a row advises nothing, nothing is said.
    for (status, body) in [
        (200, "{}"),
        (401, "{}"),
        (200, "BAD_OAUTH_REQUEST"),
        (201, "TOKEN_IP_MISMATCHED"),
        (503, "TOKEN_IP_MISMATCHED"),
    ] {
        provider.lie("/api/orders", status, "application/json", body);
        let ended = home.run(&call);
        assert_eq!((ended.stdout.as_slice(), ended.stderr.as_str()), (body.as_bytes(), ""), "{status} {body}");
    }
}

/// A token that the service renews where it is asked needs no login.
#[test]
fn a_check_says_what_renews_a_token() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    let profile = "name = 'mine'\ntitle = 'Mine'\ngrant = 'oauth1'\n[lifetimes]\naccess = 86400\n";
    home.folder.file("mine.toml", profile);
    let renew = format!("renew_url={}/renew", provider.url);
    for (set, says) in [
        (vec![], "the grant ends in 23 hours: osign grant login photos"),
        (vec!["--set", renew.as_str()], "the token ends in 23 hours: osign grant renew photos"),
    ] {
        let more = [&["--provider", "mine.toml", "--replace"], &set[..]].concat();
        assert_eq!(add(&home, &provider, "photos", "oob", &more).code, 0);
        let login = |came_to: &str| provider.retype(came_to);
        assert_eq!(paste(&home, &provider, &[], login).code, 0);
        assert_eq!(home.run(&["grant", "check"]).text_with(13), format!("SOON photos: {says}\n"));
    }
}

#[test]
fn lists_and_ends() {
    let (home, provider) = with_token("photos", &[]);
    let list = home.run(&["grant", "list"]).text();
    assert!(list.contains("photos  custom-oauth1  active  -\n"), "{list}");
    let shown = home.run(&["grant", "show", "photos"]).text();
    for line in [
        "kind                  oauth1\n",
        "consumer              consumer-key\n",
        "callback              oob\n",
        "generation            1\n",
    ] {
        assert!(shown.contains(line), "{shown} lacks {line}");
    }
    assert_eq!(home.run(&["grant", "check"]).text(), "nothing ends within 14d (grants: 1)\n");
    let metrics = home.run(&["grant", "check", "--format", "prometheus"]).text();
    assert!(metrics.contains("photos"), "{metrics}");
    let says = "no address of the renew endpoint is known; give one";
    assert_eq!(home.run(&["grant", "renew", "photos"]).failure(14), says);
    let says = "revoked photos here; the service was not told, so end it in its settings\n";
    assert_eq!(home.run(&["grant", "revoke", "photos"]).text(), says);
    let url = format!("{}/api/x", provider.url);
    assert_eq!(home.run(&["call", "photos", "GET", &url]).code, 10);
    // With addresses for both.
    let [renew, revoke] = ["renew", "disconnect"].map(|path| format!("{}/{path}", provider.url));
    let (renew, revoke) = (format!("renew_url={renew}"), format!("revoke_url={revoke}"));
    let (token, secret) = provider.make_token();
    home.folder.file("token", token);
    home.folder.file("token-secret", secret);
    let more = [
        "--replace",
        "--token-file",
        "token",
        "--token-secret-file",
        "token-secret",
        "--set",
        &renew,
        "--set",
        &revoke,
    ];
    assert_eq!(add(&home, &provider, "photos", "oob", &more).code, 0);
    let json: Value = serde_json::from_str(&home.run(&["grant", "renew", "photos", "--json"]).text()).unwrap();
    assert_eq!(json, serde_json::json!({ "grant": "photos", "generation": 4, "expires_at": null }));
    assert_eq!(home.run(&["call", "photos", "GET", &url]).text(), "GET /api/x");
    assert_eq!(home.run(&["grant", "revoke", "photos"]).text(), "revoked photos, at the service and here\n");
    let paths: Vec<_> = provider.take().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/renew", "/api/x", "/disconnect"]);
}

/// What a callback and an answer brought is shown, and the account once.
#[test]
fn shows_what_a_login_brought() {
    let (home, provider) = (Home::new(), OAuth1Provider::start());
    let profile = "name = 'mine'\ntitle = 'Mine'\ngrant = 'oauth1'\n[answer]\nkeep = ['user_id', 'screen_name']\n";
    home.folder.file("mine.toml", profile);
    assert_eq!(add(&home, &provider, "photos", &home.redirect_uri, &["--provider", "mine.toml"]).code, 0);
    assert!(!home.run(&["grant", "show", "photos"]).text().contains("kept"));
    assert_eq!(paste(&home, &provider, &[], str::to_owned).code, 0);
    let shown = home.run(&["grant", "show", "photos"]).text();
    assert!(shown.contains("kept user_id          42\nkept screen_name      ann\n"), "{shown}");
    // Under the same names as in C and Python.
    let json = home.run(&["grant", "show", "photos", "--json"]).text();
    for part in [
        "\"callback\":\"http://127.0.0.1:",
        "\"client_id\":null,\"consumer_key\":\"consumer-key\",\"expires_at\":null,\"failures\":0,",
        "\"kept\":[{\"name\":\"user_id\",\"value\":\"42\"},{\"name\":\"screen_name\",\"value\":\"ann\"}],\"key_id\":\"",
        "\"redirect_uri\":null,\"refresh_expires_at\":null,",
    ] {
        assert!(json.contains(part), "{json} lacks {part}");
    }
    assert!(!json.contains("\"settings\"") && !json.contains("\"state\""), "{json}");
    let account = ["--provider", "netsuite", "--account", "1234567_SB1", "--no-token"];
    let consumer = ["--consumer-key", "k", "--consumer-secret-file", "consumer"];
    let added = home.run(&[&["grant", "add", "books"], &account[..], &consumer].concat());
    assert_eq!(added.code, 0, "{}", added.stderr);
    let shown = home.run(&["grant", "show", "books"]).text();
    assert_eq!(shown.matches("account               1234567-sb1.suitetalk.api.netsuite.com\n").count(), 1, "{shown}");
    assert_eq!(shown.matches("1234567").count(), 1, "{shown}");
}

#[test]
fn what_is_missing_or_does_not_go_together() {
    let home = Home::new();
    let refused = |arguments: &[&str], code| {
        let failure = home.run(&[&["grant", "add", "photos"], arguments].concat()).failure(code);
        assert!(!home.path(".local").exists(), "something was made");
        failure
    };
    let oauth1 = ["--kind", "oauth1"];
    assert_eq!(refused(&oauth1, 3), "the consumer key is empty; set the one that the service gave you");
    let key = [&oauth1[..], &["--consumer-key", "k"]].concat();
    let says = "there is no consumer secret: --consumer-secret-file FILE names a file that holds it";
    assert_eq!(refused(&key, 14), says);
    home.folder.file("none", "");
    let secret = [&key[..], &["--consumer-secret-file", "none"]].concat();
    assert_eq!(refused(&secret, 14), "no address of the request_token endpoint is known; give one");
    let says = "BrickLink has no address where a person agrees, and so no login: give the grant photos the token and the token secret \
                that are made in its settings, or an empty token where the consumer signs alone: osign grant add photos --replace";
    assert_eq!(refused(&[&secret[..], &["--provider", "bricklink"]].concat(), 14), says);
    for (option, value) in
        [("--client-id", "x"), ("--redirect-uri", "x"), ("--scope", "x"), ("--token-url", "x"), ("--rotation", "none")]
    {
        let says = format!("{option} says nothing of a grant of OAuth 1.0a");
        assert_eq!(refused(&[&secret[..], &[option, value]].concat(), 2), says);
    }
    for (option, value) in
        [("--consumer-key", "k"), ("--callback", "oob"), ("--method", "PLAINTEXT"), ("--token-file", "t")]
    {
        let says = format!("{option} is for OAuth 1.0a alone: --kind oauth1");
        assert_eq!(refused(&["--provider", "gitlab", option, value], 2), says);
        assert_eq!(refused(&["--kind", "static", option, value], 2), says);
    }
    // A secret is never taken from the command line.
    for option in ["--consumer-secret", "--token", "--token-secret", "--private-key"] {
        let failure = refused(&[&key[..], &[option, "hunter2"]].concat(), 2);
        assert!(!failure.contains("hunter2"), "{failure}");
    }
    let rsa = [&key[..], &["--method", "RSA-SHA1", "--no-token"]].concat();
    assert!(refused(&rsa, 4).contains("private key"));
    home.folder.file("key.pem", "not-a-key");
    assert!(
        refused(&[&rsa[..], &["--private-key-file", "key.pem"]].concat(), 4).contains("the private key is no PEM text")
    );
    home.folder.file("key.pem", include_str!("../../vectors/oauth1/keys/wiki-rsa-1024.pem"));
    let added = home.run(&[&["grant", "add", "photos"], &rsa[..], &["--private-key-file", "key.pem"]].concat());
    assert_eq!(added.stdout, b"added photos; next: osign call photos METHOD URL\n", "{}", added.stderr);
    assert!(added.stderr.contains("before --api-origin names where signed requests may go"), "{}", added.stderr);
}

/// Secrets are in no file but their own, in no message, and in no argument.
#[test]
fn no_secret_is_anywhere_else() {
    let (home, provider) = with_token("photos", &[]);
    let mut said = String::new();
    for arguments in [
        &["grant", "list"][..],
        &["grant", "show", "photos"],
        &["grant", "show", "photos", "--json"],
        &["grant", "history", "photos"],
        &["grant", "check", "--json"],
        &["store", "info"],
        &["token", "photos"],
        &["explain", "--grant", "photos", "GET", &format!("{}/api/x", provider.url)],
    ] {
        let ended = home.run(arguments);
        said.push_str(&ended.stderr);
        said.push_str(&String::from_utf8(ended.stdout).unwrap());
    }
    let folder = home.path(".local/share/osign");
    let mut command = home.osign(&[
        "grant",
        "add",
        "asked",
        "--kind",
        "oauth1",
        "--consumer-key",
        "k",
        "--consumer-secret-file",
        "-",
        "--no-token",
    ]);
    let ended = run_with_input(&mut command, format!("{CONSUMER_SECRET}\n").as_bytes());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    said.push_str(&ended.stderr);
    for secret in provider.secrets() {
        assert!(!said.contains(&secret), "{said}");
        for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let bytes = fs::read(&entry).unwrap();
            assert!(memchr::memmem::find(&bytes, secret.as_bytes()).is_none(), "{}", entry.display());
        }
    }
    let _ = run(&mut home.osign(&["grant", "list"]));
}
