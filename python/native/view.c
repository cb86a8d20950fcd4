/* View: a read-only buffer of float64. */
#include "native.h"

typedef struct view_object {
    PyObject_HEAD PyObject *owner;
    const double *data;
    int ndim;
    Py_ssize_t shape[2], strides[2];
} view_object;

PyObject *native_view(const native_module *state, PyObject *owner, const double *data, ley_index rows,
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
PyType_Spec native_view_spec = {.name = "leyden._leyden.View",
                                .basicsize = sizeof(view_object),
                                .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                .slots = view_slots};
