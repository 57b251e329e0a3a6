/* Values of each kind in both directions, where the stack puts them, and memory that is refused. */
#include "platform.h"

#include <string.h>

/* RFC 2202 §3, test case 2. */
static const char KEY[] = "Jefe", DATA[] = "what do ya want for nothing?";
static const unsigned char MAC[] = {0xEF, 0xFC, 0xDF, 0x6A, 0xE5, 0xEB, 0x2F, 0xA2, 0xD2, 0x74,
                                    0x16, 0xD5, 0xF1, 0x84, 0xDF, 0x9C, 0x25, 0x9A, 0x7C, 0x79};
static const unit *const HEX = U("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");

static int holds(struct variant *value, const unit *wanted)
{
    const int ok = value->kind == STRING && same(value->value.text.pointer, wanted);
    if (value->kind == STRING) {
        take_back((void **)&value->value.text.pointer);
    }
    return ok;
}

static void binary_data(void *object)
{
    struct variant arguments[4], result;
    arguments[0] = of(U("SHA1"));
    arguments[1] = of_bytes(KEY, sizeof KEY - 1);
    arguments[2] = of_bytes(DATA, sizeof DATA - 1);
    arguments[3] = of(U("binary"));
    CHECK(calls(object, U("HMAC"), arguments, 4, &result) && result.kind == BINARY);
    CHECK(result.value.bytes.length == sizeof MAC && memcmp(result.value.bytes.pointer, MAC, sizeof MAC) == 0);
    take_back((void **)&result.value.bytes.pointer);
    arguments[3] = of(U("hex"));
    CHECK(calls(object, U("HMAC"), arguments, 4, &result) && holds(&result, HEX));
}

/* One argument of PercentEncode. */
static int encodes(void *object, struct variant value, const unit *wanted)
{
    struct variant result;
    return calls(object, U("PercentEncode"), &value, 1, &result) && holds(&result, wanted);
}

static int refuses_value(void *object, struct variant value, const unit *sentence, long code)
{
    struct variant result;
    return !calls(object, U("PercentEncode"), &value, 1, &result) && result.kind == INTEGER && told(sentence, code);
}

static void kinds(void *object)
{
    static const unit half[] = {'a', 0xD83D, 0}, pair[] = {0xD83D, 0xDE00, 0};
    struct variant value = of_kind(NUMBER);
    value.value.number = 1764000000123.0;
    CHECK(encodes(object, value, U("1764000000123")));
    value.value.number = 0.5;
    CHECK(refuses_value(object, value,
                        U("параметр Текст: нужно значение типа Строка, передано дробное или слишком большое Число"), 103));
    value = of_kind(INTEGER);
    value.value.integer = -5;
    CHECK(encodes(object, value, U("-5")));
    CHECK(encodes(object, of(pair), U("%F0%9F%98%80")));
    CHECK(refuses_value(object, of(half),
                        U("параметр Текст содержит половину суррогатной пары: строка была разрезана посреди символа"), 101));
    CHECK(refuses_value(object, of_kind(TIME), U("параметр Текст: нужно значение типа Строка, передано Дата"), 103));
    CHECK(refuses_value(object, of_kind(NULL_VALUE), U("параметр Текст: нужно значение типа Строка, передано NULL"), 103));
    CHECK(refuses_value(object, of_kind(NOTHING), U("параметр Текст: нужно значение типа Строка, передано Неопределено"), 103));
    CHECK(refuses_value(object, of_bytes(KEY, 4), U("параметр Текст: нужно значение типа Строка, передано ДвоичныеДанные"), 103));
}

/* Microsoft's compiler aligns the stack of 32-bit programs to 4 bytes, whatever stands there. */
static void aligned_to_4(void *object)
{
    _Alignas(16) char given[4 + 2 * sizeof(struct variant)], place[4 + sizeof(struct variant)];
    struct variant arguments[2], result;
    arguments[0] = of(U("GET"));
    arguments[1] = of(U("http://example.com/path"));
    memcpy(given + 4, arguments, sizeof arguments);
    CHECK(object_call_function(object, object_find_method(object, U("SignedURL")), (void *)(place + 4), (void *)(given + 4), 2));
    memcpy(&result, place + 4, sizeof result);
    CHECK(result.kind == STRING && memcmp(result.value.text.pointer, L"http://example.com/path?oauth_consumer_key=key&", 46) == 0);
    take_back((void **)&result.value.text.pointer);
    CHECK(object_get_property(object, 2, (void *)(place + 4)));
    memcpy(&result, place + 4, sizeof result);
    CHECK(result.kind == INTEGER && result.value.integer == 0);
}

static void no_memory(void *object)
{
    struct variant arguments[2], result, value = of_kind(NOTHING);
    unit *name = NULL;
    arguments[0] = of(U("GET"));
    arguments[1] = of(U("http://example.com/"));
    refuses = 1;
    CHECK(!calls(object, U("SignedURL"), arguments, 2, &result) && result.kind == INTEGER);
    CHECK(told(U("1С не выделила память для ответа"), 104));
    CHECK(!object_get_property(object, 0, &value) && value.kind == NOTHING);
    CHECK(told(U("1С не выделила память для ответа"), 104));
    CHECK(!object_register_as(object, &name) && name == NULL);
    CHECK(object_method_name(object, 0, 0) == NULL);
    CHECK(!object_default_value(object, 12, 3, &value) && value.kind == NOTHING);
    refuses = 0;
    /* Nobody wants the result: no memory is needed, and none refused. */
    CHECK(object_call_function(object, object_find_method(object, U("SignedURL")), NULL, arguments, 2));
    CHECK(errors == 0);
}

void values(const struct library *library)
{
    void *object = create(library);
    CHECK(does(object, U("SetConsumer"), U("key"), U("secret")));
    binary_data(object);
    kinds(object);
    aligned_to_4(object);
    no_memory(object);
    object_done(object);
    CHECK(library->destroy(&object) == 0);
}
