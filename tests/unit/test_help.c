/* The help: every key, observable and measure is in it, and its lines fit a terminal. */
#include "core/memory.h"
#include "scenario/keys.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"

#include <string.h>

static void help_names_everything(void **state) {
    (void)state;
    char *text;
    int topics = 0;
    for (const char *const *topic = ley_help_topics(); *topic; topic++, topics++) {
        assert_int_equal(ley_help(&text, *topic, NULL), LEY_OK);
        assert_true(strlen(text) > 200);
        for (const char *line = text; *line; line = *line ? line + 1 : line) { /* fits a terminal */
            size_t length = strcspn(line, "\n");
            if (length > 118) fail_msg("%s: %.*s", *topic, (int)length, line);
            line += length;
            if (!*line) break;
        }
        ley_string_destroy(text);
    }
    assert_int_equal(topics, 5);
    assert_int_equal(ley_help(&text, "scenario", NULL), LEY_OK);
    for (int i = 0; i < LEY_KEY_COUNT; i++) {
        assert_non_null(strstr(text, ley_key_name((ley_key)i)));
        assert_non_null(strstr(text, ley_key_default((ley_key)i)));
        assert_non_null(strstr(text, ley_key_meaning((ley_key)i)));
    }
    ley_string_destroy(text);
    assert_int_equal(ley_help(&text, "observables", NULL), LEY_OK);
    for (ley_index i = 0; i < ley_observable_count(); i++) {
        assert_non_null(strstr(text, ley_observable_name(i)));
        assert_non_null(strstr(text, ley_observable_meaning(i)));
        assert_non_null(ley_observable_unit(i));
        assert_true(!ley_observable_component(i) == (ley_observable_shape((ley_observable)i) == LEY_SCALAR));
        assert_int_equal(ley_observable_find(ley_observable_name(i)), i);
    }
    ley_string_destroy(text);
    assert_null(ley_observable_name(-1));
    assert_null(ley_observable_unit(ley_observable_count()));
    assert_null(ley_observable_component(ley_observable_count()));
    assert_int_equal(ley_observable_width(LEY_BATTERY_SPIN_WEIGHTS, 5), 3);
    assert_int_equal(ley_observable_width(LEY_BATTERY_SPIN_WEIGHTS, 4), 3);
    assert_int_equal(ley_observable_width(LEY_BATTERY_POPULATIONS, 4), 5);
    assert_int_equal(ley_observable_width(LEY_POWER, 4), 1);
    for (int i = 0; i < LEY_MEASURE_COUNT; i++)
        assert_int_equal(ley_measure_find(ley_measure_word((ley_measure)i)), i);
    ley_error err;
    assert_int_equal(ley_help(&text, "scenarios", &err), LEY_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, "did you mean scenario?"));
    assert_int_equal(ley_help(NULL, "scenario", &err), LEY_ERR_ARGUMENT);
    assert_int_equal(ley_memory_live(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_names_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
