/* Result files: tables, CSV, merging, figures. */
#include "native.h"

static PyObject *result_text(PyObject *module, PyObject *path,
                             ley_status (*write)(const ley_result *, char **, ley_error *)) {
    const char *file = native_utf8(path, "path");
    if (!file) return NULL;
    ley_result *result = NULL;
    char *text = NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_result_open(&result, file, &err);
    if (!status) status = write(result, &text, &err);
    ley_result_close(result);
    Py_END_ALLOW_THREADS return native_take(PyModule_GetState(module), text, status, &err);
}

PyObject *native_table(PyObject *module, PyObject *path) {
    return result_text(module, path, ley_result_table);
}

PyObject *native_csv(PyObject *module, PyObject *path) {
    return result_text(module, path, ley_result_csv);
}

static PyObject *nothing_or_error(PyObject *module, ley_status status, const ley_error *err) {
    if (status) return native_raise(PyModule_GetState(module), status, err);
    Py_INCREF(Py_None);
    return Py_None;
}

PyObject *native_merge(PyObject *module, PyObject *args) {
    PyObject *path = NULL, *shards = NULL, *list = NULL;
    const char **texts = NULL;
    Py_ssize_t n = 0;
    if (!PyArg_ParseTuple(args, "OO:merge", &path, &shards)) return NULL;
    const char *file = native_utf8(path, "path");
    if (!file || native_list(shards, "shards", &list, &texts, &n) != 0) return NULL;
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_result_merge(file, texts, (ley_index)n, &err);
    Py_END_ALLOW_THREADS PyMem_Free((void *)texts);
    Py_XDECREF(list);
    return nothing_or_error(module, status, &err);
}

PyObject *native_plot(PyObject *module, PyObject *args) {
    PyObject *path = NULL, *figure = NULL, *names = Py_None, *list = NULL;
    const char **texts = NULL;
    Py_ssize_t n = 0;
    int contours = 0;
    if (!PyArg_ParseTuple(args, "OO|Op:plot", &path, &figure, &names, &contours)) return NULL;
    const char *file = native_utf8(path, "path"), *drawn = file ? native_utf8(figure, "figure") : NULL;
    if (!drawn || native_list(names, "names", &list, &texts, &n) != 0) return NULL;
    ley_plot_options options = {.names = texts, .n_names = (ley_index)n, .contours = contours};
    ley_error err = {0};
    ley_status status = LEY_OK;
    Py_BEGIN_ALLOW_THREADS status = ley_plot(file, drawn, &options, &err);
    Py_END_ALLOW_THREADS PyMem_Free((void *)texts);
    Py_XDECREF(list);
    return nothing_or_error(module, status, &err);
}
