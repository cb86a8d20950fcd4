#include "design/stages.h"

#include "core/memory.h"
#include "core/status.h"

#include <math.h>
#include <nlopt.h>
#include <string.h>

typedef struct stage {
    const ley_stages *all;
    nlopt_opt optimiser;
    ley_index end; /* evaluations at which this stage has had its share */
    bool needed;
    bool over, stopped;
    double *excess;
} stage;

typedef struct condition {
    stage *of;
    unsigned i;
} condition;

/* NLopt asks for value and conditions apart; look remembers what it has computed. */
static double ask(stage *self, const double *u) {
    double value = HUGE_VAL;
    if (self->over || self->stopped) return value;
    if (self->all->spent(self->all->user) >= self->end) {
        self->over = true;
        nlopt_force_stop(self->optimiser);
        return value;
    }
    if (self->all->look(self->all->user, u, self->needed, &value, self->excess) != 0) {
        self->stopped = true;
        nlopt_force_stop(self->optimiser);
    }
    return value;
}

static double objective(unsigned n, const double *u, double *gradient, void *user) {
    (void)n;
    (void)gradient;
    return ask(user, u);
}

static double constraint(unsigned n, const double *u, double *gradient, void *user) {
    const condition *self = user;
    (void)n;
    (void)gradient;
    (void)ask(self->of, u);
    return self->of->over || self->of->stopped ? 0 : self->of->excess[self->i];
}

static bool is_global(nlopt_algorithm algorithm) {
    return algorithm == NLOPT_GN_DIRECT_L || algorithm == NLOPT_GN_ORIG_DIRECT_L || algorithm == NLOPT_GN_CRS2_LM ||
           algorithm == NLOPT_GN_ISRES;
}

static nlopt_algorithm global_algorithm(const ley_stages *all) {
    switch (all->method) {
    case LEY_SEARCH_CRS:
        return NLOPT_GN_CRS2_LM;
    case LEY_SEARCH_ISRES:
        return NLOPT_GN_ISRES;
    case LEY_SEARCH_DIRECT:
        return all->n_constraints ? NLOPT_GN_ORIG_DIRECT_L : NLOPT_GN_DIRECT_L;
    default: /* boxes are divided one side after the other: with many sides drawing at random does better */
        if (all->n <= 6) return all->n_constraints ? NLOPT_GN_ORIG_DIRECT_L : NLOPT_GN_DIRECT_L;
        return all->n_constraints ? NLOPT_GN_ISRES : NLOPT_GN_CRS2_LM;
    }
}

static nlopt_algorithm local_algorithm(const ley_stages *all) {
    switch (all->method) {
    case LEY_SEARCH_BOBYQA:
        return NLOPT_LN_BOBYQA;
    case LEY_SEARCH_COBYLA:
        return NLOPT_LN_COBYLA;
    case LEY_SEARCH_SIMPLEX:
        return NLOPT_LN_SBPLX;
    default:
        if (all->n_constraints) return NLOPT_LN_COBYLA;
        return all->n < 2 ? NLOPT_LN_SBPLX : NLOPT_LN_BOBYQA;
    }
}

/* One stage from u on, with steps of `step` at first. *ended: by itself. */
static ley_status run_stage(const ley_stages *all, nlopt_algorithm algorithm, double *u, double step, ley_index end,
                            bool *ended, bool *stopped, ley_error *err) {
    const bool global = is_global(algorithm);
    stage self = {.all = all, .end = end, .needed = !global};
    condition *conditions = ley_allocate(all->n_constraints, sizeof *conditions);
    self.excess = ley_allocate(all->n_constraints, sizeof *self.excess);
    self.optimiser = conditions && self.excess ? nlopt_create(algorithm, all->n) : NULL;
    ley_status status = LEY_OK;
    double value = 0;
    if (!self.optimiser) {
        status = ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory for the search");
        goto done;
    }
    nlopt_srand((unsigned long)all->seed);
    int bad = nlopt_set_min_objective(self.optimiser, objective, &self) < 0 ||
              nlopt_set_lower_bounds1(self.optimiser, 0) < 0 || nlopt_set_upper_bounds1(self.optimiser, 1) < 0;
    for (unsigned i = 0; i < all->n_constraints; i++) {
        conditions[i] = (condition){&self, i};
        bad = bad || nlopt_add_inequality_constraint(self.optimiser, constraint, &conditions[i], 0) < 0;
    }
    if (global) /* places outside the conditions cost nothing; they must not go on for ever */
        bad = bad || nlopt_set_maxeval(self.optimiser, (int)fmin(1e9, 200.0 * (double)all->budget + 2000)) < 0;
    else
        bad = bad || nlopt_set_initial_step1(self.optimiser, step) < 0 ||
              nlopt_set_xtol_abs1(self.optimiser, all->tolerance) < 0 ||
              nlopt_set_ftol_abs(self.optimiser, all->n_constraints ? 0 : all->resolution) < 0;
    nlopt_result result = bad ? NLOPT_FAILURE : nlopt_optimize(self.optimiser, u, &value);
    *stopped = self.stopped;
    *ended = !self.over && !self.stopped;
    if (!self.over && !self.stopped && result < 0 && result != NLOPT_ROUNDOFF_LIMITED) {
        const char *why = nlopt_get_errmsg(self.optimiser);
        status = ley_fail(err, result == NLOPT_OUT_OF_MEMORY ? LEY_ERR_MEMORY : LEY_ERR_NUMERIC, "optimize",
                          "the search by %s failed: %s", nlopt_algorithm_name(algorithm),
                          why ? why : nlopt_result_to_string(result));
    }
done:
    nlopt_destroy(self.optimiser);
    ley_release(self.excess);
    ley_release(conditions);
    return status;
}

ley_status ley_stages_run(const ley_stages *all, bool *converged, ley_error *err) {
    const bool first = all->method == LEY_SEARCH_AUTO || all->method == LEY_SEARCH_GLOBAL ||
                       all->method == LEY_SEARCH_DIRECT || all->method == LEY_SEARCH_CRS ||
                       all->method == LEY_SEARCH_ISRES;
    const bool second = all->method == LEY_SEARCH_AUTO || !first;
    bool stopped = false;
    ley_status status = LEY_OK;
    double *u = ley_allocate(all->n, sizeof *u), *excess = ley_allocate(all->n_constraints, sizeof *excess), value;
    *converged = false;
    if (!u || !excess) {
        status = ley_fail(err, LEY_ERR_MEMORY, "optimize", "no memory for the search");
        goto done;
    }
    memcpy(u, all->start, all->n * sizeof *u);
    if (all->look(all->user, u, true, &value, excess) != 0) goto done; /* what is written is evaluated first */
    if (first) {
        ley_index share = second ? all->budget / 2 : all->budget;
        status = run_stage(all, global_algorithm(all), u, 0, share, converged, &stopped, err);
        if (status || stopped || !second) goto done;
    }
    if (!all->best(all->user, u)) memcpy(u, all->start, all->n * sizeof *u);
    status = run_stage(all, local_algorithm(all), u, first ? 0.05 : 0.2, all->budget, converged, &stopped, err);
done:
    ley_release(u);
    ley_release(excess);
    return status;
}
