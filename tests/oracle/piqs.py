#!/usr/bin/env python3
"""leyden against QuTiP's PIQS, run by hand where qutip is installed:

    python3 tests/oracle/piqs.py build/leyden

PIQS keeps rates and coefficients in single precision, so its Liouvillian is off by about 1e-7 and its results by a few
1e-6: compared at 1e-5, not tighter. Its `dephasing` is the rate of D[sigma_z / 2], a quarter of leyden's.
Exit status: 0 agreed, 1 not, 77 no qutip.
"""

import csv
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import qutip
    from qutip import piqs
except ImportError:
    print("skipped: qutip is not installed")
    sys.exit(77)

ALLOWED = 1e-5

# cells, levels, r, coupling, alpha, rates (loss, gain; collective and local emission, absorption, dephasing)
CASES = [
    (2, 6, 0, 0.3, 0.7, (0.1, 0.02), (0.05, 0.02, 0.04), (0.06, 0.03, 0.05)),
    (3, 8, 1, 0.2, 1.0, (0.15, 0.0), (0.0, 0.0, 0.0), (0.05, 0.0, 0.05)),
    (4, 6, 0.4, 0.18, 0.8, (0.05, 0.0), (0.04, 0.0, 0.03), (0.0, 0.02, 0.06)),
    (6, 5, 0, 0.15, 0.6, (0.1, 0.0), (0.02, 0.01, 0.0), (0.03, 0.0, 0.02)),
]
TIMES = np.linspace(0, 5, 6)
COLUMNS = ["battery.energy", "battery.purity", "cavity.photons", "interaction.energy", "cavity.amplitude_re",
           "cavity.amplitude_im", "battery.ergotropy_dicke"]


def scenario(case):
    n, levels, r, g, alpha, cavity, collective, local = case
    words = ("emission", "absorption", "dephasing")
    return f"""battery: {{cells: {n}, frequency: 1}}
cavity: {{frequency: 0.9, levels: {levels}, state: {{coherent: {alpha}}}}}
coupling: {{model: {{counter_rotating: {r}}}, strength: {g}}}
noise:
  cavity: {{loss: {cavity[0]}, gain: {cavity[1]}}}
  collective: {{{', '.join(f'{w}: {x}' for w, x in zip(words, collective))}}}
  local: {{{', '.join(f'{w}: {x}' for w, x in zip(words, local))}}}
time: {{until: {TIMES[-1]}, points: {len(TIMES)}}}
observe: [{', '.join(COLUMNS)}]
numerics: {{tolerance: 1e-9}}
"""


def leyden(program, case):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "case.yaml").write_text(scenario(case))
        subprocess.run([program, "run", str(folder / "case.yaml"), "-o", str(folder / "case.h5"), "--csv",
                        str(folder / "case.csv")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = list(csv.DictReader((folder / "case.csv").read_text().splitlines()))
    return {name: np.array([float(row[name]) for row in rows]) for name in COLUMNS}


def multiplicities(n):
    """d_j of each Dicke state, in PIQS' order."""
    return np.array([piqs.state_degeneracy(n, abs(j)) for j, _, _ in dicke_states(n)])


def dicke_states(n):
    """(j, m, K) of each Dicke state: j descending, then m descending."""
    return [(j, m, m + n / 2) for j in np.arange(n / 2, -0.1, -1) for m in np.arange(j, -j - 0.1, -1)]


def reference(case):
    n, levels, r, g, alpha, cavity, collective, local = case
    ensemble = piqs.Dicke(n)
    ensemble.collective_emission, ensemble.collective_pumping, ensemble.collective_dephasing = collective
    ensemble.emission, ensemble.pumping, ensemble.dephasing = local[0], local[1], 4 * local[2]
    size = piqs.num_dicke_states(n)
    jx, jy, jz = piqs.jspin(n)
    jp = jx + 1j * jy
    a = qutip.destroy(levels)
    one, dark = qutip.qeye(size), qutip.qeye(levels)
    coupling = g * (qutip.tensor(jp, a) + qutip.tensor(jp.dag(), a.dag())
                    + r * (qutip.tensor(jp, a.dag()) + qutip.tensor(jp.dag(), a)))
    h = qutip.tensor(jz + n / 2 * one, dark) + 0.9 * qutip.tensor(one, a.dag() * a) + coupling
    cells = qutip.super_tensor(ensemble.liouvillian(), qutip.to_super(dark))
    mode = qutip.super_tensor(qutip.to_super(one), qutip.liouvillian(
        0 * a, [np.sqrt(cavity[0]) * a, np.sqrt(cavity[1]) * a.dag()]))
    total = cells + mode + qutip.liouvillian(h)
    amplitudes = np.array([alpha**k / np.sqrt(float(np.prod(np.arange(1, k + 1)))) for k in range(levels)])
    start = qutip.ket2dm(qutip.Qobj(amplitudes / np.linalg.norm(amplitudes)))
    rho = qutip.tensor(piqs.ground(n), start)
    options = qutip.Options(rtol=1e-10, atol=1e-12, nsteps=100000)
    states = qutip.mesolve(total, rho, TIMES, [], [], options=options).states
    energies = np.array([k for _, _, k in dicke_states(n)])
    out = {name: [] for name in COLUMNS}
    for state in states:
        battery = state.ptrace(0).full()
        amplitude = (state * qutip.tensor(one, a)).tr()
        energy = float(np.real(np.diag(battery)) @ energies)
        passive = np.sort(np.linalg.eigvalsh(battery))[::-1] @ np.sort(energies)
        out["battery.energy"].append(energy)
        out["battery.ergotropy_dicke"].append(energy - passive)
        out["battery.purity"].append(float(np.sum(np.abs(battery) ** 2 / multiplicities(n)[:, None])))
        out["cavity.photons"].append(np.real((state * qutip.tensor(one, a.dag() * a)).tr()))
        out["cavity.amplitude_re"].append(np.real(amplitude))
        out["cavity.amplitude_im"].append(np.imag(amplitude))
        out["interaction.energy"].append(np.real((state * coupling).tr()))
    return {name: np.array(values) for name, values in out.items()}


def main():
    failed = False
    for case in CASES:
        ours, theirs = leyden(sys.argv[1], case), reference(case)
        for name in COLUMNS:
            off = float(np.max(np.abs(ours[name] - theirs[name])))
            failed |= not off <= ALLOWED
            print(f"N = {case[0]}, {case[1]} levels, r = {case[2]}: {name:26} off by {off:.1e}")
    print("does not agree" if failed else f"agreed to {ALLOWED:g}")
    return int(failed)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main())
