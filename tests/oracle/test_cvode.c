/* The engine against SUNDIALS CVODE (Adams, variable order) on the same generator: a referee for the integrator
 * alone, built where SUNDIALS 6 or 7 is installed. Both ask for far more than the 1e-8 that they are compared at.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include "basis/blocks.h"
#include "core/memory.h"
#include "generator/generator.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/random_model.h"
#include "support/run_scenario.h"

#ifndef SUN_COMM_NULL /* SUNDIALS 6: a pointer to an MPI communicator */
#define SUN_COMM_NULL NULL
#endif

static const double allowed = 1e-8;

static int slope(sunrealtype t, N_Vector y, N_Vector dy, void *user) {
    ley_generator *generator = user;
    generator->class->apply(generator, t, N_VGetArrayPointer(dy), N_VGetArrayPointer(y));
    return 0;
}

/* x from time 0 to t_end. */
static void evolve(ley_generator *generator, double *x, double t_end) {
    SUNContext context = NULL;
    assert_int_equal(SUNContext_Create(SUN_COMM_NULL, &context), 0);
    N_Vector y = N_VMake_Serial(generator->n, x, context);
    void *cvode = CVodeCreate(CV_ADAMS, context);
    assert_non_null(cvode);
    assert_int_equal(CVodeInit(cvode, slope, 0, y), CV_SUCCESS);
    assert_int_equal(CVodeSStolerances(cvode, 1e-12, 1e-14), CV_SUCCESS);
    assert_int_equal(CVodeSetUserData(cvode, generator), CV_SUCCESS);
    assert_int_equal(CVodeSetMaxNumSteps(cvode, 1000000), CV_SUCCESS);
    assert_int_equal(CVodeSetMaxStep(cvode, 0.05), CV_SUCCESS);
    SUNNonlinearSolver solver = SUNNonlinSol_FixedPoint(y, 0, context);
    assert_int_equal(CVodeSetNonlinearSolver(cvode, solver), CV_SUCCESS);
    assert_int_equal(CVodeSetStopTime(cvode, t_end), CV_SUCCESS);
    double t = 0;
    while (t < t_end) assert_true(CVode(cvode, t_end, y, &t, CV_NORMAL) >= 0);
    SUNNonlinSolFree(solver);
    CVodeFree(&cvode);
    N_VDestroy(y);
    SUNContext_Free(&context);
}

static void compare(uint64_t seed, const random_options *options) {
    const double t_end = 5;
    brute_model m = random_model(seed, options);
    scenario_options how = {.until = t_end, .points = 2, .tolerance = 1e-10, .observe = "battery.energy"};
    char *text = model_scenario(&m, &how);
    ley_run *run = run_scenario(text, "cvode");
    check_run(run, "cvode");

    ley_error err = {0};
    ley_scenario *scenario = NULL;
    ley_task task = {0};
    ley_generator *generator = NULL;
    assert_int_equal(ley_scenario_create(&scenario, text, &err), LEY_OK);
    assert_int_equal(ley_scenario_task(scenario, &task, 0, &err), LEY_OK);
    assert_int_equal(ley_generator_blocks_create(&generator, &task.model, &err), LEY_OK);
    const ley_blocks *blocks = &generator->blocks;
    ley_index n_battery = blocks->offset[blocks->n_blocks];
    ley_complex *battery = ley_allocate((size_t)n_battery, sizeof *battery),
                *cavity = ley_allocate((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    double *x = ley_allocate((size_t)generator->n, sizeof *x),
           *reduced = ley_allocate((size_t)ley_reduced_length(blocks), sizeof *reduced);
    ley_start_battery(blocks, &task.model.battery_state, battery);
    cavity[0].re = 1;
    if (task.has_cavity) ley_start_cavity(blocks->levels, &task.model.cavity_state, cavity);
    generator->class->start(generator, x, battery, cavity);
    evolve(generator, x, t_end);
    generator->class->reduce(generator, reduced, x);
    ley_reduced view = ley_reduced_view(blocks, reduced);

    double largest = 0;
    for (int b = 0; b < blocks->n_blocks; b++) {
        int two_j = m.cells - 2 * b, d = two_j + 1;
        ley_complex *block = ley_allocate((size_t)(d * d), sizeof *block);
        assert_int_equal(ley_run_battery_block(run, block, two_j, &err), LEY_OK);
        for (int i = 0; i < d * d; i++) {
            ley_complex other = view.battery[blocks->offset[b] + i];
            largest = fmax(largest, hypot(block[i].re - other.re, block[i].im - other.im));
        }
        ley_release(block);
    }
    printf("seed %llu: N = %d, %d levels, off by %.1e\n", (unsigned long long)seed, m.cells, m.levels, largest);
    if (!(largest <= allowed)) fail_msg("seed %llu: off by %.3g\n%s", (unsigned long long)seed, largest, text);
    ley_release(reduced);
    ley_release(x);
    ley_release(cavity);
    ley_release(battery);
    ley_generator_destroy(generator);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
    ley_run_destroy(run);
    free(text);
}

static void test_engine_against_cvode(void **state) {
    (void)state;
    random_options options = random_options_any();
    options.cells_max = 8;
    options.jumps = false; /* CVODE would have to be told of each */
    for (uint64_t seed = 1; seed <= 8; seed++) compare(seed, &options);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_engine_against_cvode)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
