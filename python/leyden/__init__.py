"""leyden: open collective quantum batteries, N identical two-level cells and at most one cavity mode.

The C library does all the work; this module builds scenarios and hands out results. hbar = 1; frequencies and rates
share one unit, times are in its inverse.

>>> import leyden
>>> battery = leyden.Battery(cells=2, state="excited", emission=0.5)
>>> r = battery.evolve([0, 1, 2])
>>> [round(energy, 4) for energy in r.battery.energy.tolist()]
[2.0, 1.2131, 0.7358]

`run` runs a scenario (a file, a YAML text, a dict); `Battery` and `Cavity` write one for you; `open` reads a result
file. ``leyden.qutip`` speaks the language of QuTiP's PIQS.
"""

from __future__ import annotations

from typing import List

from . import _leyden
from ._certificate import Certificate
from ._errors import (ArgumentError, Error, FileError, FormatError, NumericError, OutOfMemoryError, ScenarioError,
                      Stopped, UnsupportedError)
from ._file import csv, merge, open, plot, table
from ._functions import Function, tabulate
from ._objects import Battery, Cavity
from ._observables import Observable, observables
from ._optimize import Optimum, optimize
from ._result import Group, Result
from ._run import check, plan, run, steady
from ._scenario import to_yaml
from ._spectrum import Spectrum, spectrum
from ._states import Blocks, States

__version__ = _leyden.version()

__all__ = [
    "ArgumentError", "Battery", "Blocks", "Cavity", "Certificate", "Error", "FileError", "FormatError", "Function",
    "Group", "NumericError", "Observable", "Optimum", "OutOfMemoryError", "Result", "ScenarioError", "Spectrum",
    "States", "Stopped", "UnsupportedError", "check", "csv", "help", "help_topics", "merge", "observables", "open",
    "optimize", "plan", "plot", "run", "spectrum", "steady", "table", "tabulate", "to_yaml",
]


def __dir__() -> List[str]:
    """What there is for people, for tab completion."""
    return sorted([*__all__, "__version__", "qutip"])


def help_topics() -> List[str]:
    """Topics of `help`.

    Returns
    -------
    list of str
    """
    return _leyden.help_topics()


def help(topic: str = "scenario") -> str:
    """Text of a help topic, that of ``leyden help TOPIC``.

    Parameters
    ----------
    topic : str
        ``scenario``, ``observables``, ``measures``, ``expressions`` or ``conventions``.

    Returns
    -------
    str

    Raises
    ------
    ArgumentError
        Unknown topic.
    """
    return _leyden.help(topic)
