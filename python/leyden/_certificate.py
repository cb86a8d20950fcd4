"""The certificate: how far the numbers of a run can be trusted."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, Iterator, List, Mapping, Sequence, Tuple

from ._words import did_you_mean

# What each number is called for people, and how the worst of several points is found.
ENTRIES: Dict[str, Tuple[str, Callable[..., float]]] = {
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
            for name in ENTRIES if name in values}

    @classmethod
    def worst(cls, parts: Sequence[Mapping[str, float]]) -> "Certificate":
        """The worst of several; NaN stays only where no part has a number."""
        values = {}
        for name, (_, combine) in ENTRIES.items():
            numbers = [part[name] for part in parts if name in part and not math.isnan(part[name])]
            values[name] = combine(numbers) if numbers else math.nan
        return cls(values)

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(self._without(name)) from None

    def __getitem__(self, name: str) -> float:
        try:
            return self._values[name]
        except KeyError:
            raise KeyError(self._without(name)) from None

    def _without(self, name: str) -> str:
        known = self.__dict__.get("_values", {})
        return f"a certificate has no {name}{did_you_mean(str(name), known)}; it has {', '.join(known)}"

    def __dir__(self) -> List[str]:
        return sorted({*super().__dir__(), *self._values})

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
        return [(ENTRIES[name][0], f"{value:d}" if isinstance(value, int) else
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
