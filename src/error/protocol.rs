//! What is wrong with an answer, a callback, or what is known of a service: the family of 500.

use super::family::family;

family! {
    /// Why OAuth cannot go on with what a service, a browser or a profile brought.
    Protocol {
        /// What a browser brought back has no query.
        NotCallback => InvalidAnswer, "not-callback",
            "this is no callback: it has no query with code and state; paste the whole address that the browser shows";
        /// A parameter stands in the callback more than once (RFC 6749 §3.1, RFC 5849 §3.1).
        RepeatedParameter {
            /// Its name.
            name: &'static str,
        } => InvalidAnswer, "repeated-parameter", "the callback has {name} more than once, so nobody knows which counts";
        /// The callback has neither a code nor an error.
        NoCode => InvalidAnswer, "no-code", "the callback has no code and no error; log in again";
        /// The callback lacks a parameter that the profile asks for.
        NoCallbackField {
            /// Its name, as the profile has it.
            name: String,
        } => InvalidAnswer, "no-callback-field", "the callback has no {name}, which this service's profile asks for";
        /// The person refused, or may not agree (RFC 6749 §4.1.2.1).
        AccessDenied => Denied, "access-denied", "the login was denied: the person refused, or has no right to agree";
        /// The service ended the login with an error (RFC 6749 §4.1.2.1).
        LoginRefused {
            /// One of the known codes, or `an unknown error`.
            code: &'static str,
        } => Denied, "login-refused", "the service ended the login with {code}; look at the client's settings there";
        /// The callback has no state.
        NoState => ForeignState, "no-state", "the callback has no state, so it answers no login of ours; log in again";
        /// The callback's state is another one.
        OtherState => ForeignState, "other-state",
            "the callback's state is not the one of this login: it belongs to another, or was forged; log in again";
        /// What a browser brought back, or a person typed, is nothing of OAuth 1.0a.
        NotOAuth1Callback => InvalidAnswer, "not-oauth1-callback",
            "this is no callback: it has no query with oauth_token and oauth_verifier; paste the whole address that the browser \
             shows, or the code that the service shows";
        /// A code alone, where the browser comes back to an address (RFC 5849 §2.2).
        CodeForAddress => InvalidAnswer, "code-for-address",
            "this is no address: the browser comes back to one in this login, and a code alone may be anybody's; paste all of \
             the address that the browser shows";
        /// The callback has no token.
        NoCallbackToken => ForeignState, "no-callback-token",
            "the callback has no oauth_token, so it answers no login of ours; log in again";
        /// The callback's token is another one (RFC 5849 §2.2).
        OtherCallbackToken => ForeignState, "other-callback-token",
            "the callback's token is not the one of this login: it belongs to another, or was forged; log in again";
        /// The callback has no verifier.
        NoVerifier => InvalidAnswer, "no-verifier",
            "there is no oauth_verifier, without which nothing shows who agreed (RFC 5849 §2.2); log in again";
        /// A step of a login comes before its turn.
        StepBefore {
            /// The one that comes first.
            step: &'static str,
        } => InvalidArgument, "step-before", "this comes after {step}";
        /// What a host kept of a login between two requests is none.
        NoPending => ForeignState, "no-pending",
            "this is no login that was kept: it was changed, or sealed by another key or for something else; log in again";
        /// A login was kept too long.
        OldPending {
            /// How many hours it may be kept.
            hours: i64,
        } => ForeignState, "old-pending", "the login was begun more than {hours} hours ago; log in again";
        /// The service refused a request for credentials.
        RequestRefused {
            /// The HTTP status.
            http_status: u16,
            /// What the service said, in brackets, or nothing.
            said: String,
        } => Denied, "request-refused",
            "the service refused with HTTP {http_status}{said}; look at consumer key, secrets, signature method and clock";
        /// The service refused what a login brought, and not who asks.
        LoginNotTaken {
            /// The HTTP status.
            http_status: u16,
            /// What the service said, in brackets, or nothing.
            said: String,
        } => Denied, "login-not-taken",
            "the service did not take this login: HTTP {http_status}{said}; log in again";
        /// The service failed where credentials were to come.
        ServiceFailed {
            /// The HTTP status.
            http_status: u16,
            /// What the service said, in brackets, or nothing.
            said: String,
        } => InvalidAnswer, "service-failed",
            "the service answered with HTTP {http_status}{said}, and nothing was taken from that; try again later";
        /// An answer without a byte.
        EmptyAnswer => InvalidAnswer, "empty-answer", "the service's answer is empty";
        /// An answer that is longer than credentials are.
        LongAnswer {
            /// The most bytes that are read.
            most: usize,
        } => InvalidAnswer, "long-answer", "the service's answer is longer than {most} bytes, as no credentials are";
        /// An answer whose end did not come.
        CutAnswer => InvalidAnswer, "cut-answer",
            "the connection broke before the answer's end, so nobody knows what is missing of it";
        /// An answer that is HTML, or other XML.
        PageAnswer => InvalidAnswer, "page-answer",
            "the service's answer is a page and no form with credentials (RFC 5849 §2.1); look at the address";
        /// An answer that is JSON.
        JsonAnswer => InvalidAnswer, "json-answer",
            "the service's answer is JSON and no form with credentials (RFC 5849 §2.1); look at the address";
        /// An answer that is no form data.
        NotForm => InvalidAnswer, "not-form",
            "the service's answer is no form with credentials (RFC 5849 §2.1); look at the address";
        /// An answer has a field more than once.
        RepeatedAnswerField {
            /// Its name, where it is one of RFC 5849's, or `a field`.
            name: &'static str,
        } => InvalidAnswer, "repeated-answer-field",
            "the service's answer has {name} more than once, so nobody knows which counts";
        /// An answer without a token.
        NoToken => InvalidAnswer, "no-token", "the service's answer has no token";
        /// An answer with an empty token.
        EmptyToken => InvalidAnswer, "empty-token", "the token is empty";
        /// An answer without a token's secret.
        NoTokenSecret => InvalidAnswer, "no-token-secret", "the service's answer has no secret of the token";
        /// An answer with something that no request can carry.
        UnsendableToken {
            /// Which field.
            name: &'static str,
        } => InvalidAnswer, "unsendable-token",
            "{name} of the service's answer is too long, or holds what no request can carry";
        /// An answer does not confirm the callback (RFC 5849 §2.1).
        CallbackNotConfirmed => InvalidAnswer, "callback-not-confirmed",
            "the service's answer does not say oauth_callback_confirmed=true (RFC 5849 §2.1): it is one of OAuth 1.0, or nobody \
             has told it where the browser comes back to; if its documentation says so, set callback_in to authorize, or \
             callback_confirmed to false";
        /// An answer of Intuit's does not say what came of the request.
        NoErrorCode => InvalidAnswer, "no-error-code", "the service's answer is no XML with an ErrorCode";
        /// A host came with another scheme than https.
        HostScheme {
            /// Where it stood.
            field: String,
        } => UntrustedHost, "host-scheme", "{field} has another scheme than https; nothing was sent there";
        /// A host came with a user name.
        HostUserinfo {
            /// Where it stood.
            field: String,
        } => UntrustedHost, "host-userinfo", "{field} has a user name before its host; nothing was sent there";
        /// A host came with a port.
        HostPort {
            /// Where it stood.
            field: String,
        } => UntrustedHost, "host-port", "{field} names a port; nothing was sent there";
        /// An IP address came in place of a name.
        HostAddress {
            /// Where it stood.
            field: String,
        } => UntrustedHost, "host-address", "{field} is an IP address and no host name; nothing was sent there";
        /// What came is no host name.
        HostText {
            /// Where it stood.
            field: String,
        } => UntrustedHost, "host-text",
            "{field} is no bare host name (ASCII letters, digits and hyphens between dots); nothing was sent there";
        /// A host is none of those that the profile allows.
        HostElsewhere {
            /// Where it stood.
            field: String,
            /// What the profile allows.
            allowed: String,
        } => UntrustedHost, "host-elsewhere", "{field} is not one of {allowed}; nothing was sent there";
        /// An address is not https.
        InsecureUrl {
            /// Which one.
            name: String,
        } => UntrustedHost, "insecure-url",
            "{name} is no https:// address; http is for loopback alone, and must be allowed";
        /// A profile is no TOML.
        ProfileSyntax {
            /// The line, from 1.
            line: usize,
        } => InvalidProfile, "profile-syntax", "line {line} of the profile is no TOML";
        /// A profile has a field that there is not.
        UnknownField {
            /// Its name.
            name: String,
            /// The line, from 1.
            line: usize,
        } => InvalidProfile, "unknown-field", "line {line} of the profile: there is no field {name}";
        /// A profile has a field twice.
        RepeatedField {
            /// Its name.
            name: String,
            /// The line, from 1.
            line: usize,
        } => InvalidProfile, "repeated-field", "line {line} of the profile: the field {name} stands there twice";
        /// A profile lacks a field.
        MissingField {
            /// Its name.
            name: String,
            /// The line where its table begins, from 1.
            line: usize,
        } => InvalidProfile, "missing-field", "line {line} of the profile: the field {name} is missing here";
        /// A field of a profile has a value that it cannot have.
        BadField {
            /// Its name.
            name: String,
            /// The line, from 1.
            line: usize,
            /// What it can have.
            expected: String,
        } => InvalidProfile, "bad-field", "line {line} of the profile: {name} must be {expected}";
        /// There is no profile of that name.
        UnknownProvider {
            /// The names of those that there are.
            known: &'static str,
        } => UnknownProvider, "unknown-provider", "the provider is none of {known}, and no profile of that name was given";
        /// A service is named, and described as well.
        TwoProfiles => InvalidArgument, "two-profiles", "give a provider or a profile, and not both";
        /// The service has no such endpoint, or the caller must name it.
        NoEndpoint {
            /// Which, as a profile calls it, such as `token`.
            name: &'static str,
        } => NotConfigured, "no-endpoint", "no address of the {name} endpoint is known; give one";
        /// The endpoint depends on an account, and there is none.
        NoAccount => NotConfigured, "no-account",
            "the service's address depends on the account, and no account host is known; give one, or log in";
        /// An account was named, and the service has none.
        SameForAll {
            /// The service.
            service: String,
        } => NotConfigured, "same-for-all", "{service} has the same addresses for all accounts; leave the account out";
        /// The service wants a redirect URI, and there is none.
        NoRedirectUri => NotConfigured, "no-redirect-uri", "the service wants the redirect URI, and none is set";
        /// The client must prove itself, and has no secret.
        NoClientSecret => NotConfigured, "no-client-secret", "the service wants the client's secret, and none is set";
        /// There is no client identifier.
        NoClientId => NotConfigured, "no-client-id", "the client has no identifier; set the one that the service gave";
        /// The profile sends what a callback or an answer brought, and nothing was kept.
        NothingKept {
            /// The field's name.
            name: String,
        } => NotConfigured, "nothing-kept", "the service wants {name} back, which no callback has brought; log in again";
        /// The service takes no name and password.
        NoXauth => NotConfigured, "no-xauth",
            "the service hands out no token for a name and a password, by its profile";
        /// Where the browser comes back to is no address.
        BadCallback => InvalidArgument, "bad-callback", "the callback must be oob, or an absolute address";
        /// A service hands out tokens in another way than was asked.
        OtherGrant => NotConfigured, "other-grant", "the profile's kind of grant has no such request";
        /// A setting names a rotation that there is not.
        BadRotation => InvalidArgument, "bad-rotation",
            "the rotation is none of strict, until-used, timed:SECONDS, calendar:SECONDS, idempotent, maybe, none";
        /// A setting has a value that it cannot have.
        BadChoice {
            /// The setting's name.
            name: &'static str,
            /// What it can be.
            choices: &'static str,
        } => InvalidArgument, "bad-choice", "{name} must be {choices}";
        /// A setting is for profiles of another kind of grant.
        OtherSetting {
            /// The setting's name.
            name: &'static str,
        } => InvalidArgument, "other-setting", "{name} means nothing to the profile's kind of grant; leave it out";
        /// A header cannot carry the name of the application.
        BadUserAgent => InvalidArgument, "bad-user-agent", "user_agent must be text in ASCII, and of one line";
        /// A setting that names a host or an address is malformed.
        BadAddress {
            /// The setting's name.
            name: &'static str,
        } => InvalidArgument, "bad-address", "{name} must be an absolute https:// address without user name and fragment";
        /// There is no signature of that name.
        UnknownSignature {
            /// Those that there are.
            known: &'static str,
        } => InvalidArgument, "unknown-signature", "the algorithm is none of {known}";
        /// A text is no JSON object.
        NotObject {
            /// The argument's name.
            name: &'static str,
        } => InvalidArgument, "not-object", "{name} is no JSON object, or has a name twice";
        /// A JSON Web Token's header says another algorithm than it is signed by.
        OtherAlgorithm => InvalidArgument, "other-algorithm", "the header's alg is another one than the token is signed by; leave it out";
        /// A code verifier is none (RFC 7636 §4.1).
        BadVerifier => InvalidArgument, "bad-verifier",
            "a code verifier has 43 to 128 letters, digits and -._~ (RFC 7636 §4.1)";
        /// A signature by HMAC is asked for, and there is no key.
        NoMacKey => InvalidKey, "no-mac-key",
            "the algorithm is HMAC and there is no key; give one";
    }
}
