// What 1C hands over where a String, BinaryData, a Boolean or a whole Number is meant: taken, or refused by name, in both languages.
#include "check.hpp"
#include "host.hpp"
#include "members.hpp"

#include <cstring>

struct Given {
    Value value;
    const char *text;             // what it is as a String; NULL when it is refused
    const char *russian, *english; // what it is called then
};

static std::vector<Given> all()
{
    const char *const large[] = {"дробное или слишком большое Число", "a Number that is not whole or too large"};
    const char *const other[] = {"значение, которое нельзя передать внешней компоненте",
                                 "a value that an add-in cannot be given"};
    const double not_a_number = __builtin_nan(""), infinity = __builtin_inf();
    std::vector<Given> given = {
        {"text", "text", "", ""},
        {"", "", "", ""},
        {Value::bytes("text", native::PSTR), "text", "", ""},
        {Value::bytes("", native::PSTR), "", "", ""},
        // Integers of each width, above which anything may stand.
        {Value::integer(2147483647), "2147483647", "", ""},
        {Value::integer(-1), "-1", "", ""},
        {Value::integer(7, native::INT), "7", "", ""},
        {Value::integer(7, native::ERROR_CODE), "7", "", ""},
        {Value::integer(-2, native::UINT), "4294967294", "", ""},
        {Value::integer(-2, native::UI4), "4294967294", "", ""},
        {Value::integer(0x12340005, native::I2), "5", "", ""},
        {Value::integer(0x0000FFFE, native::I2), "-2", "", ""},
        {Value::integer(-2, native::I2), "-2", "", ""},
        {Value::integer(0x1234FFFE, native::UI2), "65534", "", ""},
        {Value::integer(0x123456FE, native::I1), "-2", "", ""},
        {Value::integer(0x123456FE, native::UI1), "254", "", ""},
        {Value::wide(-9007199254740993, native::I8), "-9007199254740993", "", ""},
        {Value::wide(9223372036854775807, native::UI8), "9223372036854775807", "", ""},
        {Value::wide(-1, native::UI8), nullptr, large[0], large[1]},
        // Whole numbers that need more than 32 bits come as floating-point ones; the double is set for either width.
        {Value::number(1764000000123.0), "1764000000123", "", ""},
        {Value::number(-0.0), "0", "", ""},
        {Value::number(9007199254740991.0), "9007199254740991", "", ""},
        {Value::number(3.0, native::R4), "3", "", ""},
        {Value::number(9007199254740992.0), nullptr, large[0], large[1]},
        {Value::number(0.5), nullptr, large[0], large[1]},
        {Value::number(1e300), nullptr, large[0], large[1]},
        {Value::number(not_a_number), nullptr, large[0], large[1]},
        {Value::number(-infinity), nullptr, large[0], large[1]},
        {UNDEFINED, nullptr, "Неопределено", "Undefined"},
        {NULL_VALUE, nullptr, "NULL", "NULL"},
        {Value::boolean(true), nullptr, "Булево", "a Boolean"},
        {Value::date(), nullptr, "Дата", "a Date"},
        {Value::number(45000.5, native::DATE), nullptr, "Дата", "a Date"},
        {Value::bytes("text"), nullptr, "ДвоичныеДанные", "BinaryData"},
        {Value::bytes(""), nullptr, "ДвоичныеДанные", "BinaryData"},
    };
    // Kinds that 1C never hands over, kinds that there are not, and flags; their pointers are not followed.
    const unsigned strange[] = {native::INTERFACE, native::VARIANT, native::HRESULT_CODE, native::CLSID, 25, 0x0FFF,
                                0x1000 | native::I4, 0x2000 | native::UI1, 0x4000 | native::PWSTR, 0x4000 | native::BLOB, 0xFFFF};
    for (const unsigned kind : strange) {
        given.push_back({Value::of_kind(static_cast<unsigned short>(kind)), nullptr, other[0], other[1]});
    }
    return given;
}

// `error` of a call in both languages; the object is left in Russian.
static void refused(Object &object, const char *method, std::initializer_list<Value> arguments, const std::string &russian,
                    const std::string &english)
{
    const Answer answer = object.call(method, arguments);
    CHECK_TEXT(answer.error(), russian);
    CHECK(answer.errors.size() == 1 && static_cast<double>(answer.errors[0].code) == object.property("ErrorCode").number);
    CHECK_TEXT(object.property("LastError").text, russian);
    object.component->set_language(u"en");
    CHECK_TEXT(object.call(method, arguments).error(), english);
    object.component->set_language(u"ru");
}

static void where_a_string_is_meant(Object &object)
{
    for (const Given &given : all()) {
        if (given.text != nullptr) {
            CHECK_TEXT(object.text("PercentEncode", {given.value}), given.text);
            continue;
        }
        refused(object, "PercentEncode", {given.value},
                std::string("параметр Текст: нужно значение типа Строка, передано ") + given.russian,
                std::string("the parameter Text must be a String, not ") + given.english);
        CHECK(object.property("ErrorCode").number == 103);
    }
}

static void where_bytes_may_be_too(Object &object)
{
    for (const Given &given : all()) {
        const unsigned short kind = given.value.variant().kind;
        if (given.text != nullptr || kind == native::BLOB) {
            const std::string text = given.text != nullptr ? given.text
                : std::string(given.value.variant().bytes.pointer, given.value.variant().bytes.length);
            CHECK_TEXT(object.text("HMAC", {"SHA1", "key", given.value}), object.text("HMAC", {"SHA1", "key", Value::bytes(text)}));
            continue;
        }
        refused(object, "HMAC", {"SHA1", "key", given.value},
                std::string("параметр Данные: нужно значение типа Строка или ДвоичныеДанные, передано ") + given.russian,
                std::string("the parameter Data must be a String or BinaryData, not ") + given.english);
    }
}

static void where_a_boolean_is_meant(Object &object)
{
    for (const Given &given : all()) {
        const unsigned short kind = given.value.variant().kind;
        if (kind == native::BOOL) {
            object.does("SetBodyHash", {given.value});
            continue;
        }
        const bool is_text = kind == native::PWSTR || kind == native::PSTR;
        refused(object, "SetBodyHash", {given.value},
                std::string("параметр Включено: нужно значение типа Булево, передано ") +
                    (is_text ? "Строка" : given.text != nullptr ? "Число" : given.russian),
                std::string("the parameter Enabled must be a Boolean, not ") +
                    (is_text ? "a String" : given.text != nullptr ? "a Number" : given.english));
    }
    // C++'s true is any byte but 0.
    native::Variant odd = Value::of_kind(native::BOOL).variant();
    CHECK(object.raw_call(SET_BODY_HASH, &odd, 1).ok);
    object.does("SetConsumer", {"key", "secret"});
    CHECK(object.text("Authorization", {"POST", "http://example.com/"}).find("oauth_body_hash") != std::string::npos);
}

static void where_a_whole_number_is_meant(Object &object)
{
    for (const Given &given : all()) {
        const unsigned short kind = given.value.variant().kind;
        const bool is_text = kind == native::PWSTR || kind == native::PSTR;
        if (given.text != nullptr && !is_text) {
            object.does("SetClockOffset", {given.value});
            continue;
        }
        refused(object, "SetClockOffset", {given.value},
                std::string("параметр Секунды: нужно значение типа Число (целое), передано ") + (is_text ? "Строка" : given.russian),
                std::string("the parameter Seconds must be a whole Number, not ") + (is_text ? "a String" : given.english));
    }
    object.does("SetClockOffset", {Value::integer(0)});
}

// What may be left out is left out by Undefined alone.
static void where_there_is_a_default(Object &object)
{
    object.does("SetConsumer", {"key", "secret"});
    object.does("SetBodyHash", {Value::boolean(false)});
    CHECK(object.call("Authorization", {"GET", "http://example.com/", UNDEFINED, UNDEFINED}).ok);
    refused(object, "Authorization", {"GET", "http://example.com/", NULL_VALUE},
            "параметр Тело: нужно значение типа Строка или ДвоичныеДанные, передано NULL",
            "the parameter Body must be a String or BinaryData, not NULL");
    refused(object, "Authorization", {"GET", "http://example.com/", "", NULL_VALUE},
            "параметр ТипСодержимого: нужно значение типа Строка, передано NULL",
            "the parameter ContentType must be a String, not NULL");
}

static void halves_of_surrogate_pairs(Object &object)
{
    const std::u16string high(1, 0xD83D), low(1, 0xDE00);
    for (const std::u16string &broken : {high, low, low + high, u"a" + high, high + u"a", high + high + low}) {
        refused(object, "PercentEncode", {broken},
                "параметр Текст содержит половину суррогатной пары: строка была разрезана посреди символа",
                "the parameter Text holds half of a surrogate pair; the string was cut in two");
        CHECK(object.property("ErrorCode").number == 101);
        refused(object, "HMAC", {"SHA1", broken, ""},
                "параметр Ключ содержит половину суррогатной пары: строка была разрезана посреди символа",
                "the parameter Key holds half of a surrogate pair; the string was cut in two");
    }
    CHECK_TEXT(object.text("PercentEncode", {high + low}), "%F0%9F%98%80");
    CHECK(!object.call("PercentEncode", {Value::bytes("\xFF", native::PSTR)}).ok);
    // A NUL is a character like others, and no end.
    CHECK_TEXT(object.text("PercentEncode", {std::u16string(u"a\0b", 3)}), "a%00b");
    CHECK(!object.call("SetConsumer", {std::u16string(u"a\0b", 3), "secret"}).ok);
}

// 32-bit Windows aligns the stack to 4 bytes, and a value needs 8.
static void where_nothing_is_aligned(Object &object)
{
    const size_t size = sizeof(native::Variant);
    const auto as_variant = [](char *at) { return static_cast<native::Variant *>(static_cast<void *>(at)); };
    const Value given[] = {"SHA1", "Jefe", "what do ya want for nothing?", "hex"};
    for (size_t shift = 1; shift < 8; shift++) {
        alignas(16) char arguments[4 * size + 8], place[size + 8];
        for (size_t i = 0; i < 4; i++) {
            const native::Variant value = given[i].variant();
            memcpy(arguments + shift + i * size, &value, size);
        }
        const auto answer = [&] {
            native::Variant value;
            memcpy(&value, place + shift, size);
            return object.take(value).text;
        };
        CHECK(object.component->call_function(HMAC, as_variant(place + shift), as_variant(arguments + shift), 4));
        CHECK_TEXT(answer(), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        CHECK(object.component->get_property(VERSION, as_variant(place + shift)));
        CHECK_TEXT(answer(), OSIGN_VERSION);
        CHECK(object.component->default_value(HMAC, 3, as_variant(place + shift)));
        CHECK_TEXT(answer(), "base64");
    }
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    Object object(library);
    where_a_string_is_meant(object);
    where_bytes_may_be_too(object);
    where_a_boolean_is_meant(object);
    where_a_whole_number_is_meant(object);
    where_there_is_a_default(object);
    halves_of_surrogate_pairs(object);
    where_nothing_is_aligned(object);
    return checks_end("values");
}
