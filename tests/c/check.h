/* What the C tests share: they count, print what failed, and end with one line of sums. */
#ifndef CHECK_H
#define CHECK_H

#include <osign.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long checks_passed;
static unsigned long checks_failed;

static inline int check_at(int ok, const char *file, int line, const char *what)
{
    if (ok) {
        checks_passed++;
    } else {
        checks_failed++;
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    }
    return ok;
}

static inline int check_text_at(const char *got, const char *wanted, const char *file, int line, const char *what)
{
    if (!check_at(strcmp(got, wanted) == 0, file, line, what)) {
        fprintf(stderr, "    got    %.600s\n    wanted %.600s\n", got, wanted);
        return 0;
    }
    return 1;
}

#define CHECK(ok) check_at((ok) ? 1 : 0, __FILE__, __LINE__, #ok)
#define CHECK_TEXT(got, wanted) check_text_at((got), (wanted), __FILE__, __LINE__, #got " is " #wanted)
/* For what the rest of a test stands on. */
#define NEED(ok)                                     \
    do {                                             \
        if (!CHECK(ok)) {                            \
            exit(checks_end("(could not go on)"));   \
        }                                            \
    } while (0)

static inline int checks_end(const char *name)
{
    printf("%s: %lu passed, %lu failed\n", name, checks_passed, checks_failed);
    fflush(stdout);
    return checks_failed > 0 || checks_passed == 0;
}

/* The large sizes, or small ones under valgrind and the sanitizers, which are slow. */
static inline size_t sized(size_t large, size_t small)
{
    return getenv("OSIGN_TEST_SMALL") != NULL ? small : large;
}

#endif
