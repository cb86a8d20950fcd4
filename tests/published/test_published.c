/* Do we get the numbers of the papers? For each NAME.yaml here, with its source and reading in comments, NAME.csv
 * holds
 *
 *     point;quantity;scale;value;tolerance
 *
 * point: of the sweep. quantity: a measure, or a sum "5*final(X) + final(Y)" of them. Asked: |scale * quantity -
 * value|
 * <= tolerance, where the tolerance is what the printed digits and the paper's own solver support. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "leyden.h"
#include "support/assert_close.h"
#include "support/check_run.h"
#include "support/file_text.h"
#include "support/run_scenario.h"

static char *published(const char *name, const char *ending) {
    char path[1024];
    snprintf(path, sizeof path, "%s/../published/%s%s", TEST_DATA, name, ending);
    return file_text(path);
}

static double quantity(const ley_run *run, char *sum) {
    double value = 0;
    for (char *term = sum; term;) {
        char *next = strstr(term, " + "), *star = strchr(term, '*');
        if (next) *next = 0;
        double factor = 1;
        if (star && (!next || star < next)) {
            factor = strtod(term, NULL);
            term = star + 1;
        }
        value += factor * run_measure(run, term);
        term = next ? next + 3 : NULL;
    }
    return value;
}

static void check_paper(void **state) {
    const char *name = *state;
    char *text = published(name, ".yaml"), *table = published(name, ".csv"), *lines = NULL;
    ley_run *run = NULL;
    long held = -1, compared = 0;
    double worst = 0; /* deviation in units of its tolerance */
    strtok_r(table, "\n", &lines);
    for (char *line = strtok_r(NULL, "\n", &lines); line; line = strtok_r(NULL, "\n", &lines)) {
        char *cells = NULL;
        long point = strtol(strtok_r(line, ";", &cells), NULL, 10);
        char *sum = strtok_r(NULL, ";", &cells), label[256];
        snprintf(label, sizeof label, "%s", sum);
        double scale = strtod(strtok_r(NULL, ";", &cells), NULL), value = strtod(strtok_r(NULL, ";", &cells), NULL),
               tolerance = strtod(strtok_r(NULL, ";", &cells), NULL);
        if (point != held) {
            ley_run_destroy(run);
            run = run_scenario_point(text, point, name);
            check_run(run, name);
            held = point;
        }
        double got = scale * quantity(run, sum);
        worst = fmax(worst, fabs(got - value) / tolerance);
        compared++;
        if (!(fabs(got - value) <= tolerance))
            fail_msg("%s, point %ld: %s is %.8g, published %.8g, tolerance %.1g", name, point, label, got, value,
                     tolerance);
    }
    printf("%s: %ld numbers, largest deviation %.2f of its tolerance\n", name, compared, worst);
    assert_true(compared > 0);
    ley_run_destroy(run);
    free(table);
    free(text);
}

int main(void) {
    static char jawad[] = "jawad_table1", carrasco[] = "carrasco_fock", canzio[] = "canzio2024_fig4";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(check_paper, jawad),
        cmocka_unit_test_prestate(check_paper, carrasco),
        cmocka_unit_test_prestate(check_paper, canzio),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
