#include "run/map_pairs.h"

#include "basis/spin.h"
#include "core/random.h"

#include <math.h>
#include <string.h>

enum { STARTS = 24, TRIES = 240, REFINED = 1500 };

/* Traceless, with trace norm 2: the difference of two states. */
static ley_status to_pair(const ley_blocks *blocks, double *v, ley_error *err) {
    double trace = 0, norm = 0;
    int32_t all = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int32_t b = 0; b < blocks->n_blocks; b++) {
            const int32_t d = ley_spin_two_j(blocks->cells, b) + 1;
            for (int32_t p = 0; p < d; p++) {
                double *x = &v[blocks->offset[b] + ley_coordinates_place(d, p, p)];
                if (pass == 0)
                    trace += *x, all++;
                else
                    *x -= trace / all;
            }
        }
    ley_status status = ley_coordinates_half_norm(blocks, &norm, v, err);
    for (ley_index i = 0; i < ley_coordinates_count(blocks) && norm > 0; i++) v[i] /= norm;
    return status;
}

static ley_status rises_on_grid(const ley_map_history *h, double *sum, const double *v, ley_error *err) {
    const ley_index n = ley_coordinates_count(h->blocks);
    double before = 0, now, image[LEY_MAP_OPS];
    *sum = 0;
    for (size_t k = 0; k < h->n; k++) {
        const double *map = h->maps + k * (size_t)(n * n);
        for (ley_index i = 0; i < n; i++) image[i] = 0;
        for (ley_index c = 0; c < n; c++)
            for (ley_index i = 0; i < n; i++) image[i] += v[c] * map[c * n + i];
        ley_status status = ley_coordinates_half_norm(h->blocks, &now, image, err);
        if (status != LEY_OK) return status;
        if (k > 0 && now > before) *sum += now - before;
        before = now;
    }
    return LEY_OK;
}

/* Climbs in random directions, with longer steps after a success and shorter ones after a failure. */
static ley_status climb(const ley_map_history *h, ley_random *random, double *v, double *best, int tries,
                        ley_error *err) {
    const ley_index n = ley_coordinates_count(h->blocks);
    double step = 0.5, trial[LEY_MAP_OPS] = {0}, value;
    ley_status status = rises_on_grid(h, best, v, err);
    for (int i = 0; i < tries && step > 1e-7 && status == LEY_OK; i++) {
        for (ley_index k = 0; k < n; k++) trial[k] = v[k] + step * ley_random_normal(random) / sqrt((double)n);
        status = to_pair(h->blocks, trial, err);
        if (status == LEY_OK) status = rises_on_grid(h, &value, trial, err);
        if (status == LEY_OK && value > *best) {
            *best = value;
            memcpy(v, trial, (size_t)n * sizeof *v);
            step = fmin(1, 2 * step);
        } else {
            step *= 0.88;
        }
    }
    return status;
}

ley_status ley_map_best_pair(double *best_pair, const ley_map_history *h, ley_error *err) {
    const ley_index n = ley_coordinates_count(h->blocks);
    double best = -1;
    for (int s = 0; s < STARTS; s++) {
        ley_random random = {.seed = 1, .stream = (uint64_t)s};
        double v[LEY_MAP_OPS] = {0}, value;
        for (ley_index k = 0; k < n; k++) v[k] = ley_random_normal(&random);
        ley_status status = to_pair(h->blocks, v, err);
        if (status == LEY_OK) status = climb(h, &random, v, &value, TRIES, err);
        if (status != LEY_OK) return status;
        if (value > best) {
            best = value;
            memcpy(best_pair, v, (size_t)n * sizeof *v);
        }
    }
    ley_random random = {.seed = 1, .stream = STARTS};
    return climb(h, &random, best_pair, &best, REFINED, err);
}
