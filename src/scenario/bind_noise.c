#include "core/status.h"
#include "scenario/binder.h"

#include <math.h>
#include <string.h>

enum { SAMPLES_MANY = 1024, SAMPLES_FEW = 8 };

static const ley_key rate_keys[LEY_CHANNEL_COUNT] = {
    [LEY_CAVITY_LOSS] = LEY_KEY_NOISE_CAVITY_LOSS,
    [LEY_CAVITY_GAIN] = LEY_KEY_NOISE_CAVITY_GAIN,
    [LEY_COLLECTIVE_EMISSION] = LEY_KEY_NOISE_COLLECTIVE_EMISSION,
    [LEY_COLLECTIVE_ABSORPTION] = LEY_KEY_NOISE_COLLECTIVE_ABSORPTION,
    [LEY_COLLECTIVE_DEPHASING] = LEY_KEY_NOISE_COLLECTIVE_DEPHASING,
    [LEY_LOCAL_EMISSION] = LEY_KEY_NOISE_LOCAL_EMISSION,
    [LEY_LOCAL_ABSORPTION] = LEY_KEY_NOISE_LOCAL_ABSORPTION,
    [LEY_LOCAL_DEPHASING] = LEY_KEY_NOISE_LOCAL_DEPHASING,
};

/* A thermal bath in the user's words, in place of emission and absorption. */
typedef struct bath {
    const char *name;
    ley_key rate, alpha, n, temperature, emission, absorption;
    ley_channel down, up;
} bath;

static const bath baths[] = {
    {"noise.collective", LEY_KEY_NOISE_COLLECTIVE_RATE, LEY_KEY_NOISE_COLLECTIVE_ALPHA, LEY_KEY_NOISE_COLLECTIVE_N,
     LEY_KEY_NOISE_COLLECTIVE_TEMPERATURE, LEY_KEY_NOISE_COLLECTIVE_EMISSION, LEY_KEY_NOISE_COLLECTIVE_ABSORPTION,
     LEY_COLLECTIVE_EMISSION, LEY_COLLECTIVE_ABSORPTION},
    {"noise.local", LEY_KEY_NOISE_LOCAL_RATE, LEY_KEY_NOISE_LOCAL_ALPHA, LEY_KEY_NOISE_LOCAL_N,
     LEY_KEY_NOISE_LOCAL_TEMPERATURE, LEY_KEY_NOISE_LOCAL_EMISSION, LEY_KEY_NOISE_LOCAL_ABSORPTION,
     LEY_LOCAL_EMISSION, LEY_LOCAL_ABSORPTION},
};

static ley_status read_at_least_0(ley_binder *b, double *value, ley_key key, const char *what) {
    ley_status status = ley_read_number(b, value, b->value[key], ley_key_name(key));
    if (status == LEY_OK && *value < 0)
        return ley_node_fail(b->err, b->value[key], ley_key_name(key), "%s %g is negative; it is 0 or larger", what,
                             *value);
    return status;
}

/* n of a temperature: 1 / (exp(w0 / T) - 1). */
static ley_status quanta_of_temperature(ley_binder *b, double *n, ley_key key, const ley_model *model) {
    const ley_signal *w0 =
        model->battery_energy_given ? &model->battery_energy_frequency : &model->battery_frequency;
    double temperature = 0;
    ley_status status = read_at_least_0(b, &temperature, key, "temperature");
    if (status != LEY_OK) return status;
    if (model->unlike.frequency && !model->battery_energy_given)
        return ley_node_fail(b->err, b->value[key], ley_key_name(key),
                             "a temperature gives cells of different frequencies different numbers of quanta; give "
                             "n or alpha");
    if (!ley_signal_is_constant(w0) || !(w0->value > 0))
        return ley_node_fail(b->err, b->value[key], ley_key_name(key),
                             "a temperature needs a constant frequency of the cells larger than 0; in a rotating "
                             "frame, give battery.energy_frequency");
    *n = temperature > 0 ? 1 / expm1(w0->value / temperature) : 0;
    return LEY_OK;
}

/* The one of alpha, n and temperature that is given, as n. */
static ley_status bind_quanta(ley_binder *b, double *n, const bath *of, const ley_model *model) {
    const ley_key keys[] = {of->alpha, of->n, of->temperature};
    int given = -1;
    for (int i = 0; i < 3; i++) {
        if (!b->value[keys[i]]) continue;
        if (given >= 0)
            return ley_node_fail_key(b->err, b->value[keys[i]], ley_key_name(keys[i]),
                                     "%s and %s say the same thing; give one of alpha, n, temperature",
                                     ley_key_name(keys[given]), ley_key_name(keys[i]));
        given = i;
    }
    if (given < 0)
        return ley_node_fail_key(b->err, b->value[of->rate], ley_key_name(of->rate),
                                 "a bath has a rate and one of alpha, n, temperature; none of these is given (or "
                                 "write emission and absorption)");
    if (!b->value[of->rate])
        return ley_node_fail_key(b->err, b->value[keys[given]], ley_key_name(keys[given]),
                                 "a bath needs its rate: %s is missing", ley_key_name(of->rate));
    if (given == 2) return quanta_of_temperature(b, n, of->temperature, model);
    ley_status status = read_at_least_0(b, n, keys[given], given == 0 ? "alpha" : "n");
    if (status != LEY_OK || given == 1) return status;
    if (!(*n < 1))
        return ley_node_fail(b->err, b->value[of->alpha], ley_key_name(of->alpha),
                             "alpha = %g is not smaller than 1; alpha = n/(n+1) = exp(-w0/T) reaches 1 at infinite "
                             "temperature only",
                             *n);
    *n = *n / (1 - *n);
    return LEY_OK;
}

static ley_status bind_bath(ley_binder *b, const bath *of, ley_model *model) {
    const ley_key keys[] = {of->rate, of->alpha, of->n, of->temperature};
    const ley_node *first = NULL;
    for (int i = 0; i < 4 && !first; i++) first = b->value[keys[i]];
    if (!first) return LEY_OK;
    const ley_key plain = b->value[of->emission] ? of->emission : of->absorption;
    if (b->value[plain])
        return ley_node_fail_key(b->err, b->value[plain], ley_key_name(plain),
                                 "%s has both a bath (%s) and %s; give one of the two forms", of->name, first->key,
                                 strrchr(ley_key_name(plain), '.') + 1);
    double n = 0, rate = 0;
    ley_status status = bind_quanta(b, &n, of, model);
    if (status == LEY_OK) status = read_at_least_0(b, &rate, of->rate, "rate");
    if (status != LEY_OK) return status;
    if (!isfinite(rate * (n + 1)))
        return ley_node_fail(b->err, first, of->name, "the rates of this bath are not finite");
    model->rate[of->down] = ley_signal_constant(rate * (n + 1));
    model->rate[of->up] = ley_signal_constant(rate * n);
    return LEY_OK;
}

/* Collective channels weigh eta, local ones 1 - eta. */
static ley_status bind_mix(ley_binder *b, ley_model *model) {
    const ley_node *node = b->value[LEY_KEY_NOISE_MIX];
    double eta;
    if (!node) return LEY_OK;
    ley_status status = ley_read_number(b, &eta, node, "noise.mix");
    if (status != LEY_OK) return status;
    if (!(eta >= 0 && eta <= 1))
        return ley_node_fail(b->err, node, "noise.mix",
                             "mix = %g is not in 0 .. 1; it is the weight of collective against local noise", eta);
    for (int i = LEY_COLLECTIVE_EMISSION; i <= LEY_LOCAL_DEPHASING; i++) {
        if (!ley_signal_is_constant(&model->rate[i]))
            return ley_node_fail(b->err, b->value[rate_keys[i]], ley_key_name(rate_keys[i]),
                                 "%s depends on time, and noise.mix weighs constant rates; write the weight into "
                                 "the expression",
                                 ley_key_name(rate_keys[i]));
        model->rate[i].value *= i >= LEY_LOCAL_EMISSION ? 1 - eta : eta;
    }
    return LEY_OK;
}

ley_status ley_bind_noise_and_drive(ley_binder *b, ley_model *model) {
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) {
        ley_key key = rate_keys[i];
        ley_status status = ley_bind_signal(b, &model->rate[i], key, 0);
        if (status != LEY_OK) return status;
        if (ley_signal_is_constant(&model->rate[i]) && model->rate[i].value < 0)
            return ley_node_fail(b->err, b->value[key], ley_key_name(key),
                                 "rate %g is negative; a constant rate is 0 or larger", model->rate[i].value);
    }
    ley_status status = LEY_OK;
    for (size_t i = 0; i < sizeof baths / sizeof *baths && status == LEY_OK; i++)
        status = bind_bath(b, &baths[i], model);
    if (status == LEY_OK) status = bind_mix(b, model);
    if (status != LEY_OK) return status;
    status = ley_bind_signal(b, &model->drive_cavity, LEY_KEY_DRIVE_CAVITY, 0);
    return status == LEY_OK ? ley_bind_signal(b, &model->drive_battery, LEY_KEY_DRIVE_BATTERY, 0) : status;
}

void ley_signal_rows(const ley_model *model, ley_signal_row rows[LEY_SIGNAL_ROWS]) {
    const ley_signal_row named[] = {
        {&model->battery_frequency, LEY_KEY_BATTERY_FREQUENCY},
        {&model->battery_energy_frequency, LEY_KEY_BATTERY_ENERGY_FREQUENCY},
        {&model->cavity_frequency, LEY_KEY_CAVITY_FREQUENCY},
        {&model->cavity_energy_frequency, LEY_KEY_CAVITY_ENERGY_FREQUENCY},
        {&model->coupling, LEY_KEY_COUPLING_STRENGTH},
        {&model->coupling_switch, LEY_KEY_COUPLING_SWITCH},
        {&model->drive_cavity, LEY_KEY_DRIVE_CAVITY},
        {&model->drive_battery, LEY_KEY_DRIVE_BATTERY},
    };
    memcpy(rows, named, sizeof named);
    for (int i = 0; i < LEY_CHANNEL_COUNT; i++) rows[8 + i] = (ley_signal_row){&model->rate[i], rate_keys[i]};
}

/* A time-dependent value has to be finite all along the run. */
static ley_status check_finite(ley_binder *b, const ley_signal *signal, ley_key key, double end) {
    if (ley_signal_is_constant(signal) || signal->curve) return LEY_OK; /* curves were looked at when made */
    /* What is smooth is finite between looks that see it change. */
    const double changes = b->effort == LEY_EFFORT_GLANCE ? 0 : ley_signal_turns(signal, end);
    const int n = changes < SAMPLES_MANY - SAMPLES_FEW ? SAMPLES_FEW + (int)changes : SAMPLES_MANY;
    for (int i = 0; i <= n; i++) {
        double t = end * i / n, x = ley_signal_at(signal, t);
        if (!isfinite(x))
            return ley_node_fail(b->err, b->value[key], ley_key_name(key),
                                 "the value at t = %g is %s; values are finite all along the run", t,
                                 isnan(x) ? "not a number" : "infinite");
    }
    return LEY_OK;
}

ley_status ley_check_signals(ley_binder *b, const ley_model *model, double end) {
    ley_signal_row rows[LEY_SIGNAL_ROWS];
    ley_signal_rows(model, rows);
    for (int i = 0; i < LEY_SIGNAL_ROWS; i++) {
        ley_status status = check_finite(b, rows[i].signal, rows[i].key, end);
        if (status != LEY_OK) return status;
    }
    return LEY_OK;
}
