/* Uniformisation: the evolution of a battery without cavity whose rates are constant and >= 0.
 *
 * exp(tau L) = sum_k Poisson(k; c tau) (1 + L / c)^k with c the largest loss: every matrix element of 1 + L / c is
 * >= 0 and no column sums to more than 1, so nothing grows and nothing cancels, however far from normal L is. Rates
 * differ by N^2 between places, and a state is narrow: only the windows of each line where something lives are
 * computed, and c follows them. */
#include "generator/spins_state.h"

#include <math.h>
#include <string.h>

/* Numbers below `drop` at the ends of a line are left out, a stretch is taken in spans of at most
 * `longest_span` jumps, laid out for rates `reserve` times those met so far. */
static const double drop = 1e-22, longest_span = 400, reserve = 1.25;
enum { MARGIN = 48, LOOKS = 16 }; /* states that a span may grow into; jumps between two looks at the rates */

static void window_copy(ley_generator_spins *s, int to, int from) {
    memcpy(s->window[to].low, s->window[from].low, (size_t)s->n_lines * sizeof(int32_t));
    memcpy(s->window[to].high, s->window[from].high, (size_t)s->n_lines * sizeof(int32_t));
}

/* Where x lives; what is smaller at the ends becomes zero. */
static void window_find(ley_generator_spins *s, double *x) {
    for (ley_index l = 0; l < s->n_lines; l++) {
        double *line = x + s->place[l].here;
        int32_t low = 0, high = s->place[l].length;
        while (low < high && fabs(line[low]) < drop) line[low++] = 0;
        while (low < high && fabs(line[high - 1]) < drop) line[--high] = 0;
        s->window[0].low[l] = low < high ? low : 0;
        s->window[0].high[l] = low < high ? high : 0;
    }
}

/* The largest loss among the states that at most `margin` jumps reach from a window. */
static double fastest_around(ley_generator_spins *s, const ley_spin_windows *w, int32_t margin) {
    const int32_t n_blocks = s->base.blocks.n_blocks;
    double fastest = 0;
    for (int32_t b = 0; b < n_blocks; b++) { /* excitations m' + N/2 that some window within reach holds */
        if (s->line_of[b] < 0) continue;
        int32_t low = INT32_MAX, high = 0;
        for (int32_t from = b - margin; from <= b + margin; from++) {
            if (from < 0 || from >= n_blocks || s->line_of[from] < 0) continue;
            const ley_index l = s->line_of[from];
            if (w->low[l] == w->high[l]) continue;
            low = from + w->low[l] < low ? from + w->low[l] : low;
            high = from + w->high[l] > high ? from + w->high[l] : high;
        }
        if (low >= high) continue;
        fastest = fmax(fastest, ley_spin_fastest(&s->lines[s->line_of[b]], low - margin - b, high + margin - b));
    }
    return fastest;
}

/* One span of `tau` laid out for rates up to c. false when it would meet larger ones: x is as before. */
static bool span(ley_generator_spins *s, double *x, double tau, double c, double tolerance, int64_t *applies,
                 double *error) {
    enum { X, PHI, NEXT };
    const double z = c * tau;
    double *phi = s->phi[0], *next = s->phi[1], *sum = s->phi[2], weight = exp(-z), tail = INFINITY;
    memset(sum, 0, (size_t)s->plane * sizeof *sum);
    memcpy(phi, x, (size_t)s->plane * sizeof *phi);
    window_copy(s, PHI, X);
    ley_spin_accumulate(sum, phi, weight, s->lines, s->n_lines, s->window[PHI]);
    for (int k = 1; !(k > z && tail < tolerance); k++) {
        /* The windows of now and LOOKS jumps more: beyond c the terms would no longer be bounded. */
        if ((k - 1) % LOOKS == 0 && fastest_around(s, &s->window[PHI], LOOKS) > c) return false;
        const ley_spin_call call = {.y = next, .x = phi, .al = 1 / c, .be = 1};
        ley_spin_lines_inside(&call, s->lines, s->n_lines, s->window[NEXT], s->window[PHI], drop);
        ++*applies;
        double *swap = phi;
        phi = next;
        next = swap;
        ley_spin_windows w = s->window[PHI];
        s->window[PHI] = s->window[NEXT];
        s->window[NEXT] = w;
        weight *= z / k;
        tail = weight * z / (k + 1) / (1 - fmin(0.999, z / (k + 1)));
        if (weight > 1e-40) ley_spin_accumulate(sum, phi, weight, s->lines, s->n_lines, s->window[PHI]);
    }
    *error += tail;
    memcpy(x, sum, (size_t)s->plane * sizeof *x);
    return true;
}

bool ley_spins_advance(ley_generator *self, double *x, double tau, double tolerance, int64_t *applies,
                       double *error) {
    ley_generator_spins *s = (ley_generator_spins *)self;
    ley_spins_fill(s, 0);
    double left = tau, jumps = longest_span;
    if (!isfinite(self->class->norm(self, x))) return false;
    while (left > 0) {
        window_find(s, x);
        double c = reserve * fastest_around(s, &s->window[0], MARGIN);
        if (c == 0) return true; /* nothing moves */
        const bool last = left <= jumps / c;
        const double step = last ? left : jumps / c;
        if (!span(s, x, step, c, fmax(1e-17, tolerance * step / tau), applies, error)) {
            jumps = fmax(0.5 * c * step, 1); /* a short one cannot leave its margin */
            continue;
        }
        jumps = fmin(longest_span, 1.5 * jumps);
        left = last ? 0 : left - step;
    }
    return true;
}
