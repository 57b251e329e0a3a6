// Memory that the platform lends: in either order, none at all, refused, and all of it back.
#include "host.hpp"
#include "members.hpp"

#include "check.hpp"

static const char URL[] = "https://example.com/";

static void either_order(const Library &library)
{
    for (const Object::Order order : {Object::MEMORY_FIRST, Object::INIT_FIRST}) {
        Object object(library, order);
        object.does("SetConsumer", {"key", "secret"});
        CHECK(object.text("Authorization", {"GET", URL}).compare(0, 6, "OAuth ") == 0);
        CHECK_TEXT(object.call("SetRealm", {"a\nb"}).error().c_str(),
                   "область содержит управляющий символ, например перевод строки в конце; удалите его");
        CHECK(object.memory.lent() > 0);
    }
}

// The sentence of the one error that was added, whose code is 104.
static std::string no_memory(Object &object)
{
    const std::vector<Errors::Error> errors = object.errors.take();
    return errors.size() == 1 && errors[0].code == 104 ? errors[0].text : "(another)";
}

static void no_memory_at_all(const Library &library)
{
    Object object(library, Object::BARE);
    native::Component &component = *object.component;
    CHECK(!component.set_memory_manager(nullptr));
    CHECK(component.init(static_cast<native::Connection *>(&object.errors)));
    char16_t *name = nullptr;
    CHECK(!component.register_as(&name));
    CHECK(name == nullptr);
    CHECK(component.method_name(SET_CONSUMER, 0) == nullptr);
    CHECK(component.property_name(VERSION, 0) == nullptr);
    CHECK(component.find_method(u"Nonce") == NONCE);
    native::Variant value = Value::integer(7).variant();
    CHECK(!component.default_value(AUTHORIZATION, 2, &value));
    CHECK(object.errors.take().empty());
    CHECK(!component.get_property(VERSION, &value)); // A text needs memory,
    CHECK(value.kind == native::I4 && value.int32 == 7);
    CHECK_TEXT(no_memory(object), "1С не выделила память для ответа");
    CHECK(component.get_property(component.find_property(u"ErrorCode"), &value)); // and a number does not.
    CHECK(value.kind == native::I4 && value.int32 == 104);
    object.does("SetConsumer", {"key", "secret"});
    CHECK_TEXT(object.raw_call(NONCE, nullptr, 0).error(), "1С не выделила память для ответа");
    CHECK(object.property("ErrorCode").number == 104);
    CHECK(object.call("Timestamp").number > 1.7e9);
}

static void neither_connection_nor_memory(const Library &library)
{
    Object object(library, Object::BARE);
    CHECK(object.component->init(nullptr));
    CHECK(!object.raw_call(SET_CONSUMER, nullptr, 0).ok);
    CHECK(object.property("ErrorCode").number == 103);
    CHECK(!object.component->set_memory_manager(nullptr));
    // It may come late, and be taken away.
    CHECK(object.component->set_memory_manager(&object.memory));
    CHECK_TEXT(object.property("LastError").text.c_str(),
               "параметр Ключ: нужно значение типа Строка, передано Неопределено");
    CHECK(!object.component->set_memory_manager(nullptr));
    CHECK(object.component->method_name(SET_CONSUMER, 0) == nullptr);
}

// A call that gets no memory for its answer has changed nothing, and the next one goes well.
static void refused(const Library &library)
{
    Object object(library);
    object.does("SetConsumer", {"key", "secret"});
    CHECK(object.text("Authorization", {"GET", URL}).compare(0, 6, "OAuth ") == 0);
    CHECK_TEXT(object.property("RequestURL").text, URL);
    object.does("AddParameter", {"oauth_verifier", "v"});
    Value method("GET"), url(URL);
    native::Variant request[] = {method.variant(), url.variant()};
    for (const char *name : {"Authorization", "SignedURL", "Explain"}) {
        const long number = object.component->find_method(utf16(name).c_str());
        object.memory.refuse_after = 0;
        const Answer answer = object.raw_call(number, request, 2);
        CHECK_TEXT(answer.error(), "1С не выделила память для ответа");
        CHECK(answer.errors.size() == 1 && answer.errors[0].code == 104);
        object.memory.refuse_after = -1;
        CHECK_TEXT(object.property("LastError").text, "1С не выделила память для ответа");
        CHECK_TEXT(object.property("RequestURL").text, ""); // Nobody has its header.
    }
    CHECK(object.text("SignedURL", {"GET", URL}).find("oauth_verifier=v") != std::string::npos);
    CHECK(object.text("SignedURL", {"GET", URL}).find("oauth_verifier") == std::string::npos);
}

// Whatever else asks for memory, the first time and the nth.
static void refused_at_the_nth(const Library &library)
{
    Object object(library);
    native::Component &component = *object.component;
    for (long given = 0; given < 3; given++) {
        long got = 0;
        object.memory.refuse_after = given;
        for (long number = 0; number < component.methods(); number++) {
            void *name = const_cast<char16_t *>(component.method_name(number, number % 2));
            if (name != nullptr) {
                got++;
                object.memory.release(&name);
            }
        }
        CHECK(got == given);
        char16_t *name = nullptr;
        CHECK(!component.register_as(&name));
        CHECK(name == nullptr);
        native::Variant value = Value::integer(7).variant();
        CHECK(!component.default_value(HMAC, 3, &value));
        CHECK(object.errors.take().empty());
        CHECK(!component.get_property(VERSION, &value));
        CHECK(value.kind == native::I4 && value.int32 == 7);
        CHECK_TEXT(no_memory(object), "1С не выделила память для ответа");
        object.memory.refuse_after = -1;
        CHECK_TEXT(object.property("Version").text, OSIGN_VERSION);
    }
}

// An answer of no bytes is a piece all the same.
static void empty_answers(const Library &library)
{
    Object object(library);
    const size_t before = object.memory.lent();
    CHECK_TEXT(object.text("PercentEncode", {""}), "");
    CHECK_TEXT(object.property("LastError").text, "");
    CHECK(object.memory.lent() == before + 2);
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    either_order(library);
    no_memory_at_all(library);
    neither_connection_nor_memory(library);
    refused(library);
    refused_at_the_nth(library);
    empty_answers(library);
    return checks_end("memory");
}
