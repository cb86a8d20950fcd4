#include "model/table.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <string.h>

enum {
    NODES = 16,
    DEPTH_MAX = 40,
    PANELS_MAX = 200000,
    TAIL = 3 /* last coefficients, which say how well a panel meets the function */
};
static const double rounding = 1e-13; /* of the largest value: no table can be asked for less */

typedef struct table_panel {
    double begin, end, coefficient[NODES];
} table_panel;

typedef struct table {
    ley_curve base; /* first member */
    table_panel *panel;
    size_t n, capacity;
} table;

static const table_panel *panel_at(const table *self, double t) {
    size_t low = 0, high = self->n;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (t >= self->panel[middle].begin)
            low = middle;
        else
            high = middle;
    }
    return &self->panel[low];
}

/* Clenshaw's sum. */
static double panel_value(const table_panel *p, double t) {
    const double x = (2 * t - p->begin - p->end) / (p->end - p->begin);
    double b1 = 0, b2 = 0;
    for (int k = NODES - 1; k > 0; k--) {
        const double b = 2 * x * b1 - b2 + p->coefficient[k];
        b2 = b1;
        b1 = b;
    }
    return x * b1 - b2 + p->coefficient[0];
}

static double table_at(const ley_curve *curve, double t) {
    const table *self = (const table *)curve;
    const double last = self->panel[self->n - 1].end;
    t = t < 0 ? 0 : t > last ? last : t;
    return panel_value(panel_at(self, t), t);
}

static double table_slope(const ley_curve *curve, double t) {
    (void)curve;
    (void)t;
    return NAN; /* nobody asks for it: rates are no part of H */
}

/* A panel is as narrow as its function is quick. */
static ley_status table_features(const ley_curve *curve, ley_feature **features, size_t *n_features,
                                 size_t *capacity, ley_error *err) {
    const table *self = (const table *)curve;
    if (ley_grow((void **)features, capacity, *n_features + self->n, sizeof **features) != 0)
        return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the shapes of a signal");
    for (size_t i = 0; i < self->n; i++) {
        const table_panel *p = &self->panel[i];
        (*features)[(*n_features)++] =
            (ley_feature){.begin = p->begin, .end = p->end, .step = 0.5 * (p->end - p->begin)};
    }
    return LEY_OK;
}

static void table_destroy(ley_curve *curve) {
    table *self = (table *)curve;
    ley_release(self->panel);
    ley_release(self);
}

static const ley_curve_class table_class = {
    .at = table_at, .slope = table_slope, .features = table_features, .destroy = table_destroy};

typedef struct maker {
    table *tables[LEY_TABLE_MOST];
    int32_t n;
    ley_tabulated function;
    void *user;
    double allowed, largest;
    ley_error *err;
} maker;

/* The panel of every function on [begin, end]. good: all meet theirs. */
static ley_status fill_panel(maker *m, table_panel *p, double begin, double end, bool *good) {
    const double pi = acos(-1.0);
    double value[NODES][LEY_TABLE_MOST], check[LEY_TABLE_MOST];
    *good = true;
    for (int k = 0; k < NODES; k++) {
        const double x = cos(pi * (k + 0.5) / NODES);
        m->function(m->user, 0.5 * (begin + end) + 0.5 * (end - begin) * x, value[k]);
        for (int32_t i = 0; i < m->n; i++) {
            if (!isfinite(value[k][i]))
                return ley_fail(m->err, LEY_ERR_NUMERIC, "", "a rate of a bath is not finite between t = %g and %g",
                                begin, end);
            m->largest = fmax(m->largest, fabs(value[k][i]));
        }
    }
    const double allowed = fmax(m->allowed, rounding * m->largest);
    for (int32_t i = 0; i < m->n; i++) {
        p[i].begin = begin;
        p[i].end = end;
        for (int c = 0; c < NODES; c++) {
            double sum = 0;
            for (int k = 0; k < NODES; k++) sum += value[k][i] * cos(pi * c * (k + 0.5) / NODES);
            p[i].coefficient[c] = sum * (c == 0 ? 1.0 : 2.0) / NODES;
        }
        double tail = 0;
        for (int c = NODES - TAIL; c < NODES; c++) tail += fabs(p[i].coefficient[c]);
        if (tail > allowed) *good = false;
    }
    static const double places[] = {-0.9713, 0.3519};
    for (size_t k = 0; k < sizeof places / sizeof *places && *good; k++) {
        const double t = 0.5 * (begin + end) + 0.5 * (end - begin) * places[k];
        m->function(m->user, t, check);
        for (int32_t i = 0; i < m->n; i++)
            if (!(fabs(panel_value(&p[i], t) - check[i]) <= allowed)) *good = false;
    }
    return LEY_OK;
}

static ley_status make(maker *m, double begin, double end, int depth) {
    table_panel p[LEY_TABLE_MOST];
    bool good;
    ley_status status = fill_panel(m, p, begin, end, &good);
    if (status != LEY_OK) return status;
    if (!good) {
        const double middle = 0.5 * (begin + end);
        if (depth == DEPTH_MAX || m->tables[0]->n >= PANELS_MAX)
            return ley_fail(m->err, LEY_ERR_NUMERIC, "", "a rate of a bath changes too fast near t = %g", begin);
        status = make(m, begin, middle, depth + 1);
        return status == LEY_OK ? make(m, middle, end, depth + 1) : status;
    }
    for (int32_t i = 0; i < m->n; i++) {
        table *t = m->tables[i];
        if (ley_grow((void **)&t->panel, &t->capacity, t->n + 1, sizeof *t->panel) != 0)
            return ley_fail(m->err, LEY_ERR_MEMORY, "", "no memory left for the rates of a bath");
        t->panel[t->n++] = p[i];
    }
    return LEY_OK;
}

ley_status ley_table_create(ley_signal *const *signals, int32_t n, ley_tabulated function, void *user, double end,
                            double quick, double allowed, ley_error *err) {
    maker m = {.n = n, .function = function, .user = user, .allowed = allowed, .err = err};
    ley_status status = LEY_OK;
    for (int32_t i = 0; i < n && status == LEY_OK; i++) {
        if (!(m.tables[i] = ley_allocate(1, sizeof *m.tables[i])))
            status = ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for the rates of a bath");
        else
            m.tables[i]->base.class = &table_class;
    }
    double begin = end; /* nothing that happens near 0 is between the nodes of one panel */
    int halvings = 0;
    for (; begin * quick > 1 && halvings < DEPTH_MAX; halvings++) begin *= 0.5;
    if (status == LEY_OK) status = make(&m, 0, begin, halvings);
    for (; halvings > 0 && status == LEY_OK; halvings--, begin *= 2) status = make(&m, begin, 2 * begin, 0);
    for (int32_t i = 0; i < n; i++) {
        if (status == LEY_OK)
            *signals[i] = (ley_signal){.curve = &m.tables[i]->base};
        else if (m.tables[i])
            table_destroy(&m.tables[i]->base);
    }
    return status;
}
