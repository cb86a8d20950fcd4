#!/usr/bin/python3
"""What `leyden plan` says of memory beside what `leyden run` takes beyond a run of one cell.

    memory.py LEYDEN [--only WORD]

Fails when a prediction is further off than a fifth, or 4 MB.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
CASES = [  # name, scenario, settings
    ("sectors", "w1.yaml", ["N=24"]),
    ("sectors, one charge", "w3.yaml", ["N=64", "observe=[battery.energy]"]),
    ("sectors, between rows", "w3.yaml", ["N=32", 'measure=["max(battery.energy)"]']),
    ("sectors, steps", "w1.yaml", ["N=14", "noise.cavity.loss=0.15*exp(-0.01*t)"]),
    ("displaced", "w2.yaml", ["N=14", "time.until=1", "time.points=11"]),
    ("half, lab", "w2.yaml", ["N=10", "time.until=0.5", "time.points=6", "cavity.levels=24",
                              "numerics.representation=half", "numerics.certify=false"]),
    ("half, parities", "w2.yaml", ["N=12", "time.until=0.5", "time.points=6", "cavity.levels=20",
                                   "cavity.state={fock: 3}"]),
    ("half, window", "w4-dicke.yaml", ["N=40", "time.until=3", "time.points=31"]),
    ("half, drive of the battery", "w2.yaml", ["N=9", "drive={battery: 0.1}", "cavity.levels=24", "time.until=0.5",
                                               "time.points=6", "numerics.representation=half"]),
    ("half, joint", "w2.yaml", ["N=5", "observe=[log_negativity]", "cavity.levels=20", "time.until=0.3",
                                "time.points=3", "numerics.certify=false"]),
    ("pure", "w7.yaml", ["N=200", "time.until=0.5", "time.points=6"]),
    ("pure, between rows", "w7.yaml", ["N=100", "time.until=0.5", "time.points=6",
                                       'measure=["max(battery.energy)"]']),
    ("pure, steps", "w7.yaml", ["N=150", "time.until=0.5", "time.points=6", "drive={battery: 0.1*sin(t)}",
                               "cavity.levels=300", "numerics.certify=false"]),
    ("blocks", "w1.yaml", ["N=8", "cavity.levels=20", "time.until=0.2", "time.points=3",
                           "numerics.representation=blocks", "numerics.certify=false"]),
    ("chain", "startup.yaml", ["N=1500", "time.until=0.01"]),
    ("spins, driven", "startup.yaml", ["N=80", "time.until=0.1", "drive={battery: 0.3}"]),
    ("general", "startup.yaml", ["N=8", "time.until=0.1", "numerics.representation=general"]),
]


def peak(command):
    """Bytes; a small process waits for the command, whose peak is at least that of its parent."""
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report")
        subprocess.run([sys.executable, "-S", "-E", os.path.join(HERE, "measure.py"), os.devnull,
                        os.path.join(folder, "err"), report, *command, "-o", os.path.join(folder, "r.h5")], check=True)
        with open(report, encoding="ascii") as file:
            status, _, _, kilobytes = file.read().split()
        if status != "0":
            with open(os.path.join(folder, "err"), encoding="utf-8") as file:
                raise SystemExit(" ".join(command) + "\n" + file.read())
        return 1024 * int(kilobytes)


def planned(command):
    """Bytes."""
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"memory at the peak +([0-9.]+) (\w+)", text)
    how = re.search(r"representation +(\w+)", text)
    return float(found.group(1)) * UNITS[found.group(2)], how.group(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("leyden")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    base = peak([options.leyden, "run", os.path.join(HERE, "startup.yaml"), "--jobs", "1"])
    print(f"{'one cell':28} {'':10} {'':8} {base / 1e6:8.1f} MB")
    worst = True
    for name, scenario, settings in CASES:
        if options.only not in name:
            continue
        rest = [os.path.join(HERE, scenario)] + [word for setting in settings for word in ("--set", setting)]
        plan, how = planned([options.leyden, "plan", *rest, "--jobs", "1"])
        took = peak([options.leyden, "run", *rest, "--jobs", "1"]) - base
        good = abs(plan - took) <= max(0.2 * took, 4e6)
        worst = worst and good
        print(f"{name:28} {how:10} {plan / 1e6:8.1f} {took / 1e6:8.1f} MB  {'' if good else 'OFF'}", flush=True)
    return 0 if worst else 1


if __name__ == "__main__":
    sys.exit(main())
