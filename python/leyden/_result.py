"""What a run or a sweep gives: arrays with names, a certificate, and ways onward to pandas, xarray and matplotlib."""

from __future__ import annotations

import itertools
import math
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from . import _leyden
from ._states import Blocks, States

_UNITS = {name: unit for name, unit, _ in _leyden.observables()}
_MEANINGS = {name: meaning for name, _, meaning in _leyden.observables()}
# Names of the second dimension of an observable, as in result files.
_EXTRA = {"battery.spin_weights": "spin_block", "battery.spin_currents": "spin_block",
          "battery.populations": "energy_level", "battery.state": "element"}

_CERTIFICATE: Dict[str, Tuple[str, Callable[..., float]]] = {
    "trace_error": ("largest error of the trace", max),
    "hermiticity_error": ("largest distance from Hermitian", max),
    "min_eigenvalue": ("smallest eigenvalue of the battery state", min),
    "edge_population": ("largest population of the last Fock level", max),
    "excitation_edge": ("largest population of the last excitation", max),
    "cutoff_effect": ("largest change with a larger cut-off", max),
    "integration_error": ("estimated error of the integration", max),
    "sampling_error": ("largest standard error of the histories drawn", max),
    "energy_error": ("largest error of the energy balance", max),
    "levels": ("Fock levels used", max),
    "levels_checked": ("Fock levels of the comparison run", max),
    "steps": ("steps of the propagation", sum),
    "rejected": ("steps rejected", sum),
    "applies": ("applications of the generator", sum),
    "residual": ("largest Frobenius norm of L rho of a steady state", max),
    "stationary_states": ("independent steady states", max),
    "wall_seconds": ("seconds", sum),
}
_WHOLE = ("levels", "levels_checked", "steps", "rejected", "applies", "stationary_states")


def unit_of(name: str) -> str:
    """Unit of an observable or a measure: ``energy``, ``time``, ``energy/time``, ``nats``, ``bits``, ``1``."""
    word, bracket, rest = name.partition("(")
    if not bracket:
        return _UNITS.get(name, "")
    if word in ("argmax", "first_argmax", "argmin", "backflow"):
        return "time"
    return "1" if word == "backflows" else _UNITS.get(rest.rstrip(")").split(",")[0], "")


class Certificate(Mapping[str, float]):
    """How far the numbers of a run can be trusted; of a sweep, the worst over its points.

    Attributes
    ----------
    trace_error : float
        Largest ``|Tr rho - 1|`` over the run.
    hermiticity_error : float
        Largest Frobenius distance of the battery state from Hermitian.
    min_eigenvalue : float
        Smallest eigenvalue of the reduced battery state met; never clipped.
    edge_population : float
        Largest population of the last Fock level; 0 without cavity.
    excitation_edge : float
        Largest population of the last excitation of the battery that is kept; 0 where all are.
    cutoff_effect : float
        Largest change of any reported number with a larger cut-off; NaN: not measured.
    integration_error : float
        Estimated error of the integration in any reported number.
    sampling_error : float
        Largest standard error of any reported number; 0 where nothing was drawn.
    energy_error : float
        Largest violation of the energy balance.
    levels, levels_checked : int
        Fock levels used, and those of the comparison run; 0: none.
    steps, rejected, applies : int
        Work of the propagation.
    residual : float
        Of a steady state: Frobenius norm of L rho; NaN for an evolution.
    stationary_states : int
        Independent permutation-symmetric steady states; 0 for an evolution.
    wall_seconds : float
        Seconds it took.
    """

    trace_error: float
    hermiticity_error: float
    min_eigenvalue: float
    edge_population: float
    excitation_edge: float
    cutoff_effect: float
    integration_error: float
    sampling_error: float
    energy_error: float
    levels: int
    levels_checked: int
    steps: int
    rejected: int
    applies: int
    residual: float
    stationary_states: int
    wall_seconds: float
    _values: Dict[str, float]

    def __init__(self, values: Mapping[str, float]) -> None:
        self.__dict__["_values"] = {
            name: int(values[name]) if name in _WHOLE and math.isfinite(values[name]) else float(values[name])
            for name in _CERTIFICATE if name in values}

    @classmethod
    def worst(cls, parts: Sequence[Mapping[str, float]]) -> "Certificate":
        """The worst of several; NaN stays only where no part has a number."""
        values = {}
        for name, (_, combine) in _CERTIFICATE.items():
            numbers = [part[name] for part in parts if name in part and not math.isnan(part[name])]
            values[name] = combine(numbers) if numbers else math.nan
        return cls(values)

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"a certificate has no {name}") from None

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a certificate cannot be changed")

    def __reduce__(self) -> Any:
        return Certificate, (dict(self.__dict__["_values"]),)

    def rows(self) -> List[Tuple[str, str]]:
        """Lines for people, without what does not apply.

        Returns
        -------
        list of (str, str)
            What, and how much.
        """
        return [(_CERTIFICATE[name][0], f"{value:d}" if isinstance(value, int) else
                 "not measured" if math.isnan(value) else f"{value:.2g}")
                for name, value in self.items() if self._applies(name, value)]

    def _applies(self, name: str, value: float) -> bool:
        has_cavity = self._values.get("levels", 1) != 0
        if name in ("levels", "edge_population", "cutoff_effect"):
            return has_cavity
        if name == "residual":
            return not math.isnan(value)
        if name in ("steps", "applies", "energy_error"):
            return self._values.get("stationary_states", 0) == 0
        return value != 0 or name not in ("levels_checked", "excitation_edge", "sampling_error", "stationary_states",
                                          "rejected")

    def _worst_errors(self) -> str:
        """The errors that matter, in one line."""
        words = {"residual": "residual", "integration_error": "integration", "cutoff_effect": "cut-off",
                 "sampling_error": "sampling", "energy_error": "energy balance"}
        return ", ".join(f"{word} {self._values[name]:.2g}" for name, word in words.items()
                         if name in self._values and self._applies(name, self._values[name])
                         and not math.isnan(self._values[name]))

    def __repr__(self) -> str:
        width = max((len(what) for what, _ in self.rows()), default=0)
        return "\n".join(["Certificate"] + [f"  {what:<{width}}  {value}" for what, value in self.rows()])


class Group:
    """Observables that share the word before the dot: ``result.battery.ergotropy``."""

    def __init__(self, result: "Result", prefix: str) -> None:
        self._result = result
        self._prefix = prefix

    def __getattr__(self, name: str) -> np.ndarray:
        full = f"{self._prefix}.{name}"
        if name.startswith("_") or full not in self._result.observables:
            raise AttributeError(f"{full} was not observed; observed are {', '.join(self._result.observables)}")
        return self._result.observables[full]

    def __dir__(self) -> List[str]:
        start = self._prefix + "."
        return [name[len(start):] for name in self._result.observables if name.startswith(start)]

    def __repr__(self) -> str:
        return f"{self._prefix}: {', '.join(self.__dir__())}"


class Result:
    """Numbers of a run, or of every point of a sweep.

    Arrays have the sweep axes first, in the order of the scenario, then time, then the component:
    ``[axes..., time]`` or ``[axes..., time, extra]``. A single run has no axes. What does not exist (points that
    failed, components that a smaller N does not have) is NaN. Arrays may be read-only views; copy them to change
    them.

    Energies and rates are in the unit of the scenario (hbar = 1), times in its inverse, entropies in nats,
    log-negativity in bits.

    Attributes
    ----------
    times : ndarray, [time] or [axes..., time]
        Output times; with axes where they differ between points (a sweep of ``time.until``).
    observables : dict of str to ndarray
        Time series by name. ``result["battery.energy"]`` and ``result.battery.energy`` are the same array.
    measures : dict of str to float or ndarray
        One number a run, by name: float for a single run, [axes...] for a sweep.
    fits : dict of str to dict
        Fits (``fit:`` of the scenario), by name: ``model``, ``formula``, ``x``, ``y``, and the numbers
        ``exponent``, ``exponent_low``, ``exponent_high`` ... (95 % confidence), ``r_squared``, ``points``, each a float
        or an array over the other axes; ``left_out`` has the axes of a measure, and is 0 for points that were used.
    axes : dict of str to ndarray
        Values of the sweep axes, in their order; for an axis of words 0, 1, 2, ...
    labels : dict of str to list of str
        The words of axes that are not plain numbers.
    certificate : Certificate
        How far the numbers can be trusted; the worst over the points.
    warnings : tuple of str
        Warnings; for a sweep each begins with its point.
    errors : dict of tuple to str
        Message of each point that failed, by index.
    cells : int or ndarray of int, [axes...]
        N; 0 at points that failed.
    representation, propagator : str
        How it was computed.
    scenario : str
        The text, settings as comments behind it.
    title, version : str
        Title of the scenario, version of leyden.
    """

    def __init__(self, *, times: np.ndarray, observables: Dict[str, np.ndarray], measures: Dict[str, Any],
                 axes: Dict[str, np.ndarray], labels: Dict[str, List[str]], certificates: np.ndarray,
                 warnings: Tuple[str, ...], errors: Dict[Tuple[int, ...], str], cells: Any, representation: str,
                 propagator: str, blocks: Any, scenario: str, title: str, version: str,
                 fits: Optional[Dict[str, Dict[str, Any]]] = None) -> None:
        self.times = times
        self.observables = observables
        self.measures = measures
        self.fits = fits or {}
        self.axes = axes
        self.labels = labels
        self.warnings = warnings
        self.errors = errors
        self.cells = cells
        self.representation = representation
        self.propagator = propagator
        self.scenario = scenario
        self.title = title
        self.version = version
        self._certificates = certificates  # object array [axes...] of dict or None
        self._blocks = blocks  # object array [axes...] of Blocks or None
        self.certificate = Certificate.worst([part for part in certificates.flat if part is not None])

    # ---- Access

    @property
    def shape(self) -> Tuple[int, ...]:
        """Lengths of the sweep axes; () for a single run."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def is_steady(self) -> bool:
        """Whether this is a steady state: one row, at time infinity."""
        return self.times.size > 0 and not np.any(np.isfinite(self.times))

    @property
    def numbers(self) -> Dict[str, Any]:
        """One number a point: the measures, and the scalar observables of steady states; float or [axes...]."""
        if not self.is_steady:
            return self.measures
        scalars = {name: array[..., 0] if self.axes else float(array[0]) for name, array in self.observables.items()
                   if array.ndim == len(self.axes) + 1}
        return {**scalars, **self.measures}

    @property
    def final_blocks(self) -> "Blocks":
        """Final reduced battery state of a single run: a mapping of two_j to complex128 [two_j + 1, two_j + 1].

        Largest spin first; rows and columns m = -j .. j. The trace of a block is the weight of all copies of its
        spin together, so the traces add up to 1. Use `at` to pick a point of a sweep.
        """
        if self.axes:
            raise ValueError("a sweep has final blocks at each point: result.at(...).final_blocks")
        blocks = self._blocks.item() if self._blocks is not None else None
        if blocks is None:
            raise ValueError("no final battery state was kept")
        return blocks

    @property
    def states(self) -> States:
        """States of the battery at the output times of a single run that observed ``battery.state``.

        ``states[i]`` is the state at ``times[i]``, a mapping of two_j to complex128 [two_j + 1, two_j + 1] with
        ``to_matrix()`` and ``to_qobj()``. Use `at` to pick a point of a sweep.
        """
        if self.axes:
            raise ValueError("a sweep has states at each point: result.at(...).states")
        if "battery.state" not in self.observables:
            raise ValueError("no states were recorded; evolve(..., states=True), or observe battery.state")
        return States(self.observables["battery.state"], int(self.cells))

    def at(self, *index: int, **values: Any) -> "Result":
        """One point of a sweep as a result without axes.

        Parameters
        ----------
        *index : int
            One index an axis, or
        **values
            one value or label an axis, by name (``result.at(N=4)``; for dotted names ``**{"noise.local.emission":
            0.1}``); the nearest value is taken if it agrees to 1e-9.

        Returns
        -------
        Result
        """
        if bool(index) == bool(values) and self.axes:
            raise TypeError("give one index for each axis, or one value for each axis by name")
        if values:
            unknown = set(values) - set(self.axes)
            if unknown or len(values) != len(self.axes):
                raise KeyError(f"the axes are {', '.join(self.axes)}; one value is needed for each")
            index = tuple(self._find(name, values[name]) for name in self.axes)
        if len(index) != len(self.axes):
            raise IndexError(f"{len(index)} indices for {len(self.axes)} axes")
        place = tuple(index)
        for number, length in zip(place, self.shape):
            if not -length <= number < length:
                raise IndexError(f"index {number} on an axis of {length} values")
        place = tuple(number % length for number, length in zip(place, self.shape))

        def single(array: np.ndarray) -> np.ndarray:
            box = np.empty((), dtype=object)
            box[()] = array[place]
            return box

        start = self._place(place)
        cells = int(np.asarray(self.cells)[place])
        widths = {"battery.spin_weights": cells // 2 + 1, "battery.spin_currents": cells // 2 + 1,
                  "battery.populations": cells + 1,
                  "battery.state": (cells + 3) * (cells + 2) * (cells + 1) // 3} if cells else {}
        return Result(
            times=self.times[place] if self.times.ndim > 1 else self.times,
            observables={name: array[place][:, :widths[name]] if name in widths else array[place]
                         for name, array in self.observables.items()},
            measures={name: float(np.asarray(array)[place]) for name, array in self.measures.items()},
            axes={}, labels={}, certificates=single(self._certificates),
            warnings=tuple(line[len(start):] for line in self.warnings if line.startswith(start)),
            errors={(): self.errors[place]} if place in self.errors else {},
            cells=cells, representation=self.representation,
            propagator=self.propagator, blocks=None if self._blocks is None else single(self._blocks), scenario=self.scenario, title=self.title,
            version=self.version)

    def _find(self, name: str, value: Any) -> int:
        if isinstance(value, str) and name in self.labels:
            if value in self.labels[name]:
                return self.labels[name].index(value)
            raise KeyError(f"{name} has {', '.join(self.labels[name])}, not {value}")
        distance = np.abs(self.axes[name] - float(value))
        nearest = int(np.argmin(distance))
        if not distance[nearest] <= 1e-9 * max(1.0, abs(float(value))):
            raise KeyError(f"{name} has {', '.join(map(repr, self.axes[name].tolist()))}, not {value}")
        return nearest

    def _place(self, index: Tuple[int, ...]) -> str:
        if not self.axes:
            return ""
        words = [f"{name} = {self.labels[name][i] if name in self.labels else format(self.axes[name][i], '.6g')}"
                 for name, i in zip(self.axes, index)]
        return ", ".join(words) + ": "

    def __getitem__(self, name: str) -> Any:
        for table in (self.observables, self.measures, self.axes):
            if name in table:
                return table[name]
        if name in ("time", "times"):
            return self.times
        close = name.replace(" ", "")
        for measure, value in self.measures.items():
            if measure.replace(" ", "") == close:
                return value
        raise KeyError(f"{name} is not in this result; it has {', '.join(self.keys())}")

    def keys(self) -> List[str]:
        """Names of all observables and measures.

        Returns
        -------
        list of str
        """
        return [*self.observables, *self.measures]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __contains__(self, name: object) -> bool:
        return name in self.observables or name in self.measures

    def __getattr__(self, name: str) -> Any:
        observables = self.__dict__.get("observables", {})
        if name in observables:
            return observables[name]
        if not name.startswith("_") and any(full.startswith(name + ".") for full in observables):
            return Group(self, name)
        raise AttributeError(f"a result has no {name}; observed are {', '.join(observables) or 'no observables'}")

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *(name.partition(".")[0] for name in self.observables)})

    # ---- Onward

    def _extra(self, name: str) -> str:
        return _EXTRA.get(name, "component")

    def _time_dims(self, dims: List[str]) -> List[str]:
        return [*dims, "time" if self.times.ndim == 1 else "row"]

    def to_xarray(self) -> Any:
        """An ``xarray.Dataset``: dimensions are the axes, ``time`` and the components, with units.

        Where output times differ between points the dimension is ``row`` and ``time`` a coordinate [axes..., row].

        Returns
        -------
        xarray.Dataset
            Observables [axes..., time] or [axes..., time, component], measures [axes...], each with ``units``; the
            certificate and the scenario are attributes.
        """
        import xarray

        dims = list(self.axes)
        series = self._time_dims(dims)
        data: Dict[str, Any] = {}
        for name, array in self.observables.items():
            extra = [self._extra(name)] if array.ndim > len(series) else []
            data[name] = (series + extra, array, {"units": unit_of(name), "long_name": _MEANINGS.get(name, name)})
        for name, value in self.measures.items():
            data[name] = (dims, np.asarray(value), {"units": unit_of(name)})
        coordinates: Dict[str, Any] = {
            name: (name, np.asarray(self.labels.get(name, values))) for name, values in self.axes.items()}
        coordinates["time"] = (["time"] if self.times.ndim == 1 else series, self.times, {"units": "time"})
        attributes: Dict[str, Any] = {"title": self.title, "scenario": self.scenario, "version": self.version,
                      "representation": self.representation, "propagator": self.propagator, **dict(self.certificate)}
        return xarray.Dataset(data, coordinates, attributes)

    def to_pandas(self, what: Optional[str] = None) -> Any:
        """A ``pandas.DataFrame``.

        Parameters
        ----------
        what : {"observables", "measures"}, optional
            Time series, one line for each point and time (index: axes, time), or measures, one line a point
            (index: axes). Default: time series if there are any. An observable with components has columns
            ``NAME[k]``; ``battery.state`` is left out (`states` has it).

        Returns
        -------
        pandas.DataFrame
        """
        import pandas

        what = what or ("observables" if self.observables else "measures")
        if what not in ("observables", "measures"):
            raise ValueError(f"what is {what!r}; it is 'observables' or 'measures'")
        words = [self.labels.get(name, values) for name, values in self.axes.items()]
        if what == "measures":
            columns = {name: np.asarray(value).reshape(-1) for name, value in self.measures.items()}
            if not self.axes:
                return pandas.DataFrame(columns)
            return pandas.DataFrame(columns, index=pandas.MultiIndex.from_product(words, names=list(self.axes))
                                    if len(words) > 1 else pandas.Index(words[0], name=list(self.axes)[0]))
        columns = {}
        n_before = len(self.axes) + 1
        for name, array in self.observables.items():
            if name == "battery.state":
                continue
            if array.ndim == n_before:
                columns[name] = array.reshape(-1)
            else:
                for k in range(array.shape[-1]):
                    columns[f"{name}[{k}]"] = array[..., k].reshape(-1)
        if not self.axes:
            return pandas.DataFrame(columns, index=pandas.Index(self.times, name="time"))
        times = np.broadcast_to(self.times, self.shape + self.times.shape[-1:]).reshape(-1)
        n_times = self.times.shape[-1]
        points = list(itertools.product(*words))
        levels = [np.repeat([point[i] for point in points], n_times) for i in range(len(words))]
        index = pandas.MultiIndex.from_arrays([*levels, times], names=[*self.axes, "time"])
        return pandas.DataFrame(columns, index=index)

    def plot(self, *names: str, ax: Any = None) -> Any:
        """Draws with matplotlib: series over time, measures over a sweep axis, or a map of a measure over two.

        Parameters
        ----------
        *names : str
            Observables or measures. Default: every measure of a sweep, else every scalar observable.
        ax : matplotlib.axes.Axes, optional
            Where to draw; default: the current axes.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from ._figure import draw

        return draw(self, names, ax)

    # ---- For people

    def _summary(self) -> List[Tuple[str, str]]:
        rows = []
        if not self.axes and int(self.cells) > 0:
            rows.append(("cells", str(int(self.cells))))
        for name, values in self.axes.items():
            words = self.labels.get(name) or [format(value, ".6g") for value in values]
            shown = ", ".join(words if len(words) <= 6 else [*words[:3], "...", words[-1]])
            rows.append((name, f"{shown} ({len(words)})"))
        if self.is_steady:
            rows.append(("time", "steady state"))
        elif self.times.size:
            rows.append(("times", f"{np.nanmin(self.times):.6g} to {np.nanmax(self.times):.6g}, "
                                  f"{self.times.shape[-1]}"))
        if self.observables:
            rows.append(("observables", ", ".join(self.observables)))
        for name, value in self.numbers.items():
            unit = unit_of(name)
            unit = "" if unit in ("", "1") else f" ({unit})"
            if np.ndim(value) == 0:
                rows.append((name, f"{value:.10g}{unit}"))
            else:
                rows.append((name, f"{np.nanmin(value):.6g} to {np.nanmax(value):.6g}{unit}"
                             if not np.all(np.isnan(value)) else "nan"))
        for name, fit in self.fits.items():
            first = [key[:-4] for key in fit if key.endswith("_low")][:1]
            if first:
                value, low, high = (np.asarray(fit[first[0] + end]) for end in ("", "_low", "_high"))
                told = (f"{value:.6g} ({low:.4g} to {high:.4g})" if value.ndim == 0 else
                        f"{np.nanmin(value):.6g} to {np.nanmax(value):.6g}" if not np.all(np.isnan(value)) else "nan")
                rows.append((f"fits: {name}", f"{first[0]} {told}, {fit['formula']}"))
        if self.certificate._worst_errors():
            rows.append(("errors at most", self.certificate._worst_errors()))
        if self.errors:
            rows.append(("failed", f"{len(self.errors)} points"))
        return rows

    def __repr__(self) -> str:
        rows = self._summary()
        width = max((len(name) for name, _ in rows), default=0)
        lines = [self.title or "leyden result"] + [f"  {name:<{width}}  {value}" for name, value in rows]
        lines.append(repr(self.certificate))
        lines += [f"warning: {line}" for line in self.warnings]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        from ._figure import page

        return page(self)


# ---- Made from runs of the library -------------------------------------------------------------------------------


def axis_values(key: str, values: Any) -> np.ndarray:
    """Values of a sweep axis: whole numbers for N, float64 otherwise."""
    array = np.array(values, dtype=np.float64)
    return array.astype(int) if key in ("N", "battery.cells") else array


def _view(buffer: Any) -> np.ndarray:
    return np.asarray(memoryview(buffer))


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
        observables = {name: _view(run.series(name)) for name in run.names}
        times, measures, cells = _view(run.times), dict(run.measures), run.cells
    else:
        n_times = max((_view(run.times).shape[0] for run in done), default=0)
        all_times = np.full((len(runs), n_times), np.nan)
        names = done[0].names if done else []
        widths = {name: max(_view(run.series(name)).reshape(n_times, -1).shape[1] for run in done) for name in names}
        vector = {name: any(_view(run.series(name)).ndim == 2 for run in done) for name in names}
        observables = {name: np.full((len(runs), n_times, widths[name]), np.nan) for name in names}
        measures = {name: np.full(len(runs), np.nan) for name in (done[0].measures if done else {})}
        cells = np.zeros(len(runs), dtype=int)
        for i, one in enumerate(runs):
            if one is None:
                continue
            all_times[i] = _view(one.times)
            cells[i] = one.cells
            for name in names:
                series = _view(one.series(name)).reshape(n_times, -1)
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
        times=times, observables=observables, measures=measures, axes=axes, labels=labels,
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
            lines += [result._place(index) + line for line in each.warnings.splitlines() if line]
    result.warnings = tuple(lines)
    return result
