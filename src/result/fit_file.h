/* result: fits in the file, /fits/NAME. Only for this folder. */
#ifndef LEYDEN_RESULT_FIT_FILE_H
#define LEYDEN_RESULT_FIT_FILE_H

#include "result/hdf5.h"

/* Makes the folders and datasets of a new file, all NaN. */
int ley_fits_make(hid_t file, const ley_layout *layout);
/* Fits what the file holds and puts the numbers in; a file without folders for them stays as it is. */
int ley_fits_write(hid_t file, const ley_layout *layout);
/* Fills layout->fits from the attributes of the folders. */
int ley_fits_read(hid_t file, ley_layout *layout);

#endif
