/* What a scenario will do, in words: leyden plan. */
#include "core/memory.h"
#include "core/status.h"
#include "core/text.h"
#include "run/choice.h"
#include "run/engine.h"
#include "run/workers.h"
#include "scenario/scenario.h"

#include <math.h>

static void add_bytes(ley_text *text, double bytes) {
    const char *unit[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    int i = 0;
    while (bytes >= 1024 && i < 4) {
        bytes /= 1024;
        i++;
    }
    ley_text_add(text, i == 0 ? "%.0f %s" : "%.1f %s", bytes, unit[i]);
}

static void add_seconds(ley_text *text, double seconds) {
    if (seconds < 0.1)
        ley_text_add(text, "under 0.1 s");
    else if (seconds < 99.5)
        ley_text_add(text, "about %.2g s", seconds);
    else if (seconds < 7200)
        ley_text_add(text, "about %.2g min", seconds / 60);
    else
        ley_text_add(text, "about %.2g h", seconds / 3600);
}

static void add_number(ley_text *text, const char *name, const ley_signal *signal) {
    if (ley_signal_is_constant(signal))
        ley_text_add(text, "  %-22s %.6g\n", name, ley_signal_at(signal, 0));
    else
        ley_text_add(text, "  %-22s depends on time, %.6g at t = 0\n", name, ley_signal_at(signal, 0));
}

static const char *battery_words(const ley_battery_state *state) {
    switch (state->kind) {
    case LEY_BATTERY_GROUND:
        return "ground";
    case LEY_BATTERY_EXCITED:
        return "excited";
    case LEY_BATTERY_DICKE:
        return "Dicke";
    case LEY_BATTERY_SPIN_COHERENT:
        return "spin coherent";
    case LEY_BATTERY_GIBBS:
        return "Gibbs";
    case LEY_BATTERY_RANDOM:
        return "random unitary of Gibbs,";
    case LEY_BATTERY_ROTATED:
        return "Gibbs, every cell turned,";
    case LEY_BATTERY_SWAPPED:
        return "Gibbs, two populations exchanged,";
    case LEY_BATTERY_BLOCKS:
        return "from a matrix that is given";
    }
    return "";
}

static void add_model(ley_text *text, const ley_task *task) {
    const ley_model *model = &task->model;
    ley_text_add(text, "Model\n");
    ley_text_add(text, "  %-22s %d, starts %s", "cells", model->cells, battery_words(&model->battery_state));
    if (model->battery_state.kind == LEY_BATTERY_DICKE)
        ley_text_add(text, " j = %g, m = %g", 0.5 * model->battery_state.two_j, 0.5 * model->battery_state.two_m);
    if (model->battery_state.kind >= LEY_BATTERY_GIBBS && model->battery_state.kind != LEY_BATTERY_BLOCKS)
        ley_text_add(text, " q = %g", model->battery_state.q);
    ley_text_add(text, "\n");
    add_number(text, "battery frequency", &model->battery_frequency);
    if (ley_unlike_any(&model->unlike)) {
        const ley_unlike *u = &model->unlike;
        ley_text_add(text, "  %-22s %s%s%s%s%s%s\n", "cells differ in", u->frequency ? "frequency " : "",
                     u->coupling ? "coupling " : "", u->drive ? "drive " : "",
                     u->collective ? "collective noise " : "", u->local ? "local noise " : "",
                     u->placed ? "position" : "");
    }
    if (task->has_cavity) {
        add_number(text, "cavity frequency", &model->cavity_frequency);
        const ley_cavity_state *state = &model->cavity_state;
        if (state->kind == LEY_CAVITY_FOCK)
            ley_text_add(text, "  %-22s Fock %d\n", "cavity starts", state->photons);
        else if (state->kind == LEY_CAVITY_COHERENT)
            ley_text_add(text, "  %-22s coherent, %.6g photons\n", "cavity starts",
                         state->alpha.re * state->alpha.re + state->alpha.im * state->alpha.im);
        else
            ley_text_add(text, "  %-22s thermal, %.6g photons\n", "cavity starts", state->nbar);
        add_number(text, "coupling", &model->coupling);
        double r = model->counter_rotating;
        ley_text_add(text, "  %-22s %s\n", "model",
                     r == 0   ? "Tavis-Cummings"
                     : r == 1 ? "Dicke"
                              : "mixed, counter-rotating part scaled");
        if (!ley_signal_is_zero(&model->drive_cavity)) add_number(text, "cavity drive", &model->drive_cavity);
    }
    if (!ley_signal_is_zero(&model->drive_battery)) add_number(text, "battery drive", &model->drive_battery);
}

/* What each rate does, per cell or per mode: the numbers an experimenter knows. */
static const char *const channel_effect[LEY_CHANNEL_COUNT] = {
    [LEY_CAVITY_LOSS] = "photon number decays at this rate, amplitude at half of it",
    [LEY_CAVITY_GAIN] = "photons are added at this rate times (n + 1)",
    [LEY_COLLECTIVE_EMISSION] = "N cells together radiate up to N^2/4 times this rate",
    [LEY_COLLECTIVE_ABSORPTION] = "N cells together absorb up to N^2/4 times this rate",
    [LEY_COLLECTIVE_DEPHASING] = "coherence between m and m' decays at (m - m')^2 / 2 times this rate",
    [LEY_LOCAL_EMISSION] = "energy of a cell decays at this rate, its coherence at half of it",
    [LEY_LOCAL_ABSORPTION] = "a cell is excited at this rate, its coherence decays at half of it",
    [LEY_LOCAL_DEPHASING] = "coherence of a cell decays at twice this rate",
};

static void add_process(ley_text *text, const ley_telegraph_process *process) {
    const bool frequency = process->target == LEY_TELEGRAPH_FREQUENCY;
    const double sum = process->rate_up + process->rate_down;
    ley_text_add(text, "  %-22s %s -+ %.6g", "telegraph noise", frequency ? "battery frequency" : "coupling",
                 fabs(process->amplitude));
    if (sum > 0)
        ley_text_add(text, ", correlation time %.6g\n", 1 / sum);
    else
        ley_text_add(text, ", frozen\n");
    if (frequency && process->rate_up == process->rate_down)
        ley_text_add(text, "  %-22s coherence between m and m' comes back when |m - m'| > %.3g\n", "",
                     process->rate_up / fabs(process->amplitude));
}

static void add_channels(ley_text *text, const ley_model *model) {
    bool any = false;
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++) {
        const ley_signal *rate = &model->rate[channel];
        if (ley_signal_is_zero(rate)) continue;
        if (!any) ley_text_add(text, "Noise\n");
        any = true;
        add_number(text, ley_channel_key((ley_channel)channel) + sizeof "noise." - 1, rate);
        ley_text_add(text, "  %-22s %s\n", "", channel_effect[channel]);
    }
    for (int32_t i = 0; i < model->telegraph.n; i++) {
        if (!any) ley_text_add(text, "Noise\n");
        any = true;
        add_process(text, &model->telegraph.process[i]);
    }
    const ley_disorder *disorder = &model->telegraph.disorder;
    if (disorder->nodes > 0) {
        if (!any) ley_text_add(text, "Noise\n");
        any = true;
        ley_text_add(text, "  %-22s battery frequency, sigma %.6g: averaged over %d shifts\n", "disorder",
                     disorder->sigma, disorder->nodes);
    }
    double down = ley_signal_at(&model->rate[LEY_LOCAL_EMISSION], 0);
    double up = ley_signal_at(&model->rate[LEY_LOCAL_ABSORPTION], 0);
    double phase = ley_signal_at(&model->rate[LEY_LOCAL_DEPHASING], 0);
    if (down + up > 0) ley_text_add(text, "  %-22s %.6g\n", "T1 of a cell (local)", 1 / (down + up));
    if (down + up + phase > 0)
        ley_text_add(text, "  %-22s %.6g\n", "T2 of a cell (local)", 1 / (0.5 * (down + up) + 2 * phase));
    double loss = ley_signal_at(&model->rate[LEY_CAVITY_LOSS], 0),
           gain = ley_signal_at(&model->rate[LEY_CAVITY_GAIN], 0);
    if (loss > gain) ley_text_add(text, "  %-22s %.6g\n", "photon lifetime", 1 / (loss - gain));
    if (loss > gain && gain > 0) ley_text_add(text, "  %-22s %.6g\n", "thermal photons", gain / (loss - gain));
    if (!any) ley_text_add(text, "Noise\n  none: the evolution is unitary\n");
}

/* What the same run would take in a representation that was not chosen. */
static void add_alternative(ley_text *text, const ley_task *task, ley_representation representation) {
    ley_task other = *task;
    other.numerics.representation = representation;
    ley_forecast forecast = {0};
    ley_text_add(text, "  %-22s %-9s ", "also possible", ley_representation_word(representation));
    if (ley_engine_forecast(&forecast, &other, NULL) != LEY_OK) {
        ley_text_add(text, "not with this cut-off\n");
        return;
    }
    ley_text_add(text, "%.4g real numbers, ", forecast.numbers);
    add_bytes(text, forecast.bytes);
    ley_text_add(text, ", ");
    add_seconds(text, forecast.seconds);
    ley_text_add(text, "\n");
}

static void add_representations(ley_text *text, const ley_task *task, const ley_forecast *forecast) {
    ley_text_add(text, "  %-22s %s: %s\n", "representation", ley_representation_word(forecast->representation),
                 ley_representation_meaning(forecast->representation));
    if (forecast->parts > 1) ley_text_add(text, "  %-22s %d, evolved one by one\n", "parts", forecast->parts);
    ley_model model = task->model;
    model.levels = forecast->levels;
    for (int r = LEY_REPRESENTATION_AUTO + 1; r < LEY_REPRESENTATION_COUNT; r++) {
        if (r == (int)forecast->representation) continue;
        const char *refused = ley_representation_refused((ley_representation)r, task, &model);
        if (!refused) add_alternative(text, task, (ley_representation)r);
    }
    for (int r = LEY_REPRESENTATION_AUTO + 1; r < LEY_REPRESENTATION_COUNT; r++) {
        const char *refused = ley_representation_refused((ley_representation)r, task, &model);
        if (refused)
            ley_text_add(text, "  %-22s %s: %s\n", "ruled out", ley_representation_word((ley_representation)r),
                         refused);
    }
}

static void add_numerics(ley_text *text, const ley_task *task, const ley_forecast *forecast) {
    ley_text_add(text, "Numbers\n");
    if (forecast->steady[0]) {
        ley_text_add(text, "  %-22s %s, by %s\n", "steady state", forecast->steady[0], forecast->steady[1]);
    } else {
        add_representations(text, task, forecast);
    }
    if (task->has_cavity)
        ley_text_add(text, "  %-22s %d%s\n", "Fock levels", forecast->levels,
                     !task->numerics.levels_auto ? " (given)"
                     : forecast->levels_exact    ? " (proved: nothing that matters can reach further)"
                                                 : " at first; grown until two cut-offs agree");
    ley_text_add(text, "  %-22s %.4g real\n", "stored numbers", forecast->numbers);
    if (task->threads > 1) ley_text_add(text, "  %-22s %d\n", "threads", task->threads);
    ley_text_add(text, "  %-22s ", "memory at the peak");
    add_bytes(text, forecast->bytes);
    ley_text_add(text, forecast->bytes_at_most ? " at most: excitations that hold nothing are left out\n" : "\n");
    if (!forecast->steady[0]) ley_text_add(text, "  %-22s %s\n", "propagator", ley_method_word(forecast->method));
    ley_text_add(text, "  %-22s %.2g in every reported number\n", "tolerance", task->numerics.tolerance);
    const bool implicit = !forecast->steady[0] && forecast->method == LEY_METHOD_RADAU;
    ley_text_add(text, "  %-22s %.3g %s, ", "expected cost", forecast->applies,
                 implicit ? "linear systems of the populated states" : "applications of the generator");
    add_seconds(text, forecast->seconds);
    ley_text_add(text, task->threads > 1 ? " of one core\n" : "\n");
}

ley_status ley_scenario_plan(const ley_scenario *scenario, int32_t jobs, char **text, ley_error *err) {
    if (!scenario || !text) return ley_fail(err, LEY_ERR_ARGUMENT, "", "a NULL argument");
    if (jobs < 0)
        return ley_fail(err, LEY_ERR_ARGUMENT, "jobs", "%d jobs; 1 or more, 0 for one on each core", jobs);
    ley_text out = {0};
    ley_index points = ley_scenario_points(scenario), largest = 0;
    const int32_t threads = ley_threads_inside(jobs ? jobs : ley_machine_cores(), points);
    double seconds = 0, most = -1;
    ley_status status = LEY_OK;
    ley_task task = {0};
    for (ley_index i = 0; i < points; i++) {
        ley_forecast forecast;
        status = ley_scenario_task(scenario, &task, i, err);
        task.threads = threads;
        if (status == LEY_OK) status = ley_engine_forecast(&forecast, &task, err);
        ley_task_clear(&task);
        if (status != LEY_OK) return status;
        seconds += forecast.seconds;
        if (forecast.seconds > most) {
            most = forecast.seconds;
            largest = i;
        }
    }
    const char *title = ley_scenario_title(scenario);
    if (title[0]) ley_text_add(&out, "%s\n\n", title);
    ley_forecast forecast = {0};
    status = ley_scenario_task(scenario, &task, largest, err);
    task.threads = threads;
    if (status == LEY_OK) status = ley_engine_forecast(&forecast, &task, err);
    if (status == LEY_OK) {
        if (points > 1) {
            ley_text_add(&out, "Sweep\n");
            for (ley_index i = 0; i < ley_scenario_axes(scenario); i++) {
                const ley_axis *axis = ley_scenario_axis(scenario, i);
                ley_text_add(&out, "  %-22s %lld values\n", axis->key, (long long)axis->n);
            }
            ley_text_add(&out, "  %-22s %lld, ", "points", (long long)points);
            add_seconds(&out, seconds);
            ley_text_add(&out, " of one core in all\n\nThe most expensive point\n\n");
        }
        add_model(&out, &task);
        add_channels(&out, &task.model);
        add_numerics(&out, &task, &forecast);
    }
    ley_task_clear(&task);
    if (status != LEY_OK) {
        ley_text_clear(&out);
        return status;
    }
    char *taken = ley_text_take(&out);
    if (!taken) return ley_fail(err, LEY_ERR_MEMORY, "plan", "no memory for the text");
    *text = taken;
    return LEY_OK;
}
