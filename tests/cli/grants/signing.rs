//! What is signed under a grant of OAuth 1.0a, for others to send; and a credentials file that becomes such a grant.

use super::home::Home;
use super::oauth1::{FORM, with_token};
use crate::cli::run::PHOTOS;
use serde_json::Value;
use std::fs;

#[test]
fn there_is_no_token_to_print() {
    let (home, provider) = with_token("photos", &[]);
    let says = "the grant photos signs each request, and has no token to hand out: osign call photos, osign sign --grant photos";
    for more in [&[][..], &["--json"], &["--format", "header"], &["--refused", "1"]] {
        assert_eq!(home.run(&[&["token", "photos"], more].concat()).failure(14), says);
    }
    let says = "the grant photos is of OAuth 1.0a, and no code is exchanged for it: osign grant login photos";
    assert_eq!(home.run(&["grant", "exchange", "photos", "--code", "c"]).failure(14), says);
    assert_eq!(provider.take().len(), 0);
}

/// The header alone, all of it, a command, and the steps.
#[test]
fn requests_are_signed_for_others_to_send() {
    let (home, provider) = with_token("photos", &[]);
    let url = format!("{}/api/items?b=%20x&a=1", provider.url);
    let sign = |more: &[&str]| home.run(&[&["sign", "--grant", "photos", "POST", &url], more].concat()).text();
    let header = sign(&["--data", "name=Tea"]);
    let sent = super::service::send(
        "POST",
        &url,
        &[&format!("Authorization: {}", header.trim()), &format!("Content-Type: {FORM}")],
        "name=Tea",
    );
    assert_eq!((sent.status, sent.body.as_str()), (200, "POST /api/items?b=%20x&a=1"));
    provider.only();
    let json: Value = serde_json::from_str(&sign(&["--data", "name=Tea", "--json"])).unwrap();
    let authorization = json["headers"]["Authorization"].as_str().unwrap();
    let sent = super::service::send(
        "POST",
        json["url"].as_str().unwrap(),
        &[&format!("Authorization: {authorization}"), &format!("Content-Type: {FORM}")],
        json["body"].as_str().unwrap(),
    );
    assert_eq!(sent.status, 200);
    provider.only();
    let command = sign(&["--data", "name=Tea", "--curl"]);
    assert!(command.starts_with("curl --request POST --header 'Authorization: OAuth "), "{command}");
    // As a server's support wants it, with its nonce and time.
    let explained =
        home.run(&["explain", "--grant", "photos", "GET", &url, "--nonce", "n", "--timestamp", "7", "--json"]);
    let json: Value = serde_json::from_str(&explained.text()).unwrap();
    assert_eq!(json["base_string"].as_str().unwrap().matches("oauth_nonce%3Dn%26").count(), 1);
    let steps = home.run(&["explain", "--grant", "photos", "GET", &url]).text();
    assert!(steps.contains("oauth_consumer_key") && steps.contains("Signature base string"), "{steps}");
    // It goes where the grant may be used.
    let says = "the URL's origin is not one of ";
    for command in ["sign", "explain"] {
        let failure = home.run(&[command, "--grant", "photos", "GET", "https://evil.example/"]).failure(14);
        assert!(failure.starts_with(says), "{failure}");
        assert_eq!(home.run(&[command, "--grant", "none", "GET", &url]).failure(3), "there is no grant named none");
        // The grant says how, and needs no credentials file.
        for option in [
            &["--method", "PLAINTEXT"][..],
            &["--credentials", "f"],
            &["--realm", "x"],
            &["--body-hash"],
            &["--transmission", "query"],
        ] {
            assert_eq!(
                home.run(&[&[command, "--grant", "photos", "GET", &url], option].concat()).code,
                2,
                "{option:?}"
            );
        }
        assert_eq!(
            home.run(&[command, "GET", &url, "--key-file", "k"]).failure(2),
            "the store of which grant? --grant names it"
        );
    }
    for secret in provider.secrets() {
        assert!(!steps.contains(&secret) && !command.contains(&secret));
    }
    assert_eq!(provider.take().len(), 0);
}

/// With PLAINTEXT a header is the secrets, and curl's arguments are everybody's.
#[test]
fn plaintext_for_curl() {
    let (home, provider) = with_token("photos", &["--method", "PLAINTEXT"]);
    let url = format!("{}/api/x", provider.url);
    let command = home.run(&["sign", "--grant", "photos", "GET", &url, "--curl"]).text();
    let (secret, arguments) = command.split_once(" | curl ").unwrap();
    assert!(secret.starts_with("printf '%s\\n' 'header = \"Authorization: OAuth "), "{command}");
    assert_eq!(arguments.trim_end(), format!("--config - {url}"));
    let says = home.run(&["sign", "--grant", "photos", "GET", &url.replace("127.0.0.1", "example.com")]).failure(14);
    assert!(says.starts_with("the URL's origin is not one of "), "{says}");
}

/// One call for every kind.
#[test]
fn what_requests_of_other_grants_carry() {
    let (home, service) = Home::with_grant(&[], &[]);
    let token = home.token().unwrap();
    home.folder.file("key", "k-1\"$");
    for (name, place) in [("header", &["--header", "X-Api-Key: {}"][..]), ("query", &["--query", "api_key"])] {
        let arguments = [
            "grant",
            "add",
            name,
            "--kind",
            "static",
            "--secret-file",
            "key",
            "--api-origin",
            "https://api.example.com",
        ];
        assert_eq!(home.run(&[&arguments[..], place].concat()).code, 0);
    }
    let me = format!("{}/api/me", service.url);
    let api = "https://api.example.com/x?a=1";
    let sign = |name: &str, url: &str, more: &[&str]| {
        home.run(&[&["sign", "--grant", name, "GET", url], more].concat()).text()
    };
    assert_eq!(sign("crm", &me, &[]), format!("Bearer {token}\n"));
    assert_eq!(sign("header", api, &[]), "X-Api-Key: k-1\"$\n");
    assert_eq!(sign("query", api, &[]), "https://api.example.com/x?a=1&api_key=k-1%22%24\n");
    let json: Value = serde_json::from_str(&sign("crm", &me, &["--data", "a=1", "--json"])).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "url": me, "headers": { "Authorization": format!("Bearer {token}"), "Content-Type": FORM }, "generation": 2,
            "authorization": format!("Bearer {token}"), "body": "a=1",
        })
    );
    // No process's arguments have a token.
    assert_eq!(
        sign("crm", &me, &["--curl"]),
        format!("printf '%s\\n' 'header = \"Authorization: Bearer {token}\"' | curl --config - {me}\n")
    );
    assert_eq!(
        sign("query", api, &["--curl"]),
        "printf '%s\\n' 'url = \"https://api.example.com/x?a=1&api_key=k-1%22%24\"' | curl --config -\n"
    );
    let explain =
        |name: &str, url: &str, more: &[&str]| home.run(&[&["explain", "--grant", name, "GET", url], more].concat());
    let origin = service.url.strip_prefix("http://").unwrap();
    assert_eq!(
        explain("crm", &me, &[]).text(),
        format!(
            "Nothing is signed under the grant crm (code, active): its requests carry what it has\n   in a header        \
             Authorization: Bearer [not shown]\n   to these origins   {origin}\n   generation         2\n"
        )
    );
    assert_eq!(
        explain("query", api, &[]).text(),
        "Nothing is signed under the grant query (static, active): its requests carry what it has\n   in the query       \
         api_key=[not shown]\n   to these origins   api.example.com\n   generation         1\n"
    );
    let json: Value = serde_json::from_str(&explain("header", api, &["--json"]).text()).unwrap();
    assert_eq!(
        (json["header"].as_str(), json["query_parameter"].as_str(), json["origins"][0].as_str()),
        (Some("X-Api-Key"), None, Some("api.example.com"))
    );
    for (option, value) in [("--nonce", "n"), ("--timestamp", "7"), ("--parameter", "a=b")] {
        let says = format!("{option} is for signatures, and the grant crm signs nothing");
        assert_eq!(home.run(&["sign", "--grant", "crm", "GET", &me, option, value]).failure(2), says);
    }
    let says = "--server-base-string is for signatures, and the grant crm signs nothing";
    assert_eq!(explain("crm", &me, &["--server-base-string", "x"]).failure(2), says);
    assert!(explain("crm", "https://evil.example/", &[]).failure(14).starts_with("the URL's origin is not one of "));
}

#[test]
fn a_credentials_file_is_taken_over() {
    let home = Home::new();
    home.folder.file("photos.toml", format!("{PHOTOS}realm = \"Photos\"\nsignature_method = \"HMAC-SHA1\"\n"));
    let url = "https://photos.example.net/photos?file=vacation.jpg&size=original";
    let fresh = ["--nonce", "chapoH", "--timestamp", "137131202"];
    let by_file = home.run(&[&["sign", "GET", url, "--credentials", "photos.toml"], &fresh[..]].concat()).text();
    let import = ["grant", "import", "--credentials", "photos.toml"];
    assert_eq!(home.run(&import).code, 2, "its name is missing");
    let arguments = [&import[..], &["--name", "photos", "--api-origin", "https://photos.example.net"]].concat();
    let imported = home.run(&arguments);
    let says = "imported photos; photos.toml is needed no more; next: osign call photos METHOD URL\n";
    assert_eq!((imported.code, imported.stdout.as_slice()), (0, says.as_bytes()), "{}", imported.stderr);
    fs::remove_file(home.path("photos.toml")).unwrap();
    let by_grant = home.run(&[&["sign", "--grant", "photos", "GET", url], &fresh[..]].concat()).text();
    assert_eq!(by_grant, by_file);
    // An RSA key in a file of its own comes along; JSON, and no token.
    let pem = include_str!("../../vectors/oauth1/keys/wiki-rsa-1024.pem");
    home.folder.file("key.pem", pem);
    home.folder
        .file("cards.json", r#"{"consumer_key": "k", "private_key_file": "key.pem", "signature_method": "RSA-SHA1"}"#);
    let arguments = ["grant", "import", "--credentials", "cards.json", "--name", "cards", "--json"];
    let json: Value = serde_json::from_str(&home.run(&arguments).text()).unwrap();
    assert_eq!(json, serde_json::json!({ "grant": "cards", "kind": "oauth1", "next": "osign call cards METHOD URL" }));
    for (file, text, says) in [
        (
            "bad.toml",
            "consumer_key = \"k\"\n",
            "bad.toml: the consumer secret is not set; set it, to nothing where the service gave none",
        ),
        (
            "bad.toml",
            "consumer_secret = \"k\"\n",
            "bad.toml: the consumer key is empty; set the one that the service gave you",
        ),
        ("bad.toml", "consumer_key = hunter2\n", "bad.toml"),
    ] {
        home.folder.file(file, text);
        let failure = home.run(&["grant", "import", "--credentials", file, "--name", "bad"]).failure(4);
        assert!(failure.starts_with(says) && !failure.contains("hunter2"), "{failure}");
    }
    assert_eq!(home.run(&["grant", "import"]).code, 2);
    assert_eq!(home.run(&["grant", "import", "x", "--credentials", "y"]).code, 2);
}
