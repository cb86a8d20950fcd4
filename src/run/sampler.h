/* run: turns the stream of segments of one propagation into rows, measures and a certificate. In: segments in
 * order. Out: a filled record. Caller: engine. */
#ifndef LEYDEN_RUN_SAMPLER_H
#define LEYDEN_RUN_SAMPLER_H

#include "generator/generator.h"
#include "propagator/propagator.h"
#include "result/record.h"
#include "run/engine.h"

typedef struct ley_sampler ley_sampler;

/* Complex numbers of the final battery state that a record keeps: all of its blocks up to N = 230, else none. */
double ley_final_numbers(int32_t cells);

typedef struct ley_sampler_options {
    double edge_limit;                   /* stop as soon as the last Fock level holds more; infinity: never */
    const ley_engine_hooks *hooks;       /* may be NULL */
    double fraction_begin, fraction_end; /* what part of the whole run this propagation is, for hooks->watch */
    bool battery_known; /* reduced states hold the coherences of the battery: its eigenvalues mean something */
    bool report_rows;   /* call hooks->rows */
} ley_sampler_options;

/* Everything is borrowed and must outlive the sampler. model is the task's with the levels in use. */
ley_status ley_sampler_create(ley_sampler **sampler, ley_record *record, const ley_task *task,
                              const ley_model *model, const ley_generator *generator,
                              const ley_sampler_options *options, ley_error *err);
void ley_sampler_destroy(ley_sampler *sampler);
bool ley_sampler_looks_back(const ley_sampler *sampler); /* must segments give full states of the previous one */

int ley_sampler_segment(void *sampler, const ley_segment *segment); /* a ley_sink */
/* Why the sink stopped the propagation, if it did: LEY_OK otherwise. */
ley_status ley_sampler_status(const ley_sampler *sampler, ley_error *err);
bool ley_sampler_edge_exceeded(const ley_sampler *sampler);
/* A run without duration: every row is the initial state x. */
ley_status ley_sampler_initial_only(ley_sampler *sampler, const double *x, ley_error *err);
/* In place of segments, when nothing but output rows and final values is asked for: row i from the reduced state
 * that has been written where ley_sampler_reduced() says, zeros at first. Heat and energy balance stay unknown. */
double *ley_sampler_reduced(const ley_sampler *sampler);
ley_status ley_sampler_row(ley_sampler *sampler, ley_index i, ley_error *err);
/* After the last segment: puts the measures into the record. The certificate lacks what only the engine knows. */
void ley_sampler_finish(ley_sampler *sampler);

#endif
