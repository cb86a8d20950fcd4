#!/usr/bin/python3
"""Rises of trace distances of jawad2026 in two ways: writes tools/papers/jawad2026_rises.csv.

usage: tools/papers/rises.py FOLDER

The expected `blp` of FOLDER is an integral by Simpson's rule (scipy since 1.11) over the positive part of a finite
difference on 150 times. Here the equations are integrated with numpy alone; `rule` repeats that procedure and must give
the number expected to its tolerance; `sum` adds up the rises from time to time, which needs no rule.
"""

import math
import sys

import common
import numpy as np
from scipy.integrate import solve_ivp

TIMES = np.linspace(0, 20, 150)
STEP = TIMES[1]


def simpson(y):
    """On an even number of points: the rule on all but the last, and a parabola's share of the last interval."""
    head = STEP / 3 * (y[0] + 4 * y[1:-2:2].sum() + 2 * y[2:-3:2].sum() + y[-2])
    return head + STEP * (5 * y[-1] + 8 * y[-2] - y[-3]) / 12


def two_ways(distance):
    slope = np.gradient(distance, STEP)
    return simpson(np.clip(slope, 0, None)), float(np.clip(np.diff(distance), 0, None).sum())


def distances(n, levels, detuning, env, delta=0.0):
    """env A, B, or T: constant loss, and telegraph noise of the cells' frequency at rate 0.05."""
    size = (n + 1) * levels
    up = np.diag(np.sqrt([(n - k) * (k + 1) for k in range(n)]), -1)  # |k> has k excitations
    a = np.kron(np.eye(n + 1), np.diag(np.sqrt(np.arange(1, levels)), 1))
    jp = np.kron(up, np.eye(levels))
    jz = np.kron(np.diag(np.arange(n + 1) - n / 2), np.eye(levels))
    base = (1 + detuning) * a.T @ a + 0.1 * (jp @ a + jp.T @ a.T)

    def jump(c, rho):
        square = c.T @ c
        return c @ rho @ c.T - 0.5 * (square @ rho + rho @ square)

    def slope(t, y):
        parts = y.reshape(-1, size, size)
        out = []
        for k, rho in enumerate(parts):
            sign = 0.0 if len(parts) == 1 else (1.0, -1.0)[k]
            h = base + (1 + delta * sign) * jz
            one = -1j * (h @ rho - rho @ h)
            if env == "B":
                occupation = 0.1 * (1 + math.sin(math.pi * t / 5) ** 2)
                one += 0.05 * (1 + occupation) * jump(a, rho) + 0.05 * occupation * jump(a.T, rho) + 0.02 * jump(jz, rho)
            else:
                one += 0.05 * (math.exp(-0.05 * t) if env == "A" else 1.0) * jump(a, rho)
            if len(parts) == 2:
                one += 0.05 * (parts[1 - k] - rho)
            out.append(one)
        return np.array(out).ravel()

    cells = []
    for level in (n, 0):
        rho = np.zeros((size, size), complex)
        rho[level * levels, level * levels] = 1
        start = np.array([rho]) if env != "T" else np.array([0.5 * rho, 0.5 * rho])
        found = solve_ivp(slope, (0, 20), start.ravel(), method="DOP853", rtol=1e-9, atol=1e-12, t_eval=TIMES).y
        whole = found.reshape(len(start), n + 1, levels, n + 1, levels, len(TIMES)).sum(axis=0)
        cells.append(np.einsum("iajat->tij", whole))
    return np.array([0.5 * np.abs(np.linalg.eigvalsh(one - other)).sum() for one, other in zip(*cells)])


def case(entry):
    p, (_, kind, *rest) = entry["parameters"], entry["id"].split(".")
    detuning = p.get("Delta", 0.0)
    if kind == "RTN":
        return p["N"], 6, detuning, "T", p["delta"]
    if kind == "T1":
        return p["N"], 12, detuning, "B"
    return p["N"], 6, detuning, "A"


def main():
    rows = []
    for entry in common.entries(sys.argv[1], "expected-000-001.json"):
        kind = entry["id"].split(".")[1]
        wanted = kind in ("RTN", "F3b") or entry["id"].startswith("000.T1.conv")
        if not entry["id"].startswith("000.") or not wanted or "blp" not in entry["ours"]:
            continue
        rule, rises = two_ways(distances(*case(entry)))
        wrong = abs(rule - entry["ours"]["blp"]) > common.tolerance_of(entry, "blp")
        print(f"{entry['id']}: expected {entry['ours']['blp']:.8g}, rule {rule:.8g}{' WRONG' if wrong else ''}, "
              f"sum {rises:.8g}", flush=True)
        rows.append([entry["id"], f"{rule:.8g}", f"{rises:.8g}"])
    common.write_beside("jawad2026_rises.csv", ["id", "rule", "sum"], rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
