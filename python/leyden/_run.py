"""Running scenarios: in memory, or into a result file."""

from __future__ import annotations

import os
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from . import _leyden
from ._errors import ArgumentError, Error, NumericError, OutOfMemoryError, Stopped
from ._gather import gather
from ._result import Result
from ._scenario import ScenarioLike, errors_about, open_scenario
from ._words import jobs_of

Watch = Callable[[float], Any]
Path = Union[str, "os.PathLike[str]"]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run_points(handle: _leyden.Scenario, jobs: int, watch: Optional[Watch]) -> Result:
    """Every point, at most `jobs` at once. Points that fail for numerical reasons leave the others alone."""
    n = handle.points
    told = watch or (lambda fraction: False)
    runs: List[Optional[_leyden.Run]] = [None] * n
    errors: Dict[int, Error] = {}
    hungry: List[int] = []  # points without memory beside others: they run alone, later
    done = 0
    if n == 1:
        runs[0] = handle.run(0, None if watch is None else lambda t, until: told(t / until if until else 1.0))
    elif jobs == 1:
        hungry = list(range(n))
    else:
        stop = threading.Event()

        def one(point: int) -> _leyden.Run:
            return handle.run(point, lambda t, until: stop.is_set())

        with ThreadPoolExecutor(min(jobs, n), thread_name_prefix="leyden") as pool:
            places: Dict["Future[_leyden.Run]", int] = {pool.submit(one, point): point for point in range(n)}
            waiting = set(places)
            try:
                while waiting:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in finished:
                        point = places[future]
                        try:
                            runs[point] = future.result()
                        except OutOfMemoryError:
                            hungry.append(point)
                        except NumericError as error:
                            errors[point] = error
                        done += 1
                    if told(done / n):
                        raise Stopped(f"stopped; {done} of {n} points were done")
            except BaseException:  # Ctrl-C too: nothing new begins, running points end as soon as they look up
                stop.set()
                for future in waiting:
                    future.cancel()
                raise
    for count, point in enumerate(sorted(hungry)):
        def share(t: float, until: float, count: int = count) -> Any:
            return told((count + (t / until if until else 1.0)) / n)

        try:
            runs[point] = handle.run(point, share)
        except NumericError as error:
            errors[point] = error
    if errors and n == 1:
        raise errors[0]
    if errors:
        result = gather(handle, runs, {point: str(error) for point, error in errors.items()})
        first = min(errors)
        place = tuple(result.errors)[list(errors).index(first)]
        failure = NumericError(f"{len(errors)} of {n} points failed; the first, "
                               + result._line(place, errors[first].message), errors[first].where)
        failure.result = result
        raise failure
    return gather(handle, runs, {})


def _shard(shard: Any) -> Tuple[int, int]:
    try:
        part, parts = shard
        return part.__index__(), parts.__index__()
    except (AttributeError, TypeError, ValueError):
        raise TypeError(f"shard is (i, n), part i of n from 1 on, not {shard!r}") from None


def run(scenario: ScenarioLike, *, sweep: Optional[Mapping[str, Any]] = None,
        settings: Optional[Mapping[str, Any]] = None, jobs: Optional[int] = None, output: Optional[Path] = None,
        resume: bool = False, overwrite: bool = False, shard: Optional[Sequence[int]] = None,
        watch: Optional[Watch] = None, steady: bool = False, **overrides: Any) -> Result:
    """Runs a scenario: one time evolution, or with sweep axes every point of the sweep.

    Parameters
    ----------
    scenario : str, path or mapping
        Name of a scenario file, its YAML text, or the same as a dict. See ``leyden.help("scenario")``.
    sweep : mapping of str to sequence, optional
        Axes: any parameter, ``N``, or any dotted key. Values are numbers, expressions, states, or
        ``{"from": a, "to": b, "points": n, "scale": "log"}``. Replaces axes of the same name in the scenario.
    settings : mapping of str to value, optional
        Keys to replace or add, by dotted name: ``{"noise.local.emission": 0.1}``.
    jobs : int, optional
        Points computed at once; default: one for each processor core.
    output : path, optional
        Writes a result file (HDF5) while it computes, and reads the result from it (needs h5py). What is finished
        survives an interruption.
    resume, overwrite : bool
        With `output`: go on with the file that is there; replace even a file with unfinished work.
    shard : (int, int), optional
        With `output`: part i of n of the sweep, counted from 1; `merge` puts the parts together.
    watch : callable, optional
        ``watch(fraction)`` is called now and then; a true answer stops with `Stopped`.
    steady : bool
        The steady state(s) instead of an evolution: `steady` says more.
    **overrides
        Keys to replace or add: ``N=4``, ``kappa=0.1``; two underscores stand for a dot
        (``noise__local__emission=0.1``).

    Returns
    -------
    Result

    Raises
    ------
    ScenarioError
        The scenario says something that cannot be; nothing was computed. Has ``where``, ``line``, ``column``.
    NumericError
        A run failed; for a sweep ``error.result`` holds what was finished.
    OutOfMemoryError, FileError, FormatError, Stopped
        As their names say.
    KeyboardInterrupt
        Ctrl-C stops running work cleanly.

    Examples
    --------
    >>> import leyden
    >>> r = leyden.run({"battery": {"cells": 2, "frequency": 1, "state": "excited"},
    ...                 "noise": {"local": {"emission": 0.5}},
    ...                 "time": {"until": 2, "points": 5}, "observe": ["battery.energy"]})
    >>> print(f"{r.battery.energy[-1]:.4f}")
    0.7358
    """
    jobs = jobs_of(jobs)
    if watch is not None and not callable(watch):
        raise TypeError("watch must be callable: watch(fraction) -> true to stop")
    handle = open_scenario(scenario, settings, sweep, overrides, steady)
    if output is None:
        if resume or overwrite or shard is not None:
            raise ArgumentError("resume, overwrite and shard belong to a result file; say output=...", "output")
        with errors_about(scenario):
            return _run_points(handle, jobs or _cores(), watch)
    from ._file import open as open_result

    path = os.fspath(output)
    told = watch or (lambda fraction: False)
    part, parts = (0, 0) if shard is None else _shard(shard)
    with errors_about(scenario):
        handle.study(path, jobs=jobs, shard=part, shards=parts, resume=resume, overwrite=overwrite,
                     watch=None if watch is None else lambda fraction, whole: told(fraction))
    return open_result(path)


def steady(scenario: ScenarioLike, **arguments: Any) -> Result:
    """The steady state of a scenario, at every point of its sweep, instead of an evolution.

    The scenario needs no ``time``, constant numbers everywhere, and no measure but ``final(X)``. Where the noise
    leaves more than one steady state, ``battery.state`` tells which one is reached. See ``docs/theory/steady.md``.

    Parameters
    ----------
    scenario, **arguments
        As for `run`.

    Returns
    -------
    Result
        One row, at time infinity; ``certificate.residual`` and ``certificate.stationary_states`` say how good and
        how many.
    """
    return run(scenario, steady=True, **arguments)


def plan(scenario: ScenarioLike, *, sweep: Optional[Mapping[str, Any]] = None,
         settings: Optional[Mapping[str, Any]] = None, steady: bool = False, **overrides: Any) -> str:
    """What `run` would do, as text: representation, stored numbers, memory, cost, rates. Computes nothing.

    Parameters
    ----------
    scenario, sweep, settings, steady, **overrides
        As for `run`, and so are the errors.

    Returns
    -------
    str
    """
    return open_scenario(scenario, settings, sweep, overrides, steady).plan()


def check(scenario: ScenarioLike, *, sweep: Optional[Mapping[str, Any]] = None,
          settings: Optional[Mapping[str, Any]] = None, steady: bool = False, **overrides: Any) -> int:
    """Checks all of a scenario, every sweep point included; computes nothing.

    Parameters
    ----------
    scenario, sweep, settings, steady, **overrides
        As for `run`.

    Returns
    -------
    int
        How many points it has.

    Raises
    ------
    ScenarioError
        The scenario says something that cannot be.
    """
    return open_scenario(scenario, settings, sweep, overrides, steady).points
