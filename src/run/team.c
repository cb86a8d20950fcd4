#include "run/team.h"

#include "core/memory.h"

#include <pthread.h>

typedef struct team {
    pthread_mutex_t lock;
    int32_t next, n, failed; /* index of the lowest failure; n: none */
    ley_team_work work;
    void *user;
    ley_status status;
    ley_error error;
} team;

/* -1 when nothing is left to begin. */
static int32_t take(team *t) {
    pthread_mutex_lock(&t->lock);
    int32_t i = t->failed < t->n || t->next >= t->n ? -1 : t->next++;
    pthread_mutex_unlock(&t->lock);
    return i;
}

static void *labour(void *user) {
    team *t = user;
    for (int32_t i = take(t); i >= 0; i = take(t)) {
        ley_error error = {0};
        ley_status status = t->work(t->user, i, &error);
        if (status == LEY_OK) continue;
        pthread_mutex_lock(&t->lock);
        if (i < t->failed) {
            t->failed = i;
            t->status = status;
            t->error = error;
        }
        pthread_mutex_unlock(&t->lock);
    }
    return NULL;
}

ley_status ley_team_run(int32_t threads, int32_t n, ley_team_work work, void *user, ley_error *err) {
    team t = {.n = n, .failed = n, .work = work, .user = user};
    int32_t started = 0, wanted = (threads < n ? threads : n) - 1;
    pthread_mutex_init(&t.lock, NULL);
    pthread_t *helper = wanted > 0 ? ley_allocate((size_t)wanted, sizeof *helper) : NULL;
    /* A thread that cannot be had only makes it slower. */
    while (helper && started < wanted && pthread_create(&helper[started], NULL, labour, &t) == 0) started++;
    labour(&t);
    for (int32_t i = 0; i < started; i++) pthread_join(helper[i], NULL);
    ley_release(helper);
    pthread_mutex_destroy(&t.lock);
    if (t.failed < n && err) *err = t.error;
    return t.failed < n ? t.status : LEY_OK;
}
