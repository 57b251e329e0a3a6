"""The three steps of OAuth 1.0a as RFC 5849 section 2 and the profiles of services have them, without osign.

What is known of a service is read from its profile; `custom-oauth1.toml` explains the fields.
"""

import re
import tomllib

from rfc5849 import FORM, base_string_uri, encode_pairs, form_decode, normalise, percent_encode, sign, split_url
from rfc6749 import SERVICES, host

#: What every request of the vectors is signed with.
NONCE, TIMESTAMP = "a" * 24, 1800000000
ADDRESSES = {"request_token_url": "request_token", "access_token_url": "token"}
ENDPOINTS = {"temporary": "request_token", "authorize": "authorize", "token": "token", "xauth": "token", "renew": "renew", "disconnect": "revoke"}
EXTRA = {"temporary": "request_token", "disconnect": "revoke"}
OWN = {
    "oauth_token", "oauth_token_secret", "oauth_callback_confirmed", "oauth_expires_in",
    "oauth_authorization_expires_in", "oauth_session_handle", "oauth_problem", "oauth_problem_advice",
}
PROBLEMS = set(
    "version_rejected parameter_absent parameter_rejected timestamp_refused nonce_used signature_method_rejected signature_invalid "
    "consumer_key_unknown consumer_key_rejected consumer_key_refused token_used token_expired token_revoked token_rejected "
    "token_not_authorized verifier_invalid additional_authorization_required permission_unknown permission_denied user_refused "
    "method_not_allowed".split()
)
#: Those that, where a login ends, tell of what it brought.
OF_LOGIN = set("verifier_invalid token_used token_expired token_rejected token_revoked token_not_authorized".split())


def profile(name, replace=(), settings=None):
    """A profile, with parts of its text replaced, and with settings in place of its own values."""
    text = (SERVICES / f"{name}.toml").read_text(encoding="utf-8")
    for old, new in replace:
        assert old in text, old
        text = text.replace(old, new, 1)
    known = tomllib.loads(text)
    known.setdefault("oauth1", {})
    for setting, value in (settings or {}).items():
        if setting.endswith("_url"):
            known["endpoints"][ADDRESSES.get(setting, setting.removesuffix("_url"))] = value
        elif setting == "user_agent":
            known["oauth1"].setdefault("headers", {})["User-Agent"] = value
        elif setting == "http_method":
            known["oauth1"]["method"] = value
        else:
            known["oauth1"][setting] = {"true": True, "false": False}.get(value, value)
    return known


def address(known, step, account):
    template, account = known["endpoints"][ENDPOINTS[step]], account or ""
    return template.replace("{account.label}", account.partition(".")[0]).replace("{account}", account)


def with_query(url, pairs):
    query = "&".join(f"{name}={value}" for name, value in encode_pairs(pairs))
    return url + ("&" if "?" in url else "?") + query if query else url


def is_old(known):
    """OAuth Core 1.0, before its revision A."""
    return known["oauth1"].get("callback_in") == "authorize"


def with_extra(pairs, extra):
    for name, value in extra:
        if name in dict(pairs):
            pairs = [(known, value if known == name else its) for known, its in pairs]
        else:
            pairs = [*pairs, (name, value)]
    return [(name, value) for name, value in pairs if value != ""]


def request(vector):
    """The request of a step: its method, URL, headers and body; of `authorize` the URL."""
    known = profile(vector.get("profile", "custom-oauth1"), vector.get("replace", ()), vector.get("settings"))
    step, asked, account = vector["step"], known["oauth1"], vector.get("account")
    url = address(known, step, account)
    callback = vector.get("callback", "")
    places = {"{consumer_key}": vector["consumer"][0], "{token}": (vector.get("token") or [""])[0]}
    places |= {"{callback}": callback} if step == "authorize" else {}
    extra = sorted(known.get("extra", {}).get(EXTRA.get(step, step), {}).items())
    extra = [(name, places.get(value, value)) for name, value in extra]
    if step == "authorize":
        pairs = [("oauth_token", vector["token"][0])]
        if is_old(known) and callback:
            pairs.append(("oauth_callback", callback))
        return {"url": with_query(url, with_extra(with_extra(pairs, extra), vector.get("extra", [])))}
    pairs = []
    if step == "temporary" and callback and not is_old(known):
        pairs = [("oauth_callback", callback)]
    elif step == "token" and "verifier" in vector:
        pairs = [("oauth_verifier", vector["verifier"])]
    elif step == "xauth":
        pairs = [("x_auth_username", vector["user_name"]), ("x_auth_password", vector["password"]), ("x_auth_mode", "client_auth")]
    elif step == "renew" and "session_handle" in vector:
        pairs = [("oauth_session_handle", vector["session_handle"])]
    pairs = with_extra(pairs, extra)
    own = [pair for pair in pairs if pair[0].startswith("oauth_")]
    others = [pair for pair in pairs if not pair[0].startswith("oauth_")]
    table = known.get({"renew": "renewal", "disconnect": "revocation"}.get(step), {})
    method = "POST" if step == "xauth" else table.get("method", asked.get("method", "POST"))
    where = asked.get("transmission", "header")
    if method == "GET":
        where, url, form = "header" if where == "header" else "query", with_query(url, others), None
    else:
        form = with_query("", others).removeprefix("?") if others or where == "body" else None
    token, secret = vector.get("token") or (None, "")
    if token is None and asked.get("send_empty_token"):
        token = ""
    signature_method = asked.get("signature_method", "HMAC-SHA1")
    protocol = [("oauth_consumer_key", vector["consumer"][0]), ("oauth_nonce", NONCE), ("oauth_signature_method", signature_method)]
    protocol += [("oauth_timestamp", str(TIMESTAMP))] + ([("oauth_token", token)] if token is not None else [])
    protocol += [("oauth_version", "1.0")] * asked.get("send_version", True) + own
    signed = [(name.encode(), value.encode()) for name, value in protocol]
    signed += form_decode(split_url(url)[3].encode()) + form_decode((form or "").encode())
    base_string = "&".join(map(percent_encode, (method, base_string_uri(url), normalise(signed))))
    secrets = {"consumer_secret": vector["consumer"][1], "token_secret": secret, "private_key": vector.get("private_key")}
    protocol.append(("oauth_signature", sign({"signature_method": signature_method} | secrets, base_string)))
    headers, sent = [], encode_pairs(protocol)
    if where == "header":
        realm = asked.get("realm", "").replace("{account.LABEL}", (account or "").partition(".")[0].upper().replace("-", "_"))
        listed = ([f'realm="{realm}"'] if realm else []) + [f'{name}="{value}"' for name, value in sent]
        headers.append(["Authorization", "OAuth " + ", ".join(listed)])
    elif where == "query":
        url = with_query(url, protocol)
    else:
        form = "&".join([form] * bool(form) + [f"{name}={value}" for name, value in sent])
    headers += [[name, value] for name, value in sorted(asked.get("headers", {}).items())]
    if form is not None:
        headers.append(["Content-Type", FORM])
    return {"method": method, "url": url, "headers": headers, "body": form or ""}


def fields_of(body):
    """The fields of a form, or the word of what it is instead."""
    body = body.removeprefix("\ufeff").strip(" \t\r\n\f")
    if len(body.encode()) > 65536:
        return "long-answer"
    if not body:
        return "empty-answer"
    if body[0] == "<":
        return "page-answer"
    if body[0] in '{["':
        return "json-answer"
    if not re.fullmatch(r"[\x21-\x7e]+", body) or "=" not in body:
        return "not-form"
    pairs = [(name.decode(), value.decode(errors="surrogateescape")) for name, value in form_decode(body.encode())]
    return dict(pairs) if len(dict(pairs)) == len(pairs) else "repeated-answer-field"


def answer(vector):
    """What an answer hands out, or the word of why it does not."""
    known = profile(vector.get("profile", "custom-oauth1"), vector.get("replace", ()), vector.get("settings"))
    body, status = vector["body"] * vector.get("times", 1), vector["status"]
    fields = fields_of(body)
    problem = fields.get("oauth_problem") if isinstance(fields, dict) else None
    challenge = re.search(r'oauth_problem="?([a-z_]+)', vector.get("challenge", ""))
    problem = problem or (challenge and challenge[1])
    if not 200 <= status < 300 or problem is not None:
        is_passing = status == 429 or not 200 <= status < 500 or 300 <= status < 400
        refused = "login-not-taken" if vector["step"] == "token" and problem in OF_LOGIN else "request-refused"
        return {"word": "service-failed" if is_passing else refused, "problem": problem if problem in PROBLEMS else None}
    if isinstance(fields, str):
        return {"word": fields}
    if "oauth_token" not in fields:
        return {"word": "no-token"}
    if not fields["oauth_token"]:
        return {"word": "empty-token"}
    if "oauth_token_secret" not in fields:
        return {"word": "no-token-secret"}
    for name in ("oauth_token", "oauth_token_secret"):
        if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", fields[name]) or len(fields[name].encode()) > 8192:
            return {"word": "unsendable-token"}
    asked = known["oauth1"]
    if vector["step"] == "temporary" and asked.get("callback_confirmed", True) and not is_old(known):
        if fields.get("oauth_callback_confirmed", "").lower() != "true":
            return {"word": "callback-not-confirmed"}
    found = {"token": fields["oauth_token"], "secret": fields["oauth_token_secret"]}
    secrets = [text for text in found.values() if text]

    def repeats(text):
        return any(text == secret or (len(secret) >= 8 and secret in text) for secret in secrets)

    told = known.get("answer", {})
    kept = [[name, fields[name]] for name in told.get("keep", []) if fields.get(name) and not repeats(fields[name])]
    hosts = told.get("hosts", {})
    kept = [[name, value] for name, value in kept if name not in hosts or host(re.sub("^https://([^/]*)/.*", r"\1", value), hosts[name])[0]]
    others = [[name, value] for name, value in fields.items() if name not in OWN]
    found |= {"kept": kept, "others": others}
    if vector["step"] == "token":
        for name, field in (("expires_in", "oauth_expires_in"), ("authorization_expires_in", "oauth_authorization_expires_in")):
            text = fields.get(field, "")
            number = int(text) if re.fullmatch(r"[0-9]+", text) else 0
            usual = known.get("lifetimes", {}).get("access" if name == "expires_in" else "authorization")
            found[name] = number if 1 <= number <= 100 * 366 * 86400 else usual
        found["session_handle"] = fields.get("oauth_session_handle") or None
    return {name: value for name, value in found.items() if value not in (None, [])}


def callback(vector):
    """What a callback says: the verifier and what is kept, or the word of an error."""
    known = profile(vector.get("profile", "custom-oauth1"), vector.get("replace", ()), vector.get("settings"))
    text, token = vector["callback"].strip(), vector["token"]
    if re.fullmatch(r"[\x21-\x7e]{1,1024}", text) and not set(text) & set("=&?/"):
        return {"verifier": text}
    query = text.partition("#")[0]
    query = query.partition("?")[2] if "?" in query else query
    if "=" not in query:
        return {"word": "not-oauth1-callback"}
    values = {}
    for name, value in form_decode(query.encode()):
        values.setdefault(name.decode(errors="replace"), []).append(value.decode(errors="surrogateescape"))

    def one(name):
        if len(values.get(name, [])) > 1:
            raise LookupError
        return (values.get(name) or [""])[0] or None

    try:
        denied = one("denied")
        if denied is not None:
            return {"word": "access-denied" if denied == token else "other-callback-token"}
        given = one("oauth_token")
        if given is not None and given != token:
            return {"word": "other-callback-token"}
        problem = one("oauth_problem")
        if problem is not None and given is not None:
            return {"word": "access-denied" if problem in ("user_refused", "permission_denied") else "login-refused"}
        verifier = one("oauth_verifier")
    except LookupError:
        return {"word": "repeated-parameter"}
    if given is None:
        return {"word": "not-oauth1-callback" if verifier is None and problem is None else "no-callback-token"}
    if verifier is not None and not re.fullmatch(r"[\x20-\x7e]{1,1024}", verifier):
        verifier = None
    if verifier is None and not is_old(known):
        return {"word": "no-verifier"}
    found = {"verifier": verifier} if verifier is not None else {}
    kept = known.get("callback", {}).get("keep", [])
    if any(len(values.get(name, [])) != 1 or not values[name][0] for name in kept):
        return {"word": "no-callback-field"}
    if kept:
        found["kept"] = [[name, values[name][0]] for name in kept]
    return found
