#include "run/choice.h"

#include "core/status.h"
#include "generator/chain_moving.h"
#include "generator/general.h"
#include "generator/half.h"
#include "generator/pair.h"
#include "generator/pure.h"
#include "generator/real.h"
#include "generator/sector.h"
#include "generator/spins.h"
#include "generator/telegraph.h"
#include "propagator/propagator.h"
#include "run/mean_field.h"

#include <math.h>

static const double displaced_photons = 4; /* of a coherent charger, from which on its displacement pays */
/* Where excitations are conserved sectors are faster up to so many cells, and beyond as long as they hold no more
 * than so many times the numbers: one proved run on every thread stands against two, with steps in place of an
 * expansion. */
static const int32_t displaced_cells = 40;
static const double displaced_share = 25;

static bool needs_joint(const ley_task *task) {
    for (ley_index i = 0; i < task->n_observables; i++)
        if (ley_observable_needs_joint(task->observables[i])) return true;
    for (ley_index i = 0; i < task->n_measures; i++) {
        const ley_measure_request *request = &task->measures[i];
        if (ley_observable_needs_joint(request->observable)) return true;
        if (request->measure == LEY_MEASURE_AT_MAX && ley_observable_needs_joint(request->by)) return true;
    }
    return false;
}

/* Largest charge Delta that one observable looks at. docs/theory/sectors.md */
static int32_t charge_of(ley_observable what, const ley_model *model) {
    switch (ley_observable_sees(what)) {
    case LEY_SEES_BATTERY:
        return model->cells;
    case LEY_SEES_CAVITY:
        return model->levels - 1;
    case LEY_SEES_NEXT:
        return 1;
    case LEY_SEES_DIAGONAL:
        break;
    }
    return 0;
}

static int32_t larger(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static int32_t largest_charge(const ley_task *task, const ley_model *model) {
    int32_t charge = 0, reach = ley_sector_reach(model);
    for (ley_index i = 0; i < task->n_observables; i++)
        charge = larger(charge, charge_of(task->observables[i], model));
    for (ley_index i = 0; i < task->n_measures; i++) {
        charge = larger(charge, charge_of(task->measures[i].observable, model));
        if (task->measures[i].measure == LEY_MEASURE_AT_MAX)
            charge = larger(charge, charge_of(task->measures[i].by, model));
    }
    return charge < reach ? charge : reach;
}

/* ---- Representations --------------------------------------------------------------------------------------------
 */

static const char *sectors_refused(const ley_task *task, const ley_model *model) {
    if (!task->has_cavity) return "there is no cavity";
    if (!ley_signal_is_zero(&model->drive_cavity) || !ley_signal_is_zero(&model->drive_battery))
        return "a drive changes the number of excitations";
    if (!ley_sector_applies(model)) return "counter-rotating terms change the number of excitations";
    if (needs_joint(task)) return "an observable needs the state of battery and cavity together";
    return NULL;
}

static const char *spins_refused(const ley_task *task, const ley_model *model) {
    if (task->has_cavity) return "there is a cavity";
    if (ley_telegraph_given(&model->telegraph)) return "telegraph noise and disorder keep copies of whole blocks";
    if (model->second.given) return "two runs are compared in whole blocks";
    if (needs_joint(task)) return "an observable needs the joint state";
    if (model->battery_state.kind == LEY_BATTERY_BLOCKS && !model->battery_state.given_diagonal)
        return "the start has coherences of its own";
    return NULL;
}

static const char *pure_refused(const ley_task *task, const ley_model *model) {
    if (!ley_pure_closed(model)) return "a channel dissipates";
    if (!ley_pure_starts(model)) return "the start is a mixture, or given as a matrix";
    if (ley_telegraph_given(&model->telegraph)) return "telegraph noise and disorder make a mixture";
    if (model->second.given) return "two runs are compared in whole blocks";
    if (needs_joint(task)) return "an observable needs the joint state";
    return NULL;
}

static int32_t spins_parts(const ley_task *task, const ley_model *model) {
    (void)task;
    return ley_spins_parts(model);
}

static const char *blocks_refused(const ley_task *task, const ley_model *model) {
    (void)task;
    (void)model;
    return NULL;
}

static int32_t sectors_parts(const ley_task *task, const ley_model *model) {
    return largest_charge(task, model) + 1;
}

/* Parities conserved one by one; a run that needs the whole state keeps them together. */
static int32_t half_parts(const ley_task *task, const ley_model *model) {
    bool odd = ley_sector_reach(model) > 0; /* populated */
    return !needs_joint(task) && ley_half_has_parity(model) && odd ? 2 : 1;
}

/* What a part of the half is called by: one of the parities. */
static int32_t half_index(const ley_choice *choice, const ley_model *model, int32_t i) {
    if (!ley_half_has_parity(model)) return LEY_PARITY_BOTH;
    if (choice->parts == 2) return i == 0 ? LEY_PARITY_EVEN : LEY_PARITY_ODD;
    return ley_sector_reach(model) > 0 ? LEY_PARITY_BOTH : LEY_PARITY_EVEN;
}

static ley_status half_part(ley_generator **part, const ley_model *model, int32_t parity, ley_error *err) {
    return ley_generator_half_create(part, model, parity, NULL, err);
}

static double half_doubles(const ley_model *model, int32_t parity) {
    return ley_half_length(model, parity);
}

static int32_t one_part(const ley_task *task, const ley_model *model) {
    (void)task;
    (void)model;
    return 1;
}

static bool asks_for(const ley_task *task, ley_observable what) {
    for (ley_index i = 0; i < task->n_observables; i++)
        if (task->observables[i] == what) return true;
    for (ley_index i = 0; i < task->n_measures; i++)
        if (task->measures[i].observable == what ||
            (task->measures[i].measure == LEY_MEASURE_AT_MAX && task->measures[i].by == what))
            return true;
    return false;
}

/* Photons that a coherent charger starts with. */
static double coherent_photons(const ley_model *model) {
    const ley_cavity_state *state = &model->cavity_state;
    if (state->kind != LEY_CAVITY_COHERENT) return 0;
    return state->alpha.re * state->alpha.re + state->alpha.im * state->alpha.im;
}

static const char *displaced_refused(const ley_task *task, const ley_model *model) {
    if (!task->has_cavity) return "there is no cavity";
    if (model->second.given) return "two starts have two mean fields";
    if (ley_telegraph_given(&model->telegraph)) return "each state of the noise has a mean field of its own";
    if (asks_for(task, LEY_CAVITY_TOP_LEVEL))
        return "cavity.top_level asks for a Fock level of the undisplaced cavity";
    return NULL;
}

/* Would the sectors that are needed hold so many numbers that a displaced run is faster. */
static bool sectors_too_large(const ley_task *task, const ley_model *model) {
    if (model->cells <= displaced_cells) return false;
    ley_model own = *model; /* shares everything */
    const ley_cutoff cutoff = ley_cutoff_of_start(task);
    own.levels = cutoff.levels;
    own.coherences_lost = cutoff.coherences;
    const int32_t parts = sectors_parts(task, &own);
    double numbers = ley_sector_length(&own, 0);
    if (parts > 1) numbers += (parts - 1) * ley_sector_length(&own, parts / 2); /* one for all of them */
    own.levels = ley_cutoff_of_fluctuations(task).levels;
    return numbers > displaced_share *
                         (ley_real_applies(&own) ? ley_real_length(&own) : ley_half_length(&own, LEY_PARITY_BOTH));
}

/* Worth it where the mean field is large. A cut-off given by the user is one of the undisplaced cavity. */
static bool displaced_preferred(const ley_task *task, const ley_model *model) {
    if (!task->numerics.levels_auto || !task->has_cavity) return false;
    const bool sectors = !sectors_refused(task, model);
    if (coherent_photons(model) >= displaced_photons) return !sectors || sectors_too_large(task, model);
    return !ley_signal_is_zero(&model->drive_cavity);
}

static double displaced_doubles(const ley_model *model, int32_t i) {
    (void)i;
    return ley_half_length(model, LEY_PARITY_BOTH);
}

static ley_status blocks_part(ley_generator **part, const ley_model *model, int32_t i, ley_error *err) {
    (void)i;
    return ley_generator_blocks_create(part, model, err);
}

static double blocks_doubles(const ley_model *model, int32_t i) {
    (void)i;
    return ley_generator_blocks_bytes(model) / sizeof(double);
}

static const char *general_refused(const ley_task *task, const ley_model *model) {
    (void)task;
    return model->cells > LEY_GENERAL_CELLS ? "there are more than 10 cells" : NULL;
}

static bool always(const ley_task *task, const ley_model *model) {
    (void)task;
    (void)model;
    return true;
}

static ley_status displaced_part(ley_generator **part, const ley_choice *choice, const ley_model *model,
                                 ley_error *err) {
    ley_displacement displacement;
    ley_status status = ley_mean_field_create(&displacement, model, choice->t_end, err);
    if (status != LEY_OK) return status;
    /* Who needs the whole state on the way reads it as complex numbers. */
    if (choice->stored && ley_real_applies(model))
        return ley_generator_real_create(part, model, &displacement, err);
    return ley_generator_half_create(part, model, LEY_PARITY_BOTH, &displacement, err);
}

typedef struct entry {
    const char *word, *meaning;
    const char *(*refused)(const ley_task *task, const ley_model *model);
    bool (*preferred)(const ley_task *task, const ley_model *model); /* without being asked for */
    int32_t (*parts)(const ley_task *task, const ley_model *model);
    int32_t (*index)(const ley_choice *choice, const ley_model *model, int32_t i); /* NULL: i itself */
    ley_status (*create)(ley_generator **part, const ley_model *model, int32_t i, ley_error *err);
    double (*doubles)(const ley_model *model, int32_t i); /* in one state of part i */
    bool stored;                                          /* in several parts, to be put together afterwards */
    bool marched;                                         /* in one part, observed while it evolves */
} entry;

/* In order of preference. */
static const ley_representation preferred[] = {LEY_REPRESENTATION_PURE, LEY_REPRESENTATION_SPINS,
                                               LEY_REPRESENTATION_DISPLACED, LEY_REPRESENTATION_SECTORS,
                                               LEY_REPRESENTATION_HALF};
enum { PREFERRED = sizeof preferred / sizeof *preferred };

static const entry table[] = {
    [LEY_REPRESENTATION_BLOCKS] = {"blocks", "every spin block j = N/2, N/2 - 1, ... whole", blocks_refused, always,
                                   one_part, NULL, blocks_part, blocks_doubles, false, false},
    [LEY_REPRESENTATION_SECTORS] =
        {"sectors", "the number of excitations is conserved: each charge (m + n) - (m' + n') by itself",
         sectors_refused, always, sectors_parts, NULL, ley_generator_sector_create, ley_sector_length, true, false},
    [LEY_REPRESENTATION_PURE] = {"pure", "the wave function of a closed battery", pure_refused, always, one_part,
                                 NULL, ley_generator_pure_create, ley_pure_length, false, true},
    [LEY_REPRESENTATION_SPINS] = {"spins",
                                  "no cavity: lines of constant m - m', each by itself unless a drive couples them",
                                  spins_refused, always, spins_parts, NULL, ley_generator_spins_create,
                                  ley_spins_length, true, true},
    [LEY_REPRESENTATION_HALF] = {"half", "the Hermitian half of every spin block that can be populated",
                                 blocks_refused, always, half_parts, half_index, half_part, half_doubles, true,
                                 false},
    [LEY_REPRESENTATION_DISPLACED] = {"displaced", "the Hermitian half, the cavity seen from its mean field",
                                      displaced_refused, displaced_preferred, one_part, NULL, NULL,
                                      displaced_doubles, true, false},
    [LEY_REPRESENTATION_GENERAL] = {"general", "all 2^N states of the cells, which need not be alike",
                                    general_refused, always, one_part, NULL, ley_generator_general_create,
                                    ley_general_length, false, false},
};

/* The others keep what permutations of the cells do not change. */
static const char *refused(ley_representation representation, const ley_task *task, const ley_model *model) {
    if (representation != LEY_REPRESENTATION_GENERAL && !ley_model_is_symmetric(model))
        return "the cells are not all alike";
    return table[representation].refused(task, model);
}

const char *ley_representation_word(ley_representation representation) {
    return representation == LEY_REPRESENTATION_AUTO ? "auto" : table[representation].word;
}

const char *ley_representation_meaning(ley_representation representation) {
    return representation == LEY_REPRESENTATION_AUTO ? "" : table[representation].meaning;
}

const char *ley_method_word(ley_method method) {
#define WORD(id, word) word,
    static const char *const words[] = {LEY_METHODS(WORD)};
#undef WORD
    return words[method];
}

const char *ley_representation_refused(ley_representation representation, const ley_task *task,
                                       const ley_model *model) {
    return representation == LEY_REPRESENTATION_AUTO ? NULL : refused(representation, task, model);
}

/* Then the spectrum reaches into growth, where the bounds of an expansion do not hold. */
static bool has_negative_rate(const ley_model *model) {
    for (int channel = 0; channel < LEY_CHANNEL_COUNT; channel++)
        if (ley_signal_at(&model->rate[channel], 0) < 0) return true;
    return false;
}

/* Frames that move make a constant generator depend on time. */
static bool is_constant(ley_representation representation, const ley_model *model) {
    if (!ley_model_is_constant(model) || representation == LEY_REPRESENTATION_DISPLACED) return false;
    bool driven = !ley_signal_is_zero(&model->drive_cavity) || !ley_signal_is_zero(&model->drive_battery);
    return representation != LEY_REPRESENTATION_HALF || !driven || ley_half_frame(model) == 0;
}

/* ---- Chains ---- */

/* For a state and step; for a state and jump. */
static const double radau_seconds = 2.5e-6, jump_seconds = 4e-8;
static const double least_radau = 1e-12; /* tolerance of the state: rounding of all steps stays below */

double ley_choice_radau_seconds(const ley_model *model) {
    const double states =
        0.5 * ley_chain_moving_states(model); /* on average; factors fill in where there are many */
    return LEY_CHOICE_RADAU_STEPS * radau_seconds * states * (1 + states / 4000);
}

/* First the highest rate there is, for as long as a burst lasts; then what a collective bath keeps up. */
double ley_choice_jumps(const ley_choice *choice, const ley_task *task, const ley_model *model) {
    const double n = model->cells, collective = ley_signal_at(&model->rate[LEY_COLLECTIVE_EMISSION], 0) +
                                                ley_signal_at(&model->rate[LEY_COLLECTIVE_ABSORPTION], 0);
    const double fastest = ley_choice_fastest(choice, model), burst = 3 * log(n + 2) / fmax(1e-300, n * collective);
    const double slow =
        fmin(fastest, fastest - collective * 0.25 * n * n + collective * n * (1 + 0.25 * ley_chain_tail(model)));
    return 1.5 * (fmax(0, slow) * choice->t_end + fastest * fmin(choice->t_end, burst)) +
           12 * (double)task->n_times;
}

double ley_choice_jump_seconds(const ley_choice *choice, const ley_task *task, const ley_model *model) {
    const double states = fmin(ley_spins_length(model, 0), 0.5 * ley_chain_moving_states(model));
    return jump_seconds * states * choice->parts * ley_choice_jumps(choice, task, model);
}

/* Populations alone, whose numbers do not depend on time. */
static bool is_chain_of_populations(const ley_choice *choice, const ley_model *model) {
    return choice->representation == LEY_REPRESENTATION_SPINS && choice->marched && ley_spins_is_chain(model) &&
           ley_battery_is_diagonal(model) && !model->complete && !model->second.given &&
           !ley_telegraph_given(&model->telegraph);
}

static bool prefers_radau(const ley_choice *choice, const ley_task *task, const ley_model *model) {
    return task->numerics.tolerance / ley_sensitivity(task, model) >= least_radau &&
           ley_choice_radau_seconds(model) < ley_choice_jump_seconds(choice, task, model);
}

/* ---- The choice ---- */

static ley_representation choose(const ley_task *task, const ley_model *model) {
    ley_representation wanted = task->numerics.representation;
    if (wanted != LEY_REPRESENTATION_AUTO) return wanted;
    if (!ley_model_is_symmetric(model)) return LEY_REPRESENTATION_GENERAL;
    for (int i = PREFERRED - 1; i >= 0; i--) {
        const entry *candidate = &table[preferred[i]];
        if (!candidate->refused(task, model) && candidate->preferred(task, model)) wanted = preferred[i];
    }
    return wanted;
}

ley_representation ley_choice_representation(const ley_task *task) {
    ley_model model = task->model;
    model.levels = task->has_cavity ? 2 : 0; /* how many does not matter */
    return choose(task, &model);
}

ley_cutoff ley_choice_cutoff(const ley_task *task) {
    const bool displaced =
        task->purpose != LEY_STEADY_STATE && ley_choice_representation(task) == LEY_REPRESENTATION_DISPLACED;
    return (displaced ? ley_cutoff_of_fluctuations : ley_cutoff_of_start)(task);
}

ley_status ley_choose(ley_choice *choice, const ley_task *task, const ley_model *model, ley_error *err) {
    const ley_representation wanted = choose(task, model);
    const entry *e = &table[wanted];
    const char *why = refused(wanted, task, model);
    if (why)
        return ley_fail(err, LEY_ERR_SCENARIO, "numerics.representation", "%s does not serve here: %s", e->word,
                        why);
    *choice = (ley_choice){
        .representation = wanted, .parts = e->parts(task, model), .t_end = task->times[task->n_times - 1]};
    if (model->second.given) {
        const ley_model second = ley_model_of_second(model);
        choice->parts = larger(choice->parts, e->parts(task, &second));
    }
    choice->marched = e->marched && choice->parts == 1;
    /* Parts that are put together afterwards do not give the whole state on the way. */
    const bool whole =
        needs_joint(task) && (wanted == LEY_REPRESENTATION_HALF || wanted == LEY_REPRESENTATION_DISPLACED);
    choice->stored = e->stored && !choice->marched && !whole;
    /* Coherences between m and m' live in charges up to N. */
    choice->battery_known = wanted != LEY_REPRESENTATION_SECTORS || choice->parts > model->cells ||
                            choice->parts > ley_sector_reach(model);
    const bool constant = is_constant(wanted, model), expands = choice->stored || choice->marched;
    const bool chain = wanted == LEY_REPRESENTATION_SPINS && ley_spins_is_chain(model);
    const bool populations = is_chain_of_populations(choice, model);
    choice->method = task->numerics.method;
    if (choice->method == LEY_METHOD_AUTO)
        choice->method = populations && prefers_radau(choice, task, model)  ? LEY_METHOD_RADAU
                         : chain                                            ? LEY_METHOD_UNIFORMISATION
                         : constant && expands && !has_negative_rate(model) ? LEY_METHOD_CHEBYSHEV
                                                                            : LEY_METHOD_DOP853;
    if (choice->method == LEY_METHOD_UNIFORMISATION && !chain)
        return ley_fail(err, LEY_ERR_SCENARIO, "numerics.propagator",
                        "uniformisation needs a battery without cavity and drive, with constant rates >= 0");
    if (choice->method == LEY_METHOD_RADAU && !populations)
        return ley_fail(err, LEY_ERR_SCENARIO, "numerics.propagator",
                        "radau needs a battery without cavity, drive, coherences and telegraph noise, with "
                        "constant rates >= 0");
    if (choice->method == LEY_METHOD_CHEBYSHEV && !constant)
        return ley_fail(err, LEY_ERR_SCENARIO, "numerics.propagator",
                        "chebyshev needs a generator that does not depend on time; dop853 does not");
    if (choice->method == LEY_METHOD_CHEBYSHEV && !expands)
        return ley_fail(err, LEY_ERR_SCENARIO, "numerics.propagator",
                        "chebyshev is not offered for %s here; dop853 is", e->word);
    choice->turning = wanted == LEY_REPRESENTATION_DISPLACED && choice->stored && ley_half_may_turn(model);
    return LEY_OK;
}

/* Part i of one run, with whatever noise there is. */
static ley_status part_of_one(ley_generator **part, const ley_model *model, const void *user, int32_t i,
                              ley_error *err) {
    const ley_choice *choice = user;
    const entry *e = &table[choice->representation];
    if (e->index) i = e->index(choice, model, i);
    return ley_telegraph_given(&model->telegraph) ? ley_generator_telegraph_create(part, model, e->create, i, err)
                                                  : e->create(part, model, i, err);
}

ley_status ley_choice_part(ley_generator **part, const ley_choice *choice, const ley_model *model, int32_t i,
                           ley_error *err) {
    const ley_status status =
        choice->representation == LEY_REPRESENTATION_DISPLACED ? displaced_part(part, choice, model, err)
        : model->second.given ? ley_generator_pair_create(part, model, part_of_one, choice, i, err)
                              : part_of_one(part, model, choice, i, err);
    if (status == LEY_OK && choice->turning) ley_half_turn(*part);
    return status;
}

/* Numbers that no machine holds: what comes on top need not be counted. */
static const double beyond_memory = 1e13;

ley_choice_size ley_choice_measure(const ley_choice *choice, const ley_model *model) {
    ley_choice_size size = {0};
    const ley_model second = ley_model_of_second(model);
    const double copies = ley_telegraph_states(&model->telegraph);
    for (int32_t i = 0; i < choice->parts && size.numbers < beyond_memory; i++) {
        const entry *e = &table[choice->representation];
        double doubles = e->doubles(model, e->index ? e->index(choice, model, i) : i) * copies;
        if (choice->representation == LEY_REPRESENTATION_DISPLACED && choice->stored && ley_real_applies(model))
            doubles = ley_real_length(model);
        if (model->second.given)
            doubles += e->doubles(&second, e->index ? e->index(choice, &second, i) : i) * copies;
        size.numbers += doubles;
        size.largest = fmax(size.largest, doubles * sizeof(double));
    }
    return size;
}

double ley_choice_battery(const ley_choice *choice, const ley_model *model) {
    if (choice->representation == LEY_REPRESENTATION_SPINS) return ley_spins_battery(model);
    if (choice->representation == LEY_REPRESENTATION_PURE) return ley_pure_battery(model);
    double n = model->cells, unlike = 0;
    if (choice->representation == LEY_REPRESENTATION_GENERAL) unlike = ley_general_reduced(model);
    return (n + 3) * (n + 2) * (n + 1) / 6 + unlike;
}

double ley_choice_tables(const ley_choice *choice, const ley_model *model) {
    if (choice->representation == LEY_REPRESENTATION_GENERAL) /* z, and matrices of the observer */
        return 3 * ley_general_length(model, 0) * sizeof(double) * ley_telegraph_states(&model->telegraph);
    return choice->representation == LEY_REPRESENTATION_SPINS ? ley_spins_tables(model) : 0;
}

double ley_choice_fastest(const ley_choice *choice, const ley_model *model) {
    return choice->representation == LEY_REPRESENTATION_SPINS ? ley_spins_fastest(model) : 0;
}
