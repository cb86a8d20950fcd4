"""One `Result` from the runs of the library, a run for each point of a sweep."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Sequence

import numpy as np

from . import _leyden
from ._observables import TABLE
from ._result import Result, axis_values
from ._states import Blocks


def _view(buffer: Any) -> np.ndarray:
    return np.asarray(memoryview(buffer))


def _series(run: _leyden.Run, name: str) -> np.ndarray:
    """One observable of a run, [time] or [time, component], also where there is one component: a spin of one cell."""
    series = _view(run.series(name))
    known = TABLE.get(name)
    return series[:, np.newaxis] if known and known.component and series.ndim == 1 else series


def _fits(scenario: _leyden.Scenario, result: Result, done: Sequence[bool]) -> Dict[str, Dict[str, Any]]:
    """Fits that the scenario asks for, as `leyden.open` gives them."""
    if not result.axes or not result.measures:
        return {}
    measures = np.ascontiguousarray([np.asarray(values, dtype=np.float64).reshape(-1)
                                     for values in result.measures.values()])
    fits: Dict[str, Dict[str, Any]] = {}
    for name, model, formula, x, y, outliers, low, high, values, left_out in scenario.fits(
            measures.tobytes(), np.array(done, dtype=np.uint8).tobytes()):
        others = tuple(n for axis, n in zip(result.axes, result.shape) if axis != x)
        fits[name] = {"model": model, "formula": formula, "x": x, "y": y, "outliers": outliers, "range": (low, high)}
        for quantity, numbers in values.items():
            fits[name][quantity] = np.array(numbers).reshape(others) if others else numbers[0]
        fits[name]["left_out"] = np.frombuffer(left_out, dtype=np.uint8).reshape(result.shape)
    return fits


def gather(scenario: _leyden.Scenario, runs: Sequence[Optional[_leyden.Run]],
           errors: Mapping[int, str]) -> Result:
    """The result of all points of a scenario; None stands for a point that failed."""
    axes = {key: axis_values(key, values) for key, values, _ in scenario.axes}
    labels = {key: words for key, _, words in scenario.axes if words is not None}
    shape = tuple(len(values) for values in axes.values())
    done = [run for run in runs if run is not None]
    measures: Dict[str, Any]
    cells: Any
    if not axes:
        run = done[0]
        observables = {name: _series(run, name) for name in run.names}
        times, measures, cells = _view(run.times), dict(run.measures), run.cells
    else:
        n_times = max((_view(run.times).shape[0] for run in done), default=0)
        all_times = np.full((len(runs), n_times), np.nan)
        names = done[0].names if done else []
        widths = {name: max(_series(run, name).reshape(n_times, -1).shape[1] for run in done) for name in names}
        vector = {name: any(_series(run, name).ndim == 2 for run in done) for name in names}
        observables = {name: np.full((len(runs), n_times, widths[name]), np.nan) for name in names}
        measures = {name: np.full(len(runs), np.nan) for name in (done[0].measures if done else {})}
        cells = np.zeros(len(runs), dtype=int)
        for i, one in enumerate(runs):
            if one is None:
                continue
            all_times[i] = _view(one.times)
            cells[i] = one.cells
            for name in names:
                series = _series(one, name).reshape(n_times, -1)
                observables[name][i, :, :series.shape[1]] = series
            for name, value in one.measures.items():
                measures[name][i] = value
        observables = {name: array.reshape(shape + ((n_times, widths[name]) if vector[name] else (n_times,)))
                       for name, array in observables.items()}
        measures = {name: array.reshape(shape) for name, array in measures.items()}
        cells = cells.reshape(shape)
        computed = all_times[[run is not None for run in runs]]
        same = len(computed) > 0 and bool(np.all(computed == computed[0]))
        times = computed[0].copy() if same else all_times.reshape(shape + (n_times,))

    certificates = np.empty(len(runs), dtype=object)
    blocks = np.empty(len(runs), dtype=object)
    for i, each in enumerate(runs):
        if each is not None:
            certificates[i], blocks[i] = each.certificate, Blocks(each.cells, each)
    result = Result(
        times=times, observables=observables, measures=measures, units=done[0].units if done else {}, axes=axes,
        labels=labels,
        certificates=certificates.reshape(shape), warnings=(),
        errors={tuple(int(k) for k in np.unravel_index(i, shape)) if axes else (): text
                for i, text in errors.items()},
        cells=cells, representation=", ".join(dict.fromkeys(run.representation for run in done)),
        propagator=", ".join(dict.fromkeys(run.propagator for run in done)), blocks=blocks.reshape(shape),
        scenario=scenario.text, title=scenario.title, version=_leyden.version())
    result.fits = _fits(scenario, result, [run is not None for run in runs])
    lines = []
    for index, each in zip(np.ndindex(*shape), runs):
        if each is not None:
            lines += [result._line(index, line) for line in each.warnings.splitlines() if line]
    result.warnings = tuple(lines)
    return result
