#include "result/layout.h"

#include "core/memory.h"

#include <math.h>
#include <string.h>

void ley_layout_clear(ley_layout *layout) {
    for (ley_index i = 0; layout->axes && i < layout->n_axes; i++) {
        ley_layout_axis *axis = &layout->axes[i];
        for (ley_index k = 0; axis->labels && k < axis->n; k++) ley_release(axis->labels[k]);
        ley_release(axis->labels);
        ley_release(axis->values);
        ley_release(axis->name);
    }
    for (ley_index i = 0; layout->series && i < layout->n_series; i++) {
        ley_release(layout->series[i].name);
        ley_release(layout->series[i].unit);
        ley_release(layout->series[i].dimension);
    }
    for (ley_index i = 0; layout->measures && i < layout->n_measures; i++) {
        ley_release(layout->measures[i].name);
        ley_release(layout->measures[i].unit);
    }
    for (ley_index i = 0; layout->fits && i < layout->n_fits; i++) ley_release(layout->fits[i].name);
    ley_release(layout->fits);
    ley_release(layout->axes);
    ley_release(layout->times);
    ley_release(layout->series);
    ley_release(layout->measures);
    ley_release(layout->scenario);
    ley_release(layout->title);
    ley_release(layout->version);
    ley_release(layout->representation);
    ley_release(layout->propagator);
    ley_release(layout->search.goal);
    ley_release(layout->search.objective);
    memset(layout, 0, sizeof *layout);
}

void ley_layout_place(const ley_layout *layout, ley_index point, ley_index *index) {
    for (ley_index i = layout->n_axes; i-- > 0;) {
        index[i] = point % layout->axes[i].n;
        point /= layout->axes[i].n;
    }
}

const double *ley_layout_times(const ley_layout *layout, ley_index point, ley_index *n_times) {
    const double *times = layout->times + (layout->time_varies ? point * layout->n_times : 0);
    ley_index n = layout->n_times;
    while (n > 0 && isnan(times[n - 1])) n--;
    *n_times = n;
    return times;
}
