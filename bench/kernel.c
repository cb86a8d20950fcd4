/* bench_kernel: nanoseconds for each stored number and application of the generator.
 *
 *   bench_kernel machine                         triad and fused multiply-adds
 *   bench_kernel SCENARIO.yaml [KEY=VALUE]...    the first part of the representation that the scenario gets
 *
 * Writes one CSV line for each measurement, without a header. Seconds are processor seconds of one thread, the
 * least of several rounds. */
#include "core/memory.h"
#include "generator/generator.h"
#include "machine.h"
#include "run/choice.h"
#include "scenario/scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 1 << 16, ROUNDS = 7, APPLIES = 48 };

static int print_machine(void) {
    static const struct {
        const char *place;
        double bytes;
    } sizes[] = {{"L1", 24e3}, {"L2", 768e3}, {"L3", 12e6}, {"memory", 384e6}};
    for (int threads = 1; threads <= 2; threads++) {
        printf("fma,%d,%.1f,Gflop/s\n", threads, machine_fma(threads));
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            printf("triad %s,%d,%.1f,GB/s\n", sizes[i].place, threads,
                   machine_triad(threads, sizes[i].bytes / (i == 3 ? threads : 1)));
    }
    return EXIT_SUCCESS;
}

static ley_status fill(const ley_generator *generator, double *x) {
    const ley_blocks *blocks = &generator->blocks;
    ley_complex *battery = ley_allocate((size_t)blocks->offset[blocks->n_blocks], sizeof *battery);
    ley_complex *cavity = ley_allocate((size_t)blocks->levels * (size_t)blocks->levels, sizeof *cavity);
    ley_status status = battery && cavity ? LEY_OK : LEY_ERR_MEMORY;
    if (!status) {
        ley_start_battery(blocks, &generator->model->battery_state, battery);
        cavity[0].re = 1;
        if (generator->model->levels > 0) ley_start_cavity(blocks->levels, &generator->model->cavity_state, cavity);
        generator->class->start(generator, x, battery, cavity);
    }
    ley_release(battery);
    ley_release(cavity);
    return status;
}

/* Applications as an evolution makes them: Chebyshev's recurrence phi'' = 2 (L + c) / f phi' + phi where it is
 * offered, otherwise y = L x alone. Returns seconds for one. */
static double applications(ley_generator *generator, double *x, double *y) {
    const bool fused = generator->class->fused && generator->class->bounds;
    double f = 1, decay = 0;
    if (fused) generator->class->bounds(generator, 0, &f, &decay);
    double begin = machine_seconds();
    for (int i = 0; i < APPLIES; i++) {
        if (fused) {
            generator->class->fused(generator, 0, y, x, 2 / f, decay / f, i > 0);
            double *was = x;
            x = y;
            y = was;
        } else {
            generator->class->apply(generator, 0, y, x);
        }
    }
    return (machine_seconds() - begin) / APPLIES;
}

static ley_status print_kernel(const ley_task *task, const ley_model *model, ley_error *err) {
    ley_choice choice;
    ley_generator *generator = NULL;
    double *x = NULL, *y = NULL, best = INFINITY;
    ley_status status = ley_choose(&choice, task, model, err);
    if (!status) status = ley_choice_part(&generator, &choice, model, 0, err);
    if (status) goto done;
    x = ley_allocate((size_t)generator->n, sizeof *x);
    y = ley_allocate((size_t)generator->n, sizeof *y);
    status = x && y ? LEY_OK : LEY_ERR_MEMORY;
    for (int i = 0; !status && i < ROUNDS; i++) {
        status = fill(generator, x);
        memset(y, 0, (size_t)generator->n * sizeof *y);
        if (!status) best = fmin(best, applications(generator, x, y));
    }
    if (!status)
        printf("%s,%d,%d,%lld,%.4g,%.4g\n", ley_representation_word(choice.representation), (int)model->cells,
               (int)model->levels, (long long)generator->n, 1e3 * best, 1e9 * best / (double)generator->n);
done:
    ley_release(x);
    ley_release(y);
    ley_generator_destroy(generator);
    return status;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "machine") == 0) return print_machine();
    ley_scenario *scenario = NULL;
    ley_task task = {0};
    ley_error err = {0};
    char *text = ley_allocate(TEXT, 1);
    FILE *file = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!text || !file || fread(text, 1, TEXT - 1, file) == 0) {
        fputs("usage: bench_kernel machine | bench_kernel SCENARIO.yaml [KEY=VALUE]...\n", stderr);
        return 2;
    }
    fclose(file);
    ley_status status = ley_scenario_create_with(&scenario, text, (const char *const *)argv + 2, argc - 2, &err);
    if (!status) status = ley_scenario_task(scenario, &task, 0, &err);
    if (!status && task.has_cavity && task.model.levels == 0) {
        fputs("bench_kernel: give cavity.levels\n", stderr);
        return 2;
    }
    if (!status) status = print_kernel(&task, &task.model, &err);
    if (status) fprintf(stderr, "bench_kernel: %s\n", err.message[0] ? err.message : ley_status_text(status));
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
    ley_release(text);
    return status ? EXIT_FAILURE : EXIT_SUCCESS;
}
