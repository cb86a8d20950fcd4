"""Carrasco, Maze, Hermann-Avigliano and Barra, collective enhancement in dissipative quantum batteries."""

import csv
import pathlib

import larger
from common import rounding, row, tolerance_of

SOURCE = "expected-002-003-004.json"

FIRST = {
    "tau": "first_argmax(battery.energy)",
    "Eh": "first_max(battery.energy)",
    "Omega": "transfer_rate",
    "P": "charging_power",
    "erg_full": "at_max(battery.ergotropy, battery.energy)",
    "erg_ladder": "at_max(battery.ergotropy_collective, battery.energy)",
    "Ec": "at_max(cavity.energy, battery.energy)",
    "Q": "at_max(heat, battery.energy)",
}
ENHANCEMENTS = {"Gamma_E": "energy_per_cell", "Gamma_rate": "transfer_rate", "Gamma_P": "power_per_cell"}
SERIES = {
    "Eh": ("fig8", "battery.energy"),
    "erg_full": ("fig9", "battery.ergotropy"),
    "erg_ladder": ("fig9", "battery.ergotropy_collective"),
    "Ec": ("fig10", "cavity.energy"),
    "Q": ("fig11", "heat"),
}


STEPS = "the expected {:.8g} is less exact than its tolerance says; this reference: tools/papers/ladders.py"


def finer():
    with open(pathlib.Path(__file__).with_name("carrasco2022_ladders.csv"), encoding="utf-8") as file:
        return {line["id"]: float(line["finer"]) for line in csv.DictReader(file)}


FINER = finer()


def line(entry, name, scenario, where, quantity):
    value, known, note = entry["value"][name], f"{entry['id']}.{name}", ""
    tolerance = tolerance_of(entry, name) + rounding(value)
    if known in FINER:
        value, note = FINER[known], STEPS.format(value)
    return row(known, scenario, where, quantity, value, tolerance, note=note)


def figures(entries):
    yield from larger.carrasco2022(entries, FIRST)
    for entry in entries:
        paper, kind, *_ = entry["id"].split(".")
        if paper != "003":
            continue
        p = entry["parameters"]
        if kind == "first":
            where = {"light": p["state"], "N": p["N"], "k": p["kappa_over_OmegaR"]}
            for name, quantity in FIRST.items():
                figure = "fig5" if name in ("erg_full", "erg_ladder", "Ec", "Q") else "fig6"
                yield figure, line(entry, name, "first.yaml", where, quantity)
            for name, quantity in ENHANCEMENTS.items():
                place = {**where, "k": f"{p['kappa_over_OmegaR']:.10g} relative to N=1"}
                yield "fig7", row(f"{entry['id']}.{name}", "first.yaml", place, quantity, entry["value"][name],
                                  tolerance_of(entry, name))
        elif kind == "large" and p["N"] <= 100:
            for name in ("tau", "Eh", "erg_full", "erg_ladder"):
                yield "beyond/closed", line(entry, name, "closed.yaml", {"light": p["state"], "N": p["N"]}, FIRST[name])
        elif kind == "time":
            where = {"light": p["state"], "N": p["N"], "k": p["kappa_over_OmegaR"], "t": f"{p['t_over_piOmR']}*pi/2"}
            for name, (figure, quantity) in SERIES.items():
                yield figure, line(entry, name, "series.yaml", where, quantity)
