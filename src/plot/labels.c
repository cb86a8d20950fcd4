#include "plot/figure.h"

#include "core/memory.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

typedef struct entry {
    const char *name, *words, *family, *unit;
} entry;

static const char energy[] = "units of frequency", rate[] = "units of frequency";

/* Families are finer than units: photon numbers beside purities make one of them a flat line. */
static const entry entries[] = {
    {"battery.energy", "Battery energy", "energy", energy},
    {"battery.ergotropy", "Ergotropy", "energy", energy},
    {"battery.ergotropy_collective", "Collective ergotropy", "energy", energy},
    {"battery.ergotropy_dicke", "Dicke-matrix count", "energy", energy},
    {"battery.ergotropy_hybrid", "Hybrid count", "energy", energy},
    {"battery.passive_energy", "Passive energy", "energy", energy},
    {"battery.locked_energy", "Locked energy", "energy", energy},
    {"battery.entropy", "Battery entropy", "entropy", "nats"},
    {"battery.purity", "Battery purity", "weight", NULL},
    {"battery.jz", "Jz of the battery", "jz", NULL},
    {"battery.coherence_l1", "Coherence (l1)", "coherence", NULL},
    {"battery.coherence_relative", "Relative entropy of coherence", "entropy", "nats"},
    {"battery.bright_weight", "Weight of j = N/2", "weight", NULL},
    {"battery.spin_weights", "Weight", "spins", NULL},
    {"battery.populations", "Population", "levels", NULL},
    {"battery.state", "Element of the battery state", "element", NULL},
    {"cavity.energy", "Cavity energy", "energy", energy},
    {"cavity.photons", "Photons", "photons", NULL},
    {"cavity.entropy", "Cavity entropy", "entropy", "nats"},
    {"cavity.purity", "Cavity purity", "weight", NULL},
    {"cavity.amplitude_re", "Re <a>", "amplitude", NULL},
    {"cavity.amplitude_im", "Im <a>", "amplitude", NULL},
    {"cavity.top_level", "Population of the last Fock level", "edge", NULL},
    {"interaction.energy", "Interaction energy", "energy", energy},
    {"total.energy", "Total energy", "energy", energy},
    {"total.purity", "Total purity", "weight", NULL},
    {"mutual_information", "Mutual information", "entropy", "nats"},
    {"log_negativity", "Logarithmic negativity", "negativity", "bits"},
    {"heat", "Heat given away", "energy", energy},
    {"switching_cost", "Switching cost", "energy", energy},
    {"power", "Power", "power", "units of frequency squared"},
    {"objective", "Objective", "objective", NULL}, /* of an optimisation */
    {"best so far", "Best so far", "objective", NULL},
};

static const struct {
    const char *family, *label;
} families[] = {
    {"energy", "Energy (units of frequency)"},
    {"entropy", "Entropy (nats)"},
    {"weight", "Purity, weight"},
    {"jz", "<Jz>"},
    {"coherence", "Coherence (l1 norm)"},
    {"spins", "Weight of spin j"},
    {"levels", "Population of a level"},
    {"photons", "Photons"},
    {"amplitude", "Amplitude <a>"},
    {"edge", "Population of the last Fock level"},
    {"negativity", "Logarithmic negativity (bits)"},
    {"power", "Power (units of frequency squared)"},
    {"objective", "Objective"},
    {"time", "Time (units of 1/frequency)"},
};

static const entry axis_entries[] = {
    {"N", "Number of cells N", NULL, NULL},
    {"evaluation", "Evaluation", NULL, NULL},
    {"battery.cells", "Number of cells N", NULL, NULL},
    {"battery.frequency", "Cell frequency", NULL, NULL},
    {"cavity.frequency", "Cavity frequency", NULL, NULL},
    {"cavity.levels", "Fock levels", NULL, NULL},
    {"coupling.strength", "Coupling g", NULL, rate},
    {"coupling.model", "Model", NULL, NULL},
    {"noise", "Noise", NULL, NULL},
    {"noise.cavity.loss", "Cavity loss rate", NULL, rate},
    {"noise.cavity.gain", "Cavity gain rate", NULL, rate},
    {"noise.collective.emission", "Collective emission rate", NULL, rate},
    {"noise.collective.absorption", "Collective absorption rate", NULL, rate},
    {"noise.collective.dephasing", "Collective dephasing rate", NULL, rate},
    {"noise.local.emission", "Local emission rate", NULL, rate},
    {"noise.local.absorption", "Local absorption rate", NULL, rate},
    {"noise.local.dephasing", "Local dephasing rate", NULL, rate},
};

static const struct {
    const char *word, *before, *behind;
    bool is_time;
} measures[] = {
    {"max", "Maximal ", "", false},
    {"argmax", "Time of maximal ", "", true},
    {"first_max", "", " at its first maximum", false},
    {"first_argmax", "Time of first maximum, ", "", true},
    {"min", "Minimal ", "", false},
    {"argmin", "Time of minimal ", "", true},
    {"final", "Final ", "", false},
    {"mean", "Mean ", "", false},
    {"jump", "Jump of ", " into stage ", false},
    {"at_end", "", " at the end of stage ", false},
    {"at_max", "", " at maximal ", false}, /* of its second observable */
};
enum { AT_MAX = sizeof measures / sizeof *measures - 1 };

static const entry *find(const char *name) {
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (strcmp(entries[i].name, name) == 0) return &entries[i];
    return NULL;
}

/* Splits "max(X)": the index in `measures` and X in inner, and for at_max(X, Y) Y in by. -1: no measure. */
static int split(const char *name, char inner[128], char by[128]) {
    const char *open = strchr(name, '('), *close = strrchr(name, ')');
    by[0] = 0;
    if (!open || !close || close < open || close - open - 1 >= 128) return -1;
    for (int i = 0; i <= AT_MAX; i++) {
        if (strlen(measures[i].word) != (size_t)(open - name) ||
            strncmp(measures[i].word, name, (size_t)(open - name)) != 0)
            continue;
        memcpy(inner, open + 1, (size_t)(close - open - 1));
        inner[close - open - 1] = 0;
        char *comma = strchr(inner, ',');
        if (comma) {
            *comma = 0;
            strcpy(by, comma + 1 + strspn(comma + 1, " "));
        }
        return i;
    }
    return -1;
}

/* Inside a phrase a word begins small, unless it is a symbol (Jz, Re <a>). */
static void begin_small(char *word) {
    if (islower((unsigned char)word[1]) && strncmp(word, "Jz", 2) != 0 && strncmp(word, "Re ", 3) != 0 &&
        strncmp(word, "Im ", 3) != 0)
        word[0] = (char)tolower((unsigned char)word[0]);
}

char *ley_plot_quantity_words(const char *name) {
    char inner[128], by[128], words[512];
    int measure = split(name, inner, by);
    if (measure < 0) return ley_duplicate(find(name) ? find(name)->words : name);
    const entry *what = find(inner), *other = find(by);
    snprintf(words, sizeof words, "%s%s%s%s", measures[measure].before, what ? what->words : inner,
             measures[measure].behind, other ? other->words : by);
    const size_t front = strlen(measures[measure].before);
    if (front && what) begin_small(words + front);
    if (other) begin_small(words + strlen(words) - strlen(other->words));
    return ley_duplicate(words);
}

char *ley_plot_quantity_label(const char *name) {
    char inner[128], by[128], label[600];
    char *words = ley_plot_quantity_words(name);
    if (!words) return NULL;
    int measure = split(name, inner, by);
    const entry *what = find(measure < 0 ? name : inner);
    const char *unit = measure >= 0 && measures[measure].is_time ? "units of 1/frequency"
                       : what                                    ? what->unit
                                                                 : NULL;
    snprintf(label, sizeof label, unit ? "%s (%s)" : "%s", words, unit);
    ley_release(words);
    return ley_duplicate(label);
}

char *ley_plot_ratio_label(const char *name, const char *to) {
    char label[600];
    char *words = ley_plot_quantity_words(name);
    if (!words) return NULL;
    snprintf(label, sizeof label, "%s (%s)", words, to);
    ley_release(words);
    return ley_duplicate(label);
}

const char *ley_plot_family(const char *name, const char **label) {
    char inner[128], by[128];
    int measure = split(name, inner, by);
    const entry *what = find(measure < 0 ? name : inner);
    const char *family = measure >= 0 && measures[measure].is_time ? "time" : what ? what->family : "other";
    *label = "";
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strcmp(families[i].family, family) == 0) *label = families[i].label;
    return family;
}

bool ley_plot_family_is_logarithmic(const char *name) {
    const char *label;
    return strcmp(ley_plot_family(name, &label), "edge") == 0;
}

char *ley_plot_axis_label(const char *name) {
    char label[256];
    for (size_t i = 0; i < sizeof axis_entries / sizeof *axis_entries; i++) {
        if (strcmp(axis_entries[i].name, name) == 0) {
            snprintf(label, sizeof label, axis_entries[i].unit ? "%s (%s)" : "%s", axis_entries[i].words,
                     axis_entries[i].unit);
            return ley_duplicate(label);
        }
    }
    return ley_duplicate(name);
}

char *ley_plot_axis_value(const ley_plot_axis *axis, ley_index i) {
    char text[256];
    if (axis->labels) {
        const char *word = axis->labels[i];
        if (strcmp(word, "tavis-cummings") == 0) return ley_duplicate("Tavis-Cummings");
        if (strcmp(word, "dicke") == 0) return ley_duplicate("Dicke");
        return ley_duplicate(word);
    }
    const char *dot = strrchr(axis->name, '.');
    const char *name = strcmp(axis->name, "battery.cells") == 0 ? "N" : dot ? dot + 1 : axis->name;
    snprintf(text, sizeof text, "%s = %.4g", name, axis->values[i]);
    return ley_duplicate(text);
}
