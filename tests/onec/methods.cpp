// Every method and property: what it does, to the byte.
#include "check.hpp"
#include "host.hpp"

#include <cctype>
#include <ctime>
#include <set>

static const char URL[] = "https://Example.com:443/resource?b=2&a=%D1%8F";
static const char FORM[] = "application/x-www-form-urlencoded";

// The decoded value of a header's or a URL's parameter; its name ends with what precedes the value.
static std::string parameter(const std::string &text, const std::string &name)
{
    const size_t start = text.find(name);
    if (start == std::string::npos) {
        return "(none)";
    }
    std::string value;
    for (size_t i = start + name.size(); i < text.size() && text[i] != '"' && text[i] != '&'; i++) {
        if (text[i] == '%') {
            value += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            value += text[i];
        }
    }
    return value;
}

// A header is this one to the byte, when its nonce and timestamp are taken out of it, and it is put together anew.
static void whole_header(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "consumer secret"});
    object.does("SetToken", {"token", "ключ"});
    object.does("SetRealm", {"Фото"});
    object.does("AddParameter", {"oauth_verifier", "v 1"});
    const std::string header = object.text("Authorization", {"get", URL});
    const std::string nonce = parameter(header, "oauth_nonce=\""), time = parameter(header, "oauth_timestamp=\"");
    CHECK(nonce.size() == 24);
    CHECK(std::abs(std::stoll(time) - static_cast<long long>(std::time(nullptr))) < 60);
    const std::string base = "GET&https%3A%2F%2Fexample.com%2Fresource&a%3D%25D1%258F%26b%3D2%26oauth_consumer_key%3Dkey%26"
                             "oauth_nonce%3D" + nonce + "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D" + time +
                             "%26oauth_token%3Dtoken%26oauth_verifier%3Dv%25201%26oauth_version%3D1.0";
    const std::string signature = object.text("HMAC", {"SHA1", "consumer%20secret&%D0%BA%D0%BB%D1%8E%D1%87", base});
    CHECK_TEXT(header, "OAuth realm=\"Фото\", oauth_consumer_key=\"key\", oauth_nonce=\"" + nonce +
                       "\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"" + time +
                       "\", oauth_token=\"token\", oauth_version=\"1.0\", oauth_verifier=\"v%201\", oauth_signature=\"" +
                       object.text("PercentEncode", {signature}) + "\"");
}

static void whole_url(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    const std::string url = object.text("SignedURL", {"GET", "http://example.com/a?x=1#part"});
    const std::string nonce = parameter(url, "oauth_nonce="), time = parameter(url, "oauth_timestamp=");
    const std::string base = "GET&http%3A%2F%2Fexample.com%2Fa&oauth_consumer_key%3Dkey%26oauth_nonce%3D" + nonce +
                             "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D" + time +
                             "%26oauth_version%3D1.0%26x%3D1";
    CHECK_TEXT(url, "http://example.com/a?x=1&oauth_consumer_key=key&oauth_nonce=" + nonce +
                    "&oauth_signature_method=HMAC-SHA1&oauth_timestamp=" + time + "&oauth_version=1.0&oauth_signature=" +
                    object.text("PercentEncode", {object.text("HMAC", {"SHA1", "secret&", base})}));
}

static void signature_methods(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "a b"});
    object.does("SetToken", {"", "c"});
    for (const char *name : {"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA384", "HMAC-SHA512", "PLAINTEXT"}) {
        std::string lower = name;
        for (char &letter : lower) {
            letter = static_cast<char>(std::tolower(letter)); // 1C's own names know no case.
        }
        object.does("SetSignatureMethod", {lower});
        CHECK_TEXT(parameter(object.text("Authorization", {"GET", URL}), "oauth_signature_method=\""), name);
        object.does("УстановитьМетодПодписи", {name});
        const std::string header = object.text("ЗаголовокАвторизации", {"GET", URL});
        CHECK_TEXT(parameter(header, "oauth_signature_method=\""), name);
        CHECK_TEXT(parameter(header, "oauth_token=\""), "(none)");
        const size_t length = std::string(name) == "PLAINTEXT" ? 7 : std::string(name) == "HMAC-SHA1" ? 28
            : std::string(name) == "HMAC-SHA256" ? 44 : std::string(name) == "HMAC-SHA384" ? 64 : 88;
        CHECK(parameter(header, "oauth_signature=\"").size() == length);
    }
    CHECK_TEXT(parameter(object.text("Authorization", {"GET", URL}), "oauth_signature=\""), "a%20b&c");
    CHECK_TEXT(object.call("SetSignatureMethod", {"HMAC-MD5"}).error(),
               "метод подписи должен быть одним из HMAC-SHA1, HMAC-SHA256, HMAC-SHA384, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, "
               "RSA-PSS-SHA256, PLAINTEXT");
    CHECK(object.property("ErrorCode").number == 204);
    object.does("SetSignatureMethod", {"RSA-SHA256"});
    CHECK_TEXT(object.call("Authorization", {"GET", URL}).error(),
               "метод подписи RSA, а закрытый ключ не задан; вызовите УстановитьЗакрытыйКлюч");
    CHECK(object.property("ErrorCode").number == 300);
    for (const Value &pem : {Value("nothing"), Value::bytes("nothing"), Value::bytes("\xFF\xFE")}) {
        CHECK_TEXT(object.call("SetPrivateKey", {pem}).error(), "закрытый ключ не в формате PEM: нет строки -----BEGIN …-----");
    }
}

static void extra_parameters(const Library &library)
{
    Object object(library);
    const auto verifier = [&](const char *method) {
        return parameter(object.text(method, {"GET", URL}), std::string("oauth_verifier=") +
                         (std::string(method) == "SignedURL" ? "" : "\""));
    };
    object.does("SetConsumer", {"key", "secret"});
    // One signature spends them, of either kind; Explain, refused calls and the other methods do not.
    for (const char *method : {"Authorization", "SignedURL"}) {
        object.does("AddParameter", {"oauth_verifier", "one"});
        object.does("AddParameter", {"oauth_verifier", "two"}); // In place of the first.
        CHECK(object.text("Explain", {"GET", URL}).find("oauth_verifier = two") != std::string::npos);
        CHECK(!object.call(method, {"GET", "nowhere"}).ok);
        CHECK(object.text("Nonce").size() == 24);
        CHECK_TEXT(verifier(method), "two");
        CHECK_TEXT(verifier(method), "(none)");
    }
    object.does("AddParameter", {"oauth_verifier", "one"});
    object.does("ClearParameters");
    CHECK_TEXT(verifier("Authorization"), "(none)");
    // One that is refused is not kept.
    CHECK_TEXT(object.call("AddParameter", {"oauth_token", "t"}).error(),
               "oauth_token нельзя задать как дополнительный параметр: он берётся из токена (УстановитьТокен)");
    CHECK_TEXT(object.call("AddParameter", {"realm", "r"}).error(),
               "realm никогда не подписывается; задайте его через УстановитьОбласть");
    CHECK_TEXT(object.call("AddParameter", {"", "r"}).error(), "имя параметра протокола пусто");
    CHECK_TEXT(parameter(object.text("Authorization", {"GET", URL}), "realm=\""), "(none)");
    // A callback that is empty is still one.
    object.does("AddParameter", {"oauth_callback", ""});
    CHECK(object.text("Authorization", {"GET", URL}).find("oauth_callback=\"\"") != std::string::npos);
}

// Whether the version is sent, and by how much the clock is off.
static void version_and_clock(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    const auto header = [&] { return object.text("Authorization", {"GET", URL}); };
    CHECK_TEXT(parameter(header(), "oauth_version=\""), "1.0");
    object.does("УстановитьПередачуВерсии", {Value::boolean(false)});
    CHECK_TEXT(parameter(header(), "oauth_version=\""), "(none)");
    CHECK(object.text("Explain", {"GET", URL}).find("oauth_version") == std::string::npos);
    object.does("SetSendVersion", {Value::boolean(true)});
    CHECK_TEXT(parameter(header(), "oauth_version=\""), "1.0");

    const auto ahead = [&] {
        return std::stoll(parameter(header(), "oauth_timestamp=\"")) - static_cast<long long>(std::time(nullptr));
    };
    object.does("УстановитьСдвигЧасов", {Value::integer(1000000)});
    CHECK(std::abs(ahead() - 1000000) < 60);
    CHECK(object.text("Разобрать", {"GET", URL}).find("сдвигом в секундах: +1000000") != std::string::npos);
    CHECK(std::abs(object.call("Timestamp").number - static_cast<double>(std::time(nullptr))) < 60); // The clock's own.
    object.does("SetClockOffset", {Value::number(-3e9)});
    CHECK_TEXT(object.call("Authorization", {"GET", URL}).error(),
               "метка времени не положительна (RFC 5849 §3.3); проверьте часы и их сдвиг (УстановитьСдвигЧасов)");
    CHECK(object.property("ErrorCode").number == 103);
    object.does("SetClockOffset", {Value::integer(0)});
    CHECK(std::abs(ahead()) < 60);
}

// Settings by name: those that few services need, and those that have methods of their own.
static void settings_by_name(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    const auto header = [&](const char *name) {
        return parameter(object.text("Authorization", {"GET", URL}), std::string(name) + "=\"");
    };
    object.does("УстановитьНастройку", {"version", "1.0a"});
    CHECK_TEXT(header("oauth_version"), "1.0a");
    object.does("SetOption", {"VERSION", Value::integer(2)});
    CHECK_TEXT(header("oauth_version"), "2");
    CHECK_TEXT(header("oauth_token"), "(none)");
    object.does("SetOption", {"send_empty_token", Value::boolean(true)});
    CHECK_TEXT(header("oauth_token"), "");
    object.does("SetOption", {"send_empty_token", "false"});
    CHECK_TEXT(header("oauth_token"), "(none)");
    object.does("SetOption", {"send_empty_realm", Value::integer(1)});
    CHECK_TEXT(header("realm"), "");
    object.does("SetOption", {"signature_method", "plaintext"}); // In any case, as by its own method.
    object.does("SetOption", {"send_empty_realm", Value::boolean(false)});
    object.does("SetOption", {"plaintext_nonce", Value::boolean(false)});
    CHECK_TEXT(object.text("Authorization", {"GET", URL}),
               "OAuth oauth_consumer_key=\"key\", oauth_signature_method=\"PLAINTEXT\", oauth_version=\"2\", "
               "oauth_signature=\"secret%26\"");
    object.does("SetOption", {"mastercard_form", Value::boolean(true)});
    CHECK_TEXT(header("oauth_body_hash"), "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
    object.does("SetOption", {"mastercard_form", Value::boolean(false)});
    CHECK_TEXT(header("oauth_body_hash"), "(none)");
    object.does("SetOption", {"clock_offset", "-90"});
    CHECK(object.text("Explain", {"GET", URL}).find("сдвигом в секундах: -90") != std::string::npos);

    // The URL to send is in the form that was signed.
    const auto url = [&](const char *form) {
        object.does("SetOption", {"url_form", form});
        object.text("Authorization", {"GET", "HTTP://Example.com:80/a/../я?q=%7e#там"});
        return object.property("RequestURL").text;
    };
    CHECK_TEXT(url("normal"), "http://example.com/%D1%8F?q=~");
    CHECK_TEXT(url("as-given"), "HTTP://Example.com:80/a/../%D1%8F?q=%7e#%D1%82%D0%B0%D0%BC");
    CHECK_TEXT(url("usual"), "HTTP://Example.com:80/a/../%D1%8F?q=%7e#%D1%82%D0%B0%D0%BC");

    const struct {
        Value name, value;
        const char *error;
    } refused[] = {
        {"colour", "blue", "настройки с таким именем нет"},
        {"version", Value::boolean(true), "version: нужен текст"},
        {"version", "1\n", "версия протокола содержит управляющий символ, например перевод строки в конце; удалите его"},
        {"plaintext_nonce", "нет", "plaintext_nonce: нужно true или false (1 или 0)"},
        {"clock_offset", Value::boolean(true), "clock_offset: нужно целое число секунд"},
        {"url_form", "odd", "вид адреса должен быть usual, as-given или normal"},
        {"private_key", "nothing", "закрытый ключ не в формате PEM: нет строки -----BEGIN …-----"},
        {"version", UNDEFINED,
         "параметр Значение: нужно значение типа Строка, Число (целое) или Булево, передано Неопределено"},
        {"version", Value::bytes("1.0"),
         "параметр Значение: нужно значение типа Строка, Число (целое) или Булево, передано ДвоичныеДанные"},
        {UNDEFINED, "1.0", "параметр Имя: нужно значение типа Строка, передано Неопределено"},
    };
    for (const auto &call : refused) {
        CHECK_TEXT(object.call("SetOption", {call.name, call.value}).error(), call.error);
    }
    CHECK_TEXT(header("oauth_version"), "2"); // Nothing of that was set.
}

// The URL to send is the one that was signed, until the next signature.
static void request_url(const Library &library)
{
    Object object(library);
    const auto url = [&] { return object.property("АдресЗапроса").text; };
    CHECK_TEXT(url(), "");
    object.does("SetConsumer", {"key", "secret"});
    object.text("Authorization", {"GET", "HTTP://Example.com:80/я b?q=%7e&ю=1 2#там"});
    CHECK_TEXT(url(), "HTTP://Example.com:80/%D1%8F%20b?q=%7e&%D1%8E=1%202#%D1%82%D0%B0%D0%BC");
    object.text("Authorization", {"POST", "https://example.com", "a=1", FORM});
    CHECK_TEXT(url(), "https://example.com");
    // Other methods leave it, whatever they come to.
    CHECK(object.text("Nonce").size() == 24);
    CHECK(object.text("Explain", {"GET", URL}).size() > 100);
    CHECK(!object.call("SetToken", {"t\n", ""}).ok);
    CHECK_TEXT(url(), "https://example.com");
    const std::string signed_url = object.text("SignedURL", {"GET", "https://example.com/a b"});
    CHECK_TEXT(url(), signed_url);
    CHECK(url().compare(0, 40, "https://example.com/a%20b?oauth_consumer") == 0);
    // Where nothing was signed, there is nothing to send.
    for (const char *method : {"Authorization", "SignedURL"}) {
        object.text("Authorization", {"GET", URL});
        CHECK_TEXT(url(), URL);
        CHECK(!object.call(method, {"GET", "nowhere"}).ok);
        CHECK_TEXT(url(), "");
        object.text("Authorization", {"GET", URL});
        CHECK(!object.call(method, {"GET", UNDEFINED}).ok);
        CHECK_TEXT(url(), "");
    }
    object.text("Authorization", {"GET", URL});
    object.component->done();
    CHECK_TEXT(url(), "");
}

// SHA-1 of nothing, and of "Привет" in UTF-8, in base64.
static const char NO_HASH[] = "2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
static const char HASH[] = "KAWujn4S8YITX5L7kIQ7sQgNO+g=";

static void bodies(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    const auto hash = [&](const Value &body, const char *type) {
        return parameter(object.text("Authorization", {"POST", URL, body, type}), "oauth_body_hash=\"");
    };
    CHECK_TEXT(hash("Привет", "text/plain"), "(none)"); // Until it is asked for.
    object.does("SetBodyHash", {Value::boolean(true)});
    CHECK_TEXT(hash("Привет", "text/plain"), HASH);
    CHECK_TEXT(hash(Value::bytes("Привет"), "text/plain"), HASH);
    CHECK_TEXT(hash("Привет", ""), HASH);
    CHECK_TEXT(hash("a=1", FORM), "(none)");
    CHECK_TEXT(hash("", ""), NO_HASH);
    CHECK_TEXT(hash(UNDEFINED, "text/plain"), NO_HASH);
    CHECK_TEXT(parameter(object.text("Authorization", {"POST", URL}), "oauth_body_hash=\""), NO_HASH);
    object.does("SetBodyHash", {Value::boolean(false)});
    CHECK_TEXT(hash("Привет", "text/plain"), "(none)");

    // A form is signed pair by pair, a string's and binary data's alike.
    for (const Value &form : {Value("я=1+2"), Value::bytes("%D1%8F=1%202")}) {
        const std::string steps = object.text("Explain", {"POST", "http://example.com/", form, FORM});
        CHECK(steps.find("   %D1%8F=1%202\n") != std::string::npos);
    }
    const std::string odd = object.text("Explain", {"POST", "http://example.com/", Value::bytes(std::string("\xFF\0=1", 4)), FORM});
    CHECK(odd.find("   %FF%00=1\n") != std::string::npos);
    CHECK_TEXT(object.call("Authorization", {"POST", URL, "oauth_nonce=1", FORM}).error(),
               "oauth_nonce уже есть в адресе или в теле формы, а подпись добавляет свой; удалите его оттуда");
    CHECK(object.property("КодОшибки").number == 203);
}

static void nonce_and_timestamp(const Library &library)
{
    Object object(library);
    std::set<std::string> nonces;
    const size_t count = sized(10000, 200);
    for (size_t i = 0; i < count; i++) {
        const std::string nonce = object.text(i % 2 == 0 ? "Nonce" : "одноразовое");
        nonces.insert(nonce);
        if (nonce.size() != 24 || nonce.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") != std::string::npos) {
            CHECK_TEXT(nonce, "24 letters and digits");
        }
    }
    CHECK(nonces.size() == count);
    for (const char *name : {"Timestamp", "МеткаВремени", "ОтметкаВремени"}) {
        const Answer answer = object.call(name);
        CHECK(answer.kind == native::I4); // Until 2038; a floating-point number from then on.
        CHECK(std::abs(answer.number - static_cast<double>(std::time(nullptr))) < 60);
    }
}

static void macs_and_encoding(const Library &library)
{
    Object object(library);
    // RFC 2202 §3, test case 2.
    const char key[] = "Jefe", text[] = "what do ya want for nothing?";
    const std::string hex = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", base64 = "7/zfauXrL6LSdBbV8YTfnCWafHk=";
    CHECK_TEXT(object.text("HMAC", {"SHA1", key, text}), base64);
    CHECK_TEXT(object.text("HMAC", {"SHA1", key, text, UNDEFINED}), base64);
    CHECK_TEXT(object.text("HMAC", {"sha1", key, text}), base64);
    CHECK_TEXT(object.text("HMAC", {"SHA-1", key, text}), base64);
    for (const char *hash : {"SHA1", "SHA224", "SHA256", "SHA384", "SHA512"}) {
        CHECK_TEXT(object.text("HMAC", {std::string("sha-") + (hash + 3), key, text}), object.text("HMAC", {hash, key, text}));
    }
    for (const char *hash : {"SHA--1", "SHA-", "-SHA1", "SHA_1", "SHA-SHA1"}) {
        CHECK_TEXT(object.call("HMAC", {hash, key, text}).error(), "алгоритм HMAC должен быть SHA1, SHA224, SHA256, SHA384 или SHA512");
    }
    CHECK_TEXT(object.text("HMAC", {"Sha256", key, text, "hex"}),
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"); // RFC 4231 §4.3
    CHECK_TEXT(object.text("hmac", {"SHA1", Value::bytes(key), text, "Base64"}), base64);
    CHECK_TEXT(object.text("HMAC", {"SHA1", key, Value::bytes(text), "HEX"}), hex);
    const Answer bytes = object.call("HMAC", {"SHA1", key, text, "binary"});
    CHECK(bytes.ok && bytes.kind == native::BLOB);
    std::string digits;
    for (const char byte : bytes.text) {
        char two[3];
        snprintf(two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
        digits += two;
    }
    CHECK_TEXT(digits, hex);
    CHECK_TEXT(object.call("HMAC", {"MD5", key, text}).error(), "алгоритм HMAC должен быть SHA1, SHA224, SHA256, SHA384 или SHA512");
    CHECK_TEXT(object.call("HMAC", {"SHA1", key, text, "base32"}).error(), "кодировка должна быть одной из: base64, base64url, hex, binary");
    CHECK_TEXT(object.call("HMAC", {"SHA1", key, text, ""}).error(), "кодировка должна быть одной из: base64, base64url, hex, binary");
    CHECK_TEXT(object.text("КодироватьПоRFC3986", {"Az09-._~ +/=&%я😀"}),
               "Az09-._~%20%2B%2F%3D%26%25%D1%8F%F0%9F%98%80");
}

// What the last call came to; a property is no call.
static void last_error(const Library &library)
{
    Object object(library);
    CHECK_TEXT(object.property("LastError").text, "");
    CHECK(object.property("ErrorCode").number == 0);
    const Answer answer = object.call("Authorization", {"GET", URL});
    CHECK_TEXT(answer.error(), "потребитель не задан; сначала вызовите УстановитьПотребителя");
    CHECK(answer.errors.size() == 1 && answer.errors[0].code == 103);
    for (int i = 0; i < 2; i++) {
        CHECK_TEXT(object.property("ПоследняяОшибка").text, answer.error());
        CHECK(object.property("ErrorCode").number == 103);
    }
    CHECK(object.call("Nonce").ok);
    CHECK_TEXT(object.property("LastError").text, "");
    CHECK(object.property("ErrorCode").number == 0);
    // A setter that refuses leaves what was set before.
    object.does("SetConsumer", {"key", "secret"});
    CHECK(!object.call("SetConsumer", {"", "secret"}).ok);
    CHECK(!object.call("SetConsumer", {"k\n", "secret"}).ok);
    CHECK_TEXT(parameter(object.text("Authorization", {"GET", URL}), "oauth_consumer_key=\""), "key");
}

static void large(const Library &library)
{
    Object object(library);
    const std::string token(64 << 10, 't');
    object.does("SetConsumer", {token, token});
    object.does("SetToken", {token, token});
    const std::string header = object.text("Authorization", {"GET", URL});
    CHECK(parameter(header, "oauth_consumer_key=\"") == token);
    CHECK(parameter(header, "oauth_token=\"") == token);
    object.does("SetBodyHash", {Value::boolean(true)});
    const std::string body(sized(10 << 20, 1 << 20), 'b');
    const std::string as_text = parameter(object.text("Authorization", {"POST", URL, body}), "oauth_body_hash=\"");
    const std::string as_bytes = parameter(object.text("Authorization", {"POST", URL, Value::bytes(body)}), "oauth_body_hash=\"");
    CHECK_TEXT(as_text, body.size() == 10 << 20 ? "SBY2DFZR/f12xTykcnDYidjalh4=" : "YrfZ9O1w3QEPOIiXWZEkTX8MNlA=");
    CHECK_TEXT(as_bytes, as_text);
    CHECK(object.text("PercentEncode", {std::string(1 << 20, ' ')}).size() == 3 << 20);
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    whole_header(library);
    whole_url(library);
    signature_methods(library);
    extra_parameters(library);
    version_and_clock(library);
    settings_by_name(library);
    request_url(library);
    bodies(library);
    nonce_and_timestamp(library);
    macs_and_encoding(library);
    last_error(library);
    large(library);
    return checks_end("methods");
}
