// Values, and an object that is called with them.
#include "host.hpp"

#include "check.hpp"

#include <cstddef>
#include <cstring>

// --- Values ---

// Its bytes up to the padding at its end.
static bool same(const native::Variant &a, const native::Variant &b)
{
    return memcmp(&a, &b, offsetof(native::Variant, kind) + sizeof a.kind) == 0;
}

Value::Value(const char *utf8) : Value(utf16(utf8)) {}
Value::Value(const std::string &utf8) : Value(utf16(utf8)) {}

Value::Value(const std::u16string &text) : units(text.begin(), text.end())
{
    plain.kind = native::PWSTR;
}

Value Value::of_kind(unsigned short kind)
{
    Value value;
    memset(&value.plain, 0xFF, sizeof value.plain);
    value.plain.kind = kind;
    return value;
}

// What the kind does not name is garbage: a host need not clear it.
Value Value::integer(int number, unsigned short kind)
{
    Value value = of_kind(kind);
    value.plain.int32 = number;
    return value;
}

Value Value::wide(long long number, unsigned short kind)
{
    Value value = of_kind(kind);
    value.plain.int64 = number;
    return value;
}

Value Value::number(double number, unsigned short kind)
{
    Value value = of_kind(kind);
    value.plain.number = number;
    return value;
}

Value Value::boolean(bool boolean)
{
    Value value = of_kind(native::BOOL);
    value.plain.boolean = boolean;
    return value;
}

Value Value::date()
{
    Value value;
    value.plain.time = {1, 2, 3, 4, 5, 126, 0, 0, 0, 0, nullptr};
    value.plain.kind = native::TM;
    return value;
}

Value Value::bytes(const std::string &bytes, unsigned short kind)
{
    Value value;
    value.octets.assign(bytes.begin(), bytes.end());
    value.plain.kind = kind;
    return value;
}

native::Variant Value::variant() const
{
    native::Variant variant = plain;
    if (variant.kind == native::PWSTR) {
        variant.text.pointer = const_cast<char16_t *>(units.data());
        variant.text.length = static_cast<unsigned>(units.size());
    } else if (variant.kind == native::BLOB || variant.kind == native::PSTR) {
        variant.bytes.pointer = const_cast<char *>(octets.data());
        variant.bytes.length = static_cast<unsigned>(octets.size());
    }
    return variant;
}

const Value UNDEFINED = Value::of_kind(native::EMPTY);
const Value NULL_VALUE = Value::of_kind(native::NULL_VALUE);

// --- Answers ---

std::string Answer::error() const
{
    if (ok || errors.size() != 1) {
        return ok ? "(no error: " + text + ")" : "(errors: " + std::to_string(errors.size()) + ")";
    }
    // 1006 is ADDIN_E_FAIL; with a code that is not 0 it becomes an exception.
    if (errors[0].level != 1006 || errors[0].source.compare(0, 5, "OSign") != 0 || errors[0].code == 0) {
        return "(no exception of OSign's)";
    }
    return errors[0].text;
}

// --- Objects ---

Object::Object(const Library &from, Order order, const char16_t *name) : library(from)
{
    NEED(library.create(name, &component) != 0);
    NEED(component != nullptr);
    if (order == MEMORY_FIRST) {
        HOLDS(component->set_memory_manager(&memory));
        HOLDS(component->init(static_cast<native::Connection *>(&errors)));
    } else if (order == INIT_FIRST) {
        HOLDS(component->init(static_cast<native::Connection *>(&errors)));
        HOLDS(component->set_memory_manager(&memory));
    }
}

Object::~Object()
{
    if (component != nullptr) {
        component->done();
        HOLDS(library.destroy(&component) == 0);
        HOLDS(component == nullptr);
    }
    HOLDS(memory.held() == 0);
    HOLDS(memory.wrong == 0);
    HOLDS(errors.take().empty());
}

Answer Object::take(native::Variant &value)
{
    Answer answer;
    answer.ok = true;
    answer.kind = value.kind;
    void *piece = nullptr;
    switch (value.kind) {
        case native::EMPTY: break;
        case native::BOOL: answer.number = value.boolean; break;
        case native::I4: answer.number = value.int32; break;
        case native::R8: answer.number = value.number; break;
        case native::PWSTR:
            piece = value.text.pointer;
            answer.text = utf8(value.text.pointer, value.text.length);
            HOLDS(value.text.pointer[value.text.length] == 0); // A NUL, which the length does not count.
            break;
        case native::BLOB:
            piece = value.bytes.pointer;
            answer.text.assign(value.bytes.pointer, value.bytes.length);
            break;
        default: {
            const bool a_method_answers_this_kind = false;
            HOLDS(a_method_answers_this_kind);
        }
    }
    if (piece != nullptr) {
        memory.release(&piece);
    }
    return answer;
}

Answer Object::raw_call(long method, native::Variant *arguments, long count)
{
    Answer answer;
    native::Variant result = Value::of_kind(native::EMPTY).variant();
    const native::Variant untouched = result;
    if (component->has_result(method)) {
        if (component->call_function(method, &result, arguments, count)) {
            answer = take(result);
        } else {
            HOLDS(same(result, untouched));
        }
    } else {
        answer.ok = component->call_procedure(method, arguments, count);
    }
    answer.errors = errors.take();
    return answer;
}

Answer Object::call(const std::string &name, std::initializer_list<Value> arguments)
{
    const long method = component->find_method(utf16(name).c_str());
    if (method < 0) {
        fprintf(stderr, "no method %s\n", name.c_str());
    }
    NEED(method >= 0);
    const size_t count = static_cast<size_t>(component->parameters(method));
    NEED(arguments.size() <= count);
    std::vector<native::Variant> variants;
    for (const Value &value : arguments) {
        variants.push_back(value.variant());
    }
    for (size_t i = arguments.size(); i < count; i++) {
        native::Variant value = Value::of_kind(native::EMPTY).variant();
        NEED(component->default_value(method, static_cast<long>(i), &value));
        NEED(value.kind != native::EMPTY); // Else 1C does not compile the call.
        variants.push_back(value);
    }
    const std::vector<Value> before(arguments);
    Answer answer = raw_call(method, count == 0 ? nullptr : variants.data(), static_cast<long>(count));
    // Arguments are the host's, and stay as they are.
    size_t at = 0;
    for (const Value &value : arguments) {
        const native::Variant own = value.variant();
        HOLDS(same(variants[at], own));
        const native::Variant copied = before[at++].variant();
        if (own.kind == native::PWSTR) {
            HOLDS(std::u16string(own.text.pointer, own.text.length) == std::u16string(copied.text.pointer, copied.text.length));
        }
    }
    for (size_t i = arguments.size(); i < count; i++) {
        take(variants[i]);
    }
    return answer;
}

std::string Object::text(const std::string &name, std::initializer_list<Value> arguments)
{
    Answer answer = call(name, arguments);
    if (!answer.ok) {
        fprintf(stderr, "%s: %s\n", name.c_str(), answer.error().c_str());
    }
    NEED(answer.ok && answer.kind == native::PWSTR && answer.errors.empty());
    return answer.text;
}

void Object::does(const std::string &name, std::initializer_list<Value> arguments)
{
    Answer answer = call(name, arguments);
    if (!answer.ok) {
        fprintf(stderr, "%s: %s\n", name.c_str(), answer.error().c_str());
    }
    NEED(answer.ok && answer.kind == native::EMPTY && answer.errors.empty());
}

Answer Object::property(const std::string &name)
{
    const long number = component->find_property(utf16(name).c_str());
    NEED(number >= 0);
    native::Variant value = Value::of_kind(native::EMPTY).variant();
    NEED(component->get_property(number, &value));
    return take(value);
}
