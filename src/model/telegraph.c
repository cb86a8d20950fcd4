#include "model/telegraph.h"

#include <math.h>

bool ley_telegraph_given(const ley_telegraph *telegraph) {
    return telegraph->n > 0 || telegraph->disorder.nodes > 0;
}

int32_t ley_telegraph_states(const ley_telegraph *telegraph) {
    const int32_t nodes = telegraph->disorder.nodes;
    return (nodes > 0 ? nodes : 1) << telegraph->n;
}

/* docs/theory/disorder.md: the rule with spacing h errs by exp(-(2 pi sigma / h - sigma reach)^2 / 2) for each of
 * the nearest two aliases, and by the tails that it leaves out. */
ley_disorder ley_disorder_create(double sigma, double reach, double allowed) {
    const double width = sqrt(2 * log(8 / allowed)); /* both kinds of error below a quarter of what is allowed */
    const double spacing = 2 * acos(-1.0) * sigma / (width + sigma * reach);
    const double half = ceil(width * sigma / spacing);
    ley_disorder disorder = {.sigma = sigma, .spacing = spacing};
    disorder.nodes = 2 * half + 1 <= LEY_DISORDER_NODES_MAX ? 2 * (int32_t)half + 1 : LEY_DISORDER_NODES_MAX + 1;
    return disorder;
}

static double shift_of_node(const ley_disorder *disorder, int32_t node) {
    return disorder->nodes > 0 ? (node - (disorder->nodes - 1) / 2) * disorder->spacing : 0;
}

static double weight_of_node(const ley_disorder *disorder, int32_t node) {
    if (disorder->nodes == 0) return 1;
    double sum = 0, own = 0;
    for (int32_t k = 0; k < disorder->nodes; k++) {
        const double z = shift_of_node(disorder, k) / disorder->sigma, weight = exp(-0.5 * z * z);
        sum += weight;
        if (k == node) own = weight;
    }
    return own / sum; /* the sum is exact up to the error of the rule; the trace is 1 this way */
}

bool ley_telegraph_moves(const ley_telegraph *telegraph, ley_telegraph_target target) {
    for (int32_t i = 0; i < telegraph->n; i++)
        if (telegraph->process[i].target == target && telegraph->process[i].amplitude != 0) return true;
    return target == LEY_TELEGRAPH_FREQUENCY && telegraph->disorder.nodes > 0;
}

double ley_telegraph_probability(const ley_telegraph *telegraph, int32_t state) {
    double product = weight_of_node(&telegraph->disorder, state >> telegraph->n);
    for (int32_t i = 0; i < telegraph->n; i++) {
        const ley_telegraph_process *p = &telegraph->process[i];
        double sum = p->rate_up + p->rate_down, up = sum > 0 ? p->rate_up / sum : 0.5;
        product *= state >> i & 1 ? up : 1 - up;
    }
    return product;
}

double ley_telegraph_shift(const ley_telegraph *telegraph, int32_t state, ley_telegraph_target target) {
    double shift =
        target == LEY_TELEGRAPH_FREQUENCY ? shift_of_node(&telegraph->disorder, state >> telegraph->n) : 0;
    for (int32_t i = 0; i < telegraph->n; i++)
        if (telegraph->process[i].target == target)
            shift += state >> i & 1 ? telegraph->process[i].amplitude : -telegraph->process[i].amplitude;
    return shift;
}

double ley_telegraph_reach(const ley_telegraph *telegraph, ley_telegraph_target target) {
    const ley_disorder *disorder = &telegraph->disorder;
    double reach = target == LEY_TELEGRAPH_FREQUENCY ? 0.5 * (disorder->nodes - 1) * disorder->spacing : 0;
    if (reach < 0) reach = 0;
    for (int32_t i = 0; i < telegraph->n; i++)
        if (telegraph->process[i].target == target) reach += fabs(telegraph->process[i].amplitude);
    return reach;
}

double ley_telegraph_rate(const ley_telegraph *telegraph, int32_t state, int32_t i) {
    return state >> i & 1 ? telegraph->process[i].rate_down : telegraph->process[i].rate_up;
}
