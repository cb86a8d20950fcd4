#include "support/against_brute.h"

#include "support/assert_close.h"

double against_brute(const ley_run *run, brute *judge, double allowed, const char *what, const char *text) {
    double largest = 0;
    for (ley_index row = 0; row < ley_run_rows(run); row++) {
        const double t = ley_run_times(run)[row];
        brute_advance(judge, t);
        for (ley_index i = 0; i < ley_observable_count(); i++) {
            const char *name = ley_observable_name(i);
            ley_index width = 0;
            const double *series = ley_run_series(run, name, &width);
            for (ley_index k = 0; series && k < width; k++) {
                const double off = fabs(series[row * width + k] - brute_value(judge, name, (int)k));
                largest = fmax(largest, off);
                if (!(off <= allowed))
                    fail_msg("%s: %s[%d] at t = %g is off by %.3g\n%s", what, name, (int)k, t, off,
                             text ? text : "");
            }
        }
    }
    return largest;
}
