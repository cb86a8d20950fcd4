#!/usr/bin/python3
"""Largest ergotropies of canzio2024 from finer times, with PIQS: writes tools/papers/canzio2024_maxima.csv.

usage: tools/papers/maxima.py FOLDER [NAME...]

The expected numbers of FOLDER are the largest of a cubic spline through times 0.05 apart. Where the maximum is a kink, or
narrow, the spline passes it by. For the numbers below both are computed here: by the spline, which must give the number
expected to its tolerance, and from times 0.0005 apart. PIQS has the local channels, the cavity stands beside it; nothing
of leyden is used.
"""

import argparse
import csv
import math
import pathlib
import sys

import common
import numpy as np
from qutip import piqs
from scipy.integrate import DOP853
from scipy.interpolate import CubicSpline
from scipy.sparse import identity, kron

HERE = pathlib.Path(__file__).resolve().parent
NAMES = ("002.bare.TC.d.N6.max.W", "002.conv_bare.TC.d.N6.W", "002.bare.TC.c.N4.max.W", "002.bare.TC.c.N6.max.W",
         "002.bare.D.d.N8.max.W", "002.bare.TC.c.N8.max.W", "002.fockbare.TC.a.N6.max.W",
         "002.fock.TC.a.N10.max.W_dicke", "002.fock.TC.d.N4.max.locked_dicke")
COARSE, FINE = 0.05, 0.0005


def copies(n, k):
    return math.comb(n, k) - (math.comb(n, k - 1) if k > 0 else 0)


def work(values, counts, rooms):
    """Energy that is left when populations, each counted so often, are put in falling order on levels with this room."""
    energy, level, room = 0.0, 0, rooms[0]
    for k in np.argsort(values)[::-1]:
        left = counts[k]
        while left:
            while room == 0:
                level += 1
                room = rooms[level]
            take = min(left, room)
            energy += values[k] * take * level
            left, room = left - take, room - take
    return energy


class Battery:
    """Cells as PIQS orders them: j falling, inside it m falling."""

    def __init__(self, n):
        self.n, self.parts, begin = n, [], 0
        for k in range(n // 2 + 1):
            self.parts.append((k, slice(begin, begin + n - 2 * k + 1)))
            begin += n - 2 * k + 1

    def look(self, rho, quantity):
        energy, values, counts = 0.0, [], []
        for k, part in self.parts:
            block = rho[part, part] if part.stop <= rho.shape[0] else np.zeros((self.n - 2 * k + 1,) * 2)
            energy += float(np.diag(block).real @ (self.n - k - np.arange(block.shape[0])))
            number = copies(self.n, k) if quantity == "W" else 1
            values.extend(np.linalg.eigvalsh(block) / number)
            counts.extend([number] * block.shape[0])
        if quantity == "W":
            rooms = [math.comb(self.n, k) for k in range(self.n + 1)]
        else:  # a level for every state of the Dicke basis
            rooms = [sum(1 for spin, _ in self.parts if spin <= k <= self.n - spin) for k in range(self.n + 1)]
        return energy, energy - work(np.array(values), counts, rooms)


def evolve(p, times, see):
    """see(t, state of the cells) at the times, from the equation of the paper."""
    n, levels = p["N"], p["n_c"]
    noisy = p["gamma_down"] > 0 or p["gamma_phi"] > 0
    size = piqs.num_dicke_states(n) if noisy else n + 1  # j = N/2 comes first, and is left through local noise only
    jx, jy, jz = (operator.data[:size, :size] for operator in piqs.jspin(n))
    plus = (jx + 1j * jy).tocsr()
    a = np.zeros((levels, levels))
    a[np.arange(levels - 1), np.arange(1, levels)] = np.sqrt(np.arange(1, levels))
    g = p["g"] / (1 if "bare" in p["coupling"] else math.sqrt(n))
    h = p["w0"] * kron(jz, identity(levels)) + p["wc"] * kron(identity(size), np.diag(np.arange(levels)))
    h = h + g * (kron(plus, a) + kron(plus.conj().T, a.T))
    if p["model"] == "D":
        h = h + g * (kron(plus, a.T) + kron(plus.conj().T, a))
    h = h.tocsr()
    if noisy:
        cells = piqs.Dicke(n, emission=p["gamma_down"], dephasing=4 * p["gamma_phi"]).liouvillian().data.tocsr()
    loss, number = p["kappa"], np.arange(levels)

    def slope(_, y):
        rho = y.reshape(size * levels, size * levels)
        out = -1j * (h @ rho)
        out = out + out.conj().T
        four = rho.reshape(size, levels, size, levels)
        total = out.reshape(size, levels, size, levels)
        if loss:
            total[:, :-1, :, :-1] += loss * four[:, 1:, :, 1:] * np.sqrt(np.outer(number[1:], number[1:]))[None, :, None]
            total -= 0.5 * loss * (number[:, None, None] + number[None, None, :]) * four
        if noisy:  # columns of the state of the cells, stacked
            stacked = four.transpose(2, 0, 1, 3).reshape(size * size, levels * levels)
            total += (cells @ stacked).reshape(size, size, levels, levels).transpose(1, 2, 0, 3)
        return out.ravel()

    if p["cavity"] == "fock":
        light = np.eye(levels)[p["m"]]
    else:
        light = np.array([math.exp(0.5 * (k * math.log(p["m"]) - p["m"] - math.lgamma(k + 1))) for k in range(levels)])
        light /= np.linalg.norm(light)
    start = np.zeros((size, levels))
    start[n] = light  # the last of j = N/2
    start = start.ravel()
    integrator = DOP853(slope, 0, np.outer(start, start).astype(complex).ravel(), times[-1] + 1e-9, rtol=1e-9, atol=1e-12)
    k = 0
    while k < len(times):
        if times[k] > integrator.t:
            integrator.step()
        dense = integrator.dense_output() if integrator.t > 0 else None
        while k < len(times) and times[k] <= integrator.t:
            y = dense(times[k]) if dense else integrator.y
            see(times[k], np.einsum("iaja->ij", y.reshape(size, levels, size, levels)))
            k += 1


def maxima(p, quantity, until):
    """(by the spline, from fine times, the time): the largest ergotropy, or the energy that it leaves."""
    battery, count, rows = Battery(p["N"]), "W_dicke" if "dicke" in quantity else "W", {}

    def look(times):
        evolve(p, times, lambda t, rho: rows.__setitem__(t, battery.look(rho, count)))
        return tuple(np.array([rows[t][i] for t in times]) for i in (0, 1))

    coarse = np.arange(0, until + 0.5 * COARSE, COARSE)
    energy, ergotropy = look(coarse)
    dense = np.linspace(0, until, round(until / COARSE) * 1000 + 1)
    spline = CubicSpline(coarse, ergotropy)(dense)
    at = spline.argmax()
    fine = dense[at] + np.arange(-100, 101) * FINE
    finer = look(fine)
    best = finer[1].argmax()
    if best in (0, len(fine) - 1):
        raise ValueError("the maximum lies elsewhere")
    if quantity.startswith("locked"):
        return CubicSpline(coarse, energy)(dense[at]) - spline[at], finer[0][best] - finer[1][best], fine[best]
    return spline[at], finer[1][best], fine[best]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", help="of the expected numbers")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    entries = {e["id"]: e for e in common.entries(options.folder, "expected-002-003-004.json")}
    path, old = HERE / "canzio2024_maxima.csv", {}
    if options.names and path.exists():
        old = {line[0]: line for line in csv.reader(path.open(encoding="utf-8"))}
    for name in options.names or NAMES:
        key, _, quantity = name.rpartition(".")
        e = entries[key]
        until = round(e["value"]["tau"] + 1, 1) if quantity == "W" else 10
        spline, fine, at = maxima(e["parameters"], quantity, until)
        print(f"{name}: expected {e['value'][quantity]:.8g}, spline {spline:.8g}, fine {fine:.8g} at {at:.4f}", flush=True)
        old[name] = [name, f"{spline:.8g}", f"{fine:.8g}"]
    with path.open("w", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "spline", "finer"])
        writer.writerows(old[name] for name in NAMES if name in old)
    return 0


if __name__ == "__main__":
    sys.exit(main())
