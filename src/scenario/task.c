#include "scenario/task.h"

#include "core/memory.h"

#include <string.h>

void ley_task_clear(ley_task *task) {
    ley_model_clear(&task->model);
    ley_release(task->times);
    ley_release(task->observables);
    ley_release(task->measures);
    ley_release(task->reported);
    ley_derived_clear(&task->derived);
    ley_derived_clear(&task->derived_measures);
    memset(task, 0, sizeof *task);
    ley_model_init(&task->model);
}
