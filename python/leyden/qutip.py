"""The language of QuTiP's PIQS: a ``Dicke`` system with the parameters of ``qutip.piqs.Dicke``, run by leyden.

    from qutip.piqs import Dicke, excited, jspin        ->        from leyden.qutip import Dicke, excited, jspin
    from qutip import mesolve                           ->        from leyden.qutip import mesolve

What the parameters become (see ``docs/conventions.md``):

========================  ================================  ==========================================
PIQS                      generator                         leyden
========================  ================================  ==========================================
emission x                x sum D[sigma-]                   ``noise.local.emission``: x
pumping x                 x sum D[sigma+]                   ``noise.local.absorption``: x
dephasing x               x sum D[sigma_z / 2]              ``noise.local.dephasing``: x / 4
collective_emission x     x D[J-]                           ``noise.collective.emission``: x
collective_pumping x      x D[J+]                           ``noise.collective.absorption``: x
collective_dephasing x    x D[Jz]                           ``noise.collective.dephasing``: x
hamiltonian w Jz + h Jx   -i[H, rho]                        ``battery.frequency``: w, ``drive.battery``: h
========================  ================================  ==========================================

Matrices are in the Dicke basis of PIQS: j from N/2 down, within each j m from j down; the density matrix is the direct
sum of the blocks rho_j, each the sum over the copies of its spin. QuTiP is needed only for `to_qobj`.
"""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from ._dicke_basis import dicke_basis, jspin, labels, num_dicke_ladders, num_dicke_states, places
from ._dicke_states import (CLOSE, css, dicke, excited, ghz, ground, matrix_in_dicke_basis, state_in_words,
                            superradiant, thermal)
from ._functions import Function
from ._objects import OBSERVED, Battery, Cavity
from ._result import Result
from ._states import Blocks
from ._words import says_unknown_keywords

__all__ = ["Dicke", "Solution", "css", "dicke", "dicke_basis", "excited", "ghz", "ground", "jspin", "mesolve",
           "num_dicke_ladders", "num_dicke_states", "superradiant", "thermal", "to_matrix", "to_qobj"]


def _is_operator(thing: Any) -> bool:
    return hasattr(thing, "full") or isinstance(thing, np.ndarray) and thing.ndim == 2


def _frequency_and_drive(hamiltonian: Any, N: int) -> Tuple[Any, Any]:
    """w and h of w Jz + h Jx + constant."""
    if hamiltonian is None:
        return 0.0, 0.0
    if isinstance(hamiltonian, Mapping):
        unknown = set(hamiltonian) - {"z", "x"}
        if unknown:
            raise ValueError(f"a hamiltonian is {{'z': w, 'x': h}} for w Jz + h Jx, not {sorted(unknown)}")
        return hamiltonian.get("z", 0.0), hamiltonian.get("x", 0.0)
    if type(hamiltonian).__name__ == "QobjEvo" or isinstance(hamiltonian, (list, tuple)) and any(
            _is_operator(part[0] if isinstance(part, (list, tuple)) and part else part) for part in hamiltonian):
        raise TypeError("a hamiltonian that depends on time is {'z': w, 'x': h} for w Jz + h Jx, with functions of "
                        f"time or expressions for w and h, not a {type(hamiltonian).__name__}")
    if not hasattr(hamiltonian, "full") and (callable(hamiltonian) or np.ndim(hamiltonian) == 0):
        return hamiltonian, 0.0
    h = matrix_in_dicke_basis(hamiltonian, N, "the hamiltonian")
    jz, jx, one = jspin(N, "z"), jspin(N, "x"), np.eye(num_dicke_states(N))
    parts = [np.vdot(a, h).real / np.vdot(a, a).real for a in (jz, jx, one)]
    rest = h - parts[0] * jz - parts[1] * jx - parts[2] * one
    if np.abs(rest).max() > CLOSE * max(1.0, np.abs(h).max()):
        raise ValueError("leyden takes hamiltonians w Jz + h Jx (+ constant); this one has other parts. Coupling to a "
                         "cavity is given by cavity=leyden.Cavity(...)")
    return float(parts[0]), float(parts[1])


class _Quarter:
    def __init__(self, rate: Any) -> None:
        self.rate = rate
        self.__signature__ = inspect.signature(rate)

    def __call__(self, *arguments: Any) -> float:
        return float(self.rate(*arguments)) / 4


def _quarter(rate: Any) -> Any:
    """A quarter of a number, an expression, or a function of time."""
    if rate is None or isinstance(rate, str):
        return rate and f"({rate})/4"
    if isinstance(rate, Function):
        return Function(rate.breaks.tolist(), [series / 4 for series in rate.chebyshev], rate.error / 4, rate.calls)
    return _Quarter(rate) if callable(rate) else rate / 4


# ---- Systems -------------------------------------------------------------------------------------------------------


class Dicke:
    """N two-level cells with local and collective noise; parameters as of ``qutip.piqs.Dicke``.

    Parameters
    ----------
    N : int
        Number of cells.
    hamiltonian : Qobj, array_like, number or mapping, optional
        w Jz + h Jx (+ constant) in the Dicke basis, as ``w * jspin(N, "z")`` of PIQS or of this module; a number w
        for w Jz; or ``{"z": w, "x": h}``, where w and h may be expressions or functions of time. Anything else is
        refused.
    emission, dephasing, pumping : float, str or callable
        Local rates in the normalisation of PIQS: dephasing is the rate of D[sigma_z/2]. A text is an expression
        of time, a callable a function ``f(t)`` or, as in QuTiP, ``f(t, args)``.
    collective_emission, collective_dephasing, collective_pumping : float, str or callable
        Collective rates.
    cavity : leyden.Cavity, optional
        A mode, in the conventions of leyden; PIQS would take tensor products for it.

    Notes
    -----
    Energies and ergotropies are measured with w (Jz + N/2); with w <= 0 with ``|w|`` or, at w = 0, with 1.
    """

    @says_unknown_keywords
    def __init__(self, N: int, hamiltonian: Any = None, emission: Any = 0.0, dephasing: Any = 0.0,
                 pumping: Any = 0.0, collective_emission: Any = 0.0, collective_dephasing: Any = 0.0,
                 collective_pumping: Any = 0.0, *, cavity: Optional[Cavity] = None) -> None:
        self.N = N
        self.hamiltonian = hamiltonian
        self.emission = emission
        self.dephasing = dephasing
        self.pumping = pumping
        self.collective_emission = collective_emission
        self.collective_dephasing = collective_dephasing
        self.collective_pumping = collective_pumping
        self.cavity = cavity

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in vars(self).items()
                          if name not in ("N", "hamiltonian") and value not in (0.0, None))
        return f"Dicke(N={self.N}{', ' + given if given else ''})"

    def battery(self, initial_state: Any = "ground") -> Battery:
        """The same in the words of leyden.

        Parameters
        ----------
        initial_state
            As for `evolve`.

        Returns
        -------
        leyden.Battery
        """
        w, h = _frequency_and_drive(self.hamiltonian, self.N)
        quarter = _quarter(self.dephasing)
        spacing = None if isinstance(w, str) or callable(w) or w > 0 else abs(w) or 1.0
        return Battery(self.N, w, state=state_in_words(initial_state, self.N), cavity=self.cavity,
                       emission=self.emission, absorption=self.pumping, dephasing=quarter,
                       collective_emission=self.collective_emission, collective_absorption=self.collective_pumping,
                       collective_dephasing=self.collective_dephasing,
                       drive=None if isinstance(h, float) and h == 0 else h, energy_frequency=spacing)

    def evolve(self, initial_state: Any, tlist: Any, observe: Sequence[str] = OBSERVED,
               measure: Sequence[str] = (), *, states: bool = False, **numerics: Any) -> Result:
        """Time evolution in the words of leyden.

        Parameters
        ----------
        initial_state : str, mapping, Qobj, array_like, leyden.Blocks or leyden.Result
            A state of leyden (``"excited"``, ``{"spin_coherent": [theta, phi]}``), or any matrix or ket in the Dicke
            basis of PIQS without elements between different j.
        tlist : array_like, [time]
            Output times from 0 on.
        observe, measure, states, **numerics
            As for `leyden.Battery.evolve`.

        Returns
        -------
        leyden.Result
            `to_qobj` gives its final state.
        """
        return self.battery(initial_state).evolve(tlist, observe, measure, states=states, **numerics)

    def steady(self, initial_state: Any = "ground", observe: Sequence[str] = OBSERVED,
               **numerics: Any) -> Result:
        """The steady state that `initial_state` leads to.

        Parameters
        ----------
        initial_state
            As for `evolve`.
        observe, **numerics
            As for `leyden.Battery.steady`.

        Returns
        -------
        leyden.Result
        """
        return self.battery(initial_state).steady(observe, **numerics)

    def pisolve(self, initial_state: Any, tlist: Any, **numerics: Any) -> "Solution":
        """States over time, as ``qutip.piqs.Dicke.pisolve``; not limited to diagonal problems.

        Parameters
        ----------
        initial_state, tlist, **numerics
            As for `evolve`.

        Returns
        -------
        Solution
            ``states`` at every output time.
        """
        return mesolve(self, initial_state, tlist, **numerics)

    def liouvillian(self) -> "Dicke":
        """What `mesolve` of this module takes in place of a Liouvillian: nothing is built.

        Returns
        -------
        Dicke
            The system itself.
        """
        return self


class Solution(NamedTuple):
    """What `mesolve` gives.

    Attributes
    ----------
    times : ndarray, [time]
        Output times.
    expect : list of ndarray, each [time]
        Expectation values, in the order of e_ops.
    states : list of ndarray, each complex128 [num_dicke_states(N), num_dicke_states(N)]
        States in the Dicke basis: at every output time when there are no e_ops or with ``states=True``, else the final
        one alone.
    result : leyden.Result
        Everything else.
    """

    times: np.ndarray
    expect: List[np.ndarray]
    states: List[np.ndarray]
    result: Result


def mesolve(L: Dicke, rho0: Any, tlist: Any, c_ops: Any = (), e_ops: Any = (), *,
            states: Optional[bool] = None, **numerics: Any) -> Solution:
    """``qutip.mesolve`` for a `Dicke` system of this module.

    Parameters
    ----------
    L : Dicke
        The system, or its ``liouvillian()``.
    rho0 : Qobj, array_like, str or mapping
        Initial state, as for `Dicke.evolve`.
    tlist : array_like, [time]
        Output times from 0 on.
    c_ops : empty
        All noise is in the system.
    e_ops : Qobj, array_like or str, or a sequence of them
        Operators in the Dicke basis, or names of scalar observables. Those that are no functions of Jz need the whole
        state at every output time.
    states : bool, optional
        Whether to keep the state at every output time; default: when there are no e_ops, as QuTiP does.
    **numerics
        As for `leyden.Battery.evolve`.

    Returns
    -------
    Solution

    Raises
    ------
    TypeError, ValueError
        L is no `Dicke` of this module; an operator that is none in the Dicke basis of its cells.
    """
    if not isinstance(L, Dicke):
        raise TypeError("L is a leyden.qutip.Dicke or its liouvillian(), not a "
                        f"{type(L).__module__}.{type(L).__name__}")
    if c_ops is not None and not (isinstance(c_ops, (list, tuple)) and not c_ops):
        raise ValueError("c_ops are not taken here; give rates to Dicke")
    if isinstance(e_ops, Mapping):
        raise TypeError("e_ops is a list of operators, not a mapping; give list(e_ops.values())")
    if e_ops is None:
        e_ops = []
    elif isinstance(e_ops, str) or _is_operator(e_ops):
        e_ops = [e_ops]  # one operator, as QuTiP takes it
    keep = not len(e_ops) if states is None else states
    names: List[str] = []
    readers: List[Callable[[Result], np.ndarray]] = []
    for op in e_ops:
        name, reader = _reader(op, L.N)
        readers.append(reader)
        if name not in names:
            names.append(name)
    if keep and "battery.state" not in names:
        names.append("battery.state")
    r = L.evolve(rho0, tlist, names or ["battery.jz"], **numerics)
    kept = [state.to_matrix() for state in r.states] if keep else [to_matrix(r)]
    return Solution(r.times, [reader(r) for reader in readers], kept, r)


def _reader(op: Any, N: int) -> Tuple[str, Callable[[Result], np.ndarray]]:
    """What to observe for an operator, and how to read its expectation from the result."""
    if isinstance(op, str):
        return op, lambda r: r[op]
    matrix = matrix_in_dicke_basis(op, N, "an operator of e_ops")
    values = _function_of_jz(matrix, N)
    if values is not None:
        return "battery.populations", lambda r: r["battery.populations"] @ values
    blocks = _blocks_of_operator(matrix, N)
    hermitian = np.abs(matrix - matrix.conj().T).max() < CLOSE * max(1.0, np.abs(matrix).max())

    def expectation(r: Result) -> np.ndarray:
        found = np.array([sum(np.vdot(blocks[j].conj().T, rho[j]) for j in blocks) for rho in r.states])
        return found.real if hermitian else found

    return "battery.state", expectation


def _blocks_of_operator(matrix: np.ndarray, N: int) -> Dict[int, np.ndarray]:
    """The parts of an operator that states without elements between different j see, m = -j first."""
    return {two_j: matrix[place, place][::-1, ::-1] for two_j, place in places(N)}


def _function_of_jz(matrix: np.ndarray, N: int) -> Optional[np.ndarray]:
    """f(m), m = -N/2 first, of an operator that is a real function of Jz; None of any other."""
    _, m = labels(N)
    values: Dict[float, float] = {}
    for level, value in zip(m.tolist(), matrix.diagonal().real.tolist()):
        values.setdefault(level, value)
    same = np.diag([values[float(level)] for level in m])
    if np.abs(matrix - same).max() > CLOSE * max(1.0, np.abs(matrix).max()):
        return None
    return np.array([values[k - N / 2] for k in range(N + 1)])


def to_matrix(result: Union[Result, Mapping[int, np.ndarray]]) -> np.ndarray:
    """A battery state as a matrix in the Dicke basis of PIQS.

    Parameters
    ----------
    result : leyden.Result or mapping of two_j to block
        A single run, whose final state is meant, or blocks (``result.states[i]``).

    Returns
    -------
    ndarray, complex128 [num_dicke_states(N), num_dicke_states(N)]
    """
    return _blocks(result).to_matrix()


def to_qobj(result: Union[Result, Mapping[int, np.ndarray]]) -> Any:
    """A battery state as ``qutip.Qobj`` in the Dicke basis of PIQS; needs QuTiP.

    Parameters
    ----------
    result : leyden.Result or mapping of two_j to block
        As for `to_matrix`.

    Returns
    -------
    qutip.Qobj, [num_dicke_states(N), num_dicke_states(N)]
    """
    return _blocks(result).to_qobj()


def _blocks(result: Union[Result, Mapping[int, np.ndarray]]) -> Blocks:
    if isinstance(result, Result):
        return result.final_blocks
    if not isinstance(result, Mapping) or not result:
        raise TypeError("a battery state is a leyden.Result or its blocks, {two_j: block}, not "
                        f"{'an empty mapping' if isinstance(result, Mapping) else type(result).__name__}")
    return result if isinstance(result, Blocks) else Blocks(max(result), None, result)
