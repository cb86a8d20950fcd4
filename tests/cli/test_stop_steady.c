/* Ctrl-C in the middle of a spectrum and of a steady state that take long. */
#include "cli/program.h"

#include "support/assert_close.h"

static const char sectors[] = "battery: {cells: 8, frequency: 1}\n"
                              "cavity: {frequency: 1, levels: 30}\n"
                              "coupling: {model: dicke, strength: \"0.25/sqrt(N)\"}\n"
                              "noise: {cavity: {loss: 0.15}, local: {emission: 0.1, dephasing: 0.1}}\n"
                              "observe: [battery.energy]\n"
                              "measure: gap\n";
static const char unlike[] = "battery: {cells: 9, frequencies: [1, 1.2, 0.8, 1.1, 0.9, 1.3, 0.7, 1.4, 0.6]}\n"
                             "noise: {collective: {rate: 1, n: 0.5}, local: {emission: 0.01}}\n"
                             "observe: [battery.energy]\n"
                             "sweep: {noise.collective.n: [0.5, 0.6]}\n";

static int begin(void **state) {
    (void)state;
    if (program_folder_make() != 0) return -1;
    program_write("sectors.yaml", sectors);
    program_write("unlike.yaml", unlike);
    return 0;
}

static int end(void **state) {
    (void)state;
    return program_folder_remove();
}

static program_result interrupted(const char *const *words) {
    const program_options options = {.signal = SIGINT, .signal_after = 1};
    program_result r = program_run_with(words, &options);
    assert_int_equal(r.exit_status, 1);
    return r;
}

static void test_spectrum(void **state) {
    (void)state;
    const char *words[] = {"spectrum", "sectors.yaml", "--progress=json", NULL};
    program_result r = interrupted(words);
    assert_non_null(strstr(r.err, "\"fraction\": 0.")); /* it went on while it lasted */
    assert_non_null(strstr(r.err, "leyden: sectors.yaml: stopped while eigenvalues were looked for"));
    assert_string_equal(r.out, "");
    program_clear(&r);
}

static void test_steady(void **state) {
    (void)state;
    const char *words[] = {"steady", "unlike.yaml", "-o", "u.h5", NULL};
    program_result r = interrupted(words);
    assert_non_null(strstr(r.err, "of 2 points are kept in u.h5"));
    assert_non_null(strstr(r.err, "go on with: leyden steady unlike.yaml -o u.h5 --resume"));
    program_clear(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_spectrum), cmocka_unit_test(test_steady)};
    return cmocka_run_group_tests(tests, begin, end);
}
