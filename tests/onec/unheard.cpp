// A host that does not hear of errors: OneScript never calls SetPlatformCapabilities, and frees what an error would call. So no
// error may be added there; the call fails, and its text and code can be read.
#include "check.hpp"
#include "host.hpp"
#include "members.hpp"

#include <new>
#include <sys/mman.h>

static const char REFUSED[] = "параметр Ключ: нужно значение типа Строка, передано Неопределено";

// A connection that is gone once an object knows it: whoever calls it then ends the process.
class Gone {
public:
    Gone()
    {
        page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        NEED(page != MAP_FAILED);
        static_assert(sizeof(Errors) <= size, "it lies in a page");
        errors = new (page) Errors();
    }

    native::Connection *connection() { return errors; }

    void go()
    {
        errors->~Errors();
        NEED(mprotect(page, size, PROT_NONE) == 0);
    }

    ~Gone() { munmap(page, size); }

private:
    static const size_t size = 4096;
    void *page;
    Errors *errors;
};

static void fails(Object &object, const char *method, std::initializer_list<Value> arguments, const std::string &text, int code)
{
    const Answer answer = object.call(method, arguments);
    CHECK(!answer.ok);
    CHECK(answer.errors.empty());
    CHECK_TEXT(object.property("ПоследняяОшибка").text, text);
    CHECK(object.property("КодОшибки").number == code);
}

// What the host says nothing of is not called, whether it is there or gone.
static void unheard(const Library &library)
{
    for (const bool goes : {false, true}) {
        Gone gone;
        Object object(library, Object::BARE);
        CHECK(object.component->set_memory_manager(&object.memory));
        CHECK(object.component->init(goes ? gone.connection() : static_cast<native::Connection *>(&object.errors)));
        gone.go();
        fails(object, "SetConsumer", {UNDEFINED, "secret"}, REFUSED, 103);
        fails(object, "Authorization", {"GET", "https://example.com/"},
              "потребитель не задан; сначала вызовите УстановитьПотребителя", 103);
        object.does("SetConsumer", {"key", "secret"});
        fails(object, "SignedURL", {"GET", "/path"}, "адрес относительный; начните его с https:// или http://", 200);
        object.memory.refuse_after = 0;
        CHECK(!object.raw_call(object.component->find_method(u"Nonce"), nullptr, 0).ok);
        native::Variant value = Value::integer(7).variant();
        CHECK(!object.component->get_property(VERSION, &value));
        object.memory.refuse_after = -1;
        CHECK(object.property("ErrorCode").number == 104);
        CHECK(object.text("Authorization", {"GET", "https://example.com/"}).compare(0, 6, "OAuth ") == 0);
        CHECK(object.property("КодОшибки").number == 0);
    }
}

// It counts for the whole process, and for objects that were there before.
static void heard(const Library &library)
{
    Object before(library);
    CHECK(before.call("SetConsumer", {UNDEFINED, ""}).errors.empty());
    CHECK(library.capabilities(1) == 3);
    CHECK_TEXT(before.call("SetConsumer", {UNDEFINED, ""}).error(), REFUSED);
    Object after(library);
    CHECK_TEXT(after.call("SetConsumer", {UNDEFINED, ""}).error(), REFUSED);
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv), Library::SAYS_NOTHING);
    unheard(library);
    heard(library);
    return checks_end("unheard");
}
