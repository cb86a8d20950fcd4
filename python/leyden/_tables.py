"""Results as tables of others: `Result.to_xarray` and `Result.to_pandas`."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Dict, Optional

import numpy as np

from ._observables import TABLE
from ._words import optional

if TYPE_CHECKING:
    from ._result import Result


def dataset(result: "Result") -> Any:
    """`Result.to_xarray`."""
    xarray = optional("xarray", "to_xarray")

    dims = list(result.axes)
    series = [*dims, "time" if result.times.ndim == 1 else "row"]
    data: Dict[str, Any] = {}
    for name, array in result.observables.items():
        known = TABLE.get(name)  # not a formula
        extra = [known and known.component or "component"] if array.ndim > len(series) else []
        data[name] = (series + extra, array, {"units": result.units[name],
                                              "long_name": known.meaning if known else name})
    for name, value in result.measures.items():
        data[name] = (dims, np.asarray(value), {"units": result.units[name]})
    coordinates: Dict[str, Any] = {
        name: (name, np.asarray(result.labels.get(name, values))) for name, values in result.axes.items()}
    coordinates["time"] = (["time"] if result.times.ndim == 1 else series, result.times, {"units": "time"})
    attributes: Dict[str, Any] = {
        "title": result.title, "scenario": result.scenario, "version": result.version,
        "representation": result.representation, "propagator": result.propagator, **result.certificate}
    return xarray.Dataset(data, coordinates, attributes)


def frame(result: "Result", what: Optional[str]) -> Any:
    """`Result.to_pandas`."""
    pandas = optional("pandas", "to_pandas")

    what = what or ("observables" if result.observables else "measures")
    if what not in ("observables", "measures"):
        raise ValueError(f"what is {what!r}; it is 'observables' or 'measures'")
    words = [result.labels.get(name, values) for name, values in result.axes.items()]
    if what == "measures":
        columns = {name: np.asarray(value).reshape(-1) for name, value in result.measures.items()}
        if not result.axes:
            return pandas.DataFrame(columns)
        return pandas.DataFrame(columns, index=pandas.MultiIndex.from_product(words, names=list(result.axes))
                                if len(words) > 1 else pandas.Index(words[0], name=list(result.axes)[0]))
    columns = {}
    n_before = len(result.axes) + 1
    for name, array in result.observables.items():
        if name == "battery.state":
            continue
        if array.ndim == n_before:
            columns[name] = array.reshape(-1)
        else:
            for k in range(array.shape[-1]):
                columns[f"{name}[{k}]"] = array[..., k].reshape(-1)
    if not result.axes:
        return pandas.DataFrame(columns, index=pandas.Index(result.times, name="time"))
    times = np.broadcast_to(result.times, result.shape + result.times.shape[-1:]).reshape(-1)
    n_times = result.times.shape[-1]
    points = list(itertools.product(*words))
    levels = [np.repeat([point[i] for point in points], n_times) for i in range(len(words))]
    index = pandas.MultiIndex.from_arrays([*levels, times], names=[*result.axes, "time"])
    return pandas.DataFrame(columns, index=index)
