"""What a run or a sweep gives: arrays with names, a certificate, and ways onward (`_tables`, `_figure`)."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from ._certificate import Certificate
from ._observables import TABLE, width_of
from ._states import Blocks, States
from ._words import did_you_mean


def axis_values(key: str, values: Any) -> np.ndarray:
    """Values of a sweep axis: whole numbers for N, float64 otherwise."""
    array = np.array(values, dtype=np.float64)
    return array.astype(int) if key in ("N", "battery.cells") else array


class Group:
    """Observables that share the word before the dot: ``result.battery.ergotropy``."""

    def __init__(self, result: "Result", prefix: str) -> None:
        self._result = result
        self._prefix = prefix

    def __getattr__(self, name: str) -> np.ndarray:
        full = f"{self._prefix}.{name}"
        if name.startswith("_") or full not in self._result.observables:
            meant = "" if full in TABLE else did_you_mean(full, self._result.observables)
            raise AttributeError(f"{full} was not observed{meant}; observed are {', '.join(self._result.observables)}")
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
    units : dict of str to str
        Unit of each observable and measure: ``energy``, ``time``, ``energy/time``, ``nats``, ``bits``, ``1``; empty for
        formulas of your own.
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
        N; 0 at points that failed, and where a result file does not tell (its scenario does).
    representation, propagator : str
        How it was computed.
    scenario : str
        The text, settings as comments behind it.
    title, version : str
        Title of the scenario, version of leyden.
    """

    def __init__(self, *, times: np.ndarray, observables: Dict[str, np.ndarray], measures: Dict[str, Any],
                 units: Dict[str, str], axes: Dict[str, np.ndarray], labels: Dict[str, List[str]],
                 certificates: np.ndarray, warnings: Tuple[str, ...], errors: Dict[Tuple[int, ...], str],
                 cells: Any, representation: str, propagator: str, blocks: Any, scenario: str, title: str, version: str,
                 fits: Optional[Dict[str, Dict[str, Any]]] = None) -> None:
        self.times = times
        self.observables = observables
        self.measures = measures
        self.units = units
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
        if not self.axes and (index or values):
            raise IndexError("this is one run; it has no axes to choose from")
        if bool(index) == bool(values) and self.axes:
            raise TypeError("give one index for each axis, or one value for each axis by name")
        if values:
            unknown = set(values) - set(self.axes)
            if unknown or len(values) != len(self.axes):
                raise KeyError(f"the axes are {', '.join(self.axes)}; one value is needed for each")
            index = tuple(self._find(name, values[name]) for name in self.axes)
        if len(index) != len(self.axes):
            raise IndexError(f"{len(index)} indices; the axes are {', '.join(self.axes)}")
        try:
            place = tuple(number.__index__() for number in index)
        except AttributeError:
            raise TypeError(f"an index is a whole number, not {index}; values are given by name") from None
        for number, length in zip(place, self.shape):
            if not -length <= number < length:
                raise IndexError(f"index {number} on an axis of {length} values")
        place = tuple(number % length for number, length in zip(place, self.shape))

        def single(array: np.ndarray) -> np.ndarray:
            box = np.empty((), dtype=object)
            box[()] = array[place]
            return box

        start = self._line(place, "")
        cells = int(np.asarray(self.cells)[place])
        widths = {name: width_of(name, cells) for name in self.observables if cells}
        return Result(
            times=self.times[place] if self.times.ndim > 1 else self.times,
            observables={name: array[place][:, :widths[name]] if widths.get(name) else array[place]
                         for name, array in self.observables.items()},
            measures={name: float(np.asarray(array)[place]) for name, array in self.measures.items()},
            units=self.units, axes={}, labels={}, certificates=single(self._certificates),
            warnings=tuple(line[len(start):] for line in self.warnings if line.startswith(start)),
            errors={(): self.errors[place]} if place in self.errors else {},
            cells=cells, representation=self.representation, propagator=self.propagator,
            blocks=None if self._blocks is None else single(self._blocks), scenario=self.scenario, title=self.title,
            version=self.version)

    def _find(self, name: str, value: Any) -> int:
        if isinstance(value, str) and value in self.labels.get(name, ()):
            return self.labels[name].index(value)
        try:
            wanted = float(value)
        except (TypeError, ValueError):
            wanted = np.nan
        distance = np.abs(self.axes[name] - wanted)
        nearest = int(np.argmin(distance))
        if not distance[nearest] <= 1e-9 * max(1.0, abs(wanted)):
            has = self.labels.get(name) or map(repr, self.axes[name].tolist())
            raise KeyError(f"{name} has {', '.join(has)}, not {value}")
        return nearest

    def _place(self, index: Sequence[int]) -> str:
        """``N = 4, gamma = 0.1`` for the indices of the first axes; nothing for a single run."""
        words = (self.labels[name][i] if name in self.labels else format(self.axes[name][i], ".6g")
                 for name, i in zip(self.axes, index))
        return ", ".join(f"{name} = {word}" for name, word in zip(self.axes, words))

    def _line(self, index: Sequence[int], text: str) -> str:
        """What is said of a point, behind its place."""
        place = self._place(index)
        return f"{place}: {text}" if place else text

    def __getitem__(self, name: str) -> Any:
        if name in self.axes:
            return self.axes[name]
        if name in ("time", "times"):
            return self.times
        full = self._key(name)
        return self.observables[full] if full in self.observables else self.measures[full]

    def _key(self, name: str) -> str:
        """The observable or measure meant, blanks apart; says what there is when there is no such one."""
        close = str(name).replace(" ", "")
        for key in self.keys():
            if key.replace(" ", "") == close:
                return key
        raise KeyError(f"{name} is not in this result{did_you_mean(str(name), self.keys())}; it has "
                       f"{', '.join(self.keys()) or 'no observables'}")

    def keys(self) -> List[str]:
        """Names of all observables and measures.

        Returns
        -------
        list of str
        """
        return [*self.observables, *self.measures]

    def items(self) -> List[Tuple[str, Any]]:
        """Names and arrays of all observables and measures.

        Returns
        -------
        list of (str, ndarray or float)
        """
        return [(name, self[name]) for name in self.keys()]

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
        names = [key for key in (*self.__dict__, *vars(type(self)), *(full.partition(".")[0] for full in observables))
                 if not key.startswith("_")]
        raise AttributeError(f"a result has no {name}{did_you_mean(name, names)}; observed are "
                             f"{', '.join(observables) or 'no observables'}")

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *(name.partition(".")[0] for name in self.observables)})

    # ---- Onward

    def to_xarray(self) -> Any:
        """An ``xarray.Dataset``: dimensions are the axes, ``time`` and the components, with units.

        Where output times differ between points the dimension is ``row`` and ``time`` a coordinate [axes..., row].

        Returns
        -------
        xarray.Dataset
            Observables [axes..., time] or [axes..., time, component], measures [axes...], each with ``units``; the
            certificate and the scenario are attributes.
        """
        from ._tables import dataset

        return dataset(self)

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
        from ._tables import frame

        return frame(self, what)

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
            unit = self.units[name]
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
