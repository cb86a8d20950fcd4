/* Computes and draws the figures selected, one scenario after another; each takes all cores. */
#include "core/clock.h"
#include "core/memory.h"
#include "core/status.h"
#include "papers/papers.h"
#include "plot/figure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { FORECAST_POINTS = 200 };

typedef struct job { /* one scenario of one figure */
    const ley_paper_figure *figure;
    ley_index i; /* of the scenario */
    ley_scenario *scenario;
    char *path;
    double forecast;
    bool again; /* an earlier job writes the same file */
} job;

typedef struct work {
    const ley_papers *papers;
    ley_papers_options options;
    job *jobs;
    size_t n, room;
    size_t now; /* the job in hand */
    ley_papers_progress progress;
    double ahead, behind, spent; /* forecasts of the jobs not begun and done; seconds that those took */
    double began;
    ley_index failed;
} work;

static void say(const work *w, ley_papers_word kind, const ley_text *sentence) {
    if (w->options.say && sentence->data) w->options.say(w->options.user, kind, sentence->data);
}

/* ---- Before any work ---------------------------------------------------------------------------------------- */

static ley_status add_jobs(work *w, const ley_paper_figure *figure, ley_error *err) {
    for (ley_index i = 0; i < figure->n_scenarios; i++) {
        if (ley_grow((void **)&w->jobs, &w->room, w->n + 1, sizeof *w->jobs)) return ley_papers_out_of_memory(err);
        job *one = &w->jobs[w->n++];
        *one = (job){.figure = figure, .i = i};
        one->path = ley_paper_result_path(w->papers, figure, i, w->options.fast != 0);
        if (!one->path) return ley_papers_out_of_memory(err);
        for (size_t k = 0; k + 1 < w->n && !one->again; k++) one->again = strcmp(w->jobs[k].path, one->path) == 0;
        ley_status status =
            ley_paper_scenario_create(&one->scenario, w->papers, figure, i, w->options.fast != 0, err);
        if (status != LEY_OK) return status;
        const ley_paper_state state =
            ley_paper_look(one->path, ley_scenario_text(one->scenario), figure->scenarios[i].purpose);
        const bool done = one->again || (state.reached == LEY_PAPER_ALL && !w->options.force);
        one->forecast = done ? 0 : ley_paper_forecast(one->scenario, FORECAST_POINTS);
        if (isnan(one->forecast)) one->forecast = 0;
        w->ahead += one->forecast;
    }
    return LEY_OK;
}

/* ---- One scenario ------------------------------------------------------------------------------------------- */

static int watch(void *user, const ley_progress *study) {
    work *w = user;
    if (!w->options.watch) return 0;
    const double forecast = w->jobs[w->now].forecast, total = w->behind + forecast + w->ahead;
    const double here = w->behind + study->fraction * forecast, elapsed = ley_seconds() - w->began;
    w->progress.study = *study;
    w->progress.fraction = total > 0 ? fmin(1, here / total) : 1;
    const bool known = here > 0.01 * total || (here > 0 && elapsed > 5);
    w->progress.seconds_left = known ? elapsed * (total - here) / here : NAN;
    return w->options.watch(w->options.user, &w->progress);
}

/* *reused: the file was there, complete and from the same text. */
static ley_status compute(work *w, const job *one, bool *reused, double *seconds, ley_error *err) {
    const ley_paper_scenario *scenario = &one->figure->scenarios[one->i];
    const ley_paper_state state = ley_paper_look(one->path, ley_scenario_text(one->scenario), scenario->purpose);
    *reused = state.reached == LEY_PAPER_ALL && (!w->options.force || one->again);
    if (*reused) {
        *seconds += isnan(state.wall_seconds) ? 0 : state.wall_seconds;
        return LEY_OK;
    }
    ley_study_options study;
    ley_study_options_default(&study);
    study.jobs = w->options.jobs;
    study.resume = state.reached == LEY_PAPER_PART && !w->options.force;
    study.overwrite = !study.resume;
    study.watch = watch;
    study.user = w;
    ley_study_info info = {0};
    ley_error met = {0};
    ley_status status = ley_study_run(one->scenario, &info, one->path, &study, &met);
    *seconds += info.wall_seconds + (study.resume && !isnan(state.wall_seconds) ? state.wall_seconds : 0);
    ley_string_destroy(info.warnings);
    if (status != LEY_OK && err) {
        *err = met;
        if (status != LEY_ERR_STOPPED)
            snprintf(err->message, sizeof err->message, "%.100s: %.270s", scenario->file, met.message);
        snprintf(err->where, sizeof err->where, "%s", one->figure->id);
    }
    return status;
}

/* By the `figure:` of the paper, from all result files of the figure. */
static ley_status draw_sketch(const work *w, const ley_paper_figure *figure, const char *path, ley_error *err) {
    const bool fast = w->options.fast != 0;
    ley_plot_file *files = ley_allocate((size_t)figure->n_scenarios, sizeof *files);
    char **results = ley_allocate((size_t)figure->n_scenarios, sizeof *results);
    char *title = ley_duplicate(figure->shows);
    ley_status status = files && results && title ? LEY_OK : ley_papers_out_of_memory(err);
    if (title && title[0] >= 'a' && title[0] <= 'z' && title[1] >= 'a') title[0] = (char)(title[0] - 'a' + 'A');
    for (ley_index i = 0; i < figure->n_scenarios && status == LEY_OK; i++) {
        results[i] = ley_paper_result_path(w->papers, figure, i, fast);
        files[i] = (ley_plot_file){figure->scenarios[i].file, results[i]};
        if (!results[i]) status = ley_papers_out_of_memory(err);
    }
    if (status == LEY_OK)
        status = ley_plot_sketch(&figure->sketch, files, figure->n_scenarios, title, !fast, path, err);
    if (status == LEY_ERR_SCENARIO && err)
        snprintf(err->where, sizeof err->where, "%s/%s/paper.yaml", w->papers->folder, figure->paper->key);
    for (ley_index i = 0; results && i < figure->n_scenarios; i++) ley_release(results[i]);
    ley_release(title);
    ley_release(results);
    ley_release(files);
    return status;
}

static ley_status draw(const work *w, const ley_paper_figure *figure, ley_text *drawn, ley_error *err) {
    static const char *const endings[] = {".png", ".svg"}; /* the script that stays is of the last */
    ley_status status = LEY_OK;
    for (int k = 0; k < 2 && status == LEY_OK; k++) {
        char *path = ley_paper_figure_path(w->papers, figure, w->options.fast != 0, endings[k]);
        char *result = ley_paper_result_path(w->papers, figure, 0, w->options.fast != 0);
        status = !path || !result     ? ley_papers_out_of_memory(err)
                 : figure->has_sketch ? draw_sketch(w, figure, path, err)
                                      : ley_plot(result, path, NULL, err);
        if (status == LEY_OK && k == 1) ley_text_add(drawn, "%s", path);
        ley_release(path);
        ley_release(result);
    }
    /* One number or a table of words has no figure. */
    return status == LEY_ERR_ARGUMENT && !figure->has_sketch ? LEY_OK : status;
}

/* ---- One figure --------------------------------------------------------------------------------------------- */

static void duration(char out[32], double seconds) {
    if (seconds < 99.5)
        snprintf(out, 32, "%.2g s", seconds);
    else
        snprintf(out, 32, "%.0f min", seconds / 60);
}

static void report_failure(work *w, const ley_paper_figure *figure, const ley_error *err) {
    ley_text sentence = {0};
    ley_text_add(&sentence, "%s: ", figure->id);
    if (err->line > 0) ley_text_add(&sentence, "%s:%d:%d: ", err->where, (int)err->line, (int)err->column);
    ley_text_add(&sentence, "%s", err->message);
    say(w, LEY_PAPERS_FAILED, &sentence);
    ley_text_clear(&sentence);
    w->failed++;
}

/* Jobs first .. end - 1 are the figure's. Gives anything but LEY_OK only where going on makes no sense. */
static ley_status one_figure(work *w, size_t first, size_t end, ley_error *err) {
    const ley_paper_figure *figure = w->jobs[first].figure;
    ley_error met = {0};
    ley_status status = LEY_OK;
    bool all_reused = true;
    double seconds = 0;
    char spent[32];
    ley_text drawn = {0}, sentence = {0};
    char *folder = ley_papers_path("%s/%s", w->papers->results, figure->paper->key);
    status = folder ? ley_papers_make_folder(folder, err) : ley_papers_out_of_memory(err);
    ley_release(folder);
    if (status != LEY_OK) return status;
    for (w->now = first; w->now < end && status == LEY_OK; w->now++) {
        bool reused = false;
        const double forecast = w->jobs[w->now].forecast;
        w->ahead -= forecast;
        status = compute(w, &w->jobs[w->now], &reused, &seconds, &met);
        w->behind += forecast;
        all_reused = all_reused && reused;
    }
    if (status == LEY_ERR_STOPPED || status == LEY_ERR_MEMORY || status == LEY_ERR_IO) {
        if (err) *err = met;
        return status;
    }
    if (status == LEY_OK && w->options.draw) status = draw(w, figure, &drawn, &met);
    if (status != LEY_OK) {
        report_failure(w, figure, &met);
        ley_text_clear(&drawn);
        return LEY_OK;
    }
    duration(spent, seconds);
    ley_text_add(&sentence, "%s: %s%s%s%s", figure->id, all_reused ? "is there, took " : "", spent,
                 drawn.data ? ", " : "", drawn.data ? drawn.data : "");
    say(w, LEY_PAPERS_DONE, &sentence);
    ley_text_clear(&sentence);
    ley_text_clear(&drawn);
    return LEY_OK;
}

void ley_papers_options_default(ley_papers_options *options) {
    if (options) *options = (ley_papers_options){.draw = 1};
}

ley_status ley_papers_run(const ley_papers *papers, const ley_papers_options *options, ley_error *err) {
    if (!papers) return ley_fail(err, LEY_ERR_ARGUMENT, "papers", "NULL");
    work w = {.papers = papers, .began = ley_seconds()};
    ley_papers_options_default(&w.options);
    if (options) w.options = *options;
    ley_status status = LEY_OK;
    for (size_t i = 0; i < papers->n_figures && status == LEY_OK; i++) {
        if (!papers->figures[i].selected || papers->figures[i].without[0]) continue;
        w.progress.figures++;
        status = add_jobs(&w, &papers->figures[i], err);
    }
    w.began = ley_seconds();
    for (size_t first = 0, end = 0; first < w.n && status == LEY_OK; first = end) {
        while (end < w.n && w.jobs[end].figure == w.jobs[first].figure) end++;
        w.progress.figure++;
        w.progress.id = w.jobs[first].figure->id;
        status = one_figure(&w, first, end, err);
    }
    for (size_t i = 0; i < w.n; i++) {
        ley_scenario_destroy(w.jobs[i].scenario);
        ley_release(w.jobs[i].path);
    }
    ley_release(w.jobs);
    if (status == LEY_OK && w.failed)
        status = ley_fail(err, LEY_ERR_NUMERIC, "papers", "%lld of %lld figures failed", (long long)w.failed,
                          (long long)w.progress.figures);
    return status;
}
