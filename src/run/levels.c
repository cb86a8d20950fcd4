#include "run/levels.h"

#include "core/memory.h"
#include "core/status.h"
#include "run/crew.h"
#include "run/problem.h"

enum { FEWEST = 6, MORE = 2 }; /* levels at first, and taken at a time */

bool ley_levels_serve(const ley_choice *choice, const ley_model *model, const ley_generator *whole) {
    const ley_cavity_state *cavity = &model->cavity_state;
    const bool vacuum =
        cavity->kind == LEY_CAVITY_COHERENT || (cavity->kind == LEY_CAVITY_FOCK && cavity->photons == 0);
    return choice->representation == LEY_REPRESENTATION_DISPLACED && choice->method == LEY_METHOD_DOP853 &&
           vacuum && whole->class->more_levels && model->levels > FEWEST;
}

typedef struct runner {
    const ley_levels *w;
    ley_propagation *sum;
    ley_model model[2]; /* of the part now, and of the next one */
    ley_generator *part;
    ley_crew *crew;
    double *x, *compact; /* a state of the part, and a reduced one */
    double *room;        /* of the steps, once for all: pieces that grow would leave holes */
    ley_index next;      /* node */
    double t, step;
    bool full; /* the steps were stopped for more levels */
} runner;

static void release(runner *r) {
    ley_crew_destroy(r->crew);
    if (r->part) ley_generator_destroy(r->part);
    ley_release(r->x);
    ley_release(r->compact);
}

/* The part with so many levels; the state moves along. */
static ley_status keep(runner *r, int32_t levels, ley_error *err) {
    const ley_levels *w = r->w;
    runner before = *r;
    r->part = NULL;
    r->crew = NULL;
    r->x = r->compact = NULL;
    ley_model *model = before.part && before.part->model == &r->model[0] ? &r->model[1] : &r->model[0];
    *model = *w->model;
    model->levels = levels < w->model->levels ? levels : w->model->levels;
    ley_status status = ley_choice_part(&r->part, w->choice, model, 0, err);
    if (status == LEY_OK) status = ley_crew_for(&r->crew, r->part, w->threads, err);
    if (status != LEY_OK) goto done;
    r->x = ley_allocate((size_t)r->part->n, sizeof *r->x);
    r->compact = ley_allocate((size_t)r->part->n_compact, sizeof *r->compact);
    if (!r->x || !r->compact) {
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for a state of %.0f bytes",
                          (double)r->part->n * sizeof *r->x);
        goto done;
    }
    if (before.part) {
        r->part->class->more_levels(r->part, r->x, before.part, before.x);
    } else {
        ley_complex *cavity = ley_allocate((size_t)model->levels * (size_t)model->levels, sizeof *cavity);
        if (!cavity) {
            status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for the initial state");
            goto done;
        }
        cavity[0].re = 1;
        r->part->class->start(r->part, r->x, w->battery, cavity);
        ley_release(cavity);
    }
done:
    release(&before);
    return status;
}

static void store(const runner *r, ley_index node, const double *compact) {
    const ley_generator *whole = r->w->whole;
    whole->class->more_levels_compact(whole, r->w->compact + node * whole->n_compact, r->part, compact);
}

static int after_step(void *user, const ley_segment *segment) {
    runner *r = user;
    const ley_levels *w = r->w;
    for (; r->next < w->n_nodes && w->nodes[r->next] <= segment->end; r->next++) {
        segment->reduced(segment, w->nodes[r->next], r->compact);
        store(r, r->next, r->compact);
    }
    r->t = segment->end;
    r->step = segment->end - segment->begin;
    if (w->watch && w->watch(w->user, r->t)) return 1;
    if (r->part->blocks.levels == w->model->levels) return 0;
    segment->reduced(segment, segment->end, r->compact);
    if (r->part->class->level(r->part, r->compact, r->part->blocks.levels - 1 - w->spare) <= w->limit) return 0;
    segment->state(segment, segment->end, r->x); /* steps that are stopped leave x alone */
    r->full = true;
    return 1;
}

ley_status ley_levels_evolve(const ley_levels *w, ley_propagation *propagation, ley_error *err) {
    runner r = {.w = w, .sum = propagation};
    const double end = w->schedule->times[w->schedule->n];
    ley_status status = LEY_OK;
    if (!(r.room = ley_allocate((size_t)ley_dop853_room(w->whole->n, false), sizeof *r.room)))
        status = ley_fail(err, LEY_ERR_MEMORY, "state", "no memory for %.0f states of %.0f bytes",
                          ley_dop853_vectors(false), (double)w->whole->n * sizeof *r.room);
    if (status == LEY_OK) status = keep(&r, FEWEST + w->spare, err);
    if (status == LEY_OK && w->nodes[0] <= 0) {
        r.part->class->reduce(r.part, r.compact, r.x);
        store(&r, r.next++, r.compact);
    }
    while (status == LEY_OK && r.t < end) {
        const ley_problem problem = ley_problem_of(r.part);
        ley_schedule rest = {0};
        status = ley_schedule_between(&rest, w->schedule, r.t, end, err);
        ley_propagation own = {.tolerance = propagation->tolerance * (end - r.t) / end,
                               .room = r.room,
                               .first_step = r.step,
                               .sink = after_step,
                               .user = &r};
        r.full = false;
        if (status == LEY_OK) status = ley_dop853(&problem, r.x, &rest, &own, err);
        ley_schedule_clear(&rest);
        ley_propagation_count(propagation, &own);
        propagation->error += own.error;
        if (status == LEY_ERR_STOPPED && r.full) status = keep(&r, r.part->blocks.levels + MORE, err);
    }
    release(&r);
    ley_release(r.room);
    return status;
}
