#include "run/certificate.h"

#include <math.h>

void ley_certifier_begin(ley_certifier *s, ley_certificate *certificate, const ley_model *model,
                         const ley_blocks *blocks, double edge_limit, bool battery_known) {
    *s = (ley_certifier){.certificate = certificate,
                         .model = model,
                         .blocks = blocks,
                         .edge_limit = edge_limit,
                         .battery_known = battery_known,
                         .energy_unknown = !ley_model_energy_has_slope(model)};
    *certificate = (ley_certificate){.min_eigenvalue = battery_known ? INFINITY : NAN,
                                     .hermiticity_error = battery_known ? 0 : NAN,
                                     .cutoff_effect = NAN,
                                     .energy_error = s->energy_unknown ? NAN : 0,
                                     .residual = NAN,
                                     .levels = model->levels};
}

void ley_certifier_forgo_energy(ley_certifier *s) {
    s->energy_unknown = true;
    s->certificate->energy_error = NAN;
}

/* Trace and edge of one run: the first, or the second that `compare` starts. */
static void watch_trace_and_edge(ley_certifier *s, const ley_reduced *view) {
    const ley_blocks *blocks = s->blocks;
    ley_certificate *c = s->certificate;
    double trace = view->moment[LEY_MOMENT_B_ONE * LEY_MOMENT_CAVITY + LEY_MOMENT_C_ONE].re;
    c->trace_error = fmax(c->trace_error, fabs(trace - 1));
    if (s->model->levels == 0) return;
    double edge = view->cavity[(ley_index)blocks->levels * blocks->levels - 1].re;
    c->edge_population = fmax(c->edge_population, edge);
    if (edge > s->edge_limit) s->edge_exceeded = true;
}

/* Population of the last excitation of the battery that is kept. */
static double excitation_edge(const ley_certifier *s, const ley_reduced *view) {
    const ley_blocks *blocks = s->blocks;
    const int32_t kept = s->model->excitations;
    double sum = 0;
    for (int32_t b = 0; b < blocks->n_blocks && b <= kept && kept < blocks->cells; b++) {
        if (!ley_blocks_kept(blocks, b) || kept - b > ley_spin_two_j(blocks->cells, b)) continue;
        sum += view->battery[blocks->offset[b] + (kept - b) * ley_blocks_stride(blocks, b)].re;
    }
    return sum;
}

void ley_certifier_watch(ley_certifier *s, double t, double *reduced, double heat, double work) {
    ley_certificate *c = s->certificate;
    const ley_reduced view = ley_reduced_view(s->blocks, reduced);
    watch_trace_and_edge(s, &view);
    if (s->model->excitations > 0) c->excitation_edge = fmax(c->excitation_edge, excitation_edge(s, &view));
    if (s->blocks->second) {
        const ley_reduced second = ley_reduced_of_second(s->blocks, &view);
        watch_trace_and_edge(s, &second);
    }
    if (!s->energy_unknown) {
        double energy = ley_total_energy(s->model, s->blocks, t, &view);
        if (!s->started) s->energy_start = energy;
        c->energy_error = fmax(c->energy_error, fabs(energy + heat - work - s->energy_start));
    }
    s->started = true;
}

ley_status ley_certifier_health(ley_certifier *s, ley_observer *observer, ley_error *err) {
    double lowest, hermiticity, trace;
    if (!s->battery_known) return LEY_OK;
    ley_status status = ley_observer_health(observer, &lowest, &hermiticity, &trace, err);
    if (status != LEY_OK) return status;
    ley_certificate *c = s->certificate;
    c->min_eigenvalue = fmin(c->min_eigenvalue, lowest);
    c->hermiticity_error = fmax(c->hermiticity_error, hermiticity);
    c->trace_error = fmax(c->trace_error, fabs(trace - 1));
    return LEY_OK;
}
