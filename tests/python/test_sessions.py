"""The sessions that get a token in three steps, against services that verify with oauthlib, and that lie."""

import copy
import pickle
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests_oauthlib
from provider import METHODS
from refusal import STATUSES, all_of, wrong_type
from requests.adapters import HTTPAdapter
from sessions import CLIENTS, Driven, response_class
from three_steps import CALLBACK, KEY, SECRET, Answer, Service
from urllib3.util import Retry

import osign

pytestmark = pytest.mark.parametrize("client", CLIENTS)


@pytest.fixture
def service(rsa_key):
    running = Service(public_key=rsa_key[1])
    yield running
    running.stop()


@pytest.fixture
def away(rsa_key):
    """Another origin."""
    running = Service(public_key=rsa_key[1])
    yield running
    running.stop()


@pytest.fixture
def session(client):
    """Makes sessions of the client."""
    made = []

    def make(**arguments):
        made.append(Driven(client, **{"client_key": KEY, "client_secret": SECRET, **arguments}))
        return made[-1]

    yield make
    for one in made:
        one.close()


def log_in(session, service):
    """All three steps."""
    session.request_token(f"{service.url}/initiate")
    came_to = service.agree(session.address(f"{service.url}/authorize"))
    session.callback(came_to)
    return session.access_token(f"{service.url}/token")


# --- The three steps ---


# oauthlib's server takes an escape of PLAINTEXT for one of the query's or the form's.
WAYS = [(method, "AUTH_HEADER") for method in METHODS]
WAYS += [(method, where) for method in ("HMAC-SHA1", "RSA-SHA256") for where in ("QUERY", "BODY")]


@pytest.mark.parametrize(("method", "signature_type"), WAYS)
def test_all_three_steps(session, service, rsa_key, method, signature_type):
    key = rsa_key[0] if method.startswith("RSA") else None
    ours = session(callback_uri=CALLBACK, signature_method=method, signature_type=signature_type, rsa_key=key)
    temporary = ours.request_token(f"{service.url}/initiate")
    assert temporary.keys() == {"oauth_token", "oauth_token_secret", "oauth_callback_confirmed"}
    assert (ours.get("resource_owner_key"), ours.get("resource_owner_secret")) == tuple(temporary.values())[:2]
    address = ours.address(f"{service.url}/authorize")
    assert dict(parse_qsl(urlsplit(address).query))["oauth_token"] == temporary["oauth_token"]
    came_to = service.agree(address)
    brought = ours.callback(came_to)
    assert brought == dict(parse_qsl(urlsplit(came_to).query)) and brought["x"] == "1"
    assert ours.get("verifier") == brought["oauth_verifier"]
    token = ours.access_token(f"{service.url}/token")
    assert (token["user_id"], token["screen_name"], token["oauth_authorized_realms"]) == ("7", "é b", "")
    assert (ours.get("resource_owner_key"), ours.get("resource_owner_secret")) == (token["oauth_token"], token["oauth_token_secret"])
    assert ours.get("verifier") is None
    answer = ours.send("POST", f"{service.url}/items?a=1", data={"b": "2 +"})
    assert answer.json()["signed"], service.seen[-1].answer
    first, third, last = service.take()
    assert [one.method for one in (first, third, last)] == ["POST"] * 3
    if signature_type == "AUTH_HEADER":
        assert first.protocol["oauth_callback"] == CALLBACK and "oauth_token" not in first.protocol
        assert third.protocol["oauth_verifier"] == brought["oauth_verifier"] and "oauth_callback" not in third.protocol
        assert not {"oauth_verifier", "oauth_callback"} & last.protocol.keys()


def test_a_code_that_a_person_types(session, service):
    ours = session(callback_uri="oob")
    ours.request_token(f"{service.url}/initiate")
    code = service.agree(ours.address(f"{service.url}/authorize"))
    assert ours.access_token(f"{service.url}/token", verifier=code)["user_id"] == "7"


def test_a_code_that_is_parsed(session, service):
    ours = session(callback_uri="oob")
    temporary = ours.request_token(f"{service.url}/initiate")
    code = service.agree(ours.address(f"{service.url}/authorize"))
    assert ours.callback(f" {code}\n") == {"oauth_token": temporary["oauth_token"], "oauth_verifier": code}
    assert ours.access_token(f"{service.url}/token")["user_id"] == "7"


def test_two_web_requests(session, service):
    """The request token is kept by the program, in between; the session is another one."""
    first = session(callback_uri=CALLBACK)
    temporary = first.request_token(f"{service.url}/initiate")
    came_to = service.agree(first.address(f"{service.url}/authorize"))
    second = session(
        resource_owner_key=temporary["oauth_token"],
        resource_owner_secret=temporary["oauth_token_secret"],
        callback_uri=CALLBACK,
    )
    second.callback(came_to)
    assert second.access_token(f"{service.url}/token")["user_id"] == "7"
    third = session()
    third.session.token = temporary
    third.callback(came_to)
    assert third.get("verifier") == dict(parse_qsl(came_to))["oauth_verifier"]


def test_a_verifier_that_the_program_parsed_itself(session, service):
    for give in ("argument", "attribute", "token"):
        ours = session(callback_uri=CALLBACK)
        temporary = ours.request_token(f"{service.url}/initiate")
        verifier = dict(parse_qsl(service.agree(ours.address(f"{service.url}/authorize"))))["oauth_verifier"]
        if give == "attribute":
            ours.set("verifier", verifier)
        elif give == "token":
            ours.session.token = {"oauth_token": temporary["oauth_token"], "oauth_verifier": verifier}
        token = ours.access_token(f"{service.url}/token", *([verifier] if give == "argument" else []))
        assert ours.session.token["oauth_token"] == token["oauth_token"]


def test_another_login_of_the_same_session(session, service):
    ours = session(callback_uri=CALLBACK)
    first = log_in(ours, service)
    ours.set("callback_uri", CALLBACK)
    assert log_in(ours, service)["oauth_token"] != first["oauth_token"]
    assert ours.send("GET", f"{service.url}/items").json()["signed"]


def test_what_goes_with_the_requests(session, service):
    ours = session(callback_uri=CALLBACK)
    headers = {"User-Agent": "Program/1"}
    ours.request_token(f"{service.url}/initiate", params={"a": "1", "b": "2"}, headers=headers)
    seen = service.take()[0]
    assert (seen.path, seen.headers["User-Agent"]) == ("/initiate?a=1&b=2", "Program/1")
    came_to = service.agree(ours.address(f"{service.url}/authorize"))
    ours.callback(came_to)
    ours.access_token(f"{service.url}/token", data={"c": "é"}, headers=headers)
    seen = service.take()[0]
    assert (seen.body, seen.headers["User-Agent"]) == (b"c=%C3%A9", "Program/1")


def test_addresses_that_begin_in_the_client(session, service):
    if session().client == "requests":
        return
    ours = session(callback_uri=CALLBACK, base_url=service.url)
    ours.request_token("initiate")
    ours.callback(service.agree(ours.address(f"{service.url}/authorize")))
    assert ours.access_token("/moved/token")["user_id"] == "7"
    assert ours.send("GET", "items").json()["signed"]


def test_a_realm(session, service):
    ours = session(callback_uri=CALLBACK, realm="Photos Films")
    if ours.client == "requests":  # The argument alone decides, as in requests_oauthlib.
        ours.request_token(f"{service.url}/initiate", ["Photos", "Films"])
        assert ours.get("realm") is None
    else:
        ours.request_token(f"{service.url}/initiate")
    assert service.take()[0].headers["Authorization"].startswith('OAuth realm="Photos Films", ')


# --- The address ---


@pytest.mark.parametrize("url", ["https://h/authorize", "https://h/authorize?a=1", "https://h/authorize?", "https://h/authorize?a=1&#b"])
def test_the_address(session, url):
    ours = session(resource_owner_key="t/1")
    address = ours.address(url, perms="read & write", expiration=30, name=b"\xc3\xa9")
    begin, _, fragment = url.partition("#")
    joint = "" if begin.endswith(("?", "&")) else "&" if "?" in begin else "?"
    query = "perms=read+%26+write&expiration=30&name=%C3%A9&oauth_token=t%2F1"
    assert address == begin + joint + query + ("#b" if fragment else "")
    assert ours.address("https://h/a", "other") == "https://h/a?oauth_token=other"


def test_an_address_without_a_token(session):
    with pytest.raises(osign.TokenMissing, match="fetch_request_token") as caught:
        session().address("https://h/authorize")
    assert caught.value.reason == "empty-token"


# --- Names that programs set ---


def test_what_programs_set_is_what_is_signed(session, service, rsa_key):
    ours = session(resource_owner_key="t", resource_owner_secret="s")
    service.kept.tokens["other"] = "other secret"
    ours.set("resource_owner_key", "other")
    ours.set("resource_owner_secret", "other secret")
    assert ours.send("GET", f"{service.url}/items").json()["signed"]
    for name, value, sent in [
        ("realm", "R", None),
        ("nonce", "n0nce", "oauth_nonce"),
        ("timestamp", "1191242096", "oauth_timestamp"),
        ("verifier", "v", "oauth_verifier"),
        ("client_key", "another", "oauth_consumer_key"),
        ("signature_method", "PLAINTEXT", "oauth_signature_method"),
    ]:
        ours.set(name, value)
        assert ours.get(name) == value
        ours.send("GET", f"{service.url}/items")
        seen = service.take()[-1]
        assert seen.headers["Authorization"].startswith('OAuth realm="R", ')
        assert sent is None or seen.protocol[sent] == value
    ours.set("client_secret", "x")
    ours.send("GET", f"{service.url}/items")
    assert service.take()[-1].protocol["oauth_signature"] == "x&other%20secret"
    ours.set("signature_method", "RSA-SHA256")  # Its key comes next: nothing is made until it is needed.
    ours.set("rsa_key", rsa_key[0])
    ours.set("client_key", KEY)
    ours.set("nonce", None)
    ours.set("timestamp", None)
    ours.set("verifier", None)
    ours.set("signature_type", "query")
    ours.set("realm", None)
    assert ours.send("GET", f"{service.url}/items").json()["signed"], service.seen[-1].answer


def test_what_is_set_wrong_is_told_when_it_is_signed(session, service):
    ours = session()
    ours.set("client_secret", 5)
    name = ours.name("client_secret")
    wrong_type(f"{name} must be str or bytes, not int", lambda: ours.send("GET", service.url))
    ours.set("client_secret", SECRET)
    ours.set("resource_owner_key", "a\n")
    with pytest.raises(osign.InputError, match=f"^(the )?{ours.name('resource_owner_key')} holds a control character"):
        ours.send("GET", service.url)
    ours.set("resource_owner_key", None)
    assert ours.send("GET", f"{service.url}/x").json()["signed"]
    assert len(service.take()) == 1


def test_a_name_that_there_is_not_cannot_be_set(session):
    with pytest.raises(AttributeError, match="^setting verfier would change nothing; what can be set: client_"):
        session().set("verfier", "x")


def test_the_session_keeps_and_shows_no_secrets(session):
    ours = session(client_key=b"key", client_secret=b"secret", resource_owner_key="t")
    assert (ours.get("client_key"), ours.get("client_secret")) == ("key", "secret")  # As text, which programs save.
    assert "secret" not in repr(ours.credentials) + repr(ours.session) + repr(ours.session.auth)
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(ours.credentials)
    for made in (copy.copy(ours.credentials), copy.deepcopy(ours.credentials)):
        assert vars(made) == vars(ours.credentials)
        made.realm = "other"
        assert ours.get("realm") is None


def test_the_token(session):
    ours = session()
    empty = {} if ours.client == "requests" else {"oauth_token": None, "oauth_token_secret": None, "oauth_verifier": None}
    assert ours.session.token == empty
    ours.session.token = {"oauth_token": "t", "oauth_token_secret": "s", "oauth_verifier": "v", "user_id": "7"}
    full = {"oauth_token": "t", "oauth_token_secret": "s", "oauth_verifier": "v"}
    assert ours.session.token == full
    ours.session.token = {"oauth_token": "u"}
    assert ours.session.token == {**full, "oauth_token": "u"}
    with pytest.raises(osign.TokenMissing) as caught:
        ours.session.token = {"oauth_token_secret": "s"}
    assert caught.value.reason == "no-token" and ours.session.token == {**full, "oauth_token": "u"}
    if ours.client != "requests":
        ours.session.token = None
        assert ours.session.token == empty


def test_arguments_are_looked_at_at_once(session):
    with pytest.raises(TypeError, match="callback_confirmed must be bool, not str"):
        session(callback_confirmed="no")
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        session(relm="x")
    with pytest.raises(osign.InvalidKeyError):
        session(signature_method="RSA-SHA1", rsa_key="no key")
    with pytest.raises(osign.InputError):
        session(signature_method="HMAC-MD5")
    make = session(send_version=False, clock_offset=5, plaintext_nonce=False, signature_method="PLAINTEXT")
    assert make.get("clock_offset") == 5


def test_a_key_that_comes_later(session, service):
    """As in applications that read their configuration when the first request comes."""
    if session().client != "requests":
        return
    ours = session(client_key=None, callback_uri=CALLBACK)
    assert ours.get("client_key") is None
    wrong_type("client_key must be str or bytes, not NoneType", lambda: ours.request_token(f"{service.url}/initiate"))
    ours.set("client_key", KEY)
    assert log_in(ours, service)["user_id"] == "7"


# --- Redirects and retries ---


@pytest.mark.parametrize("step", ["initiate", "token"])
def test_a_redirect_within_the_origin_is_signed_anew(session, service, step):
    ours = session(callback_uri=CALLBACK)
    if step == "initiate":
        ours.request_token(f"{service.url}/moved/initiate")
    else:
        ours.request_token(f"{service.url}/initiate")
        ours.callback(service.agree(ours.address(f"{service.url}/authorize")))
        assert ours.access_token(f"{service.url}/moved/token")["user_id"] == "7"
    assert service.take()[-1].status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_is_signed_for_or_believed_of_another_origin(session, service, away, status):
    """Even where it hands out credentials to whoever asks."""
    service.elsewhere, service.redirects_with = away.url, status
    handed_out = urlencode({"oauth_token": "evil", "oauth_token_secret": "evil secret", "oauth_callback_confirmed": "true"})
    away.lies["temporary"] = away.lies["token"] = lambda _answer: Answer(200, {}, handed_out)
    ours = session(callback_uri=CALLBACK)
    before = ours.state
    refused(osign.TokenRequestDenied, "foreign-redirect", lambda: ours.request_token(f"{service.url}/away/initiate"))
    assert ours.state == before
    ours.request_token(f"{service.url}/initiate")
    ours.set("verifier", "v")
    before = ours.state
    refused(osign.TokenRequestDenied, "foreign-redirect", lambda: ours.access_token(f"{service.url}/away/token"))
    assert ours.state == before
    for seen in away.take():
        sent = f"{seen.path} {seen.body!r} {seen.headers}"
        assert "Authorization" not in seen.headers and "oauth_" not in sent, sent


def test_what_urllib3_tries_again_is_signed_anew(session, service):
    ours = session(callback_uri=CALLBACK)
    if ours.client != "requests":
        return
    busy = [Answer(503, {}, ""), Answer(503, {}, "")]
    service.lies["temporary"] = lambda answer: busy.pop() if busy else answer
    again = HTTPAdapter(max_retries=Retry(3, status_forcelist=[503], allowed_methods=None, backoff_factor=0.01))
    ours.session.mount("http://", again)
    assert ours.request_token(f"{service.url}/initiate")["oauth_callback_confirmed"] == "true"
    assert len({seen.nonce for seen in service.take()}) == 3


# --- What a service answers ---


def refused(kind, reason, call):
    """The error of a refusal, which holds no secret."""
    with pytest.raises(osign.Error) as caught:
        call()
    error = caught.value
    assert (type(error), error.reason) == (kind, reason), repr(error)
    assert isinstance(error, ValueError) and isinstance(error, osign.LoginFailed)
    assert error.__cause__ is None and error.__context__ is None
    assert error.status in STATUSES.values() and 500 <= error.status <= 502
    assert "evil" not in all_of(error) and str(error) and not str(error).endswith(".")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.reason) == (kind, str(error), reason)
    assert getattr(again, "status_code", None) == getattr(error, "status_code", None)
    return error


GOOD = {"oauth_token": "evil-token", "oauth_token_secret": "evil-secret", "oauth_callback_confirmed": "true"}
PAGE = "<!DOCTYPE html><html><body>oauth_token=evil-token&oauth_token_secret=evil-secret</body></html>"
FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def without(name):
    return urlencode({other: value for other, value in GOOD.items() if other != name})


#: What a service answers; which error that is, its reason, and whether the first step alone has it.
LIES = {
    "a page with 200": (Answer(200, {"Content-Type": "text/html"}, PAGE), osign.TokenMissing, "page-answer"),
    "a page that says it is a form": (Answer(200, FORM_TYPE, PAGE), osign.TokenMissing, "page-answer"),
    "credentials with 500": (Answer(500, FORM_TYPE, urlencode(GOOD)), osign.TokenRequestDenied, "service-failed"),
    "credentials with 401": (Answer(401, FORM_TYPE, urlencode(GOOD)), osign.TokenRequestDenied, "request-refused"),
    "credentials with 304": (Answer(304, {}, ""), osign.TokenRequestDenied, "service-failed"),
    "429": (Answer(429, {"Retry-After": "1"}, "slow down"), osign.TokenRequestDenied, "service-failed"),
    "nothing": (Answer(200, FORM_TYPE, ""), osign.TokenMissing, "empty-answer"),
    "blanks": (Answer(200, FORM_TYPE, " \r\n"), osign.TokenMissing, "empty-answer"),
    "204": (Answer(204, {}, ""), osign.TokenMissing, "empty-answer"),
    "1 MiB": (Answer(200, FORM_TYPE, urlencode(GOOD) + "&evil=" + "a" * 1024 * 1024), osign.TokenMissing, "long-answer"),
    "JSON": (Answer(200, {"Content-Type": "application/json"}, '{"oauth_token": "evil-token"}'), osign.TokenMissing, "json-answer"),
    "text": (Answer(200, {}, "evil as it is"), osign.TokenMissing, "not-form"),
    "a token twice": (Answer(200, {}, urlencode(GOOD) + "&oauth_token=evil"), osign.TokenMissing, "repeated-answer-field"),
    "a secret twice": (Answer(200, {}, "oauth_token_secret=a&" + urlencode(GOOD)), osign.TokenMissing, "repeated-answer-field"),
    "another field twice": (Answer(200, {}, urlencode(GOOD) + "&evil=1&evil=1"), osign.TokenMissing, "repeated-answer-field"),
    "no token": (Answer(200, {}, without("oauth_token")), osign.TokenMissing, "no-token"),
    "an empty token": (Answer(200, {}, urlencode({**GOOD, "oauth_token": ""})), osign.TokenMissing, "empty-token"),
    "no secret": (Answer(200, {}, without("oauth_token_secret")), osign.TokenMissing, "no-token-secret"),
    "a token with a line break": (Answer(200, {}, urlencode({**GOOD, "oauth_token": "evil\n"})), osign.TokenMissing, "unsendable-token"),
    "a problem with 200": (Answer(200, {}, "oauth_problem=permission_denied"), osign.TokenMissing, "request-refused"),
    "another problem with 200": (Answer(200, {}, "oauth_problem=evil"), osign.TokenMissing, "request-refused"),
    "a problem with 401": (
        Answer(401, FORM_TYPE, "oauth_problem=signature_invalid&oauth_problem_advice=look+at+evil-secret0+once"),
        osign.TokenRequestDenied,
        "request-refused",
    ),
    "a problem in a header": (
        Answer(401, {"WWW-Authenticate": 'OAuth realm="x", oauth_problem="timestamp_refused"'}, ""),
        osign.TokenRequestDenied,
        "request-refused",
    ),
}
#: The same of the first step.
UNCONFIRMED = {
    "nothing confirmed": without("oauth_callback_confirmed"),
    "confirmed=false": urlencode({**GOOD, "oauth_callback_confirmed": "false"}),
    "confirmed=": urlencode({**GOOD, "oauth_callback_confirmed": ""}),
    "confirmed=1": urlencode({**GOOD, "oauth_callback_confirmed": "1"}),
}


@pytest.mark.parametrize("step", ["temporary", "token"])
@pytest.mark.parametrize("lie", LIES)
def test_a_service_that_lies(session, service, lie, step):
    answer, kind, reason = LIES[lie]
    ours = session(callback_uri=CALLBACK)
    url = f"{service.url}/initiate"
    if step == "token":
        ours.request_token(url)
        ours.callback(service.agree(ours.address(f"{service.url}/authorize")))
        url = f"{service.url}/token"
    before, call = ours.state, ours.request_token if step == "temporary" else ours.access_token
    service.lies[step] = lambda _answer: answer
    error = refused(kind, reason, lambda: call(url))
    assert ours.state == before
    if kind is osign.TokenRequestDenied:
        assert error.status_code == answer.status and isinstance(error.response, response_class(ours.client))
        assert str(answer.status) in str(error)
    else:
        assert error.response == ({"oauth_problem": "permission_denied"} if lie == "a problem with 200" else {})
    if lie.startswith("a problem"):
        word = "permission_denied" if "200" in lie else "signature_invalid" if "with 401" in lie else "timestamp_refused"
        assert word in str(error)
    # And where it tells the truth again, all goes on.
    del service.lies[step]
    if step == "temporary":
        assert call(url)["oauth_callback_confirmed"] == "true"


@pytest.mark.parametrize("lie", UNCONFIRMED)
def test_a_callback_that_is_not_confirmed(session, service, lie):
    service.lies["temporary"] = lambda _answer: Answer(200, FORM_TYPE, UNCONFIRMED[lie])
    ours = session(callback_uri=CALLBACK)
    before = ours.state
    refused(osign.TokenMissing, "callback-not-confirmed", lambda: ours.request_token(f"{service.url}/initiate"))
    assert ours.state == before
    # Nobody who sends no callback expects it to be confirmed.
    assert session().request_token(f"{service.url}/initiate")["oauth_token"] == "evil-token"
    assert session(callback_uri=CALLBACK, callback_confirmed=False).request_token(f"{service.url}/initiate")


@pytest.mark.parametrize("content_type", [None, "text/plain", "text/html", "application/json", "application/x-www-form-urlencoded; charset=utf-8"])
def test_a_form_is_one_whatever_its_type(session, service, content_type):
    text = "  login_url=http://api.example.com/a/&" + urlencode({**GOOD, "oauth_token": "a+b/= é"}) + "\r\n"
    headers = {} if content_type is None else {"Content-Type": content_type}
    service.lies["temporary"] = lambda _answer: Answer(200, headers, text)
    token = session(callback_uri=CALLBACK).request_token(f"{service.url}/initiate")
    assert token == {"login_url": "http://api.example.com/a/", **GOOD, "oauth_token": "a+b/= é"}


def test_an_empty_secret_is_one(session, service):
    service.lies["temporary"] = lambda _answer: Answer(200, {}, urlencode({**GOOD, "oauth_token_secret": ""}))
    ours = session(callback_uri=CALLBACK)
    assert ours.request_token(f"{service.url}/initiate")["oauth_token_secret"] == ""


def test_a_wrong_secret_is_refused_by_the_service(session, service):
    ours = session(client_secret="wrong", callback_uri=CALLBACK)
    refused(osign.TokenRequestDenied, "request-refused", lambda: ours.request_token(f"{service.url}/initiate"))
    ours = session(callback_uri=CALLBACK)
    ours.request_token(f"{service.url}/initiate")
    service.agree(ours.address(f"{service.url}/authorize"))
    before = ours.state
    refused(osign.TokenRequestDenied, "request-refused", lambda: ours.access_token(f"{service.url}/token", "wrong"))
    assert ours.state == before  # Nothing is signed with a verifier that was refused.


# --- What the browser brings back ---


FOREIGN = {
    "another token": ("oauth_token=other&oauth_verifier=v", "other-callback-token"),
    "a longer token": ("oauth_token=minee&oauth_verifier=v", "other-callback-token"),
    "an empty token": ("oauth_token=&oauth_verifier=v", "no-callback-token"),
    "no token": ("oauth_verifier=v", "no-callback-token"),
    "the token twice": ("oauth_token=mine&oauth_token=other&oauth_verifier=v", "repeated-parameter"),
    "the verifier twice": ("oauth_token=mine&oauth_verifier=v&oauth_verifier=w", "repeated-parameter"),
    "a refusal": ("denied=mine", "access-denied"),
    "somebody else's refusal": ("denied=other", "other-callback-token"),
    "a problem": ("oauth_token=mine&oauth_problem=user_refused", "access-denied"),
    "nothing": ("", "not-oauth1-callback"),
    "something else": ("code=1&state=2", "not-oauth1-callback"),
}


@pytest.mark.parametrize("which", FOREIGN)
def test_a_callback_that_does_not_count(session, which):
    query, reason = FOREIGN[which]
    ours = session(resource_owner_key="mine", resource_owner_secret="s")
    before = ours.state
    refused(osign.TokenMissing, reason, lambda: ours.callback(f"https://app.example.com/back?{query}"))
    assert ours.state == before


def test_each_byte_of_the_callback(session):
    """Whichever is changed, it is another callback, or one with another verifier, and never another token."""
    ours = session(resource_owner_key="mine7", resource_owner_secret="s")
    url = "https://app.example.com/back?oauth_token=mine7&oauth_verifier=v"
    for place in range(len(url)):
        changed = url[:place] + chr(ord(url[place]) ^ 1) + url[place + 1 :]
        ours.set("verifier", None)
        try:
            ours.callback(changed)
        except osign.TokenMissing:
            assert ours.get("verifier") is None
        assert ours.get("resource_owner_key") == "mine7" and ours.get("resource_owner_secret") == "s"


def test_a_callback_changes_no_secret(session):
    ours = session(resource_owner_key="mine", resource_owner_secret="s")
    brought = ours.callback("https://app.example.com/back?oauth_token=mine&oauth_verifier=v&oauth_token_secret=evil&a=1")
    assert brought == {"oauth_token": "mine", "oauth_verifier": "v", "oauth_token_secret": "evil", "a": "1"}
    assert (ours.get("resource_owner_secret"), ours.get("verifier")) == ("s", "v")


def test_a_session_without_a_token_takes_the_callbacks(session):
    """As the others do: there is nothing to compare it with."""
    ours, token = session(), "t" * 2000
    ours.callback(f"https://app.example.com/back?oauth_token={token}&oauth_verifier=v")
    assert ours.session.token.items() >= {"oauth_token": token, "oauth_verifier": "v"}.items()
    for query, reason in (("denied=t", "access-denied"), ("a=1", "not-oauth1-callback"), ("oauth_token=t&oauth_token=t", "repeated-parameter")):
        refused(osign.TokenMissing, reason, lambda query=query: session().callback(f"?{query}"))
    ours = session()
    assert ours.callback("1234567") == {"oauth_verifier": "1234567"} and ours.get("verifier") == "1234567"
    assert not ours.get("resource_owner_key")


def test_a_callback_without_a_verifier(session):
    """A program may parse the address that it sends the person to, and have the verifier from elsewhere."""
    ours = session(resource_owner_key="mine", resource_owner_secret="s")
    assert ours.callback("https://h/authorize?oauth_token=mine") == {"oauth_token": "mine"}
    with pytest.raises(osign.VerifierMissing, match="there is no verifier") as caught:
        ours.access_token("http://127.0.0.1:9/token")
    assert caught.value.reason == "no-verifier" and isinstance(caught.value, ValueError)


def test_callbacks_of_a_wrong_type(session):
    with pytest.raises(TypeError, match="^callback must be str or bytes, not NoneType$"):
        session().callback(None)


# --- OAuth 1.0 ---


def test_a_service_of_oauth_1_0(session, service):
    """It confirms no callback, has no verifier, and is told of the callback in the address."""
    service.kept.before_revision_a, service.kept.registered = True, CALLBACK
    service.lies["temporary"] = lambda answer: Answer(
        answer.status, answer.headers, answer.text.replace("&oauth_callback_confirmed=true", "")
    )
    ours = session(callback_confirmed=False)
    ours.request_token(f"{service.url}/initiate")
    service.agree(ours.address(f"{service.url}/authorize", oauth_callback=CALLBACK))
    ours.callback(f"{CALLBACK}&oauth_token={ours.get('resource_owner_key')}")
    assert ours.access_token(f"{service.url}/token")["user_id"] == "7"
    assert ours.send("GET", f"{service.url}/items").json()["signed"]
    strict = session(resource_owner_key="t")
    with pytest.raises(osign.VerifierMissing):
        strict.access_token(f"{service.url}/token")


# --- What the HTTP client says ---


def test_an_error_of_the_client_changes_nothing(session):
    ours = session(callback_uri=CALLBACK)
    before = ours.state
    with pytest.raises(Exception, match="(?i)connect") as caught:
        ours.request_token("http://127.0.0.1:9/initiate")
    assert not isinstance(caught.value, osign.Error) and ours.state == before


# --- Beside requests_oauthlib ---


@pytest.fixture(params=["requests_oauthlib", "osign"])
def either(request, client):
    """The drop-in and what it is one for, which do the same; once, for requests."""
    if client != "requests":
        return None
    return requests_oauthlib if request.param == "requests_oauthlib" else osign.requests


@pytest.mark.filterwarnings("ignore::BytesWarning")
def test_a_program_for_requests_oauthlib(either, service):
    if either is None:
        return
    with either.OAuth1Session(KEY, SECRET, callback_uri=CALLBACK) as session:
        assert (session.token, session.authorized) == ({}, False)
        assert session.auth is session._client
        temporary = session.fetch_request_token(f"{service.url}/initiate", ["Photos", "Films"])
        seen = service.take()[0]
        assert seen.headers["Authorization"].startswith('OAuth realm="Photos Films", ')
        assert seen.protocol["oauth_callback"] == CALLBACK
        pair = {"oauth_token": temporary["oauth_token"], "oauth_token_secret": temporary["oauth_token_secret"]}
        assert (session.token, session.authorized) == (pair, True)
        assert session._client.client.callback_uri is None and session._client.client.realm is None
        address = session.authorization_url(f"{service.url}/authorize?a=1", perms="read & write", n=5)
        query = f"a=1&perms=read+%26+write&n=5&oauth_token={pair['oauth_token']}"
        assert address == f"{service.url}/authorize?{query}"
        came_to = service.agree(address)
        brought = session.parse_authorization_response(came_to)
        assert brought == dict(parse_qsl(urlsplit(came_to).query))
        assert session.token == {**pair, "oauth_verifier": brought["oauth_verifier"]}
        session._client.client.verifier = brought["oauth_verifier"]
        token = session.fetch_access_token(f"{service.url}/token")
        assert session._client.client.verifier is None
        assert session.token == {name: token[name] for name in ("oauth_token", "oauth_token_secret")}
        assert session.get(f"{service.url}/items?q=a%20b").json()["signed"]
        assert session.post(f"{service.url}/items", data={"a": "1"}).json()["signed"]
        session._client.client.resource_owner_key = "unknown"
        assert session.get(f"{service.url}/items").status_code == 401
        session.token = {"oauth_token": token["oauth_token"]}
        assert session.get(f"{service.url}/items").status_code == 200
        moved = session.get(f"{service.url}/moved/items")
        assert moved.json()["signed"] and len(moved.history) == 1
        with pytest.raises(ValueError):
            session.parse_authorization_response("https://app.example.com/back?code=1")
        with pytest.raises(ValueError):
            session.fetch_access_token(f"{service.url}/token")


def test_errors_have_the_names_of_requests_oauthlib(client):
    module = getattr(osign, client.partition(" ")[0])
    for name in ("TokenRequestDenied", "TokenMissing", "VerifierMissing"):
        assert getattr(module, name) is getattr(osign, name)
        assert issubclass(getattr(osign, name), (osign.LoginFailed, ValueError))
