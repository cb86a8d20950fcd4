"""States as ``qutip.piqs`` names them, in the words of leyden, and the words for a state that comes as a matrix."""

from __future__ import annotations

import cmath
import math
from typing import Any, List, Mapping, Tuple, Union

import numpy as np

from ._dicke_basis import as_matrix, dicke_basis, jspin, labels, num_dicke_states
from ._states import Blocks, blocks_of_matrix, words_of_blocks

State = Union[str, Mapping[str, Any]]
CLOSE = 1e-9  # how well a matrix must agree with the operator that it is taken for
_SAME_STATE = 1e-7  # and with a state that has words of its own


def ground(N: int) -> State:
    """All cells down, ``|N/2, -N/2>``.

    Parameters
    ----------
    N : int
        As PIQS has it; the words are the same for every N.

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
        As for `ground`.

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
        Number of cells, 1 or more.

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
        Number of cells, even or odd.

    Returns
    -------
    str or mapping
        As `ground`.
    """
    return dicke(N, N / 2, 0 if N % 2 == 0 else 0.5)


def matrix_in_dicke_basis(thing: Any, N: int, what: str) -> np.ndarray:
    """A Qobj or array, checked to be a matrix in the Dicke basis of N cells; a ket becomes its projector."""
    matrix, side = as_matrix(thing, what), num_dicke_states(N)
    if matrix.shape != (side, side):
        raise ValueError(f"{what} has shape {np.shape(thing)}; in the Dicke basis of {N} cells it is {(side, side)}")
    return matrix


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


def state_in_words(state: Any, N: int) -> State:
    """What leyden calls a state: its own words pass; matrices are recognised, so that conserved numbers are, or given
    as blocks."""
    if hasattr(state, "final_blocks"):
        state = state.final_blocks
    if isinstance(state, Blocks):
        return words_of_blocks(state, N)
    if isinstance(state, (str, Mapping)):
        return state
    rho = matrix_in_dicke_basis(state, N, "the initial state")
    j, m = labels(N)
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
        if np.abs(rho - matrix).max() < _SAME_STATE:
            return words
    return words_of_blocks(blocks_of_matrix(rho, N), N)
