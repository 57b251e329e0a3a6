use super::*;
use crate::nonce::System;
use crate::oauth1::Transmission;
use proptest::prelude::*;

fn signer() -> Signer {
    let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44").unwrap();
    signer.set_token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00").unwrap();
    signer.set_send_version(false);
    signer
}

fn photos<'a>(url: &'a str) -> Request<'a> {
    Request { nonce: Some("chapoH"), timestamp: Some(137_131_202), ..Request::new("GET", url) }
}

#[test]
fn the_example_of_the_rfc_as_text() {
    let mut signer = signer();
    signer.set_realm("Photos").unwrap();
    let request = photos("HTTP://photos.example.net:80/photos?size=original&file=vacation.jpg");
    let text = signer.explain(&request, &mut System).unwrap().to_string();
    assert_eq!(
        text,
        "\
1. HTTP method (RFC 5849 §3.4.1.1)
   GET

2. Base string URI (RFC 5849 §3.4.1.2)
   http://photos.example.net/photos
   - the scheme is signed in lower case
   - port 80 is the scheme's default and is left out
   - the query is signed among the parameters

3. Parameters, collected and decoded (RFC 5849 §3.4.1.3.1)
   query     size = original
   query     file = vacation.jpg
   protocol  oauth_consumer_key = dpf43f3p2l4k3l03
   protocol  oauth_nonce = chapoH
   protocol  oauth_signature_method = HMAC-SHA1
   protocol  oauth_timestamp = 137131202
   protocol  oauth_token = nnch734d00sl2jdk
   - realm is sent in the header and never signed

4. Parameters, encoded and sorted (RFC 5849 §3.4.1.3.2)
   file=vacation.jpg
   oauth_consumer_key=dpf43f3p2l4k3l03
   oauth_nonce=chapoH
   oauth_signature_method=HMAC-SHA1
   oauth_timestamp=137131202
   oauth_token=nnch734d00sl2jdk
   size=original

5. Normalised parameters (RFC 5849 §3.4.1.3.2)
   file=vacation.jpg&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=chapoH&oauth_signature_method=HMAC-SHA1\
&oauth_timestamp=137131202&oauth_token=nnch734d00sl2jdk&size=original

6. Signature base string (RFC 5849 §3.4.1.1)
   GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26\
oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202%26oauth_token%3D\
nnch734d00sl2jdk%26size%3Doriginal

7. Key (RFC 5849 §3.4.2)
   consumer secret (16 characters) & token secret (16 characters)

8. Signature, HMAC-SHA1 (RFC 5849 §3.4.2)
   MdpQcU8iPSUjWoN/UDMsK2sui9I=

9. Request to send (RFC 5849 §3.5)
   HTTP://photos.example.net:80/photos?size=original&file=vacation.jpg
   Authorization: OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"chapoH\", \
oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", oauth_token=\"nnch734d00sl2jdk\", \
oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"
"
    );
}

#[test]
fn no_secret_is_shown() {
    for (transmission, url) in [
        (Transmission::Header, "https://u:se!cret1@h/"),
        (Transmission::Query, "https://u:se!cret1@h/?a#oauth_signature=f"),
        (Transmission::Body, "https://u:se!cret1@h/"),
    ] {
        for method in SignatureMethod::ALL.into_iter().filter(|method| !method.is_rsa()) {
            let mut signer = Signer::new("key", "se!cret1").unwrap();
            signer.set_token("token", "se!cret1 ").unwrap();
            signer.set_signature_method(method);
            let form = Some("application/x-www-form-urlencoded");
            let request = Request { transmission, ..Request::new("POST", url).with_body(form, b"a=1") };
            let explanation = signer.explain(&request, &mut System).unwrap();
            let text = format!("{explanation}{explanation:?}");
            assert!(!text.contains("cret1"), "{method} {transmission:?}: {text}");
            assert!(text.contains("(8 characters, encoded to 10) & token secret (9 characters, encoded to 13)"));
        }
    }
}

#[test]
fn debug_shows_nothing_of_the_request() {
    let form = Some("application/x-www-form-urlencoded");
    let extra = [("oauth_verifier", "hunter2")];
    let request = Request {
        parameters: &extra,
        ..photos("https://u:hunter2@h/?a=hunter2").with_body(form, b"hunter2&b=hunter2")
    };
    let explanation = signer().explain(&request, &mut System).unwrap();
    let debug = format!("{explanation:?}{:?}", explanation.parameters);
    assert!(!debug.contains("hunter2"), "{debug}");
    assert_eq!(format!("{:?}", explanation.parameters[0]), "Parameter { origin: Query, .. }");
    let ours = &explanation.signed.base_string;
    for theirs in [ours.replace("a%3Dhunter2", "a%3Dhunter22"), ours.replace("%26b%3Dhunter2", ""), "hunter2".into()] {
        let comparison = compare_base_strings(ours, &theirs);
        let debug = format!("{comparison:?}");
        assert!(comparison.difference.is_some() && !debug.contains("hunter2"), "{debug}");
    }
}

#[test]
fn warnings_name_what_is_rarely_meant() {
    let warnings = |signer: &Signer, request: &Request<'_>| signer.explain(request, &mut System).unwrap().warnings;
    assert_eq!(warnings(&signer(), &photos("http://h/?a=%25&b=%41")), []);
    assert_eq!(
        warnings(&signer(), &photos("http://h/?a=100%&b=%4&oauth_foo=1")),
        [
            Warning::StrayPercent { origin: Origin::Query, count: 2 },
            Warning::ForeignProtocolParameter { name: "oauth_foo".into(), origin: Origin::Query },
        ]
    );
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(warnings(&signer(), &photos("http://h/").with_body(form, b"a=1")), [Warning::FormOnBodylessMethod]);
    assert_eq!(warnings(&signer(), &photos("http://h/").with_body(None, b"a=1")), [Warning::FormWithoutContentType]);
    assert_eq!(warnings(&signer(), &photos("http://h/").with_body(None, b"{\"a\":\"=\"}")), []);
    let mut pasted = Signer::new("k", "s\n").unwrap();
    pasted.set_token("t", "").unwrap();
    pasted.set_signature_method(SignatureMethod::Plaintext);
    assert_eq!(
        warnings(&pasted, &photos("http://h/")),
        [
            Warning::PlaintextOverHttp,
            Warning::SecretWithWhitespace { secret: SecretName::Consumer },
            Warning::TokenWithoutSecret,
        ]
    );
    let mut late = signer();
    late.set_clock_offset(-90);
    let request = Request::new("GET", "http://h/");
    assert_eq!(warnings(&late, &request), [Warning::ClockOffset { seconds: -90 }]);
    assert_eq!(Warning::ClockOffset { seconds: -90 }.to_string(), "the timestamp is the clock's with -90 seconds");
    let request = Request { timestamp: Some(1_700_000_000_000), ..request };
    assert_eq!(warnings(&late, &request), [Warning::TimestampInMilliseconds]);
}

#[test]
fn uri_notes_name_what_changed() {
    let notes = |url| signer().explain(&photos(url), &mut System).unwrap().uri_notes;
    assert_eq!(notes("http://h/a"), []);
    assert_eq!(
        notes("HTTPS://u@H.x:443?q#f"),
        [
            UriNote::SchemeLowerCased,
            UriNote::UserinfoNotSigned,
            UriNote::HostLowerCased,
            UriNote::DefaultPortDropped(Some(443)),
            UriNote::EmptyPath,
            UriNote::QueryApart,
            UriNote::FragmentNotSigned,
        ]
    );
    assert_eq!(notes("http://[::1]:/é"), [UriNote::DefaultPortDropped(None), UriNote::PathEncoded]);
    assert_eq!(notes("http://[::1]:8080/"), []);
}

#[test]
fn bodies_and_keys() {
    let mut signer = signer();
    let json = photos("http://h/").with_body(Some("application/json"), b"{}");
    assert_eq!(signer.explain(&json, &mut System).unwrap().body, BodyUse::NotSigned { bytes: 2 });
    signer.set_body_hash(true);
    signer.set_signature_method(SignatureMethod::HmacSha256);
    let explanation = signer.explain(&json, &mut System).unwrap();
    assert_eq!(explanation.body, BodyUse::Hashed { bytes: 2, algorithm: "SHA-256" });
    assert!(explanation.to_string().contains("- oauth_body_hash is the SHA-256 of the body's 2 bytes, in base64\n"));
    let form = photos("http://h/").with_body(Some("application/x-www-form-urlencoded"), b"\xFF=\x1B[m");
    let text = signer.explain(&form, &mut System).unwrap().to_string();
    assert!(text.contains("   form body \\xFF = \\u{1b}[m\n"), "{text}");
}

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

    #[test]
    fn a_real_change_is_always_found(a in "[a-z+% é]{0,8}", b in "[a-z+% é]{0,8}") {
        let sign = |value: &str| {
            let body = format!("v={}", encode(value.as_bytes()));
            let request = photos("http://h/").with_body(Some("application/x-www-form-urlencoded"), body.as_bytes());
            signer().sign(&request, &mut System).unwrap().base_string.clone()
        };
        prop_assert_eq!(compare_base_strings(&sign(&a), &sign(&b)).is_same(), a == b);
    }

    #[test]
    fn the_steps_agree_with_the_signature(query in "[a-z%&=+ é0-9]{0,40}", form in prop::collection::vec(any::<u8>(), 0..40)) {
        let url = format!("http://h/?{query}");
        let request = photos(&url).with_body(Some("application/x-www-form-urlencoded"), &form);
        let explanation = signer().explain(&request, &mut System).unwrap();
        let joined: Vec<String> = explanation.sorted.iter().map(|&index| {
            let pair = &explanation.parameters[index];
            format!("{}={}", pair.encoded_name, pair.encoded_value)
        }).collect();
        prop_assert_eq!(joined.join("&"), explanation.signed.normalized_parameters.as_str());
        prop_assert!(explanation.to_string().chars().all(|letter| letter == '\n' || !letter.is_control()));
    }
}
