from collections.abc import Iterable
from datetime import datetime
from os import PathLike
from typing import Any, Final, NoReturn, final

from typing_extensions import Unpack

from ._flows import FlowSettings, Headers, KeptFlow
from ._grants import (
    Finding,
    GrantReport,
    GrantSettings,
    Happening,
    KeptLogin,
    Purpose,
    Seconds,
    Send,
    SignedBodies,
    StoreReport,
)
from ._records import Records
from ._types import (
    Algorithm,
    Bytes,
    Origin,
    Parameters,
    Row,
    SignatureMethod,
    Text,
    Transmission,
    UrlForm,
)

__all__ = [
    "AuthorizedRequest",
    "Bundle",
    "Comparison",
    "Credentials",
    "Explanation",
    "FLOW_SETTINGS",
    "Flow",
    "GRANT_SETTINGS",
    "Login",
    "Parameter",
    "SIGNATURE_METHODS",
    "Signed",
    "Signer",
    "Store",
    "Token",
    "__version__",
    "compare_base_strings",
    "equal_constant_time",
    "hmac",
    "is_form",
    "keep_for_ever",
    "netsuite_passport",
    "new_key",
    "nonce",
    "percent_encode",
    "read_callback",
    "read_temporary",
    "read_token",
    "status_name",
    "timestamp",
]

FLOW_SETTINGS: Final[tuple[str, ...]]
GRANT_SETTINGS: Final[tuple[str, ...]]
SIGNATURE_METHODS: Final[tuple[SignatureMethod, ...]]
__version__: Final[str]

def nonce() -> str:
    """A new nonce: 24 letters and digits that carry 120 random bits. Fit for `oauth_nonce` (RFC 5849 §3.3).

    No two are equal across threads and across `os.fork()`. Raises `osign.Error` where the system gives no
    randomness.
    """

def timestamp() -> int:
    """The system's clock in whole seconds since 1970-01-01 00:00 UTC, as `oauth_timestamp` has it."""

def percent_encode(text: Bytes, /) -> str:
    """`text` with all but letters, digits, `-`, `.`, `_` and `~` as `%XX`, upper-case (RFC 3986 §2.1, RFC 5849 §3.6).

    A `str` is encoded as UTF-8; `bytes` need not be text. Raises `osign.InputError` for half of a surrogate pair.
    """

def hmac(algorithm: Algorithm, key: Bytes, data: Bytes) -> bytes:
    """HMAC (RFC 2104): the raw code, 20, 32 or 64 bytes.

    `algorithm` is `"SHA1"`, `"SHA256"` or `"SHA512"`; key and data are `bytes`, or `str` as UTF-8. Raises
    `osign.InputError` for another algorithm.
    """

def equal_constant_time(a: Bytes, b: Bytes, /) -> bool:
    """Whether two signatures are equal, in a time that depends on their lengths alone.

    Each is `bytes`, or a `str` as UTF-8.
    """

def is_form(content_type: Text, /) -> bool:
    """Whether a content type says that a body is form data whose pairs are signed (RFC 5849 §3.4.1.3.1)."""

def read_temporary(status: int, challenge: Text | None, body: Bytes, confirmed: bool, /) -> dict[str, str]:
    """The fields of an answer with temporary credentials (RFC 5849 §2.1): its status, the value of its `WWW-Authenticate` or `None`,
    and its body; and whether it must confirm a callback. Raises `osign.LoginFailed` where it is none.
    """

def read_token(status: int, challenge: Text | None, body: Bytes, /) -> dict[str, str]:
    """The fields of an answer with token credentials (RFC 5849 §2.3), in the same way."""

def read_callback(callback: Text, token: Text | None, /) -> dict[str, str]:
    """The parameters of the URL that a browser came to (RFC 5849 §2.2), or of its query; or the code that a person typed, as
    `oauth_verifier`. `token` is the session's own; with `None` there is nothing to compare the callback's with. A verifier need not
    be there. Raises `osign.LoginFailed` of a callback that is foreign or none, or tells that the person refused.
    """

def keep_for_ever(object: object, /) -> None:
    """Keeps an object for ever: also when the interpreter ends nothing of it is given back. A connection that a child of
    `os.fork()` has of its parent is one, as its end here would be its end there.
    """

def status_name(status: int, /) -> str:
    """The name of a status, such as `OSIGN_INVALID_URL`; `OSIGN_UNKNOWN` where there is none with this number."""

def compare_base_strings(ours: Text, theirs: Text, /) -> Comparison:
    """Compares a base string of ours with the one that a server reports, and returns a `Comparison`: where they first
    differ, in words.

    Both are `str`, or `bytes` in UTF-8. For a request that is not signed yet, `Explanation.compare` is the way.
    """

def netsuite_passport(
    account: Text, consumer_key: Text, consumer_secret: Text, token: Text, token_secret: Text, *, nonce: Text, timestamp: int
) -> str:
    """The signature of a `tokenPassport` of NetSuite's SOAP web services, with `HMAC-SHA256` as its algorithm, in base64. It is not
    of RFC 5849, since it signs no request.

    The password of SuiteAnalytics Connect joins account, consumer key, token, nonce, timestamp, this, and `HMAC-SHA256` by `&`.
    A sandbox's account is written as in `1234567_SB1`. Nonce and timestamp are those that are sent along:
    `osign.nonce()[:20]` and `osign.timestamp()`.

    Raises `osign.InputError` for what cannot be sent.
    """

@final
class Signer:
    """Credentials and a signature method, ready to sign any number of requests (RFC 5849).

    Texts are `str`, or `bytes` in UTF-8; nothing is percent-encoded beforehand.

    - `consumer_key`, `consumer_secret`: the application's; the service may call them client key or API key.
    - `token`, `token_secret`: the access token, or the request token while one is being exchanged; `None` for none.
    - `signature_method`: `osign.oauth1.SignatureMethod` has the names.
    - `private_key`: for the RSA methods, a PKCS#1 or PKCS#8 PEM text, not encrypted.
    - `realm`: sent first in the header, never signed. An empty one is none, unless `send_empty_realm` is `True`.
    - `send_empty_token`: whether `oauth_token=""` is sent where there is no token.
    - `clock_offset`: seconds to add to a clock that is off.
    - `version`, `send_version`: the value of `oauth_version`, and whether it is sent.
    - `plaintext_nonce`: whether PLAINTEXT sends nonce and timestamp.
    - `url_form`: the form that a URL is signed in: `"as-given"`, `"normal"` (RFC 3986 §6.2.2, §6.2.3), or `"usual"`, which is
      normal where the URL is handed back, and as given in `authorization` and `authorization_many`.
    - `body_hash`: whether `oauth_body_hash` is sent where the body is no form, or there is none. The hash is the
      signature method's own; SHA-1 for PLAINTEXT.
    - `mastercard_form`: whether requests have the form that Mastercard's own libraries give them, which is not that of RFC
      5849: what is encoded twice there is encoded once, and every body has its hash.

    Raises `osign.InputError` for text that cannot be sent, `osign.InvalidKeyError` for a private key that is none, and for
    an RSA method without one.

    A signer never changes: share it among threads, keep it for as long as the credentials hold. The HMAC is keyed
    once, here. `repr` shows no secret, `pickle` is refused, and the secrets are wiped when it goes.
    """

    def __new__(
        cls,
        consumer_key: Text,
        consumer_secret: Text,
        token: Text | None = None,
        token_secret: Text | None = None,
        *,
        signature_method: SignatureMethod = "HMAC-SHA1",
        private_key: Text | None = None,
        realm: Text | None = None,
        send_empty_realm: bool = False,
        send_empty_token: bool = False,
        clock_offset: int = 0,
        version: Text = "1.0",
        send_version: bool = True,
        plaintext_nonce: bool = True,
        body_hash: bool = False,
        url_form: UrlForm = "usual",
        mastercard_form: bool = False,
    ) -> Signer: ...
    def sign(
        self,
        method: Text,
        url: Text,
        body: Bytes | None = None,
        *,
        content_type: Text | None = None,
        parameters: Parameters | None = None,
        nonce: Text | None = None,
        timestamp: int | None = None,
        transmission: Transmission = "header",
    ) -> Signed:
        """Signs a request and returns all of it: what to send, and what was signed. The URL is signed in its normal form, which
        every HTTP client sends alike, unless the signer has another `url_form`: send `url` of the answer.

        - `method`, `url`: the HTTP method, and the absolute http or https URL with its query.
        - `body`: `bytes` or `str`. It is signed when `content_type` is `application/x-www-form-urlencoded`, with or
          without a charset; of other bodies a hash is signed, if the signer was made so.
        - `parameters`: further protocol parameters, such as `oauth_callback` and `oauth_verifier`: a mapping, or pairs.
        - `nonce`, `timestamp`: in place of a fresh nonce and the clock (Unix seconds).
        - `transmission`: where the protocol parameters travel: `"header"`, `"query"` or `"body"`.

        Raises `osign.InputError` for what cannot be signed, `osign.InvalidKeyError` for a private key that is too short for
        the method's hash, `TypeError` for an argument of the wrong type. Warns with `osign.UnsignedFormWarning` of a body
        that looks like a form and has no content type: it is not signed.
        """

    def authorization(
        self,
        method: Text,
        url: Text,
        body: Bytes | None = None,
        *,
        content_type: Text | None = None,
        parameters: Parameters | None = None,
        nonce: Text | None = None,
        timestamp: int | None = None,
    ) -> str:
        """The value of the `Authorization` header for a request: the quickest way to a signature.

        Arguments and errors are those of `sign`. The URL is signed as it is given, unless the signer has another `url_form`:
        what is sent must be that. Warns with `osign.UnnormalizedUrlWarning` of a URL that HTTP clients may send in another form.
        """

    def sign_many(self, requests: Iterable[Row], /) -> list[Signed]:
        """Signs many requests and returns a `list` of `Signed` in their order. Other threads run, and Ctrl-C is heeded, after
        each thousand; with RSA after 32, and after fewer once they come to 16 MiB. RSA and a large body are signed while
        others run.

        Each request is a sequence `(method, url)`, `(method, url, body)` or `(method, url, body, content_type)`, or
        a mapping of the arguments of `sign` by their names. When one cannot be signed, its error is raised and says
        which one it was, counted from 0; none is returned then.
        """

    def authorization_many(self, requests: Iterable[Row], /) -> list[str]:
        """The values of the `Authorization` headers for many requests: a `list` of `str` in their order, and the quickest way
        to many signatures.

        Requests and errors are those of `sign_many`; the transmission is by header. URLs are signed as `authorization` does,
        which warns once here.
        """

    def explain(
        self,
        method: Text,
        url: Text,
        body: Bytes | None = None,
        *,
        content_type: Text | None = None,
        parameters: Parameters | None = None,
        nonce: Text | None = None,
        timestamp: int | None = None,
        transmission: Transmission = "header",
    ) -> Explanation:
        """Every step of the signature that `sign` makes of the same arguments, as an `Explanation`: to print, to look into,
        to compare with what a server computed. `osign.oauth1.explain` is the same as a function.

        Raises what `sign` raises.
        """

    @property
    def signature_method(self) -> SignatureMethod:
        """The signature method, such as `"HMAC-SHA1"`."""

    def __copy__(self) -> Signer: ...
    def __deepcopy__(self, _memo: Any) -> Signer: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Signed:
    """A signed request: what to send, and what was signed. Made by `Signer.sign`; it never changes.

    Send exactly `url`, `body` and `headers`: a request that an HTTP client rewrites no longer fits its signature.
    `repr` shows only nonce and timestamp, since with PLAINTEXT the rest carries the secrets.
    """

    @property
    def authorization(self) -> str | None:
        """The value of the `Authorization` header; `None` unless the transmission is by header."""

    @property
    def url(self) -> str:
        """The URL to send, exactly. It is in the normal form of RFC 3986 §6.2.2 and §6.2.3, which every HTTP client sends alike:
        without user name, password and fragment, with capitals in escapes. With the signer's `url_form="as-given"` it is as
        it came, with raw spaces and letters outside ASCII percent-encoded.
        """

    @property
    def body(self) -> bytes | None:
        """The body to send, as `bytes`; `None` when there is none."""

    @property
    def signature(self) -> str:
        """The signature in base64 (for PLAINTEXT the encoded secrets), not percent-encoded."""

    @property
    def base_string(self) -> str:
        """The signature base string (RFC 5849 §3.4.1)."""

    @property
    def normalized_parameters(self) -> str:
        """The normalised parameters (RFC 5849 §3.4.1.3.2)."""

    @property
    def nonce(self) -> str:
        """The nonce that was signed."""

    @property
    def timestamp(self) -> int:
        """The timestamp that was signed, in Unix seconds."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers to send, a new `dict`: `Authorization` when the transmission is by header, and `Content-Type`
        when the request was given one.
        """

    def __copy__(self) -> Signed: ...
    def __deepcopy__(self, _memo: Any) -> Signed: ...
    def __reduce__(self) -> NoReturn: ...

@final
class Explanation:
    """Every step of one signature. `str()` and `print()` show them as a person reads them.

    No secret is in it: with PLAINTEXT the signature is masked, or `None`.
    """

    @property
    def method(self) -> str:
        """The HTTP method as the base string has it, in capitals."""

    @property
    def base_string_uri(self) -> str:
        """The base string URI (RFC 5849 §3.4.1.2), not encoded."""

    @property
    def uri_notes(self) -> list[str]:
        """Why the base string URI is not simply the URL up to its query, each a sentence."""

    @property
    def parameters(self) -> list[Parameter]:
        """Every pair that is signed, in the order of collection: query, form body, protocol."""

    @property
    def sorted(self) -> list[int]:
        """The order that they are signed in (RFC 5849 §3.4.1.3.2), as indices into `parameters`."""

    @property
    def normalized_parameters(self) -> str:
        """The normalised parameters (RFC 5849 §3.4.1.3.2)."""

    @property
    def base_string(self) -> str:
        """The signature base string (RFC 5849 §3.4.1)."""

    @property
    def body(self) -> dict[str, str | int]:
        """What the signature says of the body: `use` is `"absent"`, `"form"`, `"hashed"` or `"not signed"`, `bytes` its
        length; with `"hashed"` there is `algorithm`, too.
        """

    @property
    def signature_method(self) -> SignatureMethod:
        """The signature method, such as `"HMAC-SHA1"`."""

    @property
    def key(self) -> dict[str, int | tuple[int, int]]:
        """The shape of what signed, never a character of it: `rsa_bits`, or for `consumer_secret` and `token_secret`
        a pair of lengths in characters, as it is and percent-encoded.
        """

    @property
    def signature(self) -> str | None:
        """The signature in base64; `None` with PLAINTEXT."""

    @property
    def url(self) -> str:
        """The URL to send, without user name and password."""

    @property
    def authorization(self) -> str | None:
        """The value of the `Authorization` header; `None` unless the transmission is by header."""

    @property
    def realm(self) -> str | None:
        """The realm, which is sent and never signed; `None` for none."""

    @property
    def nonce(self) -> str:
        """The nonce that was signed."""

    @property
    def timestamp(self) -> int:
        """The timestamp that was signed, in Unix seconds."""

    @property
    def warnings(self) -> list[str]:
        """What looks like a mistake, each a sentence."""

    def compare(self, server_base_string: Text, /) -> Comparison:
        """Compares the base string with the one that a server reports, and returns a `Comparison`: where they first differ,
        in words. White space around the server's text does not count.
        """

    def __reduce__(self) -> NoReturn: ...

@final
class Parameter:
    """One name and value that is signed."""

    @property
    def origin(self) -> Origin:
        """Where it comes from: `"query"`, `"form body"` or `"protocol"`."""

    @property
    def name(self) -> bytes:
        """The name's bytes, decoded."""

    @property
    def value(self) -> bytes:
        """The value's bytes, decoded."""

    @property
    def encoded_name(self) -> str:
        """The name, percent-encoded (RFC 5849 §3.6)."""

    @property
    def encoded_value(self) -> str:
        """The value, percent-encoded."""

    def __reduce__(self) -> NoReturn: ...

@final
class Comparison:
    """What comparing two base strings found. `str()` says it in words; it is true when they are the same."""

    @property
    def same(self) -> bool:
        """Whether they are the same."""

    @property
    def other_request(self) -> bool:
        """Whether the server's is of another request: another nonce or timestamp."""

    @property
    def message(self) -> str:
        """The first difference in words, such as "the server sees port 443"."""

    def __bool__(self) -> bool: ...
    def __reduce__(self) -> NoReturn: ...

def new_key() -> str:
    """A new key of a store: the line that `key` takes. Keep it where the store is not.

    Raises `osign.Error` where the system gives no randomness.
    """

@final
class Store:
    """A store of grants, which hands out their access tokens and renews them: `"sqlite:PATH"`; `"postgresql://USER@HOST/DATABASE"` for
    several hosts; or in a table of the program's own: `osign.stores.Django`, `osign.stores.DBAPI`, or any object with the methods of
    `osign.stores.Records`.

    - `key`: the line that `osign.new_key()` makes, or 32 bytes. Or `passphrase`, of which Argon2id makes the key.
    - `old_key`, `old_passphrase`: what opened the store before, while its key is changed; see `rekey`.
    - `create`: whether to make the store where there is none; of a table of your own by its `create_table`.
    - `ca_file`: a PEM file of certificate authorities to trust beside the system's.
    - `proxy`: the address of a proxy for requests to the token endpoint, such as `"http://user:password@proxy:3128"`; else the
      environment tells of one.
    - `environment`: a text that tells this environment from others, where the machine and the path do not: in containers.
    - `patience`: how many seconds a call waits for others who renew the same grant, and for a service that asks to.
    - `send`: what sends requests to the token endpoint in the place of the client that is built in: a callable that is given
      method, URL, a `dict` of headers and the body as `bytes`, and returns the answer's status, its headers or its content
      type, and its body. It sends once and follows no redirect. Where it raises, the answer counts as lost; where it raises
      `osign.NotSent`, nothing was sent.
    - `id`: a text that tells a table of your own from others and stays the same, since every record is bound to it; the
      object's own `id` where it is left out.

    Any number of threads and processes may use one store at once; of several that need a new token one gets it, and the
    others wait for it. One object a process is enough, and children of `os.fork()` may go on with it. While a call waits,
    other threads run.

    Raises `osign.StoreError` where it cannot be opened.
    """

    def __new__(
        cls,
        url: Text | Records,
        key: Bytes | None = None,
        *,
        passphrase: Bytes | None = None,
        old_key: Bytes | None = None,
        old_passphrase: Bytes | None = None,
        create: bool = False,
        ca_file: str | PathLike[str] | None = None,
        proxy: Text | None = None,
        environment: Text | None = None,
        patience: Seconds = 30,
        send: Send | None = None,
        id: Text | None = None,
    ) -> Store: ...
    def access_token(self, grant: Text, min_validity: Seconds = 60) -> str:
        """An access token of a grant, or its static key, that lives on for `min_validity` seconds; renewed where it must be.

        Raises `osign.GrantLost` where a person must log in, `osign.TryLater` where there is no token right now,
        `osign.ConfigurationError` where the service refuses the client, `osign.StoreError`.
        """

    def token(self, grant: Text, min_validity: Seconds = 60) -> Token:
        """The same, with all that is known of it: an `osign.Token`."""

    def refused(self, grant: Text, token: Token | int, status: int = 401) -> Token:
        """Tells that a service turned a token down by an HTTP status, and returns the one that is good now: a newer one that is
        there already, or a renewed one. `token` is an `osign.Token`, or its generation.

        Raises what `access_token` raises.
        """

    def authorize(
        self,
        grant: Text,
        method: Text,
        url: Text,
        body: Bytes | None = None,
        *,
        content_type: Text | None = None,
        min_validity: Seconds = 60,
    ) -> AuthorizedRequest:
        """A request of the service's API as it must be sent under a grant of whatever kind: an `osign.AuthorizedRequest`.

        A body is `application/octet-stream` unless `content_type` says otherwise. The credential goes to the grant's API
        origins alone: `osign.ConfigurationError` of any other URL. Of a grant of OAuth 1.0a the method, the URL and the body
        are signed, the body as far as `signed_bodies` says: send exactly what comes back, once. Raises what `access_token`
        raises besides.
        """

    def signed_bodies(self, grant: Text) -> SignedBodies | None:
        """Which bodies take part in what a grant of OAuth 1.0a signs, and so must be given to `authorize`: `"forms"` or `"all"`;
        `None` of a grant of another kind, which signs nothing.
        """

    def is_expired(self, grant: Text, status: int, body: Bytes | None = None) -> bool:
        """Whether an answer of the service's API means that the token has ended, by what is known of the service: `refused` is to
        be told of it then.
        """

    def add(self, grant: Text, **settings: Unpack[GrantSettings]) -> None:
        """Adds a grant. What is set of it is looked at whole first: what is missing is said now.

        - `provider`: a service that osign knows, such as `"amocrm"`; or `profile`, the text of a profile of your own.
        - `kind`: `"code"` (a person logs in), `"client-credentials"`, `"static"` (a key) or `"oauth1"` (each request is signed);
          the service tells where it is left out.
        - `client_id`, `client_secret`, `redirect_uri`, `scope`: as they are registered there.
        - `consumer_key`, `consumer_secret`, `callback`: the same of OAuth 1.0a; `private_key`: for the RSA methods, in PEM. The
          callback is `"oob"` where the service shows the person a code instead.
        - `token`, `token_secret`: of OAuth 1.0a, credentials that there are already, so that nobody logs in; an empty token where
          the service has none.
        - `account`: the account's host, where the service has one for each.
        - `authorize_url`, `token_url`, `refresh_url`, `revoke_url`, `rotation`, `user_agent`, `pkce`: in the place of what the
          profile says; of OAuth 1.0a `request_token_url`, `access_token_url`, `renew_url`, `signature_method`, `realm`,
          `transmission`, `http_method`, `callback_in`, `callback_confirmed`, `send_empty_token`.
        - `authorize_parameter`: of OAuth 1.0a, one more parameter of the address where a person agrees, such as `"perms=write"`; or
          a list of them. An empty value leaves out one of the profile's.
        - `api_origin`: where the token may be sent to, such as `"https://api.example.com"`; or a list of them.
        - `allow_insecure_http`: whether loopback addresses may do without TLS.
        - `secret`, `header`, `query`, `expires_at`: a static key, where it goes (`"X-Api-Key: {}"`, or the name of a parameter of
          the query), and when it ends, in Unix seconds.

        Raises `osign.ConfigurationError` and `osign.InputError` of what is missing or wrong, and `osign.StoreError`.
        """

    def replace(self, grant: Text, **settings: Unpack[GrantSettings]) -> None:
        """Puts a grant in the place of another of the name, or adds it. Arguments and errors are those of `add`.

        A new secret or address of the same client costs nobody a login; another client does.
        """

    def login(self, grant: Text, account: Text | None = None) -> Login:
        """Begins a login, and returns an `osign.Login` with the URL where a person agrees. `account` names the account's host,
        where the service has one for each.

        Its state is kept in the store, sealed: the callback may come to another process. A service of OAuth 1.0a is asked for
        temporary credentials first: `osign.LoginFailed` where it hands out none.
        """

    def finish_login(self, grant: Text, callback: Text) -> Token:
        """Ends the login that was begun last, with the URL that the browser came to, or its query; returns the `osign.Token`.

        Under a grant of OAuth 1.0a it may be the code that the service shows, and the token's `value` is empty: it is not handed out.

        Raises `osign.LoginFailed` of a callback that is foreign, or tells that the person refused, and of what a service of OAuth 1.0a
        does not take: the grant is as it was.
        """

    def exchange(self, grant: Text, code: Text, account: Text | None = None) -> Token:
        """Exchanges a code that was had in another way; returns the `osign.Token`."""

    def grants(self) -> list[str]:
        """The names of all grants, sorted."""

    def grant(self, grant: Text) -> GrantReport:
        """What a grant shows of itself, without its secrets. Times are Unix seconds."""

    def check(self, warn: Seconds = 1209600) -> list[Finding]:
        """What in all grants needs a person, or ends within `warn`: seconds, or a `datetime.timedelta`; 14 days where it is left
        out.
        """

    def history(self, grant: Text, most: int = 50) -> list[Happening]:
        """What happened to a grant, the newest first; `most` lines of it."""

    def export(
        self,
        grant: Text,
        *,
        key: Bytes | None = None,
        passphrase: Bytes | None = None,
        purpose: Purpose = "move",
    ) -> Bundle:
        """A grant as a sealed text of its own, to be put away or moved to another store: an `osign.Bundle`. `purpose` is `"move"` or
        `"backup"`; `key` or `passphrase` seals it.

        The grant goes on here until `exported` is told that the text is where it belongs.
        """

    def exported(self, grant: Text, bundle: Bundle | int) -> None:
        """The text of an `osign.Bundle` is durable elsewhere: the grant's secrets are taken out of this store.

        Raises `osign.TryLater` where it was renewed or changed meanwhile, so that the text is of no use: export it once more.
        """

    def import_(
        self,
        text: Text,
        *,
        key: Bytes | None = None,
        passphrase: Bytes | None = None,
        grant: Text | None = None,
    ) -> str:
        """Takes in the text of a grant that was exported, under its own name or another; returns the name. It waits for `adopt`."""

    def adopt(self, grant: Text) -> None:
        """Goes on with a grant that was imported, once it is certain that it is used nowhere else."""

    def adopt_store(self) -> int:
        """Goes on with a store that was moved, copied or restored, once it is certain that the other one is used no more; returns
        how many grants it has, and 0 where it needs no adoption.
        """

    def rekey(self) -> int:
        """Changes the store's key: seals anew, with the key that the store was opened with, what its `old_key` or `old_passphrase`
        opens; returns how many grants that were.

        So that no process is ever without the key it needs, open the store everywhere with the new key and the old one first;
        then call this once; then leave the old one out, and keep it for old backups. Raises `osign.StoreError` of a grant that
        opens with neither.
        """

    def backup(self, path: str | PathLike[str]) -> None:
        """Copies the store to a file that is not there yet, while others go on. Its key is not in it; a copy is adopted before it
        is used (`adopt_store`).

        Raises `osign.StoreError` where the file is there or cannot be made, and `osign.InputError` of a store in PostgreSQL, which
        the server's own tools copy.
        """

    def info(self) -> StoreReport:
        """What there is to know of the store itself, for people who look after it."""

    def renew(self, grant: Text) -> Token:
        """Asks the service for a longer life of the token of a grant of OAuth 1.0a, where it gives one: the same token lives on, or
        another is kept in its place. All else is renewed by itself. Returns an `osign.Token` without a value.

        Raises `osign.ConfigurationError` of a grant of another kind, and where no address for that is known; `osign.LoginFailed`
        where the service refused, or its answer is none; `osign.TryLater` where it was not reached, and, with the reason
        `too-early`, where it renews in the last days of a token's life alone, which are still to come; `osign.GrantLost` where nobody
        has logged in, and, with the reason `renewal-lost`, where an answer was lost or unreadable that may have had another token.
        The grant is as it was then. `osign.StoreError` where the store did not take the new credentials: they lie beside it, sealed,
        and the next call that can write takes them in.
        """

    def revoke(self, grant: Text, *, here: bool = False) -> bool:
        """Revokes a grant, at the service too where that has a way; returns whether it was told, also of tokens that lie beside the store.
        With `here` nobody is asked: at the service the grant lives on, until somebody ends it there.
        """

    def remove(self, grant: Text) -> None:
        """Removes a grant from the store. At the service it lives on."""

    def rename(self, grant: Text, new_name: Text) -> None:
        """Gives a grant another name."""

    def __reduce__(self) -> NoReturn: ...
    def __copy__(self) -> Store: ...
    def __deepcopy__(self, _memo: Any) -> Store: ...

@final
class Token:
    """An access token, or a static key. `repr` does not show it, `pickle` is refused."""

    @property
    def value(self) -> str:
        """The token itself."""

    @property
    def type(self) -> str:
        """Its type, such as `"Bearer"`; empty for a static key."""

    @property
    def expires_at(self) -> datetime | None:
        """When it ends, a `datetime.datetime` in UTC; `None` where that is not known."""

    @property
    def generation(self) -> int:
        """The grant's generation, which `Store.refused` takes."""

    def __reduce__(self) -> NoReturn: ...
    def __copy__(self) -> Token: ...
    def __deepcopy__(self, _memo: Any) -> Token: ...

@final
class AuthorizedRequest:
    """A request as it must be sent: one of a service's API with its credential, or a step of a login. `repr` does not show what is
    secret of it, `pickle` is refused.
    """

    @property
    def method(self) -> str:
        """The HTTP method."""

    @property
    def url(self) -> str:
        """The URL to send, exactly. A static key that goes into the query is in it."""

    @property
    def headers(self) -> dict[str, str]:
        """The headers to send, a new `dict`: those with the credential, and `Content-Type` where there is a body."""

    @property
    def body(self) -> bytes:
        """The body to send; empty where there is none."""

    @property
    def generation(self) -> int:
        """The generation of its token, which `Store.refused` takes; 0 of a step of a login."""

    def __reduce__(self) -> NoReturn: ...
    def __copy__(self) -> AuthorizedRequest: ...
    def __deepcopy__(self, _memo: Any) -> AuthorizedRequest: ...

@final
class Login:
    """A login under way: a person agrees at its URL, and the browser comes back with the callback.

    The store keeps its state, sealed. So between two web requests nothing of it must be kept but the grant's name;
    `to_dict` and `from_dict` are for who keeps it all the same.
    """

    @property
    def grant(self) -> str:
        """The grant's name."""

    @property
    def url(self) -> str:
        """The URL where a person agrees."""

    def finish(self, callback: Text) -> Token:
        """Ends the login with the URL that the browser came to, or its query; returns the `osign.Token`.

        Under a grant of OAuth 1.0a it may be the code that the service shows, and the token's `value` is empty: it is not handed out.

        Raises `osign.LoginFailed` of a callback that is foreign, or tells that the person refused, and of what a service of OAuth 1.0a
        does not take: the grant is as it was.
        """

    def to_dict(self) -> KeptLogin:
        """What a web session can keep: texts by their names."""

    @staticmethod
    def from_dict(store: Store, kept: KeptLogin) -> Login:
        """The login again, of what `to_dict` gave."""

@final
class Flow:
    """A login at a service of OAuth 1.0a (RFC 5849 §2) whose requests you send, by any client: it reads no network.

    In order: `request_temporary`, send it, `read_temporary`; a person agrees at `authorize_url`; `read_callback`; `request_token`,
    send it, `read_token`; then `signer` is what signs requests of the API. A step out of its turn raises `osign.InputError` and
    changes nothing. Send each request once, as it is, and follow no redirect.

    - `consumer_key`, `consumer_secret`: the application's.
    - `provider`: a service of OAuth 1.0a that osign knows, such as `"quickbooks-oauth1"`; or `profile`, the text of a profile of
      your own. Without either nothing is known of it but the settings.
    - `callback`: where the browser comes back to, or `"oob"` where the service shows a code instead.
    - `account`: the account's host, where the service has one for each.
    - `request_token_url`, `authorize_url`, `access_token_url`, `renew_url`, `revoke_url`: addresses, in the place of the profile's.
    - `signature_method`, `private_key`, `realm`, `send_empty_token`, `clock_offset`, `version`, `send_version`, `plaintext_nonce`:
      as of a `Signer`.
    - `transmission`, `http_method`: where the parameters travel, and `"POST"` or `"GET"`. `user_agent`: a header of each request.
    - `callback_in`: `"authorize"` for services of OAuth 1.0, whose callbacks have no verifier; else `"request-token"`.
    - `callback_confirmed`: whether the first answer must say `oauth_callback_confirmed=true` (RFC 5849 §2.1).
    - `xauth`: whether the service takes a name and a password. `allow_insecure_http`: whether loopback may do without TLS.

    Raises `osign.ConfigurationError` of a service or a profile that is none, or of OAuth 2.0; `osign.InputError` and
    `osign.InvalidKeyError` of settings that are none. `repr` shows no secret; `pickle` is refused, and `to_dict` and `seal` are
    what can be kept between two web requests.
    """

    def __new__(
        cls,
        consumer_key: Text,
        consumer_secret: Text | None = "",
        *,
        provider: Text | None = None,
        profile: Text | None = None,
        **settings: Unpack[FlowSettings],
    ) -> Flow: ...
    def set(self, **settings: Unpack[FlowSettings]) -> None:
        """Sets what the constructor takes by these names. What raises leaves what came before it set."""

    def request_temporary(self) -> AuthorizedRequest:
        """The request for temporary credentials (RFC 5849 §2.1), an `osign.AuthorizedRequest` to send. It begins a new login; one
        that was under way is given up.

        Raises `osign.ConfigurationError` where an address is missing or not https, and `osign.InvalidKeyError` for an RSA method
        without a key.
        """

    def read_temporary(self, status: int, headers: Headers, body: Bytes) -> None:
        """Reads the answer to it: its status, its headers (a mapping), its content type or `None`, and its body.

        Raises `osign.LoginFailed` where the service refused, with what it says of it; where the answer is no form with a token and
        its secret, each once; and where it does not confirm the callback.
        """

    def authorize_url(self, parameters: Parameters | None = None) -> str:
        """The URL where a person agrees (RFC 5849 §2.2). `parameters` are further ones of the service's own, such as `screen_name`,
        `perms` or `scope`: a mapping, or pairs.
        """

    def read_callback(self, callback: Text) -> None:
        """Reads what the browser came to: the whole URL, or its query; or the code that the service showed and a person typed, where
        the callback is none or `oob`.

        Raises `osign.LoginFailed` of a callback that is foreign or none, or tells that the person refused. The login goes on then:
        anybody can open a URL.
        """

    def request_token(self, verifier: Text | None = None) -> AuthorizedRequest:
        """The request for token credentials (RFC 5849 §2.3), an `osign.AuthorizedRequest` to send.

        `verifier` is for who has read the callback otherwise, and answers for it that its token was the one of this login; `""`
        for a service of OAuth 1.0, which has none. Else it is the one of `read_callback`.
        """

    def request_xauth(self, user_name: Text, password: Text) -> AuthorizedRequest:
        """The request for token credentials by a person's name and password, at once, where a service takes them: an
        `osign.AuthorizedRequest` to send.
        """

    def read_token(self, status: int, headers: Headers, body: Bytes) -> Credentials:
        """Reads the answer to `request_token` or `request_xauth`, as `read_temporary` does; returns the `Credentials`.

        The temporary credentials are used up then, and after a refusal. After another failure the request may be made once more.
        """

    def signer(self) -> Signer:
        """A `Signer` of the service's API with the token credentials that there are: with the method, key, clock and version that were
        set or that the service wants, its realm, the hash of a body where it wants one, and Mastercard's form where that is its. A
        renewal does not change it.

        Where the protocol parameters travel is said of each request, by the `transmission` of `Signer.sign`; that of the flow is
        of its own requests. Raises `osign.InputError` where there are no token credentials yet, `osign.ConfigurationError` where
        the realm needs an account that is not known, and `osign.InvalidKeyError` for an RSA method without a key.
        """

    def set_credentials(self, token: Text, token_secret: Text, session_handle: Text | None = None) -> None:
        """Goes on with token credentials of an earlier login, for `signer`, `request_renewal` and `request_disconnect`."""

    def request_renewal(self) -> AuthorizedRequest:
        """The request that gives the token a longer life, where the service has one: an `osign.AuthorizedRequest` to send."""

    def read_renewal(self, status: int, headers: Headers, body: Bytes) -> Credentials:
        """Reads the answer to it; returns the `Credentials` from now on, which are the same where the service lets the token live on."""

    def request_disconnect(self) -> AuthorizedRequest:
        """The request that ends the token, where the service has one: an `osign.AuthorizedRequest` to send."""

    def read_disconnect(self, status: int, headers: Headers, body: Bytes) -> None:
        """Reads the answer to it: the token is good no more, unless this raises."""

    @property
    def id(self) -> str:
        """What tells the login under way from others, and does not tell its token: 16 hexadecimal digits. Who must see to it that
        each is used once remembers it for a day.
        """

    def to_dict(self) -> KeptFlow:
        """The login under way, as a web session can keep it between two requests: secret, and of this person alone."""

    def resume(self, kept: KeptFlow) -> None:
        """Goes on with a login that `to_dict` gave, in a flow of the same service and consumer, with the same settings.

        Raises `osign.LoginFailed` of one that was begun more than 24 hours ago.
        """

    def seal(self, key: Bytes, context: Text | None = "") -> str:
        """The login under way as one line of sealed text, which may be kept where others can read it, such as a cookie. `open` goes on
        with it, within 24 hours.

        `key` is the line that `osign.new_key()` makes, or 32 bytes. `context` is a text that `open` must be given again, such as
        the identifier of the person's session; service and consumer are part of it anyway. The text cannot know that it was used:
        see `id`.
        """

    def open(self, sealed: Text, key: Bytes, context: Text | None = "") -> None:
        """Goes on with a login that `seal` gave, in a flow of the same service and consumer, with the same settings, key and context.

        Raises `osign.LoginFailed` of a text that was changed, is sealed with another key or for something else, or was begun more
        than 24 hours ago; `osign.StoreError` of a key that is none.
        """

    def __reduce__(self) -> NoReturn: ...

@final
class Credentials:
    """Token credentials (RFC 5849 §2.3): the flow's `signer` signs with them for whoever agreed. They never change; `repr` does not
    show them, `pickle` is refused.
    """

    @property
    def token(self) -> str:
        """The token."""

    @property
    def token_secret(self) -> str:
        """Its secret, which some services leave empty."""

    @property
    def session_handle(self) -> str | None:
        """What renews the token, where the service sends something for that; else `None`."""

    @property
    def account(self) -> str | None:
        """The account's host, where the service has one for each; else `None`."""

    @property
    def expires_in(self) -> int | None:
        """The seconds that the token lives, from when it was asked for; `None` where it is not known to end."""

    @property
    def authorization_expires_in(self) -> int | None:
        """The seconds that the whole authorization lives, renewed or not; `None` where it is not known to end."""

    @property
    def fields(self) -> dict[str, str]:
        """Every field of the answer, and what the profile keeps of the callback, by name: `oauth_token` and `oauth_token_secret`,
        and such as `user_id` and `realmId`. A new `dict`, as secret as the token.
        """

    def __reduce__(self) -> NoReturn: ...
    def __copy__(self) -> Credentials: ...
    def __deepcopy__(self, _memo: Any) -> Credentials: ...

@final
class Bundle:
    """A grant as a sealed text of its own. The secrets in it are sealed."""

    @property
    def text(self) -> str:
        """The text, one line."""

    @property
    def purpose(self) -> Purpose:
        """What it was sealed for: `"move"` or `"backup"`."""

    @property
    def revision(self) -> int:
        """The revision of the record that it was made of: what `exported` looks at."""
