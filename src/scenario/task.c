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

bool ley_task_asks_for_cavity_matrix(const ley_task *task) {
    for (ley_index i = 0; i < task->n_observables + task->n_measures; i++) {
        const bool of_rows = i < task->n_observables;
        const ley_measure_request *request = of_rows ? NULL : &task->measures[i - task->n_observables];
        const ley_observable what[] = {of_rows ? task->observables[i] : request->observable,
                                       of_rows ? task->observables[i] : request->by};
        for (int k = 0; k < 2; k++)
            if (ley_observable_sees(what[k]) == LEY_SEES_CAVITY ||
                ley_observable_eigenvalues(what[k]) == LEY_EIGENVALUES_ALL)
                return true;
    }
    return false;
}
