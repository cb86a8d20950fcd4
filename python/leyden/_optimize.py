"""`optimize:` of a scenario: the search, and what it found."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Dict, Mapping, Optional, Sequence

import numpy as np

from ._errors import ArgumentError
from ._file import open as open_result
from ._result import Result
from ._run import Path, Watch
from ._scenario import ScenarioLike, errors_about, open_scenario
from ._words import jobs_of, list_of, optional


class Optimum:
    """What `optimize` found.

    Attributes
    ----------
    value : float
        The objective at the best evaluation; NaN where none meets the conditions.
    variables : dict of str to float
        The variables there.
    run : Result or None
        The best run: its series and measures.
    evaluations : Result
        Every evaluation, along the axis ``evaluation``: the variables by name, ``objective``, ``constraint_1``, ...
        (0 or less: fulfilled), and the measures, each [evaluation]; the series are [evaluation, time].
    finished : bool
        Whether the search has come to its end.
    """

    def __init__(self, evaluations: Result, best: int, n_variables: int, finished: bool) -> None:
        self.evaluations = evaluations
        self.finished = finished
        names = list(evaluations.measures)[:n_variables]
        self.run: Optional[Result] = evaluations.at(best) if best >= 0 else None
        self.value = float(evaluations.measures["objective"][best]) if best >= 0 else float("nan")
        self.variables: Dict[str, float] = {
            name: float(evaluations.measures[name][best]) if best >= 0 else float("nan") for name in names}

    def __repr__(self) -> str:
        found = ", ".join(f"{name}={value:.8g}" for name, value in self.variables.items())
        return f"Optimum(value={self.value:.8g}, {found}; {len(self.evaluations.axes['evaluation'])} evaluations)"


def _read(path: str) -> Optimum:
    result = open_result(path)
    h5py = optional("h5py", "reading a result file")
    with h5py.File(path, "r", swmr=True) as file:
        if "goal" not in file.attrs:
            raise ArgumentError(f"{path} holds no optimisation", "output")
        best, n, finished = (int(file.attrs[name]) for name in ("best", "variables", "finished"))
        done = int(np.count_nonzero(file["status"][()]))
    result.measures = {name: values[:done] for name, values in result.measures.items()}
    result.observables = {name: values[:done] for name, values in result.observables.items()}
    result.axes = {"evaluation": result.axes["evaluation"][:done]}
    result._certificates = result._certificates[:done]
    result.cells = np.asarray(result.cells)[:done]
    return Optimum(result, best, n, bool(finished))


def optimize(scenario: ScenarioLike, *, maximize: Optional[str] = None, minimize: Optional[str] = None,
             over: Optional[Mapping[str, Any]] = None, subject_to: Optional[Sequence[str]] = None,
             method: Optional[str] = None, evaluations: Optional[int] = None, tolerance: Optional[float] = None,
             seed: Optional[int] = None, settings: Optional[Mapping[str, Any]] = None, jobs: Optional[int] = None,
             output: Optional[Path] = None, resume: bool = False, overwrite: bool = False,
             watch: Optional[Watch] = None, steady: bool = False, **overrides: Any) -> Optimum:
    """Looks for the parameters, in bounds, that make a formula of measures largest or smallest.

    What is not given is taken from ``optimize:`` of the scenario. See ``docs/optimisation.md``.

    Parameters
    ----------
    scenario : str, path or mapping
        As for `run`.
    maximize, minimize : str
        One of them: ``"final(battery.ergotropy)"``, arithmetic of measures and parameters.
    over : mapping of str to (float, float) or mapping
        Bounds of parameters and dotted keys: ``{"delta": [0, 2], "kappa": {"from": 1e-3, "to": 1, "scale": "log"}}``.
    subject_to : sequence of str
        Conditions: ``["a^2 + b^2 <= 1"]``.
    method : str
        ``auto``, ``global``, ``local``, ``direct``, ``crs``, ``isres``, ``bobyqa``, ``cobyla``, ``simplex``.
    evaluations : int
        Runs at most.
    tolerance : float
        How well a variable is to be found, as part of its bounds.
    seed : int
        Of the methods that draw at random.
    jobs : int, optional
        Threads of each run; default: one for each processor core.
    output : path, optional
        Result file in which every evaluation is kept; default: one that is removed afterwards.
    resume, overwrite, settings, watch, steady, **overrides
        As for `run`.

    Returns
    -------
    Optimum

    Raises
    ------
    ScenarioError, NumericError, OutOfMemoryError, FileError, FormatError, Stopped, UnsupportedError
        As for `run`; h5py is needed.

    Examples
    --------
    >>> import leyden
    >>> found = leyden.optimize({"parameters": {"omega": 1},
    ...                          "battery": {"cells": 2, "frequency": 0, "energy_frequency": 1},
    ...                          "drive": {"battery": "omega"}, "time": {"until": 1, "points": 2}},
    ...                         maximize="final(battery.energy)", over={"omega": [0, 5]}, evaluations=100)
    >>> print(f"{found.value:.4f} at {found.variables['omega']:.2f}")
    2.0000 at 3.14
    """
    for formula, goal in ((maximize, "maximize"), (minimize, "minimize")):
        if formula is not None and not isinstance(formula, str):
            raise TypeError(f"{goal} is a formula of measures, as 'max(battery.ergotropy)', not a "
                            f"{type(formula).__name__}")
    threads = jobs_of(jobs)
    if maximize is not None and minimize is not None:
        raise ArgumentError("maximize and minimize; give one of them", "minimize")
    conditions = None if subject_to is None else list_of(subject_to, "subject_to", '["a + b <= 1"]')
    asked: Dict[str, Any] = {"maximize": maximize, "minimize": minimize, "over": over, "subject_to": conditions,
                             "method": method,
                             "evaluations": evaluations, "tolerance": tolerance, "seed": seed}
    given = {f"optimize.{key}": value for key, value in asked.items() if value is not None}
    handle = open_scenario(scenario, {**given, **(settings or {})}, None, overrides, steady)
    told = watch or (lambda fraction: False)

    def search(path: str) -> Optimum:
        with errors_about(scenario):
            handle.study(path, jobs=threads, resume=resume, overwrite=overwrite, optimize=True,
                         watch=None if watch is None else lambda fraction, whole: told(fraction))
        return _read(path)

    if output is not None:
        return search(os.fspath(output))
    if resume or overwrite:
        raise ArgumentError("resume and overwrite belong to a result file; say output=...", "output")
    with tempfile.TemporaryDirectory(prefix="leyden-") as folder:
        return search(os.path.join(folder, "search.h5"))
