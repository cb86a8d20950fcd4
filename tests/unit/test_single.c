/* Products in single precision against sums in double. */
#include "support/assert_close.h"

#include <math.h>
#include <stdlib.h>

#include "linalg/single.h"
#include "support/random_model.h"

static void test_products(void **state) {
    (void)state;
    static const int sizes[] = {1, 2, 5, 6, 7, 15, 16, 17, 96, 97, 255, 257, 300};
    random_source r = {.state = 5};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const int n = sizes[s];
        const size_t size = (size_t)n * (size_t)n;
        float *a = malloc(size * sizeof *a), *b = malloc(size * sizeof *b), *c = malloc(size * sizeof *c);
        float *scratch = malloc((size_t)ley_product_single_scratch(n) * sizeof *scratch);
        for (size_t i = 0; i < size; i++) {
            a[i] = (float)random_between(&r, -1, 1);
            b[i] = (float)random_between(&r, -1, 1);
            c[i] = NAN;
        }
        for (int which = 0; which < 4; which++) {
            const bool ta = which & 1, tb = which & 2;
            ley_product_single(c, a, ta, b, tb, n, scratch);
            for (int i = 0; i < n; i++)
                for (int k = 0; k < n; k++) {
                    double sum = 0;
                    for (int l = 0; l < n; l++)
                        sum += (double)a[ta ? l * n + i : i * n + l] * (double)b[tb ? k * n + l : l * n + k];
                    assert_close((double)c[i * n + k], sum, 0, 1e-6 * sqrt(n) + 1e-7 * n);
                }
        }
        free(a);
        free(b);
        free(c);
        free(scratch);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_products)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
