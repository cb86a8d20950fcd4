/* From work without the GIL to Python and back: Ctrl-C, and the watch of the caller. */
#include "native.h"

#include <time.h>

static const double look_seconds = 0.05; /* between two looks at Python, at the shortest */

double native_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ask(native_lookout *self, double done, double whole) {
    if (self->stopped) return 1;
    double t = native_now();
    if (t - self->looked < look_seconds) return 0;
    self->looked = t;
    PyEval_RestoreThread(self->thread);
    int stop = PyErr_CheckSignals() != 0;
    if (!stop && self->watch != Py_None) {
        PyObject *answer = PyObject_CallFunction(self->watch, "dd", done, whole);
        stop = answer ? PyObject_IsTrue(answer) : 1;
        Py_XDECREF(answer);
    }
    self->failed = PyErr_Occurred() != NULL;
    self->stopped = stop != 0;
    self->thread = PyEval_SaveThread();
    return self->stopped;
}

int native_watch_run(void *user, double t, double until) {
    return ask(user, t, until);
}

int native_watch_study(void *user, const ley_progress *progress) {
    return ask(user, progress->fraction, 1);
}

bool native_can_watch(PyObject *watch) {
    if (watch == Py_None || PyCallable_Check(watch)) return true;
    PyErr_SetString(PyExc_TypeError, "watch must be callable: watch(done, whole) -> true to stop");
    return false;
}
