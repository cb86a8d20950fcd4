#!/usr/bin/python3
"""The workloads of bench/ in QuTiP 4.7 with PIQS, as its documentation would have a user write them.

    qutip_piqs.py WORKLOAD N OUT.csv [--tolerance 1e-8] [--grid POINTS] [--gz RATE]

Writes the columns that leyden writes for bench/WORKLOAD.yaml. On standard output: one JSON object with the seconds of
processor time spent on imports, on building and on everything after the imports. Exit status 77: no qutip.

PIQS' `dephasing` is the rate of D[sigma_z / 2], a quarter of leyden's. PIQS keeps its coefficients in single precision:
its results are off by some 1e-6 whatever the tolerance. Coherent charges are cut at 4 N + 1 levels, as published.
"""

import argparse
import json
import math
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
try:
    import numpy as np
    import qutip
    import scipy.sparse.linalg
    from qutip import piqs
except ImportError:
    print("qutip is not installed")
    sys.exit(77)

IMPORTED = time.process_time()


def options(tolerance):
    return qutip.Options(rtol=tolerance, atol=tolerance / 100, nsteps=10**7, store_states=True)


# ---- The battery's observables ------------------------------------------------------------------------------------

def work(values, counts, n):
    """Energy sum_k r_k e_k left in populations `values`, each counted `counts` times, sorted against the 2^N levels."""
    order = np.argsort(values)[::-1]
    energy, level, room = 0.0, 0, 1
    for k in order:
        left = counts[k]
        while left > 0:
            while room == 0:
                level += 1
                room = math.comb(n, level)
            take = min(left, room)
            energy += values[k] * take * level
            room -= take
            left -= take
    return energy


def multiplicity(n, two_j):
    """Copies of spin two_j / 2 among n cells."""
    k = (n - two_j) // 2
    return math.comb(n, k) - (math.comb(n, k - 1) if k > 0 else 0)


def dicke_blocks(n):
    """(two_j, slice) of each block in PIQS' order: j falling, inside it m falling."""
    blocks, begin = [], 0
    for two_j in range(n, -1, -2):
        blocks.append((two_j, slice(begin, begin + two_j + 1)))
        begin += two_j + 1
    return blocks


def of_blocks(n, blocks, rho):
    """Energy and GLOBAL ergotropy of a battery; blocks: (two_j, slice) into rho, m falling."""
    values, counts, energy = [], [], 0.0
    for two_j, part in blocks:
        block, copies = rho[part, part], multiplicity(n, two_j)
        energy += float(np.real(np.diag(block)) @ ((two_j / 2 - np.arange(two_j + 1)) + n / 2))
        values.extend(np.linalg.eigvalsh(block) / copies)
        counts.extend([copies] * (two_j + 1))
    return energy, energy - work(np.array(values), counts, n)


# ---- Workloads ----------------------------------------------------------------------------------------------------

def local_noise(n, levels, r, g, start, times, tolerance):
    """W1, W2, W3: PIQS for the cells, the cavity beside it."""
    ensemble = piqs.Dicke(n, emission=0.1, dephasing=4 * 0.1)
    size = piqs.num_dicke_states(n)
    jx, jy, jz = piqs.jspin(n)
    jp = jx + 1j * jy
    a, one, dark = qutip.destroy(levels), qutip.qeye(size), qutip.qeye(levels)
    h = qutip.tensor(jz, dark) + qutip.tensor(one, a.dag() * a) + g * (
        qutip.tensor(jp, a) + qutip.tensor(jp.dag(), a.dag()))
    if r:
        h = h + g * r * (qutip.tensor(jp, a.dag()) + qutip.tensor(jp.dag(), a))
    total = (qutip.super_tensor(ensemble.liouvillian(), qutip.to_super(dark))
             + qutip.super_tensor(qutip.to_super(one), qutip.liouvillian(0 * a, [math.sqrt(0.15) * a]))
             + qutip.liouvillian(h))
    rho = qutip.tensor(piqs.ground(n), qutip.ket2dm(start))
    built = time.process_time()
    states = qutip.mesolve(total, rho, times, [], [], options=options(tolerance)).states
    blocks = dicke_blocks(n)
    rows = [of_blocks(n, blocks, state.ptrace(0).full()) for state in states]
    return built, ["battery.energy", "battery.ergotropy"], rows


def coherent(n, levels):
    amplitudes = np.array([math.exp(0.5 * (k * math.log(n) - math.lgamma(k + 1))) for k in range(levels)])
    return qutip.Qobj(amplitudes / np.linalg.norm(amplitudes))


def ladder_operators(n, levels):
    one, dark = qutip.qeye(n + 1), qutip.qeye(levels)
    jz = qutip.tensor(qutip.jmat(n / 2, "z"), dark)
    jp = qutip.tensor(qutip.jmat(n / 2, "+"), dark)
    return jz, jp, qutip.tensor(one, qutip.destroy(levels))


def w1(n, args):
    return local_noise(n, 4 * n + 1, 0, 0.5 / math.sqrt(n), coherent(n, 4 * n + 1), args.times(4, 41), args.tolerance)


def w2(n, args):
    return local_noise(n, 4 * n + 1, 1, 0.25 / math.sqrt(n), coherent(n, 4 * n + 1), args.times(8, 81),
                       args.tolerance)


def w3(n, args):
    return local_noise(n, n + 1, 0, 0.5 / math.sqrt(n), qutip.basis(n + 1, n), args.times(4, 41), args.tolerance)


def w4(n, args, r):
    levels = 11
    jz, jp, a = ladder_operators(n, levels)
    exchange = jp * a + jp.dag() * a.dag()
    if r:
        exchange = exchange + r * (jp * a.dag() + jp.dag() * a)
    h = jz + n / 2 + a.dag() * a + 0.1 * exchange
    jumps = [math.sqrt(1e-3) * a, math.sqrt(1e-2) * jp.dag(), math.sqrt(args.gz) * jz]
    rho = qutip.ket2dm(qutip.tensor(qutip.basis(n + 1, n), qutip.basis(levels, 0)))
    built = time.process_time()
    solved = qutip.mesolve([h, [a + a.dag(), lambda t, _: math.exp(-((t - 5) ** 2) / 8)]], rho, args.times(50, 501),
                           jumps, [], options=options(args.tolerance)).states
    energy = jz + n / 2
    rows = []
    for state in solved:
        cells = np.linalg.eigvalsh(state.ptrace(0).full())
        light = np.linalg.eigvalsh(state.ptrace(1).full())
        rows.append((qutip.expect(energy, state), *(float(-np.sum(p[p > 0] * np.log(p[p > 0])))
                                                    for p in (cells, light))))
    return built, ["battery.energy", "battery.entropy", "cavity.entropy"], rows


def w6(n, args):
    levels, rows = 6, []
    jz, jp, a = ladder_operators(n, levels)
    exchange = 0.1 * (jp * a + jp.dag() * a.dag())

    def occupation(t):
        return 0.1 * (1 + math.sin(0.2 * math.pi * t) ** 2)

    built = time.process_time()
    for environment in ("A", "B"):
        for start in ("charged", "empty"):
            rho = qutip.ket2dm(qutip.tensor(qutip.basis(n + 1, 0 if start == "charged" else n),
                                            qutip.basis(levels, 0)))
            for detuning in np.linspace(0, 0.5, args.grid):
                for gamma in np.linspace(0.02, 0.15, args.grid):
                    if environment == "A":
                        jumps = [[a, lambda t, _, x=gamma: math.sqrt(x * math.exp(-0.05 * t))]]
                    else:
                        jumps = [[a, lambda t, _, x=gamma: math.sqrt(x * (1 + occupation(t)))],
                                 [a.dag(), lambda t, _, x=gamma: math.sqrt(x * occupation(t))], math.sqrt(0.02) * jz]
                    h = jz + (1 + detuning) * a.dag() * a + exchange
                    states = qutip.mesolve(h, rho, args.times(20, 150), jumps, [],
                                           options=options(args.tolerance)).states
                    rows.extend(of_blocks(n, [(n, slice(0, n + 1))], state.ptrace(0).full()) for state in states)
    return built, ["battery.energy", "battery.ergotropy"], rows


def w7(n, args):
    levels = 4 * n + 1
    jz, jp, a = ladder_operators(n, levels)
    h = jz + a.dag() * a + 0.5 / math.sqrt(n) * (jp * a + jp.dag() * a.dag())
    psi = qutip.tensor(qutip.basis(n + 1, n), coherent(n, levels))
    built = time.process_time()
    states = qutip.sesolve(h, psi, args.times(5, 51), [], options=options(args.tolerance)).states
    rows = [of_blocks(n, [(n, slice(0, n + 1))], state.ptrace(0).full()) for state in states]
    return built, ["battery.energy", "battery.ergotropy"], rows


def rates(n, **unit):
    """Rates between the populations of |j, m>, j and m falling."""
    return piqs.Pim(n, **unit).coefficient_matrix()


def null_vector(matrix):
    """The stationary populations: one balance is replaced by their sum. PIQS' own steady states fail here."""
    if matrix.shape[0] <= 400:
        dense = matrix.toarray()
        dense[0] = 1
        return np.linalg.solve(dense, np.eye(len(dense))[0])
    rows = matrix.tolil()
    rows[0] = 1
    return scipy.sparse.linalg.spsolve(rows.tocsc(), np.eye(1, matrix.shape[0])[0])


def of_populations(n, p):
    values, counts, energy, begin = [], [], 0.0, 0
    for two_j in range(n, -1, -2):
        part, copies = p[begin:begin + two_j + 1], multiplicity(n, two_j)
        energy += float(part @ ((two_j / 2 - np.arange(two_j + 1)) + n / 2))
        values.extend(part / copies)
        counts.extend([copies] * (two_j + 1))
        begin += two_j + 1
    return energy, energy - work(np.array(values), counts, n)


def s1(n, args):
    matrix = rates(n, collective_emission=0.9 * 1.5, collective_pumping=0.9 * 0.5, emission=0.1 * 1.1,
                   pumping=0.1 * 0.1)
    built = time.process_time()
    return built, ["battery.energy", "battery.ergotropy"], [of_populations(n, null_vector(matrix))]


def s1_map(n, args):
    down, up = rates(n, collective_emission=0.9), rates(n, collective_pumping=0.9)
    local_down, local_up = rates(n, emission=0.1), rates(n, pumping=0.1)
    built = time.process_time()
    points = np.linspace(0.01, 0.97, args.grid)
    rows = []
    for collective in points / (1 - points):
        for local in points / (1 - points):
            matrix = (collective + 1) * down + collective * up + (local + 1) * local_down + local * local_up
            rows.append(of_populations(n, null_vector(matrix)))
    return built, ["battery.energy", "battery.ergotropy"], rows


def s2(n, args):
    levels = 4 * n + 1
    ensemble = piqs.Dicke(n, hamiltonian=piqs.jspin(n, "z"), emission=0.1, dephasing=4 * 0.5)
    one, a = qutip.qeye(piqs.num_dicke_states(n)), qutip.destroy(levels)
    x = piqs.jspin(n, "+") + piqs.jspin(n, "-")
    h = qutip.tensor(one, a.dag() * a) + qutip.tensor(x, a + a.dag()) / math.sqrt(n)
    total = (qutip.super_tensor(ensemble.liouvillian(), qutip.to_super(qutip.qeye(levels)))
             + qutip.liouvillian(h, [math.sqrt(0.15) * qutip.tensor(one, a)]))
    built = time.process_time()
    rho = qutip.steadystate(total, method="direct").ptrace(0).full()
    return built, ["battery.energy", "battery.ergotropy"], [of_blocks(n, dicke_blocks(n), rho)]


WORKLOADS = {"s1": s1, "s1-map": s1_map, "s2": s2, "w1": w1, "w2": w2, "w3": w3, "w4-tc": lambda n, args: w4(n, args, 0),
             "w4-dicke": lambda n, args: w4(n, args, 1), "w6": w6, "w7": w7}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("n", type=int)
    parser.add_argument("out")
    parser.add_argument("--tolerance", type=float, default=1e-8)
    parser.add_argument("--grid", type=int, default=15, help="points of each axis of a map")
    parser.add_argument("--gz", type=float, default=0.1, help="collective dephasing of w4")
    args = parser.parse_args()
    args.times = lambda until, points: np.linspace(0, until, points)
    built, names, rows = WORKLOADS[args.workload](args.n, args)
    with open(args.out, "w", encoding="utf-8") as file:
        file.write(",".join(names) + "\n")
        file.writelines(",".join(repr(float(x)) for x in row) + "\n" for row in rows)
    end = time.process_time()
    print(json.dumps({"version": qutip.__version__, "import": IMPORTED, "build": built - IMPORTED,
                      "beyond_import": end - IMPORTED}))


if __name__ == "__main__":
    main()
