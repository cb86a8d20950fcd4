"""Functions of time written in Python: looked at once, before a run, and kept in the scenario as Chebyshev series.

The library never calls back into Python while it computes: threads stay free of the GIL, and a scenario, or a result
file, holds every number that a run needs (docs/decisions/0006-python-functions.md).
"""

from __future__ import annotations

import inspect
import math
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from ._errors import ArgumentError

_NODES = 16  # of a piece
_TAIL = 3  # last coefficients of a series, which say how well it meets the function
_HALVINGS = 5  # of the whole, at least: what is wider than about 1/500 of it is seen
_DEEPEST = 44  # halvings after which a function does not settle
_PIECES = 20000
_CHECKS = 256  # places at which the whole is looked at again
_ROUNDS = 40
_X = np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)
_TO_SERIES = np.cos(np.pi * np.outer(np.arange(_NODES), np.arange(_NODES) + 0.5) / _NODES) * 2 / _NODES
_TO_SERIES[0] /= 2
_PLACES = np.array([-0.9713, -0.5277, 0.0419, 0.3519, 0.8837])  # between the nodes


class Function:
    """A function of time as leyden keeps it: Chebyshev series on pieces of an interval. Made by `tabulate`.

    Wherever a number may depend on time, a Function may stand in its place. Called, it gives the values that a run
    will see.

    Attributes
    ----------
    begin, end : float
        The interval on which it is known, in units of time.
    breaks : ndarray, [pieces + 1]
        Where the pieces meet.
    chebyshev : list of ndarray, each [terms]
        The series of each piece: sum of c_k T_k(x), x from -1 to 1 on it; in the unit of the function.
    error : float
        Largest distance from the Python function at places that no series was made from, in the unit of the function.
    calls : int
        How often the Python function was called.

    Examples
    --------
    >>> import leyden, math
    >>> pulse = leyden.tabulate(lambda t: math.exp(-(t - 5)**2), until=10)
    >>> pulse.error < 1e-11, abs(float(pulse(5.5)) - math.exp(-0.25)) < 1e-11
    (True, True)
    """

    def __init__(self, breaks: Sequence[float], chebyshev: Sequence[Any], error: float = math.nan,
                 calls: int = 0) -> None:
        self.breaks = np.asarray(breaks, dtype=float)
        self.chebyshev = [np.asarray(series, dtype=float) for series in chebyshev]
        self.error = error
        self.calls = calls

    @property
    def begin(self) -> float:
        """Where it begins, in units of time."""
        return float(self.breaks[0])

    @property
    def end(self) -> float:
        """Where it ends, in units of time."""
        return float(self.breaks[-1])

    def __call__(self, t: Any) -> np.ndarray:
        """Values at the times t, of the shape of t; NaN outside ``begin .. end``."""
        t = np.asarray(t, dtype=float)
        piece = np.clip(np.searchsorted(self.breaks, t, side="right") - 1, 0, len(self.chebyshev) - 1)
        values = np.full(t.shape, np.nan)
        for i in np.unique(piece):
            here = (piece == i) & (t >= self.begin) & (t <= self.end)
            left, right = self.breaks[i], self.breaks[i + 1]
            values[here] = np.polynomial.chebyshev.chebval((2 * t[here] - left - right) / (right - left),
                                                           self.chebyshev[i])
        return values

    def tolist(self) -> Dict[str, Any]:
        """What a scenario holds under ``functions:``.

        Returns
        -------
        dict
            ``{"breaks": [pieces + 1], "chebyshev": [pieces][terms]}``.
        """
        return {"breaks": self.breaks.tolist(), "chebyshev": [series.tolist() for series in self.chebyshev]}

    def __repr__(self) -> str:
        return (f"Function({len(self.chebyshev)} pieces from {self.begin:g} to {self.end:g}, met to {self.error:.1g})")


def _takes(signature: inspect.Signature, *arguments: Any) -> bool:
    try:
        signature.bind(*arguments)
    except TypeError:
        return False
    return True


class _Caller:
    """The function, with what it gives checked; functions of (t, args), as QuTiP has them, get an empty dict."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.calls, self.largest = function, 0, 0.0
        self.more: Tuple[Any, ...] = ()
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            return  # of a function written in C; its call tells
        if not _takes(signature, 0.0):
            self.more = ({},)
            if not _takes(signature, 0.0, {}):
                raise ArgumentError(f"a function of time is called as f(t) or f(t, args); this one takes {signature}",
                                    "function")

    def __call__(self, t: float) -> float:
        self.calls += 1
        try:
            value: Any = self.function(float(t), *self.more)
        except Exception as error:
            error.add_note(f"(in a function of time that leyden called with t = {t:.6g})")
            raise
        try:
            if np.iscomplexobj(value):
                if np.any(np.imag(value) != 0):  # float() of a NumPy number would drop it
                    raise TypeError("complex")
                value = np.real(value)
            number = float(value)
        except (TypeError, ValueError):
            raise ArgumentError(f"a function of time gives {value!r} at t = {t:.6g}; it gives one real number",
                                "function") from None
        if not math.isfinite(number):
            raise ArgumentError(f"a function of time gives {number} at t = {t:.6g}; numbers are finite", "function")
        self.largest = max(self.largest, abs(number))
        return number


class _Piece:
    def __init__(self, f: _Caller, begin: float, end: float) -> None:
        self.begin, self.end = begin, end
        self.t = 0.5 * (begin + end) + 0.5 * (end - begin) * np.concatenate([_X, _PLACES])
        self.y = np.array([f(t) for t in self.t])
        self.series = _TO_SERIES @ self.y[:_NODES]

    def distance(self, t: np.ndarray, y: np.ndarray) -> float:
        x = (2 * t - self.begin - self.end) / (self.end - self.begin)
        return float(np.abs(np.polynomial.chebyshev.chebval(x, self.series) - y).max())

    def meets(self, allowed: float) -> bool:
        return (bool(np.abs(self.series[-_TAIL:]).sum() <= allowed)
                and self.distance(self.t[_NODES:], self.y[_NODES:]) <= allowed)


class _Jump(Exception):
    pass


class _Maker:
    def __init__(self, f: _Caller, tolerance: float, span: float) -> None:
        self.f, self.tolerance, self.narrow, self.made = f, tolerance, 1e-14 * span, 0

    @property
    def allowed(self) -> float:
        return self.tolerance * self.f.largest

    def pieces(self, begin: float, end: float, depth: int, least: int) -> List[_Piece]:
        self.made += 1
        if self.made > _PIECES:
            raise ArgumentError(f"a function of time takes more than {_PIECES} pieces (near t = {begin:.6g}); is it "
                                "noisy? Give values instead: functions: {NAME: {times: [...], values: [...]}}",
                                "function")
        if depth >= least:
            piece = _Piece(self.f, begin, end)
            if piece.meets(self.allowed):
                return [piece]
            if depth >= _DEEPEST or end - begin <= self.narrow:
                if abs(self.f(end) - self.f(begin)) > 1e-3 * self.f.largest:
                    raise _Jump(begin, end)
                return [piece]  # steep, as sqrt(t) at 0, on an interval that counts for nothing
        middle = 0.5 * (begin + end)
        parts = self.pieces(begin, middle, depth + 1, least) + self.pieces(middle, end, depth + 1, least)
        if depth < least and len(parts) == 2:  # one piece where one is enough
            whole = _Piece(self.f, begin, end)
            if whole.meets(self.allowed) and all(whole.distance(p.t, p.y) <= self.allowed for p in parts):
                return [whole]
        return parts


def _locate(f: _Caller, begin: float, end: float) -> float:
    """Where a function jumps between two times, to the last bit: the first number behind the jump."""
    a, b = begin, end
    left, right = f(a), f(b)
    while a < 0.5 * (a + b) < b:
        middle = 0.5 * (a + b)
        here = f(middle)
        if abs(here - left) > abs(right - here):
            b, right = middle, here
        else:
            a, left = middle, here
    return b


def tabulate(function: Callable[..., Any], until: float, begin: float = 0.0, *, breaks: Sequence[float] = (),
             tolerance: float = 1e-11) -> Function:
    """A Python function of time as leyden can use it.

    The function is met by Chebyshev series on pieces that are halved until each agrees with it, at places that the
    series was not made from as well. Jumps are located to the last bit. What is narrower than about 1/500 of the
    interval may be missed unless a break lies in it. Batteries and scenarios written as dicts do this by themselves
    with any function that they are given.

    Parameters
    ----------
    function : callable
        ``function(t)``, or ``function(t, args)`` as QuTiP has it: one real number.
    until : float
        End of the interval, in units of time: that of the run, or later.
    begin : float
        Its begin.
    breaks : sequence of float
        Times at which a piece must end: kinks and jumps, if they are known; ends of narrow features.
    tolerance : float
        Distance allowed, as part of the largest value.

    Returns
    -------
    Function
        Its ``error`` is the largest distance found.

    Raises
    ------
    ArgumentError
        A value that is no real number; a function that no series meets, because it is noisy.

    Examples
    --------
    >>> import leyden
    >>> ramp = leyden.tabulate(lambda t: 0.2 if t < 3 else 0.5, until=10)
    >>> ramp.breaks.tolist(), ramp.error
    ([0.0, 3.0, 10.0], 0.0)
    """
    if not callable(function):
        raise TypeError(f"a function of time is callable, not {type(function).__name__}")
    begin, until = float(begin), float(until)
    if not (math.isfinite(begin) and math.isfinite(until) and begin < until):
        raise ArgumentError(f"a function from {begin:g} to {until:g}; the end is finite and comes after the begin",
                            "until")
    if not 1e-14 <= tolerance < 1:
        raise ArgumentError(f"tolerance {tolerance:g}; it is 1e-14 or larger, and below 1", "tolerance")
    f = _Caller(function)
    grid = np.linspace(begin, until, _CHECKS)
    values = np.array([f(t) for t in grid])
    inner = sorted({float(b) for b in breaks if begin < b < until})
    random = np.random.default_rng(1)
    for _ in range(_ROUNDS):
        maker = _Maker(f, tolerance, max(abs(begin), abs(until)))
        ends = [begin, *inner, until]
        pieces: List[_Piece] = []
        try:
            for a, b in zip(ends, ends[1:]):
                pieces += maker.pieces(a, b, 0, max(0, _HALVINGS - len(inner)))
        except _Jump as jump:
            place = _locate(f, *jump.args)
            if place in inner or len(inner) >= 4096:
                raise ArgumentError(f"a function of time does not settle near t = {place:.6g}; is it noisy? Give "
                                    "values instead: functions: {NAME: {times: [...], values: [...]}}",
                                    "function") from None
            inner = sorted({*inner, place})
            continue
        made = Function([begin, *(p.end for p in pieces)], [_shortened(p.series, maker.allowed) for p in pieces])
        t = np.concatenate([grid[1:-1], random.uniform(begin, until, _CHECKS)])
        y = np.concatenate([values[1:-1], [f(x) for x in t[_CHECKS - 2:]]])
        distance = np.abs(made(t) - y)
        beside = np.min(np.abs(t[:, None] - made.breaks[None, :]), axis=1) <= 4e-16 * max(abs(begin), abs(until))
        distance[beside] = 0  # at a break the value of either side is right
        for p in pieces:
            if p.meets(maker.allowed):
                distance = np.append(distance, np.abs(made(p.t[_NODES:]) - p.y[_NODES:]))
        worst = int(np.argmax(distance))
        if distance[worst] <= 2 * maker.allowed or worst >= t.size:
            made.error, made.calls = float(distance[worst]), f.calls
            return made
        inner = sorted({*inner, float(t[worst])})  # something narrow is there
    raise ArgumentError(f"a function of time has more jumps or narrow features than can be found, the last near "
                        f"t = {inner[-1]:.6g}; is it noisy? Give breaks to leyden.tabulate, or values in its place",
                        "function")


def _shortened(series: np.ndarray, allowed: float) -> np.ndarray:
    """Without last terms that do not count."""
    beyond = np.cumsum(np.abs(series[::-1]))[::-1]
    keep = int(np.count_nonzero(beyond > 1e-2 * allowed))
    return series[:max(keep, 1)]


# ---- In scenarios --------------------------------------------------------------------------------------------------


def _end(scenario: Mapping[str, Any], sweep: Optional[Mapping[str, Any]]) -> Optional[float]:
    """The latest time of a run; None where that is an expression, or not there."""
    time = scenario.get("time")
    candidates: List[Any] = []
    if isinstance(time, Mapping):
        candidates += [time["until"]] if "until" in time else []
        candidates += list(np.ravel(np.asarray(time["values"], dtype=object))) if "values" in time else []
    for axes in (scenario.get("sweep"), sweep):
        values = axes.get("time.until") if isinstance(axes, Mapping) else None
        if isinstance(values, Mapping):
            values = [values.get("from"), values.get("to")]
        if values is not None:
            candidates = [*candidates, *values] if time and "values" in time else list(values)
    try:
        return max(float(value) for value in candidates)
    except (TypeError, ValueError):
        return None


def _is_function(value: Any) -> bool:
    return callable(value) and not hasattr(value, "full")  # a Qobj can be called, on states


def _found(value: Any, path: Tuple[str, ...]) -> Iterator[Tuple[str, ...]]:
    """Paths at which functions stand in a scenario."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _found(item, (*path, str(key)))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _found(item, path)
    elif _is_function(value):
        yield path


def has_functions(value: Any) -> bool:
    """Whether a function of Python stands anywhere in it."""
    return next(_found(value, ()), None) is not None


def with_functions(scenario: Mapping[str, Any], sweep: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
    """A scenario in which every function of Python has become a name under ``functions``."""
    if not has_functions(scenario):
        return dict(scenario)
    until = _end(scenario, sweep)
    made: Dict[int, Tuple[str, Function]] = {}
    taken = set(scenario.get("functions") or {}) | set(scenario.get("parameters") or {})

    def table(function: Any, path: Tuple[str, ...]) -> Function:
        if isinstance(function, Function):
            return function
        if until is None or not until > 0:
            where = ".".join(path)
            if "time" not in scenario:
                raise ArgumentError(f"{where} is a Python function of time, and the scenario has no time; a steady "
                                    "state and a spectrum take constant numbers", where)
            raise ArgumentError(f"{where} is a Python function, and the scenario has no end in plain numbers; give "
                                "time.until as a number, or leyden.tabulate(function, until)", where)
        try:
            return tabulate(function, until)
        except ArgumentError as error:
            error.where = ".".join(path)
            raise

    def name_of(function: Any, path: Tuple[str, ...]) -> str:
        if id(function) not in made:
            base = "f_" + "_".join(path).replace(".", "_")[-30:]
            name, k = base, 1
            while name in taken:
                name, k = f"{base}_{k}", k + 1
            taken.add(name)
            made[id(function)] = (name, table(function, path))
        return made[id(function)][0]

    def replaced(value: Any, path: Tuple[str, ...]) -> Any:
        if isinstance(value, Mapping):
            if path == ("functions",):
                return {str(key): table(item, (*path, str(key))).tolist() if _is_function(item) else item
                        for key, item in value.items()}
            return {str(key): replaced(item, (*path, str(key))) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [replaced(item, path) for item in value]
        return f"{name_of(value, path)}(t)" if _is_function(value) else value

    result: Dict[str, Any] = replaced(scenario, ())
    if made:
        result["functions"] = {**(result.get("functions") or {}),
                               **{name: function.tolist() for name, function in made.values()}}
    return result
