#!/usr/bin/python3
"""Steady states of PIQS systems by every method of qutip.steadystate, with what they are worth.

Prints trace, residual ||L rho||, smallest eigenvalue and <Jz> + N/2 of each answer; docs/steady-states.md shows them beside
leyden's.
"""

import warnings

import numpy as np
import qutip
from qutip.piqs import Dicke, jspin, num_dicke_states


def cells_only(cells, **rates):
    system = Dicke(N=cells, hamiltonian=jspin(cells, "z"), **rates)
    return system.liouvillian(), jspin(cells, "z") + cells / 2


def dicke_battery(cells, levels, coupling=1.0, loss=0.15, emission=0.1, dephasing=0.5):
    size, a = num_dicke_states(cells), qutip.destroy(levels)
    system = Dicke(N=cells, hamiltonian=jspin(cells, "z"), emission=emission, dephasing=dephasing)
    x = jspin(cells, "+") + jspin(cells, "-")
    h = qutip.tensor(qutip.qeye(size), a.dag() * a) + coupling / np.sqrt(cells) * qutip.tensor(x, a + a.dag())
    liouvillian = qutip.super_tensor(system.liouvillian(), qutip.to_super(qutip.qeye(levels)))
    liouvillian += qutip.liouvillian(h, [np.sqrt(loss) * qutip.tensor(qutip.qeye(size), a)])
    return liouvillian, qutip.tensor(jspin(cells, "z") + cells / 2, qutip.qeye(levels))


CASES = {
    "A4": lambda: cells_only(4, emission=0.1, pumping=0.02, collective_emission=0.9, collective_pumping=0.3),
    "A20": lambda: cells_only(20, emission=0.1, pumping=0.02, collective_emission=0.9, collective_pumping=0.3),
    "B": lambda: cells_only(4, collective_emission=1.0, collective_pumping=0.3),
    "C2": lambda: dicke_battery(2, 9),
    "C3": lambda: dicke_battery(3, 13),
}


def main():
    print(f"QuTiP {qutip.__version__}")
    for name, make in CASES.items():
        liouvillian, excitations = make()
        for method in ("direct", "eigen", "svd", "power", "iterative-gmres"):
            if method == "svd" and liouvillian.shape[0] > 2000:
                continue
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    rho = qutip.steadystate(liouvillian, method=method)
            except Exception as error:
                print(f"{name:4} {method:16} fails: {str(error).splitlines()[0]}")
                continue
            matrix = rho.full()
            residual = np.linalg.norm((liouvillian * qutip.operator_to_vector(rho)).full())
            lowest = np.linalg.eigvalsh((matrix + matrix.conj().T) / 2).min()
            energy = np.real((excitations * rho).tr())
            print(f"{name:4} {method:16} trace {np.trace(matrix).real:.6f}  residual {residual:.1e}  "
                  f"smallest eigenvalue {lowest:.1e}  energy {energy:.8g}")


if __name__ == "__main__":
    main()
