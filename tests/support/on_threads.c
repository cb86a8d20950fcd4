#include "support/on_threads.h"

#include "generator/half.h"
#include "run/choice.h"
#include "run/crew.h"
#include "run/engine.h"
#include "scenario/scenario.h"
#include "support/assert_close.h"

static void task_of(ley_task *task, ley_scenario **scenario, const char *text, ley_purpose purpose) {
    ley_error err = {0};
    if (ley_scenario_create_for(scenario, purpose, text, NULL, 0, &err) != LEY_OK ||
        ley_scenario_task(*scenario, task, 0, &err) != LEY_OK)
        fail_msg("%s\n%s", err.message, text);
}

void run_on_threads(ley_record *record, const char *text, ley_purpose purpose, int32_t threads) {
    ley_scenario *scenario = NULL;
    ley_task task = {0};
    task_of(&task, &scenario, text, purpose);
    task.threads = threads;
    assert_int_equal(ley_record_create(record, &task, NULL), LEY_OK);
    assert_int_equal(ley_engine_run(record, &task, NULL, NULL), LEY_OK);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}

void assert_worth_sharing(const char *text, ley_purpose purpose, int32_t excitations) {
    ley_scenario *scenario = NULL;
    ley_task task = {0};
    ley_choice choice;
    ley_generator *part = NULL;
    ley_crew *crew = NULL;
    task_of(&task, &scenario, text, purpose);
    task.model.excitations = excitations;
    if (purpose == LEY_STEADY_STATE) {
        task.model.complete = true;
        const int parity = ley_half_has_parity(&task.model) ? LEY_PARITY_EVEN : LEY_PARITY_BOTH;
        assert_int_equal(ley_generator_half_create(&part, &task.model, parity, NULL, NULL), LEY_OK);
    } else {
        assert_int_equal(ley_choose(&choice, &task, &task.model, NULL), LEY_OK);
        assert_int_equal(ley_choice_part(&part, &choice, &task.model, 0, NULL), LEY_OK);
    }
    assert_int_equal(ley_crew_for(&crew, part, 2, NULL), LEY_OK);
    if (!crew) fail_msg("%lld numbers are not shared:\n%s", (long long)part->n, text);
    ley_crew_destroy(crew);
    ley_generator_destroy(part);
    ley_task_clear(&task);
    ley_scenario_destroy(scenario);
}
