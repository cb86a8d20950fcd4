/* leyden._leyden: the C library as Python sees it, on leyden.h and Python's limited API (3.11 on) alone. Handles
 * become objects, statuses exceptions of leyden._errors, arrays read-only buffers; names, dictionaries and
 * everything a person touches are made in Python. The GIL is released while the library works, and taken now and
 * then to look for Ctrl-C and to call the caller's watch. No state but the module's own. */
#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "leyden.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

static const double look_seconds = 0.05; /* between two looks at Python, at the shortest */

typedef struct module_state {
    PyObject *errors; /* tuple: class of each ley_status */
    PyObject *scenario_type, *run_type, *view_type;
} module_state;

typedef struct scenario_object {
    PyObject_HEAD ley_scenario *handle;
} scenario_object;

typedef struct run_object {
    PyObject_HEAD ley_run *handle;
} run_object;

/* Numbers that belong to a run, [rows] or [rows][width]; the run lives as long as any of its views. */
typedef struct view_object {
    PyObject_HEAD PyObject *owner;
    const double *data;
    int ndim;
    Py_ssize_t shape[2], strides[2];
} view_object;

static module_state *state_of(PyObject *self) {
    return PyType_GetModuleState(Py_TYPE(self));
}

/* ---- Errors ------------------------------------------------------------------------------------------------- */

static PyObject *decode(const char *text) {
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text),
                                "replace"); /* a message may be cut inside a letter */
}

/* Raises what the library reported; always NULL. */
static PyObject *raise_error(const module_state *state, ley_status status, const ley_error *err) {
    PyObject *class = PyTuple_GetItem(state->errors, (Py_ssize_t)status); /* borrowed */
    if (!class) return NULL;
    PyObject *message = decode(err->message[0] ? err->message : ley_status_text(status)),
             *where = decode(err->where);
    PyObject *error = NULL;
    if (message && where)
        error = PyObject_CallFunction(class, "OOii", message, where, (int)err->line, (int)err->column);
    if (error) PyErr_SetObject(class, error);
    Py_XDECREF(error);
    Py_XDECREF(message);
    Py_XDECREF(where);
    return NULL;
}

/* The text of a str, without zeros inside; NULL with an exception. */
static const char *text_of(PyObject *object, const char *what) {
    if (!PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s must be a str, not %R", what, Py_TYPE(object));
        return NULL;
    }
    Py_ssize_t length = 0;
    const char *text = PyUnicode_AsUTF8AndSize(object, &length);
    if (text && strlen(text) != (size_t)length) {
        PyErr_Format(PyExc_ValueError, "%s holds a zero character", what);
        return NULL;
    }
    return text;
}

/* Texts of a tuple or list of str; *list keeps them alive. None gives no texts. 0, or -1 with an exception. */
static int texts_of(PyObject *object, const char *what, PyObject **list, const char ***texts, Py_ssize_t *n) {
    *list = NULL;
    *texts = NULL;
    *n = 0;
    if (object == Py_None) return 0;
    if (PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "%s must be a sequence of str, not one str", what);
        return -1;
    }
    *list = PySequence_Tuple(object);
    if (!*list) return -1;
    *n = PyTuple_Size(*list);
    *texts = PyMem_Malloc((size_t)(*n + 1) * sizeof **texts);
    if (!*texts) {
        PyErr_NoMemory();
        goto failed;
    }
    for (Py_ssize_t i = 0; i < *n; i++) {
        (*texts)[i] = text_of(PyTuple_GetItem(*list, i), what);
        if (!(*texts)[i]) goto failed;
    }
    return 0;

failed:
    PyMem_Free((void *)*texts);
    Py_CLEAR(*list);
    *texts = NULL;
    return -1;
}

/* ---- Looking up from work ------------------------------------------------------------------------------------ */

typedef struct lookout {
    PyThreadState *thread;
    PyObject *watch; /* callable or None, borrowed */
    double looked;
    bool stopped; /* said once, said for good: Python is not asked again, an exception may be pending */
    bool failed;  /* an exception is pending */
} lookout;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ask(lookout *self, double done, double whole) {
    if (self->stopped) return 1;
    double t = now();
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

static int watch_run(void *user, double t, double until) {
    return ask(user, t, until);
}

static int watch_study(void *user, const ley_progress *progress) {
    return ask(user, progress->fraction, 1);
}

static bool can_watch(PyObject *watch) {
    if (watch == Py_None || PyCallable_Check(watch)) return true;
    PyErr_SetString(PyExc_TypeError, "watch must be callable: watch(done, whole) -> true to stop");
    return false;
}

/* ---- View --------------------------------------------------------------------------------------------------- */

static PyObject *make_view(const module_state *state, PyObject *owner, const double *data, ley_index rows,
                           ley_index width) {
    PyTypeObject *type = (PyTypeObject *)state->view_type;
    view_object *view = (view_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (!view) return NULL;
    Py_INCREF(owner);
    view->owner = owner;
    view->data = data;
    view->ndim = width == 1 ? 1 : 2;
    view->shape[0] = (Py_ssize_t)rows;
    view->shape[1] = (Py_ssize_t)width;
    view->strides[0] = (Py_ssize_t)(width * (ley_index)sizeof(double));
    view->strides[1] = (Py_ssize_t)sizeof(double);
    return (PyObject *)view;
}

static void view_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    Py_XDECREF(((view_object *)object)->owner);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static int view_getbuffer(PyObject *object, Py_buffer *buffer, int flags) {
    view_object *self = (view_object *)object;
    static char format[] = "d";
    if (flags & PyBUF_WRITABLE) {
        PyErr_SetString(PyExc_BufferError, "the numbers of a run are read-only; copy them first");
        return -1;
    }
    buffer->buf = (void *)self->data;
    Py_INCREF(object);
    buffer->obj = object;
    buffer->itemsize = (Py_ssize_t)sizeof(double);
    buffer->len = self->shape[0] * (self->ndim == 2 ? self->shape[1] : 1) * buffer->itemsize;
    buffer->readonly = 1;
    buffer->ndim = self->ndim;
    buffer->format = flags & PyBUF_FORMAT ? format : NULL;
    buffer->shape = flags & PyBUF_ND ? self->shape : NULL;
    buffer->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? self->strides : NULL;
    buffer->suboffsets = NULL;
    buffer->internal = NULL;
    return 0;
}

static PyType_Slot view_slots[] = {
    {Py_tp_doc, "Numbers of a run as a read-only buffer of float64, [rows] or [rows, width]."},
    {Py_tp_dealloc, view_dealloc},
    {Py_bf_getbuffer, view_getbuffer},
    {0, NULL},
};
static PyType_Spec view_spec = {.name = "leyden._leyden.View",
                                .basicsize = sizeof(view_object),
                                .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                .slots = view_slots};

/* ---- Run ---------------------------------------------------------------------------------------------------- */

static void run_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    ley_run_destroy(((run_object *)object)->handle);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static const ley_run *run_of(PyObject *object) {
    return ((run_object *)object)->handle;
}

static PyObject *run_times(PyObject *self, void *unused) {
    (void)unused;
    return make_view(state_of(self), self, ley_run_times(run_of(self)), ley_run_rows(run_of(self)), 1);
}

static PyObject *run_series(PyObject *self, PyObject *name) {
    const char *text = text_of(name, "observable");
    if (!text) return NULL;
    ley_index width = 0;
    const double *data = ley_run_series(run_of(self), text, &width);
    if (!data) {
        PyErr_SetObject(PyExc_KeyError, name);
        return NULL;
    }
    return make_view(state_of(self), self, data, ley_run_rows(run_of(self)), width);
}

static PyObject *run_names(PyObject *self, void *unused) {
    (void)unused;
    PyObject *list = PyList_New(0);
    const char *name = NULL;
    for (ley_index i = 0; list && (name = ley_run_series_name(run_of(self), i)); i++) {
        PyObject *text = PyUnicode_FromString(name);
        if (!text || PyList_Append(list, text) != 0) Py_CLEAR(list);
        Py_XDECREF(text);
    }
    return list;
}

static int put(PyObject *map, const char *name, PyObject *value) {
    int failed = !value || PyDict_SetItemString(map, name, value) != 0;
    Py_XDECREF(value);
    return failed;
}

static PyObject *run_measures(PyObject *self, void *unused) {
    (void)unused;
    PyObject *map = PyDict_New();
    const char *name = NULL;
    for (ley_index i = 0; map && (name = ley_run_measure_name(run_of(self), i)); i++)
        if (put(map, name, PyFloat_FromDouble(ley_run_measure(run_of(self), name)))) Py_CLEAR(map);
    return map;
}

static PyObject *run_certificate(PyObject *self, void *unused) {
    (void)unused;
    const ley_certificate *c = ley_run_certificate(run_of(self));
    PyObject *map = PyDict_New();
    if (!map) return NULL;
    if (put(map, "trace_error", PyFloat_FromDouble(c->trace_error)) ||
        put(map, "hermiticity_error", PyFloat_FromDouble(c->hermiticity_error)) ||
        put(map, "min_eigenvalue", PyFloat_FromDouble(c->min_eigenvalue)) ||
        put(map, "edge_population", PyFloat_FromDouble(c->edge_population)) ||
        put(map, "excitation_edge", PyFloat_FromDouble(c->excitation_edge)) ||
        put(map, "cutoff_effect", PyFloat_FromDouble(c->cutoff_effect)) ||
        put(map, "integration_error", PyFloat_FromDouble(c->integration_error)) ||
        put(map, "sampling_error", PyFloat_FromDouble(c->sampling_error)) ||
        put(map, "energy_error", PyFloat_FromDouble(c->energy_error)) ||
        put(map, "levels", PyLong_FromLong(c->levels)) ||
        put(map, "levels_checked", PyLong_FromLong(c->levels_checked)) ||
        put(map, "steps", PyLong_FromLongLong(c->steps)) ||
        put(map, "rejected", PyLong_FromLongLong(c->rejected)) ||
        put(map, "applies", PyLong_FromLongLong(c->applies)) ||
        put(map, "residual", PyFloat_FromDouble(c->residual)) ||
        put(map, "stationary_states", PyLong_FromLongLong(c->stationary_states)) ||
        put(map, "wall_seconds", PyFloat_FromDouble(c->wall_seconds)))
        Py_CLEAR(map);
    return map;
}

static PyObject *run_warnings(PyObject *self, void *unused) {
    (void)unused;
    return decode(ley_run_warnings(run_of(self)));
}

static PyObject *run_cells(PyObject *self, void *unused) {
    (void)unused;
    return PyLong_FromLong(ley_run_cells(run_of(self)));
}

static PyObject *run_representation(PyObject *self, void *unused) {
    (void)unused;
    return decode(ley_run_representation(run_of(self)));
}

static PyObject *run_propagator(PyObject *self, void *unused) {
    (void)unused;
    return decode(ley_run_propagator(run_of(self)));
}

static PyObject *run_block(PyObject *self, PyObject *args) {
    int two_j = 0;
    if (!PyArg_ParseTuple(args, "i:battery_block", &two_j)) return NULL;
    /* The library says what is wrong with a two_j outside 0 .. N; the room is found for those inside. */
    Py_ssize_t side = two_j >= 0 && two_j <= ley_run_cells(run_of(self)) ? (Py_ssize_t)two_j + 1 : 0;
    PyObject *bytes = PyByteArray_FromStringAndSize(NULL, side * side * (Py_ssize_t)sizeof(ley_complex));
    if (!bytes) return NULL;
    ley_error err = {0};
    ley_status status =
        ley_run_battery_block(run_of(self), (ley_complex *)(void *)PyByteArray_AsString(bytes), two_j, &err);
    if (!status) return bytes;
    Py_DECREF(bytes);
    return raise_error(state_of(self), status, &err);
}

static PyGetSetDef run_attributes[] = {
    {"times", run_times, NULL, "Output times, [rows].", NULL},
    {"names", run_names, NULL, "Names of the observables recorded.", NULL},
    {"measures", run_measures, NULL, "Name and value of every measure.", NULL},
    {"certificate", run_certificate, NULL, "Fields of ley_certificate.", NULL},
    {"warnings", run_warnings, NULL, "Warnings, one a line.", NULL},
    {"cells", run_cells, NULL, "N.", NULL},
    {"representation", run_representation, NULL, "How the state was stored.", NULL},
    {"propagator", run_propagator, NULL, "How time went on.", NULL},
    {0},
};
static PyMethodDef run_methods[] = {
    {"series", run_series, METH_O, "series(name): one observable, [rows] or [rows, width]."},
    {"battery_block", run_block, METH_VARARGS,
     "battery_block(two_j): bytes of the final block, complex128 [two_j + 1, two_j + 1], m = -j first."},
    {0},
};
static PyType_Slot run_slots[] = {
    {Py_tp_doc, "One finished run."},
    {Py_tp_dealloc, run_dealloc},
    {Py_tp_getset, run_attributes},
    {Py_tp_methods, run_methods},
    {0, NULL},
};
static PyType_Spec run_spec = {.name = "leyden._leyden.Run",
                               .basicsize = sizeof(run_object),
                               .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                               .slots = run_slots};

/* ---- Scenario ------------------------------------------------------------------------------------------------ */

static const ley_scenario *scenario_of(PyObject *object) {
    return ((scenario_object *)object)->handle;
}

static PyObject *scenario_new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
    static char *names[] = {"text", "settings", "steady", NULL};
    PyObject *text = NULL, *settings = Py_None, *list = NULL;
    int steady = 0;
    const char **texts = NULL;
    Py_ssize_t n = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|Op:Scenario", names, &text, &settings, &steady))
        return NULL;
    const char *source = text_of(text, "scenario text");
    if (!source || texts_of(settings, "settings", &list, &texts, &n) != 0) return NULL;
    ley_scenario *handle = NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_scenario_create_for(&handle, steady ? LEY_STEADY_STATE : LEY_EVOLUTION,
                                                            source, texts, (ley_index)n, &err);
    Py_END_ALLOW_THREADS PyMem_Free((void *)texts);
    Py_XDECREF(list);
    if (status) return raise_error(PyType_GetModuleState(type), status, &err);
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
    return decode(ley_scenario_text(scenario_of(self)));
}

static PyObject *scenario_title(PyObject *self, void *unused) {
    (void)unused;
    return decode(ley_scenario_title(scenario_of(self)));
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
        PyObject *label = decode(axis->labels[i]);
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

/* A text of the library as a str; takes the text. */
static PyObject *take_text(const module_state *state, char *text, ley_status status, const ley_error *err) {
    if (status) return raise_error(state, status, err);
    PyObject *result = decode(text);
    ley_string_destroy(text);
    return result;
}

static PyObject *scenario_plan(PyObject *self, PyObject *unused) {
    (void)unused;
    char *text = NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_scenario_plan(scenario_of(self), &text, &err);
    Py_END_ALLOW_THREADS return take_text(state_of(self), text, status, &err);
}

static PyObject *scenario_run(PyObject *self, PyObject *args, PyObject *keywords) {
    static char *names[] = {"point", "watch", NULL};
    long long point = 0;
    PyObject *watch = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|LO:run", names, &point, &watch) || !can_watch(watch))
        return NULL;
    ley_run *handle = NULL;
    ley_error err = {0};
    lookout guard = {.watch = watch, .looked = now()};
    guard.thread = PyEval_SaveThread();
    ley_status status = ley_run_create(&handle, scenario_of(self), (ley_index)point, watch_run, &guard, &err);
    PyEval_RestoreThread(guard.thread);
    if (guard.failed) {
        ley_run_destroy(handle);
        return NULL;
    }
    if (status) return raise_error(state_of(self), status, &err);
    PyTypeObject *type = (PyTypeObject *)state_of(self)->run_type;
    run_object *run = (run_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (run)
        run->handle = handle;
    else
        ley_run_destroy(handle);
    return (PyObject *)run;
}

static PyObject *scenario_study(PyObject *self, PyObject *args, PyObject *keywords) {
    static char *names[] = {"path", "jobs", "shard", "shards", "resume", "overwrite", "watch", "optimize", NULL};
    PyObject *path = NULL, *watch = Py_None;
    int jobs = 0, shard = 0, shards = 0, resume = 0, overwrite = 0, optimize = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|iiippOp:study", names, &path, &jobs, &shard, &shards,
                                     &resume, &overwrite, &watch, &optimize) ||
        !can_watch(watch))
        return NULL;
    const char *file = text_of(path, "path");
    if (!file) return NULL;
    ley_study_options options;
    ley_study_options_default(&options);
    lookout guard = {.watch = watch, .looked = now()};
    options.jobs = jobs;
    options.shard = shard;
    options.shards = shards;
    options.resume = resume;
    options.overwrite = overwrite;
    options.watch = watch_study;
    options.user = &guard;
    ley_study_info info = {0};
    ley_error err = {0};
    guard.thread = PyEval_SaveThread();
    ley_status status = optimize ? ley_optimize_run(scenario_of(self), NULL, file, &options, &err)
                                 : ley_study_run(scenario_of(self), &info, file, &options, &err);
    PyEval_RestoreThread(guard.thread);
    PyObject *warnings = guard.failed ? NULL : decode(info.warnings ? info.warnings : "");
    ley_string_destroy(info.warnings);
    if (guard.failed) return NULL;
    if (status) {
        Py_XDECREF(warnings);
        return raise_error(state_of(self), status, &err);
    }
    return warnings;
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
    {"study", (PyCFunction)(void (*)(void))scenario_study, METH_VARARGS | METH_KEYWORDS,
     "study(path, jobs=0, shard=0, shards=0, resume=False, overwrite=False, watch=None,\n"
     "optimize=False): every point into one\n"
     "result file; returns the warnings. watch(fraction, 1.0) -> true to stop."},
    {0},
};
static PyType_Slot scenario_slots[] = {
    {Py_tp_doc, "Scenario(text, settings=None, steady=False): a checked scenario."},
    {Py_tp_new, scenario_new},
    {Py_tp_dealloc, scenario_dealloc},
    {Py_tp_getset, scenario_attributes},
    {Py_tp_methods, scenario_methods},
    {0, NULL},
};
static PyType_Spec scenario_spec = {.name = "leyden._leyden.Scenario",
                                    .basicsize = sizeof(scenario_object),
                                    .flags = Py_TPFLAGS_DEFAULT,
                                    .slots = scenario_slots};

/* ---- Functions ----------------------------------------------------------------------------------------------- */

static PyObject *version(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return decode(ley_version());
}

static PyObject *observables(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (ley_index i = 0; list && i < ley_observable_count(); i++) {
        PyObject *row =
            Py_BuildValue("sss", ley_observable_name(i), ley_observable_unit(i), ley_observable_meaning(i));
        if (!row || PyList_Append(list, row) != 0) Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

static PyObject *help_topics(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (const char *const *topic = ley_help_topics(); list && *topic; topic++) {
        PyObject *text = decode(*topic);
        if (!text || PyList_Append(list, text) != 0) Py_CLEAR(list);
        Py_XDECREF(text);
    }
    return list;
}

static PyObject *help_text(PyObject *module, PyObject *topic) {
    const char *name = text_of(topic, "topic");
    if (!name) return NULL;
    char *text = NULL;
    ley_error err = {0};
    ley_status status = ley_help(&text, name, &err);
    return take_text(PyModule_GetState(module), text, status, &err);
}

static PyObject *result_text(PyObject *module, PyObject *path,
                             ley_status (*write)(const ley_result *, char **, ley_error *)) {
    const char *file = text_of(path, "path");
    if (!file) return NULL;
    ley_result *result = NULL;
    char *text = NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_result_open(&result, file, &err);
    if (!status) status = write(result, &text, &err);
    ley_result_close(result);
    Py_END_ALLOW_THREADS return take_text(PyModule_GetState(module), text, status, &err);
}

static PyObject *table(PyObject *module, PyObject *path) {
    return result_text(module, path, ley_result_table);
}

static PyObject *csv(PyObject *module, PyObject *path) {
    return result_text(module, path, ley_result_csv);
}

static PyObject *nothing_or_error(PyObject *module, ley_status status, const ley_error *err) {
    if (status) return raise_error(PyModule_GetState(module), status, err);
    Py_INCREF(Py_None);
    return Py_None;
}

static PyObject *merge(PyObject *module, PyObject *args) {
    PyObject *path = NULL, *shards = NULL, *list = NULL;
    const char **texts = NULL;
    Py_ssize_t n = 0;
    if (!PyArg_ParseTuple(args, "OO:merge", &path, &shards)) return NULL;
    const char *file = text_of(path, "path");
    if (!file || texts_of(shards, "shards", &list, &texts, &n) != 0) return NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_result_merge(file, texts, (ley_index)n, &err);
    Py_END_ALLOW_THREADS PyMem_Free((void *)texts);
    Py_XDECREF(list);
    return nothing_or_error(module, status, &err);
}

static PyObject *plot(PyObject *module, PyObject *args) {
    PyObject *path = NULL, *figure = NULL, *names = Py_None, *list = NULL;
    const char **texts = NULL;
    Py_ssize_t n = 0;
    int contours = 0;
    if (!PyArg_ParseTuple(args, "OO|Op:plot", &path, &figure, &names, &contours)) return NULL;
    const char *file = text_of(path, "path"), *drawn = file ? text_of(figure, "figure") : NULL;
    if (!drawn || texts_of(names, "names", &list, &texts, &n) != 0) return NULL;
    ley_plot_options options = {.names = texts, .n_names = (ley_index)n, .contours = contours};
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_plot(file, drawn, &options, &err);
    Py_END_ALLOW_THREADS PyMem_Free((void *)texts);
    Py_XDECREF(list);
    return nothing_or_error(module, status, &err);
}

static PyMethodDef functions[] = {
    {"version", version, METH_NOARGS, "version(): of the library."},
    {"observables", observables, METH_NOARGS, "observables(): (name, unit, meaning) of each."},
    {"help_topics", help_topics, METH_NOARGS, "help_topics(): topics of help()."},
    {"help", help_text, METH_O, "help(topic): text for people."},
    {"table", table, METH_O, "table(path): a result file as a table."},
    {"csv", csv, METH_O, "csv(path): a result file as CSV."},
    {"merge", merge, METH_VARARGS, "merge(path, shards): puts shards together."},
    {"plot", plot, METH_VARARGS, "plot(path, figure, names=None, contours=False): draws a result file."},
    {0},
};

/* ---- Module -------------------------------------------------------------------------------------------------- */

static int add_type(PyObject *module, PyType_Spec *spec, PyObject **type) {
    *type = PyType_FromModuleAndSpec(module, spec, NULL);
    return *type ? PyModule_AddType(module, (PyTypeObject *)*type) : -1;
}

static int execute(PyObject *module) {
    module_state *state = PyModule_GetState(module);
    PyObject *errors = PyImport_ImportModule("leyden._errors");
    if (!errors) return -1;
    state->errors = PyObject_GetAttrString(errors, "BY_STATUS");
    Py_DECREF(errors);
    if (!state->errors) return -1;
    if (!PyTuple_Check(state->errors) || PyTuple_Size(state->errors) <= LEY_ERR_STOPPED) {
        PyErr_SetString(PyExc_ImportError, "leyden._errors does not belong to this leyden._leyden");
        return -1;
    }
    if (add_type(module, &view_spec, &state->view_type) != 0 ||
        add_type(module, &run_spec, &state->run_type) != 0 ||
        add_type(module, &scenario_spec, &state->scenario_type) != 0)
        return -1;
    return 0;
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    module_state *state = PyModule_GetState(module);
    Py_VISIT(state->errors);
    Py_VISIT(state->view_type);
    Py_VISIT(state->run_type);
    Py_VISIT(state->scenario_type);
    return 0;
}

static int clear(PyObject *module) {
    module_state *state = PyModule_GetState(module);
    Py_CLEAR(state->errors);
    Py_CLEAR(state->view_type);
    Py_CLEAR(state->run_type);
    Py_CLEAR(state->scenario_type);
    return 0;
}

static void release(void *module) {
    clear(module);
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, execute}, {0, NULL}};
static PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "leyden._leyden",
    .m_doc = "libleyden, plainly; leyden is the module for people.",
    .m_size = sizeof(module_state),
    .m_methods = functions,
    .m_slots = module_slots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = release,
};

PyMODINIT_FUNC PyInit__leyden(void);
PyMODINIT_FUNC PyInit__leyden(void) {
    return PyModuleDef_Init(&definition);
}
