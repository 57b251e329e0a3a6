"""What is not ordinary in a request: each feature makes a generated request awkward in its way."""

from rfc5849 import FORM

FEATURES = []


def feature(function):
    FEATURES.append(function)
    return function


def add_piece(request, piece):
    request["query"] += ("&" if "?" in request["query"] else "?") + piece


@feature
def awkward_query(generator, request):
    add_piece(
        request,
        generator.pick(
            "a=%",
            "a=%4",
            "%=1",
            "a=%zz",
            "%zz=1",
            "%4g",
            "a=%FF",
            "%ff%FE=1",
            "a=%00b",
            "%00=1",
            "a=b;c=d",
            ";",
            "a[0]=1",
            "a[]=1&a[]=2",
            "a={x}",
            'a="b"',
            "a=b c",
            "é=ü",
            "a=日本",
            "a=1&a=1",
            "a=2&a=1&a=10",
            "a=1&a-=1&a1=1&a.=0",
            "b&b=&b=1",
            "=v",
            "=",
            "a==b",
            "a=b=c",
            "a&&b",
            "&a=1",
            "a=1&",
            "a=x!y&a=x+y",
            "a=~%7E",
            "a=%7e",
            "A=1&a=1&B=1",
            "x+y=1",
            "%6Fauthx=1",
            "a=%2541",
            "a=|^`",
            "a\\b=<c>",
            "a=%c3%A9&a=%C3%a9",
            "z=1&%C3%9F=2",
            "a/b?c=d?e",
            "$=@:,",
        ),
    )


@feature
def foreign_oauth_query(generator, request):
    add_piece(
        request,
        generator.pick(
            "oauth_zzz=1",
            "oauth_zzz=%2541",
            "oauth_zzz=a%2Bb",
            "oauth_=",
            "oauth=%2541",
            "oauth_a%20b=c",
            "OAUTH_TOKEN=x",
        ),
    )


@feature
def protocol_parameter_in_query(generator, request):
    add_piece(
        request, generator.pick("oauth_nonce=x", "oauth_consumer_key=x", "oauth%5Ftimestamp=5", "oauth_signature=x")
    )


@feature
def awkward_path(generator, request):
    request["path"] = generator.pick(
        "",
        "/",
        "//",
        "/a//b",
        "/a/../b",
        "/a/.",
        "/%2f",
        "/%2F%2f",
        "/a b",
        "/é",
        "/日本/x",
        "/a;v=1",
        "/a;",
        "/;",
        "/a+b",
        "/~u",
        "/{id}",
        "/a%zz",
        "/%",
        "/a:b@c",
        "/a'b(c)*!",
        "/a|b",
        "/a\\b",
        '/"a"',
        "/a[0]",
        "/A/B",
        "/a&b=c",
        "/%E9",
        "/%c3%a9",
        "/,$",
        "/a;x;y/b;z",
    )


@feature
def authority(generator, request):
    request["host"] = generator.pick(
        "EXAMPLE.com",
        "Api.Example.COM",
        "[::1]",
        "[2001:db8::1]",
        "[2001:DB8:0:0:0:0:0:1]",
        "[::ffff:192.0.2.1]",
        "[FE80::A]",
        "a_b.example",
        "xn--e1afmkfd.xn--p1ai",
        "a.example.",
        "h",
    )


@feature
def port(generator, request):
    request["port"] = generator.pick(":80", ":443", ":8080", ":1", ":65535", ":", ":080", ":0443", ":08080")


@feature
def scheme_case(generator, request):
    request["scheme"] = generator.pick("HTTP", "HTTPS", "hTTp", "Https")


@feature
def userinfo(generator, request):
    request["userinfo"] = generator.pick("user@", "user:pass@", ":@", "u%40v:p@")


@feature
def fragment(generator, request):
    request["fragment"] = generator.pick("#", "#a", "#a=1&b=2", "#/x?y")


@feature
def method(generator, request):
    request["method"] = generator.pick("get", "post", "Patch", "HEAD", "OPTIONS", "X-CUSTOM", "a.b~c", "A!b#$%&'*+^_`|")


@feature
def credentials(generator, request):
    name = generator.pick("consumer_key", "consumer_secret", "token", "token_secret", "nonce")
    request["token"] = request["token"] or "t"
    request[name] = generator.pick(
        "a b",
        "a+b",
        "a%20b",
        "%41",
        "%2541",
        "a&b=c",
        "é",
        "日本",
        "☃",
        'a"b',
        "a,b",
        "a\\b",
        "a'b",
        "~",
        "a/b==",
        "😀",
        "a%",
        "%zz",
        "=",
        " ",
        "x" * 300,
    )


@feature
def empty_secrets(generator, request):
    request[generator.pick("consumer_secret", "token_secret")] = ""


@feature
def no_token(generator, request):
    request["token"] = None


@feature
def long_token(generator, request):
    request["token"] = generator.word(most=9) * 200


@feature
def form_body(generator, request):
    request["content_type"] = FORM
    request["bytes"] = generator.pick(
        b"",
        b"&",
        b"a=1&a=1",
        b"a=%zz",
        b"a=%FF",
        b"a=\xff\xfe",
        "é=ü".encode(),
        b"a=b c",
        b"c2&a3=2+q",
        b"a=1\r\n",
        b"=v",
        b"=",
        b"a=%2541",
        b"oauth_zzz=%2541",
        b"a[0]=1",
        b"a&&b",
        b"a=1&",
        b"a=%00",
        b"a;b=c",
        b"a=%",
    )
    if generator.random.random() < 0.8 and request["method"] in ("GET", "HEAD", "get"):
        request["method"] = "POST"


@feature
def form_type(generator, request):
    request["content_type"] = generator.pick(
        f"{FORM}; charset=utf-8",
        f"{FORM};charset=UTF-8",
        "Application/X-WWW-Form-Urlencoded",
        f"{FORM} ; x=y",
    )
    request["bytes"] = generator.pick(b"", b"a=1", b"a=b+c&d=%C3%A9")


@feature
def form_with_get(generator, request):
    request["method"] = generator.pick("GET", "HEAD")
    request["content_type"], request["bytes"] = FORM, b"a=1"


@feature
def other_body(generator, request):
    request["content_type"] = generator.pick(
        "application/json", "text/xml; charset=utf-8", "multipart/form-data; boundary=x", None
    )
    request["bytes"] = generator.pick(b'{"a":1}', b"a=1", b"plain", b"\x00\x01\xff", b"", '{"é":1}'.encode(), None)
    request["body_hash"] = generator.pick(True, True, False)


@feature
def extra_parameters(generator, request):
    names = generator.random.sample(
        [
            "oauth_callback",
            "oauth_verifier",
            "oauth_session_handle",
            "oauth_zz",
            "oauth_a",
            "xoauth_requestor_id",
            "a b",
        ],
        generator.pick(1, 1, 2),
    )
    values = ["oob", "http://client.example/cb?a=b&c=d", "hfdp7dh39dks9884", "a b", "é", "%41", "", "+"]
    request["parameters"] = [(name, generator.pick(*values)) for name in names]


@feature
def realm(generator, request):
    request["realm"] = generator.pick("Photos", "http://example.com/", "a b", 'a"b', "é", "1234567_SB1", "a, b=c", "a\\b")


@feature
def no_version(generator, request):
    request["send_version"] = False


@feature
def another_key(generator, request):
    request["signature_method"] = generator.pick("RSA-SHA1", "RSA-SHA256", "RSA-SHA512")
    request["key"] = generator.pick(*generator.keys)
