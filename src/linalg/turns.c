#include "linalg/turns.h"

#include <pthread.h>
#include <stdbool.h>

/* Present with OpenBLAS only. Its own threads slow small problems down hundreds of times. */
extern void openblas_set_num_threads(int n) __attribute__((weak));
extern int openblas_get_parallel(void) __attribute__((weak)); /* 0: serial */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static bool needed; /* written once, before anybody reads it */

static void ask(void) {
    needed = openblas_get_parallel && openblas_get_parallel() == 0;
    if (openblas_set_num_threads) openblas_set_num_threads(1);
}

void ley_turn_begin(void) {
    pthread_once(&once, ask);
    if (needed) pthread_mutex_lock(&turn);
}

void ley_turn_end(void) {
    if (needed) pthread_mutex_unlock(&turn);
}
