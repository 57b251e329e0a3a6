/* What the checks share: the platform's side of the interface, the add-in, and calls of it by name. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include "host.h"

extern unsigned long passed, failed;

void check_at(int ok, const char *file, int line, const char *what);
#define CHECK(ok) check_at((ok) ? 1 : 0, __FILE__, __LINE__, #ok)

#define U(text) ((const unit *)L##text)

/* --- The platform's side, besides what host.h has --- */

extern long lent, held; /* pieces in all, and those that have not come back */
extern long wrong;      /* pieces that came back and were not lent, or came back before */
extern int refuses;     /* whether it lends nothing */
extern int errors;      /* since the last `told` */

/* One error was added since the last call, and it says this. */
int told(const unit *text, long code);
int same(const unit *got, const unit *wanted);

/* --- Values --- */

enum kind {
    NOTHING = 0,
    NULL_VALUE = 1,
    INTEGER = 3,
    NUMBER = 5,
    TIME = 7,
    BOOLEAN_VALUE = 11,
    STRING = 22,
    BINARY = 23
};

/* All bits of the rest are set. */
struct variant of_kind(enum kind kind);
struct variant of(const unit *text);
struct variant of_bytes(const char *bytes, unsigned length);

/* --- Calls --- */

/* Calls a procedure with texts, up to NULL. */
int does(void *object, const unit *name, const unit *one, const unit *two);
/* Calls a function; what its result holds is the caller's, who gives it back. */
int calls(void *object, const unit *name, struct variant *arguments, long count, struct variant *result);
/* Calls a function with two texts; its text is the caller's, who gives it back. NULL when it failed. */
unit *asks(void *object, const unit *name, const unit *one, const unit *two);
int answers(void *object, const unit *name, const unit *one, const unit *two, const unit *wanted);

/* --- The add-in --- */

struct library {
    const unit *(*names)(void);
    long (*create)(const unit *, void **);
    long (*destroy)(void **);
    int (*capabilities)(int);
    int (*attach_type)(void);
};

struct library load(const char *path);
void *create(const struct library *library);
void *create_of(const struct library *library, const unit *name);

/* values.c */
void values(const struct library *library);

#endif
