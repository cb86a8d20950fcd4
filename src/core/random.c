#include "core/random.h"

#include <math.h>

void ley_philox(uint32_t out[4], const uint32_t counter[4], const uint32_t key[2]) {
    uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]}, k[2] = {key[0], key[1]};
    for (int round = 0; round < 10; round++) {
        const uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
        const uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k[0], (uint32_t)b, (uint32_t)(a >> 32) ^ c[3] ^ k[1],
                                  (uint32_t)a};
        for (int i = 0; i < 4; i++) c[i] = next[i];
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
    for (int i = 0; i < 4; i++) out[i] = c[i];
}

double ley_random_uniform(ley_random *r) {
    const uint32_t key[2] = {(uint32_t)r->seed, (uint32_t)(r->seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)r->place, (uint32_t)(r->place >> 32), (uint32_t)r->stream,
                                 (uint32_t)(r->stream >> 32)};
    uint32_t out[4];
    ley_philox(out, counter, key);
    r->place++;
    const uint64_t bits = ((uint64_t)out[0] << 32 | out[1]) >> 11;
    return ((double)bits + 0.5) * 0x1p-53;
}

double ley_random_exponential(ley_random *r) {
    return -log(ley_random_uniform(r));
}

double ley_random_normal(ley_random *r) {
    const double radius = sqrt(2 * ley_random_exponential(r));
    return radius * cos(2 * acos(-1.0) * ley_random_uniform(r));
}
