#include "support/refused.h"

#include "support/assert_close.h"

#include "core/memory.h"
#include "leyden.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static bool is_refused(const refused *one, const char *setting) {
    ley_scenario *scenario = (ley_scenario *)1;
    ley_error err = {0};
    const ley_status status =
        ley_scenario_create_with(&scenario, one->text, setting ? &setting : NULL, setting != NULL, &err);
    if (status == LEY_OK) ley_scenario_destroy(scenario);
    const bool right = status == LEY_ERR_SCENARIO && err.status == status && scenario == NULL &&
                       err.line == one->line && err.column == one->column && strcmp(err.where, one->where) == 0 &&
                       strcmp(err.message, one->message) == 0;
    if (!right)
        print_message("%s:\n  met      %d %d:%d [%s] %s\n  expected %d %d:%d [%s] %s\n", one->name, (int)status,
                      (int)err.line, (int)err.column, err.where, err.message, (int)LEY_ERR_SCENARIO, (int)one->line,
                      (int)one->column, one->where, one->message);
    return right && ley_memory_live() == 0;
}

void assert_refused(const refused *cases, size_t n) {
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) wrong += !is_refused(&cases[i], NULL);
    assert_int_equal(wrong, 0);
}

void assert_refused_words(const char *text, int32_t line, int32_t column, const char *words) {
    ley_scenario *scenario = NULL;
    ley_error err = {0};
    const ley_status status = ley_scenario_create(&scenario, text, &err);
    if (status != LEY_ERR_SCENARIO || err.line != line || err.column != column || !strstr(err.message, words))
        fail_msg("%s%d %d:%d %s\nexpected %d:%d %s", text, (int)status, (int)err.line, (int)err.column, err.message,
                 (int)line, (int)column, words);
    assert_int_equal(ley_memory_live(), 0);
}

void assert_refused_with(const refused *one, const char *setting) {
    assert_true(is_refused(one, setting));
}
