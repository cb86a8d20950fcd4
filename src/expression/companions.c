#include "expression/companions.h"

#include "expression/closed_form.h"

#include <complex.h>
#include <math.h>

/* One excitation shared by N cells and a mode: H = [[0, W], [W, D - i kappa/2]], W = g sqrt(N). The cells are the
 * eigenvalue closer to 0, which is -W^2 over the other one. */
static double effective_decay(double n, double g, double kappa, double detuning) {
    const double complex z = detuning - 0.5 * I * kappa;
    double complex root = csqrt(z * z / 4 + g * g * n);
    if (creal(root * conj(z)) < 0) root = -root;
    const double complex far = z / 2 + root;
    return far == 0 ? 0 : -2 * cimag(-g * g * n / far);
}

/* Equal weights on as many states as the blocks of N cells have, on the lowest levels of 2^N. */
static double locked_hybrid(double n) {
    return fmod(n, 2) == 0 ? 2 * n / (n + 2) : 2 * (n * n + 2 * n - 1) / ((n + 1) * (n + 3));
}

double ley_companion_value(ley_companion which, const double *x) {
    switch (which) {
    case LEY_COMPANION_OPTIMAL_DETUNING:
        return x[1] * sqrt(x[0] / (2 * x[2]));
    case LEY_COMPANION_EFFECTIVE_DECAY:
        return effective_decay(x[0], x[1], x[2], x[3]);
    case LEY_COMPANION_COLLECTIVE_SHIFT:
        return x[1] * x[1] * x[0] / x[2];
    case LEY_COMPANION_FILTERED_DENSITY:
        return x[3] * x[0] / ((x[1] - x[2]) * (x[1] - x[2]) + x[3] * x[3]);
    case LEY_COMPANION_COUPLING_RATIO:
        return x[1] * sqrt(x[0]) / x[2];
    case LEY_COMPANION_CELLS_WITHIN:
        return floor(x[2] * x[1] / x[0] * (x[2] * x[1] / x[0]) * (1 + 1e-12));
    case LEY_COMPANION_CRITICAL_DICKE:
        return 0.5 * sqrt(x[0] * x[1]);
    case LEY_COMPANION_CRITICAL_TC:
        return sqrt(x[0] * x[1]);
    case LEY_COMPANION_LOCKED_BRIGHT:
        return x[0] / (x[0] + 1);
    case LEY_COMPANION_LOCKED_GLOBAL:
        return 0.5 * x[0];
    case LEY_COMPANION_LOCKED_HYBRID:
        return locked_hybrid(x[0]);
    case LEY_COMPANION_THERMAL_POPULATION:
        return ley_closed_population(x);
    case LEY_COMPANION_THERMAL_ENERGY:
        return ley_closed_energy(x);
    case LEY_COMPANION_THERMAL_ERGOTROPY:
        return ley_closed_ergotropy(x);
    case LEY_COMPANION_THERMAL_BRIGHT:
        return ley_closed_bright(x);
    case LEY_COMPANION_THERMAL_LOWEST:
        return ley_closed_lowest(x);
    case LEY_COMPANION_SECTOR_BOUND:
        return ley_closed_sector_bound(x);
    case LEY_COMPANION_COUNT:
        break;
    }
    return NAN;
}
