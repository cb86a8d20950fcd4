/* Spectrum: the slowest eigenvalues of a generator, as plain Python. */
#include "native.h"

/* (name, dimension, [(re, im, residual), ...]) */
static PyObject *describe_sector(const ley_spectrum *spectrum, ley_index i) {
    ley_index n = 0;
    const ley_eigenvalue *values = ley_spectrum_values(spectrum, i, &n);
    PyObject *list = PyList_New(0);
    for (ley_index k = 0; list && k < n; k++) {
        PyObject *one = Py_BuildValue("ddd", values[k].re, values[k].im, values[k].residual);
        if (!one || PyList_Append(list, one) != 0) Py_CLEAR(list);
        Py_XDECREF(one);
    }
    if (!list) return NULL;
    return Py_BuildValue("sLN", ley_spectrum_sector(spectrum, i), (long long)ley_spectrum_dimension(spectrum, i),
                         list);
}

PyObject *native_spectrum(const native_module *state, const ley_scenario *scenario, PyObject *args) {
    long long wanted = 0;
    PyObject *watch = Py_None;
    if (!PyArg_ParseTuple(args, "L|O:spectrum", &wanted, &watch) || !native_can_watch(watch)) return NULL;
    ley_spectrum *spectrum = NULL;
    ley_error err = {0};
    native_lookout guard = {.watch = watch, .looked = native_now()};
    guard.thread = PyEval_SaveThread();
    ley_status status =
        ley_spectrum_create(&spectrum, scenario, 0, (ley_index)wanted, native_watch_run, &guard, &err);
    PyEval_RestoreThread(guard.thread);
    if (guard.failed) {
        ley_spectrum_destroy(spectrum);
        return NULL;
    }
    if (status) return native_raise(state, status, &err);
    PyObject *list = PyList_New(0);
    for (ley_index i = 0; list && i < ley_spectrum_sectors(spectrum); i++) {
        PyObject *sector = describe_sector(spectrum, i);
        if (!sector || PyList_Append(list, sector) != 0) Py_CLEAR(list);
        Py_XDECREF(sector);
    }
    PyObject *result =
        list ? Py_BuildValue("dlN", ley_spectrum_gap(spectrum), (long)ley_spectrum_levels(spectrum), list) : NULL;
    ley_spectrum_destroy(spectrum);
    return result;
}
