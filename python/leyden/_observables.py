"""What can be observed: names, units, meanings and components, from the table of the library."""

from __future__ import annotations

from typing import Dict, NamedTuple

from . import _leyden


class Observable(NamedTuple):
    """One entry of `observables`."""

    name: str
    unit: str
    meaning: str


def observables() -> Dict[str, Observable]:
    """Everything that can be observed, by name, with unit and meaning.

    Returns
    -------
    dict of str to Observable
    """
    return {row[0]: Observable(*row) for row in _leyden.observables()}


_UNITS = {name: unit for name, unit, _ in _leyden.observables()}
MEANINGS = {name: meaning for name, _, meaning in _leyden.observables()}
# Names of the second dimension of an observable, as in result files.
COMPONENTS = {"battery.spin_weights": "spin_block", "battery.spin_currents": "spin_block",
          "battery.populations": "energy_level", "battery.state": "element"}


def unit_of(name: str) -> str:
    """Unit of an observable or a measure: ``energy``, ``time``, ``energy/time``, ``nats``, ``bits``, ``1``."""
    word, bracket, rest = name.partition("(")
    if not bracket:
        return _UNITS.get(name, "")
    if word in ("argmax", "first_argmax", "argmin", "backflow"):
        return "time"
    return "1" if word == "backflows" else _UNITS.get(rest.rstrip(")").split(",")[0], "")
