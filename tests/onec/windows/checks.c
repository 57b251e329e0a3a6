/* The add-in on Windows: exports, names, a published signature, refusals in both languages, a panic, every way in which
 * an object ends, and all memory back. What it asserts is a choice of what tests/onec/ asserts on Linux.
 *
 *     checks ADD-IN.dll ADD-IN-WITH-TEST-METHODS.dll [ADD-IN-WITH-TOKENS.dll]
 */
#include "platform.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

static void names_and_numbers(const struct library *library)
{
    void *object = create(library);
    unit *name = NULL;
    struct variant value;
    CHECK(same(library->names(), U("OSign")));
    CHECK(library->capabilities(3) == 3);
    CHECK(library->attach_type() == 3);
    CHECK(object_info(object) == 2000);
    CHECK(object_register_as(object, &name) && same(name, U("OSign")));
    take_back((void **)&name);
    CHECK(object_properties(object) == 6);
    CHECK(object_find_property(object, U("КОДошибки")) == 2);
    CHECK(object_find_method(object, U("заголовокавторизации")) == object_find_method(object, U("Authorization")));
    CHECK(object_find_method(object, U("отметкавремени")) == object_find_method(object, U("Timestamp")));
    CHECK(object_find_method(object, U("nothing")) == -1);
    CHECK(object_get_property(object, 2, &value) && value.kind == INTEGER && value.value.integer == 0);
    object_done(object);
    CHECK(library->destroy(&object) == 0 && object == NULL);
}

static const struct member {
    const unit *english, *russian;
    int has_result;
    long parameters;
    const unit *defaults[5]; /* Text, #NUMBER; NULL where it must be given. */
} members[] = {
    {U("SetConsumer"), U("УстановитьПотребителя"), 0, 2, {NULL, NULL}},
    {U("SetToken"), U("УстановитьТокен"), 0, 2, {NULL, NULL}},
    {U("SetSignatureMethod"), U("УстановитьМетодПодписи"), 0, 1, {NULL}},
    {U("SetPrivateKey"), U("УстановитьЗакрытыйКлюч"), 0, 1, {NULL}},
    {U("SetRealm"), U("УстановитьОбласть"), 0, 1, {NULL}},
    {U("SetBodyHash"), U("УстановитьХешТела"), 0, 1, {NULL}},
    {U("SetSendVersion"), U("УстановитьПередачуВерсии"), 0, 1, {NULL}},
    {U("SetClockOffset"), U("УстановитьСдвигЧасов"), 0, 1, {NULL}},
    {U("SetOption"), U("УстановитьНастройку"), 0, 2, {NULL, NULL}},
    {U("AddParameter"), U("ДобавитьПараметр"), 0, 2, {NULL, NULL}},
    {U("ClearParameters"), U("ОчиститьПараметры"), 0, 0, {NULL}},
    {U("Authorization"), U("ЗаголовокАвторизации"), 1, 4, {NULL, NULL, U(""), U("")}},
    {U("SignedURL"), U("ПодписанныйАдрес"), 1, 2, {NULL, NULL}},
    {U("Nonce"), U("ОдноразовоеЗначение"), 1, 0, {NULL}},
    {U("Timestamp"), U("МеткаВремени"), 1, 0, {NULL}},
    {U("HMAC"), U("HMAC"), 1, 4, {NULL, NULL, NULL, U("base64")}},
    {U("PercentEncode"), U("КодироватьПоRFC3986"), 1, 1, {NULL}},
    {U("Explain"), U("ПояснитьПодпись"), 1, 4, {NULL, NULL, U(""), U("")}},
    {U("RequestTokenHeader"), U("ЗаголовокВременногоТокена"), 1, 3, {NULL, U("oob"), U("POST")}},
    {U("AcceptRequestToken"), U("ПринятьВременныйТокен"), 0, 2, {NULL, NULL}},
    {U("ConsentURL"), U("АдресСогласия"), 1, 1, {NULL}},
    {U("AcceptCallback"), U("ПринятьВозврат"), 0, 1, {NULL}},
    {U("AccessTokenHeader"), U("ЗаголовокПостоянногоТокена"), 1, 2, {NULL, U("POST")}},
    {U("AcceptAccessToken"), U("ПринятьПостоянныйТокен"), 0, 2, {NULL, NULL}},
    {U("ExtraField"), U("ДополнительноеПоле"), 1, 1, {NULL}},
    {U("SaveState"), U("СохранитьСостояние"), 1, 2, {NULL, U("")}},
    {U("LoadState"), U("ВосстановитьСостояние"), 0, 3, {NULL, NULL, U("")}},
    {U("NewKey"), U("НовыйКлюч"), 1, 0, {NULL}},
    {U("Seal"), U("Запечатать"), 1, 3, {NULL, NULL, U("")}},
    {U("Unseal"), U("Распечатать"), 1, 4, {NULL, NULL, U(""), U("text")}},
    {U("RandomText"), U("СлучайнаяСтрока"), 1, 1, {U("#43")}},
    {U("PKCEChallenge"), U("ВызовPKCE"), 1, 1, {NULL}},
    {U("VerifyHMAC"), U("ПроверитьHMAC"), 1, 5, {NULL, NULL, NULL, NULL, U("auto")}},
    {U("Hash"), U("Хеш"), 1, 3, {NULL, NULL, U("hex")}},
    {U("SignRSA"), U("ПодписатьRSA"), 1, 3, {NULL, NULL, U("base64")}},
    {U("JWT"), U("JWT"), 1, 4, {NULL, NULL, U("RS256"), U("")}},
    {U("URLPart"), U("ЧастьАдреса"), 1, 2, {NULL, NULL}},
    {U("FormField"), U("ПолеОтвета"), 1, 2, {NULL, NULL}},
};

/* The name that the host was lent. */
static int is_named(const unit *got, const unit *wanted)
{
    const int ok = same(got, wanted);
    take_back((void **)&got);
    return ok;
}

static int number_of(const unit *digits)
{
    int number = 0;
    for (; *digits != 0; digits++) {
        number = 10 * number + (*digits - '0');
    }
    return number;
}

static void every_method(const struct library *library)
{
    void *object = create(library);
    const long count = sizeof members / sizeof *members;
    long number, parameter;
    CHECK(object_methods(object) == count);
    for (number = 0; number < count; number++) {
        const struct member *member = &members[number];
        CHECK(is_named(object_method_name(object, number, 0), member->english));
        CHECK(is_named(object_method_name(object, number, 1), member->russian));
        CHECK(object_find_method(object, member->english) == number);
        CHECK(object_find_method(object, member->russian) == number);
        CHECK(object_has_result(object, number) == member->has_result);
        CHECK(object_parameters(object, number) == member->parameters);
        for (parameter = 0; parameter < member->parameters; parameter++) {
            const unit *wanted = member->defaults[parameter];
            struct variant value = of_kind(INTEGER);
            CHECK(object_default_value(object, number, parameter, &value));
            if (wanted != NULL && wanted[0] == '#') {
                CHECK(value.kind == INTEGER && value.value.integer == number_of(wanted + 1));
                continue;
            }
            CHECK(value.kind == (wanted != NULL ? STRING : NOTHING));
            CHECK(wanted == NULL || is_named(value.value.text.pointer, wanted));
        }
    }
    CHECK(object_method_name(object, count, 0) == NULL);
    object_done(object);
    CHECK(library->destroy(&object) == 0);
}

/* RFC 5849 §1.2, temporary credentials. */
static void signature(const struct library *library)
{
    struct variant send_version;
    void *object = create(library);
    send_version = of_kind(BOOLEAN_VALUE);
    send_version.value.integer = 0;
    CHECK(object_call_procedure(object, object_find_method(object, U("SetSendVersion")), &send_version, 1));
    CHECK(does(object, U("FixForTests"), U("wIjqoS"), U("137131200")));
    CHECK(does(object, U("УстановитьПотребителя"), U("dpf43f3p2l4k3l03"), U("kd94hf93k423kf44")));
    CHECK(does(object, U("SetRealm"), U("Photos"), NULL));
    CHECK(does(object, U("AddParameter"), U("oauth_callback"), U("http://printer.example.com/ready")));
    CHECK(answers(object, U("Authorization"), U("POST"), U("https://photos.example.net/initiate"),
                  U("OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"wIjqoS\", "
                       "oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131200\", "
                       "oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", "
                       "oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\"")));
    object_done(object);
    object_delete(object, 4);
}

static void refusals(const struct library *library)
{
    void *object = create(library);
    CHECK(asks(object, U("SignedURL"), U("GET"), U("/path")) == NULL);
    CHECK(told(U("потребитель не задан; сначала вызовите УстановитьПотребителя"), 103));
    CHECK(does(object, U("SetConsumer"), U("key"), U("secret")));
    CHECK(asks(object, U("SignedURL"), U("GET"), U("/path")) == NULL);
    CHECK(told(U("адрес относительный; начните его с https:// или http://"), 200));
    object_set_locale(object, U("en_US"));
    CHECK(asks(object, U("SignedURL"), U("GET"), U("/path")) == NULL);
    CHECK(told(U("the URL is relative; begin it with https:// or http://"), 200));
    object_set_language(object, U("ru"));
    CHECK(!does(object, U("SetConsumer"), NULL, NULL));
    CHECK(told(U("параметр Ключ: нужно значение типа Строка, передано Неопределено"), 103));
    object_done(object);
    CHECK(library->destroy(&object) == 0);
}

static void a_panic(const struct library *library)
{
    void *object = create(library);
    CHECK(!does(object, U("PanicForTests"), NULL, NULL));
    CHECK(told(U("внутренняя ошибка osign (паника); пожалуйста, сообщите о ней"), 900));
    CHECK(does(object, U("SetConsumer"), U("key"), U("secret")));
    object_done(object);
    CHECK(library->destroy(&object) == 0);
}

static void every_end(const struct library *library)
{
    int round;
    for (round = 0; round < 2000; round++) {
        unit *header;
        void *object = create(library);
        CHECK(does(object, U("SetConsumer"), U("key"), U("secret")));
        header = asks(object, U("Authorization"), U("GET"), U("https://example.com/?a=1"));
        CHECK(header != NULL && wcsncmp((const wchar_t *)header, L"OAuth ", 6) == 0);
        take_back((void **)&header);
        if (round % 3 != 0) {
            object_done(object);
        }
        if (round % 6 == 5) {
            CHECK(library->destroy(&object) == 0);
        } else {
            object_delete(object, round % 6);
        }
    }
}

/* The class OSignTokens: a register's first step; and a store of the add-in's own, which is there for the next object. */
static void tokens(const struct library *library)
{
    const unit *const key = U("osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
    const unit *const url = U("sqlite:tokens-of-the-test.db");
    struct variant value;
    void *object = create_of(library, U("OSignTokens"));
    CHECK(same(library->names(), U("OSignTokens|OSign")));
    CHECK(does(object, U("SetStoreOption"), U("anchors"), U("anchors-of-the-test")));
    CHECK(does(object, U("ХранитьВРегистре"), U("base"), key));
    CHECK(does(object, U("НачатьТокен"), U("crm"), NULL));
    CHECK(answers(object, U("СледующийШаг"), U(""), U(""), U("Прочитать")));
    CHECK(object_get_property(object, object_find_property(object, U("ИмяЗаписи")), &value) && value.kind == STRING &&
          same(value.value.text.pointer, U("crm")));
    take_back((void **)&value.value.text.pointer);
    CHECK(does(object, U("ЗаписиНет"), NULL, NULL));
    CHECK(asks(object, U("СледующийШаг"), U(""), U("")) == NULL);
    errors = 0;

    CHECK(does(object, U("СоздатьХранилище"), url, key));
    CHECK(does(object, U("НовыйДоступ"), NULL, NULL));
    CHECK(does(object, U("УстановитьНастройку"), U("kind"), U("static")));
    CHECK(does(object, U("УстановитьНастройку"), U("secret"), U("hunter2-hunter2")));
    CHECK(does(object, U("УстановитьНастройку"), U("header"), U("X-Api-Key: {}")));
    CHECK(does(object, U("УстановитьНастройку"), U("api_origin"), U("https://api.example.com")));
    CHECK(does(object, U("НачатьДобавление"), U("key"), NULL));
    CHECK(answers(object, U("СледующийШаг"), U(""), U(""), U("Готово")));
    object_done(object);
    CHECK(library->destroy(&object) == 0);
    object = create_of(library, U("OSignTokens"));
    CHECK(does(object, U("SetStoreOption"), U("anchors"), U("anchors-of-the-test")));
    CHECK(does(object, U("ОткрытьХранилище"), url, key));
    CHECK(answers(object, U("ТокенДоступа"), U("key"), NULL, U("hunter2-hunter2")));
    object_done(object);
    CHECK(library->destroy(&object) == 0);
}

int main(int argc, char **argv)
{
    struct library shipped, with_test_methods;
    if (argc != 3 && argc != 4) {
        fprintf(stderr, "two add-ins are needed, or three\n");
        return 2;
    }
    shipped = load(argv[1]);
    with_test_methods = load(argv[2]);
    names_and_numbers(&shipped);
    every_method(&shipped);
    values(&shipped);
    refusals(&shipped);
    every_end(&shipped);
    signature(&with_test_methods);
    a_panic(&with_test_methods);
    if (argc == 4) {
        const struct library with_tokens = load(argv[3]);
        tokens(&with_tokens);
    }
    CHECK(errors == 0);
    CHECK(lent > 2000 && held == 0 && wrong == 0);
    printf("windows: %lu passed, %lu failed\n", passed, failed);
    return failed > 0;
}
