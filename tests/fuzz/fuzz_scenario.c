/* Any text as a scenario: refused or accepted, never a crash, a leak or a wait. The part of the input behind the
 * first zero byte is a setting. Built with -DLEYDEN_FUZZ=ON and clang; run as
 *
 *   build/tests/fuzz_scenario -max_len=4096 -timeout=10 CORPUS                                                   */
#include "core/memory.h"
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 2);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = text[size + 1] = 0;
    const char *setting = text + strlen(text) + 1;
    ley_scenario *scenario;
    ley_error err = {0};
    ley_status status = ley_scenario_create_with(&scenario, text, &setting, *setting != 0, &err);
    if (status == LEY_OK) {
        ley_task task;
        ley_index last = ley_scenario_points(scenario) - 1;
        if (ley_scenario_task(scenario, &task, last, &err) == LEY_OK) ley_task_clear(&task);
        ley_scenario_destroy(scenario);
    } else if (err.status != status || err.message[0] == 0) {
        abort(); /* a refusal without a sentence */
    }
    if (ley_memory_live() != 0) abort();
    free(text);
    return 0;
}
