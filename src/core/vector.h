/* core: how a kernel of plain loops becomes vector code, chosen when the program runs. Callers: files with such
 * loops. */
#ifndef LEYDEN_CORE_VECTOR_H
#define LEYDEN_CORE_VECTOR_H

/* On a function: compiled for AVX-512, for AVX2 and for any processor, and chosen once when the program is loaded.
 * The sanitizers cannot instrument what chooses. The parallel loop stays outside: clones may not hold OpenMP
 * regions. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) &&           \
    !defined(__SANITIZE_THREAD__)
#define LEY_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define LEY_CLONES
#endif

/* In front of a loop: what it writes overlaps nothing that it reads but its own place. Where there are many arrays
 * a compiler does not find that out. */
#if defined(__clang__)
#define LEY_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define LEY_INDEPENDENT _Pragma("GCC ivdep")
#else
#define LEY_INDEPENDENT
#endif

/* On a function that a clone calls: a part of it, with the clone's instructions. */
#define LEY_INLINE static inline __attribute__((always_inline))

#endif
