//! `osign explain`.

use crate::cli::run::{Folder, PHOTOS, osign, run, run_with_input};
use serde_json::{Value, json};

const URL: &str = "http://photos.example.net/photos?file=vacation.jpg&size=original";
const THEIRS: &str = "GET&http%3A%2F%2Fphotos.example.net%3A80%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3D\
    dpf43f3p2l4k3l03%26oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202%26\
    oauth_token%3Dnnch734d00sl2jdk%26size%3Doriginal";

fn explain(folder: &Folder, arguments: &[&str]) -> std::process::Command {
    let file = folder.file("c.toml", PHOTOS);
    let mut command = osign(&["explain", "GET", URL, "--no-version", "--credentials", &file]);
    command.args(arguments);
    command
}

#[test]
fn the_steps_and_the_comparison() {
    let folder = Folder::new();
    // Nonce and timestamp come from the server's base string.
    let text = run(&mut explain(&folder, &["--server-base-string", THEIRS])).text_with(6);
    assert!(text.starts_with("1. HTTP method (RFC 5849 §3.4.1.1)\n   GET\n\n2. Base string URI"), "{text}");
    assert!(text.contains("   MdpQcU8iPSUjWoN/UDMsK2sui9I=\n"), "{text}");
    assert!(text.contains("   consumer secret (16 characters) & token secret (16 characters)\n"), "{text}");
    let comparison = "\nComparison with the server's base string\n   The server sees port 80, which is the scheme's \
        default and should be left out (RFC 5849 §3.4.1.2). This is the server's mistake, or a proxy's that sends it \
        the port in the Host header.\n   The first 36 bytes are the same, then:\n      ours    ";
    assert!(text.contains(comparison), "{text}");
    // What is piped carries no colours.
    assert!(!text.contains('\x1B'));
}

#[test]
fn the_server_s_text_from_a_file_and_from_stdin() {
    let folder = Folder::new();
    let same = THEIRS.replace("%3A80", "");
    let argument = format!("@{}", folder.file("server.txt", format!("{same}\n")));
    let text = run(&mut explain(&folder, &["--server-base-string", &argument])).text();
    assert!(text.contains("   The base strings are the same. So a secret differs, or the signature method"), "{text}");
    let stdin = run_with_input(&mut explain(&folder, &["--server-base-string", "@-"]), same.as_bytes()).text();
    assert!(stdin.contains("   The base strings are the same."), "{stdin}");
    let failure = run(&mut explain(&folder, &["--server-base-string", "@/no/such"])).failure(5);
    assert_eq!(failure, "cannot read /no/such: No such file or directory (os error 2)");
}

#[test]
fn a_nonce_and_a_timestamp_that_cannot_be_signed_are_left_to_the_server() {
    let folder = Folder::new();
    let same = THEIRS.replace("%3A80", "");
    for theirs in [
        same.replace("chapoH", ""),
        same.replace("137131202", "0"),
        same.replace("137131202", "-1"),
        same.replace("137131202", ""),
        same.replace("chapoH", "%2500"),
    ] {
        let text = run(&mut explain(&folder, &["--server-base-string", &theirs])).text_with(6);
        assert!(text.contains("   Only nonce or timestamp differ: "), "{text}");
        let other = theirs.replace("original", "Original");
        let text = run(&mut explain(&folder, &["--server-base-string", &other])).text_with(6);
        assert!(text.contains("   The server changed the capitals of size"), "{text}");
    }
}

#[test]
fn a_realm_without_a_header() {
    let folder = Folder::new();
    let realm = |transmission: &str| {
        let arguments = ["--json", "--realm", "Photos", "--transmission", transmission];
        let value: Value = serde_json::from_str(&run(&mut explain(&folder, &arguments)).text()).unwrap();
        (value["realm"].clone(), value["warnings"].clone())
    };
    let says = "the realm is not sent: only the Authorization header can carry it (RFC 5849 §3.5.1), and the \
                transmission is another";
    assert_eq!(realm("header"), (json!("Photos"), json!([])));
    assert_eq!(realm("query"), (Value::Null, json!([says])));
}

#[test]
fn the_exit_code_tells_a_difference() {
    let folder = Folder::new();
    let same = THEIRS.replace("%3A80", "");
    for (theirs, code) in [
        (same.as_str(), 0),
        (THEIRS, 6),
        (&same.replace("oauth_nonce%3DchapoH", "oauth_nonce%3DchapoI"), 0),
        (&same.replace("GET&", "PUT&"), 6),
        (&same.replace("original", "Original"), 6),
        // Another request altogether, and no base string at all.
        ("POST&https%3A%2F%2Fh.example%2F&a%3D1", 6),
        ("sorry", 6),
        ("", 6),
    ] {
        let plain = run(&mut explain(&folder, &["--server-base-string", theirs])).text_with(code);
        assert_eq!(plain.contains("The base strings are the same."), code == 0, "{theirs}");
        let json = run(&mut explain(&folder, &["--json", "--server-base-string", theirs])).text_with(code);
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["comparison"]["same"], code == 0, "{theirs}");
    }
    // Without a comparison there is no difference.
    run(&mut explain(&folder, &[])).text_with(0);
}

#[test]
fn the_steps_as_json() {
    let folder = Folder::new();
    let text = run(&mut explain(&folder, &["--json", "--server-base-string", THEIRS])).text_with(6);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["base_string"], THEIRS.replace("%3A80", ""));
    assert_eq!(value["signature"], "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    assert_eq!(value["key"]["token_secret"]["characters"], 16);
    assert_eq!(value["parameters"][0]["origin"], "query");
    assert_eq!(value["comparison"]["same"], false);
    let plain = run(&mut explain(&folder, &["--json", "--method", "PLAINTEXT"])).text();
    let value: Value = serde_json::from_str(&plain).unwrap();
    assert_eq!(value["signature"], Value::Null);
    assert!(value["authorization"].as_str().unwrap().ends_with("oauth_signature=\"[not shown]\""), "{plain}");
    assert_eq!(value["sent_body"], Value::Null);
}

#[test]
fn the_text_of_the_json() {
    let folder = Folder::new();
    let file = folder.file("c.toml", PHOTOS);
    let theirs = "GET&http%3A%2F%2Fh%3A80%2F&b%3D%25FF%26oauth_nonce%3Dn%26oauth_timestamp%3D1";
    let mut command = osign(&["explain", "GET", "http://h/?b=%FF#f", "--no-version", "--credentials", &file, "--json"]);
    command.args(["--realm", "Photos", "--server-base-string", theirs]);
    let expected = [
        r#"{"authorization":"OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"n\","#,
        r#" oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_token=\"nnch734d00sl2jdk\","#,
        r#" oauth_signature=\"mpVEk4wgnzK%2BfPJVDy5HsZxwtWY%3D\"","#,
        r#""base_string":"GET&http%3A%2F%2Fh%2F&b%3D%25FF%26oauth_consumer_key%3Ddpf43f3p2l4k3l03"#,
        r#"%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1"#,
        r#"%26oauth_token%3Dnnch734d00sl2jdk","#,
        r#""base_string_uri":"http://h/","body":{"bytes":0,"use":"absent"},"#,
        r#""comparison":{"message":"The server sees port 80,"#,
        r#" which is the scheme's default and should be left out (RFC 5849 §3.4.1.2). This is the server's mistake,"#,
        r#" or a proxy's that sends it the port in the Host header.\nThe first 19 bytes are the same,"#,
        r#" then:\n   ours    GET&http%3A%2F%2Fh%2F&b%3D%25FF%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26o…"#,
        r#"\n   theirs  GET&http%3A%2F%2Fh%3A80%2F&b%3D%25FF%26oauth_nonce%3Dn%26oauth_timestamp%3D…","#,
        r#""other_request":false,"same":false},"key":{"consumer_secret":{"characters":16,"encoded":16},"#,
        r#""token_secret":{"characters":16,"encoded":16}},"method":"GET","nonce":"n","#,
        r#""normalized_parameters":"b=%FF&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=n"#,
        r#"&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1&oauth_token=nnch734d00sl2jdk","#,
        r#""parameters":[{"encoded_name":"b","encoded_value":"%FF","name":"b","origin":"query","value":"�"},"#,
        r#"{"encoded_name":"oauth_consumer_key","encoded_value":"dpf43f3p2l4k3l03","name":"oauth_consumer_key","#,
        r#""origin":"protocol","value":"dpf43f3p2l4k3l03"},{"encoded_name":"oauth_nonce","encoded_value":"n","#,
        r#""name":"oauth_nonce","origin":"protocol","value":"n"},{"encoded_name":"oauth_signature_method","#,
        r#""encoded_value":"HMAC-SHA1","name":"oauth_signature_method","origin":"protocol","value":"HMAC-SHA1"},"#,
        r#"{"encoded_name":"oauth_timestamp","encoded_value":"1","name":"oauth_timestamp","origin":"protocol","#,
        r#""value":"1"},{"encoded_name":"oauth_token","encoded_value":"nnch734d00sl2jdk","name":"oauth_token","#,
        r#""origin":"protocol","value":"nnch734d00sl2jdk"}],"realm":"Photos","sent_body":null,"#,
        r#""signature":"mpVEk4wgnzK+fPJVDy5HsZxwtWY=","signature_method":"HMAC-SHA1","sorted":[0,1,2,3,4,5],"#,
        r#""timestamp":1,"uri_notes":["the query is signed among the parameters","the fragment is not signed"],"#,
        r#""url":"http://h/?b=%FF","warnings":[]}"#,
    ];
    assert_eq!(run(&mut command).text_with(6), expected.concat() + "\n");
}

#[test]
fn the_body_that_is_sent_as_json() {
    let folder = Folder::new();
    let file = folder.file("c.toml", PHOTOS);
    let sent_body = |method: &str| {
        let mut command =
            osign(&["explain", "POST", "http://h/", "--json", "--credentials", &file, "--method", method]);
        command.args(["--data", "a=1", "--transmission", "body", "--nonce", "n", "--timestamp", "1"]);
        let value: Value = serde_json::from_str(&run(&mut command).text()).unwrap();
        value["sent_body"].as_str().unwrap().to_owned()
    };
    let ours = |method: &str, signature: &str| {
        format!(
            "a=1&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=n&oauth_signature_method={method}&oauth_timestamp=1&\
             oauth_token=nnch734d00sl2jdk&oauth_version=1.0&oauth_signature={signature}"
        )
    };
    assert_eq!(sent_body("PLAINTEXT"), ours("PLAINTEXT", "[not shown]"));
    assert_eq!(sent_body("HMAC-SHA1"), ours("HMAC-SHA1", "treUKJ6F6Npp9CXid8A%2BVtOPnN0%3D"));
}

#[test]
fn more_than_anyone_reads() {
    let folder = Folder::new();
    let credentials = folder.file("c.toml", PHOTOS);
    let explain = |count: usize, more: &[&str]| {
        let form = folder.file("form", vec!["a"; count].join("&"));
        let mut command = osign(&["explain", "POST", "http://h/", "--credentials", &credentials]);
        run(command.args(["--data-file", &form]).args(more))
    };
    let says = "the request has more than the 100000 parameters that osign explains; explain one like it with fewer";
    for more in [&[][..], &["--json"], &["--server-base-string", "POST&&"]] {
        assert_eq!(explain(100_001, more).failure(3), says);
    }
    let value: Value = serde_json::from_str(&explain(100_000, &["--json"]).text()).unwrap();
    assert_eq!(value["parameters"].as_array().unwrap().len(), 100_006);
    // A body that is no form has no parameters.
    explain(200_000, &["--content-type", "text/plain"]).text();
}

#[test]
fn colours_are_for_terminals() {
    let folder = Folder::new();
    let forced = run(explain(&folder, &[]).env("CLICOLOR_FORCE", "1")).text();
    assert!(forced.contains("\x1B[1m1. HTTP method (RFC 5849 §3.4.1.1)\x1B[0m\n"), "{forced:?}");
    let never = run(explain(&folder, &[]).env("NO_COLOR", "1")).text();
    assert!(!never.contains('\x1B'));
    // What a URL holds cannot colour the terminal either.
    let file = folder.file("c.toml", PHOTOS);
    let text = run(&mut osign(&["explain", "GET", "http://h/?a=%1B%5B31m", "--credentials", &file])).text();
    assert!(text.contains("   query     a = \\u{1b}[31m\n"), "{text}");
}
