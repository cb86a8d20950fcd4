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

import cmath
import inspect
import math
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

import numpy as np

from ._functions import Function
from ._objects import Battery, Cavity
from ._result import Result
from ._states import Blocks, blocks_of_matrix, num_dicke_states, words_of_blocks

__all__ = ["Dicke", "Solution", "css", "dicke", "dicke_basis", "excited", "ghz", "ground", "jspin", "mesolve",
           "num_dicke_ladders", "num_dicke_states", "superradiant", "thermal", "to_matrix", "to_qobj"]

State = Union[str, Mapping[str, Any]]
_CLOSE = 1e-9  # how well a matrix must agree with the operator or state it is taken for


def _labels(N: int) -> Tuple[np.ndarray, np.ndarray]:
    """j and m of each state of the Dicke basis, in the order of PIQS."""
    pairs = [(two_j / 2, (two_j - 2 * k) / 2) for two_j in range(N, -1, -2) for k in range(two_j + 1)]
    return np.array([j for j, _ in pairs]), np.array([m for _, m in pairs])


def jspin(N: int, op: str) -> np.ndarray:
    """Collective spin operator of N cells in the Dicke basis.

    Parameters
    ----------
    N : int
        Number of cells.
    op : {"x", "y", "z", "+", "-"}
        Which.

    Returns
    -------
    ndarray, complex128 [num_dicke_states(N), num_dicke_states(N)]
    """
    j, m = _labels(N)
    up = np.zeros((j.size, j.size), dtype=complex)
    for i in range(1, j.size):  # |j, m + 1> comes just before |j, m>
        if j[i] == j[i - 1]:
            up[i - 1, i] = math.sqrt((j[i] - m[i]) * (j[i] + m[i] + 1))
    operators = {"z": np.diag(m.astype(complex)), "+": up, "-": up.conj().T, "x": (up + up.conj().T) / 2,
                 "y": (up - up.conj().T) / 2j}
    if op not in operators:
        raise ValueError(f"op is {op!r}; it is one of {', '.join(operators)}")
    return operators[op]


def _matrix(thing: Any, N: int, what: str) -> np.ndarray:
    """A Qobj or array as a matrix in the Dicke basis; a ket becomes its projector."""
    array = np.asarray(thing.full() if hasattr(thing, "full") else thing, dtype=complex)
    side = num_dicke_states(N)
    if array.shape in ((side, 1), (side,)):
        array = np.outer(array, array.conj())
    if array.shape != (side, side):
        raise ValueError(f"{what} has shape {array.shape}; the Dicke basis of {N} cells has {side} states")
    return array


def _frequency_and_drive(hamiltonian: Any, N: int) -> Tuple[Any, Any]:
    """w and h of w Jz + h Jx + constant."""
    if hamiltonian is None:
        return 0.0, 0.0
    if isinstance(hamiltonian, Mapping):
        unknown = set(hamiltonian) - {"z", "x"}
        if unknown:
            raise ValueError(f"a hamiltonian is {{'z': w, 'x': h}} for w Jz + h Jx, not {sorted(unknown)}")
        return hamiltonian.get("z", 0.0), hamiltonian.get("x", 0.0)
    if callable(hamiltonian) and not hasattr(hamiltonian, "full"):
        return hamiltonian, 0.0
    if np.ndim(hamiltonian) == 0 and not hasattr(hamiltonian, "full"):
        return hamiltonian, 0.0
    h = _matrix(hamiltonian, N, "the hamiltonian")
    jz, jx, one = jspin(N, "z"), jspin(N, "x"), np.eye(num_dicke_states(N))
    parts = [np.vdot(a, h).real / np.vdot(a, a).real for a in (jz, jx, one)]
    rest = h - parts[0] * jz - parts[1] * jx - parts[2] * one
    if np.abs(rest).max() > _CLOSE * max(1.0, np.abs(h).max()):
        raise ValueError("leyden takes hamiltonians w Jz + h Jx (+ constant); this one has other parts. Coupling to a "
                         "cavity is given by cavity=leyden.Cavity(...)")
    return float(parts[0]), float(parts[1])


# ---- States --------------------------------------------------------------------------------------------------------


def ground(N: int) -> State:
    """All cells down, ``|N/2, -N/2>``.

    Parameters
    ----------
    N : int
        Number of cells.

    Returns
    -------
    str or mapping
        The state in the words of leyden, for `Dicke.evolve`, `mesolve` and `leyden.Battery`.
    """
    return "ground"


def excited(N: int) -> State:
    """All cells up, ``|N/2, N/2>``.

    Parameters
    ----------
    N : int
        Number of cells.

    Returns
    -------
    str or mapping
        As `ground`.
    """
    return "excited"


def dicke(N: int, j: float, m: float) -> State:
    """The Dicke state ``|j, m>``; for j < N/2 the equal mixture of its copies.

    Parameters
    ----------
    N : int
        Number of cells.
    j, m : float
        Spin and projection.

    Returns
    -------
    str or mapping
        As `ground`.
    """
    return {"dicke": [j, m]}


def css(N: int, x: complex = 1 / math.sqrt(2), y: complex = 1 / math.sqrt(2), basis: str = "dicke",
        coordinates: str = "cartesian") -> State:
    """Coherent spin state, ``(x |e> + y |g>)`` on every cell, as ``qutip.piqs.css``.

    Parameters
    ----------
    N : int
        Number of cells.
    x, y : complex
        Amplitudes of ``|e>`` and ``|g>``; with ``coordinates="polar"`` the angles theta and phi of
        exp(i phi) cos(theta/2) and sin(theta/2).
    basis : "dicke"
        No other is here.
    coordinates : {"cartesian", "polar"}
        What x and y are.

    Returns
    -------
    str or mapping
        As `ground`.
    """
    if basis != "dicke":
        raise ValueError(f"basis is {basis!r}; leyden has the Dicke basis")
    if coordinates == "polar":
        return {"spin_coherent": [float(np.real(x)), -float(np.real(y))]}
    if coordinates != "cartesian":
        raise ValueError(f"coordinates is {coordinates!r}; it is 'cartesian' or 'polar'")
    norm = abs(x) ** 2 + abs(y) ** 2
    if abs(norm - 1) > 1e-8:
        raise ValueError(f"|x|^2 + |y|^2 is {norm}; it is 1 for a state")
    phase = cmath.phase(y) - cmath.phase(x) if abs(x) > 0 and abs(y) > 0 else 0.0
    return {"spin_coherent": [2 * math.atan2(abs(y), abs(x)), phase]}


def thermal(N: int, beta: float, w0: float = 1.0) -> State:
    """Every cell in its Gibbs state at inverse temperature beta and level spacing w0.

    This is the product state of the 2^N space; ``qutip.piqs.dicke_block`` pictures of thermal states that forget how
    many copies a spin has differ from it.

    Parameters
    ----------
    N : int
        Number of cells.
    beta : float
        Inverse temperature, in the inverse of the unit of w0.
    w0 : float
        Level spacing.

    Returns
    -------
    str or mapping
        As `ground`.
    """
    return {"gibbs": math.exp(-beta * w0)}


def ghz(N: int) -> np.ndarray:
    """The GHZ state, (``|N/2, N/2>`` + ``|N/2, -N/2>``) / sqrt(2), as ``qutip.piqs.ghz``.

    Parameters
    ----------
    N : int
        Number of cells.

    Returns
    -------
    ndarray, complex128 [num_dicke_states(N), num_dicke_states(N)]
        Density matrix in the Dicke basis.
    """
    return dicke_basis(N, {(N / 2, a, b): 0.5 for a in (N / 2, -N / 2) for b in (N / 2, -N / 2)})


def superradiant(N: int) -> State:
    """The superradiant state ``|N/2, 0>`` (``|N/2, 1/2>`` for odd N), as ``qutip.piqs.superradiant``.

    Parameters
    ----------
    N : int
        Number of cells.

    Returns
    -------
    str or mapping
        As `ground`.
    """
    return dicke(N, N / 2, 0 if N % 2 == 0 else 0.5)


def dicke_basis(N: int, jmm1: Mapping[Tuple[float, float, float], complex]) -> np.ndarray:
    """A matrix from its elements, as ``qutip.piqs.dicke_basis``.

    Parameters
    ----------
    N : int
        Number of cells.
    jmm1 : mapping of (j, m, m') to complex
        Elements ``<j, m| rho |j, m'>``; the others are zero.

    Returns
    -------
    ndarray, complex128 [num_dicke_states(N), num_dicke_states(N)]
    """
    js, ms = _labels(N)
    place = {(float(j), float(m)): i for i, (j, m) in enumerate(zip(js, ms))}
    matrix = np.zeros((js.size, js.size), dtype=complex)
    for (j, m, m1), value in jmm1.items():
        if (j, m) not in place or (j, m1) not in place:
            raise ValueError(f"there is no <{j}, {m}| |{j}, {m1}> of {N} cells")
        matrix[place[j, m], place[j, m1]] = value
    return matrix


def num_dicke_ladders(N: int) -> int:
    """Number of spins j of N cells, as ``qutip.piqs.num_dicke_ladders``.

    Parameters
    ----------
    N : int
        Number of cells.

    Returns
    -------
    int
    """
    return N // 2 + 1


def _copies(N: int, two_j: int) -> int:
    k = (N - two_j) // 2
    return math.comb(N, k) - (math.comb(N, k - 1) if k else 0)


def _css_matrix(N: int, theta: float, phi: float) -> np.ndarray:
    """Projector on ``(cos(theta/2) |e> + exp(i phi) sin(theta/2) |g>)^N`` in the Dicke basis."""
    psi = np.zeros(num_dicke_states(N), dtype=complex)
    for k in range(N + 1):  # k cells down
        psi[k] = (math.sqrt(math.comb(N, k)) * math.cos(theta / 2) ** (N - k)
                  * (np.exp(1j * phi) * math.sin(theta / 2)) ** k)
    return np.outer(psi, psi.conj())


def _state(state: Any, N: int) -> State:
    """What leyden calls a state: its own words pass; matrices are recognised, so that conserved numbers are, or given
    as blocks."""
    if hasattr(state, "final_blocks"):
        state = state.final_blocks
    if isinstance(state, Blocks):
        return words_of_blocks(state, N)
    if isinstance(state, (str, Mapping)):
        return state
    rho = _matrix(state, N, "the initial state")
    j, m = _labels(N)
    diagonal = rho.diagonal().real
    candidates: List[Tuple[State, np.ndarray]] = []
    top = int(np.argmax(diagonal))
    single = np.zeros_like(rho)
    single[top, top] = 1
    candidates.append(({"dicke": [float(j[top]), float(m[top])]}, single))
    up = float(diagonal @ (m + N / 2)) / N
    if 0 <= up < 1:
        q = up / (1 - up)
        weights = [_copies(N, round(2 * a)) * up ** (b + N / 2) * (1 - up) ** (N / 2 - b) for a, b in zip(j, m)]
        candidates.append(({"gibbs": q}, np.diag(weights).astype(complex)))
    x, y, z = (np.vdot(jspin(N, op), rho).real * 2 / N for op in "xyz")
    # <sigma> of that state is (sin theta cos phi, sin theta sin phi, cos theta)
    theta, phi = math.atan2(math.hypot(x, y), z), math.atan2(y, x)
    candidates.append(({"spin_coherent": [theta, phi]}, _css_matrix(N, theta, phi)))
    for words, matrix in candidates:
        if np.abs(rho - matrix).max() < 1e-7:
            return words
    return words_of_blocks(blocks_of_matrix(rho, N), N)


class _Quarter:
    def __init__(self, rate: Any) -> None:
        self.rate = rate
        self.__signature__ = inspect.signature(rate)

    def __call__(self, *arguments: Any) -> float:
        return float(self.rate(*arguments)) / 4


def _quarter(rate: Any) -> Any:
    """A quarter of a number, an expression, or a function of time."""
    if isinstance(rate, str):
        return f"({rate})/4"
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
        return Battery(self.N, w, state=_state(initial_state, self.N), cavity=self.cavity, emission=self.emission,
                       absorption=self.pumping, dephasing=quarter, collective_emission=self.collective_emission,
                       collective_absorption=self.collective_pumping,
                       collective_dephasing=self.collective_dephasing, drive=None if isinstance(h, float) and h == 0 else h,
                       energy_frequency=spacing)

    def evolve(self, initial_state: Any, tlist: Any, observe: Sequence[str] = ("battery.energy", "battery.ergotropy"),
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

    def steady(self, initial_state: Any = "ground", observe: Sequence[str] = ("battery.energy", "battery.ergotropy"),
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


def mesolve(L: Dicke, rho0: Any, tlist: Any, c_ops: Sequence[Any] = (), e_ops: Sequence[Any] = (), *,
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
    e_ops : sequence of Qobj, array_like or str
        Operators in the Dicke basis, or names of scalar observables. Those that are no functions of Jz need the whole
        state at every output time.
    states : bool, optional
        Whether to keep the state at every output time; default: when there are no e_ops, as QuTiP does.
    **numerics
        As for `leyden.Battery.evolve`.

    Returns
    -------
    Solution
    """
    if not isinstance(L, Dicke):
        raise TypeError(f"L is a leyden.qutip.Dicke, not {type(L).__name__}")
    if len(c_ops):
        raise ValueError("c_ops are not taken here; give rates to Dicke")
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
    matrix = _matrix(op, N, "an operator of e_ops")
    values = _function_of_jz(matrix, N)
    if values is not None:
        return "battery.populations", lambda r: r["battery.populations"] @ values
    blocks = _blocks_of_operator(matrix, N)
    hermitian = np.abs(matrix - matrix.conj().T).max() < _CLOSE * max(1.0, np.abs(matrix).max())

    def expectation(r: Result) -> np.ndarray:
        found = np.array([sum(np.vdot(blocks[j].conj().T, rho[j]) for j in blocks) for rho in r.states])
        return found.real if hermitian else found

    return "battery.state", expectation


def _blocks_of_operator(matrix: np.ndarray, N: int) -> Dict[int, np.ndarray]:
    """The parts of an operator that states without elements between different j see, m = -j first."""
    blocks, place = {}, 0
    for two_j in range(N, -1, -2):
        blocks[two_j] = matrix[place:place + two_j + 1, place:place + two_j + 1][::-1, ::-1]
        place += two_j + 1
    return blocks


def _function_of_jz(matrix: np.ndarray, N: int) -> Optional[np.ndarray]:
    """f(m), m = -N/2 first, of an operator that is a real function of Jz; None of any other."""
    _, m = _labels(N)
    values: Dict[float, float] = {}
    for level, value in zip(m.tolist(), matrix.diagonal().real.tolist()):
        values.setdefault(level, value)
    same = np.diag([values[float(level)] for level in m])
    if np.abs(matrix - same).max() > _CLOSE * max(1.0, np.abs(matrix).max()):
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
    blocks = result.final_blocks if isinstance(result, Result) else result
    return Blocks(max(blocks), None, blocks).to_matrix()


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
    import qutip

    return qutip.Qobj(to_matrix(result))
