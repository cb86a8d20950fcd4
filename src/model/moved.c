/* A signal moved by a step function of time: one history of a noise. */
#include "core/memory.h"
#include "core/status.h"
#include "model/curve.h"

#include <math.h>
#include <string.h>

typedef struct moved {
    ley_curve base;    /* first member */
    ley_signal signal; /* borrowed */
    int32_t n;
    double *begin, *shift; /* [n]; from begin[i] on, begin[0] counts from the start */
} moved;

static double moved_at(const ley_curve *curve, double t) {
    const moved *m = (const moved *)curve;
    int32_t low = 0, high = m->n;
    while (high - low > 1) {
        const int32_t middle = (low + high) / 2;
        if (t >= m->begin[middle])
            low = middle;
        else
            high = middle;
    }
    return ley_signal_at(&m->signal, t) + m->shift[low];
}

static double moved_slope(const ley_curve *curve, double t) {
    return ley_signal_slope(&((const moved *)curve)->signal, t);
}

static ley_status moved_features(const ley_curve *curve, ley_feature **features, size_t *n_features,
                                 size_t *capacity, ley_error *err) {
    const moved *m = (const moved *)curve;
    ley_status status = ley_signal_features(&m->signal, features, n_features, capacity, err);
    if (status != LEY_OK) return status;
    if (ley_grow((void **)features, capacity, *n_features + (size_t)m->n, sizeof **features) != 0)
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for a history of the noise");
    for (int32_t i = 1; i < m->n; i++)
        (*features)[(*n_features)++] = (ley_feature){.begin = m->begin[i], .end = m->begin[i]};
    return LEY_OK;
}

static void moved_destroy(ley_curve *curve) {
    moved *m = (moved *)curve;
    ley_release(m->begin);
    ley_release(m->shift);
    ley_release(m);
}

static const ley_curve_class moved_class = {
    .at = moved_at, .slope = moved_slope, .features = moved_features, .destroy = moved_destroy};

ley_status ley_curve_moved(ley_signal *moved_signal, const ley_signal *signal, const double *begin,
                           const double *shift, int32_t n, ley_error *err) {
    moved *m = ley_allocate(1, sizeof *m);
    if (m) {
        m->base.class = &moved_class;
        m->begin = ley_allocate((size_t)n, sizeof *m->begin);
        m->shift = ley_allocate((size_t)n, sizeof *m->shift);
    }
    if (!m || !m->begin || !m->shift) {
        if (m) moved_destroy(&m->base);
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for a history of the noise");
    }
    m->signal = *signal;
    m->n = n;
    memcpy(m->begin, begin, (size_t)n * sizeof *begin);
    memcpy(m->shift, shift, (size_t)n * sizeof *shift);
    *moved_signal = (ley_signal){.curve = &m->base};
    return LEY_OK;
}
