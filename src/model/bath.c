/* The rates are integrals over the frequencies of the bath (docs/theory/baths.md),
 *
 *     R(t) = 2 int f(w) sin((w0 - w) t) / (w0 - w) dw,      f = J (n + 1) for emission, J n for absorption,
 *
 * taken with Gauss-Legendre nodes that resolve J and every oscillation up to the end of the run; they are found
 * once, and each time costs one sum. What J leaves above the last node is taken along a line on which it does not
 * oscillate. */
#include "model/bath.h"

#include "core/memory.h"
#include "core/status.h"
#include "model/table.h"

#include <complex.h>
#include <math.h>

enum { GAUSS = 16, DEPTH_MAX = 48, NODES_MAX = 4000000, TAIL_NODES = 160 };
static const double phase = 16;       /* of the fastest oscillation over a panel: 16 nodes see it to rounding */
static const double reach = 50;       /* exp(-reach) is nothing */
static const double tail_step = 0.06; /* of the rule along the line */

double ley_bath_density(const ley_bath *bath, double w) {
    switch (bath->kind) {
    case LEY_LORENTZIAN: {
        const double d = bath->center - w, l = bath->width;
        return bath->coupling / (2 * acos(-1.0)) * l * l / (d * d + l * l);
    }
    case LEY_OHMIC:
        if (!(w > 0)) return 0;
        return bath->coupling * w * pow(w / bath->cutoff, bath->exponent - 1) * exp(-w / bath->cutoff);
    case LEY_DRUDE:
        if (!(w > 0)) return 0;
        return bath->coupling * w * bath->cutoff * bath->cutoff / (w * w + bath->cutoff * bath->cutoff);
    default:
        if (!(w >= 0 && w <= bath->cutoff)) return 0;
        return bath->coupling * ley_expression_at(bath->expression, w);
    }
}

double ley_bath_quanta(const ley_bath *bath, double w) {
    if (bath->kind == LEY_LORENTZIAN) return bath->n;
    return bath->temperature > 0 ? 1 / expm1(w / bath->temperature) : 0;
}

void ley_bath_limit(const ley_bath *bath, double *down, double *up) {
    const double rate = 2 * acos(-1.0) * ley_bath_density(bath, bath->w0), n = ley_bath_quanta(bath, bath->w0);
    *up = rate > 0 ? rate * n : 0;
    *down = rate + *up;
}

/* ---- A Lorentzian: in closed form ---------------------------------------------------------------------------- */

static void lorentzian_rates(void *user, double t, double *values) {
    const ley_bath *bath = user;
    const double l = bath->width, d = bath->w0 - bath->center;
    const double rate =
        bath->coupling * l * l / (l * l + d * d) * (1 - exp(-l * t) * (cos(d * t) - d / l * sin(d * t)));
    values[0] = rate * (bath->n + 1);
    values[1] = rate * bath->n;
}

/* ---- Any other: nodes in frequency --------------------------------------------------------------------------- */

typedef struct node {
    double w, vacuum, thermal; /* weights: of J, and of J n */
} node;

typedef struct integrator {
    const ley_bath *bath;
    double end, allowed; /* of the whole integral */
    double range;        /* of frequencies */
    node *nodes;
    size_t n, capacity;
    double gauss_x[GAUSS], gauss_w[GAUSS];
    bool tail;
    double from; /* where it begins */
    double complex tail_weight[TAIL_NODES];
    double tail_s[TAIL_NODES];
    ley_error *err;
} integrator;

/* Nodes and weights on [-1, 1] by Newton's method. */
static void gauss_legendre(double *x, double *w) {
    for (int i = 0; i < GAUSS; i++) {
        double z = cos(acos(-1.0) * (i + 0.75) / (GAUSS + 0.5)), slope = 1;
        for (int step = 0; step < 60; step++) {
            double p0 = 1, p1 = z;
            for (int k = 2; k <= GAUSS; k++) {
                const double p = ((2 * k - 1) * z * p1 - (k - 1) * p0) / k;
                p0 = p1;
                p1 = p;
            }
            slope = GAUSS * (z * p1 - p0) / (z * z - 1);
            const double move = p1 / slope;
            z -= move;
            if (fabs(move) < 1e-16) break;
        }
        x[i] = z;
        w[i] = 2 / ((1 - z * z) * slope * slope);
    }
}

/* Integrals over a panel that show whether its nodes are enough: of f, and of f with the fastest oscillation. */
enum { PROBES = 6 };
static void probe(const integrator *in, double a, double b, double about, double *sums) {
    for (int k = 0; k < PROBES; k++) sums[k] = 0;
    for (int i = 0; i < GAUSS; i++) {
        const double w = 0.5 * (a + b) + 0.5 * (b - a) * in->gauss_x[i], weight = 0.5 * (b - a) * in->gauss_w[i];
        const double vacuum = weight * ley_bath_density(in->bath, w);
        const double thermal = vacuum != 0 ? vacuum * ley_bath_quanta(in->bath, w) : 0;
        const double turn = (w - about) * in->end;
        sums[0] += vacuum;
        sums[1] += vacuum * cos(turn);
        sums[2] += vacuum * sin(turn);
        sums[3] += thermal;
        sums[4] += thermal * cos(turn);
        sums[5] += thermal * sin(turn);
    }
}

static ley_status keep(integrator *in, double a, double b) {
    if (ley_grow((void **)&in->nodes, &in->capacity, in->n + GAUSS, sizeof *in->nodes) != 0)
        return ley_fail(in->err, LEY_ERR_MEMORY, "", "no memory left for the frequencies of a bath");
    for (int i = 0; i < GAUSS; i++) {
        const double w = 0.5 * (a + b) + 0.5 * (b - a) * in->gauss_x[i];
        const double vacuum = (b - a) * in->gauss_w[i] * ley_bath_density(in->bath, w);
        in->nodes[in->n++] =
            (node){.w = w, .vacuum = vacuum, .thermal = vacuum != 0 ? vacuum * ley_bath_quanta(in->bath, w) : 0};
    }
    return LEY_OK;
}

static ley_status divide(integrator *in, double a, double b, int depth) {
    const double middle = 0.5 * (a + b);
    double whole[PROBES], left[PROBES], right[PROBES], size = 0;
    bool good = (b - a) * in->end <= phase;
    if (good) {
        probe(in, a, b, middle, whole);
        probe(in, a, middle, middle, left);
        probe(in, middle, b, middle, right);
        for (int k = 0; k < PROBES; k++) {
            if (!isfinite(whole[k]))
                return ley_fail(in->err, LEY_ERR_NUMERIC, "",
                                "J or the number of quanta is not finite between "
                                "frequencies %g and %g",
                                a, b);
            size = fmax(size, fabs(whole[k]));
        }
        /* the kernel is at most t; the share of a panel is that of its width, and rounding is not an error */
        const double allowed = fmax(in->allowed * (b - a) / (in->range * in->end), 2e-14 * size);
        for (int k = 0; k < PROBES; k++)
            if (!(fabs(whole[k] - left[k] - right[k]) <= allowed)) good = false;
    }
    if (good) return keep(in, a, b);
    if (depth >= DEPTH_MAX || in->n > NODES_MAX)
        return ley_fail(in->err, LEY_ERR_NUMERIC, "",
                        in->n > NODES_MAX ? "the run is too long for this cutoff: more than %d frequencies"
                                          : "J is not smooth enough near a frequency to be integrated (%d nodes)",
                        in->n > NODES_MAX ? (int)NODES_MAX : (int)in->n);
    ley_status status = divide(in, a, middle, depth + 1);
    return status == LEY_OK ? divide(in, middle, b, depth + 1) : status;
}

/* int_from^infinity J sin((w - w0) t) / (w - w0) dw with w = from + i s, s = from exp(pi/2 sinh u): there
 * exp(i w t) falls, and J of Drude has no pole. */
static void make_tail(integrator *in) {
    const double wc = in->bath->cutoff, half = 0.5 * acos(-1.0);
    for (int k = 0; k < TAIL_NODES; k++) {
        const double u = (k - TAIL_NODES / 2) * tail_step;
        const double s = in->from * exp(half * sinh(u)), ds = tail_step * s * half * cosh(u);
        const double complex w = in->from + I * s;
        in->tail_s[k] = s;
        in->tail_weight[k] = 2 * ds * I * in->bath->coupling * w * wc * wc / (w * w + wc * wc) / (w - in->bath->w0);
    }
}

static double tail_at(const integrator *in, double t) {
    double complex sum = 0;
    for (int k = 0; k < TAIL_NODES; k++) sum += in->tail_weight[k] * exp(-in->tail_s[k] * t);
    return cimag(cexp(I * (in->from - in->bath->w0) * t) * sum);
}

static void summed_rates(void *user, double t, double *values) {
    const integrator *in = user;
    double vacuum = 0, thermal = 0;
    for (size_t i = 0; i < in->n; i++) {
        const double x = in->bath->w0 - in->nodes[i].w, kernel = x != 0 ? sin(x * t) / x : t;
        vacuum += in->nodes[i].vacuum * kernel;
        thermal += in->nodes[i].thermal * kernel;
    }
    if (in->tail && t > 0) vacuum += tail_at(in, t);
    values[0] = vacuum + thermal;
    values[1] = thermal;
}

/* Panels from far away down to nothing: powers of w at 0, and the quanta there, need them. */
static ley_status make_nodes(integrator *in, double top) {
    double b = top;
    in->range = top;
    for (int k = 0; k < DEPTH_MAX && b > 1e-14 * top; k++) {
        ley_status status = divide(in, 0.5 * b, b, 0);
        if (status != LEY_OK) return status;
        b *= 0.5;
    }
    return keep(in, 0, b);
}

ley_status ley_bath_rates(const ley_bath *bath, ley_signal *down, ley_signal *up, double end, double allowed,
                          ley_error *err) {
    ley_signal *const both[] = {down, up};
    ley_bath own = *bath;
    const bool absorbs = bath->kind == LEY_LORENTZIAN ? bath->n > 0 : bath->temperature > 0;
    integrator in = {.bath = &own, .end = end, .allowed = 0.1 * allowed, .err = err};
    ley_status status;
    *down = *up = ley_signal_constant(0);
    if (bath->coupling == 0) return LEY_OK;
    if (bath->kind == LEY_LORENTZIAN)
        return ley_table_create(both, absorbs ? 2 : 1, lorentzian_rates, &own, end,
                                bath->width + fabs(bath->w0 - bath->center), allowed, err);
    gauss_legendre(in.gauss_x, in.gauss_w);
    double top = bath->cutoff;
    if (bath->kind == LEY_OHMIC) top = bath->cutoff * (reach + 4 * bath->exponent);
    if (bath->kind == LEY_DRUDE) {
        top = in.from = fmax(4 * fmax(bath->cutoff, fabs(bath->w0)), reach * bath->temperature);
        in.tail = true;
        make_tail(&in);
    }
    status = make_nodes(&in, top);
    if (status == LEY_OK)
        status = ley_table_create(both, absorbs ? 2 : 1, summed_rates, &in, end, top, allowed, err);
    ley_release(in.nodes);
    return status;
}
