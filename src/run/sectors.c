#include "run/sectors.h"

#include "core/memory.h"
#include "core/status.h"
#include "generator/sector.h"

#include <math.h>
#include <string.h>

enum { NODES = 24 }; /* of a panel: Chebyshev points, both ends included */
/* A panel is this long in units of 1 / frequency: the error of interpolation, J_24(6), is below 1e-13. */
static const double panel_phase = 12;

typedef struct panel {
    ley_segment segment; /* first member */
    const ley_sectors *owner;
    ley_index first; /* node at begin */
} panel;

struct ley_sectors {
    ley_generator generator; /* what observers see */
    const ley_task *task;
    bool rows_only;
    int32_t n_sectors;
    ley_sector **sector;
    double **compact; /* [n_sectors] -> [n_nodes][length of the sector's reduced state] */
    double *nodes;    /* [n_nodes] times; the first is 0 */
    double *mixed;    /* scratch: the largest reduced state of a sector */
    ley_index n_nodes, n_panels;
    panel *panels;
};

static const ley_generator_class sectors_class = {.name = "sectors"};

/* ---- What is needed --------------------------------------------------------------------------------------------
 */

/* Largest charge that one observable looks at. docs/theory/sectors.md */
static int32_t charge_of(ley_observable what, const ley_model *model) {
    switch (what) {
    case LEY_BATTERY_ERGOTROPY:
    case LEY_BATTERY_ERGOTROPY_COLLECTIVE:
    case LEY_BATTERY_ERGOTROPY_DICKE:
    case LEY_BATTERY_ERGOTROPY_HYBRID:
    case LEY_BATTERY_PASSIVE_ENERGY:
    case LEY_BATTERY_LOCKED_ENERGY:
    case LEY_BATTERY_ENTROPY:
    case LEY_BATTERY_PURITY:
    case LEY_BATTERY_COHERENCE_L1:
    case LEY_BATTERY_COHERENCE_RELATIVE:
        return model->cells;
    case LEY_CAVITY_ENTROPY:
    case LEY_CAVITY_PURITY:
        return model->levels - 1;
    case LEY_CAVITY_AMPLITUDE_RE:
    case LEY_CAVITY_AMPLITUDE_IM:
        return 1;
    default:
        return 0;
    }
}

static int32_t largest_charge(const ley_task *task, const ley_model *model) {
    int32_t charge = 0, reach = ley_sector_reach(model);
    for (ley_index i = 0; i < task->n_observables; i++) {
        int32_t c = charge_of(task->observables[i], model);
        charge = c > charge ? c : charge;
    }
    for (ley_index i = 0; i < task->n_measures; i++) {
        int32_t c = charge_of(task->measures[i].observable, model);
        charge = c > charge ? c : charge;
        if (task->measures[i].measure != LEY_MEASURE_AT_MAX) continue;
        c = charge_of(task->measures[i].by, model);
        charge = c > charge ? c : charge;
    }
    return charge < reach ? charge : reach;
}

bool ley_sectors_apply(const ley_task *task, const ley_model *model) {
    bool joint = false;
    for (ley_index i = 0; i < task->n_observables; i++) joint |= ley_observable_needs_joint(task->observables[i]);
    for (ley_index i = 0; i < task->n_measures; i++) {
        joint |= ley_observable_needs_joint(task->measures[i].observable);
        if (task->measures[i].measure == LEY_MEASURE_AT_MAX)
            joint |= ley_observable_needs_joint(task->measures[i].by);
    }
    return !joint && ley_sector_applies(model) && ley_model_is_constant(model) &&
           task->times[task->n_times - 1] > 0;
}

bool ley_sectors_chosen(const ley_task *task, const ley_model *model) {
    return task->numerics.representation == LEY_REPRESENTATION_AUTO && task->numerics.method == LEY_METHOD_AUTO &&
           ley_sectors_apply(task, model);
}

void ley_sectors_plan(ley_sectors_forecast *forecast, const ley_task *task, const ley_model *model) {
    *forecast = (ley_sectors_forecast){.count = largest_charge(task, model) + 1, .real = ley_sector_is_real(model)};
    for (int32_t delta = 0; delta < forecast->count; delta++) {
        double length = ley_sector_length(model, delta);
        forecast->elements += length;
        forecast->largest = fmax(forecast->largest, length * sizeof(double));
    }
    forecast->bytes = forecast->largest * (LEY_CHEBYSHEV_VECTORS + 2.5);
}

/* ---- Creation ---------------------------------------------------------------------------------------------------
 */

static ley_status create_nodes(ley_sectors *s, ley_error *err) {
    const ley_task *task = s->task;
    const double end = task->times[task->n_times - 1];
    if (s->rows_only) {
        s->n_nodes = task->n_times;
        if (!(s->nodes = ley_allocate((size_t)s->n_nodes, sizeof(double)))) goto no_memory;
        memcpy(s->nodes, task->times, (size_t)s->n_nodes * sizeof(double));
        return LEY_OK;
    }
    double frequency = 0, decay = 0, fastest = 0;
    for (int32_t i = 0; i < s->n_sectors; i++) {
        ley_sector_bounds(s->sector[i], &frequency, &decay);
        fastest = fmax(fastest, fmax(frequency, 0.5 * decay));
    }
    s->n_panels = (ley_index)ceil(fmax(1, end * fastest / panel_phase));
    s->n_nodes = s->n_panels * (NODES - 1) + 1;
    s->nodes = ley_allocate((size_t)s->n_nodes, sizeof(double));
    s->panels = ley_allocate((size_t)s->n_panels, sizeof *s->panels);
    if (!s->nodes || !s->panels) goto no_memory;
    const double pi = acos(-1.0);
    for (ley_index i = 0; i < s->n_panels; i++) {
        double begin = end * (double)i / (double)s->n_panels,
               length = end * (double)(i + 1) / (double)s->n_panels - begin;
        for (int k = 0; k < NODES; k++) {
            double x = sin(0.5 * pi * k / (NODES - 1)); /* (1 - cos) / 2 without cancellation */
            s->nodes[i * (NODES - 1) + k] = begin + length * x * x;
        }
    }
    s->nodes[s->n_nodes - 1] = end;
    return LEY_OK;
no_memory:
    return ley_fail(err, LEY_ERR_MEMORY, "sectors", "no memory for %lld times", (long long)s->n_nodes);
}

ley_status ley_sectors_create(ley_sectors **sectors, const ley_task *task, const ley_model *model, bool rows_only,
                              ley_error *err) {
    ley_sectors *s = ley_allocate(1, sizeof *s);
    if (!s) return ley_fail(err, LEY_ERR_MEMORY, "sectors", "no memory for the sectors");
    s->generator.class = &sectors_class;
    s->generator.model = model;
    s->task = task;
    s->rows_only = rows_only;
    s->n_sectors = largest_charge(task, model) + 1;
    ley_status status = ley_blocks_create(&s->generator.blocks, model->cells, model->levels, err);
    if (status != LEY_OK) goto failed;
    s->sector = ley_allocate((size_t)s->n_sectors, sizeof *s->sector);
    s->compact = ley_allocate((size_t)s->n_sectors, sizeof *s->compact);
    if (!s->sector || !s->compact) {
        status = ley_fail(err, LEY_ERR_MEMORY, "sectors", "no memory for %d sectors", s->n_sectors);
        goto failed;
    }
    for (int32_t i = 0; i < s->n_sectors && status == LEY_OK; i++)
        status = ley_sector_create(&s->sector[i], model, i, err);
    if (status == LEY_OK) status = create_nodes(s, err);
    if (status != LEY_OK) goto failed;
    size_t longest = 1;
    for (int32_t i = 0; i < s->n_sectors; i++) {
        size_t length = (size_t)ley_sector_reduced_length(s->sector[i]);
        longest = length > longest ? length : longest;
        if (!(s->compact[i] = ley_allocate((size_t)s->n_nodes * length, sizeof(double)))) {
            status = ley_fail(err, LEY_ERR_MEMORY, "sectors", "no memory for the reduced states of a sector");
            goto failed;
        }
    }
    if (!(s->mixed = ley_allocate(longest, sizeof(double)))) {
        status = ley_fail(err, LEY_ERR_MEMORY, "sectors", "no memory for the reduced states of a sector");
        goto failed;
    }
    *sectors = s;
    return LEY_OK;
failed:
    ley_sectors_destroy(s);
    return status;
}

void ley_sectors_destroy(ley_sectors *s) {
    if (!s) return;
    for (int32_t i = 0; i < s->n_sectors; i++) {
        if (s->sector) ley_sector_destroy(s->sector[i]);
        if (s->compact) ley_release(s->compact[i]);
    }
    ley_release(s->sector);
    ley_release(s->compact);
    ley_release(s->mixed);
    ley_release(s->nodes);
    ley_release(s->panels);
    ley_blocks_clear(&s->generator.blocks);
    ley_release(s);
}

const ley_generator *ley_sectors_generator(const ley_sectors *sectors) {
    return &sectors->generator;
}

/* ---- Evolution
 * ---------------------------------------------------------------------------------------------------- */

static void sector_reduce(void *self, double *reduced, const double *x) {
    ley_sector_reduce(self, reduced, x);
}

static double sector_norm(void *self, const double *x) {
    return ley_sector_norm(self, x);
}

static void sector_fused(void *self, double t, double *y, const double *x, double al, double be, double ga) {
    ley_sector_fused(self, t, y, x, al, be, ga);
}

/* The watch of the whole: times of one sector count as its share of the work. */
typedef struct portion {
    ley_propagation *whole;
    double before, size, end; /* fractions of the work done earlier and of this sector; duration of the run */
} portion;

static int watch_share(void *user, double t) {
    portion *s = user;
    if (!s->whole->watch) return 0;
    return s->whole->watch(s->whole->user, s->end * (s->before + s->size * t / s->end));
}

static ley_status evolve(ley_sectors *s, int32_t i, const ley_complex *battery, const ley_complex *cavity,
                         ley_propagation *propagation, portion *share, ley_error *err) {
    ley_sector *sector = s->sector[i];
    ley_status status = LEY_OK;
    double *x = ley_allocate((size_t)ley_sector_n(sector), sizeof *x);
    if (!x)
        return ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for a sector of %.0f bytes",
                        (double)ley_sector_n(sector) * sizeof *x);
    ley_sector_start(sector, x, battery, cavity);
    if (ley_sector_norm(sector, x) == 0) goto done; /* empty sectors stay empty */
    ley_problem problem = {.self = sector,
                           .n = ley_sector_n(sector),
                           .n_reduced = ley_sector_reduced_length(sector),
                           .norm = sector_norm,
                           .reduce = sector_reduce,
                           .fused = sector_fused};
    ley_sector_bounds(sector, &problem.frequency, &problem.decay);
    problem.frequency *= 1.005;
    ley_propagation own = {.tolerance = propagation->tolerance, .watch = watch_share, .user = share};
    ley_index first = s->nodes[0] > 0 ? 0 : 1;
    if (first == 1) ley_sector_reduce(sector, s->compact[i], x);
    if (s->n_nodes > first)
        status = ley_chebyshev(&problem, x, s->compact[i] + first * problem.n_reduced, s->nodes + first,
                               s->n_nodes - first, &own, err);
    propagation->steps += own.steps;
    propagation->rejected += own.rejected;
    propagation->applies += own.applies;
    propagation->error += own.error;
    propagation->amplification = fmax(propagation->amplification, own.amplification);
done:
    ley_release(x);
    return status;
}

ley_status ley_sectors_evolve(ley_sectors *s, ley_propagation *propagation, ley_error *err) {
    const ley_blocks *blocks = &s->generator.blocks;
    ley_status status = LEY_OK;
    ley_complex *battery = ley_allocate((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    ley_complex *cavity = ley_allocate((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    if (!battery || !cavity) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the initial state");
        goto done;
    }
    ley_start_battery(blocks, &s->generator.model->battery_state, battery);
    ley_start_cavity(blocks->levels, &s->generator.model->cavity_state, cavity);
    double total = 0;
    for (int32_t i = 0; i < s->n_sectors; i++) total += (double)ley_sector_n(s->sector[i]);
    portion share = {.whole = propagation, .end = s->task->times[s->task->n_times - 1]};
    for (int32_t i = 0; i < s->n_sectors && status == LEY_OK; i++) {
        share.size = (double)ley_sector_n(s->sector[i]) / total;
        status = evolve(s, i, battery, cavity, propagation, &share, err);
        share.before += share.size;
    }
done:
    ley_release(battery);
    ley_release(cavity);
    return status;
}

/* ---- Afterwards
 * ----------------------------------------------------------------------------------------------------- */

void ley_sectors_row(const ley_sectors *s, ley_index i, double *reduced) {
    memset(reduced, 0, (size_t)ley_reduced_length(&s->generator.blocks) * sizeof *reduced);
    for (int32_t k = 0; k < s->n_sectors; k++)
        ley_sector_expand(s->sector[k], s->nodes[i], reduced,
                          s->compact[k] + i * ley_sector_reduced_length(s->sector[k]));
}

/* Barycentric weights of interpolation at t through the nodes of a panel: w_k = (-1)^k, halved at both ends. */
static void interpolation(double *weight, const double *nodes, double t) {
    double sum = 0;
    for (int k = 0; k < NODES; k++) {
        if (t == nodes[k]) {
            memset(weight, 0, NODES * sizeof *weight);
            weight[k] = 1;
            return;
        }
        weight[k] = (k % 2 == 0 ? 1.0 : -1.0) * (k == 0 || k == NODES - 1 ? 0.5 : 1.0) / (t - nodes[k]);
        sum += weight[k];
    }
    for (int k = 0; k < NODES; k++) weight[k] /= sum;
}

static void panel_reduced(const ley_segment *segment, double t, double *reduced) {
    const panel *p = (const panel *)segment;
    const ley_sectors *s = p->owner;
    double weight[NODES];
    interpolation(weight, s->nodes + p->first, t);
    memset(reduced, 0, (size_t)ley_reduced_length(&s->generator.blocks) * sizeof *reduced);
    for (int32_t i = 0; i < s->n_sectors; i++) {
        ley_index length = ley_sector_reduced_length(s->sector[i]);
        const double *rows = s->compact[i] + p->first * length;
        double *mixed = s->mixed;
        memset(mixed, 0, (size_t)length * sizeof *mixed);
        for (int k = 0; k < NODES; k++)
            for (ley_index r = 0; r < length; r++) mixed[r] += weight[k] * rows[k * length + r];
        ley_sector_expand(s->sector[i], t, reduced, mixed);
    }
}

int ley_sectors_stream(ley_sectors *s, ley_sink sink, void *user) {
    for (ley_index i = 0; i < s->n_panels; i++) {
        panel *p = &s->panels[i];
        p->owner = s;
        p->first = i * (NODES - 1);
        p->segment = (ley_segment){.begin = s->nodes[p->first],
                                   .end = s->nodes[p->first + NODES - 1],
                                   .previous = i > 0 ? &s->panels[i - 1].segment : NULL,
                                   .reduced = panel_reduced,
                                   .samples = NODES};
        if (sink(user, &p->segment)) return 1;
    }
    return 0;
}
