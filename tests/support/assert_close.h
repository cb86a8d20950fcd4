/* cmocka compares floats; these compare doubles and say by how much they differ. */
#ifndef TESTS_ASSERT_CLOSE_H
#define TESTS_ASSERT_CLOSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define assert_close(a, b, relative, absolute)                                                                     \
    do {                                                                                                           \
        double close_a = (a), close_b = (b);                                                                       \
        double close_allowed = (absolute) + (relative)*fabs(close_b);                                              \
        if (!(fabs(close_a - close_b) <= close_allowed))                                                           \
            fail_msg("%s = %.17g, expected %s = %.17g: off by %.3g, allowed %.3g", #a, close_a, #b, close_b,       \
                     fabs(close_a - close_b), close_allowed);                                                      \
    } while (0)

#endif
