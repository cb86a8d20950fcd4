#include "linalg/regression.h"

#include <math.h>

ley_line ley_line_through(const double *x, const double *y, const bool *used, ley_index n) {
    ley_line line = {.slope = NAN, .intercept = NAN, .slope_error = NAN, .intercept_error = NAN, .r_squared = NAN};
    double x_mean = 0, y_mean = 0, xx = 0, xy = 0, yy = 0, rr = 0;
    for (ley_index i = 0; i < n; i++) {
        if (!used[i]) continue;
        line.n++;
        x_mean += (x[i] - x_mean) / (double)line.n;
        y_mean += (y[i] - y_mean) / (double)line.n;
    }
    for (ley_index i = 0; i < n; i++) {
        if (!used[i]) continue;
        xx += (x[i] - x_mean) * (x[i] - x_mean);
        xy += (x[i] - x_mean) * (y[i] - y_mean);
        yy += (y[i] - y_mean) * (y[i] - y_mean);
    }
    if (line.n < 2 || !(xx > 0)) return line;
    line.slope = xy / xx;
    line.intercept = y_mean - line.slope * x_mean;
    for (ley_index i = 0; i < n; i++) {
        double r = used[i] ? y[i] - y_mean - line.slope * (x[i] - x_mean) : 0;
        rr += r * r;
    }
    if (yy > 0) line.r_squared = 1 - rr / yy;
    if (line.n < 3) return line;
    const double variance = rr / (double)(line.n - 2);
    line.slope_error = sqrt(variance / xx);
    line.intercept_error = sqrt(variance * (1 / (double)line.n + x_mean * x_mean / xx));
    return line;
}

/* Probability of |T| < t for theta = atan(t / sqrt(degrees)): finite sums, Abramowitz and Stegun 26.7.3 and 26.7.4.
 */
static double student_within(double theta, ley_index degrees) {
    const double c = cos(theta), s = sin(theta);
    const bool odd = degrees % 2 != 0;
    double term = odd ? c : 1, sum = 0;
    for (ley_index k = odd ? 1 : 0; k <= degrees - 2; k += 2) {
        sum += term;
        term *= (double)(k + 1) / (double)(k + 2) * c * c;
    }
    return odd ? 2 / acos(-1.0) * (theta + s * sum) : s * sum;
}

double ley_student_t(double p, ley_index degrees) {
    if (degrees < 1 || !(p >= 0 && p < 1)) return NAN;
    double low = 0, high = 0.5 * acos(-1.0);
    for (int i = 0; i < 80; i++) {
        const double middle = 0.5 * (low + high);
        if (student_within(middle, degrees) < p)
            low = middle;
        else
            high = middle;
    }
    return sqrt((double)degrees) * tan(0.5 * (low + high));
}
