/* run: a propagation sector by sector. Each conserved sector is evolved by itself and leaves only its part of the
 * reduced state behind, at times chosen beforehand; afterwards the run is known as if it had been evolved whole.
 * Caller: engine. */
#ifndef LEYDEN_RUN_SECTORS_H
#define LEYDEN_RUN_SECTORS_H

#include "generator/generator.h"
#include "propagator/propagator.h"
#include "scenario/task.h"

typedef struct ley_sectors ley_sectors;

/* Is it possible, and are the observables and measures of the task content with reduced states? */
bool ley_sectors_apply(const ley_task *task, const ley_model *model);

/* ... and does the task leave the choice open? */
bool ley_sectors_chosen(const ley_task *task, const ley_model *model);

typedef struct ley_sectors_forecast {
    double elements; /* numbers of all sectors that are evolved */
    double largest;  /* bytes of one state of the largest sector */
    double bytes;    /* peak memory of the propagation */
    int32_t count;   /* sectors */
    bool real;
} ley_sectors_forecast;
void ley_sectors_plan(ley_sectors_forecast *forecast, const ley_task *task, const ley_model *model);

/* rows_only: only the output times will be asked for. */
ley_status ley_sectors_create(ley_sectors **sectors, const ley_task *task, const ley_model *model, bool rows_only,
                              ley_error *err);
void ley_sectors_destroy(ley_sectors *sectors);
/* What observers and samplers take for the generator: model and blocks, no whole states. */
const ley_generator *ley_sectors_generator(const ley_sectors *sectors);

/* Evolves every sector. propagation: tolerance, watch (time counts through all sectors, 0 .. end), results. */
ley_status ley_sectors_evolve(ley_sectors *sectors, ley_propagation *propagation, ley_error *err);

/* Afterwards: hands the run to a sink as segments, ... */
int ley_sectors_stream(ley_sectors *sectors, ley_sink sink, void *user);
/* ... or, with rows_only, gives the reduced state at output time i. */
void ley_sectors_row(const ley_sectors *sectors, ley_index i, double *reduced);

#endif
