#include "core/memory.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

/* Large blocks lie on large pages where the system has them: states are read in many streams at once, more than
 * the processor keeps addresses of small pages for. */
static const size_t large_page = (size_t)1 << 21, worth_large_pages = (size_t)1 << 22;

static atomic_long live;
static atomic_long countdown = -1;

static int must_fail(void) {
    if (atomic_load_explicit(&countdown, memory_order_relaxed) < 0) return 0;
    long left = atomic_load(&countdown);
    while (left > 0 && !atomic_compare_exchange_weak(&countdown, &left, left - 1)) {
    }
    return left == 0;
}

void *ley_allocate(size_t count, size_t size) {
    if (size != 0 && count > (SIZE_MAX - 64) / size) return NULL;
    if (must_fail()) return NULL;
    size_t bytes = count * size;
    bytes = bytes == 0 ? 64 : (bytes + 63) / 64 * 64;
    void *memory = NULL;
#ifdef MADV_HUGEPAGE
    /* aligned_alloc may want whole multiples of the alignment */
    if (bytes >= worth_large_pages && posix_memalign(&memory, large_page, bytes) != 0) memory = NULL;
    if (memory) (void)madvise(memory, bytes / large_page * large_page, MADV_HUGEPAGE); /* only advice */
#endif
    if (!memory) memory = aligned_alloc(64, bytes);
    if (memory) {
        memset(memory, 0, bytes);
        atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
    }
    return memory;
}

int ley_grow(void **array, size_t *capacity, size_t n, size_t size) {
    if (n <= *capacity) return 0;
    size_t larger = *capacity < 8 ? 8 : *capacity * 2;
    if (larger < n) larger = n;
    void *memory = ley_allocate(larger, size);
    if (!memory) return -1;
    if (*array) memcpy(memory, *array, *capacity * size);
    ley_release(*array);
    *array = memory;
    *capacity = larger;
    return 0;
}

char *ley_duplicate(const char *text) {
    size_t bytes = strlen(text) + 1;
    char *copy = ley_allocate(bytes, 1);
    if (copy) memcpy(copy, text, bytes);
    return copy;
}

void ley_release(void *memory) {
    if (!memory) return;
    atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
    free(memory);
}

void ley_memory_fail_after(long count) {
    atomic_store(&countdown, count);
}

long ley_memory_live(void) {
    return atomic_load(&live);
}
