/* noise.collective.bath and noise.local.bath: a spectral density in the place of rates. */
#include "core/status.h"
#include "model/bath.h"
#include "scenario/binder.h"

#include <math.h>
#include <string.h>

static const double share = 0.01; /* of the tolerance, for what a rate does over the whole run */

typedef struct place {
    const char *name;
    ley_key density, coupling, cutoff, exponent, center, width, temperature, n;
    ley_key others[6]; /* the other forms of the same noise */
    ley_channel down, up;
} place;

static const place places[] = {
    {"noise.collective.bath",
     LEY_KEY_COLLECTIVE_BATH_DENSITY,
     LEY_KEY_COLLECTIVE_BATH_COUPLING,
     LEY_KEY_COLLECTIVE_BATH_CUTOFF,
     LEY_KEY_COLLECTIVE_BATH_EXPONENT,
     LEY_KEY_COLLECTIVE_BATH_CENTER,
     LEY_KEY_COLLECTIVE_BATH_WIDTH,
     LEY_KEY_COLLECTIVE_BATH_TEMPERATURE,
     LEY_KEY_COLLECTIVE_BATH_N,
     {LEY_KEY_NOISE_COLLECTIVE_EMISSION, LEY_KEY_NOISE_COLLECTIVE_ABSORPTION, LEY_KEY_NOISE_COLLECTIVE_RATE,
      LEY_KEY_NOISE_COLLECTIVE_ALPHA, LEY_KEY_NOISE_COLLECTIVE_N, LEY_KEY_NOISE_COLLECTIVE_TEMPERATURE},
     LEY_COLLECTIVE_EMISSION,
     LEY_COLLECTIVE_ABSORPTION},
    {"noise.local.bath",
     LEY_KEY_LOCAL_BATH_DENSITY,
     LEY_KEY_LOCAL_BATH_COUPLING,
     LEY_KEY_LOCAL_BATH_CUTOFF,
     LEY_KEY_LOCAL_BATH_EXPONENT,
     LEY_KEY_LOCAL_BATH_CENTER,
     LEY_KEY_LOCAL_BATH_WIDTH,
     LEY_KEY_LOCAL_BATH_TEMPERATURE,
     LEY_KEY_LOCAL_BATH_N,
     {LEY_KEY_NOISE_LOCAL_EMISSION, LEY_KEY_NOISE_LOCAL_ABSORPTION, LEY_KEY_NOISE_LOCAL_RATE,
      LEY_KEY_NOISE_LOCAL_ALPHA, LEY_KEY_NOISE_LOCAL_N, LEY_KEY_NOISE_LOCAL_TEMPERATURE},
     LEY_LOCAL_EMISSION,
     LEY_LOCAL_ABSORPTION},
};

/* One number of a bath. needed: must be there; allowed: may be; positive: larger than 0, not only not negative. */
static ley_status bind_one(ley_binder *b, double *value, ley_key key, const place *p, const char *word, bool needed,
                           bool allowed, bool positive) {
    const ley_node *node = b->value[key];
    const char *where = ley_key_name(key);
    if (!node && needed)
        return ley_node_fail_key(b->err, b->value[p->density], p->name, "a bath that is %s needs %s", word,
                                 strrchr(where, '.') + 1);
    if (!node) return LEY_OK;
    if (!allowed)
        return ley_node_fail_key(b->err, node, where, "a bath that is %s has no %s", word, strrchr(where, '.') + 1);
    ley_status status = ley_read_number(b, value, node, where);
    if (status != LEY_OK) return status;
    if (positive ? !(*value > 0) : *value < 0)
        return ley_node_fail(b->err, node, where, "%s %g is %s", strrchr(where, '.') + 1, *value,
                             positive ? "not larger than 0" : "negative; it is 0 or larger");
    return LEY_OK;
}

static ley_status bind_numbers(ley_binder *b, ley_bath *bath, const place *p, const char *word) {
    const bool lorentzian = bath->kind == LEY_LORENTZIAN, formula = bath->kind == LEY_DENSITY_EXPRESSION;
    bath->coupling = bath->exponent = 1;
    ley_status status = bind_one(b, &bath->coupling, p->coupling, p, word, !formula, true, false);
    if (status == LEY_OK) status = bind_one(b, &bath->cutoff, p->cutoff, p, word, !lorentzian, !lorentzian, true);
    if (status == LEY_OK)
        status = bind_one(b, &bath->exponent, p->exponent, p, word, false, bath->kind == LEY_OHMIC, true);
    if (status == LEY_OK) status = bind_one(b, &bath->width, p->width, p, word, lorentzian, lorentzian, true);
    if (status == LEY_OK) status = bind_one(b, &bath->n, p->n, p, word, false, lorentzian, false);
    if (status == LEY_OK) status = bind_one(b, &bath->temperature, p->temperature, p, word, false, true, false);
    if (status != LEY_OK) return status;
    const ley_node *center = b->value[p->center], *temperature = b->value[p->temperature];
    if (temperature && lorentzian)
        return ley_node_fail_key(b->err, temperature, ley_key_name(p->temperature),
                                 "a lorentzian reaches to frequencies of 0 and below, where a temperature means "
                                 "infinitely many quanta; give n, the same at all frequencies");
    if (center && !lorentzian)
        return ley_node_fail_key(b->err, center, ley_key_name(p->center), "a bath that is %s has no center", word);
    bath->center = bath->w0;
    return center ? ley_read_number(b, &bath->center, center, ley_key_name(p->center)) : LEY_OK;
}

static ley_status bind_w0(ley_binder *b, ley_bath *bath, const place *p, const ley_model *model) {
    const ley_signal *w0 =
        model->battery_energy_given ? &model->battery_energy_frequency : &model->battery_frequency;
    bath->w0 = w0->value;
    if (!ley_signal_is_constant(w0) || !(bath->w0 > 0))
        return ley_node_fail_key(b->err, b->value[p->density], p->name,
                                 "a bath needs a constant frequency of the cells larger than 0; in a rotating "
                                 "frame, give battery.energy_frequency");
    return LEY_OK;
}

/* J is finite, not negative, and small where a temperature brings many quanta. */
static ley_status check_density(ley_binder *b, const ley_bath *bath, const ley_node *node, const place *p) {
    enum { LOOKS = 64 };
    for (int i = 0; i <= LOOKS && bath->kind == LEY_DENSITY_EXPRESSION; i++) {
        const double w = bath->cutoff * (i == 0 ? 1e-9 : (double)i / LOOKS), x = ley_bath_density(bath, w);
        if (!isfinite(x) || x < 0)
            return ley_node_fail(b->err, node, p->name,
                                 "J is %g at the frequency %g; it is finite and not negative", x, w);
        if (i == 0 && bath->temperature > 0 && x > 0.9 * ley_bath_density(bath, 1e-6 * bath->cutoff))
            return ley_node_fail(b->err, node, p->name,
                                 "J does not vanish at the frequency 0, where a temperature means infinitely many "
                                 "quanta");
    }
    return LEY_OK;
}

static ley_status bind_place(ley_binder *b, ley_model *model, const place *p, double end, double tolerance) {
    static const char *const words[] = {"ohmic", "lorentzian", "drude", ":expression", NULL};
    const ley_key keys[] = {p->density, p->coupling, p->cutoff,      p->exponent,
                            p->center,  p->width,    p->temperature, p->n};
    const ley_node *first = NULL, *density = b->value[p->density];
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !first; i++) first = b->value[keys[i]];
    if (!first) return LEY_OK;
    if (!density)
        return ley_node_fail_key(b->err, first, p->name,
                                 "a bath needs its spectral_density: ohmic, lorentzian, drude or {expression: J}");
    for (int i = 0; i < 6; i++)
        if (b->value[p->others[i]])
            return ley_node_fail_key(b->err, b->value[p->others[i]], ley_key_name(p->others[i]),
                                     "%s has a bath with a spectral density and %s; give one of the two", p->name,
                                     strrchr(ley_key_name(p->others[i]), '.') + 1);
    if (b->value[LEY_KEY_NOISE_MIX])
        return ley_node_fail_key(b->err, b->value[LEY_KEY_NOISE_MIX], "noise.mix",
                                 "noise.mix weighs constant rates; write the weight into %s.coupling", p->name);
    int which;
    ley_bath bath = {0};
    ley_signal formula = ley_signal_constant(0);
    ley_status status = ley_read_one_of(b, &which, density, ley_key_name(p->density), "spectral density", words,
                                        "ohmic, lorentzian, drude, {expression: J}");
    if (status != LEY_OK) return status;
    bath.kind = (ley_density)which;
    status = bind_w0(b, &bath, p, model);
    if (status == LEY_OK) status = bind_numbers(b, &bath, p, which == 3 ? "an expression" : words[which]);
    if (status == LEY_OK && which == 3) {
        status = ley_read_formula(b, &formula, density->first, p->name, "omega");
        if (status == LEY_OK && !formula.expression)
            status = ley_node_fail(b->err, density->first, p->name,
                                   "J = %g does not depend on the frequency; write it as a formula of omega",
                                   formula.value);
        bath.expression = formula.expression;
        if (status == LEY_OK) status = check_density(b, &bath, density->first, p);
    }
    if (status == LEY_OK) {
        double down, up;
        ley_bath_limit(&bath, &down, &up);
        model->rate[p->down] = ley_signal_constant(down);
        model->rate[p->up] = ley_signal_constant(up);
        if (b->effort == LEY_EFFORT_TASK && b->s->purpose == LEY_EVOLUTION) {
            const double n = model->cells, strength = p->down == LEY_COLLECTIVE_EMISSION ? n * n : n;
            ley_error inner = {0};
            status = ley_bath_rates(&bath, &model->rate[p->down], &model->rate[p->up], end,
                                    share * tolerance / (end * strength), &inner);
            if (status == LEY_ERR_MEMORY) status = ley_bind_out_of_memory(b->err);
            if (status == LEY_ERR_NUMERIC)
                status = ley_node_fail_key(b->err, density, p->name, "%s", inner.message);
        }
    }
    ley_signal_clear(&formula);
    return status;
}

ley_status ley_bind_spectral_baths(ley_binder *b, ley_model *model, double end, double tolerance) {
    ley_status status = LEY_OK;
    for (size_t i = 0; i < sizeof places / sizeof *places && status == LEY_OK; i++)
        status = bind_place(b, model, &places[i], end, tolerance);
    return status;
}
