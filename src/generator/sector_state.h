/* generator: what the files of a sector share. docs/theory/sectors.md */
#ifndef LEYDEN_GENERATOR_SECTOR_STATE_H
#define LEYDEN_GENERATOR_SECTOR_STATE_H

#include "generator/closed_kernel.h"
#include "generator/sector.h"
#include "generator/sector_kernel.h"
#include "generator/stencil.h"

enum {
    LEY_SECTOR_VECTOR = 8, /* doubles: rows start at multiples and end in as many zeros */
    LEY_SECTOR_MARGIN = 16 /* zeros around the tables, more than any row is padded by */
};

typedef struct ley_sector_row { /* one stored row */
    int32_t e, ep;
    int32_t first, end; /* K of the numbers in it */
    ley_index base;     /* element K lies at x[base + K] */
} ley_sector_row;

typedef struct ley_sector_read { /* a row that reduced states look at; first = end: there is none */
    ley_index place;
    int32_t e, first, end;
    double sign;   /* of its imaginary plane */
    double ladder; /* <m - 1| J- |m> */
} ley_sector_read;

typedef struct ley_sector {
    ley_generator base;
    ley_stencil stencil;
    int32_t delta, levels, top;
    int32_t first_block, end_block; /* of those that are populated */
    bool real, pumped, rotating_frame;
    bool closed;          /* numbers are s(n) s(n') R: closed_kernel.h */
    ley_index plane;      /* doubles of one plane */
    ley_index *first_row; /* [n_blocks + 1] into rows */
    ley_index *line;      /* [n_blocks][d]: index of row (b; e = b + i, e' = b + k) in rows, -1: not stored */
    ley_sector_row *rows;
    ley_row *args;                 /* [rows] arguments of the kernel, refilled when coefficients change */
    ley_closed_row *closed_args;   /* the same where it is closed, in place of args */
    double *up;                    /* up[n] = sqrt(n + 1) for 0 <= n <= levels - 2, zero elsewhere */
    double *decay;                 /* cavity loss of level n */
    ley_coefficients coefficients; /* that args were made for */
    bool filled;
    bool jumps;             /* some row has c_lower, c_raise or c_stay */
    bool cavity_moves;      /* nothing but loss and gain of the cavity depends on time */
    double filled_at;       /* the time at which they were that */
    double *weight;         /* s(n)^-2, zero outside 0 <= n < levels; NULL unless it is closed */
    double *tables;         /* memory of up, decay, weight */
    double *square;         /* [n_blocks] of a norm */
    double *moment_weight;  /* [LEY_MOMENT_CAVITY][levels], over s(n) s(n') */
    ley_sector_read *reads; /* [n_battery], [n_cavity], [n_ladder] */
    ley_index n_battery, n_cavity, n_ladder;
    double *still; /* [rows] what the diagonal holds but for the loss of the cavity */
    ley_index table_length;
    int moments;                                             /* of this charge */
    int moment_place[LEY_MOMENT_BATTERY][LEY_MOMENT_CAVITY]; /* among them; -1: of another charge */
} ley_sector;

bool ley_sector_is_pumped(const ley_model *model);
bool ley_sector_cavity_is_diagonal(const ley_cavity_state *state);
double ley_sector_photon_scale(const ley_model *model); /* q^2 of s(n) = q^n / sqrt(n!) */
/* The largest K of a charge. */
int32_t ley_sector_top_of_charge(const ley_model *model, int32_t delta);
void ley_sector_row_range(int32_t levels, int32_t top, int32_t delta, int32_t e, int32_t ep, int32_t *first,
                          int32_t *end);
int32_t ley_sector_aligned(int32_t k); /* down to a whole vector */
int32_t ley_sector_row_length(const ley_sector_row *place);
ley_index ley_sector_row_space(int32_t first, int32_t end);
ley_index ley_sector_zero_space(int32_t top);
/* The row that holds (e, e'), or its partner (e', e) in the half that is stored; NULL if it is empty. */
const ley_sector_row *ley_sector_find_row(const ley_sector *s, int32_t b, int32_t e, int32_t ep, double *conjugate);

void ley_sector_place_moments(ley_sector *s);                    /* once, before all others */
ley_status ley_sector_find_reads(ley_sector *s, ley_error *err); /* when the rows are there */
ley_index ley_sector_compact_length(const ley_sector *s);
void ley_sector_start(const ley_generator *self, double *x, const ley_complex *battery, const ley_complex *cavity);
void ley_sector_reduce(const ley_generator *self, double *compact, const double *x);
void ley_sector_expand(const ley_generator *self, double t, double *reduced, const double *compact);
void ley_sector_bounds(const ley_generator *self, double t, double *frequency, double *decay);

#endif
