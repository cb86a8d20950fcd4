/* run: the mean-field motion of a battery and its cavity, the shift of a displaced frame. In: a model. Out:
 * alpha(t) and <sigma_->(t), densely. docs/theory/displaced.md. Caller: choice. */
#ifndef LEYDEN_RUN_MEAN_FIELD_H
#define LEYDEN_RUN_MEAN_FIELD_H

#include "generator/half.h"

/* model is borrowed during the call only. In the frame of ley_half_frame(). */
ley_status ley_mean_field_create(ley_displacement *displacement, const ley_model *model, double t_end,
                                 ley_error *err);

#endif
