// Objects as a compiler for Microsoft's ABI lays them out and calls them: virtual functions and `delete`. It is compiled
// by clang for that target, without a standard library, and linked with checks.c by mingw.
#include "../native_api.h"
#include "host.h"

static_assert(sizeof(variant) == sizeof(native::Variant), "both describe one value");

void operator delete(void *, decltype(sizeof 0)) noexcept { __builtin_trap(); } // Nobody deletes the platform's objects.
extern "C" int _purecall(void) { __builtin_trap(); }

namespace {

class Memory final : public native::MemoryManager {
public:
    bool NATIVE_CALL allocate(void **memory, unsigned long bytes) override { return lend(memory, bytes) != 0; }
    void NATIVE_CALL release(void **memory) override { take_back(memory); }
};

class Connection final : public native::Connection {
public:
    bool NATIVE_CALL add_error(unsigned short level, const char16_t *source, const char16_t *text, long code) override
    {
        hear(level, source, text, code);
        return true;
    }
    // An add-in that runs on a server must call none of these.
    bool NATIVE_CALL read(char16_t *, native::Variant *, long *, char16_t **) override { __builtin_trap(); }
    bool NATIVE_CALL write(char16_t *, native::Variant *) override { __builtin_trap(); }
    bool NATIVE_CALL register_profile(char16_t *) override { __builtin_trap(); }
    bool NATIVE_CALL set_event_depth(long) override { __builtin_trap(); }
    long NATIVE_CALL event_depth() override { __builtin_trap(); }
    bool NATIVE_CALL external_event(char16_t *, char16_t *, char16_t *) override { __builtin_trap(); }
    void NATIVE_CALL clean_events() override { __builtin_trap(); }
    bool NATIVE_CALL set_status_line(char16_t *) override { __builtin_trap(); }
    void NATIVE_CALL reset_status_line() override { __builtin_trap(); }
};

native::Component *as_component(void *object) { return static_cast<native::Component *>(object); }
native::Variant *as_variant(variant *value) { return reinterpret_cast<native::Variant *>(value); }

alignas(Memory) char memory_place[sizeof(Memory)];
alignas(Connection) char connection_place[sizeof(Connection)];

} // namespace

void *operator new(decltype(sizeof 0), void *place) noexcept { return place; }

extern "C" {

// Made in place: a global object would need the runtime of a C++ compiler.
void *host_memory(void) { return static_cast<native::MemoryManager *>(new (memory_place) Memory); }
void *host_connection(void) { return static_cast<native::Connection *>(new (connection_place) Connection); }

int object_init(void *object, void *connection) { return as_component(object)->init(connection); }
int object_set_memory(void *object, void *memory) { return as_component(object)->set_memory_manager(memory); }
long object_info(void *object) { return as_component(object)->info(); }
void object_done(void *object) { as_component(object)->done(); }
int object_register_as(void *object, unit **name) { return as_component(object)->register_as(name); }
long object_properties(void *object) { return as_component(object)->properties(); }
long object_find_property(void *object, const unit *name) { return as_component(object)->find_property(name); }
long object_methods(void *object) { return as_component(object)->methods(); }
long object_find_method(void *object, const unit *name) { return as_component(object)->find_method(name); }
long object_parameters(void *object, long method) { return as_component(object)->parameters(method); }
int object_has_result(void *object, long method) { return as_component(object)->has_result(method); }
void object_set_locale(void *object, const unit *locale) { as_component(object)->set_locale(locale); }
void object_set_language(void *object, const unit *code) { as_component(object)->set_language(code); }

int object_get_property(void *object, long property, variant *value)
{
    return as_component(object)->get_property(property, as_variant(value));
}

const unit *object_method_name(void *object, long method, long language)
{
    return as_component(object)->method_name(method, language);
}

int object_default_value(void *object, long method, long parameter, variant *value)
{
    return as_component(object)->default_value(method, parameter, as_variant(value));
}

int object_call_procedure(void *object, long method, variant *arguments, long count)
{
    return as_component(object)->call_procedure(method, as_variant(arguments), count);
}

int object_call_function(void *object, long method, variant *result, variant *arguments, long count)
{
    return as_component(object)->call_function(method, as_variant(result), as_variant(arguments), count);
}

void object_delete(void *object, int base)
{
    native::Component *component = as_component(object);
    switch (base) {
        case 0: delete static_cast<native::InitDone *>(component); break;
        case 1: delete static_cast<native::LanguageExtender *>(component); break;
        case 2: delete static_cast<native::Locale *>(component); break;
        case 3: delete static_cast<native::UserLanguage *>(component); break;
        default: delete component;
    }
}
}
