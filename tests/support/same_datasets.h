/* Are two HDF5 files equal, bit for bit, in every dataset? Attributes (times of day, seconds) are not looked at. */
#ifndef TESTS_SAME_DATASETS_H
#define TESTS_SAME_DATASETS_H

/* Fails the test with the name of the first dataset that differs or is in one file only. */
void assert_same_datasets(const char *path_a, const char *path_b);

#endif
