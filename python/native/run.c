/* Run: one finished run. */
#include "native.h"

typedef struct run_object {
    PyObject_HEAD ley_run *handle;
} run_object;

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
    return native_view(native_state(self), self, ley_run_times(run_of(self)), ley_run_rows(run_of(self)), 1);
}

static PyObject *run_series(PyObject *self, PyObject *name) {
    const char *text = native_utf8(name, "observable");
    if (!text) return NULL;
    ley_index width = 0;
    const double *data = ley_run_series(run_of(self), text, &width);
    if (!data) {
        PyErr_SetObject(PyExc_KeyError, name);
        return NULL;
    }
    return native_view(native_state(self), self, data, ley_run_rows(run_of(self)), width);
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

static PyObject *run_units(PyObject *self, void *unused) {
    (void)unused;
    const ley_run *run = run_of(self);
    PyObject *map = PyDict_New();
    const char *name = NULL;
    for (ley_index i = 0; map && (name = ley_run_series_name(run, i)); i++)
        if (put(map, name, native_text(ley_run_unit(run, name)))) Py_CLEAR(map);
    for (ley_index i = 0; map && (name = ley_run_measure_name(run, i)); i++)
        if (put(map, name, native_text(ley_run_unit(run, name)))) Py_CLEAR(map);
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
    return native_text(ley_run_warnings(run_of(self)));
}

static PyObject *run_cells(PyObject *self, void *unused) {
    (void)unused;
    return PyLong_FromLong(ley_run_cells(run_of(self)));
}

static PyObject *run_representation(PyObject *self, void *unused) {
    (void)unused;
    return native_text(ley_run_representation(run_of(self)));
}

static PyObject *run_propagator(PyObject *self, void *unused) {
    (void)unused;
    return native_text(ley_run_propagator(run_of(self)));
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
    return native_raise(native_state(self), status, &err);
}

static PyGetSetDef run_attributes[] = {
    {"times", run_times, NULL, "Output times, [rows].", NULL},
    {"names", run_names, NULL, "Names of the observables recorded.", NULL},
    {"measures", run_measures, NULL, "Name and value of every measure.", NULL},
    {"units", run_units, NULL, "Unit of every observable and measure by name.", NULL},
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
PyType_Spec native_run_spec = {.name = "leyden._leyden.Run",
                               .basicsize = sizeof(run_object),
                               .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                               .slots = run_slots};

PyObject *native_run(const native_module *state, ley_run *handle) {
    PyTypeObject *type = (PyTypeObject *)state->run_type;
    run_object *run = (run_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (run)
        run->handle = handle;
    else
        ley_run_destroy(handle);
    return (PyObject *)run;
}
