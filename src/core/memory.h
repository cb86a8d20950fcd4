/* core: the only caller of malloc and free. Memory is zeroed and aligned to 64 bytes (one cache line, one AVX-512
 * vector). Callers: everyone. */
#ifndef LEYDEN_CORE_MEMORY_H
#define LEYDEN_CORE_MEMORY_H

#include <stddef.h>

/* count objects of size bytes, zeroed; NULL when memory is short or the product overflows. count 0 gives a
 * pointer that can be released. */
void *ley_allocate(size_t count, size_t size);

/* Grows an array to hold at least n objects (doubling); contents kept, new part zeroed. On failure returns -1 and
 * leaves *array as it was. */
int ley_grow(void **array, size_t *capacity, size_t n, size_t size);

char *ley_duplicate(const char *text); /* a copy of a string, or NULL */
void ley_release(void *memory);        /* accepts NULL */

/* For tests: the next allocation after `count` more fails (and every later one); negative: never. */
void ley_memory_fail_after(long count);
long ley_memory_live(void); /* allocations not yet released */

#endif
