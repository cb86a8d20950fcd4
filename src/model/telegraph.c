#include "model/telegraph.h"

#include <math.h>

int32_t ley_telegraph_states(const ley_telegraph *telegraph) {
    return (int32_t)1 << telegraph->n;
}

bool ley_telegraph_moves(const ley_telegraph *telegraph, ley_telegraph_target target) {
    for (int32_t i = 0; i < telegraph->n; i++)
        if (telegraph->process[i].target == target && telegraph->process[i].amplitude != 0) return true;
    return false;
}

double ley_telegraph_probability(const ley_telegraph *telegraph, int32_t state) {
    double product = 1;
    for (int32_t i = 0; i < telegraph->n; i++) {
        const ley_telegraph_process *p = &telegraph->process[i];
        double sum = p->rate_up + p->rate_down, up = sum > 0 ? p->rate_up / sum : 0.5;
        product *= state >> i & 1 ? up : 1 - up;
    }
    return product;
}

double ley_telegraph_shift(const ley_telegraph *telegraph, int32_t state, ley_telegraph_target target) {
    double shift = 0;
    for (int32_t i = 0; i < telegraph->n; i++)
        if (telegraph->process[i].target == target)
            shift += state >> i & 1 ? telegraph->process[i].amplitude : -telegraph->process[i].amplitude;
    return shift;
}

double ley_telegraph_reach(const ley_telegraph *telegraph, ley_telegraph_target target) {
    double reach = 0;
    for (int32_t i = 0; i < telegraph->n; i++)
        if (telegraph->process[i].target == target) reach += fabs(telegraph->process[i].amplitude);
    return reach;
}

double ley_telegraph_rate(const ley_telegraph *telegraph, int32_t state, int32_t i) {
    return state >> i & 1 ? telegraph->process[i].rate_down : telegraph->process[i].rate_up;
}
