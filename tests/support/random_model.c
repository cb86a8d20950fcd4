#include "support/random_model.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"

static uint64_t next(random_source *source) {
    uint64_t z = (source->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

double random_unit(random_source *source) {
    return (double)(next(source) >> 11) * 0x1p-53;
}

double random_between(random_source *source, double low, double high) {
    return low + (high - low) * random_unit(source);
}

int random_integer(random_source *source, int low, int high) {
    return low + (int)(next(source) % (uint64_t)(high - low + 1));
}

static bool chance(random_source *source, double probability) {
    return random_unit(source) < probability;
}

random_options random_options_any(void) {
    return (random_options){.cells_min = 1,
                            .cells_max = 4,
                            .levels_max = 6,
                            .cavity = 2,
                            .time_dependent = true,
                            .jumps = true,
                            .drives = true,
                            .model = 2,
                            .diagonal = false,
                            .rates = RANDOM_RATES_ALL};
}

static brute_wave constant(double value) {
    return (brute_wave){.shape = BRUTE_CONSTANT, .base = value};
}

/* Between 0 and 2 `size` at all times. */
static brute_wave positive(random_source *s, double size, bool time_dependent, bool jumps) {
    double amplitude = random_between(s, 0.1, 0.9) * size;
    if (!time_dependent || chance(s, 0.6)) return constant(amplitude);
    /* Draws in statements of their own: C leaves the order inside an initializer open. */
    brute_shape shapes[] = {BRUTE_COSINE, BRUTE_GAUSSIAN, BRUTE_DECAY, BRUTE_BOX};
    brute_wave wave = {.shape = shapes[random_integer(s, 0, jumps ? 3 : 2)], .amplitude = amplitude};
    double x = random_unit(s), y = random_unit(s);
    switch (wave.shape) {
    case BRUTE_COSINE:
        wave.base = size;
        wave.a = 0.3 + 2.7 * x;
        wave.b = 6 * y;
        break;
    case BRUTE_GAUSSIAN:
        wave.base = 0.1 * size;
        wave.a = 3 * x;
        wave.b = 0.3 + 0.7 * y;
        break;
    case BRUTE_DECAY:
        wave.base = 0.1 * size;
        wave.a = 0.1 + 0.9 * x;
        break;
    default:
        wave.a = 1.5 * x - 0.5;
        wave.b = wave.a + 0.5 + 1.5 * y;
    }
    return wave;
}

brute_model random_model(uint64_t seed, const random_options *o) {
    random_source source = {seed * 0x2545f4914f6cdd1du + 1}, *s = &source;
    brute_model m = {.lambda = constant(1), .levels = 1};
    m.cells = random_integer(s, o->cells_min, o->cells_max);
    bool cavity = o->cavity == 1 || (o->cavity == 2 && chance(s, 0.7));
    if (cavity) { /* small density matrices: the brute force is dense */
        int most = o->levels_max;
        if (m.cells == 3 && most > 5 && o->cells_max <= 4) most = 5;
        if (m.cells == 4 && most > 3 && o->cells_max <= 4) most = 3;
        m.levels = random_integer(s, 2, most);
    }
    m.w0 = positive(s, 1.2, o->time_dependent && chance(s, 0.3), o->jumps);
    m.wc = chance(s, 0.4) && m.w0.shape == BRUTE_CONSTANT ? m.w0 : constant(random_between(s, 0.5, 1.5));
    m.energy_w0 = m.w0;
    m.energy_wc = m.wc;
    if (chance(s, 0.2)) { /* written in a rotating frame */
        m.w0 = constant(0);
        m.wc = constant(random_between(s, -0.3, 0.3));
    }
    if (cavity) {
        m.g = positive(s, 0.6 / sqrt(m.cells), false, o->jumps);
        if (o->time_dependent && chance(s, 0.3)) m.lambda = positive(s, 1, true, o->jumps);
        m.r = o->model == 0 ? 0 : o->model == 1 ? 1 : chance(s, 0.3) ? 0 : chance(s, 0.3) ? 1 : random_unit(s);
        if (o->drives && chance(s, 0.4)) m.eta = positive(s, 0.4, o->time_dependent, o->jumps);
    }
    if (o->drives && chance(s, 0.4)) m.omega = positive(s, 0.6, o->time_dependent, o->jumps);
    for (int i = 0; i < BRUTE_CHANNELS; i++) {
        bool allowed =
            o->rates == RANDOM_RATES_ALL || (o->rates == RANDOM_RATES_LINEAR && i != BRUTE_GAIN &&
                                             i != BRUTE_COLLECTIVE_EMISSION && i != BRUTE_COLLECTIVE_ABSORPTION);
        bool wanted = chance(s, 0.5);
        brute_wave rate = positive(s, i < BRUTE_COLLECTIVE_EMISSION ? 0.2 : 0.15, o->time_dependent, o->jumps);
        if (allowed && wanted && (cavity || i >= BRUTE_COLLECTIVE_EMISSION)) m.rate[i] = rate;
    }
    static const brute_battery diagonal[] = {BRUTE_GROUND, BRUTE_EXCITED, BRUTE_DICKE, BRUTE_GIBBS};
    m.battery = !o->diagonal && chance(s, 0.4) ? BRUTE_SPIN_COHERENT : diagonal[random_integer(s, 0, 3)];
    m.two_j = m.cells - 2 * random_integer(s, 0, m.cells / 2);
    m.two_m = 2 * random_integer(s, 0, m.two_j) - m.two_j;
    m.theta = random_between(s, 0, 3.1);
    m.phi = random_between(s, -3, 3);
    m.q = random_between(s, 0, 1.5);
    m.cavity = !o->diagonal && chance(s, 0.5) ? BRUTE_COHERENT : chance(s, 0.5) ? BRUTE_FOCK : BRUTE_THERMAL;
    m.photons = random_integer(s, 0, m.levels - 1);
    double size = random_between(s, 0.1, 1.2), phase = random_between(s, -3, 3);
    m.alpha = size * cexp(I * phase);
    m.nbar = random_between(s, 0, 1);
    return m;
}

static bool same(const brute_wave *a, const brute_wave *b) {
    return a->shape == b->shape && a->base == b->base && a->amplitude == b->amplitude && a->a == b->a &&
           a->b == b->b;
}

static bool is_zero(const brute_wave *w) {
    return w->shape == BRUTE_CONSTANT && w->base == 0;
}

void random_unlike(brute_model *m, uint64_t seed) {
    random_source source = {seed * 0x9e3779b97f4a7c15u + 7}, *s = &source;
    brute_unlike *u = &m->unlike;
    u->given = true;
    u->placed = chance(s, 0.6);
    if (m->w0.shape != BRUTE_CONSTANT) m->w0 = m->energy_w0 = constant(1);
    if (same(&m->w0, &m->energy_w0)) m->w0.base = m->energy_w0.base += 0.6; /* no frequency is negative */
    if (u->placed && is_zero(&m->rate[BRUTE_COLLECTIVE_EMISSION]))
        m->rate[BRUTE_COLLECTIVE_EMISSION] = constant(0.15);
    double mean = 0, length = 0;
    for (int i = 0; i < m->cells; i++) {
        u->offset[i] = random_between(s, -0.3, 0.3);
        mean += u->offset[i] / m->cells;
        u->coupling[i] = random_between(s, -0.5, 1.5);
        u->drive[i] = random_between(s, -1, 1);
        u->collective[i] = random_between(s, -0.5, 1.5);
        u->local[i] = random_between(s, 0, 2);
        u->angle[i] = random_between(s, -3, 3);
        for (int k = 0; k < 3; k++) u->position[i][k] = random_between(s, 0, 0.4) + (k == 0 ? 0.15 * i : 0);
    }
    for (int i = 0; i < m->cells; i++) u->offset[i] -= mean; /* the common frequency is the mean */
    for (int k = 0; k < 3; k++) {
        u->direction[k] = random_between(s, 0.1, 1);
        length += u->direction[k] * u->direction[k];
    }
    for (int k = 0; k < 3; k++) u->direction[k] /= sqrt(length);
    if (chance(s, 0.4)) m->battery = BRUTE_ROTATED;
}

/* ---- Scenario text ------------------------------------------------------------------------------------------- */

typedef struct text {
    char *data;
    size_t length, size;
} text;

static void put(text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(text *t, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(t->data + t->length, t->size - t->length, format, arguments);
    va_end(arguments);
    if (n < 0 || (size_t)n >= t->size - t->length) abort(); /* the buffer is far larger than any scenario */
    t->length += (size_t)n;
}

static void put_wave(text *t, const char *key, const brute_wave *w) {
    put(t, "%s: ", key);
    switch (w->shape) {
    case BRUTE_CONSTANT:
        put(t, "%.17g\n", w->base);
        break;
    case BRUTE_COSINE:
        put(t, "\"%.17g + %.17g*cos(%.17g*t + %.17g)\"\n", w->base, w->amplitude, w->a, w->b);
        break;
    case BRUTE_GAUSSIAN:
        put(t, "\"%.17g + %.17g*gauss(t, %.17g, %.17g)\"\n", w->base, w->amplitude, w->a, w->b);
        break;
    case BRUTE_DECAY:
        put(t, "\"%.17g + %.17g*exp(-%.17g*t)\"\n", w->base, w->amplitude, w->a);
        break;
    case BRUTE_BOX:
        put(t, "\"%.17g + %.17g*box(t, %.17g, %.17g)\"\n", w->base, w->amplitude, w->a, w->b);
        break;
    }
}

/* Of equal cells with noise only: tests/oracle/test_decay_bounds.c asks for them. */
static bool bounds_decay(const char *name) {
    return strstr(name, "decay_bound") != NULL;
}

static bool needs_compare(const char *observable) {
    return strncmp(observable, "trace_distance", strlen("trace_distance")) == 0;
}

static bool needs_cavity(const char *observable) {
    static const char *const words[] = {"cavity.", "interaction.", "switching_cost", "mutual_information",
                                        "log_negativity"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(observable, words[i], strlen(words[i])) == 0) return true;
    return false;
}

static void put_list(text *t, const char *key, const double *x, int n, double add) {
    put(t, "%s: [", key);
    for (int i = 0; i < n; i++) put(t, "%s%.17g", i ? ", " : "", x[i] + add);
    put(t, "]\n");
}

static void put_unlike(text *t, const brute_model *m) {
    const brute_unlike *u = &m->unlike;
    put_list(t, "  frequencies", u->offset, m->cells, m->w0.base);
    if (!u->placed) return;
    put(t, "  positions: [");
    for (int i = 0; i < m->cells; i++)
        put(t, "%s[%.17g, %.17g, %.17g]", i ? ", " : "", u->position[i][0], u->position[i][1], u->position[i][2]);
    put(t, "]\n  dipole: {direction: [%.17g, %.17g, %.17g]}\n", u->direction[0], u->direction[1], u->direction[2]);
}

char *model_scenario(const brute_model *m, const scenario_options *o) {
    text t = {.size = 16384};
    t.data = calloc(t.size, 1);
    if (!t.data) abort();
    bool cavity = m->levels > 1;
    put(&t, "battery:\n  cells: %d\n", m->cells);
    if (m->unlike.given)
        put_unlike(&t, m);
    else
        put_wave(&t, "  frequency", &m->w0);
    if (!same(&m->w0, &m->energy_w0)) put_wave(&t, "  energy_frequency", &m->energy_w0);
    switch (m->battery) {
    case BRUTE_GROUND:
        put(&t, "  state: ground\n");
        break;
    case BRUTE_EXCITED:
        put(&t, "  state: excited\n");
        break;
    case BRUTE_DICKE:
        put(&t, "  state: {dicke: [%g, %g]}\n", m->two_j / 2.0, m->two_m / 2.0);
        break;
    case BRUTE_SPIN_COHERENT:
        put(&t, "  state: {spin_coherent: [%.17g, %.17g]}\n", m->theta, m->phi);
        break;
    case BRUTE_GIBBS:
        put(&t, "  state: {gibbs: %.17g}\n", m->q);
        break;
    case BRUTE_ROTATED:
        put(&t, "  state:\n    gibbs: %.17g\n", m->q);
        put_list(&t, "    rotate_y", m->unlike.angle, m->cells, 0);
        break;
    }
    if (cavity) {
        put(&t, "cavity:\n");
        put_wave(&t, "  frequency", &m->wc);
        if (!same(&m->wc, &m->energy_wc)) put_wave(&t, "  energy_frequency", &m->energy_wc);
        if (o->levels)
            put(&t, "  levels: %s\n", o->levels);
        else
            put(&t, "  levels: %d\n", m->levels);
        switch (m->cavity) {
        case BRUTE_FOCK:
            put(&t, "  state: {fock: %d}\n", m->photons);
            break;
        case BRUTE_COHERENT:
            put(&t, "  state: {coherent: [%.17g, %.17g]}\n", creal(m->alpha), cimag(m->alpha));
            break;
        case BRUTE_THERMAL:
            put(&t, "  state: {thermal: %.17g}\n", m->nbar);
            break;
        }
        put(&t, "coupling:\n");
        if (m->r == 0)
            put(&t, "  model: tavis-cummings\n");
        else if (m->r == 1)
            put(&t, "  model: dicke\n");
        else
            put(&t, "  model: {counter_rotating: %.17g}\n", m->r);
        put_wave(&t, "  strength", &m->g);
        put_wave(&t, "  switch", &m->lambda);
        if (m->unlike.given) put_list(&t, "  weights", m->unlike.coupling, m->cells, 0);
    }
    static const char *const group[] = {"cavity", "collective", "local"};
    static const char *const key[BRUTE_CHANNELS] = {"    loss",       "    gain",      "    emission",
                                                    "    absorption", "    dephasing", "    emission",
                                                    "    absorption", "    dephasing"};
    static const int begin[] = {0, BRUTE_COLLECTIVE_EMISSION, BRUTE_LOCAL_EMISSION, BRUTE_CHANNELS};
    bool noise = false;
    for (int i = 0; i < 3; i++) {
        bool headed = false;
        for (int k = begin[i]; k < begin[i + 1]; k++) {
            if (is_zero(&m->rate[k])) continue;
            if (!noise) put(&t, "noise:\n");
            if (!headed) put(&t, "  %s:\n", group[i]);
            noise = headed = true;
            put_wave(&t, key[k], &m->rate[k]);
        }
        if (headed && m->unlike.given && i == 1) put_list(&t, "    weights", m->unlike.collective, m->cells, 0);
        if (headed && m->unlike.given && i == 2) put_list(&t, "    weights", m->unlike.local, m->cells, 0);
    }
    if (!is_zero(&m->eta) || !is_zero(&m->omega)) put(&t, "drive:\n");
    if (!is_zero(&m->eta)) put_wave(&t, "  cavity", &m->eta);
    if (!is_zero(&m->omega)) put_wave(&t, "  battery", &m->omega);
    if (!is_zero(&m->omega) && m->unlike.given) put_list(&t, "  weights", m->unlike.drive, m->cells, 0);
    put(&t, "time: {until: %.17g, points: %d}\n", o->until, o->points);
    put(&t, "observe: [");
    if (o->observe)
        put(&t, "%s", o->observe);
    else
        for (ley_index i = 0, n = 0; i < ley_observable_count(); i++)
            if ((cavity || !needs_cavity(ley_observable_name(i))) && !needs_compare(ley_observable_name(i)) &&
                !bounds_decay(ley_observable_name(i)))
                put(&t, "%s%s", n++ ? ", " : "", ley_observable_name(i));
    put(&t, "]\n");
    if (o->measure) put(&t, "measure: [%s]\n", o->measure);
    put(&t, "numerics: {tolerance: %.3g%s%s}\n", o->tolerance, o->numerics ? ", " : "",
        o->numerics ? o->numerics : "");
    if (o->extra) put(&t, "%s", o->extra);
    return t.data;
}
