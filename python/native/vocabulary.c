/* The words of the library: observables, help. */
#include "native.h"

PyObject *native_version(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    return native_text(ley_version());
}

PyObject *native_observables(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (ley_index i = 0; list && i < ley_observable_count(); i++) {
        PyObject *row = Py_BuildValue("sssz", ley_observable_name(i), ley_observable_unit(i),
                                      ley_observable_meaning(i), ley_observable_component(i));
        if (!row || PyList_Append(list, row) != 0) Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

PyObject *native_help_topics(PyObject *module, PyObject *unused) {
    (void)module;
    (void)unused;
    PyObject *list = PyList_New(0);
    for (const char *const *topic = ley_help_topics(); list && *topic; topic++) {
        PyObject *text = native_text(*topic);
        if (!text || PyList_Append(list, text) != 0) Py_CLEAR(list);
        Py_XDECREF(text);
    }
    return list;
}

PyObject *native_help(PyObject *module, PyObject *topic) {
    const char *name = native_utf8(topic, "topic");
    if (!name) return NULL;
    char *text = NULL;
    ley_error err = {0};
    ley_status status = ley_help(&text, name, &err);
    return native_take(PyModule_GetState(module), text, status, &err);
}
