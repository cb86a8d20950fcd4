/* Texts from and to Python, and what the library reports as exceptions. */
#include "native.h"

#include <string.h>

PyObject *native_text(const char *text) {
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text),
                                "replace"); /* a message may be cut inside a letter */
}

/* Raises what the library reported; always NULL. */
PyObject *native_raise(const native_module *state, ley_status status, const ley_error *err) {
    PyObject *class = PyTuple_GetItem(state->errors, (Py_ssize_t)status); /* borrowed */
    if (!class) return NULL;
    PyObject *message = native_text(err->message[0] ? err->message : ley_status_text(status)),
             *where = native_text(err->where);
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
const char *native_utf8(PyObject *object, const char *what) {
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
int native_list(PyObject *object, const char *what, PyObject **list, const char ***texts, Py_ssize_t *n) {
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
        (*texts)[i] = native_utf8(PyTuple_GetItem(*list, i), what);
        if (!(*texts)[i]) goto failed;
    }
    return 0;

failed:
    PyMem_Free((void *)*texts);
    Py_CLEAR(*list);
    *texts = NULL;
    return -1;
}

/* A text of the library as a str; takes the text. */
PyObject *native_take(const native_module *state, char *text, ley_status status, const ley_error *err) {
    if (status) return native_raise(state, status, err);
    PyObject *result = native_text(text);
    ley_string_destroy(text);
    return result;
}
