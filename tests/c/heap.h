/* For a program that takes the C library's malloc() and free() for its own: how to define them, and the ones beneath.
 * Between REPLACES and REPLACED; glibc alone. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

#ifdef __cplusplus
#define REPLACES extern "C" {
#define REPLACED }
#define NOTHROW noexcept
#else
#define REPLACES
#define REPLACED
#define NOTHROW
#endif

REPLACES
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);
REPLACED

#endif
