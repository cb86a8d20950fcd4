#!/usr/bin/python3
"""Points of the figures of papers/ in QuTiP 4.7 with PIQS, as its documentation would have a user write them.

    qutip_papers.py [CASE...]

For each case one line: the figure, the point, seconds of processor time of this point after the imports, and a number of it to
compare with leyden's. docs/benchmarks.md has the table, and how many such points a figure has. Exit status 77: no qutip.
"""

import math
import sys
import time

from qutip_piqs import coherent, dicke_blocks, ladder_operators, np, of_blocks, options, piqs, qutip


def jawad_table1(n):
    """Environment B at Delta*: two starts, 150 times, the ladder."""
    jz, jp, a = ladder_operators(n, 6)
    h = jz + (1 + 0.1 * math.sqrt(n / 0.1)) * a.dag() * a + 0.1 * (jp * a + jp.dag() * a.dag())

    def occupation(t):
        return 0.1 * (1 + math.sin(0.2 * math.pi * t) ** 2)

    jumps = [[a, lambda t, _: math.sqrt(0.05 * (1 + occupation(t)))],
             [a.dag(), lambda t, _: math.sqrt(0.05 * occupation(t))], math.sqrt(0.02) * jz]
    for level in (0, n):
        rho = qutip.ket2dm(qutip.tensor(qutip.basis(n + 1, level), qutip.basis(6, 0)))
        states = qutip.mesolve(h, rho, np.linspace(0, 20, 150), jumps, [], options=options(1e-7)).states
        energies = [of_blocks(n, [(n, slice(0, n + 1))], state.ptrace(0).full()) for state in states]
        if level == 0:
            energy = energies[-1][0]
    return energy


def with_cavity(n, levels, h_of, loss, emission, dephasing, rho, times, tolerance):
    """PIQS for the cells, a cavity beside it; dephasing: of D[sigma_z]."""
    size = piqs.num_dicke_states(n)
    jx, jy, jz = piqs.jspin(n)
    a, one, dark = qutip.destroy(levels), qutip.qeye(size), qutip.qeye(levels)
    local = piqs.Dicke(n, emission=emission, dephasing=4 * dephasing).liouvillian()
    h = h_of(jx + 1j * jy, jz, a, one, dark)
    total = (qutip.super_tensor(local, qutip.to_super(dark)) + qutip.liouvillian(h)
             + qutip.super_tensor(qutip.to_super(one), qutip.liouvillian(0 * a, [math.sqrt(loss) * a])))
    return qutip.mesolve(total, rho, times, [], [], options=options(tolerance)).states


def tavis_cummings(g):
    return lambda jp, jz, a, one, dark: (qutip.tensor(jz, dark) + qutip.tensor(one, a.dag() * a) + g * (
        qutip.tensor(jp, a) + qutip.tensor(jp.dag(), a.dag())))


def alvarez_scaling(n):
    """One photon, two levels, 1001 times, rates 1e-3."""
    rho = qutip.tensor(piqs.ground(n), qutip.ket2dm(qutip.basis(2, 1)))
    states = with_cavity(n, 2, tavis_cummings(0.1), 1e-3, 1e-3, 2.5e-4, rho, np.linspace(0, 50, 1001), 1e-6)
    blocks = dicke_blocks(n)
    return max(of_blocks(n, blocks, state.ptrace(0).full())[0] for state in states)


def canzio_fig4(n):
    """Tavis-Cummings, coherent start, all noises, 4 N + 1 levels, 101 times."""
    levels = 4 * n + 1
    rho = qutip.tensor(piqs.ground(n), qutip.ket2dm(coherent(n, levels)))
    states = with_cavity(n, levels, tavis_cummings(0.5 / math.sqrt(n)), 0.15, 0.1, 0.1, rho, np.linspace(0, 10, 101), 1e-6)
    blocks = dicke_blocks(n)
    return max(of_blocks(n, blocks, state.ptrace(0).full())[1] for state in states)


def carrasco_series(n):
    """Coherent start, kappa = Omega_R / 2, the ladder, 101 times up to 0.6 pi."""
    levels = n + math.ceil(8 * math.sqrt(n)) + 8
    _, jp, a = ladder_operators(n, levels)
    rho = qutip.ket2dm(qutip.tensor(qutip.basis(n + 1, n), coherent(n, levels)))
    states = qutip.mesolve(jp * a + jp.dag() * a.dag(), rho, np.linspace(0, 0.6 * math.pi, 101), [math.sqrt(2.0) * a], [],
                           options=options(1e-7)).states
    return max(of_blocks(n, [(n, slice(0, n + 1))], state.ptrace(0).full())[0] for state in states)


def ahmadi_fig11(n):
    """Steady state at alpha_c = 0.6, alpha_l = 0.2 on 2^N states: PIQS has no unique one."""
    def of(k, operator):
        return qutip.tensor([operator if i == k else qutip.qeye(2) for i in range(n)])

    down = [of(k, qutip.destroy(2)) for k in range(n)]
    together = sum(down)
    n_c, n_l = 0.6 / 0.4, 0.2 / 0.8
    jumps = [math.sqrt(0.9 * (n_c + 1)) * together, math.sqrt(0.9 * n_c) * together.dag()]
    for one in down:
        jumps += [math.sqrt(0.1 * (n_l + 1)) * one, math.sqrt(0.1 * n_l) * one.dag()]
    excitations = sum(one.dag() * one for one in down)
    rho = qutip.steadystate(excitations, jumps)
    return float(np.real((excitations * rho).tr()))


CASES = {
    "jawad2026/table1 N=2": (jawad_table1, 2), "jawad2026/table1 N=4": (jawad_table1, 4),
    "alvarez2026/fig12 N=10": (alvarez_scaling, 10), "alvarez2026/fig12 N=20": (alvarez_scaling, 20),
    "canzio2024/fig4 N=2": (canzio_fig4, 2), "canzio2024/fig4 N=4": (canzio_fig4, 4),
    "canzio2024/fig4 N=6": (canzio_fig4, 6),
    "carrasco2022/fig8 N=2": (carrasco_series, 2), "carrasco2022/fig8 N=4": (carrasco_series, 4),
    "ahmadi2025/fig11 N=4": (ahmadi_fig11, 4), "ahmadi2025/fig11 N=5": (ahmadi_fig11, 5),
}


def main():
    print(f"QuTiP {qutip.__version__}")
    for name in sys.argv[1:] or CASES:
        function, n = CASES[name]
        begin = time.process_time()
        value = function(n)
        print(f"{name:26} {time.process_time() - begin:9.2f} s   {value:.8g}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
