/* A signal made of other signals, one after the other. Where one ends and the next begins is a time at which a step
 * of the integrator ends. */
#include "core/memory.h"
#include "core/status.h"
#include "model/curve.h"

#include <math.h>
#include <string.h>

typedef struct pieces {
    ley_curve base; /* first member */
    int32_t n;
    double *begin;     /* [n]; begin[0] = -infinity */
    ley_signal *piece; /* [n] */
} pieces;

static const ley_signal *piece_at(const ley_curve *curve, double t) {
    const pieces *p = (const pieces *)curve;
    int32_t low = 0, high = p->n; /* begin[low] <= t < begin[high] */
    while (high - low > 1) {
        const int32_t middle = (low + high) / 2;
        if (t >= p->begin[middle])
            low = middle;
        else
            high = middle;
    }
    return &p->piece[low];
}

static double pieces_at(const ley_curve *curve, double t) {
    return ley_signal_at(piece_at(curve, t), t);
}

static double pieces_slope(const ley_curve *curve, double t) {
    return ley_signal_slope(piece_at(curve, t), t);
}

static ley_status append(const ley_feature *feature, ley_feature **features, size_t *n, size_t *capacity,
                         ley_error *err) {
    if (ley_grow((void **)features, capacity, *n + 1, sizeof **features) != 0)
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the shapes of a signal");
    (*features)[(*n)++] = *feature;
    return LEY_OK;
}

/* Of each piece what lies inside it, and where it begins. */
static ley_status pieces_features(const ley_curve *curve, ley_feature **features, size_t *n_features,
                                  size_t *capacity, ley_error *err) {
    const pieces *p = (const pieces *)curve;
    ley_feature *own = NULL;
    size_t n = 0, room = 0;
    ley_status status = LEY_OK;
    for (int32_t i = 0; i < p->n && status == LEY_OK; i++) {
        const double begin = p->begin[i], end = i + 1 < p->n ? p->begin[i + 1] : INFINITY;
        if (i > 0) {
            const ley_feature border = {.begin = begin, .end = begin};
            status = append(&border, features, n_features, capacity, err);
        }
        n = 0;
        if (status == LEY_OK) status = ley_signal_features(&p->piece[i], &own, &n, &room, err);
        for (size_t k = 0; k < n && status == LEY_OK; k++) {
            if (own[k].end < begin || own[k].begin > end) continue;
            const ley_feature inside = {
                .begin = fmax(own[k].begin, begin), .end = fmin(own[k].end, end), .step = own[k].step};
            status = append(&inside, features, n_features, capacity, err);
        }
    }
    ley_release(own);
    return status;
}

static void pieces_destroy(ley_curve *curve) {
    pieces *p = (pieces *)curve;
    for (int32_t i = 0; p->piece && i < p->n; i++) ley_signal_clear(&p->piece[i]);
    ley_release(p->piece);
    ley_release(p->begin);
    ley_release(p);
}

static const ley_curve_class pieces_class = {
    .at = pieces_at, .slope = pieces_slope, .features = pieces_features, .destroy = pieces_destroy};

ley_status ley_curve_pieces(ley_signal *signal, const double *begin, ley_signal *piece, int32_t n, ley_error *err) {
    pieces *p = ley_allocate(1, sizeof *p);
    if (p) {
        p->base.class = &pieces_class;
        p->begin = ley_allocate((size_t)n, sizeof *p->begin);
        p->piece = ley_allocate((size_t)n, sizeof *p->piece);
    }
    if (!p || !p->begin || !p->piece) {
        if (p) pieces_destroy(&p->base);
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for a signal in %d pieces", n);
    }
    p->n = n;
    for (int32_t i = 0; i < n; i++) {
        p->begin[i] = i == 0 ? -INFINITY : begin[i];
        p->piece[i] = piece[i];
        piece[i] = ley_signal_constant(0);
    }
    *signal = (ley_signal){.curve = &p->base};
    return LEY_OK;
}
