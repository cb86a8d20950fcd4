"""What can be observed, from the table of the library: names, units, meanings, components."""

from __future__ import annotations

from typing import Dict, NamedTuple, Optional

from . import _leyden
from ._dicke_basis import spins


class Observable(NamedTuple):
    """One entry of `observables`.

    Attributes
    ----------
    name, unit, meaning : str
        ``battery.energy``; ``energy``, ``time``, ``1/time``, ``nats``, ``bits``, ``1``; one sentence.
    component : str or None
        What the last dimension of its array counts: ``spin_block`` (largest j first), ``energy_level`` (0 .. N),
        ``element``; None where there is one number at a time.
    """

    name: str
    unit: str
    meaning: str
    component: Optional[str] = None


def observables() -> Dict[str, Observable]:
    """Everything that can be observed, by name, with unit and meaning.

    Returns
    -------
    dict of str to Observable
    """
    return dict(TABLE)


TABLE = {row[0]: Observable(*row) for row in _leyden.observables()}


def cells_of(name: str, width: int) -> int:
    """N of a battery that has so many components of an observable; 0 where they do not tell."""
    known = TABLE.get(name)
    if known is None or known.component in (None, "spin_block"):
        return 0
    cells = width - 1 if known.component == "energy_level" else round((3 * width) ** (1 / 3)) - 2
    return cells if cells > 0 and width_of(name, cells) == width else 0


def width_of(name: str, cells: int) -> Optional[int]:
    """How many components an observable has for N cells; None for one number at a time, or a formula."""
    known = TABLE.get(name)
    if known is None or known.component is None:
        return None
    return {"spin_block": len(spins(cells)), "energy_level": cells + 1,
            "element": sum(2 * (two_j + 1) ** 2 for two_j in spins(cells))}[known.component]
