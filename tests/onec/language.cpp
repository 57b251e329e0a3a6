// The language of what people read: Russian until the platform says otherwise, by either way.
#include "check.hpp"
#include "host.hpp"

static const char RUSSIAN[] = "адрес относительный; начните его с https:// или http://";
static const char ENGLISH[] = "the URL is relative; begin it with https:// or http://";

static std::string sentence(Object &object)
{
    return object.call("SignedURL", {"GET", "/path"}).error();
}

static void locales(const Library &library)
{
    const struct {
        const char16_t *locale;
        const char *wanted;
    } cases[] = {
        {u"rus_RUS", RUSSIAN}, {u"ru_RU", RUSSIAN}, {u"ru_RU.UTF-8", RUSSIAN}, {u"ru", RUSSIAN}, {u"RU", RUSSIAN},
        {u"en_US", ENGLISH}, {u"eng_USA", ENGLISH}, {u"r", ENGLISH}, {u"рус", ENGLISH}, {u"de_DE", ENGLISH},
        // A Linux server that nobody has told of a language says so.
        {u"C", RUSSIAN}, {u"c", RUSSIAN}, {u"POSIX", RUSSIAN}, {u"C.UTF-8", RUSSIAN}, {u"C@x", RUSSIAN}, {u".UTF-8", RUSSIAN},
        {u"Cy", ENGLISH}, {u"ca_ES", ENGLISH},
    };
    for (const auto &one : cases) {
        Object object(library);
        object.does("SetConsumer", {"key", "secret"});
        CHECK_TEXT(sentence(object), RUSSIAN);
        object.component->set_locale(one.locale);
        CHECK_TEXT(sentence(object), one.wanted);
        object.component->set_locale(u""); // Says nothing, as does C.
        object.component->set_locale(u"C");
        CHECK_TEXT(sentence(object), one.wanted);
        object.component->set_language(one.locale);
        CHECK_TEXT(sentence(object), one.wanted);
    }
}

// The interface's language is what the user reads; the locale is how numbers look.
static void interface_first(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    object.component->set_language(u"");
    object.component->set_locale(u"en_US");
    CHECK_TEXT(sentence(object), ENGLISH);
    object.component->set_language(u"ru");
    CHECK_TEXT(sentence(object), RUSSIAN);
    object.component->set_locale(u"en_US");
    CHECK_TEXT(sentence(object), RUSSIAN);
    object.component->set_language(u"en");
    CHECK_TEXT(sentence(object), ENGLISH);
    const char16_t broken[] = {u'r', u'u', 0xD800, 0};
    object.component->set_language(broken);
    CHECK_TEXT(sentence(object), ENGLISH);
    // What was said stays as it was said, and outlives Done.
    CHECK_TEXT(object.property("LastError").text, ENGLISH);
    object.component->set_language(u"ru");
    CHECK_TEXT(object.property("LastError").text, ENGLISH);
    object.component->set_language(u"en");
    object.component->done();
    CHECK(object.component->init(static_cast<native::Connection *>(&object.errors)));
    CHECK_TEXT(sentence(object), "the consumer is not set; call SetConsumer first");
}

// One object's language is not another's.
static void objects_apart(const Library &library)
{
    Object one(library), two(library);
    one.does("SetConsumer", {"key", "secret"});
    two.does("SetConsumer", {"key", "secret"});
    one.component->set_language(u"en");
    CHECK_TEXT(sentence(one), ENGLISH);
    CHECK_TEXT(sentence(two), RUSSIAN);
}

// A refusal of each kind: its code, and the sentence in both languages.
static void sentences(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    object.does("SetSignatureMethod", {"PLAINTEXT"});
    const struct {
        const char *method;
        std::vector<const char *> arguments;
        long code;
        const char *russian, *english;
    } cases[] = {
        {"Authorization", {"GET", ""}, 200, "адрес пуст", "the URL is empty"},
        {"Authorization", {"GET", "ftp://example.com/"}, 200, "схема адреса не http и не https",
         "the URL's scheme is neither http nor https"},
        {"SignedURL", {"GET", "http://пример.рф/"}, 200,
         "в имени сервера есть буквы не из ASCII; запишите его в виде xn--",
         "the URL's host has letters outside ASCII; write its xn-- form"},
        {"Explain", {"", "http://example.com/"}, 201, "метод HTTP пуст; напишите GET, POST, …",
         "the HTTP method is empty; write GET, POST, …"},
        {"SetConsumer", {"", ""}, 202, "ключ потребителя пуст; укажите тот, который выдал сервис",
         "the consumer key is empty; set the one that the service gave you"},
        {"SetConsumer", {"k\n", ""}, 202,
         "ключ потребителя содержит управляющий символ, например перевод строки в конце; удалите его",
         "the consumer key holds a control character, such as a line break at its end; remove it"},
        {"SetToken", {"t\r", ""}, 202, "токен содержит управляющий символ, например перевод строки в конце; удалите его",
         "the token holds a control character, such as a line break at its end; remove it"},
        {"AddParameter", {"oauth_timestamp", "1"}, 203,
         "oauth_timestamp нельзя задать как дополнительный параметр: он берётся из часов",
         "oauth_timestamp cannot be set as an extra parameter: it comes from the clock"},
        {"AddParameter", {"oauth_version", "x"}, 203,
         "oauth_version нельзя задать как дополнительный параметр: он берётся из самой подписи (УстановитьПередачуВерсии)",
         "oauth_version cannot be set as an extra parameter: it comes from signing (SetSendVersion)"},
        {"AddParameter", {"oauth_consumer_key", "x"}, 203,
         "oauth_consumer_key нельзя задать как дополнительный параметр: он берётся из ключа потребителя (УстановитьПотребителя)",
         "oauth_consumer_key cannot be set as an extra parameter: it comes from the consumer key (SetConsumer)"},
        {"AddParameter", {"realm", "x"}, 202, "realm никогда не подписывается; задайте его через УстановитьОбласть",
         "realm is never signed; set it by SetRealm"},
        {"Authorization", {"GET", "http://example.com/?oauth_nonce=1"}, 203,
         "oauth_nonce уже есть в адресе или в теле формы, а подпись добавляет свой; удалите его оттуда",
         "oauth_nonce stands in the query or the form body, and signing adds its own; remove it there"},
        {"SetSignatureMethod", {"HMAC-MD5"}, 204,
         "метод подписи должен быть одним из HMAC-SHA1, HMAC-SHA256, HMAC-SHA384, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, "
         "RSA-PSS-SHA256, PLAINTEXT",
         "the signature method is none of HMAC-SHA1, HMAC-SHA256, HMAC-SHA384, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, "
         "RSA-PSS-SHA256, PLAINTEXT"},
        {"SetPrivateKey", {"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"}, 300,
         "это открытый ключ; для подписи нужен закрытый ключ этой пары",
         "this is a public key; signing needs the private key of the pair"},
    };
    for (const auto &one : cases) {
        const long method = object.component->find_method(utf16(one.method).c_str());
        std::vector<Value> values(one.arguments.begin(), one.arguments.end());
        std::vector<native::Variant> arguments;
        for (const Value &value : values) {
            arguments.push_back(value.variant());
        }
        for (const bool russian : {true, false}) {
            object.component->set_language(russian ? u"ru" : u"en");
            const Answer answer = object.raw_call(method, arguments.data(), static_cast<long>(arguments.size()));
            CHECK_TEXT(answer.error(), russian ? one.russian : one.english);
            CHECK(answer.errors.size() == 1 && answer.errors[0].code == one.code);
        }
    }
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    locales(library);
    interface_first(library);
    objects_apart(library);
    sentences(library);
    return checks_end("language");
}
