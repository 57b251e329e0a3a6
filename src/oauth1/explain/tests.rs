use super::*;
use crate::error::{Argument, Error, Input};
use crate::oauth1::{Request, SignatureMethod, Signer, Transmission};
use crate::percent::encode;
use crate::setting::Value;
use crate::system::System;
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
   http://photos.example.net/photos?size=original&file=vacation.jpg
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

/// What hands the URL back has taken the user name out of it.
#[test]
fn a_url_that_is_sent_as_given_is_warned_of() {
    let warnings = |form: &str, url: &str| {
        let mut signer = signer();
        signer.set("url_form", Value::Text(form)).unwrap();
        signer.explain(&photos(url), &mut System).unwrap().warnings
    };
    for form in ["usual", "normal"] {
        assert_eq!(warnings(form, "http://user@H/%7e/../#f"), []);
    }
    assert_eq!(warnings("as-given", "http://user@H/%7e"), [Warning::Userinfo, Warning::NotNormal]);
    assert_eq!(warnings("as-given", "HTTP://H:80?a=%7e#f"), []);
}

#[test]
fn more_is_not_explained() {
    let refusal = |url: &str, body: &[u8], content_type| {
        let request = Request { method: "POST", ..photos(url) }.with_body(content_type, body);
        signer().explain(&request, &mut System).map(drop)
    };
    let too_many = Err(Error::from(Argument::TooManyParameters { most: 100_000 }));
    let url = format!("http://h/?{}", "&".repeat(99_999));
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(refusal(&url, b"a", form), Ok(()));
    assert_eq!(refusal(&url, b"a&", form), too_many);
    assert_eq!(refusal(&url, b"a&", Some("text/plain")), Ok(()));
    assert_eq!(refusal(&url.replace("http", "ftp"), b"a&", form), Err(Input::ForeignScheme.into()));
}

#[test]
fn a_realm_travels_in_the_header_alone() {
    let mut signer = signer();
    signer.set_realm("Photos").unwrap();
    let form = Some("application/x-www-form-urlencoded");
    let explained = |transmission| {
        let request = Request { transmission, ..photos("http://h/").with_body(form, b"") };
        let explanation = signer.explain(&request, &mut System).unwrap();
        let text = explanation.to_string();
        (explanation.realm, explanation.warnings, text.contains("realm is sent"), text.contains("realm is not sent"))
    };
    assert_eq!(explained(Transmission::Header), (Some("Photos".to_owned()), vec![], true, false));
    for other in [Transmission::Query, Transmission::Body] {
        assert_eq!(explained(other), (None, vec![Warning::RealmNotSent], false, true));
    }
    let said = "the realm is not sent: only the Authorization header can carry it (RFC 5849 §3.5.1), and the \
                transmission is another";
    assert_eq!(Warning::RealmNotSent.to_string(), said);
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
    assert_eq!(notes("http://[::80]/?:@"), [UriNote::QueryApart]);
    assert_eq!(notes("http://u:443@80/"), [UriNote::UserinfoNotSigned]);
    assert_eq!(
        notes("Http://80:80?#"),
        [
            UriNote::SchemeLowerCased,
            UriNote::DefaultPortDropped(Some(80)),
            UriNote::EmptyPath,
            UriNote::QueryApart,
            UriNote::FragmentNotSigned,
        ]
    );
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

proptest! {
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
        prop_assert_eq!(joined.join("&"), explanation.signed.normalized_parameters());
        prop_assert!(explanation.to_string().chars().all(|letter| letter == '\n' || !letter.is_control()));
    }
}
