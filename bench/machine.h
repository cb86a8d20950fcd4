/* bench: what this machine can do at best, to hold kernels against. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

/* Seconds of processor time of the calling thread: waiting for other programs does not count. */
double machine_seconds(void);

/* Fused multiply-adds with everything in registers, in Gflop/s (two for each), all threads together. */
double machine_fma(int threads);

/* a[i] = b[i] + s c[i] on three arrays of together `bytes` a thread, in GB/s (24 bytes an element). */
double machine_triad(int threads, double bytes);

#endif
