#include "run/extremes.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <string.h>

void ley_extremes_init(ley_extremes *extremes, double tolerance, size_t n_beside, ley_extreme_function function,
                       void *user) {
    *extremes = (ley_extremes){.tolerance = tolerance,
                               .n_beside = n_beside,
                               .function = function,
                               .user = user,
                               .lowest = INFINITY,
                               .first.value = -INFINITY};
}

void ley_extremes_clear(ley_extremes *extremes) {
    for (size_t i = 0; i < extremes->n_found; i++) ley_release(extremes->found[i].beside);
    ley_release(extremes->found);
    ley_release(extremes->first.beside);
    memset(extremes, 0, sizeof *extremes);
}

static double largest_value(const ley_extremes *e) {
    double largest = -INFINITY;
    for (size_t i = 0; i < e->n_found; i++) largest = fmax(largest, e->found[i].value);
    return largest;
}

/* Adds a maximum and forgets those that it outdoes. */
static ley_status keep(ley_extremes *e, ley_extreme extreme, ley_error *err) {
    double largest = fmax(extreme.value, largest_value(e));
    size_t kept = 0;
    for (size_t i = 0; i < e->n_found; i++) {
        if (e->every || e->found[i].value >= largest - e->tolerance)
            e->found[kept++] = e->found[i];
        else
            ley_release(e->found[i].beside);
    }
    e->n_found = kept;
    if (!e->every && extreme.value < largest - e->tolerance) return LEY_OK;
    if (ley_grow((void **)&e->found, &e->capacity, kept + 1, sizeof *e->found) != 0)
        return ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for another maximum");
    if (extreme.beside) {
        double *copy = ley_allocate(e->n_beside, sizeof *copy);
        if (!copy) return ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for another maximum");
        memcpy(copy, extreme.beside, e->n_beside * sizeof *copy);
        extreme.beside = copy;
    }
    e->found[e->n_found++] = extreme;
    return LEY_OK;
}

/* Relative precision of a place where the function is smooth: its value is flat to rounding there. */
static const double coarse = 1e-8;

/* Brent's minimiser turned round: golden sections with parabolic steps on [a, b], from x inside. */
static ley_status climb(ley_extremes *e, double a, double b, double precision, double *x, double *fx,
                        ley_error *err) {
    const double golden = 0.3819660112501051;
    double w = *x, v = *x, fw = *fx, fv = *fx, step = 0, before = 0;
    for (int i = 0; i < 80; i++) {
        double middle = 0.5 * (a + b), small = precision * fabs(*x) + 1e-12 * (b - a) + 1e-300;
        if (fabs(*x - middle) <= 2 * small - 0.5 * (b - a)) break;
        double p = 0, q = 0, r = 0;
        if (fabs(before) > small) {
            r = (*x - w) * (fv - *fx);
            q = (*x - v) * (fw - *fx);
            p = (*x - v) * q - (*x - w) * r;
            q = 2 * (q - r);
            if (q > 0)
                p = -p;
            else
                q = -q;
            r = before;
            before = step;
        }
        if (fabs(p) < fabs(0.5 * q * r) && p > q * (a - *x) && p < q * (b - *x)) {
            step = p / q;
            double u = *x + step;
            if (u - a < 2 * small || b - u < 2 * small) step = *x < middle ? small : -small;
        } else {
            before = *x < middle ? b - *x : a - *x;
            step = golden * before;
        }
        double u = *x + (fabs(step) >= small ? step : copysign(small, step)), fu;
        ley_status status = e->function(e->user, u, &fu, NULL, err);
        if (status != LEY_OK) return status;
        if (fu >= *fx) {
            if (u < *x)
                b = *x;
            else
                a = *x;
            v = w, fv = fw, w = *x, fw = *fx, *x = u, *fx = fu;
        } else {
            if (u < *x)
                a = u;
            else
                b = u;
            if (fu >= fw || w == *x)
                v = w, fv = fw, w = u, fw = fu;
            else if (fu >= fv || v == *x || v == w)
                v = u, fv = fu;
        }
    }
    return LEY_OK;
}

/* Values near a smooth maximum are flat to rounding within sqrt(epsilon), so comparing them cannot place it better.
 * The quartic through five points further apart can: its derivative has a simple zero there. At a kink
 * *smooth is false. */
static ley_status polish(ley_extremes *e, double a, double b, double *x, double *fx, bool *smooth, ley_error *err) {
    double d = 0.01 * (b - a), f[5];
    *smooth = false; /* not known to be */
    if (*x - 2 * d < a || *x + 2 * d > b) return LEY_OK;
    for (int i = 0; i < 5; i++) {
        if (i == 2) {
            f[i] = *fx;
            continue;
        }
        ley_status status = e->function(e->user, *x + (i - 2) * d, &f[i], NULL, err);
        if (status != LEY_OK) return status;
    }
    /* Derivatives at x in units of the spacing. */
    double d1 = (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / 12;
    double d2 = (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / 12;
    double d3 = (-f[0] + 2 * f[1] - 2 * f[3] + f[4]) / 2;
    double d4 = f[0] - 4 * f[1] + 6 * f[2] - 4 * f[3] + f[4];
    *smooth = d2 < 0 && fabs(d4) <= 0.05 * fabs(d2) && fabs(d3) <= 0.5 * fabs(d2);
    if (!*smooth) return LEY_OK;
    double u = 0;
    for (int i = 0; i < 4; i++) u -= (d1 + u * (d2 + u * (d3 / 2 + u * d4 / 6))) / (d2 + u * (d3 + u * d4 / 2));
    if (!(fabs(u) <= 0.5)) return LEY_OK;
    *x += u * d;
    return e->function(e->user, *x, fx, NULL, err);
}

/* At a kink the value falls linearly: the place counts to the last digit. */
static ley_status climb_kink(ley_extremes *e, double a, double b, double *x, double *fx, ley_error *err) {
    const double room = 4 * coarse * fabs(*x) + 1e-9 * (b - a);
    return climb(e, fmax(a, *x - room), fmin(b, *x + room), 1e-15, x, fx, err);
}

static ley_status beside(ley_extremes *e, ley_extreme *extreme, ley_error *err) {
    if (e->n_beside == 0) return LEY_OK;
    if (!(extreme->beside = ley_allocate(e->n_beside, sizeof(double))))
        return ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for a maximum");
    double value;
    return e->function(e->user, extreme->t, &value, extreme->beside, err);
}

/* A maximum was met at (t, value): is it the first one? It is confirmed once the function has fallen by the
 * tolerance. */
static ley_status offer_first(ley_extremes *e, const ley_extreme *extreme, ley_error *err) {
    if (e->first_done || extreme->value <= e->lowest + e->tolerance) return LEY_OK;
    if (e->first_pending && extreme->value <= e->first.value) return LEY_OK;
    ley_release(e->first.beside);
    e->first = (ley_extreme){.t = extreme->t, .value = extreme->value};
    if (e->n_beside > 0) {
        if (!(e->first.beside = ley_allocate(e->n_beside, sizeof(double))))
            return ley_fail(err, LEY_ERR_MEMORY, "measure", "no memory for a maximum");
        memcpy(e->first.beside, extreme->beside, e->n_beside * sizeof(double));
    }
    e->first_pending = true;
    return LEY_OK;
}

static ley_status refine(ley_extremes *e, ley_error *err) {
    double rise = 2 * e->value[1] - e->value[0] - e->value[2]; /* no refined value can be further above */
    bool may_be_first = !e->first_done || e->every;
    if (!may_be_first && e->value[1] + rise < largest_value(e) - e->tolerance) return LEY_OK;
    ley_extreme extreme = {.t = e->t[1], .value = e->value[1]};
    bool smooth = true;
    ley_status status = climb(e, e->t[0], e->t[2], coarse, &extreme.t, &extreme.value, err);
    if (status == LEY_OK) status = polish(e, e->t[0], e->t[2], &extreme.t, &extreme.value, &smooth, err);
    if (status == LEY_OK && !smooth) status = climb_kink(e, e->t[0], e->t[2], &extreme.t, &extreme.value, err);
    if (status == LEY_OK) status = beside(e, &extreme, err);
    if (status == LEY_OK) status = offer_first(e, &extreme, err);
    if (status == LEY_OK) status = keep(e, extreme, err);
    ley_release(extreme.beside);
    return status;
}

static ley_status keep_end_point(ley_extremes *e, int i, ley_error *err) {
    ley_extreme extreme = {.t = e->t[i], .value = e->value[i]};
    ley_status status = beside(e, &extreme, err);
    if (status == LEY_OK) status = keep(e, extreme, err);
    ley_release(extreme.beside);
    return status;
}

ley_status ley_extremes_sample(ley_extremes *e, double t, double value, ley_error *err) {
    ley_status status = LEY_OK;
    if (e->n_samples == 3) {
        e->t[0] = e->t[1], e->value[0] = e->value[1];
        e->t[1] = e->t[2], e->value[1] = e->value[2];
        e->n_samples = 2;
    }
    e->t[e->n_samples] = t;
    e->value[e->n_samples++] = value;
    if (e->n_samples == 1)
        status = keep_end_point(e, 0, err);
    else if (e->n_samples == 3 && e->value[1] >= e->value[0] && e->value[1] > e->value[2])
        status = refine(e, err);
    if (e->first_pending && !e->first_done && value < e->first.value - e->tolerance) e->first_done = true;
    e->lowest = fmin(e->lowest, value);
    return status;
}

ley_status ley_extremes_break(ley_extremes *e, ley_error *err) {
    ley_status status = LEY_OK;
    if (e->n_samples > 1) status = keep_end_point(e, e->n_samples - 1, err);
    e->n_samples = 0;
    return status;
}

const ley_extreme *ley_extremes_largest(const ley_extremes *e) {
    double largest = largest_value(e);
    for (size_t i = 0; i < e->n_found; i++)
        if (e->found[i].value >= largest - e->tolerance) return &e->found[i];
    return NULL;
}

const ley_extreme *ley_extremes_first(const ley_extremes *e) {
    return e->first_done ? &e->first : ley_extremes_largest(e);
}
