#include "model/unlike.h"

#include <math.h>

bool ley_unlike_any(const ley_unlike *unlike) {
    return unlike->frequency || unlike->coupling || unlike->drive || unlike->collective || unlike->local ||
           unlike->placed;
}

/* cos x / x^2 - sin x / x^3, by its series where the two cancel. */
static double near(double x) {
    if (x > 0.5) return cos(x) / (x * x) - sin(x) / (x * x * x);
    double sum = 0, term = -1.0 / 3; /* of (-1)^(k+1) x^(2k) (2k + 2) / (2k + 3)! */
    for (int k = 0; k < 12; k++) {
        sum += term;
        term *= -x * x * (2.0 * k + 4) / ((2.0 * k + 2) * (2.0 * k + 4) * (2.0 * k + 5));
    }
    return sum;
}

double ley_dipole_kernel(double x, double cosine_squared) {
    if (x == 0) return 1;
    return 1.5 * ((1 - 3 * cosine_squared) * near(x) + (1 - cosine_squared) * sin(x) / x);
}

double ley_dipole_shift(double x, double cosine_squared) {
    return 0.75 * ((1 - 3 * cosine_squared) * (sin(x) / (x * x) + cos(x) / (x * x * x)) -
                   (1 - cosine_squared) * cos(x) / x);
}
