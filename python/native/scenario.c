/* Scenario: a checked scenario, and what can be done with it. */
#include "native.h"

typedef struct scenario_object {
    PyObject_HEAD ley_scenario *handle;
} scenario_object;

static const ley_scenario *scenario_of(PyObject *object) {
    return ((scenario_object *)object)->handle;
}

static PyObject *scenario_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    static char *names[] = {"text", "settings", "purpose", NULL};
    PyObject *text = NULL, *settings = Py_None, *list = NULL;
    int purpose = LEY_EVOLUTION;
    const char **texts = NULL;
    Py_ssize_t n = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|Oi:Scenario", names, &text, &settings, &purpose))
        return NULL;
    if (purpose < LEY_EVOLUTION || purpose > LEY_SPECTRUM) {
        PyErr_SetString(PyExc_ValueError, "purpose is 0 (evolution), 1 (steady state) or 2 (spectrum)");
        return NULL;
    }
    const char *source = native_utf8(text, "scenario text");
    if (!source || native_list(settings, "settings", &list, &texts, &n) != 0) return NULL;
    ley_scenario *handle = NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status =
        ley_scenario_create_for(&handle, (ley_purpose)purpose, source, texts, (ley_index)n, &err);
    Py_END_ALLOW_THREADS PyMem_Free((void *)texts);
    Py_XDECREF(list);
    if (status) return native_raise(PyType_GetModuleState(type), status, &err);
    scenario_object *self = (scenario_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (self)
        self->handle = handle;
    else
        ley_scenario_destroy(handle);
    return (PyObject *)self;
}

static void scenario_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    ley_scenario_destroy(((scenario_object *)object)->handle);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *scenario_points(PyObject *self, void *unused) {
    (void)unused;
    return PyLong_FromLongLong(ley_scenario_points(scenario_of(self)));
}

static PyObject *scenario_text(PyObject *self, void *unused) {
    (void)unused;
    return native_text(ley_scenario_text(scenario_of(self)));
}

static PyObject *scenario_title(PyObject *self, void *unused) {
    (void)unused;
    return native_text(ley_scenario_title(scenario_of(self)));
}

/* (key, values, labels or None) */
static PyObject *describe_axis(const ley_axis *axis) {
    PyObject *values = PyList_New((Py_ssize_t)axis->n), *labels = NULL;
    for (ley_index i = 0; values && i < axis->n; i++) {
        PyObject *value = PyFloat_FromDouble(axis->values[i]);
        if (!value || PyList_SetItem(values, (Py_ssize_t)i, value) != 0) Py_CLEAR(values);
    }
    if (axis->labels) labels = PyList_New((Py_ssize_t)axis->n);
    for (ley_index i = 0; labels && i < axis->n; i++) {
        PyObject *label = native_text(axis->labels[i]);
        if (!label || PyList_SetItem(labels, (Py_ssize_t)i, label) != 0) Py_CLEAR(labels);
    }
    if (!values || (axis->labels && !labels)) {
        Py_XDECREF(values);
        Py_XDECREF(labels);
        return NULL;
    }
    if (!labels) {
        Py_INCREF(Py_None);
        labels = Py_None;
    }
    return Py_BuildValue("sNN", axis->key, values, labels);
}

static PyObject *scenario_axes(PyObject *self, void *unused) {
    (void)unused;
    PyObject *list = PyList_New(0);
    for (ley_index i = 0; list && i < ley_scenario_axes(scenario_of(self)); i++) {
        PyObject *axis = describe_axis(ley_scenario_axis(scenario_of(self), i));
        if (!axis || PyList_Append(list, axis) != 0) Py_CLEAR(list);
        Py_XDECREF(axis);
    }
    return list;
}

static PyObject *scenario_plan(PyObject *self, PyObject *unused) {
    (void)unused;
    char *text = NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_scenario_plan(scenario_of(self), 0, &text, &err);
    Py_END_ALLOW_THREADS return native_take(native_state(self), text, status, &err);
}

static PyObject *scenario_run(PyObject *self, PyObject *args, PyObject *keywords) {
    static char *names[] = {"point", "watch", NULL};
    long long point = 0;
    PyObject *watch = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|LO:run", names, &point, &watch) || !native_can_watch(watch))
        return NULL;
    ley_run *handle = NULL;
    ley_error err = {0};
    native_lookout guard = {.watch = watch, .looked = native_now()};
    guard.thread = PyEval_SaveThread();
    ley_status status =
        ley_run_create(&handle, scenario_of(self), (ley_index)point, native_watch_run, &guard, &err);
    PyEval_RestoreThread(guard.thread);
    if (guard.failed) {
        ley_run_destroy(handle);
        return NULL;
    }
    if (status) return native_raise(native_state(self), status, &err);
    return native_run(native_state(self), handle);
}

static PyObject *scenario_study(PyObject *self, PyObject *args, PyObject *keywords) {
    static char *names[] = {"path", "jobs", "shard", "shards", "resume", "overwrite", "watch", "optimize", NULL};
    PyObject *path = NULL, *watch = Py_None;
    int jobs = 0, shard = 0, shards = 0, resume = 0, overwrite = 0, optimize = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|iiippOp:study", names, &path, &jobs, &shard, &shards,
                                     &resume, &overwrite, &watch, &optimize) ||
        !native_can_watch(watch))
        return NULL;
    const char *file = native_utf8(path, "path");
    if (!file) return NULL;
    ley_study_options options;
    ley_study_options_default(&options);
    native_lookout guard = {.watch = watch, .looked = native_now()};
    options.jobs = jobs;
    options.shard = shard;
    options.shards = shards;
    options.resume = resume;
    options.overwrite = overwrite;
    options.watch = native_watch_study;
    options.user = &guard;
    ley_study_info info = {0};
    ley_error err = {0};
    guard.thread = PyEval_SaveThread();
    ley_status status = optimize ? ley_optimize_run(scenario_of(self), NULL, file, &options, &err)
                                 : ley_study_run(scenario_of(self), &info, file, &options, &err);
    PyEval_RestoreThread(guard.thread);
    PyObject *warnings = guard.failed ? NULL : native_text(info.warnings ? info.warnings : "");
    ley_string_destroy(info.warnings);
    if (guard.failed) return NULL;
    if (status) {
        Py_XDECREF(warnings);
        return native_raise(native_state(self), status, &err);
    }
    return warnings;
}

/* A buffer as bytes of a given length; NULL with an exception. */
static const char *bytes_of(PyObject *object, const char *what, ley_index length) {
    char *bytes = NULL;
    Py_ssize_t n = 0;
    if (PyBytes_AsStringAndSize(object, &bytes, &n) != 0) return NULL;
    if ((ley_index)n == length) return bytes;
    PyErr_Format(PyExc_ValueError, "%s has %zd bytes, not %lld", what, n, (long long)length);
    return NULL;
}

static PyObject *numbers_of(const double *values, ley_index n) {
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (ley_index i = 0; list && i < n; i++) {
        PyObject *value = PyFloat_FromDouble(values[i]);
        if (!value || PyList_SetItem(list, (Py_ssize_t)i, value) != 0) Py_CLEAR(list);
    }
    return list;
}

/* (name, model, formula, x, y, outliers, from, to, {quantity: [lines]}, left out as bytes) */
static PyObject *describe_fit(const ley_fits *fits, ley_index i, ley_index points) {
    const ley_fit_about *about = ley_fits_about(fits, i);
    PyObject *values = PyDict_New();
    const char *quantity = NULL;
    const double *column = NULL;
    for (ley_index k = 0; values && (column = ley_fits_values(fits, i, k, &quantity)); k++) {
        PyObject *list = numbers_of(column, about->lines);
        if (!list || PyDict_SetItemString(values, quantity, list) != 0) Py_CLEAR(values);
        Py_XDECREF(list);
    }
    if (!values) return NULL;
    return Py_BuildValue("ssssssddNy#", about->name, about->model, about->formula, about->x, about->y,
                         about->outliers, about->from, about->to, values, (const char *)ley_fits_left_out(fits, i),
                         (Py_ssize_t)points);
}

static PyObject *scenario_fits(PyObject *self, PyObject *args) {
    PyObject *measures = NULL, *done = NULL;
    if (!PyArg_ParseTuple(args, "SS:fits", &measures, &done)) return NULL;
    const ley_index points = ley_scenario_points(scenario_of(self)), n = ley_scenario_measures(scenario_of(self));
    const char *numbers = bytes_of(measures, "measures", n * points * (ley_index)sizeof(double));
    const char *flags = numbers ? bytes_of(done, "done", points) : NULL;
    if (!flags) return NULL;
    ley_fits *fits = NULL;
    ley_error err = {0};
    ley_status status = ley_fits_create(&fits, scenario_of(self), (const double *)(const void *)numbers,
                                        (const unsigned char *)flags, &err);
    if (status) return native_raise(native_state(self), status, &err);
    PyObject *list = PyList_New(0);
    for (ley_index i = 0; list && ley_fits_about(fits, i); i++) {
        PyObject *fit = describe_fit(fits, i, points);
        if (!fit || PyList_Append(list, fit) != 0) Py_CLEAR(list);
        Py_XDECREF(fit);
    }
    ley_fits_destroy(fits);
    return list;
}

static PyObject *scenario_spectrum(PyObject *self, PyObject *args) {
    return native_spectrum(native_state(self), scenario_of(self), args);
}

static PyGetSetDef scenario_attributes[] = {
    {"points", scenario_points, NULL, "Runs asked for: product of the sweep axes.", NULL},
    {"axes", scenario_axes, NULL, "Sweep axes: (key, values, labels or None).", NULL},
    {"text", scenario_text, NULL, "The text as read, settings as comments behind it.", NULL},
    {"title", scenario_title, NULL, "The title, '' when there is none.", NULL},
    {0},
};
static PyMethodDef scenario_methods[] = {
    {"plan", scenario_plan, METH_NOARGS, "plan(): what a run would do, as text."},
    {"run", (PyCFunction)(void (*)(void))scenario_run, METH_VARARGS | METH_KEYWORDS,
     "run(point=0, watch=None): computes one point; watch(t, until) -> true to stop."},
    {"spectrum", scenario_spectrum, METH_VARARGS,
     "spectrum(wanted, watch=None): (gap, levels, [(sector, dimension, [(re, im, residual), ...]), ...])."},
    {"fits", scenario_fits, METH_VARARGS,
     "fits(measures, done): of float64 [measures, points] and uint8 [points] as bytes: (name, model, formula, x,\n"
     "y, outliers, from, to, {quantity: [lines]}, left out as bytes [points]) of each."},
    {"study", (PyCFunction)(void (*)(void))scenario_study, METH_VARARGS | METH_KEYWORDS,
     "study(path, jobs=0, shard=0, shards=0, resume=False, overwrite=False, watch=None,\n"
     "optimize=False): every point into one\n"
     "result file; returns the warnings. watch(fraction, 1.0) -> true to stop."},
    {0},
};
static PyType_Slot scenario_slots[] = {
    {Py_tp_doc,
     "Scenario(text, settings=None, purpose=0): a checked scenario; 0: evolution, 1: steady state, 2: spectrum."},
    {Py_tp_new, scenario_new},
    {Py_tp_dealloc, scenario_dealloc},
    {Py_tp_getset, scenario_attributes},
    {Py_tp_methods, scenario_methods},
    {0, NULL},
};
PyType_Spec native_scenario_spec = {.name = "leyden._leyden.Scenario",
                                    .basicsize = sizeof(scenario_object),
                                    .flags = Py_TPFLAGS_DEFAULT,
                                    .slots = scenario_slots};
