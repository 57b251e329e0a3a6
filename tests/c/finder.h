/* Looks through every block that is freed, for secrets that should have been wiped. */
#ifndef FINDER_H
#define FINDER_H

#include "heap.h"

#include <malloc.h>

static const char *secrets[8];
static size_t secret_count;
static unsigned long unwiped; /* Freed blocks that held one. */
static unsigned long freed;   /* All of them. */

static void look_through(const char *block, size_t size)
{
    size_t at, i;
    for (i = 0; i < secret_count; i++) {
        const size_t len = strlen(secrets[i]);
        for (at = 0; at + len <= size; at++) {
            if (block[at] == secrets[i][0] && memcmp(block + at, secrets[i], len) == 0) {
                unwiped++;
                return;
            }
        }
    }
}

REPLACES
void free(void *memory) NOTHROW
{
    if (memory != NULL) {
        size_t size = malloc_usable_size(memory);
        freed++;
        look_through((const char *)memory, size);
        memset(memory, 0, size); /* So that the next owner's block holds nothing of this one's. */
    }
    __libc_free(memory);
}

/* What grows or shrinks always moves, as it may with another allocator: in its place it leaves no copy to find. */
void *realloc(void *memory, size_t size) NOTHROW
{
    size_t had = memory == NULL ? 0 : malloc_usable_size(memory);
    void *moved = __libc_malloc(size);
    if (moved != NULL && memory != NULL) {
        memcpy(moved, memory, had < size ? had : size);
        free(memory);
    }
    return moved;
}
REPLACED

/* How many blocks were not wiped since it was asked last. */
static inline unsigned long since(void)
{
    unsigned long count = unwiped;
    unwiped = 0;
    return count;
}

/* Looks for one more secret, which lives on; and shows that it finds it. */
static inline void look_for(const char *secret)
{
    /* Through volatile pointers, or the compiler takes it for what nobody sees. */
    char *volatile block = (char *)malloc(256);
    void (*volatile release)(void *) = free;
    NEED(block != NULL && secret_count < sizeof secrets / sizeof *secrets && strlen(secret) < 240);
    secrets[secret_count++] = secret;
    strcpy(block, "user=a&password=");
    strcat(block, secret);
    release(block);
    CHECK(since() == 1);
}

#endif
