"""Programs that others wrote for requests_oauthlib, as they are, with osign in its place: each gets a token of a service that
verifies with oauthlib, and calls its API. What osign hands them is what they were written for."""

import json
import time
import types
from urllib.parse import parse_qs, parse_qsl, urlsplit

import flickrapi
import flickrapi.auth
import jira
import jwt
import mwoauth
import mwoauth.functions
import osign.requests
import pyetrade
import pyetrade.accounts
import pyetrade.authorization
import pytest
import pytumblr
import pytumblr.request
import trello
import trello.trelloclient
import trello.util
import tweepy
import tweepy.auth
from three_steps import CALLBACK, KEY, SECRET, Answer, ByOauthlib


def test_the_import_is_swapped():
    for module in (tweepy.auth, trello.trelloclient, flickrapi.auth, mwoauth.functions, pytumblr.request):
        assert module.OAuth1 is osign.requests.OAuth1
    for module in (tweepy.auth, trello.util, pyetrade.authorization, pyetrade.accounts):
        assert module.OAuth1Session is osign.requests.OAuth1Session


def json_answers(by_path):
    """What an API says, by the end of the path; what is not signed gets what the service says."""

    def answer(signed, path):
        told = next((told for end, told in by_path.items() if urlsplit(path).path.endswith(end)), None)
        return signed if signed.status != 200 or told is None else signed._replace(text=json.dumps(told))

    return answer


# --- tweepy ---


@pytest.fixture
def twitter(service):
    service.paths = {f"/oauth/{path}": step for path, step in
                     [("request_token", "temporary"), ("authorize", "authorize"), ("access_token", "token")]}
    user = {"id": 7, "id_str": "7", "name": "Ann", "screen_name": "ann"}
    tweet = {"id": 9, "id_str": "9", "text": "Tea & cake", "user": user, "entities": {}}
    service.api = json_answers({"verify_credentials.json": user, "update.json": tweet, "home_timeline.json": [tweet]})
    return service


def test_tweepy(twitter):
    handler = tweepy.OAuth1UserHandler(KEY, SECRET, callback=CALLBACK)
    address = handler.get_authorization_url(access_type="write")
    assert twitter.seen[-1].path == "/oauth/request_token?x_auth_access_type=write"
    assert address == f"https://api.twitter.com/oauth/authorize?oauth_token={handler.request_token['oauth_token']}"
    verifier = dict(parse_qsl(urlsplit(twitter.agree(address)).query))["oauth_verifier"]
    token, secret = handler.get_access_token(verifier)
    assert twitter.kept.tokens == {token: secret}
    api = tweepy.API(handler)
    assert api.verify_credentials(skip_status=True).screen_name == "ann"
    assert api.update_status("Tea & cake, ½ €").text == "Tea & cake"
    assert [status.id for status in api.home_timeline(count=5)] == [9]
    assert [seen.status for seen in twitter.take()] == [200] * 5


def test_tweepy_of_another_run(twitter):
    """The token was kept; with a wrong one the service is not let say that it is right."""
    twitter.kept.tokens["t"] = "s"
    api = tweepy.API(tweepy.OAuth1UserHandler(KEY, SECRET, "t", "s"))
    assert api.verify_credentials().id == 7
    with pytest.raises(tweepy.Unauthorized):
        tweepy.API(tweepy.OAuth1UserHandler(KEY, SECRET, "t", "other")).verify_credentials()


def test_tweepy_of_a_service_that_lies(twitter):
    """Its own exception has the sentence."""
    twitter.lies["temporary"] = lambda _answer: Answer(200, {}, "<html>oauth_token=evil&oauth_token_secret=evil</html>")
    handler = tweepy.OAuth1UserHandler(KEY, SECRET, callback=CALLBACK)
    with pytest.raises(tweepy.TweepyException, match="page"):
        handler.get_authorization_url()


# --- pyetrade ---


def test_pyetrade(service):
    service.paths = {"/oauth/request_token": "temporary", "/oauth/access_token": "token"}
    listed = "<AccountListResponse><Accounts><Account><accountId>1</accountId></Account></Accounts></AccountListResponse>"
    service.api = lambda signed, path: signed._replace(text=listed) if signed.status == 200 and path.endswith("/list") else signed
    login = pyetrade.ETradeOAuth(KEY, SECRET)
    address = login.get_request_token()
    assert parse_qs(urlsplit(address).query) == {"key": [KEY], "token": [login.resource_owner_key]}
    code = service.agree(f"https://us.etrade.com/e/t/etws/authorize?oauth_token={login.resource_owner_key}")
    token = login.get_access_token(code)
    pair = token["oauth_token"], token["oauth_token_secret"]
    accounts = pyetrade.ETradeAccounts(KEY, SECRET, *pair)
    assert accounts.list_accounts()["AccountListResponse"]["Accounts"]["Account"]["accountId"] == "1"
    assert accounts.get_account_balance("k/ 1", resp_format="json")["signed"]
    manager = pyetrade.ETradeAccessManager(KEY, SECRET, *pair)
    assert manager.renew_access_token() and manager.revoke_access_token()
    assert [seen.status for seen in service.take()] == [200] * 6
    wrong = pyetrade.ETradeAccessManager(KEY, SECRET, pair[0], "other")
    with pytest.raises(Exception, match="401"):
        wrong.renew_access_token()


# --- py-trello ---


def test_py_trello(service, monkeypatch, capsys):
    service.paths = {"/1/OAuthGetRequestToken": "temporary", "/1/OAuthGetAccessToken": "token"}
    service.kept.registered = "oob"
    board = {"id": "b", "name": "Board é", "closed": False, "desc": "", "url": "u"}
    service.api = json_answers({"/members/me/boards/": [board], "/1/boards": board, "/1/boards/b": board})

    def person(prompt):
        if "authorized" in prompt:
            return "y"
        printed = next(line for line in capsys.readouterr().out.splitlines() if "OAuthAuthorizeToken" in line)
        assert printed.endswith("&scope=read,write&expiration=1day&name=Tests")
        return service.agree(printed)

    monkeypatch.setattr("builtins.input", person)
    token = trello.util.create_oauth_token("1day", "read,write", KEY, SECRET, "Tests")
    client = trello.TrelloClient(KEY, SECRET, token["oauth_token"], token["oauth_token_secret"])
    assert [one.name for one in client.list_boards("open")] == ["Board é"]
    assert client.add_board("Board é").id == "b"
    assert client.get_board("b").name == "Board é"
    assert {seen.status for seen in service.take()} == {200}
    with pytest.raises(trello.Unauthorized):
        trello.TrelloClient(KEY, SECRET, token["oauth_token"], "other").list_boards()


# --- flickrapi ---


@pytest.fixture
def flickr(service):
    service.paths = {f"/services/oauth/{path}": step for path, step in [("request_token", "temporary"), ("access_token", "token")]}
    # It sends the callback in a form, and the rest in the header.
    service.kept.takes_both = True
    service.kept.extra = {"fullname": "Ann É", "username": "ann", "user_nsid": "1@N0"}
    said = {"/services/rest/": '{"stat": "ok", "user": {"id": "1@N0"}}', "/services/upload/": '<rsp stat="ok"><photoid>5</photoid></rsp>'}
    service.api = lambda signed, path: signed._replace(text=said[path]) if signed.status == 200 else signed
    return service


def test_flickrapi(flickr, tmp_path):
    program = flickrapi.FlickrAPI(KEY, SECRET, format="parsed-json", token_cache_location=str(tmp_path))
    program.get_request_token(oauth_callback="oob")
    address = program.auth_url(perms="write")
    assert address == f"https://www.flickr.com/services/oauth/authorize?oauth_token={program.flickr_oauth.resource_owner_key}&perms=write"
    program.get_access_token(flickr.agree(address))
    assert program.token_cache.token.username == "ann" and program.token_cache.token.fullname == "Ann É"
    assert program.test.login()["user"]["id"] == "1@N0"
    again = flickrapi.FlickrAPI(KEY, SECRET, format="parsed-json", token_cache_location=str(tmp_path))
    assert again.photos.search(user_id="1@N0", tags="tea & cake, é")["stat"] == "ok"
    assert [seen.status for seen in flickr.take()] == [200] * 4


def test_flickrapi_uploads(flickr, tmp_path):
    """It signs a form that it does not send, and takes the header: the photograph is not signed."""
    (tmp_path / "tea.jpg").write_bytes(b"\xff\xd8\xff" * 1000)
    flickr.kept.tokens["t"] = "s"
    token = flickrapi.auth.FlickrAccessToken("t", "s", "write", "Ann", "ann", "1@N0")
    program = flickrapi.FlickrAPI(KEY, SECRET, token=token, format="etree")
    flickr.api = lambda answer, _path: answer._replace(status=200, text='<rsp stat="ok"><photoid>5</photoid></rsp>')
    assert program.upload(str(tmp_path / "tea.jpg"), title="Tea").find("photoid").text == "5"
    seen = flickr.take()[0]
    assert seen.headers["Content-Type"].startswith("multipart/form-data") and b"\xff\xd8\xff" in seen.body
    assert ByOauthlib(flickr.kept).is_signed(
        uri="https://up.flickr.com/services/upload/", http_method="POST", body="title=Tea&api_key=client+key",
        headers={"Authorization": seen.headers["Authorization"], "Content-Type": "application/x-www-form-urlencoded"},
    )


# --- mwoauth ---


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_mwoauth(service):
    index = "https://en.wikipedia.org/w/index.php"
    service.paths = {f"/w/index.php?title=Special:OAuth/{path}": step for path, step in [("initiate", "temporary"), ("token", "token")]}

    def identity(signed, path):
        if signed.status != 200 or "identify" not in path:
            return signed
        claims = {"iss": "https://en.wikipedia.org", "aud": KEY, "iat": time.time(), "username": "Ann",
                  "nonce": service.seen[-1].protocol["oauth_nonce"]}
        return signed._replace(text=jwt.encode(claims, SECRET, algorithm="HS256"))

    service.api = identity
    consumer = mwoauth.ConsumerToken(KEY, SECRET)
    handshaker = mwoauth.Handshaker(index, consumer, callback=CALLBACK)
    address, request_token = handshaker.initiate()
    query = parse_qs(urlsplit(address).query)
    assert query["oauth_token"] == [request_token.key] and query["oauth_consumer_key"] == [KEY]
    came_to = service.agree(f"https://en.wikipedia.org/authorize?oauth_token={request_token.key}")
    token = handshaker.complete(request_token, urlsplit(came_to).query)
    assert service.kept.tokens == {token.key: token.secret}
    assert handshaker.identify(token)["username"] == "Ann"
    assert [seen.status for seen in service.take()] == [200] * 3


# --- pytumblr ---


def test_pytumblr(service, tmp_path):
    (tmp_path / "tea.jpg").write_bytes(b"\xff\xd8\xff" * 1000)
    service.kept.tokens["t"] = "s"
    service.api = lambda signed, _path: signed._replace(
        status=200, text=json.dumps({"meta": {"status": signed.status}, "response": json.loads(signed.text)})
    )
    client = pytumblr.TumblrRestClient(KEY, SECRET, "t", "s")
    assert client.info()["signed"]
    assert client.posts("ann.tumblr.com", tag="tea & cake", limit=2)["signed"]
    assert client.create_text("ann", state="draft", title="Tea & cake, é", body="1 + 1")["signed"]
    assert client.create_photo("ann", tags=["tea", "é"], data=str(tmp_path / "tea.jpg"))["signed"]
    assert client.request.delete("/v2/user/x", {"a": "é"})["signed"]
    wrong = pytumblr.TumblrRestClient(KEY, SECRET, "t", "other")
    assert wrong.info()["meta"]["status"] == 401


# --- jira ---


def test_jira(service, rsa_key):
    """It tries HMAC-SHA1 without a secret, which the service refuses, and then RSA-SHA1."""
    service.kept.tokens["t"] = "unused"
    service.api = json_answers({
        "myself": {"name": "ann"},
        "serverInfo": {"versionNumbers": [9, 12, 0], "deploymentType": "Server"},
        "TEA-1": {"key": "TEA-1", "id": "1", "fields": {"summary": "Tea"}},
        "comment": {"id": "5", "body": "é & ½"},
    })
    oauth = {"access_token": "t", "access_token_secret": "unused", "consumer_key": KEY, "key_cert": rsa_key[0]}
    client = jira.JIRA("https://jira.example.com", oauth=oauth)
    first, second, *_ = [seen.protocol["oauth_signature_method"] for seen in service.seen]
    assert (first, second) == ("HMAC-SHA1", "RSA-SHA1")
    assert [seen.status for seen in service.take()] == [401, 200, 200]
    assert client.issue("TEA-1", fields="summary").fields.summary == "Tea"
    assert client.add_comment("TEA-1", "é & ½").id == "5"
    named = jira.JIRA("https://jira.example.com", oauth={**oauth, "signature_method": "RSA-SHA256"})
    assert named.myself()["name"] == "ann"
    assert {seen.status for seen in service.take()} == {200}


def test_jiras_login(service, rsa_key, monkeypatch):
    """It has OAuth 1.0 without a callback and a verifier, and signs by HMAC-SHA1 without a secret."""
    monkeypatch.setitem(__import__("sys").modules, "keyring", types.ModuleType("keyring"))  # For its passwords.
    from jira import jirashell

    assert jirashell.OAuth1 is osign.requests.OAuth1
    service.paths = {f"/plugins/servlet/oauth/{path}": step for path, step in [("request-token", "temporary"), ("access-token", "token")]}
    service.kept.secret, service.kept.registered, service.kept.before_revision_a = "", CALLBACK, True
    monkeypatch.setattr(jirashell.webbrowser, "open_new", service.agree)
    monkeypatch.setattr("builtins.input", lambda _prompt: "y")
    found = jirashell.oauth_dance("https://jira.example.com", KEY, rsa_key[0])
    assert service.kept.tokens == {found["access_token"]: found["access_token_secret"]}
    assert [seen.status for seen in service.take()] == [200] * 2
