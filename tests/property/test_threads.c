/* What a run gives does not depend on how many threads it has: bit for bit. Also the team by itself. */
#include "core/memory.h"
#include "core/status.h"
#include "linalg/gram.h"
#include "run/crew.h"
#include "run/team.h"
#include "support/assert_close.h"
#include "support/on_threads.h"

#include <stdatomic.h>
#include <string.h>

static const char sectors[] = "battery: {cells: 7, frequency: 1}\n"
                              "cavity: {frequency: 1.1, levels: 20, state: {coherent: 2}}\n"
                              "coupling: {model: tavis-cummings, strength: 0.3}\n"
                              "noise: {cavity: {loss: 0.1}, local: {emission: 0.05, dephasing: 0.1}}\n"
                              "time: {until: 3, points: 7}\n"
                              "observe: [battery.ergotropy, battery.energy, cavity.amplitude_re]\n"
                              "measure: [\"max(battery.ergotropy)\", \"argmax(battery.ergotropy)\"]\n"
                              "numerics: {tolerance: 1e-6, certify: false}\n";

/* One part each, large enough to be shared: complex and real numbers, and, with the purity of the whole,
 * observed while it evolves. */
#define ONE_PART(model, cells, observe)                                                                            \
    "battery: {cells: " #cells ", frequency: 1}\n"                                                                 \
    "cavity: {frequency: 1, levels: 16, state: {coherent: 3}}\n"                                                   \
    "coupling: {model: " model ", strength: 0.1}\n"                                                                \
    "noise: {cavity: {loss: 0.1}, local: {emission: 0.05, dephasing: 0.1}}\n"                                      \
    "time: {until: 0.4, points: 3}\n"                                                                              \
    "observe: [battery.ergotropy, battery.energy" observe "]\n"                                                    \
    "measure: [\"max(battery.ergotropy)\"]\n"                                                                      \
    "numerics: {tolerance: 1e-6, certify: false, representation: displaced}\n"

static const char *const one_part[] = {ONE_PART("dicke", 9, ""), ONE_PART("tavis-cummings", 12, ""),
                                       ONE_PART("dicke", 9, ", total.purity")};

/* One charge: rows that all end at the same K, with real numbers and with two planes, and rows that are cut. */
#define ONE_CHARGE(cells, photons, frequency, noise)                                                               \
    "battery: {cells: " #cells ", frequency: 1}\n"                                                                 \
    "cavity: {frequency: " #frequency ", levels: \"N + 1\", state: {fock: " #photons "}}\n"                        \
    "coupling: {model: tavis-cummings, strength: 0.1}\n"                                                           \
    "noise: {cavity: {loss: 0.1" noise "}, local: {emission: 0.05, dephasing: 0.1}}\n"                             \
    "time: {until: 0.7, points: 4}\n"                                                                              \
    "observe: [battery.ergotropy, battery.energy, cavity.entropy]\n"                                               \
    "numerics: {tolerance: 1e-6, certify: false, representation: sectors}\n"

static const char *const one_charge[] = {ONE_CHARGE(28, 28, 1, ""), ONE_CHARGE(24, 24, 1.1, ""),
                                         ONE_CHARGE(20, 4, 1.1, ", gain: 0.01")};

/* A window of excitations: steps, and an expansion after the pulse. */
static const char driven[] = "battery: {cells: 12, frequency: 1, state: {dicke: [6, 2]}}\n"
                             "cavity: {frequency: 1, levels: 12, state: vacuum}\n"
                             "coupling: {model: dicke, strength: 0.1}\n"
                             "drive: {cavity: \"gauss(t, 0.1, 0.02)\"}\n"
                             "noise: {cavity: {loss: 0.1}, local: {emission: 0.05}}\n"
                             "time: {until: 0.5, points: 4}\n"
                             "observe: [battery.ergotropy, battery.energy]\n"
                             "measure: [\"final(battery.ergotropy)\"]\n"
                             "numerics: {tolerance: 1e-6, certify: false, representation: half}\n";

static void compare(const char *what, const char *representation) {
    ley_record one = {0}, four = {0};
    run_on_threads(&one, what, LEY_EVOLUTION, 1);
    run_on_threads(&four, what, LEY_EVOLUTION, 4);
    assert_string_equal(one.representation, representation);
    for (ley_index i = 0; i < one.n_series; i++)
        assert_memory_equal(one.series[i], four.series[i], (size_t)(one.n_times * one.width[i]) * sizeof(double));
    assert_memory_equal(one.measures, four.measures, (size_t)one.n_measures * sizeof(double));
    assert_true(one.certificate.integration_error == four.certificate.integration_error);
    assert_int_equal(one.certificate.applies, four.certificate.applies);
    ley_record_clear(&one);
    ley_record_clear(&four);
}

static void test_same_numbers(void **state) {
    (void)state;
    compare(sectors, "sectors");
    for (size_t i = 0; i < sizeof one_charge / sizeof *one_charge; i++) {
        assert_worth_sharing(one_charge[i], LEY_EVOLUTION, 0);
        compare(one_charge[i], "sectors");
    }
    for (size_t i = 0; i < sizeof one_part / sizeof *one_part; i++) {
        assert_worth_sharing(one_part[i], LEY_EVOLUTION, 0);
        compare(one_part[i], "displaced");
    }
    assert_worth_sharing(driven, LEY_EVOLUTION, 6 + 2 + 3); /* excited at the start, and kept besides */
    compare(driven, "half");
}

enum { PIECES = 100 };

typedef struct pieces {
    atomic_int met[PIECES];
    int32_t bad; /* from here on, pieces fail */
} pieces;

static ley_status piece(void *user, int32_t i, ley_error *err) {
    pieces *p = user;
    atomic_fetch_add(&p->met[i], 1);
    return i < p->bad ? LEY_OK : ley_fail(err, LEY_ERR_NUMERIC, "piece", "piece %d failed", i);
}

static void test_team_meets_each_piece_once(void **state) {
    (void)state;
    for (int32_t threads = 0; threads <= 5; threads++) {
        pieces p = {.bad = PIECES};
        assert_int_equal(ley_team_run(threads, PIECES, piece, &p, NULL), LEY_OK);
        for (int i = 0; i < PIECES; i++) assert_int_equal(atomic_load(&p.met[i]), 1);
    }
    assert_int_equal(ley_team_run(3, 0, piece, NULL, NULL), LEY_OK);
}

typedef struct loop {
    int64_t n;
    atomic_int met[PIECES];
} loop;

static void meet(void *user, int32_t share, int32_t shares) {
    loop *l = user;
    for (int64_t i = ley_share_first(l->n, share, shares); i < ley_share_first(l->n, share + 1, shares); i++)
        atomic_fetch_add(&l->met[i], 1);
}

/* Loops of every length, one behind the other. */
static void test_crew_meets_each_piece_once(void **state) {
    (void)state;
    assert_null(ley_crew_create(1));
    assert_null(ley_crew_hands(NULL));
    for (int32_t threads = 1; threads <= 5; threads++) {
        ley_crew *crew = ley_crew_create(threads);
        assert_int_equal(ley_hands_count(ley_crew_hands(crew)), threads);
        for (int64_t n = 0; n <= PIECES; n++) {
            loop l = {.n = n};
            for (int round = 1; round <= 3; round++) {
                ley_hands_work(ley_crew_hands(crew), meet, &l);
                for (int64_t i = 0; i < PIECES; i++) assert_int_equal(atomic_load(&l.met[i]), i < n ? round : 0);
            }
        }
        ley_crew_destroy(crew);
    }
}

static void test_team_reports_the_first_failure(void **state) {
    (void)state;
    for (int32_t threads = 1; threads <= 5; threads++) {
        pieces p = {.bad = 40};
        ley_error err = {0};
        assert_int_equal(ley_team_run(threads, PIECES, piece, &p, &err), LEY_ERR_NUMERIC);
        assert_string_equal(err.message, "piece 40 failed");
        assert_int_equal(atomic_load(&p.met[PIECES - 1]), 0); /* the rest was not begun */
    }
}

/* Some BLAS libraries hand the same work buffer to two threads: linalg/turns.h. */
enum { ROWS = 12, COLUMNS = 40, REPEATS = 4000 };

typedef struct sums {
    double re[ROWS * COLUMNS], im[ROWS * COLUMNS];
    ley_complex expected[ROWS * ROWS];
    atomic_int wrong;
} sums;

static ley_status gram_again(void *user, int32_t i, ley_error *err) {
    (void)i;
    (void)err;
    sums *s = user;
    ley_complex out[ROWS * ROWS];
    double scratch[2 * ROWS * ROWS];
    ley_gram(out, scratch, s->re, s->im, ROWS, COLUMNS, 0);
    if (memcmp(out, s->expected, sizeof out) != 0) atomic_fetch_add(&s->wrong, 1);
    return LEY_OK;
}

static void test_linear_algebra_is_not_shared(void **state) {
    (void)state;
    static sums s;
    double scratch[2 * ROWS * ROWS];
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        s.re[i] = sin(1.3 * i);
        s.im[i] = cos(0.7 * i);
    }
    ley_gram(s.expected, scratch, s.re, s.im, ROWS, COLUMNS, 0);
    assert_int_equal(ley_team_run(4, REPEATS, gram_again, &s, NULL), LEY_OK);
    assert_int_equal(atomic_load(&s.wrong), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_numbers), cmocka_unit_test(test_linear_algebra_is_not_shared),
        cmocka_unit_test(test_crew_meets_each_piece_once), cmocka_unit_test(test_team_meets_each_piece_once),
        cmocka_unit_test(test_team_reports_the_first_failure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
