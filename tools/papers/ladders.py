#!/usr/bin/python3
"""Numbers of carrasco2022 for 10 and 40 cells, with tight steps: writes tools/papers/carrasco2022_ladders.csv.

usage: tools/papers/ladders.py

For these, begun with a Fock state, the reference is a little less exact than its tolerance says. Without loss as many
quanta as cells have one state for each level of the ladder, which are diagonalised; with loss ladder and cavity are
integrated. The first maximum is a root of the slope of the energy.
"""

import math
import sys

import common
import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.sparse import csr_matrix, diags, kron

CELLS = 10
ROWS = (("003.first.fock.N10.k0.erg_ladder", 10, 0.0, None), ("003.first.fock.N10.k0.P", 10, 0.0, None),
        ("003.first.fock.N10.k0.1.P", 10, 0.1, None), ("003.time.fock.N10.k0.t0.5.erg_ladder", 10, 0.0, math.pi / 4),
        ("003.large.fock.N40.erg_ladder", 40, 0.0, None))


def light_of(photons):
    return np.diag([0.0] * photons + [1.0])


def curve(k, until):
    """Dense output of the state; the energy of the cells; its slope."""
    light = light_of(CELLS)
    levels = len(light)
    up = diags([math.sqrt((CELLS - m) * (m + 1)) for m in range(CELLS)], -1)
    a = csr_matrix(diags(np.sqrt(np.arange(1, levels)), 1))
    h = csr_matrix(kron(up, a) + kron(up.T, a.T))
    excited = np.repeat(np.arange(CELLS + 1), levels)
    number = np.arange(levels)
    step = np.sqrt(np.outer(number[1:], number[1:]))

    def slope(_, y):
        rho = y.reshape(h.shape)
        out = -1j * (h @ rho)
        out = out + out.conj().T
        if k:
            four, total = rho.reshape(CELLS + 1, levels, CELLS + 1, levels), out.reshape(CELLS + 1, levels, CELLS + 1, levels)
            total[:, :-1, :, :-1] += 4 * k * step[None, :, None] * four[:, 1:, :, 1:]
            total -= 2 * k * (number[:, None, None] + number[None, None, :]) * four
        return out.ravel()

    start = np.zeros((CELLS + 1, levels, CELLS + 1, levels), complex)
    start[0, :, 0, :] = light
    found = solve_ivp(slope, (0, until), start.ravel(), method="DOP853", rtol=1e-10, atol=1e-13, dense_output=True).sol

    def energy(t):
        return float(excited @ np.diag(found(t).reshape(h.shape)).real)

    def rate(t):
        y = found(t)
        return float(excited @ np.diag(slope(t, y).reshape(h.shape)).real)

    def work(t):
        four = found(t).reshape(CELLS + 1, levels, CELLS + 1, levels)
        values = np.sort(np.linalg.eigvalsh(np.einsum("iaja->ij", four)))[::-1]
        return energy(t) - float(values @ np.arange(CELLS + 1))

    return energy, rate, work


def pure(cells):
    """Without loss: the cells + 1 states of as many quanta, diagonalised."""
    m = np.arange(cells)
    off = np.sqrt((cells - m) * (m + 1.0) * (cells - m))
    values, vectors = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
    levels = np.arange(cells + 1)

    def state(t):
        return vectors @ (np.exp(-1j * values * t) * vectors[0])

    def energy(t):
        return float(levels @ np.abs(state(t)) ** 2)

    def rate(t):
        psi = state(t)
        slope = -1j * (off * psi[:-1])
        return float(2 * (levels[1:] @ (psi[1:].conj() * slope).real) + 2 * (levels[:-1] @ (
            psi[:-1].conj() * (-1j * off * psi[1:])).real))

    def work(t):
        return energy(t) - float(np.sort(np.abs(state(t)) ** 2)[::-1] @ levels)

    return energy, rate, work


def main():
    rows = []
    for row, cells, k, t in ROWS:
        energy, rate, work = curve(k, 0.8) if k else pure(cells)
        middle = 2.013 / math.sqrt(cells)
        t = t or brentq(rate, 0.8 * middle, 1.2 * middle, xtol=1e-13)
        value = work(t) if row.endswith("erg_ladder") else energy(t) / t
        rows.append([row, f"{value:.9g}"])
        print(*rows[-1], flush=True)
    common.write_beside("carrasco2022_ladders.csv", ["id", "finer"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
