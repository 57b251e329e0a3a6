use super::super::{Cleaning, Recoding, base_string_parameter};
use super::*;
use crate::percent::encode;
use proptest::prelude::*;
use std::time::{Duration, Instant};

const OURS: &str = "GET&https%3A%2F%2Fexample.com%2Fa%2520b&a%3Dr%2520b%26b%3Dx%252By%26b%3Dz%26c%2540%3D%26oauth_nonce%3DN%26\
                    oauth_timestamp%3D1%26oauth_version%3D1.0";

#[test]
fn differences_have_names() {
    let from = |from: &str, to: &str| compare_base_strings(OURS, &OURS.replacen(from, to, 1)).to_string();
    for (ours, theirs, says) in [
        ("GET&", "get&", "The server has the HTTP method in small letters"),
        ("GET&", "POST&", "The server sees the method POST, and GET was signed."),
        ("https", "http", "The server sees the scheme http, and https was signed."),
        ("example", "Example", "The server has the host with capitals"),
        ("example.com", "10.0.0.1", "The server sees the host 10.0.0.1, and example.com was signed."),
        (".com", ".com%3A443", "The server sees port 443, which is the scheme's default"),
        (".com", ".com%3A8080", "The server sees port 8080, and none was signed"),
        (
            "a%2520b",
            "a%252520b",
            "The server has the path /a%2520b where /a%20b was signed: the server encoded the path twice.",
        ),
        (
            "a%2520b",
            "a%20b",
            "The server has the path /a b where /a%20b was signed: the server did not encode ` ` in the path.",
        ),
        (
            "a%2520b",
            "a%2520b%2F",
            "The server has the path /a%20b/, and /a%20b was signed: they differ in the slash at the end.",
        ),
        ("a%2520b", "x", "The server sees the path /x, and /a%20b was signed."),
        ("%3A%2F%2F", "%3a%2f%2f", "The URI is the same, but the server encoded it otherwise"),
        (
            "https%3A%2F%2Fexample.com%2Fa%2520b",
            "https://example.com/a%20b",
            "The server did not percent-encode the URI",
        ),
        ("a%2520b&", "a%2520b%3Fa%3D1&", "The server left the query in the URI"),
        (
            "https%3A%2F%2Fexample.com",
            "",
            "The server has /a%20b for the URI, without scheme and host; a base string has",
        ),
        ("https%3A%2F%2Fexample.com%2Fa%2520b", "", "The server has nothing for the URI, without scheme and host; "),
        ("r%2520b", "r%2Bb", "The server encoded a space as `+` in a: it has a=r+b, and r%20b was signed."),
        ("r%2520b", "r%252Bb", "The server took `+` for itself, and not for a space, in a"),
        ("x%252By", "x%2520y", "The server decoded `+` as a space in b: it has b=x%20y, and x%2By was signed."),
        ("x%252By", "x%25252By", "The server encoded b twice: it has b=x%252By, and x%2By was signed."),
        ("x%252By", "x%252by", "The server has escapes in other capitals in b"),
        ("x%252By", "%2578%252By", "The server encoded `x` in b"),
        (
            "c%2540",
            "c%40",
            "The server has the name c@ where c%40 was signed: the server did not encode `@` in the name c%40.",
        ),
        ("%26b%3Dz", "", "The server does not have b=z, but 1 more with this name: it drops repeated parameters."),
        ("a%3Dr%2520b%26", "", "The server does not have the parameter a=r%20b."),
        ("%26oauth_version%3D1.0", "", "The server leaves out oauth_version."),
        ("%26oauth_version", "%26oauth_token%3D%26oauth_version", "The server signs an empty oauth_token"),
        ("%26oauth_version", "%26realm%3DR%26oauth_version", "The server signs the realm"),
        ("%26oauth_version", "%26oauth_signature%3DR%26oauth_version", "The server signs oauth_signature itself"),
        ("c%2540", "c%2540%3D%26d", "The server has the parameter d=, which was not signed."),
        (
            "b%3Dx%252By%26b%3Dz",
            "b%3Dz%26b%3Dx%252By",
            "The server sorts the parameters otherwise: at place 2 it has b,",
        ),
        ("b%3Dz", "b%3DZ", "The server changed the capitals of b"),
        ("b%3Dz", "b%3Dquite", "The server has b=quite, and z was signed."),
        ("a%3Dr", "a=r", "The server did not percent-encode the parameters"),
        ("a%3Dr", "a%3dr", "The parameters are the same, but the server encoded them otherwise"),
        ("1.0", "1.0&se", "The server's text begins with our base string and has 3 bytes more after it."),
        ("_nonce%3DN", "_nonce%3DM", "Only nonce or timestamp differ"),
        (OURS, "OAuth oauth_token=\"\"", "This is no base string"),
        (OURS, "", "This is no base string"),
    ] {
        let said = from(ours, theirs);
        assert!(said.starts_with(says), "{ours} → {theirs}: {said}");
    }
}

#[test]
fn pasted_text_is_cleaned() {
    let html = OURS.replace('&', "&amp;");
    let whole = encode(OURS.as_bytes());
    for (theirs, cleaned) in [
        (format!(" {OURS}\r\n"), vec![Cleaning::SpaceAround]),
        (format!("\"{OURS}\"\n"), vec![Cleaning::SpaceAround, Cleaning::Quotes]),
        (OURS.replacen("%26", "\n%26", 2), vec![Cleaning::SpaceWithin]),
        (html, vec![Cleaning::HtmlEscapes]),
        (OURS.replace('&', "\\u0026"), vec![Cleaning::JsonEscapes]),
        (whole, vec![Cleaning::EncodedWhole]),
    ] {
        let comparison = compare_base_strings(OURS, &theirs);
        assert!(comparison.is_same(), "{theirs}: {comparison}");
        assert_eq!(comparison.cleaned, cleaned, "{theirs}");
        assert_eq!(base_string_parameter(&theirs, "oauth_nonce").as_deref(), Some("N"));
    }
}

#[test]
fn an_empty_body_hash_is_known() {
    let text =
        |hash: &str| format!("POST&http%3A%2F%2Fh%2F&oauth_body_hash%3D{}", encode(encode(hash.as_bytes()).as_bytes()));
    let (empty, other) = (text("2jmj7l5rSw0yVb/vlWAYkK/YBwk="), text("Lve95gjOVATpfV8EL5X4nxwjKHE="));
    assert_eq!(compare_base_strings(&other, &empty).difference, Some(Difference::ServerHashedNothing));
    assert_eq!(compare_base_strings(&empty, &other).difference, Some(Difference::WeHashedNothing));
}

#[test]
fn a_comparison_as_text() {
    let theirs = format!("{}\n", OURS.replace(".com", ".com%3A443"));
    assert_eq!(
        compare_base_strings(OURS, &theirs).to_string(),
        "The server sees port 443, which is the scheme's default and should be left out (RFC 5849 §3.4.1.2). This is \
         the server's mistake, or a proxy's that sends it the port in the Host header.
Before comparing, the white space around the server's text was taken off.
The first 30 bytes are the same, then:
   ours    GET&https%3A%2F%2Fexample.com%2Fa%2520b&a%3Dr%2520b%26b%3Dx%252By%26b%3Dz%2…
   theirs  GET&https%3A%2F%2Fexample.com%3A443%2Fa%2520b&a%3Dr%2520b%26b%3Dx%252By%26b…"
    );
}

/// How many pairs a form may have that is compared in no time: a look at each pair for each pair would take minutes.
const MANY: usize = 100_000;

/// The base string of a form with many pairs.
fn large() -> String {
    let pairs: String = (0..MANY).map(|n| format!("p{n:06}%3Dv%26")).collect();
    format!("POST&http%3A%2F%2Fh%2F&oauth_nonce%3DN%26oauth_timestamp%3D1%26{pairs}z%3D")
}

#[test]
fn a_change_among_many_pairs() {
    let ours = large();
    let changed = |from: &str, to: &str| compare_base_strings(&ours, &ours.replacen(from, to, 1)).difference;
    let value = Difference::Value {
        name: "p050000".into(),
        ours: "v".into(),
        theirs: "V".into(),
        recoding: Some(Recoding::Case),
    };
    assert_eq!(changed("p050000%3Dv", "p050000%3DV"), Some(value));
    let name = Difference::Name { ours: "p099999".into(), theirs: "P099999".into(), recoding: Recoding::Case };
    assert_eq!(changed("p099999", "P099999"), Some(name));
    assert_eq!(changed("oauth_nonce%3DN", "oauth_nonce%3DM"), None);
}

#[test]
fn many_pairs_that_are_all_others() {
    let ours = large();
    // One of ours is missing, and every pair of the server's could be it.
    let comparison = compare_base_strings(&ours, &ours.replace("%26p", "%26q"));
    let missing = Difference::Missing { name: "p000000".into(), value: "v".into(), kept: 0 };
    assert_eq!(comparison.difference, Some(missing));
}

#[test]
fn a_long_text_among_many_others() {
    // Where each of the others costs as much as the long one, this takes minutes.
    const PATIENCE: Duration = Duration::from_secs(60);
    let started = Instant::now();
    for long in ["n".repeat(80_000), "%25".repeat(80_000), "%2520".repeat(80_000)] {
        let difference = |ours: &str, before: &str, after: &str| {
            let pairs: Vec<String> = (0..8000).map(|n| format!("{before}a{n:x}{after}")).collect();
            let text = |pairs: &str| format!("GET&http%3A%2F%2Fh%2F&{pairs}");
            compare_base_strings(&text(ours), &text(&pairs.join("%26"))).difference
        };
        let missing = difference(&format!("{long}%3D"), "", "%3D");
        assert!(matches!(missing, Some(Difference::Missing { kept: 0, .. })));
        let value = difference(&format!("v%3D{long}"), "v%3D", "");
        assert!(matches!(value, Some(Difference::Value { recoding: None, .. })));
        assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    }
}

#[test]
fn a_name_that_both_have_is_no_other_name() {
    let text = |pairs: &str| format!("GET&http%3A%2F%2Fh%2F&{pairs}");
    let difference = |theirs: &str| compare_base_strings(&text("A%3D1%26a%3D1"), &text(theirs)).difference;
    let missing = Difference::Missing { name: "a".into(), value: "1".into(), kept: 0 };
    assert_eq!(difference("A%3D1%26A%3D1"), Some(missing));
    let name = Difference::Name { ours: "a".into(), theirs: "%61".into(), recoding: Recoding::EncodedNeedlessly('a') };
    assert_eq!(difference("A%3D1%26%2561%3D1"), Some(name));
}

#[test]
fn what_may_differ_where_the_base_strings_do_not() {
    let said = |method: &str| {
        let text = format!("GET&http%3A%2F%2Fh%2F&oauth_signature_method%3D{method}");
        compare_base_strings(&text, &text).to_string()
    };
    let secrets = "The base strings are the same. So a secret differs, or the signature method, or the server reads \
                   another signature than was sent: check the consumer secret and the token secret for missing letters \
                   and white space, and the method that the server expects.";
    let keys = "The base strings are the same. So the key differs, or the signature method, or the server reads another \
                signature than was sent: check that the certificate or public key that the service holds for this \
                consumer key belongs to the private key, and the method that the server expects.";
    for method in SignatureMethod::ALL {
        assert_eq!(said(method.name()), if method.is_rsa() { keys } else { secrets }, "{method}");
    }
    assert_eq!(said("NONE"), secrets);
}

fn base_string_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "GET",
        "&",
        "http%3A%2F%2F",
        "h",
        "%3A80",
        "%2F",
        "%26",
        "%3D",
        "a",
        "b",
        "%2520",
        "%252B",
        "%2B",
        "+",
        "%20",
        "%",
        "é",
        "\u{1F600}",
        " ",
        "\n",
        "\"",
        "&amp;",
        "oauth_nonce",
        "oauth_body_hash",
        "realm",
        "%25",
        "%FF",
        "%25FF",
        "=",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn comparing_never_panics(ours in base_string_like(), theirs in base_string_like(), any in ".*") {
        for (a, b) in [(&ours, &theirs), (&ours, &any), (&any, &theirs)] {
            let comparison = compare_base_strings(a, b);
            prop_assert!(!comparison.to_string().is_empty());
            let _ = base_string_parameter(b, "a");
        }
        prop_assert!(compare_base_strings(&any, &any).is_same());
        prop_assert!(compare_base_strings(&ours, &ours).is_same());
    }
}
