#include "run/workers.h"

#include "core/memory.h"
#include "core/status.h"
#include "model/schedule_memory.h"
#include "run/engine.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

typedef struct slot { /* one thread */
    ley_pool *pool;
    pthread_t thread;
    bool running; /* under the lock of the pool, like point and record */
    ley_index point;
    ley_record record;
    _Atomic ley_index rows; /* released by the engine's thread after it wrote them */
    _Atomic double fraction;
} slot;

struct ley_pool {
    const ley_scenario *scenario;
    ley_index *points;
    ley_index n, next; /* next to begin */
    ley_index running;
    slot *slots;
    int32_t n_slots;        /* threads that really started */
    ley_finished *finished; /* [n]: room for all, so that handing over cannot fail */
    ley_index first, end;   /* finished[first .. end-1] wait to be taken */
    pthread_mutex_t lock;
    pthread_cond_t news;
    ley_index wanted; /* finished points for which the taker is woken, unless nothing goes on */
    atomic_bool stop;
    int32_t threads_inside; /* of each run */
};

static int watch(void *user, double fraction) {
    slot *self = user;
    atomic_store_explicit(&self->fraction, fraction, memory_order_relaxed);
    return atomic_load_explicit(&self->pool->stop, memory_order_relaxed);
}

static void rows(void *user, const ley_record *record, ley_index first, ley_index end) {
    (void)record;
    (void)first;
    slot *self = user;
    atomic_store_explicit(&self->rows, end, memory_order_release);
}

/* Under the lock: will there be more finished points? */
static bool goes_on(ley_pool *pool) {
    return pool->running > 0 || (pool->next < pool->n && !atomic_load(&pool->stop));
}

static void *work(void *user) {
    slot *self = user;
    ley_pool *pool = self->pool;
    ley_schedule_memory *schedules = ley_schedule_memory_create();
    pthread_mutex_lock(&pool->lock);
    while (pool->next < pool->n && !atomic_load(&pool->stop)) {
        ley_index point = pool->points[pool->next++];
        pool->running++;
        pthread_mutex_unlock(&pool->lock);

        ley_finished result = {.point = point};
        ley_task task = {0};
        result.status = ley_scenario_task(pool->scenario, &task, point, &result.error);
        ley_record record = {0};
        task.threads = pool->threads_inside;
        task.schedules = schedules;
        if (!result.status) result.status = ley_record_create(&record, &task, &result.error);
        bool began = !result.status;
        pthread_mutex_lock(&pool->lock);
        self->point = point;
        self->record = record;
        atomic_store(&self->rows, 0);
        atomic_store(&self->fraction, 0.0);
        self->running = began;
        pthread_mutex_unlock(&pool->lock);
        if (began) {
            ley_engine_hooks hooks = {.watch = watch, .rows = rows, .user = self};
            result.status = ley_engine_run(&self->record, &task, &hooks, &result.error);
        }
        ley_task_clear(&task);

        pthread_mutex_lock(&pool->lock);
        result.record = self->record;
        memset(&self->record, 0, sizeof self->record);
        self->running = false;
        pool->finished[pool->end++] = result;
        pool->running--;
        if (pool->end - pool->first >= pool->wanted || !goes_on(pool)) pthread_cond_signal(&pool->news);
    }
    pthread_mutex_unlock(&pool->lock);
    ley_schedule_memory_destroy(schedules);
    return NULL;
}

ley_status ley_pool_create(ley_pool **pool, const ley_scenario *scenario, const ley_index *points, ley_index n,
                           int32_t threads, int32_t threads_inside, ley_error *err) {
    *pool = NULL;
    if (threads > n) threads = n < 1 ? 1 : (int32_t)n;
    ley_pool *made = ley_allocate(1, sizeof *made);
    if (made) {
        made->points = ley_allocate((size_t)n, sizeof *made->points);
        made->slots = ley_allocate((size_t)threads, sizeof *made->slots);
        made->finished = ley_allocate((size_t)n, sizeof *made->finished);
    }
    if (!made || !made->points || !made->slots || !made->finished) {
        if (made) {
            ley_release(made->points);
            ley_release(made->slots);
            ley_release(made->finished);
        }
        ley_release(made);
        return ley_fail(err, LEY_ERR_MEMORY, "jobs", "no memory for %lld points", (long long)n);
    }
    made->scenario = scenario;
    made->threads_inside = threads_inside;
    made->n = n;
    if (n) memcpy(made->points, points, (size_t)n * sizeof *points);
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->news, &clock);
    pthread_condattr_destroy(&clock);
    int failed = 0;
    for (int32_t i = 0; i < threads; i++) {
        slot *one = &made->slots[made->n_slots];
        one->pool = made;
        failed = pthread_create(&one->thread, NULL, work, one);
        if (failed) break; /* fewer threads do the same work */
        made->n_slots++;
    }
    if (made->n_slots == 0) {
        ley_pool_destroy(made);
        return ley_fail(err, LEY_ERR_MEMORY, "jobs", "cannot start a thread: %s", strerror(failed));
    }
    *pool = made;
    return LEY_OK;
}

static struct timespec seconds_from_now(double seconds) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    long nanoseconds = until.tv_nsec + (long)(fmod(seconds, 1) * 1e9);
    until.tv_sec += (time_t)seconds + nanoseconds / 1000000000;
    until.tv_nsec = nanoseconds % 1000000000;
    return until;
}

/* Under the lock: until so many wait to be taken, or nothing goes on, or the time is over. */
static void wait_for(ley_pool *pool, ley_index wanted, double seconds) {
    const struct timespec until = seconds_from_now(seconds);
    pool->wanted = wanted;
    while (pool->end - pool->first < wanted && goes_on(pool) &&
           pthread_cond_timedwait(&pool->news, &pool->lock, &until) == 0) {
    }
}

ley_index ley_pool_take(ley_pool *pool, ley_finished *finished, ley_index most, double seconds, double gather) {
    ley_index n = 0;
    pthread_mutex_lock(&pool->lock);
    wait_for(pool, 1, seconds);
    if (pool->first < pool->end) wait_for(pool, most, gather);
    while (n < most && pool->first < pool->end) finished[n++] = pool->finished[pool->first++];
    pthread_mutex_unlock(&pool->lock);
    return n;
}

bool ley_pool_busy(ley_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    bool busy = pool->first < pool->end || goes_on(pool);
    pthread_mutex_unlock(&pool->lock);
    return busy;
}

void ley_pool_stop(ley_pool *pool) {
    atomic_store(&pool->stop, true);
}

void ley_pool_look_at(ley_pool *pool, ley_pool_look look, void *user) {
    pthread_mutex_lock(&pool->lock);
    for (int32_t i = 0; i < pool->n_slots; i++) {
        slot *one = &pool->slots[i];
        if (!one->running) continue;
        ley_index reached = atomic_load_explicit(&one->rows, memory_order_acquire);
        look(user, one->point, &one->record, reached, atomic_load(&one->fraction));
    }
    pthread_mutex_unlock(&pool->lock);
}

void ley_pool_destroy(ley_pool *pool) {
    if (!pool) return;
    ley_pool_stop(pool);
    for (int32_t i = 0; i < pool->n_slots; i++) pthread_join(pool->slots[i].thread, NULL);
    for (ley_index i = pool->first; i < pool->end; i++) ley_record_clear(&pool->finished[i].record);
    pthread_cond_destroy(&pool->news);
    pthread_mutex_destroy(&pool->lock);
    ley_release(pool->points);
    ley_release(pool->slots);
    ley_release(pool->finished);
    ley_release(pool);
}

/* ---- The machine ------------------------------------------------------------------------------------------- */

int32_t ley_machine_cores(void) {
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof mine, &mine) != 0) return 1;
    int n = CPU_COUNT(&mine);
    return n < 1 ? 1 : n;
}

double ley_machine_memory(void) {
    double bytes = INFINITY;
    char line[256];
    FILE *file = fopen("/proc/meminfo", "r");
    while (file && fgets(line, sizeof line, file)) {
        double kibibytes = 0;
        if (sscanf(line, "MemAvailable: %lf kB", &kibibytes) == 1) bytes = kibibytes * 1024;
    }
    if (file) fclose(file);
    /* A container may be allowed less than the machine has. */
    file = fopen("/sys/fs/cgroup/memory.max", "r");
    double allowed = 0;
    if (file && fscanf(file, "%lf", &allowed) == 1) bytes = fmin(bytes, allowed);
    if (file) fclose(file);
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        bytes = fmin(bytes, (double)limit.rlim_cur);
    return bytes;
}

double ley_machine_room(void) {
    return 0.9 * ley_machine_memory();
}

ley_status ley_machine_check(double bytes, double limit, int32_t line, int32_t column, ley_error *err) {
    double machine = ley_machine_room();
    bool own_limit = limit > 0 && limit < machine;
    double available = own_limit ? limit : machine;
    if (bytes <= available) return LEY_OK;
    return ley_fail_at(err, LEY_ERR_MEMORY, line, column, "battery.cells",
                       "one run needs %.0f bytes (%.3g GB), %s %.0f bytes (%.3g GB); take fewer cells or a "
                       "smaller cavity.levels",
                       bytes, bytes / 1e9, own_limit ? "numerics.memory allows" : "this machine has", available,
                       available / 1e9);
}
