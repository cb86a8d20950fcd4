/* Displaced states that begin with few levels of the cavity and get more: moving a state changes nothing of it, and
 * a run is that with all levels from the start. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator/half.h"
#include "generator/real.h"
#include "leyden.h"
#include "run/levels.h"
#include "run/problem.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

/* ---- Moving a state ------------------------------------------------------------------------------------------ */

static void at(const void *self, double t, ley_complex *alpha, ley_complex *spin) {
    (void)self;
    (void)t;
    *alpha = (ley_complex){2, 0};
    *spin = (ley_complex){0, -0.1};
}

static void keep(void *self) {
    (void)self;
}

static ley_generator *create(ley_model *model, bool real) {
    const ley_displacement displacement = {.at = at, .destroy = keep};
    ley_generator *generator = NULL;
    if (real)
        assert_int_equal(ley_generator_real_create(&generator, model, &displacement, NULL), LEY_OK);
    else
        assert_int_equal(ley_generator_half_create(&generator, model, LEY_PARITY_BOTH, &displacement, NULL),
                         LEY_OK);
    return generator;
}

static void move_and_compare(bool real, int32_t levels, int32_t more) {
    ley_model model, larger;
    ley_model_init(&model);
    model.cells = 4;
    model.levels = levels;
    model.battery_frequency = model.cavity_frequency = ley_signal_constant(1);
    model.coupling = ley_signal_constant(0.3);
    model.rate[LEY_LOCAL_EMISSION] = ley_signal_constant(0.2);
    model.cavity_state.kind = LEY_CAVITY_COHERENT;
    model.cavity_state.alpha.re = 2;
    larger = model;
    larger.levels = more;
    ley_generator *a = create(&model, real), *b = create(&larger, real);
    double *x = calloc((size_t)a->n, sizeof *x), *dx = calloc((size_t)a->n, sizeof *x);
    double *y = calloc((size_t)b->n, sizeof *y);
    ley_complex battery[64] = {{1, 0}}, cavity[400] = {{1, 0}};
    a->class->start(a, x, battery, cavity);
    for (int i = 0; i < 20; i++) { /* afterwards every level holds something */
        a->class->apply(a, 0, dx, x);
        for (ley_index k = 0; k < a->n; k++) x[k] += 0.2 * dx[k];
    }
    b->class->more_levels(b, y, a, x);
    assert_close(b->class->norm(b, y), a->class->norm(a, x), 1e-13, 0);
    double *of_x = calloc((size_t)a->n_compact, sizeof *x), *of_y = calloc((size_t)b->n_compact, sizeof *y);
    double *moved = calloc((size_t)b->n_compact, sizeof *y);
    a->class->reduce(a, of_x, x);
    b->class->reduce(b, of_y, y);
    b->class->more_levels_compact(b, moved, a, of_x);
    /* Once expanded: compact forms also hold moments of the edge, which have no meaning in the displaced frame. */
    const ley_index n = ley_reduced_length(&b->blocks);
    double *before = calloc((size_t)n, sizeof *before), *after = calloc((size_t)n, sizeof *after);
    b->class->expand(b, 0, before, moved);
    b->class->expand(b, 0, after, of_y);
    for (ley_index i = 0; i < n; i++) assert_close(before[i], after[i], 0, 1e-13 * a->class->norm(a, x));
    if (more > levels) assert_true(b->class->level(b, of_y, more - 1) == 0);
    double *reduced = calloc((size_t)ley_reduced_length(&a->blocks), sizeof *reduced);
    a->class->expand(a, 0, reduced, of_x);
    const ley_reduced whole = ley_reduced_view(&a->blocks, reduced);
    for (int32_t k = 0; k < levels; k++) {
        const double population = whole.cavity[(ley_index)k * (levels + 1)].re;
        assert_true(population != 0);
        assert_close(a->class->level(a, of_x, k), population, 0, 1e-13 * fabs(population));
    }
    free(x), free(dx), free(y), free(of_x), free(of_y), free(moved), free(reduced), free(before), free(after);
    ley_generator_destroy(a);
    ley_generator_destroy(b);
}

static void test_a_move_changes_nothing(void **state) {
    (void)state;
    for (int real = 0; real < 2; real++) {
        move_and_compare(real, 3, 4);
        move_and_compare(real, 4, 6);
        move_and_compare(real, 6, 6);
        move_and_compare(real, 5, 17);
    }
}

/* ---- While it evolves, against all levels from the start ---- */

enum { NODES = 9 };

typedef struct rows {
    const double *nodes;
    double *compact;
    ley_index n_compact, next;
} rows;

static int keep_rows(void *user, const ley_segment *segment) {
    rows *r = user;
    for (; r->next < NODES && r->nodes[r->next] <= segment->end; r->next++)
        segment->reduced(segment, r->nodes[r->next], r->compact + r->next * r->n_compact);
    return 0;
}

/* A run would notice a wrong state by itself, and do without growing levels; so here is the evolution alone. */
static void evolve_and_compare(const char *coupling) {
    char text[512];
    snprintf(text, sizeof text,
             "battery: {cells: 3, frequency: 1}\n"
             "cavity: {frequency: 1, levels: 20, state: {coherent: 3}}\n"
             "coupling: {model: %s, strength: 0.3}\n"
             "noise: {cavity: {loss: 0.1}, local: {emission: 0.1}}\n"
             "time: {until: 4}\nobserve: [battery.energy]\nnumerics: {representation: displaced}\n",
             coupling);
    ley_scenario *scenario;
    ley_task task;
    ley_choice choice;
    ley_generator *whole, *judge;
    ley_schedule schedule;
    const ley_signal *signals[LEY_MODEL_SIGNALS];
    assert_int_equal(ley_scenario_create(&scenario, text, NULL), LEY_OK);
    assert_int_equal(ley_scenario_task(scenario, &task, 0, NULL), LEY_OK);
    assert_int_equal(ley_choose(&choice, &task, &task.model, NULL), LEY_OK);
    assert_int_equal(ley_choice_part(&whole, &choice, &task.model, 0, NULL), LEY_OK);
    assert_int_equal(ley_choice_part(&judge, &choice, &task.model, 0, NULL), LEY_OK);
    ley_model_signals(&task.model, signals);
    assert_int_equal(ley_schedule_create(&schedule, signals, LEY_MODEL_SIGNALS, 0, 4, NULL), LEY_OK);
    assert_true(ley_levels_serve(&choice, &task.model, whole));

    const ley_complex battery[64] = {{1, 0}}, cavity[400] = {{1, 0}};
    double nodes[NODES], *x = calloc((size_t)judge->n, sizeof *x);
    double *grown = calloc((size_t)(NODES * whole->n_compact), sizeof *grown);
    double *all = calloc((size_t)(NODES * whole->n_compact), sizeof *all);
    for (int i = 0; i < NODES; i++) nodes[i] = 0.5 * i;
    const ley_levels levels = {.choice = &choice,
                               .model = &task.model,
                               .whole = whole,
                               .schedule = &schedule,
                               .nodes = nodes,
                               .n_nodes = NODES,
                               .compact = grown,
                               .battery = battery,
                               .limit = 1e-14,
                               .threads = 1};
    ley_propagation propagation = {.tolerance = 1e-9};
    assert_int_equal(ley_levels_evolve(&levels, &propagation, NULL), LEY_OK);

    rows kept = {.nodes = nodes, .compact = all, .n_compact = judge->n_compact, .next = 1};
    judge->class->start(judge, x, battery, cavity);
    judge->class->reduce(judge, all, x);
    const ley_problem problem = ley_problem_of(judge);
    propagation = (ley_propagation){.tolerance = 1e-11, .sink = keep_rows, .user = &kept};
    assert_int_equal(ley_dop853(&problem, x, &schedule, &propagation, NULL), LEY_OK);

    const ley_index n = ley_reduced_length(&whole->blocks);
    double *before = calloc((size_t)n, sizeof *before), *after = calloc((size_t)n, sizeof *after);
    for (int i = 0; i < NODES; i++) {
        whole->class->expand(whole, nodes[i], before, grown + i * whole->n_compact);
        judge->class->expand(judge, nodes[i], after, all + i * whole->n_compact);
        for (ley_index k = 0; k < n; k++) assert_close(before[k], after[k], 0, 1e-5);
    }
    const double *end = grown + (NODES - 1) * whole->n_compact;
    assert_true(whole->class->level(whole, end, 8) > 0); /* it began with six and got more, not all */
    assert_true(whole->class->level(whole, grown + whole->n_compact, 19) == 0);
    free(x), free(grown), free(all), free(before), free(after);
    ley_schedule_clear(&schedule);
    ley_generator_destroy(whole);
    ley_generator_destroy(judge);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}

static void test_growing(void **state) {
    (void)state;
    evolve_and_compare("tavis-cummings");
    evolve_and_compare("dicke");
}

/* ---- Runs against the laboratory ----------------------------------------------------------------------------- */

#define SCENARIO(model, rest)                                                                                      \
    "battery: {cells: 4, frequency: 1}\n"                                                                          \
    "cavity: {frequency: 1, levels: auto, state: {coherent: 2.5}}\n"                                               \
    "coupling: {model: " model ", strength: 0.2}\n"                                                                \
    "noise: {cavity: {loss: 0.15}, local: {emission: 0.1, dephasing: 0.1}}\n"                                      \
    "time: {until: 5, points: 11}\n"                                                                               \
    "observe: [battery.energy, battery.ergotropy, cavity.photons, cavity.energy, interaction.energy]\n"            \
    "measure: [\"max(battery.ergotropy)\"]\n"                                                                      \
    "numerics: {tolerance: 1e-8, " rest "}\n"

static void compare_runs(const char *grown, const char *whole, const char *what) {
    static const char *const observed[] = {"battery.energy", "battery.ergotropy", "cavity.photons", "cavity.energy",
                                           "interaction.energy"};
    ley_run *a = run_scenario(grown, what), *b = run_scenario(whole, what);
    assert_string_equal(ley_run_representation(a), "displaced");
    assert_true(ley_run_certificate(a)->cutoff_effect <= 1e-8);
    for (size_t i = 0; i < sizeof observed / sizeof *observed; i++)
        for (ley_index row = 0; row < 11; row++)
            assert_close(run_value(a, observed[i], row, 0), run_value(b, observed[i], row, 0), 0, 2e-8);
    assert_close(run_measure(a, "max(battery.ergotropy)"), run_measure(b, "max(battery.ergotropy)"), 0, 2e-8);
    ley_run_destroy(a);
    ley_run_destroy(b);
}

static void test_runs(void **state) {
    (void)state;
    compare_runs(SCENARIO("dicke", "representation: displaced"), SCENARIO("dicke", "representation: half"),
                 "complex numbers");
    compare_runs(SCENARIO("tavis-cummings", "representation: displaced"),
                 SCENARIO("tavis-cummings", "representation: sectors"), "real numbers");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_move_changes_nothing),
                                       cmocka_unit_test(test_growing), cmocka_unit_test(test_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
