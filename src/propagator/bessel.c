#include "propagator/bessel.h"

#include <math.h>

void ley_bessel(double *j, double x, int n) {
    for (int k = 0; k <= n; k++) j[k] = 0;
    if (x == 0) {
        j[0] = 1;
        return;
    }
    /* Far enough beyond max(n, x) the recurrence forgets its start; J_0 + 2 J_2 + 2 J_4 + ... = 1 sets the scale.
     */
    double larger = fmax(n, x);
    int start = 2 * (int)((larger + 30 + 8 * cbrt(larger)) / 2);
    double above = 0, here = 1e-300, sum = 0;
    for (int k = start; k > 0; k--) {
        double below = 2 * k / x * here - above;
        above = here;
        here = below;
        if (k - 1 <= n) j[k - 1] = here;
        if ((k - 1) % 2 == 0) sum += k == 1 ? here : 2 * here;
        if (fabs(here) > 1e250) {
            above *= 1e-250;
            here *= 1e-250;
            sum *= 1e-250;
            for (int i = k - 1; i <= n; i++) j[i] *= 1e-250;
        }
    }
    for (int k = 0; k <= n; k++) j[k] /= sum;
}
