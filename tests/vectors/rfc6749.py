"""OAuth 2.0 as the RFCs and the profiles of services have it (RFC 6749, 6750, 7009, 7636), without osign.

What is known of a service is read from its profile; `custom.toml` explains the fields.
"""

import base64
import hashlib
import json
import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus, urlsplit

SERVICES = Path(__file__).resolve().parents[2] / "src" / "provider" / "services"
#: A lifetime of more than a hundred years is absurd, and a number above 10^9 is a time of Unix.
CENTURY, TIME = 100 * 365.25 * 86400, 10**9
#: When the requests of the vectors were sent.
SENT_AT = 1800000000

#: What error codes mean: of RFC 6749 §5.2, RFC 7009 §2.2.1 and those that several services share.
MEANINGS = {
    "rejected": "invalid_grant expired_token bad_refresh_token bad_verification_code invalid_refresh_token invalid_code",
    "configuration": "invalid_client invalid_request invalid_scope insufficient_scope unauthorized_client "
    "unsupported_grant_type unsupported_response_type unsupported_token_type redirect_uri_mismatch "
    "incorrect_client_credentials invalid_target",
    "not-consumed": "temporarily_unavailable",
    "throttled": "slow_down rate_limit_exceeded too_many_requests",
    # Known by name alone.
    "ambiguous": "server_error access_denied invalid_token login_required consent_required",
}
CODES = {code: meaning for meaning, codes in MEANINGS.items() for code in codes.split()}
#: No token was looked at: another address, or one that takes no such requests.
WRONG_ADDRESS = {*range(300, 400), 404, 405, 406, 411, 413, 414, 415, 421, 431}


def profile(name, replace=(), settings=None):
    """A profile, with parts of its text replaced, and with addresses in place of its own."""
    text = (SERVICES / f"{name}.toml").read_text(encoding="utf-8")
    for old, new in replace:
        assert old in text, old
        text = text.replace(old, new, 1)
    parsed = tomllib.loads(text)
    for setting, value in (settings or {}).items():
        parsed["endpoints"][setting.removesuffix("_url")] = value
    return parsed


# --- Requests --------------------------------------------------------------------------------------------------------


def form(pairs):
    """Form data (RFC 6749 Appendix B)."""
    return "&".join(f"{form_encode(name)}={form_encode(value)}" for name, value in pairs)


def form_encode(text):
    return quote_plus(text, safe="*").replace("~", "%7E")


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def challenge(verifier):
    """RFC 7636 §4.2."""
    return b64url(hashlib.sha256(verifier.encode("ascii")).digest())


def with_extra(pairs, extra):
    """Further parameters: an empty one leaves out what would be sent, another takes the place of one that is there."""
    pairs = [(name, extra.get(name, value)) for name, value in pairs]
    pairs += [(name, value) for name, value in extra.items() if name not in dict(pairs)]
    return [(name, value) for name, value in pairs if value != ""]


def endpoint(known, step, account):
    endpoints = known["endpoints"]
    which = {"authorize": "authorize", "revoke": "revoke", "refresh": "refresh"}.get(step, "token")
    address = endpoints.get(which) or endpoints["token"]
    return address.replace("{account}", account or known.get("account", {}).get("default", ""))


def request(known, step, client, inputs, account=None):
    """The request of a step: its method, URL, headers and body."""
    asked = known["request"]
    grant_type = {"parameter": "grant_type", "code": "authorization_code", "refresh": "refresh_token"}
    grant_type |= {"client_credentials": "client_credentials"} | known.get("grant_type", {})
    redirect = [("redirect_uri", client["redirect_uri"])] if step in asked.get("redirect_uri", []) else []
    scope = known.get("scope", {})
    wanted = (inputs.get("scope") or scope.get("default", "")).replace(" ", scope.get("separator", " "))
    wanted = [("scope", wanted)] if wanted else []
    extra = known.get("extra", {}).get(step.replace("-", "_"), {})
    if step == "authorize":
        pairs = [("response_type", "code"), ("client_id", client["id"]), *redirect, *wanted, ("state", inputs["state"])]
        if asked.get("pkce") and "verifier" in inputs:
            pairs += [("code_challenge", challenge(inputs["verifier"])), ("code_challenge_method", "S256")]
        return {"url": with_query(endpoint(known, step, account), with_extra(pairs, extra))}
    kind = grant_type["parameter"]
    if step == "exchange":
        pairs = [(kind, grant_type["code"]), ("code", inputs["code"]), *redirect]
        if asked.get("pkce") and "verifier" in inputs:
            pairs.append(("code_verifier", inputs["verifier"]))
    elif step == "refresh":
        pairs = [(kind, grant_type["refresh"]), ("refresh_token", inputs["refresh_token"]), *redirect]
    elif step == "revoke":
        pairs = [("token", inputs["refresh_token"]), ("token_type_hint", "refresh_token")]
    else:
        pairs = [(kind, grant_type["client_credentials"]), *wanted]
    headers, how = [("Accept", "application/json")], asked["client_authentication"]
    secret = [("client_id", client["id"])] + ([("client_secret", client["secret"])] if how != "none" else [])
    if how == "basic":
        both = ":".join(map(form_encode, (client["id"], client["secret"])))
        headers.append(("Authorization", "Basic " + base64.b64encode(both.encode()).decode()))
    elif how in ("body", "none"):
        pairs += secret
    pairs = with_extra(pairs, extra)
    headers += asked.get("headers", {}).items()
    url = endpoint(known, step, account)
    body_kind = asked.get("revocation_body", asked["body"]) if step == "revoke" else asked["body"]
    if body_kind == "query":
        url, body = with_query(url, pairs + (secret if how == "query" else [])), ""
    elif body_kind == "json":
        headers.append(("Content-Type", "application/json"))
        body = json.dumps(dict(pairs), ensure_ascii=False, separators=(",", ":"))
    else:
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        body = form(pairs)
    method = asked.get("method", "POST") if step != "revoke" else "POST"
    return {"method": method, "url": url, "headers": [list(pair) for pair in headers], "body": body}


def with_query(url, pairs):
    return url + ("&" if "?" in url else "?") + form(pairs) if pairs else url


# --- Hosts -----------------------------------------------------------------------------------------------------------


def host(text, patterns):
    """(host, None) of one that is allowed, or (None, why it is not)."""
    scheme, apart, rest = text.partition("://")
    if apart and scheme.lower() != "https":
        return None, "host-scheme"
    rest = rest.removesuffix("/") if apart else text
    if "@" in rest:
        return None, "host-userinfo"
    if is_address(rest):
        return None, "host-address"
    before, colon, after = rest.partition(":")
    if colon and re.fullmatch(r"\d*", after) and before:
        return None, "host-port"
    rest = rest.lower()
    label = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
    if len(rest) > 253 or not re.fullmatch(rf"{label}(\.{label})+", rest, re.ASCII):
        return None, "host-text"
    for pattern in patterns:
        # A label of two letters, two hyphens and more is of a name in other letters, and none that a pattern names.
        if re.fullmatch(re.escape(pattern).replace(r"\{label\}", label), rest):
            return rest, None
    return None, "host-elsewhere"


def is_address(text):
    """IPv4 in every spelling that a URL's reader takes (its last label is a number), and IPv6."""
    if text.startswith("[") or text.count(":") > 1:
        return True
    last = text.split(":")[0].rstrip(".").split(".")[-1]
    return re.fullmatch(r"\d+|0[xX][0-9a-fA-F]*", last, re.ASCII) is not None


# --- Callbacks -------------------------------------------------------------------------------------------------------


def callback(known, text, state):
    """What a callback says: code, account and what is kept of it, or the word of an error."""
    text = text.strip()
    query = urlsplit(text).query if "://" in text else text.partition("#")[0].removeprefix("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    values = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    known_names = values.keys() & {"state", "code", "error"}
    if not pairs or not known_names:
        return {"word": "not-callback"}
    if any(len(values[name]) > 1 for name in known_names):
        return {"word": "repeated-parameter"}
    got = {name: value[0] for name, value in values.items()}
    if not got.get("state"):
        return {"word": "no-state"}
    if not state or got["state"] != state:
        return {"word": "other-state"}
    if "error" in got:
        return {"word": "access-denied" if got["error"] == "access_denied" else "login-refused"}
    if not got.get("code") or not re.fullmatch(r"[\x20-\x7e]+", got["code"]):
        return {"word": "no-code"}
    found = {"code": got["code"]}
    account = known.get("account", {})
    if names := account.get("callback"):
        name = next((name for name in names if name in values), None)
        if name is None or len(values[name]) > 1:
            return {"word": "no-callback-field"}
        found["account"], word = host(got[name], account["hosts"])
        if word:
            return {"word": word}
    kept = known.get("callback", {}).get("keep", [])
    if any(not got.get(name) for name in kept):
        return {"word": "no-callback-field"}
    if kept:
        found["kept"] = [[name, got[name]] for name in kept]
    return found


# --- Answers ---------------------------------------------------------------------------------------------------------


#: In the place of a field that came twice, and not the same.
CONTRADICTED = object()


def read_object(text):
    """The fields of a JSON object; none where it is something else, or anything stands after it."""

    def pairs(found):
        fields = {}
        for name, value in found:
            fields[name] = value if name not in fields or fields[name] == value else CONTRADICTED
        return fields

    try:
        value = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=pairs)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def text_of(value):
    """A text that is not empty; a whole number counts as one."""
    if isinstance(value, float) and value.is_integer() or isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    return value if isinstance(value, str) and value else None


def number_of(value):
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def lifetime(value):
    number = number_of(value)
    return int(number) if number is not None and 1 <= number <= CENTURY else None


def time_ahead(value):
    """A time, as a lifetime from when the request was sent; or a lifetime under a name for times."""
    number = number_of(value)
    if number is None or number < TIME:
        return lifetime(value)
    return int(number) - SENT_AT if SENT_AT < number < SENT_AT + CENTURY else None


def first(values):
    return next((value for value in values if value is not None), None)


def answer(vector):
    """What an answer of a token endpoint means: a verdict, and what goes with it."""
    known, purpose, status = profile(vector["profile"]), vector["purpose"], vector["status"]
    fields = read_object(vector["body"])
    if fields is None:
        return refusal(known, vector, {})
    access, refresh = fields.get("access_token"), fields.get("refresh_token")
    if access is None or access == "":
        return {"verdict": "ambiguous"} if status < 300 and refresh else refusal(known, vector, fields)
    is_sendable = isinstance(access, str) and re.fullmatch(r"[\x21-\x7e]+", access) is not None
    if not is_sendable or not 200 <= status < 300 or not isinstance(refresh, (str, type(None))):
        return {"verdict": "ambiguous"}
    usual = known.get("lifetimes", {})
    kind = fields.get("token_type")
    found = {"verdict": "tokens", "access": access, "refresh": refresh or None, "token_type": text_of(kind) or "Bearer"}
    scope = fields.get("scope")
    if isinstance(scope, list):
        scope = known.get("scope", {}).get("separator", " ").join(scope)
    ends = {
        "expires_in": [
            lifetime(fields.get("expires_in")), time_ahead(fields.get("expires_at")), time_ahead(fields.get("expires")),
            usual.get("access"),
        ],
        "refresh_expires_in": [
            *(lifetime(fields.get(name)) for name in (
                "refresh_token_timeout", "x_refresh_token_expires_in", "refresh_token_expires_in", "refresh_expires_in",
            )),
            # One that was not handed out anew lives on from its use.
            usual.get("refresh_idle") if refresh or purpose == "refresh" else None,
        ],
        "authorization_expires_in": [
            lifetime(fields.get("authorization_expires_in")), lifetime(fields.get("x_refresh_token_hard_expires_in")),
            usual.get("authorization") if purpose == "exchange" else None,
        ],
    }
    rest = {"scope": None if scope is CONTRADICTED else text_of(scope)} | {name: first(ends) for name, ends in ends.items()}
    kept = [(name, text_of(fields.get(name))) for name in known.get("answer", {}).get("keep", [])]
    hosts = known.get("answer", {}).get("hosts", {})
    kept = [
        [name, value] for name, value in kept
        if value and (name not in hosts or host(urlsplit(value).netloc if "://" in value else value, hosts[name])[0])
    ]
    rest["kept"] = kept or None
    return {name: value for name, value in (found | rest).items() if value is not None}


def refusal(known, vector, fields):
    """An answer without tokens: by the profile's table, then by its code, then by its status."""
    status, after = vector["status"], vector.get("retry_after")

    def said(*names):
        return first(value for value in map(fields.get, names) if isinstance(value, str) and value) or ""

    code, title, hint = said("error", "code"), said("title"), said("hint")
    description = said("error_description", "detail", "message")
    meaning = CODES.get(code)
    if status == 429 or (status == 503 and after is not None):
        meaning = "throttled"
    elif status >= 500 and not (status == 503 and meaning == "not-consumed"):
        meaning = None
    elif meaning is None and status in WRONG_ADDRESS:
        meaning = "configuration"
    advice = None
    for row in known.get("errors", []):
        matches = row.get("status", status if status < 500 else None) == status and row.get("code", code) == code
        if matches and row.get("title", "") in title and row.get("hint", "") in hint and row.get("description", "") in description:
            meaning, advice = row["means"], row.get("advice", {}).get("en")
            break
    if meaning == "rejected" and vector["purpose"] == "client-credentials":
        meaning = "configuration"
    meaning = meaning or "ambiguous"
    if meaning == "throttled":
        return {"verdict": meaning} | ({"retry_in": int(after)} if after is not None else {})
    is_known = code in CODES or any(row.get("code") == code for row in known.get("errors", []))
    found = {"verdict": meaning, "code": code if is_known and code else None, "advice": advice}
    return {name: value for name, value in found.items() if value is not None}
