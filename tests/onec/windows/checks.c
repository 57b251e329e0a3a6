/* The add-in on Windows: exports, names, a published signature, refusals in both languages, a panic, every way in which
 * an object ends, and all memory back. What it asserts is a choice of what tests/onec/ asserts on Linux.
 *
 *     checks ADD-IN.dll ADD-IN-WITH-TEST-METHODS.dll
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

static unsigned long passed, failed;

static void check_at(int ok, int line, const char *what)
{
    (*(ok ? &passed : &failed))++;
    if (!ok) {
        fprintf(stderr, "checks.c:%d: failed: %s\n", line, what);
    }
}

#define CHECK(ok) check_at((ok) ? 1 : 0, __LINE__, #ok)
#define U(text) ((const unit *)L##text)

static int same(const unit *got, const unit *wanted)
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

/* --- The platform's side --- */

static long lent, held;
static unit heard[1024];
static long heard_code;
static int errors;

int lend(void **memory, unsigned long bytes)
{
    *memory = malloc(bytes);
    lent++, held++;
    return *memory != NULL;
}

void take_back(void **memory)
{
    free(*memory);
    *memory = NULL;
    held--;
}

void hear(unsigned short level, const unit *source, const unit *text, long code)
{
    CHECK(level == 1006 && same(source, U("OSign")));
    wcsncpy((wchar_t *)heard, (const wchar_t *)text, sizeof heard / sizeof *heard - 1);
    heard_code = code;
    errors++;
}

/* One error was added since the last call, and it says this. */
static int told(const unit *text, long code)
{
    const int once = errors == 1 && heard_code == code && same(heard, text);
    errors = 0;
    return once;
}

/* --- Calls --- */

enum { NOTHING = 0, INTEGER = 3, BOOLEAN_VALUE = 11, STRING = 22 };

static struct variant of(const unit *text)
{
    struct variant value;
    memset(&value, 0xFF, sizeof value);
    value.kind = STRING;
    value.value.text.pointer = (unit *)text;
    value.value.text.length = (unsigned)wcslen((const wchar_t *)text);
    return value;
}

/* Calls a procedure with texts, up to NULL. */
static int does(void *object, const unit *name, const unit *one, const unit *two)
{
    struct variant arguments[2];
    const long method = object_find_method(object, name);
    arguments[0] = of(one != NULL ? one : U(""));
    arguments[1] = of(two != NULL ? two : U(""));
    return object_call_procedure(object, method, arguments, two != NULL ? 2 : one != NULL ? 1 : 0);
}

/* Calls a function with two texts; its text is the caller's, who gives it back. NULL when it failed. */
static unit *asks(void *object, const unit *name, const unit *one, const unit *two)
{
    struct variant arguments[2], result;
    memset(&result, 0xFF, sizeof result);
    arguments[0] = of(one);
    arguments[1] = of(two);
    if (!object_call_function(object, object_find_method(object, name), &result, arguments, 2)) {
        return NULL;
    }
    CHECK(result.kind == STRING);
    CHECK(result.value.text.pointer[result.value.text.length] == 0);
    return result.value.text.pointer;
}

static int answers(void *object, const unit *name, const unit *one, const unit *two, const unit *wanted)
{
    unit *got = asks(object, name, one, two);
    const int ok = same(got, wanted);
    if (got != NULL) {
        take_back((void **)&got);
    }
    return ok;
}

/* --- The add-in --- */

struct library {
    const unit *(*names)(void);
    long (*create)(const unit *, void **);
    long (*destroy)(void **);
    int (*capabilities)(int);
    int (*attach_type)(void);
};

static void look_up(HMODULE module, const char *name, void *function)
{
    FARPROC found = GetProcAddress(module, name);
    if (found == NULL) {
        fprintf(stderr, "the add-in has no %s\n", name);
        exit(2);
    }
    memcpy(function, &found, sizeof found);
}

static struct library load(const char *path)
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
    return library;
}

static void *create(const struct library *library)
{
    void *object = NULL;
    CHECK(library->create(U("OSign"), &object) != 0);
    if (object == NULL) {
        exit(2);
    }
    CHECK(object_set_memory(object, host_memory()));
    CHECK(object_init(object, host_connection()));
    return object;
}

static void names_and_numbers(const struct library *library)
{
    void *object = create(library);
    unit *name = NULL;
    struct variant value;
    CHECK(same(library->names(), U("OSign")));
    CHECK(library->capabilities(3) == 3);
    CHECK(library->attach_type() == 3);
    CHECK(object_info(object) == 2000);
    CHECK(object_register_as(object, &name) && same(name, U("OSign")));
    take_back((void **)&name);
    CHECK(object_properties(object) == 3);
    CHECK(object_methods(object) == 15);
    CHECK(object_find_property(object, U("КОДошибки")) == 2);
    CHECK(object_find_method(object, U("заголовокавторизации")) == 8);
    CHECK(object_find_method(object, U("отметкавремени")) == 11);
    CHECK(object_find_method(object, U("nothing")) == -1);
    name = (unit *)object_method_name(object, 8, 1);
    CHECK(same(name, U("ЗаголовокАвторизации")));
    take_back((void **)&name);
    CHECK(object_parameters(object, 8) == 4);
    CHECK(object_has_result(object, 8) && !object_has_result(object, 0));
    CHECK(object_default_value(object, 12, 3, &value) && value.kind == STRING);
    CHECK(same(value.value.text.pointer, U("base64")));
    take_back((void **)&value.value.text.pointer);
    CHECK(object_default_value(object, 8, 0, &value) && value.kind == NOTHING);
    CHECK(object_get_property(object, 2, &value) && value.kind == INTEGER && value.value.integer == 0);
    object_done(object);
    CHECK(library->destroy(&object) == 0 && object == NULL);
}

/* RFC 5849 §1.2, temporary credentials. */
static void signature(const struct library *library)
{
    struct variant fixed[3];
    void *object = create(library);
    fixed[0] = of(U("wIjqoS"));
    fixed[1] = of(U("137131200"));
    memset(&fixed[2], 0, sizeof fixed[2]);
    fixed[2].kind = BOOLEAN_VALUE;
    CHECK(object_call_procedure(object, object_find_method(object, U("FixForTests")), fixed, 3));
    CHECK(does(object, U("УстановитьПотребителя"), U("dpf43f3p2l4k3l03"), U("kd94hf93k423kf44")));
    CHECK(does(object, U("SetRealm"), U("Photos"), NULL));
    CHECK(does(object, U("AddParameter"), U("oauth_callback"), U("http://printer.example.com/ready")));
    CHECK(answers(object, U("Authorization"), U("POST"), U("https://photos.example.net/initiate"),
                  U("OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"wIjqoS\", "
                       "oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131200\", "
                       "oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", "
                       "oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\"")));
    object_done(object);
    object_delete(object, 4);
}

static void refusals(const struct library *library)
{
    void *object = create(library);
    CHECK(asks(object, U("SignedURL"), U("GET"), U("/path")) == NULL);
    CHECK(told(U("потребитель не задан; сначала вызовите УстановитьПотребителя"), 103));
    CHECK(does(object, U("SetConsumer"), U("key"), U("secret")));
    CHECK(asks(object, U("SignedURL"), U("GET"), U("/path")) == NULL);
    CHECK(told(U("адрес относительный; начните его с https:// или http://"), 200));
    object_set_locale(object, U("en_US"));
    CHECK(asks(object, U("SignedURL"), U("GET"), U("/path")) == NULL);
    CHECK(told(U("the URL is relative; begin it with https:// or http://"), 200));
    object_set_language(object, U("ru"));
    CHECK(!does(object, U("SetConsumer"), NULL, NULL));
    CHECK(told(U("параметр Ключ: нужно значение типа Строка, передано Неопределено"), 103));
    object_done(object);
    CHECK(library->destroy(&object) == 0);
}

static void a_panic(const struct library *library)
{
    void *object = create(library);
    CHECK(!does(object, U("PanicForTests"), NULL, NULL));
    CHECK(told(U("внутренняя ошибка osign (паника); пожалуйста, сообщите о ней"), 900));
    CHECK(does(object, U("SetConsumer"), U("key"), U("secret")));
    object_done(object);
    CHECK(library->destroy(&object) == 0);
}

static void every_end(const struct library *library)
{
    int round;
    for (round = 0; round < 2000; round++) {
        unit *header;
        void *object = create(library);
        CHECK(does(object, U("SetConsumer"), U("key"), U("secret")));
        header = asks(object, U("Authorization"), U("GET"), U("https://example.com/?a=1"));
        CHECK(header != NULL && wcsncmp((const wchar_t *)header, L"OAuth ", 6) == 0);
        take_back((void **)&header);
        if (round % 3 != 0) {
            object_done(object);
        }
        if (round % 6 == 5) {
            CHECK(library->destroy(&object) == 0);
        } else {
            object_delete(object, round % 6);
        }
    }
}

int main(int argc, char **argv)
{
    struct library shipped, with_test_methods;
    if (argc != 3) {
        fprintf(stderr, "two add-ins are needed\n");
        return 2;
    }
    shipped = load(argv[1]);
    with_test_methods = load(argv[2]);
    names_and_numbers(&shipped);
    refusals(&shipped);
    every_end(&shipped);
    signature(&with_test_methods);
    a_panic(&with_test_methods);
    CHECK(errors == 0);
    CHECK(lent > 2000 && held == 0);
    printf("windows: %lu passed, %lu failed\n", passed, failed);
    return failed > 0;
}
