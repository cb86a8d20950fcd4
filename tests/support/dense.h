/* Small dense matrices and the 2^N space, for tests: Kronecker products, operators of single cells, and the
 * angular momentum basis by lowering and orthogonalising. Shares no formula with src. Matrices belong to a pool
 * that dense_release_all empties; a failed allocation ends the test program. */
#ifndef TESTS_DENSE_H
#define TESTS_DENSE_H

#include <complex.h>
#include <stdint.h>

typedef double _Complex dense_number;
typedef struct dense {
    int n;
    dense_number *at; /* [n * n] row-major */
} dense;

dense dense_zero(int n);
dense dense_identity(int n);
dense dense_copy(dense a);
dense dense_adjoint(dense a);
dense dense_product(dense a, dense b);
dense dense_sum(dense a, dense_number factor, dense b); /* a + factor b */
dense dense_scaled(dense_number factor, dense a);
dense dense_kron(dense a, dense b);
dense_number dense_trace(dense a);
dense_number dense_trace_product(dense a, dense b); /* Tr(a b) */
double dense_distance(dense a, dense b);            /* largest |a - b| */
double dense_difference_from_hermitian(dense a);
void dense_eigenvalues(double *values, dense a); /* Hermitian a, ascending; cyclic Jacobi rotations */
void dense_release_all(void);

/* One cell: basis (ground, excited). */
dense dense_sigma_minus(void);
dense dense_sigma_z(void);
dense dense_on_cell(int cells, int i, dense one); /* 1 (x) .. one .. (x) 1, 2^N */
dense dense_total(int cells, dense one);          /* sum over the cells */
dense dense_annihilation(int levels);
dense dense_dissipator(dense l, dense rho); /* l rho l' - {l' l, rho} / 2 */

/* The 2^N angular momentum basis. Vector v: spin, projection (doubled), copy. Vectors of one copy differ by
 * lowering with a positive factor. */
typedef struct dense_spin_basis {
    int cells, n;
    int *two_j, *two_m, *copy;
    double *vector; /* [v][2^N] real */
    int *copies;    /* [two_j] number of copies of that spin */
} dense_spin_basis;
const dense_spin_basis *dense_spin_basis_of(int cells); /* kept until dense_release_all */

/* (+)_j (1/d_j) 1 (x) rho_j on C^{2^N} (x) C^levels, cavity last. blocks[b]: j = N/2 - b, [(m, n)][(m', n')]. */
dense dense_from_blocks(int cells, int levels, const dense *blocks);
/* rho_j of that state: sum over copies of <j m copy n|rho|j m' copy n'>. */
dense dense_block_of(int cells, int levels, dense rho, int two_j);
dense dense_battery_of(int battery, int levels, dense rho);        /* trace over the last factor */
dense dense_cavity_of(int battery, int levels, dense rho);         /* trace over the first factor */
dense dense_transposed_cavity(int battery, int levels, dense rho); /* partial transpose, last factor */

/* Seeded random numbers (splitmix64). */
double dense_uniform(uint64_t *seed);                /* in [0, 1) */
dense dense_random_positive(int n, uint64_t *seed);  /* Hermitian, trace 1 */
dense dense_random_hermitian(int n, uint64_t *seed); /* elements of order 1 */

#endif
