// 1C's Native API in C++, declared anew from its documented facts: the platform's side of the interface.
//
// It includes nothing, so that a compiler without a standard library can lay the classes out, too (msvc.cpp).
// The order of the functions is the interface; their names are ours.
#ifndef NATIVE_API_H
#define NATIVE_API_H

#if defined(_WIN32) && defined(__i386__)
#define NATIVE_CALL __stdcall
#else
#define NATIVE_CALL
#endif

namespace native {

// C's `struct tm`, which the union of a value is as large as.
struct Time {
    int seconds, minutes, hours, day, month, year, weekday, day_of_year, summer;
#ifndef _WIN32
    long offset;
    const char *zone;
#endif
};

enum Kind : unsigned short {
    EMPTY = 0,
    NULL_VALUE = 1,
    I2 = 2,
    I4 = 3,
    R4 = 4,
    R8 = 5,
    DATE = 6,
    TM = 7,
    PSTR = 8,
    INTERFACE = 9,
    ERROR_CODE = 10,
    BOOL = 11,
    VARIANT = 12,
    I1 = 13,
    UI1 = 14,
    UI2 = 15,
    UI4 = 16,
    I8 = 17,
    UI8 = 18,
    INT = 19,
    UINT = 20,
    HRESULT_CODE = 21,
    PWSTR = 22,
    BLOB = 23,
    CLSID = 24,
};

struct Bytes {
    char *pointer;
    unsigned length;
};

struct Text {
    char16_t *pointer;
    unsigned length; // without the NUL
};

struct Variant {
    union {
        bool boolean;
        signed char int8;
        short int16;
        int int32;
        long long int64;
        double number;
        Time time;
        Bytes bytes;
        Text text;
    };
    unsigned element_size;
    unsigned short kind;
};

#ifdef _WIN32
static_assert(sizeof(Variant) == 48, "as Microsoft's compiler lays it out");
#elif defined(__LP64__)
static_assert(sizeof(Variant) == 64, "as measured on 64-bit Linux");
#else
static_assert(sizeof(Variant) == 52, "as measured on 32-bit Linux");
#endif

// What the platform implements and an add-in calls.

class MemoryManager {
public:
    virtual ~MemoryManager() {}
    virtual bool NATIVE_CALL allocate(void **memory, unsigned long bytes) = 0;
    virtual void NATIVE_CALL release(void **memory) = 0;
};

class Connection {
public:
    virtual ~Connection() {}
    virtual bool NATIVE_CALL add_error(unsigned short level, const char16_t *source, const char16_t *text, long code) = 0;
    virtual bool NATIVE_CALL read(char16_t *, Variant *, long *, char16_t **) = 0;
    virtual bool NATIVE_CALL write(char16_t *, Variant *) = 0;
    virtual bool NATIVE_CALL register_profile(char16_t *) = 0;
    virtual bool NATIVE_CALL set_event_depth(long) = 0;
    virtual long NATIVE_CALL event_depth() = 0;
    virtual bool NATIVE_CALL external_event(char16_t *, char16_t *, char16_t *) = 0;
    virtual void NATIVE_CALL clean_events() = 0;
    virtual bool NATIVE_CALL set_status_line(char16_t *) = 0;
    virtual void NATIVE_CALL reset_status_line() = 0;
};

// What an add-in implements and the platform calls.

class InitDone {
public:
    virtual ~InitDone() {}
    virtual bool NATIVE_CALL init(void *connection) = 0;
    virtual bool NATIVE_CALL set_memory_manager(void *manager) = 0;
    virtual long NATIVE_CALL info() = 0;
    virtual void NATIVE_CALL done() = 0;
};

class LanguageExtender {
public:
    virtual ~LanguageExtender() {}
    virtual bool NATIVE_CALL register_as(char16_t **name) = 0;
    virtual long NATIVE_CALL properties() = 0;
    virtual long NATIVE_CALL find_property(const char16_t *name) = 0;
    virtual const char16_t *NATIVE_CALL property_name(long property, long language) = 0;
    virtual bool NATIVE_CALL get_property(long property, Variant *value) = 0;
    virtual bool NATIVE_CALL set_property(long property, Variant *value) = 0;
    virtual bool NATIVE_CALL is_readable(long property) = 0;
    virtual bool NATIVE_CALL is_writable(long property) = 0;
    virtual long NATIVE_CALL methods() = 0;
    virtual long NATIVE_CALL find_method(const char16_t *name) = 0;
    virtual const char16_t *NATIVE_CALL method_name(long method, long language) = 0;
    virtual long NATIVE_CALL parameters(long method) = 0;
    virtual bool NATIVE_CALL default_value(long method, long parameter, Variant *value) = 0;
    virtual bool NATIVE_CALL has_result(long method) = 0;
    virtual bool NATIVE_CALL call_procedure(long method, Variant *arguments, long count) = 0;
    virtual bool NATIVE_CALL call_function(long method, Variant *result, Variant *arguments, long count) = 0;
};

class Locale {
public:
    virtual ~Locale() {}
    virtual void NATIVE_CALL set_locale(const char16_t *locale) = 0;
};

class UserLanguage {
public:
    virtual ~UserLanguage() {}
    virtual void NATIVE_CALL set_language(const char16_t *code) = 0;
};

class Component : public InitDone, public LanguageExtender, public Locale, public UserLanguage {
public:
    virtual ~Component() {}
};

} // namespace native

#endif
