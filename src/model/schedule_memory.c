#include "model/schedule_memory.h"

#include "core/memory.h"
#include "core/status.h"

#include <string.h>

enum {
    ENTRIES = 64,
    KEY_MAX = 512,  /* numbers that tell signals apart; longer formulas are looked at anew */
    LENGTH_MAX = 64 /* intervals of a schedule that is kept */
};

typedef struct entry {
    double *key;
    size_t n_key;
    ley_schedule schedule;
} entry;

struct ley_schedule_memory {
    entry entries[ENTRIES];
    size_t n, next; /* next to be replaced when all are taken */
};

ley_schedule_memory *ley_schedule_memory_create(void) {
    return ley_allocate(1, sizeof(ley_schedule_memory));
}

static void forget(entry *one) {
    ley_release(one->key);
    ley_schedule_clear(&one->schedule);
    *one = (entry){0};
}

void ley_schedule_memory_destroy(ley_schedule_memory *memory) {
    if (!memory) return;
    for (size_t i = 0; i < memory->n; i++) forget(&memory->entries[i]);
    ley_release(memory);
}

/* Everything that a schedule depends on; 0: it does not fit, or a signal is more than its formula. */
static size_t write_key(double *key, const ley_signal *const *signals, ley_index n_signals, double begin,
                        double end) {
    size_t n = 2;
    key[0] = begin;
    key[1] = end;
    for (ley_index i = 0; i < n_signals; i++) {
        if (ley_signal_is_constant(signals[i])) continue;
        const size_t own = ley_signal_signature(signals[i], key + n, KEY_MAX - n);
        if (own == 0) return 0;
        n += own;
    }
    return n;
}

static bool copy(ley_schedule *to, const ley_schedule *from) {
    const size_t n = (size_t)from->n;
    *to = (ley_schedule){.n = from->n,
                         .times = ley_allocate(n + 1, sizeof *to->times),
                         .max_step = ley_allocate(n, sizeof *to->max_step)};
    if (!to->times || !to->max_step) {
        ley_schedule_clear(to);
        return false;
    }
    memcpy(to->times, from->times, (n + 1) * sizeof *to->times);
    memcpy(to->max_step, from->max_step, n * sizeof *to->max_step);
    return true;
}

static void keep(ley_schedule_memory *memory, const double *key, size_t n_key, const ley_schedule *schedule) {
    entry made = {.key = ley_allocate(n_key, sizeof *key), .n_key = n_key};
    if (!made.key || !copy(&made.schedule, schedule)) {
        forget(&made);
        return;
    }
    memcpy(made.key, key, n_key * sizeof *key);
    if (memory->n < ENTRIES) {
        memory->entries[memory->n++] = made;
        return;
    }
    forget(&memory->entries[memory->next]);
    memory->entries[memory->next] = made;
    memory->next = (memory->next + 1) % ENTRIES;
}

ley_status ley_schedule_recall(ley_schedule_memory *memory, ley_schedule *schedule,
                               const ley_signal *const *signals, ley_index n_signals, double begin, double end,
                               ley_error *err) {
    double key[KEY_MAX];
    const size_t n_key = memory ? write_key(key, signals, n_signals, begin, end) : 0;
    for (size_t i = 0; i < (n_key ? memory->n : 0); i++) {
        const entry *one = &memory->entries[i];
        if (one->n_key == n_key && memcmp(one->key, key, n_key * sizeof *key) == 0)
            return copy(schedule, &one->schedule)
                       ? LEY_OK
                       : ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the schedule of a run");
    }
    const ley_status status = ley_schedule_create(schedule, signals, n_signals, begin, end, err);
    if (status == LEY_OK && n_key && schedule->n <= LENGTH_MAX) keep(memory, key, n_key, schedule);
    return status;
}
