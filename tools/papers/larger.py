"""Rows for the folders beyond: what independent calculations, limits and smaller sizes say about larger ones."""

import math

from common import row, tolerance_of

ASKED = 1e-3  # numerics.tolerance of canzio2024/beyond and carrasco2022/beyond: the error their numbers may have
LIMIT = "N to infinity: mean field, for each cell"


def canzio2024(entries, model, noise, charge):
    """Yields (figure, row)."""
    keys = {key: charge[key] for key in ("W", "tau", "locked", "dEoff")}

    def lines(e, figure, scenario, where, keys, within=ASKED):
        for key, quantity in keys.items():
            if e["value"].get(key) is not None:
                yield f"beyond/{figure}", row(f"{e['id']}.{key}", scenario, where, quantity, e["value"][key],
                                              max(within, e["tolerance"][key]))

    for e in entries:
        p, kind = e["parameters"], e["id"].split(".")[1]
        if e["paper"] != "002" or "t" in p or "noise_set" not in p:
            continue
        where = {"model": model[p["model"]], "noise": noise[p["noise_set"]]}
        if kind == "meanfield" and p["noise_set"] in "bcd":  # without noise the limit is reached as 1/ln N
            for key, quantity, within in (("W", "ergotropy_a_cell", 0.04), ("locked", "locked_a_cell", 0.03)):
                yield "beyond/fig4", row(f"{e['id']}.{key}", "fig4.yaml", {**where, "N": 40}, quantity, e["value"][key],
                                         within, note=LIMIT)
        if kind == "large" and p["N"] >= 10:
            yield from lines(e, "fig4_closed", "fig4_closed.yaml", {**where, "N": p["N"]}, keys, 1e-4)
        elif kind == "largebare" and p["N"] in (10, 20):
            yield from lines(e, "fig5", "fig5_bare.yaml", {**where, "N": p["N"]}, keys)
        elif kind in ("fig4", "bare") and p["N"] == 10:
            figure, scenario = ("fig4", "fig4.yaml") if kind == "fig4" else ("fig6", "fig5_bare.yaml")
            yield from lines(e, figure, scenario, {**where, "N": 10}, keys)
        elif e["id"].startswith("002.fig7B.coherent") and p["N"] == 10 and p["x"] not in (0.6, 1.2, 1.4, 1.6, 1.8):
            scenario = "fig7.yaml" if p["noise_set"] in "ab" else "fig7_local.yaml"
            yield from lines(e, "fig7", scenario, {**where, "N": 10, "x": p["x"]}, {"W": charge["W"]})
        elif e["id"].startswith("002.fig8.coherent") and p["N"] == 8 and 2 <= p["m"] <= 32:
            scenario = "fig8.yaml" if p["noise_set"] in "ab" else "fig8_local.yaml"
            yield from lines(e, "fig8", scenario, {**where, "N": 8, "y": p["m"] / 8}, {"P_E": "max(power)"})


def first_of_pendulums():
    """Thermal light and N cells without loss, N to infinity. With y N excitations the cells turn by phi as a pendulum,
    phi'' = -sin phi in units of g sqrt(N), phi(0) = 0, phi'(0) = 2 sqrt(y), and y is distributed as exp(-y). Returned
    are the first maximum of the mean of sin^2(phi / 2) and its time."""
    low, high, h = 300, 700, 0.01
    y = [(i + 0.5) / low for i in range(low)] + [1 + (i + 0.5) * 14 / high for i in range(high)]
    weight = [math.exp(-v) * (1 / low if v < 1 else 14 / high) for v in y]
    state, path = [(0.0, 2 * math.sqrt(v)) for v in y], []

    def ahead(p, v):
        a1, b1 = v, -math.sin(p)
        a2, b2 = v + h / 2 * b1, -math.sin(p + h / 2 * a1)
        a3, b3 = v + h / 2 * b2, -math.sin(p + h / 2 * a2)
        a4, b4 = v + h * b3, -math.sin(p + h * a3)
        return p + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4), v + h / 6 * (b1 + 2 * b2 + 2 * b3 + b4)

    while len(path) < 3 or path[-1] > path[-2]:
        path.append(sum(w * math.sin(p / 2) ** 2 for w, (p, _) in zip(weight, state)) / sum(weight))
        state = [ahead(p, v) for p, v in state]
    a, b, c = path[-3:]
    shift = 0.5 * (a - c) / (a - 2 * b + c)
    return b - 0.25 * (a - c) * shift, (len(path) - 2 + shift) * h


def carrasco2022(entries, first):
    energy, time = first_of_pendulums()
    note = f"N to infinity: {energy:.4f} of a cell at g t sqrt(N) = {time:.3f}, a mean over pendulums"
    where = {"light": "thermal", "N": 100}
    yield "beyond/closed", row("003.beyond.thermal.N100.Eh", "closed.yaml", where, "energy_per_cell", energy, 0.005,
                               note=note)
    yield "beyond/closed", row("003.beyond.thermal.N100.tau", "closed.yaml", where, first["tau"], time / 10, 0.002,
                               note=note)
    for e in entries:
        p, kind = e["parameters"], e["id"].split(".")[1]
        if e["paper"] != "003" or kind != "first" or p["N"] not in (1, 2, 4, 10):
            continue
        k = p["kappa_over_OmegaR"]
        if k == 0 and p["state"] == "thermal":
            for name in ("tau", "Eh", "erg_full", "erg_ladder"):
                yield "beyond/closed", row(f"{e['id']}.{name}", "closed.yaml", {"light": "thermal", "N": p["N"]},
                                           first[name], e["value"][name], ASKED)
        elif k in (0.1, 0.5, 2):
            for name in ("tau", "Eh"):
                yield "beyond/lossy", row(f"{e['id']}.{name}", "lossy.yaml",
                                          {"light": p["state"], "N": p["N"], "k": k}, first[name], e["value"][name],
                                          ASKED)


def one_photon(n, gamma, gammaz, g=0.1, kappa=1e-3, until=50.0):
    """A photon and n cells, Tavis-Cummings at resonance: the populations of the photon (c), of the symmetric state of
    one excitation (s) and of all cells (p), and the coherence i y between c and s, obey a linear equation. Returned
    are the largest n s and p with their times, and the entropies at the end."""
    big, dephasing = g * math.sqrt(n), gammaz / 4

    def slope(v):
        c, s, p, y = v
        return (-kappa * c - 2 * big * y, 2 * big * y - gamma * s - 4 * dephasing * (s - p / n), 2 * big * y - gamma * p,
                big * (c - s) - (0.5 * (kappa + gamma) + 2 * dephasing) * y)

    def ahead(v, d, h):
        return [a + h * b for a, b in zip(v, d)]

    steps = math.ceil(until * big * 40)
    h = until / steps
    v, path = [1.0, 0.0, 0.0, 0.0], []
    for _ in range(steps + 1):
        path.append(v)
        k1 = slope(v)
        k2 = slope(ahead(v, k1, h / 2))
        k3 = slope(ahead(v, k2, h / 2))
        k4 = slope(ahead(v, k3, h))
        v = [a + h / 6 * (b + 2 * q + 2 * r + s) for a, b, q, r, s in zip(v, k1, k2, k3, k4)]

    def largest(i):
        at = max(range(len(path)), key=lambda k: path[k][i])
        if at in (0, steps):
            return path[at][i], at * h
        a, b, c = path[at - 1][i], path[at][i], path[at + 1][i]
        shift = 0.5 * (a - c) / (a - 2 * b + c)
        return b - 0.25 * (a - c) * shift, (at + shift) * h

    def entropy(*weights):
        return -sum(w * math.log(w) for w in weights if w > 0)

    c, s, p, _ = path[-1]
    other = p - s
    copies = math.log(n - 1)  # of the spin j = n/2 - 1
    return {"EJJ": (largest(1)[0] * n, largest(1)[1]), "E": largest(2), "Scf": entropy(c, 1 - c),
            "Sqf": entropy(1 - p, s, other), "Sqftrue": entropy(1 - p, s, other) + other * copies}


ONE = "one excitation: four numbers obey a linear equation, for every N"
GAMMAS, GAMMAZS, SIZES = (1e-3, 1e-2), (1e-3, 0.1, 0.5), (5, 10, 20, 50, 75, 100, 150, 200)


def alvarez2026(entries, sampled, final):
    for e in entries:
        p = e["parameters"]
        if not e["id"].startswith("001.F14-16.") or p["cavity_dim"] != 2 or p["model"] != "D" or p["N"] not in SIZES:
            continue
        if p["gamma"] in GAMMAS and p["gamma_z"] in GAMMAZS:
            where = {"model": "D", "gamma": p["gamma"], "gammaz": p["gamma_z"], "N": p["N"]}
            for name, quantity in {"EJJ": "max(battery.jplus_jminus)", **final}.items():
                value = e["ours"][name]
                within = 6e-4 * value if name in sampled else max(1e-5, 3e-5 * value)
                yield "beyond/scaling", row(f"{e['id']}.{name}", "scaling.yaml", where, quantity, value, within,
                                            note="largest of 1001 output times" if name in sampled else "")
    for gamma in GAMMAS:
        for gammaz in GAMMAZS:
            for n in SIZES:
                where = {"model": "TC", "gamma": gamma, "gammaz": gammaz, "N": n}
                made = one_photon(n, gamma, gammaz)
                for name, quantity in (("EJJ", "battery.jplus_jminus"), ("E", "battery.energy")):
                    value, time = made[name]
                    start = f"001.beyond.TC.{gamma:g}.{gammaz:g}.N{n}.{name}"
                    yield "beyond/scaling", row(start, "scaling.yaml", where, f"max({quantity})", value,
                                                max(1e-6, 2e-6 * value), note=ONE)
                    if time < 49:
                        yield "beyond/scaling", row(f"{start}.time", "scaling.yaml", where, f"argmax({quantity})", time,
                                                    2e-3, note=ONE)
                for name, quantity in final.items():
                    yield "beyond/scaling", row(f"001.beyond.TC.{gamma:g}.{gammaz:g}.N{n}.{name}", "scaling.yaml", where,
                                                quantity, made[name], 2e-5, note=ONE)


def jawad2026(entries, final, detuning):
    for e in entries:
        parts = e["id"].split(".")
        if parts[:2] != ["000", "T1"]:
            continue
        p = e["parameters"]
        if parts[2] == "conv" or (p.get("env") == "A" and p.get("N") in (1, 2, 4) and "mean_energy" in e["ours"]):
            if p["N"] > 1 and parts[2] == "conv":
                continue  # 12 levels
            where = {"environment": p["env"], "detuning": detuning[parts[-1]], "coupling.model": "tavis-cummings",
                     "N": p["N"]}
            for name in ("E_sym", "E_full", "mean_energy"):
                yield "beyond/size", row(f"{e['id']}.{name}.beyond", "size.yaml", where, final[name], e["ours"][name],
                                         1e-5, note="no level above N + 1 is reached" if p["env"] == "A" else "")
