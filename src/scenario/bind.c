#include "core/memory.h"
#include "core/status.h"
#include "scenario/binder.h"

#include <stdio.h>
#include <string.h>

enum { CELLS_MAX = 100000 };

typedef enum progress { UNKNOWN, UNDER_WAY, KNOWN } progress;

static ley_status binder_create(ley_binder *b, const ley_scenario *s, ley_error *err) {
    *b = (ley_binder){.s = s, .err = err, .n = s->n_parameters};
    size_t n = (size_t)b->n + 1;
    b->memory = ley_allocate(n, sizeof *b->names + sizeof *b->parameter + sizeof *b->progress);
    if (!b->memory) return ley_bind_out_of_memory(err);
    b->names = b->memory;
    b->parameter = (const ley_node **)(b->names + n);
    b->progress = (unsigned char *)(b->parameter + n);
    memcpy(b->value, s->value, sizeof b->value);
    for (ley_index i = 0; i < b->n; i++) b->parameter[i] = s->parameter[i];
    return LEY_OK;
}

static void assign(ley_binder *b, ley_target target, const ley_node *node) {
    if (target < LEY_KEY_COUNT)
        b->value[target] = node;
    else
        b->parameter[target - LEY_KEY_COUNT] = node;
}

/* ---- parameters and N -------------------------------------------------------------------------------------- */

static const char *name_of(const ley_binder *b, ley_index i) {
    return i < b->n ? b->s->parameter[i]->key : "N";
}

static ley_status resolve(ley_binder *b, ley_index i) {
    const ley_node *node = i < b->n ? b->parameter[i] : b->value[LEY_KEY_CELLS];
    char where[128];
    snprintf(where, sizeof where, "%s%s", i < b->n ? "parameters." : "",
             i < b->n ? name_of(b, i) : "battery.cells");
    if (b->progress[i] == KNOWN) return LEY_OK;
    if (b->progress[i] == UNDER_WAY)
        return ley_node_fail(b->err, node, where, "%s refers to itself, directly or through other parameters",
                             name_of(b, i));
    b->progress[i] = UNDER_WAY;
    ley_status status;
    if (node->kind == LEY_NODE_TEXT && !node->has_number)
        for (ley_index j = 0; j <= b->n; j++) {
            if (b->progress[j] == KNOWN || !ley_expression_uses(node->text, name_of(b, j))) continue;
            if (j == b->n && !b->value[LEY_KEY_CELLS]) continue; /* reported as missing later */
            status = resolve(b, j);
            if (status != LEY_OK) return status;
        }
    double value;
    if (i == b->n) {
        int32_t cells;
        status = ley_read_integer(b, &cells, node, where, "the number of cells", 1, CELLS_MAX);
        value = status == LEY_OK ? cells : 0;
    } else {
        status = ley_read_number(b, &value, node, where);
    }
    if (status != LEY_OK) return status;
    b->progress[i] = KNOWN;
    b->names[b->n_names++] = (ley_name){.name = name_of(b, i), .value = value};
    return LEY_OK;
}

ley_status ley_bind_fixed(const ley_scenario *scenario, const bool *swept, ley_name *names, ley_index *n_names,
                          ley_error *err) {
    ley_binder b;
    *n_names = 0;
    ley_status status = binder_create(&b, scenario, err);
    if (status != LEY_OK) return status;
    ley_error ignored; /* a parameter that cannot be read is reported when the points are bound */
    b.err = &ignored;
    bool found = true;
    while (found) { /* a name is fixed when everything it uses is */
        found = false;
        for (ley_index i = 0; i <= b.n; i++) {
            const ley_node *node = i < b.n ? b.parameter[i] : b.value[LEY_KEY_CELLS];
            bool moving = swept[i < b.n ? LEY_KEY_COUNT + i : LEY_KEY_CELLS];
            if (b.progress[i] == KNOWN || moving || !node || node->kind != LEY_NODE_TEXT) continue;
            bool ready = true;
            for (ley_index j = 0; j <= b.n && ready && !node->has_number; j++)
                ready = b.progress[j] == KNOWN || !ley_expression_uses(node->text, name_of(&b, j));
            if (!ready) continue;
            status = resolve(&b, i);
            if (status == LEY_ERR_MEMORY) {
                ley_release(b.memory);
                return ley_bind_out_of_memory(err);
            }
            if (status == LEY_OK)
                found = true;
            else
                b.progress[i] = UNKNOWN;
        }
    }
    memcpy(names, b.names, (size_t)b.n_names * sizeof *names);
    *n_names = b.n_names;
    ley_release(b.memory);
    return LEY_OK;
}

static ley_status resolve_all(ley_binder *b) {
    if (!b->value[LEY_KEY_CELLS]) return ley_bind_missing(b, LEY_KEY_CELLS);
    for (ley_index i = 0; i <= b->n; i++) {
        ley_status status = resolve(b, i);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}

ley_status ley_bind_open(ley_binder *b, const ley_scenario *s, const ley_assignment *changes, ley_index n_changes,
                         ley_error *err) {
    ley_status status = binder_create(b, s, err);
    if (status != LEY_OK) return status;
    for (ley_index i = 0; i < n_changes; i++) assign(b, changes[i].target, changes[i].node);
    return resolve_all(b);
}

static ley_status bind_all(ley_binder *b, ley_task *task) {
    double end = 0;
    ley_status status = resolve_all(b);
    if (status != LEY_OK) return status;
    for (ley_index i = 0; i < b->n_names; i++)
        if (strcmp(b->names[i].name, "N") == 0) task->model.cells = (int32_t)b->names[i].value;
    status = ley_bind_battery(b, &task->model);
    if (status == LEY_OK) status = ley_bind_cavity(b, task);
    if (status == LEY_OK) status = ley_bind_coupling(b, &task->model);
    if (status == LEY_OK) status = ley_bind_noise_and_drive(b, &task->model);
    if (status == LEY_OK) status = ley_bind_unlike(b, &task->model);
    if (status == LEY_OK) status = ley_bind_excitations(b, &task->model);
    if (status == LEY_OK) status = ley_bind_time(b, task, &end);
    if (status == LEY_OK) status = ley_bind_numerics(b, &task->numerics);
    if (status == LEY_OK) status = ley_bind_disorder(b, task, end);
    if (status == LEY_OK) status = ley_bind_spectral_baths(b, &task->model, end, task->numerics.tolerance);
    if (status == LEY_OK) status = ley_bind_stages(b, task, end);
    if (status == LEY_OK && b->s->purpose != LEY_EVOLUTION)
        status = ley_bind_steady(b, task);
    else if (status == LEY_OK)
        status = ley_check_signals(b, &task->model, end);
    if (status == LEY_OK) status = ley_bind_requests(b, task);
    if (status == LEY_OK) status = ley_bind_trajectories(b, task);
    return status;
}

ley_status ley_bind(const ley_scenario *scenario, ley_task *task, ley_index point, ley_effort effort,
                    ley_error *err) {
    ley_binder b;
    *task = (ley_task){.purpose = scenario->purpose};
    ley_model_init(&task->model);
    ley_status status = binder_create(&b, scenario, err);
    if (status != LEY_OK) return status;
    b.effort = effort;
    ley_index stride = scenario->points;
    for (ley_index i = 0; i < scenario->n_axes; i++) {
        const ley_sweep_axis *axis = &scenario->axes[i];
        stride /= axis->shown.n;
        ley_index k = point / stride % axis->shown.n;
        for (ley_index a = axis->first[k]; a < axis->first[k + 1]; a++)
            assign(&b, axis->assignment[a].target, axis->assignment[a].node);
    }
    status = bind_all(&b, task);
    ley_release(b.memory);
    if (status != LEY_OK) ley_task_clear(task);
    return status;
}

ley_status ley_bind_changed(const ley_scenario *scenario, ley_task *task, const ley_assignment *changes,
                            ley_index n_changes, ley_effort effort, ley_error *err) {
    ley_binder b;
    *task = (ley_task){.purpose = scenario->purpose};
    ley_model_init(&task->model);
    ley_status status = binder_create(&b, scenario, err);
    if (status != LEY_OK) return status;
    b.effort = effort;
    for (ley_index i = 0; i < n_changes; i++) assign(&b, changes[i].target, changes[i].node);
    status = bind_all(&b, task);
    ley_release(b.memory);
    if (status != LEY_OK) ley_task_clear(task);
    return status;
}
