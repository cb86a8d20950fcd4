#include "run/crew.h"

#include "core/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* Looks for something new before a thread goes to sleep: some ten microseconds, less than it takes to wake up. */
enum { LOOKS = 1000 };
/* Doubles of a state from which sharing pays: an application takes ten microseconds, and what comes
 * between two loops seldom lets a thread go to sleep. */
static const ley_index worth_sharing = 8000;

typedef struct helper {
    ley_crew *crew;
    pthread_t thread;
    int32_t share;
} helper;

struct ley_crew {
    ley_hands hands; /* first member */
    pthread_mutex_t lock;
    pthread_cond_t begun, ended;
    _Atomic uint32_t round; /* of the loop that helpers should be at; what follows is written before */
    ley_share work;
    void *user;
    bool stop;
    atomic_int left; /* helpers that are still at it */
    helper *helpers;
};

static void breathe(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static void *help(void *user) {
    const helper *self = user;
    ley_crew *crew = self->crew;
    for (uint32_t done = 0;; done++) {
        for (int i = 0; i < LOOKS && atomic_load(&crew->round) == done; i++) breathe();
        if (atomic_load(&crew->round) == done) {
            pthread_mutex_lock(&crew->lock);
            while (atomic_load(&crew->round) == done) pthread_cond_wait(&crew->begun, &crew->lock);
            pthread_mutex_unlock(&crew->lock);
        }
        if (crew->stop) return NULL;
        crew->work(crew->user, self->share, crew->hands.n);
        if (atomic_fetch_sub(&crew->left, 1) > 1) continue;
        pthread_mutex_lock(&crew->lock);
        pthread_cond_signal(&crew->ended);
        pthread_mutex_unlock(&crew->lock);
    }
}

static void begin(ley_crew *crew) {
    pthread_mutex_lock(&crew->lock);
    atomic_fetch_add(&crew->round, 1);
    pthread_cond_broadcast(&crew->begun);
    pthread_mutex_unlock(&crew->lock);
}

static void share_out(const ley_hands *hands, ley_share work, void *user) {
    ley_crew *crew = (ley_crew *)(uintptr_t)hands;
    crew->work = work;
    crew->user = user;
    atomic_store(&crew->left, hands->n - 1);
    begin(crew);
    work(user, 0, hands->n);
    for (int i = 0; i < LOOKS && atomic_load(&crew->left) > 0; i++) breathe();
    if (atomic_load(&crew->left) == 0) return;
    pthread_mutex_lock(&crew->lock);
    while (atomic_load(&crew->left) > 0) pthread_cond_wait(&crew->ended, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
}

ley_crew *ley_crew_create(int32_t threads) {
    if (threads < 2) return NULL;
    ley_crew *crew = ley_allocate(1, sizeof *crew);
    helper *helpers = ley_allocate((size_t)threads - 1, sizeof *helpers);
    if (!crew || !helpers) {
        ley_release(crew);
        ley_release(helpers);
        return NULL;
    }
    crew->helpers = helpers;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->begun, NULL);
    pthread_cond_init(&crew->ended, NULL);
    int32_t started = 0;
    for (; started < threads - 1; started++) {
        helpers[started] = (helper){.crew = crew, .share = started + 1};
        if (pthread_create(&helpers[started].thread, NULL, help, &helpers[started])) break;
    }
    crew->hands = (ley_hands){.n = started + 1, .work = share_out};
    if (started > 0) return crew;
    ley_crew_destroy(crew);
    return NULL;
}

ley_status ley_crew_for(ley_crew **crew, ley_generator *generator, int32_t threads, ley_error *err) {
    *crew = NULL;
    if (!generator->class->lend || generator->n < worth_sharing) return LEY_OK;
    *crew = ley_crew_create(threads);
    return *crew ? generator->class->lend(generator, ley_crew_hands(*crew), err) : LEY_OK;
}

const ley_hands *ley_crew_hands(const ley_crew *crew) {
    return crew ? &crew->hands : NULL;
}

void ley_crew_destroy(ley_crew *crew) {
    if (!crew) return;
    crew->stop = true;
    begin(crew);
    for (int32_t i = 0; i + 1 < crew->hands.n; i++) pthread_join(crew->helpers[i].thread, NULL);
    pthread_cond_destroy(&crew->ended);
    pthread_cond_destroy(&crew->begun);
    pthread_mutex_destroy(&crew->lock);
    ley_release(crew->helpers);
    ley_release(crew);
}
