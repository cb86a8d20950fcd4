/* leyden: open collective quantum batteries, N identical two-level cells and at most one cavity mode.
 *
 * hbar = 1; frequencies, couplings and rates share one unit and time is its inverse. A channel with operator A and
 * rate r adds r (A rho A' - A'A rho / 2 - rho A'A / 2). docs/conventions.md has every operator and factor.
 *
 * Arguments come in the order self, outputs, inputs, err (which may be NULL). On failure outputs keep their value
 * (a handle being created is NULL) and *err says why. _create gives ownership, _destroy takes it and accepts NULL.
 * Distinct handles may be used from distinct threads. The library returns: it never prints, exits, aborts, raises a
 * signal or reads the environment. LEY_FALLIBLE is LEY_API plus a warning when the status is ignored.
 */
#ifndef LEYDEN_H
#define LEYDEN_H

#include "leyden_export.h"

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t ley_index;
typedef struct ley_complex {
    double re, im; /* same bytes as C's double complex and numpy's complex128 */
} ley_complex;

typedef enum ley_status {
    LEY_OK = 0,
    LEY_ERR_ARGUMENT,    /* NULL, an index out of range, an unknown name */
    LEY_ERR_SCENARIO,    /* the scenario says something that cannot be */
    LEY_ERR_MEMORY,      /* the machine has less memory than the work needs */
    LEY_ERR_IO,          /* a file cannot be read or written */
    LEY_ERR_FORMAT,      /* a file is damaged, foreign, or of another version */
    LEY_ERR_UNSUPPORTED, /* this build lacks it */
    LEY_ERR_NUMERIC,     /* accuracy asked for cannot be reached; trace or positivity lost */
    LEY_ERR_STOPPED      /* a callback asked to stop */
} ley_status;

typedef struct ley_error {
    ley_status status;
    int32_t line, column; /* in the scenario text, from 1; 0 when it is not about a text */
    char where[128];      /* the key or parameter: noise.local.emission */
    char message[384];    /* one sentence: what was met, and what would be right */
} ley_error;

LEY_API const char *ley_status_text(ley_status status);
LEY_API const char *ley_version(void);

/* ---- Scenario: what the physicist wrote -------------------------------------------------------------------- */

typedef struct ley_scenario ley_scenario;

/** Reads a scenario (YAML, see `leyden help scenario`) and checks all of it, every sweep point included.
 *  Out:     scenario  a new handle.
 *  In:      text      the YAML text, ended by 0.
 *  Returns: LEY_OK; LEY_ERR_SCENARIO with line and column; LEY_ERR_MEMORY; LEY_ERR_ARGUMENT (NULL).              */
LEY_FALLIBLE ley_status ley_scenario_create(ley_scenario **scenario, const char *text, ley_error *err);

/** The same, with settings that replace or add keys before anything is checked.
 *  In:      settings  n_settings texts "KEY=VALUE"; KEY a dotted key (battery.cells) or N, VALUE as in the file.
 *           Errors about a setting have line 0 and the setting in `where`.
 *  Returns: as ley_scenario_create.                                                                             */
LEY_FALLIBLE ley_status ley_scenario_create_with(ley_scenario **scenario, const char *text,
                                                 const char *const *settings, ley_index n_settings, ley_error *err);

/** What a scenario is for. The steady state needs no `time:`, constant numbers everywhere, and no measure but
 *  final(X) and gap; where the noise leaves more than one, it needs `battery.state:` to tell them apart. */
typedef enum ley_purpose { LEY_EVOLUTION, LEY_STEADY_STATE, LEY_SPECTRUM } ley_purpose;

/** The same for a purpose; the functions above read scenarios for LEY_EVOLUTION. Runs and studies of the scenario
 *  then do what it is for: a run for LEY_STEADY_STATE has one row, its time is infinity. LEY_SPECTRUM: for
 *  ley_spectrum_create alone; what is observed and how it starts is not looked at. */
LEY_FALLIBLE ley_status ley_scenario_create_for(ley_scenario **scenario, ley_purpose purpose, const char *text,
                                                const char *const *settings, ley_index n_settings, ley_error *err);
LEY_API ley_index ley_scenario_points(const ley_scenario *scenario); /* runs asked for: product of the sweep axes */
/** Measures of each run, those included that a fit or a closed form adds: names of ley_run_measure_name. */
LEY_API ley_index ley_scenario_measures(const ley_scenario *scenario);

typedef struct ley_axis {
    const char *key; /* as written under sweep: N, w, noise.local.emission */
    ley_index n;
    const double *values;      /* [n] numbers of the axis; for an axis of words (coupling.model) 0, 1, 2 ... */
    const char *const *labels; /* [n] the values as written; NULL for a purely numerical axis */
} ley_axis;

/* Sweep axes in the order written; the last runs fastest. Views owned by the scenario. */
LEY_API ley_index ley_scenario_axes(const ley_scenario *scenario);
LEY_API const ley_axis *ley_scenario_axis(const ley_scenario *scenario, ley_index i); /* NULL outside 0 .. axes-1 */
/** The text as read, settings included as trailing comment lines "# --set KEY=VALUE": what a result file keeps. */
LEY_API const char *ley_scenario_text(const ley_scenario *scenario);
LEY_API const char *ley_scenario_title(const ley_scenario *scenario); /* "" when there is none */
LEY_API void ley_scenario_destroy(ley_scenario *scenario);

/** What a run of this scenario would do, as text for people: representation, stored numbers, memory, cost, rates.
 *  In:      jobs      as for a study: runs at once, and threads of a single run; 0: one for each core.
 *  Out:     text      release with ley_string_destroy.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT, LEY_ERR_MEMORY.                                                           */
LEY_FALLIBLE ley_status ley_scenario_plan(const ley_scenario *scenario, int32_t jobs, char **text, ley_error *err);
LEY_API void ley_string_destroy(char *text);

/* ---- One run, kept in memory ------------------------------------------------------------------------------- */

typedef struct ley_certificate {
    double trace_error;       /* largest |Tr rho - 1| over the run */
    double hermiticity_error; /* largest Frobenius distance of the battery state from Hermitian */
    double min_eigenvalue;    /* smallest eigenvalue of the reduced battery state met; never clipped here */
    double edge_population;   /* largest population of the last Fock level; 0 without cavity */
    double excitation_edge;   /* largest population of the last excitation of the battery kept; 0: all are kept */
    double cutoff_effect;     /* largest change of any reported number with a larger cut-off; NaN: not measured */
    double integration_error; /* estimated error of the integration in any reported number */
    double sampling_error;    /* largest standard error of any reported number; 0: nothing was drawn */
    double energy_error;      /* largest |energy gained - work done + heat given away|: the energy balance */
    int32_t levels;           /* Fock levels used; 0 without cavity */
    int32_t levels_checked;   /* Fock levels of the comparison run; 0: none */
    int64_t steps, rejected, applies; /* of the propagation that gave the reported numbers */
    double residual;                  /* of a steady state: Frobenius norm of L rho; NaN for an evolution */
    int64_t stationary_states;        /* independent ones of the representation; 0: an evolution */
    double wall_seconds;
} ley_certificate;

/* Called now and then while a run goes on; t is the time reached, until the end of the run (for a steady state and
 * a spectrum the fraction done, of 1). Nonzero stops it. */
typedef int (*ley_watch)(void *user, double t, double until);

typedef struct ley_run ley_run;

/** Runs one point of a scenario.
 *  Out:     run       a new handle; when stopped by the watch, LEY_ERR_STOPPED and no handle.
 *  In:      point     0 .. ley_scenario_points - 1, the last sweep axis fastest. watch may be NULL.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT, LEY_ERR_MEMORY, LEY_ERR_NUMERIC, LEY_ERR_STOPPED.                         */
LEY_FALLIBLE ley_status ley_run_create(ley_run **run, const ley_scenario *scenario, ley_index point,
                                       ley_watch watch, void *user, ley_error *err);
LEY_API ley_index ley_run_rows(const ley_run *run);      /* output times */
LEY_API const double *ley_run_times(const ley_run *run); /* [rows], a view owned by the run */
/** Series of one observable, row-major [rows][width]; NULL if the scenario does not observe it. */
LEY_API const double *ley_run_series(const ley_run *run, const char *observable, ley_index *width);
/** Names of the observables and of the measures of a run, in the order of the scenario; NULL behind the last. */
LEY_API const char *ley_run_series_name(const ley_run *run, ley_index i);
LEY_API const char *ley_run_measure_name(const ley_run *run, ley_index i);
/** Value of one measure as written in the scenario, e.g. "max(battery.ergotropy)"; NaN if it is not there. */
LEY_API double ley_run_measure(const ley_run *run, const char *measure);
/** Unit of an observable or a measure of a run: "energy", "time", "1"; "" for a formula whose unit is not known;
 * NULL if it is not there. */
LEY_API const char *ley_run_unit(const ley_run *run, const char *name);
LEY_API const ley_certificate *ley_run_certificate(const ley_run *run);
/** Warnings for people, one a line; "" when there are none. */
LEY_API const char *ley_run_warnings(const ley_run *run);
LEY_API int32_t ley_run_cells(const ley_run *run); /* N */
/** How it was computed: numerics.representation and numerics.propagator as chosen. Views owned by the run. */
LEY_API const char *ley_run_representation(const ley_run *run);
LEY_API const char *ley_run_propagator(const ley_run *run);
/** Final reduced battery block of spin two_j/2: dimension d = two_j + 1, block[m][m'] row-major, m = -j first.
 *  Out:     block     d * d numbers.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT (no such spin), LEY_ERR_UNSUPPORTED (the scenario asked for populations alone,
 *           so that coherences were not evolved, or the state is too large to keep).                            */
LEY_FALLIBLE ley_status ley_run_battery_block(const ley_run *run, ley_complex *block, int32_t two_j,
                                              ley_error *err);
LEY_API void ley_run_destroy(ley_run *run);

/* ---- Spectrum: how fast everything relaxes ----------------------------------------------------------------- */

/** An eigenvalue of the generator L: its mode goes like exp((re + i im) t); both are rates.
 *  residual: Frobenius norm of L x - (re + i im) x for the eigenvector x of norm 1. docs/theory/spectrum.md */
typedef struct ley_eigenvalue {
    double re, im, residual;
} ley_eigenvalue;

typedef struct ley_spectrum ley_spectrum;

/** The slowest eigenvalues of the generator of one point, sector by sector of its symmetry. Of a charge and its
 *  opposite, whose eigenvalues are conjugates, the first is given.
 *  Out:     spectrum  a new handle.
 *  In:      scenario  made for LEY_SPECTRUM. wanted: eigenvalues of each sector, 1 .. 1000. watch may be NULL.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT, LEY_ERR_SCENARIO, LEY_ERR_NUMERIC, LEY_ERR_MEMORY,
 *           LEY_ERR_STOPPED.                                                                                    */
LEY_FALLIBLE ley_status ley_spectrum_create(ley_spectrum **spectrum, const ley_scenario *scenario, ley_index point,
                                            ley_index wanted, ley_watch watch, void *user, ley_error *err);
LEY_API ley_index ley_spectrum_sectors(const ley_spectrum *spectrum);
LEY_API const char *ley_spectrum_sector(const ley_spectrum *spectrum, ley_index i); /* "charge 2", "even parity" */
/** Eigenvalues of sector i, slowest first, *n of them; a view. NULL outside 0 .. sectors - 1. */
LEY_API const ley_eigenvalue *ley_spectrum_values(const ley_spectrum *spectrum, ley_index i, ley_index *n);
LEY_API ley_index ley_spectrum_dimension(const ley_spectrum *spectrum, ley_index i); /* numbers of sector i */
/** Slowest relaxation rate: smallest -re of the eigenvalues that are not zero; NaN if there is none. */
LEY_API double ley_spectrum_gap(const ley_spectrum *spectrum);
LEY_API int32_t ley_spectrum_levels(const ley_spectrum *spectrum); /* Fock levels used; 0 without cavity */
LEY_API void ley_spectrum_destroy(ley_spectrum *spectrum);

/* ---- Study: every run a scenario asks for, into one result file -------------------------------------------- */

typedef struct ley_progress {
    ley_index points, done, failed; /* of this shard; done counts points finished earlier too */
    double fraction;                /* of the whole work, 0 .. 1 */
    double seconds_left;            /* NaN while unknown */
    double best; /* of ley_optimize_run: the best objective so far, NaN: none; otherwise unused */
} ley_progress;

typedef struct ley_study_options {
    int32_t jobs;          /* points at once; 0: one for each core */
    int32_t shard, shards; /* this process takes part `shard` (from 1) of `shards`; 0, 0: everything */
    int resume;            /* go on with the result file that is there */
    int overwrite;         /* replace even a result file that holds an unfinished study */
    int (*watch)(void *user, const ley_progress *progress); /* from the calling thread; nonzero stops */
    void *user;
} ley_study_options;

typedef struct ley_study_info {
    ley_index points, done, failed; /* of this shard, at the end */
    ley_index first_failed;         /* point of the first failure, -1: none */
    ley_error first_failure;
    char *warnings; /* one a line, release with ley_string_destroy; NULL: none */
    double wall_seconds;
} ley_study_info;

LEY_API void ley_study_options_default(ley_study_options *options); /* everything 0 */

/** Runs a scenario into a result file (HDF5; docs/formats/result.md). What is finished is in the file at any
 *  moment, readable even after a crash.
 *  Out:     info      filled whenever the study began; may be NULL.
 *  In:      options   NULL: as ley_study_options_default.
 *  Returns: LEY_OK (all points done), LEY_ERR_NUMERIC (some points failed, info says which), LEY_ERR_STOPPED,
 *           LEY_ERR_IO, LEY_ERR_FORMAT (resume with another scenario's file), LEY_ERR_MEMORY, LEY_ERR_ARGUMENT. */
LEY_FALLIBLE ley_status ley_study_run(const ley_scenario *scenario, ley_study_info *info, const char *result_path,
                                      const ley_study_options *options, ley_error *err);

/* ---- Optimisation: `optimize:` of a scenario --------------------------------------------------------------- */

typedef struct ley_optimize_info {
    ley_index evaluations; /* in the file, at the end */
    ley_index computed;    /* of them, by this call */
    ley_index best;        /* index of the best evaluation that meets the conditions; -1: none does */
    double objective;      /* there; NaN: none */
    int converged;         /* the search ended by itself, not by optimize.evaluations */
    double wall_seconds;
} ley_optimize_info;

/** Searches for the variables of `optimize:`. Every evaluation is a point of the result file, kept at any moment:
 *  /measures holds the variables by name, `objective`, `constraint_1` ... (0 or less: fulfilled) and the measures.
 *  With options->resume evaluations that are kept are not computed again. options->jobs: threads of each run.
 *  Out:     info      filled whenever the search began; may be NULL.
 *  Returns: LEY_OK; LEY_ERR_NUMERIC (a run failed; the message says where); LEY_ERR_STOPPED; LEY_ERR_IO;
 *           LEY_ERR_FORMAT; LEY_ERR_SCENARIO (no optimize); LEY_ERR_MEMORY; LEY_ERR_ARGUMENT.                    */
LEY_FALLIBLE ley_status ley_optimize_run(const ley_scenario *scenario, ley_optimize_info *info,
                                         const char *result_path, const ley_study_options *options, ley_error *err);

/* ---- Result files ------------------------------------------------------------------------------------------ */

typedef struct ley_result ley_result;

/** Opens a result file, even one that is being written or whose writer was killed.
 *  Out:     result    a new handle, which holds what was in the file then.
 *  Returns: LEY_OK, LEY_ERR_IO, LEY_ERR_FORMAT (damaged, foreign, of a later version), LEY_ERR_MEMORY,
 *           LEY_ERR_ARGUMENT.                                                                                   */
LEY_FALLIBLE ley_status ley_result_open(ley_result **result, const char *path, ley_error *err);
LEY_API void ley_result_close(ley_result *result);
/** The whole result as a table for people. Release with ley_string_destroy. LEY_ERR_IO, LEY_ERR_MEMORY,
 *  LEY_ERR_ARGUMENT; of ley_result_csv, too. */
LEY_FALLIBLE ley_status ley_result_table(const ley_result *result, char **text, ley_error *err);
/** The whole result as CSV: a header line with the names, axes first, numbers in full precision. */
LEY_FALLIBLE ley_status ley_result_csv(const ley_result *result, char **text, ley_error *err);
/** Puts the shards of one study together into a new result file.
 *  In:      shards    n_shards paths, every shard of the study once and finished, in any order; none is `path`.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT (one is missing), LEY_ERR_FORMAT (they do not belong together, or one is
 *           unfinished), LEY_ERR_IO, LEY_ERR_MEMORY.                                                            */
LEY_FALLIBLE ley_status ley_result_merge(const char *path, const char *const *shards, ley_index n_shards,
                                         ley_error *err);

/** Names of the fits that the scenario asked for (fit:); NULL behind the last. A view owned by the result. */
LEY_API const char *ley_result_fit_name(const ley_result *result, ley_index i);
/** One number of a fit, of the points that are done.
 *  Out:     value     NaN while a point of the fit is missing, and where the points do not say.
 *  In:      quantity  power: "exponent", "prefactor"; linear: "slope", "intercept"; exponential: "rate",
 *           "prefactor"; peak: "place", "height"; mean: "mean", "deviation"; each with _low and _high the 95 %
 *           confidence interval; "r_squared", "points" (those used).
 *           place     [axes] index along each sweep axis, of which that of x does not matter; NULL: 0 along all.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT (no such fit or quantity, place outside).                                  */
LEY_FALLIBLE ley_status ley_result_fit(const ley_result *result, double *value, const char *fit,
                                       const char *quantity, const ley_index *place, ley_error *err);

/* The same of runs in memory. */
typedef struct ley_fits ley_fits;
typedef struct ley_fit_about {
    const char *name, *model, *formula; /* model: "power", formula: "y = prefactor * x^exponent" */
    const char *x, *y;                  /* an axis, a measure */
    double from, to;                    /* of x; infinite: no bound */
    const char *outliers;               /* "mad", "none" */
    ley_index lines;                    /* one fit for every combination of the other axes, the last fastest */
} ley_fit_about;
/** Computes the fits that a scenario asks for.
 *  Out:     fits      a new handle.
 *  In:      measures  [ley_scenario_measures][ley_scenario_points], in the order of ley_run_measure_name. done:
 *           [points], 0: it failed.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT (NULL), LEY_ERR_MEMORY, LEY_ERR_SCENARIO. */
LEY_FALLIBLE ley_status ley_fits_create(ley_fits **fits, const ley_scenario *scenario, const double *measures,
                                        const unsigned char *done, ley_error *err);
LEY_API void ley_fits_destroy(ley_fits *fits);
LEY_API const ley_fit_about *ley_fits_about(const ley_fits *fits, ley_index i); /* NULL behind the last */
/** Quantity k of fit i, [lines], and what it is called; NULL behind the last. Views. */
LEY_API const double *ley_fits_values(const ley_fits *fits, ley_index i, ley_index k, const char **quantity);
/** [points] 0: used, 1: outside the range, 2: outlier, 3: no value, 4: not computed. */
LEY_API const unsigned char *ley_fits_left_out(const ley_fits *fits, ley_index i);

typedef struct ley_plot_options {
    const char *const *names; /* observables or measures to draw; NULL: everything that fits */
    ley_index n_names;
    int contours; /* contour lines on maps */
} ley_plot_options;

/** Draws a result: lines for series, families of curves over a sweep axis, a map for two axes.
 *  In:      figure    file to write; the ending chooses SVG, PDF or PNG. The gnuplot script stays beside it (.gp).
 *           options   NULL: everything that fits, no contour lines.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT (no such name or ending), LEY_ERR_SCENARIO (its `figure:` asks for what is not
 *           there), LEY_ERR_UNSUPPORTED (no gnuplot here), LEY_ERR_IO, LEY_ERR_FORMAT, LEY_ERR_MEMORY.          */
LEY_FALLIBLE ley_status ley_plot(const char *result_path, const char *figure, const ley_plot_options *options,
                                 ley_error *err);

/* ---- Papers: figures and tables of a folder of scenarios (docs/formats/papers.md) --------------------------- */

typedef struct ley_papers ley_papers;

/** Reads every paper of a folder. Nothing is selected yet.
 *  Out:     papers   a new handle.
 *  In:      folder   holds KEY/paper.yaml; results: result files and figures go to results/KEY.
 *  Returns: LEY_OK; LEY_ERR_SCENARIO with line, column and the file in err->where; LEY_ERR_IO, LEY_ERR_MEMORY.   */
LEY_FALLIBLE ley_status ley_papers_create(ley_papers **papers, const char *folder, const char *results,
                                          ley_error *err);
LEY_API void ley_papers_destroy(ley_papers *papers);
/** Name of a figure, as "canzio2024/fig4"; NULL behind the last. */
LEY_API const char *ley_papers_id(const ley_papers *papers, ley_index i);
/** Adds to the selection: a figure; "canzio2024", its figures; "canzio2024/beyond"; "all", those of every paper;
 *  "beyond", those beyond every paper. LEY_ERR_ARGUMENT: there is none, and what is nearest. */
LEY_FALLIBLE ley_status ley_papers_select(ley_papers *papers, const char *id, ley_error *err);
/** The figures selected (without a selection all) as a table for people: what each shows, the time it took or will
 *  take, what has been reached. Release with ley_string_destroy.                                                */
LEY_FALLIBLE ley_status ley_papers_list(const ley_papers *papers, char **text, ley_error *err);

typedef struct ley_papers_progress {
    const char *id;            /* of the figure in hand */
    ley_index figure, figures; /* its number, from 1; figures selected */
    ley_progress study;        /* of the scenario in hand */
    double fraction;           /* of the whole work, 0 .. 1 */
    double seconds_left;       /* of the whole work; NaN while unknown */
} ley_papers_progress;

typedef enum ley_papers_word { LEY_PAPERS_DONE, LEY_PAPERS_FAILED } ley_papers_word;

typedef struct ley_papers_options {
    int32_t jobs;                                                        /* points at once; 0: one for each core */
    int fast;                                                            /* the smaller version of each figure */
    int force;                                                           /* compute again what is there */
    int draw;                                                            /* SVG and PNG of each figure */
    int (*watch)(void *user, const ley_papers_progress *progress);       /* nonzero stops */
    void (*say)(void *user, ley_papers_word what, const char *sentence); /* about each figure, when it ends */
    void *user;
} ley_papers_options;
LEY_API void ley_papers_options_default(ley_papers_options *options); /* draws; everything else 0 */

/** Computes the figures selected: results/KEY/SCENARIO.h5 and results/KEY/FIGURE.svg, .png. A result file that is
 *  complete and comes from the same text is kept, an interrupted one is gone on with.
 *  Returns: LEY_OK; LEY_ERR_NUMERIC (some figures failed), LEY_ERR_STOPPED, LEY_ERR_SCENARIO before any work.    */
LEY_FALLIBLE ley_status ley_papers_run(const ley_papers *papers, const ley_papers_options *options, ley_error *err);
/** Compares what ley_papers_run left with the numbers expected.
 *  Out:     text     tables for people; release with ley_string_destroy.
 *           numbers  compared (may be NULL); wrong: those that do not agree with what is said of them.
 *  In:      fast     nonzero: of the smaller version of each figure.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT, LEY_ERR_SCENARIO (a number that paper.yaml asks for), LEY_ERR_MEMORY.     */
LEY_FALLIBLE ley_status ley_papers_compare(const ley_papers *papers, char **text, ley_index *numbers,
                                           ley_index *wrong, int fast, ley_error *err);
/** Writes a report in Markdown about the figures selected (without a selection all): the notes of each paper, every
 *  figure, the numbers compared. Pictures are referred to by relative paths, those outside its folder are copied to
 *  figures/ beside it. LEY_ERR_IO, LEY_ERR_MEMORY, LEY_ERR_ARGUMENT. */
LEY_FALLIBLE ley_status ley_papers_report(const ley_papers *papers, const char *path, ley_error *err);

/* ---- Closed forms: a battery under one collective bath ------------------------------------------------------ */

/* alpha = n / (n + 1) = exp(-w0 / T), 0 <= alpha <= 1; energies in units of w0. NaN outside the domain. Source:
 * Ahmadi et al., equations as numbered there; docs/theory/closed_forms.md. */

/** Share of |j, m> in the weight of its block, i_m = m + j: alpha^i_m / sum_k alpha^k (Eq. 23). */
LEY_API double ley_thermal_population(int32_t two_j, int32_t i_m, double alpha);
/** Energy (Eq. 108) and ergotropy (Eqs. 31, 107; all unitaries on the cells) reached from the ground state. */
LEY_API double ley_thermal_energy_from_ground(int32_t cells, double alpha);
LEY_API double ley_thermal_ergotropy_from_ground(int32_t cells, double alpha);
/** Eigenvalues reached from cells in a Gibbs state with weights 1 : q, 0 <= q <= 1, for one copy of its block: of
 *  |N/2, -N/2 + m> (Eq. 87), 0 <= m <= N; and of the lowest state of j = N/2 - m (Eq. 88), 0 <= m <= N/2.       */
LEY_API double ley_thermal_eigenvalue_bright(int32_t cells, int32_t m, double alpha, double q);
LEY_API double ley_thermal_eigenvalue_lowest(int32_t cells, int32_t m, double alpha, double q);
/** Rate with which coherences between |j, m> and |j', m - delta> decay at least under collective emission and
 *  absorption (Eq. 84): the smallest distance of a Gershgorin disc from the imaginary axis.                      */
LEY_API double ley_sector_decay_bound(int32_t two_j, int32_t other_two_j, int32_t delta, double emission,
                                      double absorption);

/* ---- Vocabulary: one table serves C, the command, the files and Python ------------------------------------- */

LEY_API ley_index ley_observable_count(void);
LEY_API const char *ley_observable_name(ley_index i);    /* NULL outside 0 .. count-1 */
LEY_API const char *ley_observable_unit(ley_index i);    /* "energy", "nats", "1/time", ... */
LEY_API const char *ley_observable_meaning(ley_index i); /* one sentence */
/** What its components are: "spin_block", "energy_level", "element"; NULL for one number at a time. */
LEY_API const char *ley_observable_component(ley_index i);
/** Names of the help topics ("scenario", "observables", "measures", ...), ended by NULL; static. */
LEY_API const char *const *ley_help_topics(void);
/** Text of a help topic for people.
 *  Out:     text      release with ley_string_destroy.
 *  Returns: LEY_OK, LEY_ERR_ARGUMENT (unknown topic), LEY_ERR_MEMORY.                                           */
LEY_FALLIBLE ley_status ley_help(char **text, const char *topic, ley_error *err);

#ifdef __cplusplus
}
#endif
#endif
