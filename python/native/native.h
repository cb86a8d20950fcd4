/* leyden._leyden: the C library as Python sees it, on leyden.h and Python's limited API (3.11 on) alone. Handles
 * become objects, statuses exceptions of leyden._errors, arrays read-only buffers; names, dictionaries and
 * everything a person touches are made in Python. The GIL is released while the library works, and taken now and
 * then to look for Ctrl-C and to call the caller's watch. No state but the module's own. This header is the door of
 * all files of the folder. */
#ifndef LEYDEN_PYTHON_NATIVE_H
#define LEYDEN_PYTHON_NATIVE_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "leyden.h"

#include <stdbool.h>

typedef struct native_module {
    PyObject *errors; /* tuple: class of each ley_status */
    PyObject *scenario_type, *run_type, *view_type;
} native_module;

native_module *native_state(PyObject *self); /* of an object of one of the types */

/* ---- Texts and errors (errors.c) ---- */

PyObject *native_text(const char *text);
/* Raises what the library reported; always NULL. */
PyObject *native_raise(const native_module *state, ley_status status, const ley_error *err);
/* The text of a str, without zeros inside; NULL with an exception. */
const char *native_utf8(PyObject *object, const char *what);
/* Texts of a tuple or list of str; *list keeps them alive, *texts is released with PyMem_Free. None gives no texts.
 * 0, or -1 with an exception. */
int native_list(PyObject *object, const char *what, PyObject **list, const char ***texts, Py_ssize_t *n);
/* A text of the library as a str; takes the text. */
PyObject *native_take(const native_module *state, char *text, ley_status status, const ley_error *err);

/* ---- Looking up from work (lookout.c) ---- */

typedef struct native_lookout {
    PyThreadState *thread;
    PyObject *watch; /* callable or None, borrowed */
    double looked;
    bool stopped; /* said once, said for good: Python is not asked again, an exception may be pending */
    bool failed;  /* an exception is pending */
} native_lookout;

double native_now(void);
bool native_can_watch(PyObject *watch); /* otherwise an exception is set */
int native_watch_run(void *lookout, double t, double until);
int native_watch_study(void *lookout, const ley_progress *progress);

/* ---- Types (view.c, run.c, scenario.c) ---- */

/* Numbers that belong to a run, [rows] or [rows][width]; the run lives as long as any of its views. */
PyObject *native_view(const native_module *state, PyObject *owner, const double *data, ley_index rows,
                      ley_index width);
PyObject *native_run(const native_module *state, ley_run *handle); /* takes the handle */
/* Method spectrum of a scenario (spectrum.c). */
PyObject *native_spectrum(const native_module *state, const ley_scenario *scenario, PyObject *args);
extern PyType_Spec native_view_spec, native_run_spec, native_scenario_spec;

/* ---- Functions of the module (vocabulary.c, files.c) ---- */

PyObject *native_version(PyObject *module, PyObject *unused);
PyObject *native_observables(PyObject *module, PyObject *unused);
PyObject *native_help_topics(PyObject *module, PyObject *unused);
PyObject *native_help(PyObject *module, PyObject *topic);
PyObject *native_table(PyObject *module, PyObject *path);
PyObject *native_csv(PyObject *module, PyObject *path);
PyObject *native_merge(PyObject *module, PyObject *args);
PyObject *native_plot(PyObject *module, PyObject *args);

#endif
