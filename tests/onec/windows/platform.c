/* The platform's side: it lends memory and counts it, hears errors, and calls the add-in by name. */
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

unsigned long passed, failed;

void check_at(int ok, const char *file, int line, const char *what)
{
    (*(ok ? &passed : &failed))++;
    if (!ok) {
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    }
}

int same(const unit *got, const unit *wanted)
{
    char shown[1024] = "";
    if (got != NULL && wcscmp((const wchar_t *)got, (const wchar_t *)wanted) == 0) {
        return 1;
    }
    if (got != NULL) {
        WideCharToMultiByte(CP_UTF8, 0, (const wchar_t *)got, -1, shown, sizeof shown, NULL, NULL);
    }
    fprintf(stderr, "    got %s\n", shown);
    return 0;
}

/* --- Memory and errors --- */

long lent, held, wrong;
int refuses, errors;
static void *pieces[64]; /* that are held; NULL where there is none */
static unit heard[1024];
static long heard_code;

static void **place_of(const void *piece)
{
    size_t i;
    for (i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        if (pieces[i] == piece) {
            return &pieces[i];
        }
    }
    return NULL;
}

int lend(void **memory, unsigned long bytes)
{
    void **place = place_of(NULL);
    if (refuses || place == NULL || bytes == 0) {
        return 0;
    }
    *memory = *place = malloc(bytes);
    lent++, held++;
    return *memory != NULL;
}

void take_back(void **memory)
{
    void **place = *memory != NULL ? place_of(*memory) : NULL;
    if (place == NULL) {
        wrong++;
        return;
    }
    free(*place);
    *place = *memory = NULL;
    held--;
}

void hear(unsigned short level, const unit *source, const unit *text, long code)
{
    CHECK(level == 1006 && wcsncmp((const wchar_t *)source, L"OSign", 5) == 0);
    wcsncpy((wchar_t *)heard, (const wchar_t *)text, sizeof heard / sizeof *heard - 1);
    heard_code = code;
    errors++;
}

int told(const unit *text, long code)
{
    const int once = errors == 1 && heard_code == code && same(heard, text);
    errors = 0;
    return once;
}

/* --- Values --- */

struct variant of_kind(enum kind kind)
{
    struct variant value;
    memset(&value, 0xFF, sizeof value);
    value.kind = (unsigned short)kind;
    return value;
}

struct variant of(const unit *text)
{
    struct variant value = of_kind(STRING);
    value.value.text.pointer = (unit *)text;
    value.value.text.length = (unsigned)wcslen((const wchar_t *)text);
    return value;
}

struct variant of_bytes(const char *bytes, unsigned length)
{
    struct variant value = of_kind(BINARY);
    value.value.bytes.pointer = (char *)bytes;
    value.value.bytes.length = length;
    return value;
}

/* --- Calls --- */

int does(void *object, const unit *name, const unit *one, const unit *two)
{
    struct variant arguments[2];
    const long method = object_find_method(object, name);
    arguments[0] = of(one != NULL ? one : U(""));
    arguments[1] = of(two != NULL ? two : U(""));
    return object_call_procedure(object, method, arguments, two != NULL ? 2 : one != NULL ? 1 : 0);
}

int calls(void *object, const unit *name, struct variant *arguments, long count, struct variant *result)
{
    *result = of_kind(INTEGER);
    return object_call_function(object, object_find_method(object, name), result, arguments, count);
}

unit *asks(void *object, const unit *name, const unit *one, const unit *two)
{
    struct variant arguments[2], result;
    arguments[0] = of(one);
    arguments[1] = of(two != NULL ? two : U(""));
    if (!calls(object, name, arguments, two != NULL ? 2 : 1, &result)) {
        return NULL;
    }
    CHECK(result.kind == STRING);
    CHECK(result.value.text.pointer[result.value.text.length] == 0);
    return result.value.text.pointer;
}

int answers(void *object, const unit *name, const unit *one, const unit *two, const unit *wanted)
{
    unit *got = asks(object, name, one, two);
    const int ok = same(got, wanted);
    if (got != NULL) {
        take_back((void **)&got);
    }
    return ok;
}

/* --- The add-in --- */

static void look_up(HMODULE module, const char *name, void *function)
{
    FARPROC found = GetProcAddress(module, name);
    if (found == NULL) {
        fprintf(stderr, "the add-in has no %s\n", name);
        exit(2);
    }
    memcpy(function, &found, sizeof found);
}

struct library load(const char *path)
{
    struct library library;
    HMODULE module = LoadLibraryA(path);
    if (module == NULL) {
        fprintf(stderr, "%s cannot be loaded: error %lu\n", path, GetLastError());
        exit(2);
    }
    look_up(module, "GetClassNames", &library.names);
    look_up(module, "GetClassObject", &library.create);
    look_up(module, "DestroyObject", &library.destroy);
    look_up(module, "SetPlatformCapabilities", &library.capabilities);
    look_up(module, "GetAttachType", &library.attach_type);
    library.capabilities(3);
    return library;
}

void *create(const struct library *library)
{
    return create_of(library, U("OSign"));
}

void *create_of(const struct library *library, const unit *name)
{
    void *object = NULL;
    CHECK(library->create(name, &object) != 0);
    if (object == NULL) {
        exit(2);
    }
    CHECK(object_set_memory(object, host_memory()));
    CHECK(object_init(object, host_connection()));
    return object;
}
