/* linalg: one thread at a time in BLAS and LAPACK where the library needs it.
 *
 * The serial build of OpenBLAS keeps its work buffers without locks: two threads inside it get the same buffer now
 * and then, and numbers come out wrong, silently. It says of itself that it is serial; with any other library the
 * turns cost nothing. Every call of BLAS or LAPACK stands between ley_turn_begin and ley_turn_end. */
#ifndef LEYDEN_LINALG_TURNS_H
#define LEYDEN_LINALG_TURNS_H

void ley_turn_begin(void);
void ley_turn_end(void);

#endif
