/* Objects as Microsoft's compiler lays them out, with every table written out: one slot for the destructor, which is
 * __thiscall on x86, and __stdcall for all else.
 */
#include "host.h"

#include <stddef.h>
#include <stdlib.h>

#define METHOD __stdcall
#ifdef __i386__
#pragma GCC diagnostic ignored "-Wattributes" /* It is no method to C; the convention is all we want. */
#define DESTRUCTOR __attribute__((thiscall))
#else
#define DESTRUCTOR
#endif

typedef void *(DESTRUCTOR *destructor)(void *, unsigned);

struct init_done {
    destructor deleting;
    unsigned char(METHOD *init)(void *, void *);
    unsigned char(METHOD *set_memory)(void *, void *);
    long(METHOD *info)(void *);
    void(METHOD *done)(void *);
};

struct language_extender {
    destructor deleting;
    unsigned char(METHOD *register_as)(void *, unit **);
    long(METHOD *properties)(void *);
    long(METHOD *find_property)(void *, const unit *);
    const unit *(METHOD *property_name)(void *, long, long);
    unsigned char(METHOD *get_property)(void *, long, struct variant *);
    unsigned char(METHOD *set_property)(void *, long, struct variant *);
    unsigned char(METHOD *is_readable)(void *, long);
    unsigned char(METHOD *is_writable)(void *, long);
    long(METHOD *methods)(void *);
    long(METHOD *find_method)(void *, const unit *);
    const unit *(METHOD *method_name)(void *, long, long);
    long(METHOD *parameters)(void *, long);
    unsigned char(METHOD *default_value)(void *, long, long, struct variant *);
    unsigned char(METHOD *has_result)(void *, long);
    unsigned char(METHOD *call_procedure)(void *, long, struct variant *, long);
    unsigned char(METHOD *call_function)(void *, long, struct variant *, struct variant *, long);
};

struct locale {
    destructor deleting;
    void(METHOD *set)(void *, const unit *);
};

struct component {
    const struct init_done *init_done;
    const struct language_extender *language_extender;
    const struct locale *locale, *user_language;
};

#define INIT_DONE(object) ((struct component *)(object))->init_done
#define LANGUAGE(object) ((struct component *)(object))->language_extender
/* What a method of the second base is called on. */
#define SECOND(object) ((char *)(object) + offsetof(struct component, language_extender))
#define THIRD(object) ((char *)(object) + offsetof(struct component, locale))
#define FOURTH(object) ((char *)(object) + offsetof(struct component, user_language))

int object_init(void *object, void *connection) { return INIT_DONE(object)->init(object, connection); }
int object_set_memory(void *object, void *memory) { return INIT_DONE(object)->set_memory(object, memory); }
long object_info(void *object) { return INIT_DONE(object)->info(object); }
void object_done(void *object) { INIT_DONE(object)->done(object); }
int object_register_as(void *object, unit **name) { return LANGUAGE(object)->register_as(SECOND(object), name); }
long object_properties(void *object) { return LANGUAGE(object)->properties(SECOND(object)); }
long object_methods(void *object) { return LANGUAGE(object)->methods(SECOND(object)); }

long object_find_property(void *object, const unit *name)
{
    return LANGUAGE(object)->find_property(SECOND(object), name);
}

int object_get_property(void *object, long property, struct variant *value)
{
    return LANGUAGE(object)->get_property(SECOND(object), property, value);
}

long object_find_method(void *object, const unit *name)
{
    return LANGUAGE(object)->find_method(SECOND(object), name);
}

const unit *object_method_name(void *object, long method, long language)
{
    return LANGUAGE(object)->method_name(SECOND(object), method, language);
}

long object_parameters(void *object, long method)
{
    return LANGUAGE(object)->parameters(SECOND(object), method);
}

int object_default_value(void *object, long method, long parameter, struct variant *value)
{
    return LANGUAGE(object)->default_value(SECOND(object), method, parameter, value);
}

int object_has_result(void *object, long method)
{
    return LANGUAGE(object)->has_result(SECOND(object), method);
}

int object_call_procedure(void *object, long method, struct variant *arguments, long count)
{
    return LANGUAGE(object)->call_procedure(SECOND(object), method, arguments, count);
}

int object_call_function(void *object, long method, struct variant *result, struct variant *arguments, long count)
{
    return LANGUAGE(object)->call_function(SECOND(object), method, result, arguments, count);
}

void object_set_locale(void *object, const unit *locale)
{
    ((struct component *)object)->locale->set(THIRD(object), locale);
}

void object_set_language(void *object, const unit *code)
{
    ((struct component *)object)->user_language->set(FOURTH(object), code);
}

void object_delete(void *object, int base)
{
    static const size_t offsets[] = {0, sizeof(void *), 2 * sizeof(void *), 3 * sizeof(void *), 0};
    void *place = (char *)object + offsets[base];
    const destructor deleting = **(destructor **)place;
    if (deleting(place, 1) == NULL) { /* Bit 0: free the memory, too. */
        abort();
    }
}

/* --- The platform's side --- */

static void *DESTRUCTOR never(void *object, unsigned flags)
{
    (void)object, (void)flags;
    abort(); /* An add-in destroys nothing of the platform's. */
}

static unsigned char METHOD allocate(void *manager, void **memory, unsigned long bytes)
{
    (void)manager;
    return (unsigned char)lend(memory, bytes);
}

static void METHOD release(void *manager, void **memory)
{
    (void)manager;
    take_back(memory);
}

static unsigned char METHOD add_error(void *connection, unsigned short level, const unit *source, const unit *text, long code)
{
    (void)connection;
    hear(level, source, text, code);
    return 0x80; /* C++'s true is any byte but 0. */
}

struct memory_manager {
    destructor deleting;
    unsigned char(METHOD *allocate)(void *, void **, unsigned long);
    void(METHOD *release)(void *, void **);
};

struct connection {
    destructor deleting;
    unsigned char(METHOD *add_error)(void *, unsigned short, const unit *, const unit *, long);
};

void *host_memory(void)
{
    static const struct memory_manager table = {never, allocate, release};
    static const struct memory_manager *object = &table;
    return &object;
}

void *host_connection(void)
{
    static const struct connection table = {never, add_error};
    static const struct connection *object = &table;
    return &object;
}
