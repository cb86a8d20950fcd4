/* generator: what the files of batteries without cavity share. docs/theory/spins.md */
#ifndef LEYDEN_GENERATOR_SPINS_STATE_H
#define LEYDEN_GENERATOR_SPINS_STATE_H

#include "generator/decay.h"
#include "generator/spins.h"
#include "generator/spins_kernel.h"
#include "generator/stencil.h"

typedef struct ley_spin_place {
    int32_t b, delta, length;
    ley_index here;
} ley_spin_place;

typedef struct ley_generator_spins {
    ley_generator base;
    ley_stencil stencil;
    int32_t delta, n_delta; /* charges delta .. delta + n_delta - 1 are held */
    int32_t planes;
    bool driven, turning; /* turning: the phase w0 Delta t is taken out */
    double angle;         /* rho = exp(-i angle Delta) R */
    ley_index plane, n_lines;
    ley_spin_place *place; /* [n_lines] */
    ley_index *line_of;    /* [n_delta][n_blocks], -1: none */
    ley_spin_line *lines;  /* [planes][n_lines], refilled when coefficients change */
    double *loss;          /* [states of all blocks] */
    double **loss_of;      /* [n_blocks] */
    ley_coefficients coefficients;
    bool filled;
    double *phi[3];             /* of the uniformisation */
    int32_t *window_memory;     /* [6 n_lines] */
    ley_spin_windows window[3]; /* of x, of phi and the next phi */
} ley_generator_spins;

int32_t ley_spins_planes(const ley_model *model,
                         int32_t delta); /* planes of real numbers that charge delta takes */
/* The lines with the rates at time t. */
void ley_spins_fill(ley_generator_spins *spins, double t);
/* The advance of a generator class, for constant rates >= 0. */
bool ley_spins_advance(ley_generator *self, double *x, double tau, double tolerance, int64_t *applies,
                       double *error);

#endif
