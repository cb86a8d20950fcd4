/* The module: its functions, types and state. */
#include "native.h"

native_module *native_state(PyObject *self) {
    return PyType_GetModuleState(Py_TYPE(self));
}

static PyMethodDef functions[] = {
    {"version", native_version, METH_NOARGS, "version(): of the library."},
    {"observables", native_observables, METH_NOARGS,
     "observables(): (name, unit, meaning, component or None) of each."},
    {"help_topics", native_help_topics, METH_NOARGS, "help_topics(): topics of help()."},
    {"help", native_help, METH_O, "help(topic): text for people."},
    {"table", native_table, METH_O, "table(path): a result file as a table."},
    {"csv", native_csv, METH_O, "csv(path): a result file as CSV."},
    {"merge", native_merge, METH_VARARGS, "merge(path, shards): puts shards together."},
    {"plot", native_plot, METH_VARARGS, "plot(path, figure, names=None, contours=False): draws a result file."},
    {0},
};

static int add_type(PyObject *module, PyType_Spec *spec, PyObject **type) {
    *type = PyType_FromModuleAndSpec(module, spec, NULL);
    return *type ? PyModule_AddType(module, (PyTypeObject *)*type) : -1;
}

/* NumPy supports the first interpreter of a process alone: in others it refuses, or hangs when they end. Said
 * before it is loaded. */
static int refuse_other_interpreters(void) {
    if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0) return 0;
    PyErr_SetString(
        PyExc_ImportError,
        "leyden works in the main interpreter of a process only, because NumPy does; for work side by side "
        "use threads, which run at the same time, or processes");
    return -1;
}

static int execute(PyObject *module) {
    native_module *state = PyModule_GetState(module);
    if (refuse_other_interpreters() != 0) return -1;
    PyObject *errors = PyImport_ImportModule("leyden._errors");
    if (!errors) return -1;
    state->errors = PyObject_GetAttrString(errors, "BY_STATUS");
    Py_DECREF(errors);
    if (!state->errors) return -1;
    if (!PyTuple_Check(state->errors) || PyTuple_Size(state->errors) <= LEY_ERR_STOPPED) {
        PyErr_SetString(PyExc_ImportError, "leyden._errors does not belong to this leyden._leyden");
        return -1;
    }
    if (add_type(module, &native_view_spec, &state->view_type) != 0 ||
        add_type(module, &native_run_spec, &state->run_type) != 0 ||
        add_type(module, &native_scenario_spec, &state->scenario_type) != 0)
        return -1;
    return 0;
}

static int traverse(PyObject *module, visitproc visit, void *arg) {
    native_module *state = PyModule_GetState(module);
    Py_VISIT(state->errors);
    Py_VISIT(state->view_type);
    Py_VISIT(state->run_type);
    Py_VISIT(state->scenario_type);
    return 0;
}

static int clear(PyObject *module) {
    native_module *state = PyModule_GetState(module);
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
    .m_size = sizeof(native_module),
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
