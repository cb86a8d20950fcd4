"""States of the battery: blocks, in and out.

rho = (+)_j (1/d_j) 1 (x) rho_j: a permutation-symmetric state is one block for each spin j = N/2, N/2 - 1, ..., summed
over the d_j copies of that spin. The traces of the blocks are the weights of the spins and add up to 1. A matrix in the
Dicke basis, as PIQS and QuTiP write it, is the direct sum of the same blocks, but with m = j first.
"""

from __future__ import annotations

import numbers
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Union, overload

import numpy as np

from . import _leyden
from ._dicke_basis import as_matrix, num_dicke_states, places, spins, spins_in_words
from ._errors import ArgumentError, UnsupportedError
from ._words import optional

_OFF = 1e-7  # elements between different j, of what a symmetric state is


class Blocks(Mapping[int, np.ndarray]):
    """A state of the battery: ``blocks[two_j]`` is complex128 [two_j + 1, two_j + 1], m = -j first.

    Largest spin first. The trace of a block is the weight of all copies of its spin together, so the traces add up to
    1. Final blocks are copied out of the run when they are first asked for; of very many cells the library keeps none,
    and asking raises `UnsupportedError`. Wherever a battery takes a state, it takes one of these.

    Examples
    --------
    >>> import leyden
    >>> r = leyden.Battery(cells=2, state="excited", emission=0.5).evolve(1)
    >>> r.final_blocks
    blocks two_j = 2, 0 of 2 cells
    >>> r.final_blocks[2].shape, r.final_blocks.to_matrix().shape
    ((3, 3), (4, 4))
    """

    def __init__(self, cells: int, run: Optional[_leyden.Run] = None,
                 blocks: Optional[Mapping[int, np.ndarray]] = None) -> None:
        self._cells = cells
        self._run = run
        self._blocks: Dict[int, np.ndarray] = dict(blocks or {})

    @property
    def cells(self) -> int:
        """N."""
        return self._cells

    def __getitem__(self, two_j: int) -> np.ndarray:
        if two_j not in self._blocks:
            if self._run is None or two_j not in spins(self._cells):
                raise KeyError(f"two_j = {two_j}; {spins_in_words(self._cells)}")
            block = np.frombuffer(self._run.battery_block(two_j), dtype=np.complex128)
            self._blocks[two_j] = block.reshape(two_j + 1, two_j + 1)
        return self._blocks[two_j]

    def __iter__(self) -> Iterator[int]:
        return iter(spins(self._cells))

    def __len__(self) -> int:
        return len(spins(self._cells))

    def __repr__(self) -> str:
        return f"blocks two_j = {', '.join(map(str, self))} of {self._cells} cells"

    def __reduce__(self) -> Any:
        try:
            blocks = dict(self.items())
        except UnsupportedError:  # of very many cells the library keeps none
            blocks = {}
        return Blocks, (self._cells, None, blocks)

    def to_matrix(self) -> np.ndarray:
        """As a matrix in the Dicke basis of PIQS: j from N/2 down, within each j m from j down.

        Returns
        -------
        ndarray, complex128 [num_dicke_states(N), num_dicke_states(N)]
        """
        matrix = np.zeros((num_dicke_states(self._cells),) * 2, dtype=complex)
        for two_j, place in places(self._cells):
            matrix[place, place] = self[two_j][::-1, ::-1]
        return matrix

    def to_qobj(self) -> Any:
        """As ``qutip.Qobj`` in the Dicke basis of PIQS; needs QuTiP.

        Returns
        -------
        qutip.Qobj, [num_dicke_states(N), num_dicke_states(N)]
        """
        return optional("qutip", "a Qobj").Qobj(self.to_matrix())


class States(Sequence[Blocks]):
    """States of the battery at the output times: ``states[i]`` is that at ``times[i]``, as `Blocks`.

    Attributes
    ----------
    array : ndarray, float64 [time, 2 sum of (2j + 1)^2]
        ``battery.state`` as the library gives it: rho_j row by row, elements as re, im.
    """

    def __init__(self, array: np.ndarray, cells: int) -> None:
        self.array = array
        self._cells = cells

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, index: int) -> Blocks: ...

    @overload
    def __getitem__(self, index: slice) -> "States": ...

    def __getitem__(self, index: Union[int, slice]) -> Union[Blocks, "States"]:
        if isinstance(index, slice):
            return States(self.array[index], self._cells)
        return blocks_of_row(self.array[index], self._cells)

    def __repr__(self) -> str:
        return f"{len(self)} states of {self._cells} cells"


def blocks_of_row(row: np.ndarray, cells: int) -> Blocks:
    """`Blocks` from one row of ``battery.state``."""
    elements = np.ascontiguousarray(row, dtype=np.float64).view(np.complex128)
    blocks, place = {}, 0
    for two_j in spins(cells):
        side = two_j + 1
        blocks[two_j] = elements[place:place + side * side].reshape(side, side)
        place += side * side
    return Blocks(cells, None, blocks)


def blocks_of_matrix(thing: Any, cells: int) -> Blocks:
    """`Blocks` from a ket or density matrix in the Dicke basis of PIQS, or of j = N/2 alone, m = j first.

    Parameters
    ----------
    thing : Qobj or array_like, [side], [side, 1] or [side, side]
        side is ``num_dicke_states(N)``, or N + 1 for j = N/2 alone.
    cells : int
        N.
    """
    array = as_matrix(thing, "battery.state")
    side = len(array) if array.ndim else 0
    if array.shape != (side, side) or side not in (num_dicke_states(cells), cells + 1):
        sides = dict.fromkeys((num_dicke_states(cells), cells + 1))
        shape = getattr(thing, "shape", None) or np.shape(thing)
        raise ArgumentError(f"the state has shape {shape}; for N = {cells} it is "
                            + " or ".join(f"({n},) or {(n, n)}" for n in sides)
                            + (", the Dicke basis or j = N/2 alone" if len(sides) > 1 else ""), "battery.state")
    rest = array.copy()
    blocks = {}
    for two_j, place in places(cells):
        if place.stop <= side:
            blocks[two_j] = array[place, place][::-1, ::-1].copy()
            rest[place, place] = 0
        else:
            blocks[two_j] = np.zeros((two_j + 1, two_j + 1), dtype=complex)
    if rest.size and np.abs(rest).max() > _OFF:
        raise ArgumentError(f"the state has elements between different j, up to {np.abs(rest).max():.2g}; no state "
                            "that is the same for all cells has any", "battery.state")
    return Blocks(cells, None, blocks)


def words_of_blocks(blocks: Mapping[int, Any], cells: int) -> Dict[str, Any]:
    """``{"blocks": [...]}`` of a scenario; what is not given is zero."""
    unknown = [two_j for two_j in blocks if two_j not in spins(cells)]
    if unknown:
        raise ArgumentError(f"a block two_j = {unknown[0]}; {spins_in_words(cells)}", "battery.state")
    rows: List[Any] = []
    for two_j in range(cells, min(blocks, default=cells) - 1, -2):
        block = np.asarray(blocks[two_j] if two_j in blocks else np.zeros((two_j + 1,) * 2), dtype=complex)
        if block.shape != (two_j + 1,) * 2:
            raise ArgumentError(f"the block two_j = {two_j} has shape {block.shape}; it is {(two_j + 1,) * 2}",
                                "battery.state")
        rows.append([[z.real if z.imag == 0 else [z.real, z.imag] for z in line] for line in block.tolist()])
    return {"blocks": rows}


def state_words(state: Any, cells: Any) -> Any:
    """What a scenario says of a state: words pass; blocks, matrices, kets, Qobj and results become blocks."""
    if state is None or isinstance(state, str):
        return state
    if hasattr(state, "final_blocks"):
        state = state.final_blocks
    if isinstance(state, Mapping) and not (state and all(isinstance(key, numbers.Integral) for key in state)):
        return state
    if not isinstance(cells, numbers.Integral):
        raise ArgumentError(f"cells is {cells!r}; a state given as a matrix needs a number of cells", "battery.cells")
    blocks = state if isinstance(state, Mapping) else blocks_of_matrix(state, int(cells))
    return words_of_blocks(blocks, int(cells))
