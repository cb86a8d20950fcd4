"""Alvarez-Cuartas and Reina, entanglement and dynamical scaling laws in quantum superabsorption."""

import csv
import pathlib

import larger
from common import row, tolerance_of

SOURCE = "expected-000-001.json"

JJ = "the published energy is <J+ J->, with two Fock levels and the Dicke coupling divided by sqrt(N)"
GRID = "largest of 200 output times, as published"
STEPS = "the expected {:.3g} moves with the steps of its integrator; this reference has tighter ones: tools/papers/driven.py"
BLOCKS = "entropy of the Dicke-basis matrix, copies of a spin not counted"
INTENDED = {
    "E": "the published exponent is that of <J+ J->; this is that of the energy",
    "P": "the published exponent is that of <J+ J->; this is that of the power of the energy",
    "Sqftrue": "the published exponent leaves out the copies of a spin; this is that of the entropy",
}
FITS = {
    "EJJ": "sampled_jj", "tauJJ": "sampled_jj_time", "PJJ": "sampled_jj_power", "E": "sampled_energy",
    "tau": "sampled_energy_time", "P": "sampled_energy_power", "Scf": "cavity_entropy",
    "Sqf": "battery_entropy_blocks", "Sqftrue": "battery_entropy",
}
PUBLISHED_AS = {"E": "EJJ", "P": "PJJ", "Sqftrue": "Sqf"}
FINAL = {"Scf": "final(cavity.entropy)", "Sqf": "final(battery.entropy_dicke)", "Sqftrue": "final(battery.entropy)"}
SAMPLED = {"EJJ": "sampled_max(battery.jplus_jminus)", "tauJJ": "sampled_argmax(battery.jplus_jminus)",
           "E": "sampled_max(battery.energy)", "tau": "sampled_argmax(battery.energy)"}
TABLE = {"Emax": "sampled_max(battery.energy)", "tau": "sampled_argmax(battery.energy)",
         "Sc_max": "sampled_max(cavity.entropy)", "Sc_final": "final(cavity.entropy)",
         "Sq_max_blocks": "sampled_max(battery.entropy_dicke)", "Sq_max_true": "sampled_max(battery.entropy)",
         "JJ_max": "sampled_max(battery.jplus_jminus)", "photons_max": "sampled_max(cavity.photons)",
         "photons_final": "final(cavity.photons)"}


def finer():
    with open(pathlib.Path(__file__).with_name("alvarez2026_finals.csv"), encoding="utf-8") as file:
        return {line["id"]: float(line["finer"]) for line in csv.DictReader(file)}


FINER = finer()


def table1(entry):
    p, ours, published = entry["parameters"], entry["ours"], entry["published"]
    where = {"levels": p["cavity_dim"], "model": p["model"]}
    for name, quantity in TABLE.items():
        printed, verdict, note = None, "reproduced", ""
        if name in published:
            printed, verdict, note = f"{published[name]:.5f}", "reading", GRID
            if abs(published[name] - ours[name]) > 5e-6:
                verdict, note = "differs", "by one unit of the last digit; " + GRID
        yield row(f"{entry['id']}.{name}", "table1.yaml", where, quantity, ours[name], tolerance_of(entry, name),
                  printed, None, verdict, note)


def ends(text):
    """The numbers of "0.79..0.96", "~1.50" or "0"."""
    return [float(part) for part in text.replace("~", "").split("..")]


def exponents(entry):
    p, published = entry["parameters"], entry["published"] or {}
    where = {"model": p["model"], "gamma": p["gamma"], "gammaz": p["gamma_z"]}
    for name, value in entry["ours"].items():
        tolerance = tolerance_of(entry, name)
        said, printed, verdict, note = published.get(PUBLISHED_AS.get(name, name)), None, "reproduced", ""
        if said and name in INTENDED:
            printed, verdict, note = ends(said)[0], "refuted", INTENDED[name]
            if abs(printed - value) < 0.03:
                printed, verdict = None, "reproduced"
        elif said:
            note = BLOCKS if name == "Sqf" else JJ
            near = min(ends(said), key=lambda end: abs(end - value))
            if abs(near - value) <= 0.012 or (p["regime"] == "tuned" and abs(near - value) <= 0.02):
                printed, verdict = near, "reading"
        yield row(f"{entry['id']}.{name}", "scaling.yaml", where, f"fit.{FITS[name]}.exponent", value, tolerance,
                  printed, 0.02 if printed is not None else None, verdict, note)


def sizes(entry):
    p = entry["parameters"]
    where = {"model": p["model"], "gamma": p["gamma"], "gammaz": p["gamma_z"], "N": p["N"]}
    for name, quantity in {**SAMPLED, **FINAL}.items():
        value = entry["ours"][name]
        yield row(f"{entry['id']}.{name}", "scaling.yaml", where, quantity, value, tolerance_of(entry, name, value))


def node(entry, scenario, where):
    ours = entry["ours"]
    for name, quantity in {**SAMPLED, **FINAL}.items():
        value, note, known = ours[name], "", f"{entry['id']}.{name}"
        if known in FINER:
            value, note = FINER[known], STEPS.format(value)
        yield name, row(known, scenario, where, quantity, value, tolerance_of(entry, name, value), note=note)


REGIMES = {"tuned": "fig14", "intermediate": "fig15", "dephasing": "fig16"}


def figures(entries):
    yield from larger.alvarez2026(entries, SAMPLED, FINAL)
    for entry in entries:
        paper, kind, *rest = entry["id"].split(".")
        if paper != "001":
            continue
        p = entry["parameters"]
        if kind == "T1":
            for line in table1(entry):
                yield "table1", line
        elif kind == "F12" and rest[-1] == "nd2":
            for line in exponents(entry):
                entropy = "entropy" in line[3]
                yield "fig11" if entropy else "fig12", line
        elif kind == "F14-16" and p["cavity_dim"] == 2:
            for line in sizes(entry):
                yield REGIMES[p["regime"]], line
        elif kind in ("F2-3", "F4-5", "F6-10"):
            where = {"model": p["model"], "N": p["N"]}
            if kind == "F6-10":
                where |= {"gamma": p["gamma"], "gammaz": p["gamma_z"]}
            else:
                where["protocol"] = p["protocol"]
                where |= {"g": p["g"]} if kind == "F2-3" else {"kappa": p["kappa"]}
            scenario = {"F2-3": "fig2.yaml", "F4-5": "fig4.yaml", "F6-10": "fig6.yaml"}[kind]
            for name, line in node(entry, scenario, where):
                first = {"F2-3": "fig2", "F4-5": "fig4", "F6-10": "fig6"}[kind]
                figure = {"EJJ": first, "E": first}
                if kind == "F6-10":
                    figure |= {"Scf": "fig7", "tauJJ": "fig9", "tau": "fig9"}
                else:
                    figure |= {"tauJJ": first, "tau": first}
                yield figure.get(name, {"F2-3": "fig3", "F4-5": "fig5", "F6-10": "fig8"}[kind]), line
