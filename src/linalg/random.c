#include "linalg/random.h"

#include <math.h>

static uint64_t splitmix(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

ley_random ley_random_of(uint64_t seed) {
    ley_random random;
    for (int i = 0; i < 4; i++) random.state[i] = splitmix(&seed);
    return random;
}

static uint64_t rotate(uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
}

uint64_t ley_random_bits(ley_random *random) {
    uint64_t *s = random->state, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double ley_random_unit(ley_random *random) {
    return ((double)(ley_random_bits(random) >> 12) + 0.5) * 0x1p-52;
}

ley_complex ley_random_gaussian(ley_random *random) {
    const double size = sqrt(-log(ley_random_unit(random)));
    const double angle = 2 * acos(-1.0) * ley_random_unit(random);
    return (ley_complex){size * cos(angle), size * sin(angle)};
}

/* u -= (v' u) v */
static void take_off(ley_complex *u, const ley_complex *v, ley_index n) {
    double re = 0, im = 0;
    for (ley_index i = 0; i < n; i++) {
        re += v[i].re * u[i].re + v[i].im * u[i].im;
        im += v[i].re * u[i].im - v[i].im * u[i].re;
    }
    for (ley_index i = 0; i < n; i++) {
        u[i].re -= re * v[i].re - im * v[i].im;
        u[i].im -= re * v[i].im + im * v[i].re;
    }
}

void ley_random_unitary(ley_random *random, ley_complex *u, ley_index n) {
    for (ley_index k = 0; k < n; k++) {
        ley_complex *column = u + k * n;
        for (ley_index i = 0; i < n; i++) column[i] = ley_random_gaussian(random);
        for (int twice = 0; twice < 2; twice++) /* the second time for what rounding has left */
            for (ley_index l = 0; l < k; l++) take_off(column, u + l * n, n);
        double square = 0;
        for (ley_index i = 0; i < n; i++) square += column[i].re * column[i].re + column[i].im * column[i].im;
        const double scale = 1 / sqrt(square);
        for (ley_index i = 0; i < n; i++) {
            column[i].re *= scale;
            column[i].im *= scale;
        }
    }
}
