#!/usr/bin/python3
"""Final entropies of alvarez2026, driven at g = 1, with tighter steps: writes tools/papers/alvarez2026_finals.csv.

usage: tools/papers/driven.py

The battery is nearly empty at t = 50 there, and the entropies are small differences: the expected numbers move with the
tolerance of the integrator. Here PIQS has the local channels, the cavity of two levels stands beside it, and states of more than
EXCITATIONS excitations are left out; nothing of leyden is used. `coarse` is the same at a relative tolerance of 1e-6.
"""

import math
import sys

import common
import numpy as np
from qutip import piqs
from scipy.integrate import solve_ivp
from scipy.sparse import csr_matrix, kron

EXCITATIONS, RATE, G = 12, 1e-3, 1.0


def copies(n, k):
    return math.comb(n, k) - (math.comb(n, k - 1) if k > 0 else 0)


def states(n):
    """(copy number of the spin, excitations) of each Dicke state, as PIQS orders them."""
    return [(k, n - k - i) for k in range(n // 2 + 1) for i in range(n - 2 * k + 1)]


def entropies(n, tolerance):
    listed = states(n)
    kept = np.array([i for i, (_, up) in enumerate(listed) if up <= EXCITATIONS])
    size = len(kept)
    jx, jy, jz = (operator.data.tocsr()[kept][:, kept] for operator in piqs.jspin(n))
    plus = (jx + 1j * jy).tocsr()
    local = piqs.Dicke(n, emission=RATE, dephasing=RATE).liouvillian().data.tocsr()
    pairs = (kept[None, :] + len(listed) * kept[:, None]).ravel()
    local = local[pairs][:, pairs]
    a = np.array([[0.0, 1.0], [0.0, 0.0]])
    h = kron(jz, np.eye(2)) + kron(np.eye(size), np.diag([0.0, 1.0])) + G * (kron(plus, a) + kron(plus.conj().T, a.T))
    h, drive = h.tocsr(), csr_matrix(kron(np.eye(size), a + a.T))
    photons = np.array([0.0, 1.0])

    def slope(t, y):
        rho = y.reshape(2 * size, 2 * size)
        out = -1j * ((h + math.exp(-((t - 5) ** 2) / 8) * drive) @ rho)
        out = out + out.conj().T
        four, total = rho.reshape(size, 2, size, 2), out.reshape(size, 2, size, 2)
        total[:, 0, :, 0] += RATE * four[:, 1, :, 1]
        total -= 0.5 * RATE * (photons[:, None, None] + photons[None, None, :]) * four
        stacked = four.transpose(2, 0, 1, 3).reshape(size * size, 4)
        total += (local @ stacked).reshape(size, size, 2, 2).transpose(1, 2, 0, 3)
        return out.ravel()

    start = np.zeros((size, 2, size, 2), complex)
    ground = [listed[i] for i in kept].index((0, 0))
    start[ground, 0, ground, 0] = 1
    end = solve_ivp(slope, (0, 50), start.ravel(), method="DOP853", rtol=tolerance, atol=1e-3 * tolerance, t_eval=[50.0])
    rho = end.y[:, -1].reshape(size, 2, size, 2)
    cells, light = np.einsum("iaja->ij", rho), np.einsum("iaib->ab", rho)

    def entropy(matrix, times=1):
        values = np.linalg.eigvalsh(matrix)
        values = values[values > 1e-300]
        return float(-np.sum(values * np.log(values / times)))

    true = sum(entropy(cells[np.ix_(part, part)], copies(n, k)) for k in range(EXCITATIONS + 1)
               for part in [[i for i, s in enumerate(kept) if listed[s][0] == k]] if part)
    return {"Scf": entropy(light), "Sqf": entropy(cells), "Sqftrue": true}


def main():
    rows = []
    for n in (20, 50):
        coarse, fine = entropies(n, 1e-6), entropies(n, 1e-10)
        for name, value in fine.items():
            rows.append([f"001.F2-3.TC.N{n}.k0.001.r0.001.d0.001.g1.0.driven.{name}", f"{coarse[name]:.6e}", f"{value:.8e}"])
            print(*rows[-1], flush=True)
    common.write_beside("alvarez2026_finals.csv", ["id", "coarse", "finer"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
