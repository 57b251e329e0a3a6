// The steps of a login, and what programs need around them: sealing, hashes, tokens, the parts of addresses.
#include "host.hpp"

#include "check.hpp"

#include <set>

static const char INITIATE[] = "https://photos.example.net/initiate", AUTHORIZE[] = "https://photos.example.net/authorize",
                  TOKEN[] = "https://photos.example.net/token", READY[] = "http://printer.example.com/ready?a=1",
                  TEMPORARY[] = "oauth_token=hh5s93j4hdidpola&oauth_token_secret=hdhd0244k9j7ao03&oauth_callback_confirmed=true",
                  CREDENTIALS[] = "oauth_token=nnch734d00sl2jdk&oauth_token_secret=pfkkdhi9sl3r4s00&user_id=7%2B7&realmId=12",
                  CALLBACK[] = "http://printer.example.com/ready?a=1&oauth_token=hh5s93j4hdidpola&oauth_verifier=hfdp7dh39dks9884";

// PLAINTEXT without nonce and timestamp: each header is known byte for byte.
static void set_up(Object &object)
{
    object.does("SetConsumer", {"dpf43f3p2l4k3l03", "kd94hf93k423kf44"});
    object.does("SetSignatureMethod", {"PLAINTEXT"});
    object.does("SetOption", {"plaintext_nonce", Value::boolean(false)});
}

static std::string header(const std::string &token, const std::string &last, const char *signature)
{
    return "OAuth oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_signature_method=\"PLAINTEXT\", " + token +
           "oauth_version=\"1.0\"" + last + ", oauth_signature=\"kd94hf93k423kf44%26" + signature + "\"";
}

static void first_step(Object &object)
{
    CHECK_TEXT(object.text("ЗаголовокВременногоТокена", {INITIATE, READY}),
               header("", ", oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready%3Fa%3D1\"", ""));
    CHECK_TEXT(object.property("АдресЗапроса").text, INITIATE);
    object.does("ПринятьВременныйТокен", {Value::integer(200), TEMPORARY});
}

static void last_step(Object &object)
{
    CHECK_TEXT(object.text("АдресСогласия", {AUTHORIZE}), std::string(AUTHORIZE) + "?oauth_token=hh5s93j4hdidpola");
    CHECK_TEXT(object.text("ConsentURL", {std::string(AUTHORIZE) + "?perms=read"}),
               std::string(AUTHORIZE) + "?perms=read&oauth_token=hh5s93j4hdidpola");
    object.does("ПринятьВозврат", {CALLBACK});
    CHECK_TEXT(object.text("ЗаголовокПостоянногоТокена", {TOKEN}),
               header("oauth_token=\"hh5s93j4hdidpola\", ", ", oauth_verifier=\"hfdp7dh39dks9884\"", "hdhd0244k9j7ao03"));
    CHECK_TEXT(object.property("RequestURL").text, TOKEN);
    object.does("ПринятьПостоянныйТокен", {Value::integer(200), Value::bytes(CREDENTIALS)});
    CHECK_TEXT(object.property("Токен").text, "nnch734d00sl2jdk");
    CHECK_TEXT(object.text("Authorization", {"GET", "https://photos.example.net/photos"}),
               header("oauth_token=\"nnch734d00sl2jdk\", ", "", "pfkkdhi9sl3r4s00"));
    CHECK_TEXT(object.text("ДополнительноеПоле", {"user_id"}), "7+7");
    CHECK_TEXT(object.text("ExtraField", {"realmId"}), "12");
    const Answer none = object.call("ExtraField", {"oauth_token_secret"});
    CHECK(none.ok && none.kind == native::EMPTY);
}

static void whole(const Library &library)
{
    Object object(library);
    set_up(object);
    first_step(object);
    last_step(object);
    // A further login has no part of the token that there is.
    CHECK_TEXT(object.text("RequestTokenHeader", {INITIATE}), header("", ", oauth_callback=\"oob\"", ""));
    object.does("AcceptRequestToken", {Value::integer(200), TEMPORARY});
    object.does("AcceptCallback", {"12345"}); // A code that the service shows.
    CHECK(object.text("AccessTokenHeader", {TOKEN, "GET"}).find("oauth_verifier=\"12345\"") != std::string::npos);
    CHECK(!object.call("AcceptAccessToken", {Value::integer(401), "oauth_problem=token_rejected"}).ok);
    CHECK_TEXT(object.property("Token").text, "nnch734d00sl2jdk"); // It goes on with what it had.
}

// A signature by HMAC, computed again by the class's own HMAC over a base string written out here (RFC 5849 §3.4.1).
static void hmac(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    object.does("SetToken", {"old", "older"});
    const std::string got = object.text("RequestTokenHeader", {"https://example.com/r?a=1"});
    const auto part = [&](const std::string &name) {
        const size_t at = got.find(name + "=\"");
        NEED(at != std::string::npos);
        const size_t start = at + name.size() + 2;
        return got.substr(start, got.find('"', start) - start);
    };
    const std::string base = "POST&https%3A%2F%2Fexample.com%2Fr&a%3D1%26oauth_callback%3Doob%26oauth_consumer_key%3Dkey%26oauth_nonce%3D" +
                             part("oauth_nonce") + "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D" +
                             part("oauth_timestamp") + "%26oauth_version%3D1.0";
    CHECK_TEXT(part("oauth_signature"), object.text("PercentEncode", {object.text("HMAC", {"SHA1", "secret&", base})}));
}

static void out_of_turn(const Library &library)
{
    Object object(library);
    CHECK_TEXT(object.call("RequestTokenHeader", {INITIATE}).error(), "потребитель не задан; сначала вызовите УстановитьПотребителя");
    set_up(object);
    const std::initializer_list<Value> answer = {Value::integer(200), TEMPORARY};
    for (const char *method : {"AcceptRequestToken", "AcceptAccessToken"}) {
        CHECK_TEXT(object.call(method, answer).error(),
                   "вход не начат: он начинается с ЗаголовокВременногоТокена или продолжается после ВосстановитьСостояние");
        CHECK_TEXT(object.property("ПричинаОшибки").text, "no-login");
    }
    for (const char *method : {"ConsentURL", "AcceptCallback", "AccessTokenHeader"}) {
        CHECK(!object.call(method, {AUTHORIZE}).ok);
        CHECK_TEXT(object.property("ErrorReason").text, "no-login");
    }
    object.text("RequestTokenHeader", {INITIATE, READY});
    CHECK(!object.call("AccessTokenHeader", {TOKEN}).ok);
    CHECK_TEXT(object.property("ErrorReason").text, "step-before");
    CHECK_TEXT(object.property("АдресЗапроса").text, "");
    const struct {
        int status;
        const char *body, *reason;
    } refused[] = {
        {200, "<html>oauth_token=a</html>", "page-answer"},
        {200, "", "empty-answer"},
        {200, "oauth_token=a&oauth_token_secret=b", "callback-not-confirmed"},
        {200, "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false", "callback-not-confirmed"},
        {200, "oauth_token=a&oauth_callback_confirmed=true", "no-token-secret"},
        {200, "oauth_token=a&oauth_token=b&oauth_token_secret=b&oauth_callback_confirmed=true", "repeated-answer-field"},
        {500, TEMPORARY, "service-failed"},
        {-1, TEMPORARY, "service-failed"},
        {70000, TEMPORARY, "service-failed"},
        {401, "oauth_problem=consumer_key_unknown", "request-refused"},
    };
    for (const auto &step : refused) {
        const Answer answered = object.call("AcceptRequestToken", {Value::integer(step.status), step.body});
        CHECK(!answered.ok);
        CHECK_TEXT(object.property("ErrorReason").text, step.reason);
    }
    object.does("AcceptRequestToken", answer);
    for (const char *callback : {"http://printer.example.com/ready?oauth_token=other&oauth_verifier=x", "http://printer.example.com/ready",
                                 "http://printer.example.com/ready?oauth_token=hh5s93j4hdidpola&denied=hh5s93j4hdidpola", ""}) {
        CHECK(!object.call("AcceptCallback", {callback}).ok);
    }
    object.does("AcceptCallback", {CALLBACK});
    for (const char *url : {"http://photos.example.net/token", "/token", ""}) {
        CHECK(!object.call("AccessTokenHeader", {url}).ok);
        CHECK_TEXT(object.property("RequestURL").text, "");
    }
    CHECK(!object.call("AccessTokenHeader", {TOKEN, "DELETE"}).ok);
    CHECK(object.call("AccessTokenHeader", {TOKEN, "get"}).ok);
    // Of loopback alone, and once it is allowed.
    CHECK(!object.call("RequestTokenHeader", {"http://127.0.0.1:9/r"}).ok);
    object.does("SetOption", {"allow_insecure_http", Value::boolean(true)});
    CHECK(object.call("RequestTokenHeader", {"http://127.0.0.1:9/r"}).ok);
    CHECK(!object.call("RequestTokenHeader", {"http://photos.example.net/r"}).ok);
    CHECK(!object.call("SetOption", {"callback_in", "nowhere"}).ok);
}

// What is sealed goes on in another object, and opens by its key for its context alone.
static void states(const Library &library)
{
    std::string begun, done, key;
    {
        Object object(library);
        key = object.text("НовыйКлюч");
        CHECK(key.compare(0, 12, "osign-key-1:") == 0 && key.size() == 56 && key != object.text("NewKey"));
        CHECK_TEXT(object.call("SaveState", {key}).error(), "потребитель не задан; сначала вызовите УстановитьПотребителя");
        set_up(object);
        first_step(object);
        begun = object.text("СохранитьСостояние", {key, "owner"});
        CHECK(begun != object.text("SaveState", {key, "owner"}));
        CHECK(begun.find("kd94hf93k423kf44") == std::string::npos && begun.find("hdhd0244k9j7ao03") == std::string::npos);
    }
    {
        Object object(library);
        set_up(object);
        for (const auto &wrong : {std::pair<std::string, const char *>{begun, "other"}, {begun.substr(1), "owner"}, {"", "owner"}}) {
            CHECK_TEXT(object.call("LoadState", {wrong.first, key, wrong.second}).error(),
                       "этот текст не распечатать: он изменён, запечатан другим ключом или с другим контекстом");
        }
        CHECK(!object.call("LoadState", {begun, object.text("NewKey"), "owner"}).ok);
        CHECK(!object.call("LoadState", {begun, "no key", "owner"}).ok);
        object.does("ВосстановитьСостояние", {" " + begun + "\r\n", key, "owner"});
        last_step(object);
        done = object.text("SaveState", {key});
    }
    Object object(library);
    object.does("SetSignatureMethod", {"PLAINTEXT"});
    object.does("SetOption", {"plaintext_nonce", Value::boolean(false)});
    object.does("LoadState", {done, key});
    CHECK_TEXT(object.property("Token").text, "nnch734d00sl2jdk");
    CHECK_TEXT(object.text("ExtraField", {"user_id"}), "7+7");
    CHECK_TEXT(object.text("Authorization", {"GET", "https://photos.example.net/photos"}),
               header("oauth_token=\"nnch734d00sl2jdk\", ", "", "pfkkdhi9sl3r4s00"));
    CHECK(!object.call("AcceptCallback", {CALLBACK}).ok); // The login is over.
}

static void sealing(const Library &library)
{
    Object object(library);
    const std::string key = object.text("NewKey");
    const std::string sealed = object.text("Запечатать", {"Привет", key, "владелец"});
    CHECK_TEXT(object.text("Распечатать", {sealed, key, "владелец"}), "Привет");
    const Answer bytes = object.call("Unseal", {sealed, key, "владелец", "binary"});
    CHECK(bytes.ok && bytes.kind == native::BLOB && bytes.text == "Привет");
    CHECK(object.call("Unseal", {sealed, key, "владелец", "ДВОИЧНЫЕ"}).ok);
    CHECK_TEXT(object.call("Unseal", {sealed, key, "другой"}).error(),
               "этот текст не распечатать: он изменён, запечатан другим ключом или с другим контекстом");
    CHECK_TEXT(object.call("Unseal", {sealed, key, "владелец", "odd"}).error(), "кодировка должна быть одной из: text, binary");
    const std::string octets = object.text("Seal", {Value::bytes("\xFF\xFE"), key});
    CHECK(!object.call("Unseal", {octets, key}).ok);
    CHECK_TEXT(object.property("ErrorReason").text, "no-text");
    CHECK_TEXT(object.call("Unseal", {octets, key, "", "binary"}).text, "\xFF\xFE");
    CHECK(object.call("Seal", {std::string(1 << 20, 'a'), key}).ok);
    CHECK_TEXT(object.call("Seal", {std::string((1 << 20) + 1, 'a'), key}).error(), "запечатать можно не больше 1048576 байт");
    // What was sealed as a state is no text, nor the other way round.
    object.does("SetConsumer", {"key", "secret"});
    CHECK(!object.call("Unseal", {object.text("SaveState", {key}), key}).ok);
    CHECK(!object.call("LoadState", {sealed, key, "владелец"}).ok);

    std::set<std::string> texts;
    for (int i = 0; i < 200; i++) {
        texts.insert(object.text("СлучайнаяСтрока"));
    }
    CHECK(texts.size() == 200 && texts.begin()->size() == 43);
    CHECK(object.text("RandomText", {Value::integer(1)}).size() == 1 && object.text("RandomText", {Value::integer(1024)}).size() == 1024);
    for (const int length : {0, -1, 1025}) {
        CHECK_TEXT(object.call("RandomText", {Value::integer(length)}).error(), "параметр Длина: нужно число от 1 до 1024");
    }
    CHECK(!object.call("RandomText", {"43"}).ok);
    // RFC 7636, appendix B.
    CHECK_TEXT(object.text("ВызовPKCE", {"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    for (const std::string &verifier : {std::string(42, 'a'), std::string(129, 'a'), std::string(43, '+'), std::string()}) {
        CHECK_TEXT(object.call("PKCEChallenge", {verifier}).error(),
                   "проверочный код PKCE состоит из 43–128 латинских букв, цифр и знаков -._~ (RFC 7636 §4.1)");
    }
}

static void digests(const Library &library, const std::string &pem)
{
    Object object(library);
    // FIPS 180-4's examples of "abc".
    CHECK_TEXT(object.text("Хеш", {"SHA-1", "abc"}), "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK_TEXT(object.text("Hash", {"SHA224", "abc"}), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    CHECK_TEXT(object.text("Hash", {"sha256", Value::bytes("abc"), "base64"}), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    CHECK_TEXT(object.text("Hash", {"sha256", "abc", "base64url"}), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    CHECK_TEXT(object.text("Hash", {"SHA384", "abc"}),
               "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    CHECK_TEXT(object.text("Hash", {"SHA512", ""}).substr(0, 16), "cf83e1357eefb8bd");
    CHECK_TEXT(object.call("Hash", {"MD5", ""}).error(), "алгоритм хеша должен быть SHA1, SHA224, SHA256, SHA384 или SHA512");
    // RFC 4231 §4.3.
    const char key[] = "Jefe", text[] = "what do ya want for nothing?",
               mac[] = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    CHECK_TEXT(object.text("HMAC", {"SHA224", key, text, "hex"}), "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44");
    const auto is = [&](const std::string &signature, const char *encoding) {
        const Answer answer = object.call("ПроверитьHMAC", {"SHA-256", key, Value::bytes(text), signature, encoding});
        NEED(answer.ok && answer.kind == native::BOOL);
        return answer.number != 0;
    };
    CHECK(is(mac, "auto") && is(mac, "hex") && is(std::string("sha256=") + mac, "АВТО") && !is(mac, "base64"));
    CHECK(is("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=", "auto") && is("W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM", "base64url"));
    CHECK(!is("", "auto") && !is(std::string(mac).substr(2), "auto") && !is("подпись", "auto"));
    CHECK_TEXT(object.call("VerifyHMAC", {"SHA256", "", text, mac}).error(), "алгоритм HMAC, а ключ не задан; задайте его");
    CHECK(!object.call("VerifyHMAC", {"SHA256", key, text, mac, "odd"}).ok && !object.call("VerifyHMAC", {"MD5", key, text, mac}).ok);

    CHECK_TEXT(object.text("JWT", {"", "{}", "HS256", "secret"}),
               "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.t-IDcSemACt8x4iTMCda8Yhe3iZaWbvV5XKSTbuAn0M");
    CHECK_TEXT(object.call("JWT", {"", "{}", "HS256"}).error(), "алгоритм HMAC, а ключ не задан; задайте его");
    CHECK(!object.call("JWT", {"", "{}"}).ok); // RS256 without a key.
    CHECK_TEXT(object.property("ErrorReason").text, "no-private-key");
    CHECK(!object.call("SignRSA", {"RS256", "a"}).ok);
    CHECK_TEXT(object.call("JWT", {"{\"alg\":\"none\"}", "{}", "HS256", "secret"}).error(),
               "в заголовке токена указан другой алгоритм (alg), чем тот, которым он подписывается; уберите его");
    CHECK_TEXT(object.call("JWT", {"", "[]", "HS256", "secret"}).error(), "claims: нужен объект JSON, и каждое имя в нём один раз");
    CHECK(!object.call("JWT", {"", "{}", "ES256", "secret"}).ok);
    object.does("SetPrivateKey", {pem});
    // PKCS #1 v1.5 is the same each time; PSS is not.
    const std::string token = object.text("JWT", {"{\"kid\":\"1\"}", "{\"iss\":\"a\"}"});
    CHECK_TEXT(token, object.text("JWT", {"{\"kid\":\"1\"}", "{\"iss\":\"a\"}", "rs256"}));
    const size_t last = token.rfind('.');
    CHECK_TEXT(token.substr(last + 1), object.text("ПодписатьRSA", {"RS256", token.substr(0, last), "base64url"}));
    CHECK(object.text("SignRSA", {"PS256", "a"}) != object.text("SignRSA", {"PS256", "a"}));
    CHECK(object.text("SignRSA", {"RS1", "a", "hex"}).size() == 2 * 256 && object.call("SignRSA", {"RS512", "a", "binary"}).text.size() == 256);
    CHECK_TEXT(object.call("SignRSA", {"HS256", "a"}).error(), "алгоритм должен быть одним из: RS1, RS256, RS512, PS256");
}

static void parts(const Library &library)
{
    Object object(library);
    const char url[] = "HTTPS://User@API.example.com/я b?a=1%2B2&a=3#x";
    CHECK_TEXT(object.text("ЧастьАдреса", {url, "Схема"}), "https");
    CHECK_TEXT(object.text("URLPart", {url, "host"}), "api.example.com");
    const Answer port = object.call("URLPart", {url, "Порт"});
    CHECK(port.kind == native::I4 && port.number == 443);
    CHECK(object.call("URLPart", {"http://example.com:8080", "Port"}).number == 8080);
    CHECK_TEXT(object.text("URLPart", {url, "ресурс"}), "/%D1%8F%20b?a=1%2B2&a=3");
    CHECK_TEXT(object.text("URLPart", {"https://example.com", "Resource"}), "/");
    CHECK_TEXT(object.text("URLPart", {url, "Параметр:a"}), "1+2");
    const Answer none = object.call("URLPart", {url, "parameter:b"});
    CHECK(none.ok && none.kind == native::EMPTY);
    CHECK_TEXT(object.call("URLPart", {url, "Путь"}).error(),
               "часть адреса должна быть одной из: Схема, Сервер, Порт, Ресурс, Параметр:ИМЯ");
    CHECK(!object.call("URLPart", {"/a", "Схема"}).ok);
    CHECK_TEXT(object.text("ПолеОтвета", {"a=1&b=%D1%8F+2", "b"}), "я 2");
    CHECK(object.call("FormField", {Value::bytes("a=1"), "c"}).kind == native::EMPTY);
}

int main(int argc, char **argv)
{
    const Library library(argv[1]);
    NEED(argc == 3);
    std::string pem;
    if (FILE *file = fopen(argv[2], "r")) {
        char buffer[8192];
        pem.assign(buffer, fread(buffer, 1, sizeof buffer, file));
        fclose(file);
    }
    NEED(!pem.empty());
    whole(library);
    hmac(library);
    out_of_turn(library);
    states(library);
    sealing(library);
    digests(library, pem);
    parts(library);
    return checks_end("login");
}
