#!/usr/bin/env python3
"""Turns reference cases (JSON, format "cqb-golden-1") into scenarios and tables for tests/oracle/test_golden.c.

    python3 tools/golden/convert.py REFERENCE_FOLDER tests/data/golden

The reference cases hold time evolutions of the full 2^N * n_c density matrix, computed by two independent programs
that agree to 5e-11 or better in every series. For each case NAME this writes

    NAME.yaml    the case as a leyden scenario, observing everything the case gives
    NAME.csv     the expected numbers: a header line, then one line a time; vectors as name[0], name[1], ...
    NAME.blocks  the battery blocks at the end: "two_j row column re im", rows and columns m + j

and the tables of steady_states.json as steady_NAME.csv, one line a state, parameters first.

Run by hand; what it writes is committed, so that the tests need no reference folder. Numbers keep every digit.
Left out: the series
that leyden does not have (coherences in the product basis, face-value entropies).
"""

import json
import pathlib
import re
import sys

# The reference names papers by number; people know them by their authors.
PAPERS = {"000": "Jawad", "001": "Alvarez-Cuartas and Reina", "002": "Canzio et al.", "003": "Carrasco et al.",
          "004": "Ahmadi et al."}

# leyden's name: series of the reference case. Sums and vectors are handled below.
PLAIN = {
    "battery.energy": "E_B",
    "battery.ergotropy": "ergotropy_global",
    "battery.ergotropy_collective": "ergotropy_collective",
    "battery.ergotropy_dicke": "ergotropy_dicke",
    "battery.ergotropy_hybrid": "ergotropy_hybrid",
    "battery.entropy": "S_q",
    "battery.purity": "purity_B",
    "battery.jz": "J_z",
    "battery.coherence_l1": "coherence_l1",
    "battery.coherence_relative": "coherence_relent",
    "total.purity": "purity_joint",
    "heat": "Q",
}
PLAIN_CAVITY = {
    "cavity.energy": "E_C",
    "cavity.photons": "n_photon",
    "cavity.entropy": "S_c",
    "cavity.purity": "purity_C",
    "cavity.amplitude_re": "a_re",
    "cavity.amplitude_im": "a_im",
    "cavity.top_level": "top_level",
    "interaction.energy": "E_int",
    "mutual_information": "mutual_information",
    "log_negativity": "log_negativity",
}


def expression(value):
    """A reference number or time function as a leyden expression."""
    if not isinstance(value, dict):
        return repr(float(value))
    v = {key: repr(x) for key, x in value.items()}
    kind = value["kind"]
    if kind == "gaussian":
        return f"{v['amplitude']}*gauss(t, {v['center']}, {v['width']})"
    if kind == "exp_decay":
        return f"{v['amplitude']}*exp(-{v['rate']}*t)"
    if kind == "sin2":
        return f"{v['base']} + {v['amplitude']}*sin({v['omega']}*t)^2"
    if kind == "cos":
        return f"{v['base']} + {v['amplitude']}*cos({v['omega']}*t + {v['phase']})"
    if kind == "switch":
        return f"{v['value']}*box(t, {v['t_on']}, {v['t_off']})"
    if kind == "tcl2_lorentzian":  # Lorentzian bath at zero temperature, second order in the coupling
        g, l, d = v["gamma0"], v["lambda"], v["Delta"]
        return f"{g}*{l}^2/({l}^2 + {d}^2)*(1 - exp(-{l}*t)*(cos({d}*t) - {d}/{l}*sin({d}*t)))"
    raise ValueError(f"unknown time function {kind}")


def number(value):
    """The same as YAML text: formulas quoted, numbers bare."""
    text = expression(value)
    return f'"{text}"' if isinstance(value, dict) else text


def is_zero(value):
    return not isinstance(value, dict) and value == 0


def thermal_rates(kappa, n_th):
    """Loss and gain of a cavity in a bath of n_th photons: kappa (n_th + 1) and kappa n_th."""
    if is_zero(n_th):
        return number(kappa), "0"
    if not isinstance(kappa, dict) and not isinstance(n_th, dict):
        return repr(kappa * (n_th + 1)), repr(kappa * n_th)
    k, n = expression(kappa), expression(n_th)
    return f'"({k})*(1 + {n})"', f'"({k})*({n})"'


def battery_state(state):
    kind = state["type"]
    if kind in ("ground", "excited"):
        return kind
    if kind == "dicke":
        return f"{{dicke: [{state['j']}, {state['m']}]}}"
    if kind == "gibbs":
        return f"{{gibbs: {state['q']!r}}}"
    if kind == "coherent_spin":
        return f"{{spin_coherent: [{state['theta']!r}, {state['phi']!r}]}}"
    raise ValueError(f"unknown battery state {kind}")


def cavity_state(state):
    kind = state["type"]
    if kind == "vacuum":
        return kind
    if kind == "fock":
        return f"{{fock: {state['n']}}}"
    if kind == "coherent":
        return f"{{coherent: [{state['alpha_re']!r}, {state['alpha_im']!r}]}}"
    if kind == "thermal":
        return f"{{thermal: {state['nbar']!r}}}"
    raise ValueError(f"unknown cavity state {kind}")


def spin_keys(cells):
    """Names of the spin weights in the reference, j = N/2 first."""
    doubled = range(cells, -1, -2)
    return [f"p_j={d // 2}" if d % 2 == 0 else f"p_j={d}/2" for d in doubled]


def columns(case):
    """leyden's columns, in order, as (observable, list of component series)."""
    p, series = case["parameters"], case["series"]
    cells, cavity = p["N"], p["n_c"] > 1
    times = case["times"]
    rows = range(len(times))
    out = [(name, [series[key]]) for name, key in PLAIN.items()]
    energy, work = series["E_B"], series["ergotropy_global"]
    left = [energy[i] - work[i] for i in rows]
    out += [("battery.passive_energy", [left]), ("battery.locked_energy", [left])]
    spins = [series[key] for key in spin_keys(cells)]
    out += [("battery.bright_weight", [spins[0]]), ("battery.spin_weights", spins)]
    out += [("battery.populations", [series[f"P_K={k}"] for k in range(cells + 1)])]
    # <H> holds the frequencies of the dynamics, which are not the ones E_B and E_C are measured with.
    total = [p["w0"] * (series["J_z"][i] + cells / 2) + (p["wc"] * series["n_photon"][i] if cavity else 0.0)
             + series["E_int"][i] + series["E_drive"][i] + series["E_drive_B"][i] for i in rows]
    if "rtn" not in p:  # with telegraph noise <H> needs the states of the noise one by one
        out += [("total.energy", [total])]
    out += [("power", [[energy[i] / times[i] if times[i] > 0 else 0.0 for i in rows]])]
    if cavity:
        out += [(name, [series[key]]) for name, key in PLAIN_CAVITY.items()]
        out += [("switching_cost", [[-x for x in series["E_int"]]])]
    if "second_initial_state" in case:
        out += [("trace_distance", [series["trace_distance_B"]]),
                ("trace_distance_joint", [series["trace_distance_joint"]])]
    return out


def scenario(name, case, observables):
    p = case["parameters"]
    description = re.sub(r"\b00[0-4]\b", lambda m: PAPERS[m.group()], case["description"])
    lines = [f"# {description}.", f'title: "{name}"', "battery:", f"  cells: {p['N']}",
             f"  frequency: {number(p['w0'])}"]
    if p["w0_energy"] != p["w0"]:
        lines += [f"  energy_frequency: {number(p['w0_energy'])}"]
    lines += [f"  state: {battery_state(case['battery_state'])}"]
    if "rtn" in p:
        lines += [f"  telegraph: [{{amplitude: {p['rtn']['delta']!r}, rate: {p['rtn']['rate']!r}}}]"]
    if "second_initial_state" in case:
        second = case["second_initial_state"]
        compare = ["compare:", f"  battery: {{state: {battery_state(second['battery_state'])}}}"]
        if p["n_c"] > 1:
            compare += [f"  cavity: {{state: {cavity_state(second['cavity_state'])}}}"]
    else:
        compare = []
    noise = []
    if p["n_c"] > 1:
        lines += ["cavity:", f"  frequency: {number(p['wc'])}"]
        if p["wc_energy"] != p["wc"]:
            lines += [f"  energy_frequency: {number(p['wc_energy'])}"]
        lines += [f"  levels: {p['n_c']}", f"  state: {cavity_state(case['cavity_state'])}", "coupling:",
                  f"  model: {{counter_rotating: {p['r']!r}}}", f"  strength: {number(p['g'])}"]
        if p["lambda"] != 1.0:
            lines += [f"  switch: {number(p['lambda'])}"]
        if not is_zero(p["kappa"]):
            loss, gain = thermal_rates(p["kappa"], p["n_th"])
            noise += ["  cavity:", f"    loss: {loss}", f"    gain: {gain}"]
    for kind, keys in (("collective", ("Gamma_down", "Gamma_up", "Gamma_z")),
                       ("local", ("gamma_down", "gamma_up", "gamma_phi"))):
        if not all(is_zero(p[key]) for key in keys):
            noise += [f"  {kind}:"]
            noise += [f"    {word}: {number(p[key])}"
                      for word, key in zip(("emission", "absorption", "dephasing"), keys)]
    if noise:
        lines += ["noise:"] + noise
    drives = [(word, p[key]) for word, key in (("cavity", "eta"), ("battery", "Omega")) if not is_zero(p[key])]
    if drives:
        lines += ["drive:"] + [f"  {word}: {number(value)}" for word, value in drives]
    lines += compare
    lines += ["time:", "  values: [" + ", ".join(repr(t) for t in case["times"]) + "]", "observe:"]
    lines += [f"  - {observable}" for observable in observables]
    lines += ["numerics: {tolerance: 1e-10}"]
    return "\n".join(lines) + "\n"


def block_lines(blocks):
    out = []
    for key, block in blocks.items():
        two_j = int(key[:-2]) if key.endswith("/2") else 2 * int(key)
        for i, (re, im) in enumerate(zip(block["re"], block["im"])):
            out += [f"{two_j} {i} {k} {re[k]!r} {im[k]!r}" for k in range(two_j + 1)]
    return "\n".join(out) + "\n"


STEADY = {"E_B": "battery.energy", "ergotropy_global": "battery.ergotropy",
          "ergotropy_collective": "battery.ergotropy_collective", "ergotropy_dicke": "battery.ergotropy_dicke",
          "p_j=N/2": "battery.bright_weight", "S_q": "battery.entropy"}
STEADY_TABLES = {"collective_bath_from_product_gibbs": ("steady_collective_bath", ["N", "alpha_c", "q"]),
                 "partial_collectivity_from_ground": ("steady_partial_collectivity",
                                                      ["N", "eta", "alpha_c", "alpha_l", "gamma_ratio"])}


def steady_tables(reference, target):
    for key, (name, parameters) in STEADY_TABLES.items():
        rows = [row for row in reference[key]["rows"] if row.get("time", "infinity") == "infinity"]
        lines = [",".join(parameters + list(STEADY.values()))]
        lines += [",".join(repr(row[column]) for column in parameters + list(STEADY)) for row in rows]
        (target / f"{name}.csv").write_text("\n".join(lines) + "\n")


def main():
    source, target = (pathlib.Path(a) for a in sys.argv[1:3])
    steady_tables(json.loads((source / "steady_states.json").read_text()), target)
    for path in sorted(source.glob("*.json")):
        case = json.loads(path.read_text())
        name = path.stem
        if "times" not in case:
            print(f"{name}: left out")
            continue
        table = columns(case)
        (target / f"{name}.yaml").write_text(scenario(name, case, [observable for observable, _ in table]))
        head = ["t"]
        for observable, parts in table:
            head += [observable] if len(parts) == 1 and observable not in ("battery.spin_weights",) else [
                f"{observable}[{i}]" for i in range(len(parts))]
        body = [",".join(repr(float(x)) for x in [t] + [part[i] for _, parts in table for part in parts])
                for i, t in enumerate(case["times"])]
        (target / f"{name}.csv").write_text(",".join(head) + "\n" + "\n".join(body) + "\n")
        (target / f"{name}.blocks").write_text(block_lines(case["final_battery_blocks"]))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
