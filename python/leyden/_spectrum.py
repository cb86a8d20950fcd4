"""How fast everything relaxes: the slowest eigenvalues of the generator."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from ._errors import ArgumentError
from ._run import Watch
from ._scenario import ScenarioLike, errors_about, open_scenario


class Spectrum:
    """The slowest eigenvalues of a generator L, sector by sector of its symmetry.

    A mode with the eigenvalue lambda goes like exp(lambda t): it decays at the rate -Re lambda and turns at Im lambda,
    both in the unit of the rates. Of a charge and its opposite, whose eigenvalues are conjugates, the first is here.

    Attributes
    ----------
    gap : float
        Slowest relaxation rate: smallest -Re of the eigenvalues that are not zero; NaN if there is none.
    sectors : dict of str to ndarray, complex128 [at most wanted]
        Eigenvalues of each sector, slowest first.
    residuals : dict of str to ndarray, float64
        Frobenius norm of ``L x - lambda x`` for each, x of norm 1.
    dimensions : dict of str to int
        How many numbers a sector has.
    levels : int
        Fock levels used; 0 without cavity.
    """

    def __init__(self, gap: float, levels: int,
                 sectors: List[Tuple[str, int, List[Tuple[float, float, float]]]]) -> None:
        self.gap = gap
        self.levels = levels
        self.sectors: Dict[str, np.ndarray] = {}
        self.residuals: Dict[str, np.ndarray] = {}
        self.dimensions: Dict[str, int] = {}
        for name, dimension, values in sectors:
            table = np.array(values, dtype=float).reshape(-1, 3)
            self.sectors[name] = table[:, 0] + 1j * table[:, 1]
            self.residuals[name] = table[:, 2].copy()
            self.dimensions[name] = dimension

    @property
    def eigenvalues(self) -> np.ndarray:
        """All of them, complex128, slowest first."""
        values = np.concatenate([np.zeros(0, dtype=complex), *self.sectors.values()])
        return values[np.argsort(-values.real, kind="stable")]

    def __repr__(self) -> str:
        width = max((len(name) for name in self.sectors), default=0)
        lines = [f"Spectrum: gap {self.gap:.8g}" + (f", {self.levels} Fock levels" if self.levels else "")]
        for name, values in self.sectors.items():
            lines.append(f"  {name:<{width}}  " + ", ".join(f"{value:.5g}" for value in values[:4])
                         + (", ..." if len(values) > 4 else ""))
        return "\n".join(lines)


def spectrum(scenario: ScenarioLike, wanted: int = 6, *, settings: Optional[Mapping[str, Any]] = None,
             watch: Optional[Watch] = None, **overrides: Any) -> Spectrum:
    """The slowest eigenvalues of the generator of a scenario, as ``leyden spectrum``.

    What is observed and how it starts is not looked at; numbers do not depend on time. See
    ``docs/theory/spectrum.md``.

    Parameters
    ----------
    scenario : str, path or mapping
        As for `run`, without a sweep.
    wanted : int
        Eigenvalues of each sector, 1 .. 1000.
    settings, watch, **overrides
        As for `run`.

    Returns
    -------
    Spectrum

    Raises
    ------
    ScenarioError, NumericError, OutOfMemoryError, Stopped
        As for `run`.

    Examples
    --------
    >>> import leyden
    >>> s = leyden.spectrum({"battery": {"cells": 2, "frequency": 1}, "noise": {"local": {"emission": 0.5}}})
    >>> round(s.gap, 9)  # coherences decay at half the rate of energies
    0.25
    """
    if watch is not None and not callable(watch):
        raise TypeError("watch must be callable: watch(fraction) -> true to stop")
    handle = open_scenario(scenario, settings, None, overrides, 2)
    if handle.points != 1:
        raise ArgumentError(f"a sweep of {handle.points} points; a spectrum is of one", "sweep")
    told = watch or (lambda fraction: False)
    with errors_about(scenario):
        return Spectrum(*handle.spectrum(
            wanted, None if watch is None else lambda t, until: told(t / until if until else 1.0)))
