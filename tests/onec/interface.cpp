// The interface itself: exports, names, numbers, NULL, and every way in which an object ends.
#include "host.hpp"
#include "members.hpp"

#include "check.hpp"

#include <climits>
#include <functional>

static void exports(const Library &library, bool has_tokens)
{
    CHECK_TEXT(utf8(library.class_names()), has_tokens ? "OSignTokens|OSign" : "OSign");
    CHECK(library.class_names() == library.class_names()); // Static: the platform frees it never.
    CHECK(library.attach_type() == 3);                     // Isolated or not.
    for (const int platform : {-1, 0, 1, 2, 3, 4, INT_MAX}) {
        CHECK(library.capabilities(platform) == 3);
    }

    native::Component *none = nullptr, *object = nullptr;
    for (const char16_t *name : {u"", u"OSig", u"OSign2", u"OSign|", u" OSign", u"OSignTokens|OSign", has_tokens ? u"OSignToken" : u"OSignTokens", static_cast<const char16_t *>(nullptr)}) {
        CHECK(library.create(name, &none) == 0);
        CHECK(none == nullptr);
    }
    CHECK(library.create(u"OSign", nullptr) == 0);
    CHECK(library.create(u"osign", &object) != 0);
    NEED(object != nullptr);
    CHECK(library.destroy(nullptr) != 0);
    CHECK(library.destroy(&none) != 0);
    CHECK(library.destroy(&object) == 0);
    CHECK(object == nullptr);
    CHECK(library.destroy(&object) != 0);
}

// Upper and lower case of Latin and Russian letters.
static std::u16string in_case(std::u16string name, bool upper)
{
    for (char16_t &unit : name) {
        const bool latin_lower = unit >= u'a' && unit <= u'z', latin_upper = unit >= u'A' && unit <= u'Z';
        const bool russian_lower = unit >= u'а' && unit <= u'я', russian_upper = unit >= u'А' && unit <= u'Я';
        if (upper && (latin_lower || russian_lower)) {
            unit = static_cast<char16_t>(unit - 0x20);
        } else if (!upper && (latin_upper || russian_upper)) {
            unit = static_cast<char16_t>(unit + 0x20);
        }
    }
    return name;
}

// A name that the host was lent.
static std::string taken(Object &object, const char16_t *name)
{
    const std::string text = utf8(name);
    void *piece = const_cast<char16_t *>(name);
    if (name != nullptr) {
        object.memory.release(&piece);
    }
    return text;
}

static void found_by(const std::vector<const char *> &names, long wanted, const std::function<long(const char16_t *)> &find)
{
    for (const char *name : names) {
        const std::u16string units = utf16(name);
        CHECK(find(units.c_str()) == wanted);
        CHECK(find(in_case(units, true).c_str()) == wanted);
        CHECK(find(in_case(units, false).c_str()) == wanted);
        CHECK(find((units + u"x").c_str()) == -1);
        CHECK(find(units.substr(1).c_str()) == -1);
        CHECK(find((u" " + units).c_str()) == -1);
    }
}

static std::vector<const char *> names(const Member &member)
{
    std::vector<const char *> all = {member.english, member.russian};
    all.insert(all.end(), member.aliases.begin(), member.aliases.end());
    return all;
}

static void methods(Object &object, const std::vector<Member> &members)
{
    native::Component &component = *object.component;
    NEED(component.methods() == static_cast<long>(members.size()));
    for (long number = 0; number < component.methods(); number++) {
        const Member &method = members[static_cast<size_t>(number)];
        found_by(names(method), number, [&](const char16_t *name) { return component.find_method(name); });
        CHECK_TEXT(taken(object, component.method_name(number, 0)), method.english);
        CHECK_TEXT(taken(object, component.method_name(number, 1)), method.russian);
        CHECK(component.find_property(utf16(method.english).c_str()) == -1);
        CHECK(component.has_result(number) == method.has_result);
        NEED(component.parameters(number) == static_cast<long>(method.defaults.size()));
        for (size_t parameter = 0; parameter < method.defaults.size(); parameter++) {
            native::Variant value = Value::of_kind(native::I4).variant();
            CHECK(component.default_value(number, static_cast<long>(parameter), &value));
            const Answer answer = object.take(value);
            if (method.defaults[parameter] == NEEDED) {
                CHECK(answer.kind == native::EMPTY); // To 1C it is a parameter that must be given.
            } else if (method.defaults[parameter][0] == '#') {
                CHECK(answer.kind == native::I4 && answer.number == atoi(method.defaults[parameter] + 1));
            } else if (method.defaults[parameter][0] == '?') {
                CHECK(answer.kind == native::BOOL && answer.number == atoi(method.defaults[parameter] + 1));
            } else {
                CHECK(answer.kind == native::PWSTR);
                CHECK_TEXT(answer.text, method.defaults[parameter]);
            }
        }
    }
}

static void properties(Object &object, const std::vector<Member> &members)
{
    native::Component &component = *object.component;
    NEED(component.properties() == static_cast<long>(members.size()));
    for (long number = 0; number < component.properties(); number++) {
        const Member &property = members[static_cast<size_t>(number)];
        found_by(names(property), number, [&](const char16_t *name) { return component.find_property(name); });
        CHECK_TEXT(taken(object, component.property_name(number, 0)), property.english);
        CHECK_TEXT(taken(object, component.property_name(number, 1)), property.russian);
        CHECK(component.find_method(utf16(property.english).c_str()) == -1);
        CHECK(component.is_readable(number));
        CHECK(!component.is_writable(number));
        native::Variant value = Value("x").variant();
        CHECK(!component.set_property(number, &value));
    }
    CHECK(object.property("версия").text == OSIGN_VERSION);
}

static void numbers_out_of_range(Object &object)
{
    native::Component &component = *object.component;
    const long bad[] = {-1, component.methods(), component.methods() + 1, LONG_MAX, LONG_MIN};
    native::Variant value = Value::integer(7).variant(), argument = Value("x").variant();
    for (const long number : bad) {
        CHECK(component.method_name(number, 0) == nullptr);
        CHECK(component.property_name(number, 1) == nullptr);
        CHECK(component.parameters(number) == 0);
        CHECK(!component.has_result(number));
        CHECK(!component.is_readable(number));
        CHECK(!component.is_writable(number));
        CHECK(!component.get_property(number, &value));
        CHECK(!component.set_property(number, &value));
        CHECK(!component.default_value(number, 0, &value));
        CHECK(!component.call_procedure(number, &argument, 1));
        CHECK(!component.call_function(number, &value, &argument, 1));
        CHECK(component.method_name(SET_CONSUMER, number == -1 ? -1 : 2) == nullptr); // Languages are 0 and 1.
        CHECK(component.property_name(VERSION, number == -1 ? -1 : 2) == nullptr);
    }
    for (const long parameter : {-1L, 2L, LONG_MAX, LONG_MIN}) {
        CHECK(!component.default_value(SET_CONSUMER, parameter, &value));
    }
    CHECK(value.kind == native::I4 && value.int32 == 7);
    CHECK(object.errors.take().empty()); // There was no call that could have failed.
}

static void null_everywhere(Object &object)
{
    native::Component &component = *object.component;
    CHECK(!component.register_as(nullptr));
    CHECK(component.find_method(nullptr) == -1);
    CHECK(component.find_property(nullptr) == -1);
    CHECK(component.find_method(u"") == -1);
    CHECK(component.find_property(u"") == -1);
    const char16_t broken[] = {0xD83D, u'x', 0};
    CHECK(component.find_method(broken) == -1);
    CHECK(!component.get_property(VERSION, nullptr));
    CHECK(!component.set_property(0, nullptr));
    CHECK(!component.default_value(AUTHORIZATION, 2, nullptr));
    component.set_locale(nullptr);
    component.set_language(nullptr);

    // Without arguments, whatever their number is said to be.
    for (const long count : {0L, 2L, -1L, LONG_MAX}) {
        const Answer answer = object.raw_call(SET_CONSUMER, nullptr, count);
        CHECK_TEXT(answer.error(), "параметр Ключ: нужно значение типа Строка, передано Неопределено");
    }
    object.does("SetConsumer", {"key", "secret"});
    // Where there is no place for the result, nobody wants it: the call does what it does.
    Value method("GET"), url("https://example.com/");
    native::Variant arguments[] = {method.variant(), url.variant()};
    object.does("AddParameter", {"oauth_verifier", "v"});
    const size_t lent = object.memory.lent();
    CHECK(component.call_function(AUTHORIZATION, nullptr, arguments, 2));
    CHECK(object.memory.lent() == lent);
    CHECK(object.errors.take().empty());
    CHECK(object.property("ErrorCode").number == 0);
    CHECK(object.text("Authorization", {"GET", "https://example.com/"}).find("oauth_verifier") == std::string::npos);
    // A text that is not there is empty.
    native::Variant hole = Value("").variant();
    hole.text.pointer = nullptr;
    hole.text.length = 5;
    CHECK_TEXT(object.raw_call(PERCENT_ENCODE, &hole, 1).text, "");
    CHECK(object.raw_call(PERCENT_ENCODE, &hole, 1).ok);
}

static void counts_that_differ(Object &object)
{
    Value key("key"), secret("secret"), more("more");
    native::Variant arguments[] = {key.variant(), secret.variant(), more.variant()};
    CHECK(object.raw_call(SET_CONSUMER, arguments, 3).ok); // What is too much is not read.
    CHECK_TEXT(object.raw_call(SET_CONSUMER, arguments, 1).error().c_str(),
               "параметр Секрет: нужно значение типа Строка, передано Неопределено");
    CHECK_TEXT(object.raw_call(SET_CONSUMER, arguments, -5).error().c_str(),
               "параметр Ключ: нужно значение типа Строка, передано Неопределено");
    // Optional ones may be missing; a function's answer may be dropped, and a procedure asked for one.
    Value method("GET"), url("https://example.com/");
    native::Variant request[] = {method.variant(), url.variant()};
    CHECK(object.raw_call(AUTHORIZATION, request, 2).text.compare(0, 6, "OAuth ") == 0);
    CHECK(object.component->call_procedure(AUTHORIZATION, request, 2));
    native::Variant result = Value::integer(7).variant();
    CHECK(object.component->call_function(CLEAR_PARAMETERS, &result, nullptr, 0));
    CHECK(result.kind == native::EMPTY);
}

// C++ ends an object through whichever base it holds; OneScript does so and never calls DestroyObject.
static void deleted(const Library &library)
{
    for (int base = 0; base < 5; base++) {
        Object object(library);
        object.does("SetConsumer", {"key", "secret"});
        CHECK(object.text("Authorization", {"GET", "https://example.com/"}).compare(0, 6, "OAuth ") == 0);
        object.component->done();
        native::Component *component = object.component;
        object.component = nullptr;
        switch (base) {
            case 0: delete static_cast<native::InitDone *>(component); break;
            case 1: delete static_cast<native::LanguageExtender *>(component); break;
            case 2: delete static_cast<native::Locale *>(component); break;
            case 3: delete static_cast<native::UserLanguage *>(component); break;
            default: delete component;
        }
    }
    // Without Init, and without Done.
    Object bare(library, Object::BARE);
    delete bare.component;
    bare.component = nullptr;
}

static void done_and_on(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    object.component->done();
    // The secrets are gone; nobody hears of errors, and they can still be read.
    Value method("GET"), url("https://example.com/");
    native::Variant request[] = {method.variant(), url.variant()};
    CHECK(!object.raw_call(AUTHORIZATION, request, 2).ok);
    CHECK_TEXT(object.property("LastError").text, "потребитель не задан; сначала вызовите УстановитьПотребителя");
    CHECK(object.property("ErrorCode").number == 103);
    object.component->done();
    CHECK(object.component->init(static_cast<native::Connection *>(&object.errors)));
    CHECK_TEXT(object.raw_call(AUTHORIZATION, request, 2).error(), "потребитель не задан; сначала вызовите УстановитьПотребителя");
}

static std::string registered(Object &object)
{
    char16_t *name = nullptr;
    NEED(object.component->register_as(&name));
    return taken(object, name);
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    const bool has_tokens = utf8(library.class_names()) != "OSign";
    exports(library, has_tokens);
    {
        Object object(library);
        CHECK(object.component->info() == 2000);
        CHECK_TEXT(registered(object), "OSign");
        methods(object, METHODS);
        properties(object, PROPERTIES);
        numbers_out_of_range(object);
        null_everywhere(object);
        counts_that_differ(object);
    }
    if (has_tokens) {
        Object object(library, Object::MEMORY_FIRST, u"osigntokens");
        CHECK_TEXT(registered(object), "OSignTokens");
        methods(object, TOKENS_METHODS);
        properties(object, TOKENS_PROPERTIES);
        numbers_out_of_range(object);
    }
    deleted(library);
    done_and_on(library);
    return checks_end("interface");
}
