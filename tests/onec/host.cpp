#include "host.hpp"

#include "check.hpp"

#include <cstring>
#include <dlfcn.h>

// --- Text ---

std::u16string utf16(const std::string &utf8)
{
    std::u16string units;
    for (size_t i = 0; i < utf8.size();) {
        const unsigned char lead = static_cast<unsigned char>(utf8[i++]);
        const int more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        char32_t point = more == 0 ? lead : lead & (0x3FU >> more);
        for (int j = 0; j < more; j++) {
            point = point << 6 | (static_cast<unsigned char>(utf8.at(i++)) & 0x3FU);
        }
        if (point >= 0x10000) {
            units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
            point = 0xDC00 + ((point - 0x10000) & 0x3FF);
        }
        units += static_cast<char16_t>(point);
    }
    return units;
}

std::string utf8(const char16_t *text, size_t length)
{
    std::string bytes;
    for (size_t i = 0; i < length; i++) {
        char32_t point = text[i];
        if ((point & 0xFC00) == 0xD800 && i + 1 < length && (text[i + 1] & 0xFC00) == 0xDC00) {
            point = 0x10000 + ((point & 0x3FF) << 10) + (text[++i] & 0x3FFU);
        } else if ((point & 0xF800) == 0xD800) {
            point = '?';
        }
        if (point < 0x80) {
            bytes += static_cast<char>(point);
            continue;
        }
        static const unsigned char leads[] = {0, 0xC0, 0xE0, 0xF0};
        const int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
        bytes += static_cast<char>(point >> (6 * more) | leads[more]);
        for (int j = more - 1; j >= 0; j--) {
            bytes += static_cast<char>((point >> (6 * j) & 0x3FU) | 0x80U);
        }
    }
    return bytes;
}

std::string utf8(const char16_t *text)
{
    return text == nullptr ? "(null)" : utf8(text, std::char_traits<char16_t>::length(text));
}

// --- The library ---

template <typename Function> static void look_up(void *library, const char *name, Function &function)
{
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (function == nullptr) {
        fprintf(stderr, "the add-in has no %s\n", name);
        exit(2);
    }
}

Library::Library(const char *path, Host host)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    look_up(library, "GetClassNames", class_names);
    look_up(library, "GetClassObject", create);
    look_up(library, "DestroyObject", destroy);
    look_up(library, "SetPlatformCapabilities", capabilities);
    look_up(library, "GetAttachType", attach_type);
    if (host == TELLS) {
        capabilities(3);
    }
}

const char *addin(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "the first argument is the path of the add-in\n");
        exit(2);
    }
    return argv[1];
}

// --- Memory ---

static const size_t GUARD = 16; // Keeps the alignment that malloc gives.
static const unsigned char MARK = 0xA5;

static bool is_marked(const unsigned char *guard)
{
    for (size_t i = 0; i < GUARD; i++) {
        if (guard[i] != MARK) {
            return false;
        }
    }
    return true;
}

bool Memory::allocate(void **memory, unsigned long bytes)
{
    const std::lock_guard<std::mutex> lock(mutex);
    if (refuse_after == 0) {
        return false;
    }
    if (refuse_after > 0) {
        refuse_after--;
    }
    unsigned char *piece = static_cast<unsigned char *>(malloc(bytes + 2 * GUARD));
    if (piece == nullptr || bytes == 0) { // A host may refuse 0 bytes; nobody may ask for them.
        free(piece);
        wrong += bytes == 0;
        return false;
    }
    memset(piece, MARK, bytes + 2 * GUARD);
    pieces[piece + GUARD] = bytes;
    all++;
    *memory = piece + GUARD;
    return true;
}

void Memory::release(void **memory)
{
    const std::lock_guard<std::mutex> lock(mutex);
    const auto piece = pieces.find(*memory);
    if (piece == pieces.end()) {
        wrong++;
        return;
    }
    unsigned char *start = static_cast<unsigned char *>(*memory) - GUARD;
    wrong += !is_marked(start) || !is_marked(start + GUARD + piece->second);
    pieces.erase(piece);
    free(start);
    *memory = nullptr;
}

size_t Memory::held()
{
    const std::lock_guard<std::mutex> lock(mutex);
    return pieces.size();
}

size_t Memory::lent()
{
    const std::lock_guard<std::mutex> lock(mutex);
    return all;
}

Memory::~Memory()
{
    for (const auto &piece : pieces) {
        free(static_cast<unsigned char *>(piece.first) - GUARD);
    }
}

// --- Errors ---

bool Errors::add_error(unsigned short level, const char16_t *source, const char16_t *text, long code)
{
    const std::lock_guard<std::mutex> lock(mutex);
    errors.push_back({level, utf8(source), utf8(text), code});
    return true;
}

std::vector<Errors::Error> Errors::take()
{
    const std::lock_guard<std::mutex> lock(mutex);
    std::vector<Error> taken;
    taken.swap(errors);
    return taken;
}

static void must_not_be_called()
{
    const bool only_errors_are_added = false;
    HOLDS(only_errors_are_added);
}

bool Errors::read(char16_t *, native::Variant *, long *, char16_t **) { return must_not_be_called(), false; }
bool Errors::write(char16_t *, native::Variant *) { return must_not_be_called(), false; }
bool Errors::register_profile(char16_t *) { return must_not_be_called(), false; }
bool Errors::set_event_depth(long) { return must_not_be_called(), false; }
long Errors::event_depth() { return must_not_be_called(), 0; }
bool Errors::external_event(char16_t *, char16_t *, char16_t *) { return must_not_be_called(), false; }
void Errors::clean_events() { must_not_be_called(); }
bool Errors::set_status_line(char16_t *) { return must_not_be_called(), false; }
void Errors::reset_status_line() { must_not_be_called(); }
