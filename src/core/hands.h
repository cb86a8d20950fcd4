/* core: threads lent to a loop, without knowing whose they are. In: a function of a share. Out: done for every
 * share. A share may write only what no other reads or writes, and what it computes must not depend on how many
 * there are: then nothing depends on the number of threads. Callers: generator, propagator; run/crew.h lends. */
#ifndef LEYDEN_CORE_HANDS_H
#define LEYDEN_CORE_HANDS_H

#include <stddef.h>
#include <stdint.h>

typedef void (*ley_share)(void *user, int32_t share, int32_t shares);

typedef struct ley_hands {
    int32_t n; /* threads, the caller being one of them */
    void (*work)(const struct ley_hands *self, ley_share work, void *user); /* returns when all shares are done */
} ley_hands;

/* hands: NULL for the caller alone. */
static inline void ley_hands_work(const ley_hands *hands, ley_share work, void *user) {
    if (hands)
        hands->work(hands, work, user);
    else
        work(user, 0, 1);
}

static inline int32_t ley_hands_count(const ley_hands *hands) {
    return hands ? hands->n : 1;
}

/* The first of n pieces that falls to a share; shares lie behind each other, and share `shares` begins at n. */
static inline int64_t ley_share_first(int64_t n, int32_t share, int32_t shares) {
    return n / shares * share + n % shares * share / shares;
}

#endif
