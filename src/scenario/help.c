/* Help texts, written from the tables that the program itself reads: they cannot drift apart. */
#include "core/memory.h"
#include "core/status.h"
#include "core/text.h"
#include "expression/expression.h"
#include "expression/nearest.h"
#include "model/vocabulary.h"
#include "scenario/keys.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static void scenario_topic(ley_text *out) {
    ley_text_add(out, "A scenario is a YAML file. Every key, its type and its default:\n\n");
    for (int i = 0; i < LEY_KEY_COUNT; i++) {
        ley_key key = (ley_key)i;
        const char *fallback = ley_key_default(key);
        bool required = strncmp(fallback, "required", 8) == 0;
        ley_text_add(out, "  %-30s %s; %s%s%s\n      %s\n", ley_key_name(key), ley_key_type(key),
                     required ? "" : "default: ", fallback, ley_key_can_be_swept(key) ? "" : "; cannot be swept",
                     ley_key_meaning(key));
    }
    ley_text_add(
        out,
        "\n  parameters                     mapping of names to numbers; default: none\n"
        "      names of your own for every expression; they may use N and one another\n"
        "  sweep                          mapping of axes; default: none, one run\n"
        "      AXIS: [a, b, c], or AXIS: {from: a, to: b, points: n, scale: linear or log}; an axis is N, a\n"
        "      parameter or a dotted key. NAME: [{label: x, KEY: VALUE, ...}, ...] sets several keys together.\n"
        "      All combinations are run; the last axis runs fastest.\n"
        "\nTypes: a number, an integer, a rate and a signal may be written as expressions (leyden help "
        "expressions);\n"
        "signals and rates may depend on time t. A constant rate is 0 or larger. Without cavity: there is no "
        "cavity;\n"
        "without coupling: cells and cavity do not couple; without noise and drive: there is none. One of observe\n"
        "and measure is required. An unknown key is an error. --set KEY=VALUE replaces a key, a parameter or N.\n"
        "\nThe smallest scenario:\n\n"
        "  battery: {cells: 4, frequency: 1, state: excited}\n"
        "  noise: {local: {emission: 0.1}}\n"
        "  time: {until: 20}\n"
        "  observe: [battery.energy, battery.ergotropy]\n");
}

static void observables_topic(ley_text *out) {
    ley_text_add(
        out, "Observables, recorded over time with observe: [NAME, ...]. hbar = 1; energies are in the unit of\n"
             "the frequencies. Those marked * need a cavity.\n\n");
    for (int i = 0; i < LEY_OBSERVABLE_COUNT; i++) {
        ley_observable observable = (ley_observable)i;
        static const char *const widths[] = {
            [LEY_SCALAR] = "",
            [LEY_SPINS] = ", one number for each j",
            [LEY_LEVELS] = ", one number for each level",
            [LEY_ELEMENTS] = ", 2 (2j + 1)^2 numbers for each j",
        };
        ley_text_add(out, "  %-29s%s %s%s\n      %s\n", ley_observable_name(i),
                     ley_observable_needs_cavity(observable) ? "*" : " ", ley_observable_unit(i),
                     widths[ley_observable_shape(observable)], ley_observable_meaning(i));
    }
    ley_text_add(
        out, "\nThe four counts of ergotropy differ, and none stands for another: see leyden help conventions.\n");
}

static void measures_topic(ley_text *out) {
    ley_text_add(out, "Measures, one number for a whole run: measure: [\"max(battery.ergotropy)\", ...]. X is any\n"
                      "observable with one value (leyden help observables).\n\n");
    for (int i = 0; i < LEY_MEASURE_COUNT; i++) {
        const char *word = ley_measure_word((ley_measure)i);
        const bool alone = i == LEY_MEASURE_GAP || ley_measure_is_of_map((ley_measure)i);
        ley_text_add(out, "  %s%s%*s %s\n", word, alone ? "" : "(X)", 14 + (alone ? 3 : 0) - (int)strlen(word), "",
                     ley_measure_meaning((ley_measure)i));
    }
    ley_text_add(
        out, "\nMaxima and minima are located to the tolerance, not to the output times; sampled_... look at these "
             "alone.\n\n"
             "derive: {NAME: \"formula\"} makes quantities of your own: of observables, which are observables,\n"
             "or of measures, which are measures. They serve wherever one of their kind does:\n"
             "  derive:\n"
             "    artefact: \"6*battery.energy - battery.passive_energy\"\n"
             "    charging_power: \"max(battery.energy)/argmax(battery.energy)\"\n"
             "  measure: [charging_power, \"max(artefact)\"]\n");
}

static void expressions_topic(ley_text *out) {
    ley_text_add(out, "A number may be written as an expression: \"0.5*w/sqrt(N)\".\n\n"
                      "  names      N, pi, the parameters, and t (time) where a value may depend on time\n"
                      "  operators  + - * / ^ ( ); ^ binds strongest and to the right: -2^2 = -4, 2^3^2 = 2^9\n"
                      "  numbers    2, 0.5, .5, 1e-3; no leading zeros (007)\n\n"
                      "Functions:\n\n");
    const char *name, *arguments, *meaning;
    for (ley_index i = 0; (name = ley_expression_function(i, &arguments, &meaning)); i++) {
        char call[64];
        snprintf(call, sizeof call, "%s(%s)", name, arguments);
        ley_text_add(out, "  %-22s %s\n", call, meaning);
    }
    ley_text_add(
        out,
        "\nfunctions: {NAME: {times: [...], values: [...]}} makes functions of your own, called as NAME(t): "
        "straight\n"
        "lines between values, or Chebyshev series on pieces ({breaks: [...], chebyshev: [[...], ...]}).\n"
        "\ngauss, box, ramp and step say where they live: no step of the integrator passes over them, however\n"
        "narrow they are. Other time dependence is looked at before a run and found when it is wider than\n"
        "about a thousandth of the run. In YAML, put an expression in quotes when it holds , : # or begins\n"
        "with *.\n");
}

static void conventions_topic(ley_text *out) {
    ley_text_add(
        out,
        "hbar = 1; frequencies, couplings and rates share one unit, time is its inverse.\n\n"
        "  battery    w0 (Jz + N/2); N two-level cells; J- = sum of sigma-\n"
        "  cavity     wc a'a, Fock states |0> .. |levels - 1>; a' is the adjoint of a\n"
        "  coupling   lambda(t) g [J+ a + J- a' + r (J+ a' + J- a)]; r = 0 Tavis-Cummings, r = 1 Dicke; g is not\n"
        "             divided by sqrt(N)\n"
        "  drives     eta(t) (a + a') + Omega(t) Jx\n"
        "  noise      rate times D[L], D[L] rho = L rho L' - (L'L rho + rho L'L) / 2\n"
        "  local dephasing has L = sigma_z (eigenvalues +-1): the coherence of a cell falls at twice the rate\n"
        "  states     spin_coherent [theta, phi]: (cos(theta/2) |e> + exp(i phi) sin(theta/2) |g>)^N\n"
        "             gibbs q: weights 1 : q on ground : excited; dicke [j, m]: equal mixture of its copies\n"
        "             coherent and thermal cavity states are cut at the last level and normalised\n"
        "  entropies  in nats, of the full 2^N state; log-negativity in bits\n\n"
        "Ergotropy, energy that a cyclic unitary can draw:\n"
        "  battery.ergotropy             GLOBAL: all unitaries on the 2^N space, multiplicities counted\n"
        "  battery.ergotropy_collective  COLLECTIVE: unitaries that act alike on every copy of a spin block\n"
        "  battery.ergotropy_dicke       DICKE: the Dicke-basis matrix at face value\n"
        "  battery.ergotropy_hybrid      HYBRID: block eigenvalues once, levels with multiplicity\n"
        "The last two are what published scripts compute; they are not ergotropies once j < N/2 is populated.\n");
}

static const struct {
    const char *name;
    void (*write)(ley_text *out);
} topics[] = {
    {"scenario", scenario_topic},       {"observables", observables_topic}, {"measures", measures_topic},
    {"expressions", expressions_topic}, {"conventions", conventions_topic},
};
enum { TOPICS = sizeof topics / sizeof *topics };

const char *const *ley_help_topics(void) {
    static const char *const names[TOPICS + 1] = {"scenario",    "observables", "measures",
                                                  "expressions", "conventions", NULL};
    return names;
}

ley_status ley_help(char **text, const char *topic, ley_error *err) {
    if (!text || !topic) return ley_fail(err, LEY_ERR_ARGUMENT, text ? "topic" : "text", "the argument is NULL");
    ley_nearest nearest = {.word = topic};
    char hint[64];
    for (int i = 0; i < TOPICS; i++) {
        ley_nearest_offer(&nearest, topics[i].name);
        if (strcmp(topics[i].name, topic) != 0) continue;
        ley_text out = {0};
        topics[i].write(&out);
        char *written = ley_text_take(&out);
        if (!written) return ley_fail(err, LEY_ERR_MEMORY, "", "no memory left for a help text");
        *text = written;
        return LEY_OK;
    }
    return ley_fail(err, LEY_ERR_ARGUMENT, "topic",
                    "unknown topic %.60s%s; topics are scenario, observables, measures, expressions, conventions",
                    topic, ley_nearest_hint(&nearest, hint, sizeof hint));
}
