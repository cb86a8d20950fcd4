"""Result files: read with h5py into the same `Result` that `run` gives; tables, CSV, figures and merging by the
library."""

from __future__ import annotations

import io
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

import numpy as np

from . import _leyden
from ._certificate import ENTRIES, Certificate
from ._errors import FileError, FormatError
from ._observables import cells_of
from ._result import Result, axis_values
from ._states import Blocks
from ._words import list_of, optional

Path = Union[str, "os.PathLike[str]"]
_SIGNATURE = b"\x89HDF\r\n\x1a\n"


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def open(path: Path) -> Result:
    """Reads a result file of ``leyden run`` or ``run(..., output=...)``; the study may still be going on.

    Parameters
    ----------
    path : path
        HDF5 file, one point or a sweep.

    Returns
    -------
    Result
        Points that are not computed are NaN; those that failed are in ``errors``. Final blocks are there for
        single runs.

    Raises
    ------
    FileError, FormatError, UnsupportedError
        The file cannot be read; it is no result of this leyden; h5py is missing.
    """
    h5py = optional("h5py", "reading a result file")
    name = os.fspath(path)
    try:
        with io.open(name, "rb") as plain:
            begin = plain.read(len(_SIGNATURE))
    except OSError as error:
        raise FileError(f"cannot read {name}: {error.strerror}", name) from None
    if begin != _SIGNATURE:
        raise FormatError(f"{name} is not an HDF5 file; give a result file that leyden run wrote", name)
    try:
        file = h5py.File(name, "r", swmr=True)
    except (OSError, ValueError) as error:
        raise FormatError(f"{name} is damaged: {error}", name) from None
    with file:
        if _text(file.attrs.get("program", "")) != "leyden" or "format_version" not in file.attrs:
            raise FormatError(f"{name} is no result of leyden", name)
        if int(file.attrs["format_version"]) != 1:
            raise FormatError(f"{name} has format version {int(file.attrs['format_version'])}; this leyden reads 1",
                              name)
        return _read(file)


def _axes_in_order(file: Any) -> List[str]:
    """Names of the axes, in the order of the dimensions of ``/status``."""
    found = []
    for dimension in file["status"].dims:
        for scale in dimension.values():
            found.append(_text(scale.name).rpartition("/")[2])
            break
    return found


def _read(file: Any) -> Result:
    names = _axes_in_order(file) if "axes" in file and len(file["axes"]) else []
    axes = {name: axis_values(name, file["axes"][name][()]) for name in names}
    labels = {name: [_text(word).rstrip("\0") for word in file["axes"][f"{name}.labels"][()]]
              for name in names if f"{name}.labels" in file["axes"]}
    shape = tuple(len(values) for values in axes.values())

    def numbers(group: str) -> Dict[str, np.ndarray]:
        """What is not a coordinate, in the order of creation, which is that of the scenario; h5py sorts by name."""
        if group not in file:
            return {}
        folder = file[group]
        made = sorted(folder, key=lambda key: int(folder.id.links.get_info(key.encode()).corder))
        return {key: np.asarray(folder[key][()], dtype=np.float64) for key in made
                if key != "time" and "CLASS" not in folder[key].attrs}

    observables = numbers("observables")
    times = np.asarray(file["time"][()] if "time" in file else [], dtype=np.float64)
    if _text(file.attrs.get("kind", "")) == "steady":  # its one row is no dimension of the file
        times = np.array([np.inf])
        observables = {name: np.expand_dims(array, len(shape)) for name, array in observables.items()}
    measures: Dict[str, Any] = numbers("measures")
    if not shape:
        measures = {key: float(value) for key, value in measures.items()}
    units = {key: _text(file[group][key].attrs.get("units", ""))
             for group, found in (("observables", observables), ("measures", measures)) for key in found}
    status = np.asarray(file["status"][()]).reshape(shape)
    parts = {key: np.asarray(file["certificate"][key][()]).reshape(shape) for key in ENTRIES
             if key in file.get("certificate", {})}
    certificates = np.empty(shape, dtype=object)
    errors: Dict[Any, str] = {}
    lines: List[Any] = []
    messages = {key: np.asarray(file[key][()]).reshape(shape) for key in ("warnings", "errors") if key in file}
    for index in np.ndindex(*shape):
        if status[index] == 1:
            certificates[index] = {key: float(array[index]) for key, array in parts.items()}
        if status[index] == 2:
            errors[index] = _text(messages["errors"][index]) if "errors" in messages else "failed"
        if "warnings" in messages:
            lines += [(index, line) for line in _text(messages["warnings"][index]).splitlines() if line]
    blocks: Optional[np.ndarray] = None
    cells: Any = _cells(axes, shape, observables)
    if not shape and "final/battery" in file:
        found = {int(key.partition("=")[2]): _complex(item[()]) for key, item in file["final/battery"].items()
                 if key.startswith("two_j=")}
        if found:
            cells = max(found)
            blocks = np.empty((), dtype=object)
            blocks[()] = Blocks(cells, None, found)
    result = Result(
        times=times, observables=observables, measures=measures, units=units, axes=axes, labels=labels,
        certificates=certificates, warnings=(), errors=errors, cells=cells,
        representation=_text(file.attrs.get("representation", "")),
        propagator=_text(file.attrs.get("propagator", "")), blocks=blocks,
        scenario=_text(file.attrs.get("scenario", "")), title=_text(file.attrs.get("title", "")),
        version=_text(file.attrs.get("version", "")), fits=_fits(file))
    if "wall_seconds" in file.attrs:  # of the whole study
        result.certificate = Certificate({**result.certificate, "wall_seconds": float(file.attrs["wall_seconds"])})
    result.warnings = tuple(result._line(index, line) for index, line in lines)
    return result


def _fits(file: Any) -> Dict[str, Dict[str, Any]]:
    """Parameters and definition of each fit."""
    fits: Dict[str, Dict[str, Any]] = {}
    for name, group in file.get("fits", {}).items():
        fit: Dict[str, Any] = {key: _text(group.attrs[key]) for key in ("model", "formula", "x", "y", "outliers")}
        fit["range"] = (float(group.attrs["from"]), float(group.attrs["to"]))
        for key, item in group.items():
            value = item[()]
            fit[key] = float(value) if np.ndim(value) == 0 else np.asarray(value)
        fits[name] = fit
    return fits


def _cells(axes: Dict[str, np.ndarray], shape: Sequence[int], observables: Mapping[str, np.ndarray]) -> Any:
    """N of each point where the axes or the number of components say it; 0: only the scenario text has it."""
    cells = np.zeros(shape, dtype=int)
    for i, name in enumerate(axes):
        if name in ("N", "battery.cells"):
            cells = cells + axes[name].reshape([-1 if k == i else 1 for k in range(len(shape))])
    if not cells.any():
        cells[...] = next((n for n in (cells_of(name, array.shape[-1]) for name, array in observables.items()) if n), 0)
    return cells if shape else int(cells)


def _complex(array: Any) -> np.ndarray:
    array = np.asarray(array)
    if array.dtype.names == ("r", "i"):
        return array["r"] + 1j * array["i"]
    return array.astype(np.complex128)


def table(path: Path) -> str:
    """A result file as a table for people, like ``leyden show``.

    Parameters
    ----------
    path : path
        Result file, of one point or a sweep, finished or not.

    Returns
    -------
    str
        A title, the axes, a line for each time or point, the certificate.
    """
    return _leyden.table(os.fspath(path))


def csv(path: Path) -> str:
    """A result file as CSV, like ``leyden show --csv``.

    Parameters
    ----------
    path : path
        As for `table`.

    Returns
    -------
    str
        A header line, axes first, numbers in full precision.
    """
    return _leyden.csv(os.fspath(path))


def merge(path: Path, shards: Sequence[Path]) -> None:
    """Puts the shards of one study together into a new result file.

    Parameters
    ----------
    path : path
        File to write.
    shards : sequence of path
        Result files of ``shard=(i, n)``.
    """
    _leyden.merge(os.fspath(path), [os.fspath(shard) for shard in list_of(shards, "shards", '["1.h5", "2.h5"]')])


def plot(path: Path, figure: Path, names: Optional[Sequence[str]] = None, *, contours: bool = False) -> None:
    """Draws a result file with gnuplot, like ``leyden plot``.

    Parameters
    ----------
    path : path
        Result file.
    figure : path
        File to write; its ending chooses SVG, PDF or PNG. The gnuplot script stays beside it (``.gp``).
    names : sequence of str, optional
        Observables or measures; default: everything that fits.
    contours : bool
        Contour lines on maps.
    """
    wanted = None if names is None else list_of(names, "names", '["battery.energy"]')
    _leyden.plot(os.fspath(path), os.fspath(figure), wanted, contours)
