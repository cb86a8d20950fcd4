#include "run/rises.h"

#include <math.h>

typedef struct point {
    double t, value;
} point;

/* A walk along the turning points: a rise is over when the function has fallen by more than `least`, and it began
 * at the lowest point before it. */
typedef struct walk {
    point low, high;
    bool rising;
    double least;
    int32_t which;
    ley_rises rises;
} walk;

static void close_rise(walk *w) {
    w->rises.sum += w->high.value - w->low.value;
    w->rises.duration += w->high.t - w->low.t;
    w->rises.count++;
    if (w->rises.count != w->which) return;
    w->rises.begin = w->low.t;
    w->rises.end = w->high.t;
}

static void step(walk *w, point p) {
    if (w->rising) {
        if (p.value > w->high.value)
            w->high = p;
        else if (p.value < w->high.value - w->least) {
            close_rise(w);
            w->rising = false;
            w->low = p;
        }
    } else if (p.value <= w->low.value) {
        w->low = p;
    } else if (p.value > w->low.value + w->least) {
        w->rising = true;
        w->high = p;
    }
}

ley_rises ley_rises_between(const ley_extremes *up, const ley_extremes *down, double least, int32_t which) {
    walk w = {.low = {.value = INFINITY}, .least = least, .which = which, .rises = {.begin = NAN, .end = NAN}};
    size_t i = 0, k = 0;
    while (i < up->n_found || k < down->n_found) { /* both lists ascend in time */
        bool maximum = k == down->n_found || (i < up->n_found && up->found[i].t <= down->found[k].t);
        point p = maximum ? (point){up->found[i].t, up->found[i].value}
                          : (point){down->found[k].t, -down->found[k].value};
        if (maximum)
            i++;
        else
            k++;
        step(&w, p);
    }
    if (w.rising) close_rise(&w);
    return w.rises;
}
