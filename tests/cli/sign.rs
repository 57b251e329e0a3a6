//! `osign sign`, one request.

use crate::cli::run::{osign, run, run_with_input};
use serde_json::{Value, json};

const URL: &str = "http://photos.example.net/photos?file=vacation.jpg&size=original";
const FRESH: [&str; 4] = ["--nonce", "chapoH", "--timestamp", "137131202"];

fn sign(arguments: &[&str]) -> std::process::Command {
    let mut command = osign(&["sign"]);
    command.args(arguments).args(FRESH);
    for (name, value) in [
        ("OSIGN_CONSUMER_KEY", "dpf43f3p2l4k3l03"),
        ("OSIGN_CONSUMER_SECRET", "kd94hf93k423kf44"),
        ("OSIGN_TOKEN", "nnch734d00sl2jdk"),
        ("OSIGN_TOKEN_SECRET", "pfkkdhi9sl3r4s00"),
    ] {
        command.env(name, value);
    }
    command
}

#[test]
fn the_example_of_the_rfc() {
    // RFC 5849 §1.2; only the order of the parameters is ours.
    let header = "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"chapoH\", \
                  oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", \
                  oauth_token=\"nnch734d00sl2jdk\", oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"\n";
    assert_eq!(run(&mut sign(&["GET", URL, "--realm", "Photos", "--no-version"])).text(), header);
}

#[test]
fn all_of_it_as_json() {
    let answer = run(&mut sign(&["GET", URL, "--no-version", "--json"])).text();
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let header = "OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"chapoH\", \
                  oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", \
                  oauth_token=\"nnch734d00sl2jdk\", oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"";
    let parameters = "file=vacation.jpg&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=chapoH&\
                      oauth_signature_method=HMAC-SHA1&oauth_timestamp=137131202&oauth_token=nnch734d00sl2jdk&\
                      size=original";
    let encoded = parameters.replace('=', "%3D").replace('&', "%26");
    let expected = json!({
        "authorization": header,
        "url": URL,
        "signature": "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
        "base_string": format!("GET&http%3A%2F%2Fphotos.example.net%2Fphotos&{encoded}"),
        "normalized_parameters": parameters,
        "nonce": "chapoH",
        "timestamp": 137_131_202,
        "headers": { "Authorization": header },
    });
    assert_eq!(answer, expected);
}

#[test]
fn query_and_body_transmission() {
    let ours = "oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=chapoH&oauth_signature_method=HMAC-SHA1&\
                oauth_timestamp=137131202&oauth_token=nnch734d00sl2jdk&oauth_version=1.0&oauth_signature=";
    let url = run(&mut sign(&["GET", "http://h/?a", "--transmission", "query"])).text();
    assert_eq!(url, format!("http://h/?a&{ours}MZSDFvY%2FWaxIl%2FfyEXJIw70nOo4%3D\n"));
    // The body can be sent as it comes: there is no line break at its end.
    let body = run(&mut sign(&["POST", "http://h/", "--transmission", "body", "--data", "a=1"])).text();
    assert_eq!(body, format!("a=1&{ours}U6c7NfykYVQajJIIluYqwtonWhc%3D"));
}

#[test]
fn a_realm_that_is_not_sent() {
    let says = "osign: warning: the realm is not sent: only the Authorization header can carry it (RFC 5849 §3.5.1)\n";
    let said = |arguments: &[&str]| {
        let ended = run(sign(&["POST", "http://h/", "--data", "a=1"]).args(arguments));
        assert!(ended.code == 0 && !String::from_utf8(ended.stdout).unwrap().contains("Photos"));
        ended.stderr
    };
    assert_eq!(said(&["--realm", "Photos", "--transmission", "query"]), says);
    assert_eq!(said(&["--realm", "Photos", "--transmission", "body"]), says);
    assert_eq!(said(&["--realm", "", "--transmission", "query"]), "");
}

#[test]
fn bodies() {
    let answer = |arguments: &[&str], input: &[u8]| -> Value {
        let mut command = sign(&["POST", "http://h/", "--json"]);
        serde_json::from_str(&run_with_input(command.args(arguments), input).text()).unwrap()
    };
    let form = answer(&["--data", "b=2"], b"");
    assert_eq!(form["headers"]["Content-Type"], "application/x-www-form-urlencoded");
    assert_eq!(form["body"], "b=2");
    assert!(form["normalized_parameters"].as_str().unwrap().starts_with("b=2&"));
    let bytes = answer(&["--data-file", "-", "--content-type", "image/png", "--body-hash"], b"\x89PNG\r\n");
    assert_eq!((&bytes["body_base64"], &bytes["body"]), (&json!("iVBORw0K"), &Value::Null));
    assert!(bytes["normalized_parameters"].as_str().unwrap().starts_with("oauth_body_hash="));
    let untyped = answer(&["--data", "b=2", "--content-type", ""], b"");
    assert_eq!(untyped["headers"].as_object().unwrap().keys().collect::<Vec<_>>(), ["Authorization"]);
    assert!(!untyped["normalized_parameters"].as_str().unwrap().contains("b="));
}

#[test]
fn options_reach_the_signature() {
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&run(sign(&["GET", "http://h/", "--json"]).args(arguments)).text()).unwrap()
    };
    let has = |value: &Value, text: &str| value["normalized_parameters"].as_str().unwrap().contains(text);
    assert!(has(&json(&["--method", "HMAC-SHA256"]), "oauth_signature_method=HMAC-SHA256"));
    assert!(has(&json(&["--signature-method", "HMAC-SHA512"]), "oauth_signature_method=HMAC-SHA512"));
    assert!(has(&json(&["--parameter", "oauth_callback=a=b", "--parameter", "x="]), "oauth_callback=a%3Db"));
    assert!(!has(&json(&["--no-version"]), "oauth_version"));
}

#[test]
fn the_clock_s_offset() {
    // It is for the clock, not for a timestamp that is given.
    let says = "the argument '--clock-offset <SECONDS>' cannot be used with '--timestamp <SECONDS>' (see osign --help)";
    for command in ["sign", "explain"] {
        let arguments = [command, "GET", "http://h/", "--clock-offset", "-90", "--timestamp", "1"];
        assert_eq!(run(&mut osign(&arguments)).failure(2), says);
    }
    let mut command = osign(&["sign", "GET", "http://h/", "--json", "--clock-offset", "-86400"]);
    command.env("OSIGN_CONSUMER_KEY", "k").env("OSIGN_CONSUMER_SECRET", "s");
    let answer: Value = serde_json::from_str(&run(&mut command).text()).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let yesterday = i64::try_from(now).unwrap() - 86_400;
    let timestamp = answer["timestamp"].as_i64().unwrap();
    assert!((yesterday - 60..=yesterday).contains(&timestamp), "{timestamp}, not {yesterday}");
}

#[test]
fn exit_codes_and_sentences() {
    for (arguments, code, says) in [
        (vec![], 2, "the following required arguments were not provided: <METHOD> <URL> (see osign --help)"),
        (vec!["GET"], 2, "the following required arguments were not provided: <URL> (see osign --help)"),
        (
            vec!["GET", "http://h/", "extra"],
            2,
            "there is an argument too many; put quotes around text that holds \
            spaces or & (see osign --help)",
        ),
        (
            vec!["GET", "http://h/", "--parameter", "x"],
            2,
            "--parameter takes NAME=VALUE, such as oauth_callback=oob; \
            there is no = in it",
        ),
        (
            vec!["POST", "http://h/", "--data", "@body.json"],
            2,
            "--data reads no file: for one, write --data-file FILE; a body that itself begins with @ comes from stdin \
            with --data-file -",
        ),
        (vec!["GET", "ftp://h/"], 3, "the URL's scheme is neither http nor https"),
        (vec!["GET", "/a"], 3, "the URL is relative; begin it with https:// or http://"),
        (
            vec!["G T", "http://h/"],
            3,
            "the HTTP method holds a character that a method cannot have (RFC 9110 §9.1): a \
            space, a control character or a separator",
        ),
        (
            vec!["GET", "http://h/?oauth_nonce=1"],
            3,
            "oauth_nonce stands in the query or the form body, and signing adds \
            its own; remove it there",
        ),
        (
            vec!["GET", "http://h/", "--method", "RSA-SHA1"],
            4,
            "RSA-SHA1 needs a private key: set \
            OSIGN_PRIVATE_KEY_FILE, or private_key_file in the credentials file",
        ),
        (
            vec!["POST", "http://h/", "--data-file", "/no/such/file"],
            5,
            "cannot read /no/such/file: No such file or \
            directory (os error 2)",
        ),
    ] {
        assert_eq!(run(&mut sign(&arguments)).failure(code), says, "{arguments:?}");
    }
    let failure = run(&mut sign(&["GET", "http://h/", "--transmission", "body"])).failure(3);
    assert!(failure.contains("body"), "{failure}");
}
