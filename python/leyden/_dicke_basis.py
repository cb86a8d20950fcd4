"""The Dicke basis of PIQS: j from N/2 down, within each j m from j down; its order, operators and matrices.

Everything else in leyden keeps one block for each spin, m = -j first; who goes from one to the other asks `places`
where a block stands.
"""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping, Tuple

import numpy as np

from ._errors import ArgumentError


def spins(cells: int) -> range:
    """two_j of the spins of N cells, largest first."""
    return range(cells, -1, -2)


def spins_in_words(cells: int) -> str:
    """``4 cells have two_j = 4, 2, 0``, for messages."""
    every = [str(two_j) for two_j in spins(cells)]
    shown = every if len(every) <= 5 else [*every[:2], "...", every[-1]]
    return f"{cells} cell{'' if cells == 1 else 's'} ha{'s' if cells == 1 else 've'} two_j = {', '.join(shown)}"


def places(cells: int) -> Iterator[Tuple[int, slice]]:
    """Each two_j, and which rows and columns of a matrix in the Dicke basis are its block (m = j first)."""
    begin = 0
    for two_j in spins(cells):
        yield two_j, slice(begin, begin + two_j + 1)
        begin += two_j + 1


def labels(N: int) -> Tuple[np.ndarray, np.ndarray]:
    """j and m of each state of the Dicke basis, each float64 [num_dicke_states(N)]."""
    pairs = [(two_j / 2, (two_j - 2 * k) / 2) for two_j in spins(N) for k in range(two_j + 1)]
    return np.array([j for j, _ in pairs]), np.array([m for _, m in pairs])


def num_dicke_states(N: int) -> int:
    """Number of states ``|j, m>`` of N cells: the side of matrices in the Dicke basis.

    Parameters
    ----------
    N : int
        Number of cells, 0 or more.

    Returns
    -------
    int
        The sum of 2j + 1 over the spins, (N/2 + 1)^2 for even N.
    """
    return (N // 2 + 1) * (N - N // 2 + 1)


def num_dicke_ladders(N: int) -> int:
    """Number of spins j that N cells can have, as ``qutip.piqs.num_dicke_ladders``.

    Parameters
    ----------
    N : int
        As for `num_dicke_states`.

    Returns
    -------
    int
        N/2 + 1, rounded down.
    """
    return N // 2 + 1


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

    Raises
    ------
    ValueError
        Another op.
    """
    j, m = labels(N)
    up = np.zeros((j.size, j.size), dtype=complex)
    for i in range(1, j.size):  # |j, m + 1> comes just before |j, m>
        if j[i] == j[i - 1]:
            up[i - 1, i] = math.sqrt((j[i] - m[i]) * (j[i] + m[i] + 1))
    operators = {"z": np.diag(m.astype(complex)), "+": up, "-": up.conj().T, "x": (up + up.conj().T) / 2,
                 "y": (up - up.conj().T) / 2j}
    if op not in operators:
        raise ValueError(f"op is {op!r}; it is one of {', '.join(operators)}")
    return operators[op]


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
        Hermitian only if the elements are.

    Raises
    ------
    ValueError
        N cells have no such j or m.
    """
    js, ms = labels(N)
    place = {(float(j), float(m)): i for i, (j, m) in enumerate(zip(js, ms))}
    matrix = np.zeros((js.size, js.size), dtype=complex)
    for (j, m, m1), value in jmm1.items():
        if (j, m) not in place or (j, m1) not in place:
            raise ValueError(f"there is no <{j}, {m}| |{j}, {m1}> of {N} cells; {spins_in_words(N)}, and m goes from "
                             "-j to j")
        matrix[place[j, m], place[j, m1]] = value
    return matrix


def as_matrix(thing: Any, what: str) -> np.ndarray:
    """A Qobj or array as complex128; a ket, [side] or [side, 1], becomes its projector, [side, side]."""
    factors = getattr(thing, "dims", [[]])[0]
    if isinstance(factors, list) and len(factors) > 1:
        raise ArgumentError(f"{what} is a tensor product, {' x '.join(map(str, factors))}; leyden takes the Dicke "
                            "basis, j = N/2 first, of states that are the same for all cells", what)
    try:
        array = np.asarray(thing.full() if hasattr(thing, "full") else thing, dtype=complex)
    except (TypeError, ValueError):
        raise ArgumentError(f"{what} is no array of numbers but a {type(thing).__name__}", what) from None
    side = array.shape[0] if array.ndim else 0
    return np.outer(array, array.conj()) if array.shape in ((side,), (side, 1)) else array
