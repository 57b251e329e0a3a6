// What 1C is to an add-in: it loads it, lends it memory, hears its errors, and calls it by name.
#ifndef HOST_HPP
#define HOST_HPP

#include "native_api.h"

#include <atomic>
#include <initializer_list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

std::u16string utf16(const std::string &utf8);
// Halves of surrogate pairs become `?`.
std::string utf8(const char16_t *text, size_t length);
std::string utf8(const char16_t *text); // up to its NUL

// The add-in's library, and its exports.
class Library {
public:
    // Whether the host tells its capabilities, as 1C does, and so hears of errors.
    enum Host { TELLS, SAYS_NOTHING };

    explicit Library(const char *path, Host host = TELLS);
    Library(const Library &) = delete;

    const char16_t *(*class_names)();
    long (*create)(const char16_t *name, native::Component **object);
    long (*destroy)(native::Component **object);
    int (*capabilities)(int platform);
    int (*attach_type)();
};

// Lends memory that lies between guards, and counts it: only what it lent may come back, once.
class Memory final : public native::MemoryManager {
public:
    ~Memory() override;
    bool allocate(void **memory, unsigned long bytes) override;
    void release(void **memory) override;

    size_t held();                           // pieces that have not come back
    size_t lent();                           // pieces that went out in all
    std::atomic<long> refuse_after{-1};      // so many are still given; -1 for no end
    std::atomic<unsigned long> wrong{0};     // pieces that came back and were not ours, or were written around

private:
    std::mutex mutex;
    std::unordered_map<void *, size_t> pieces;
    size_t all = 0;
};

// Keeps the errors that an add-in adds.
class Errors final : public native::Connection {
public:
    struct Error {
        unsigned short level;
        std::string source, text;
        long code;
    };

    std::vector<Error> take(); // and forgets them

    bool add_error(unsigned short level, const char16_t *source, const char16_t *text, long code) override;
    // An add-in that runs on a server must call none of these.
    bool read(char16_t *, native::Variant *, long *, char16_t **) override;
    bool write(char16_t *, native::Variant *) override;
    bool register_profile(char16_t *) override;
    bool set_event_depth(long) override;
    long event_depth() override;
    bool external_event(char16_t *, char16_t *, char16_t *) override;
    void clean_events() override;
    bool set_status_line(char16_t *) override;
    void reset_status_line() override;

private:
    std::mutex mutex;
    std::vector<Error> errors;
};

// A value of 1C's language as an argument. Text and bytes lie on the heap, as long as they say and no longer.
class Value {
public:
    Value(const char *utf8);
    Value(const std::string &utf8);
    Value(const std::u16string &units);
    static Value integer(int number, unsigned short kind = native::I4);
    static Value wide(long long number, unsigned short kind);
    static Value number(double number, unsigned short kind = native::R8);
    static Value boolean(bool value);
    static Value date();
    static Value bytes(const std::string &bytes, unsigned short kind = native::BLOB);
    static Value of_kind(unsigned short kind); // all bits of the rest are set

    native::Variant variant() const; // borrows from this

private:
    Value() = default;
    native::Variant plain = {};
    std::vector<char16_t> units;
    std::vector<char> octets;
};

extern const Value UNDEFINED; // Неопределено
extern const Value NULL_VALUE; // NULL

// What a call came to.
struct Answer {
    bool ok = false;
    unsigned short kind = native::EMPTY;
    double number = 0; // also of a boolean or an integer
    std::string text;  // UTF-8, or the bytes of BinaryData
    std::vector<Errors::Error> errors;

    // The one error's sentence; what else came to pass otherwise.
    std::string error() const;
};

// An object of a class, set up as 1C does it. Destroying it checks that all memory has come back.
class Object {
public:
    enum Order { MEMORY_FIRST, INIT_FIRST, BARE };

    explicit Object(const Library &from, Order order = MEMORY_FIRST, const char16_t *name = u"OSign");
    Object(const Object &) = delete;
    ~Object();

    // As BSL code calls: by a name, and what is left out at the end takes its default value.
    Answer call(const std::string &name, std::initializer_list<Value> arguments = {});
    // The text that it answers; the test ends when it fails.
    std::string text(const std::string &name, std::initializer_list<Value> arguments = {});
    // A call that must succeed and answers nothing.
    void does(const std::string &name, std::initializer_list<Value> arguments = {});
    // A call as a host makes it, with neither defaults nor names.
    Answer raw_call(long method, native::Variant *arguments, long count);
    Answer property(const std::string &name);

    // What a value holds; its memory goes back.
    Answer take(native::Variant &value);

    const Library &library;
    Memory memory;
    Errors errors;
    native::Component *component = nullptr;
};

// The path of the add-in, which is a test's first argument.
const char *addin(int argc, char **argv);

#endif
