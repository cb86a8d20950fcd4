#include "machine.h"

#include "core/memory.h"

#include <stddef.h>
#include <threads.h>
#include <time.h>

enum { THREADS = 64, ROUNDS = 5 };
static const double round_seconds = 0.06;

double machine_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Twelve sums that do not wait for one another, each as wide as the processor's vectors. */
#define FMA(name, attribute, width)                                                                                \
    typedef double name##_vector __attribute__((vector_size(width)));                                              \
    attribute static double name(long n) {                                                                         \
        name##_vector x[12], factor, add;                                                                          \
        for (size_t k = 0; k < (width) / sizeof(double); k++) factor[k] = 0.999999, add[k] = 1e-9;                 \
        for (int i = 0; i < 12; i++) x[i] = add * (double)i;                                                       \
        for (long k = 0; k < n; k++) {                                                                             \
            _Pragma("GCC unroll 12") for (int i = 0; i < 12; i++) x[i] = x[i] * factor + add;                      \
        }                                                                                                          \
        for (int i = 1; i < 12; i++) x[0] += x[i];                                                                 \
        return x[0][0];                                                                                            \
    }
FMA(fma_plain, , 16)
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
FMA(fma_v3, __attribute__((target("arch=x86-64-v3"))), 32)
FMA(fma_v4, __attribute__((target("arch=x86-64-v4"))), 64)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

typedef struct work {
    double bytes;  /* triad; 0: fma */
    double result; /* out: flop/s or byte/s; negative: no memory */
} work;

static double fma_rate(void) {
    double (*run)(long) = fma_plain;
    double lanes = 2;
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4"))
        run = fma_v4, lanes = 8;
    else if (__builtin_cpu_supports("x86-64-v3"))
        run = fma_v3, lanes = 4;
#endif
    double best = 0;
    volatile double sink = 0; /* the sums are wanted */
    long n = 1000;
    for (int i = 0; i < ROUNDS;) {
        double begin = machine_seconds();
        sink = sink + run(n);
        double seconds = machine_seconds() - begin;
        if (seconds < round_seconds) {
            n *= 2;
            continue;
        }
        double rate = 2 * lanes * 12 * (double)n / seconds;
        if (rate > best) best = rate;
        i++;
    }
    return best;
}

CLONES static void triad(double *restrict a, const double *restrict b, const double *restrict c, size_t n) {
    for (size_t i = 0; i < n; i++) a[i] = b[i] + 0.75 * c[i];
}

static double triad_rate(double bytes) {
    size_t n = (size_t)(bytes / 24) & ~(size_t)7;
    double *memory = ley_allocate(3 * n + 64, sizeof *memory), best = -1;
    if (!memory) return best;
    double *a = memory, *b = a + n + 16, *c = b + n + 16;
    for (size_t i = 0; i < n; i++) b[i] = c[i] = 1;
    long repeats = 1;
    for (int i = 0; i < ROUNDS;) {
        double begin = machine_seconds();
        for (long k = 0; k < repeats; k++) {
            triad(a, b, c, n);
            double *was = a; /* the next one needs this one's result */
            a = b;
            b = was;
        }
        double seconds = machine_seconds() - begin;
        if (seconds < round_seconds) {
            repeats *= 2;
            continue;
        }
        double rate = 24 * (double)n * (double)repeats / seconds;
        if (rate > best) best = rate;
        i++;
    }
    ley_release(memory);
    return best;
}

static int one(void *argument) {
    work *w = argument;
    w->result = w->bytes > 0 ? triad_rate(w->bytes) : fma_rate();
    return 0;
}

static double together(int threads, double bytes) {
    thrd_t ids[THREADS];
    work works[THREADS];
    int started = 0;
    double sum = 0;
    for (; started < threads && started < THREADS; started++) {
        works[started] = (work){.bytes = bytes};
        if (thrd_create(&ids[started], one, &works[started]) != thrd_success) break;
    }
    for (int i = 0; i < started; i++) {
        thrd_join(ids[i], NULL);
        sum += works[i].result;
    }
    return sum / 1e9;
}

double machine_fma(int threads) {
    return together(threads, 0);
}

double machine_triad(int threads, double bytes) {
    return together(threads, bytes);
}
