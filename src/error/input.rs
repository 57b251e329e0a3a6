//! What is wrong with the request that is to be signed: the family of 200.

use super::family::family;
use super::term::{Source, Term};

family! {
    /// Why a request cannot be signed as it is.
    Input {
        /// The URL is empty.
        EmptyUrl => InvalidUrl, "empty-url", "the URL is empty";
        /// The URL holds a control character.
        ControlInUrl => InvalidUrl, "control-in-url",
            "the URL holds a control character, such as a line break; remove it or encode it as %XX";
        /// White space stands before the URL.
        SpaceBeforeUrl => InvalidUrl, "space-before-url", "the URL begins with white space; remove it";
        /// The URL's scheme is another than http and https.
        ForeignScheme => InvalidUrl, "foreign-scheme", "the URL's scheme is neither http nor https";
        /// The URL has no scheme.
        RelativeUrl => InvalidUrl, "relative-url", "the URL is relative; begin it with https:// or http://";
        /// A `[` has no `]`.
        OpenBracket => InvalidUrl, "open-bracket", "the URL's IPv6 address has no closing bracket";
        /// Something else than an IPv6 address stands in brackets (RFC 3986 §3.2.2).
        BadIpv6 => InvalidUrl, "bad-ipv6", "what stands in brackets in the URL is no IPv6 address";
        /// Something else than a port follows the brackets.
        TextAfterIpv6 => InvalidUrl, "text-after-ipv6", "after the URL's IPv6 address only a port may follow";
        /// A host has more than one colon, and no brackets.
        BareIpv6 => InvalidUrl, "bare-ipv6",
            "the URL's host holds more than one colon; an IPv6 address needs brackets";
        /// The port is no number.
        BadPort => InvalidUrl, "bad-port", "the URL's port is not a number";
        /// The port is 0, or above 65535.
        PortOutOfRange => InvalidUrl, "port-out-of-range", "the URL's port is not between 1 and 65535";
        /// There is no host.
        NoHost => InvalidUrl, "no-host", "the URL has no host";
        /// The host is written with letters that the protocol does not have.
        ForeignHost => InvalidUrl, "foreign-host",
            "the URL's host has letters outside ASCII; write its xn-- form";
        /// The host holds what `reg-name` cannot (RFC 3986 §3.2.2).
        BadHost => InvalidUrl, "bad-host", "the URL's host holds a character that no host name has";
        /// The HTTP method is empty.
        EmptyMethod => InvalidMethod, "empty-method", "the HTTP method is empty; write GET, POST, …";
        /// The HTTP method is no token.
        BadMethod => InvalidMethod, "bad-method",
            "the HTTP method holds a character that a method cannot have (RFC 9110 §9.1): a space, a control character or \
             a separator";
        /// Text that a header will carry holds a control character: nearly always a line break that was read from a file
        /// along with the text.
        ControlCharacter {
            /// Which text.
            term: Term,
        } => InvalidParameter, "control-character",
            "{term} holds a control character, such as a line break at its end; remove it";
        /// There is no consumer key.
        EmptyConsumerKey => InvalidParameter, "empty-consumer-key",
            "the consumer key is empty; set the one that the service gave you";
        /// A nonce was given, and it is empty.
        EmptyNonce => InvalidParameter, "empty-nonce", "the nonce is empty; give one, or none for a fresh one";
        /// An extra protocol parameter has no name.
        EmptyParameterName => InvalidParameter, "empty-parameter-name", "a protocol parameter has an empty name";
        /// An extra protocol parameter has a place of its own.
        SetElsewhere {
            /// Its name.
            name: &'static str,
            /// Where it comes from.
            source: Source,
        } => DuplicateProtocolParameter, "set-elsewhere",
            "{name} cannot be set as an extra parameter: it comes from {source}";
        /// `realm` was set as an extra protocol parameter, which would sign it (RFC 5849 §3.4.1.3.1).
        RealmAsParameter => InvalidParameter, "realm-as-parameter",
            "realm is never signed; set it as the signer's realm";
        /// Two of our own protocol parameters have one name.
        SetTwice => DuplicateProtocolParameter, "set-twice",
            "a protocol parameter is set twice, or oauth_body_hash is set and the signer adds it too";
        /// The request brings a protocol parameter that signing adds (RFC 5849 §3.5).
        InRequest {
            /// Its name.
            name: String,
        } => DuplicateProtocolParameter, "in-request",
            "{name} stands in the query or the form body, and signing adds its own; remove it there";
        /// There is no signature method of that name.
        UnknownSignatureMethod => UnsupportedSignatureMethod, "unknown-signature-method",
            "the signature method is none of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, \
             RSA-PSS-SHA256, PLAINTEXT (names are case-sensitive)";
    }
}
