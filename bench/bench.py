#!/usr/bin/python3
"""Times leyden and its peers on the workloads beside this file, and checks each timing for accuracy.

    bench.py [--full] [--only w1,kernel,...] [--program build/leyden] [--kernel build/bench/bench_kernel]
             [--results bench/results] [--no-peers] [--jobs J] [--check]

Seconds are those of whole processes. Of several runs of a case the median, the least and the most are kept; a row's
`load` is the load of the machine when it was taken, and processor seconds tell more than wall seconds on a busy one.
Each case runs once more with a hundredth of the tolerance; the largest difference in any number that it reports is
its error. A peer's error is its distance from leyden with the peer's cut-off and that tolerance.

Sizes that would take longer than the limit of one run (12 s of processor time, --full: 15 min) are left out and named.
--check takes each workload at its smallest size and ends with status 1 when an error exceeds what was promised.
Standard library only; gnuplot draws where it is installed.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 1e-8
PEER = "QuTiP 4.7 + PIQS"
PEER_ERROR = 1e-4  # what a peer may be off by before the comparison is taken for one of different physics


class Workload:
    def __init__(self, name, title, sizes, full, peer, peer_full, peer_levels=None, scenario=None, settings=(),
                 peer_arguments=(), grid=0, steady=False, axes=None, each=4):
        self.name, self.title = name, title
        self.sizes, self.full = sizes, full
        self.peer, self.peer_full = peer, peer_full
        self.peer_levels = peer_levels  # N -> the peer's cut-off, where leyden chooses its own
        self.scenario = HERE / f"{scenario or name}.yaml"
        self.script = scenario or name
        self.settings, self.peer_arguments = settings, peer_arguments
        self.steady = steady
        self.grid, self.axes, self.each = grid, axes, each  # points of each axis of a map; runs at each point
        self.evolutions = each * grid * grid if grid else 1

    def map_settings(self, points):
        return [f"sweep.{key}={{from: {begin}, to: {end}, points: {points}}}" for key, begin, end in self.axes]

    def map_note(self, points):
        of = self.grid
        return "" if points == of else f"{self.each * points**2} of {self.each * of**2} " + (
            "points" if self.steady else "evolutions")


def coherent(n):
    return 4 * n + 1


WORKLOADS = [
    Workload("w1", "Tavis-Cummings, coherent charger", [2, 4, 6, 8, 10, 14, 20], [30, 40, 60], [2, 3, 4, 6], [8, 10],
             coherent),
    Workload("w2", "Dicke, coherent charger", [2, 4, 6, 8, 10, 12], [16, 20, 30, 40], [2, 3, 4], [6, 8], coherent),
    Workload("w3", "Tavis-Cummings, Fock charger", [4, 8, 16, 24, 32, 48], [64, 100], [2, 4, 6, 8], [12, 16]),
    Workload("w4-tc", "Tavis-Cummings ladder, pulse", [4, 6, 10, 14, 20, 30], [40, 50], [4, 6, 10], [20, 30]),
    Workload("w4-dicke", "Dicke ladder, pulse", [4, 6, 10, 14, 20, 30], [40, 50], [4, 6, 10], [20, 30]),
    Workload("w4-stiff", "Tavis-Cummings ladder, pulse, dephasing 1", [4, 6, 10, 14, 20, 30], [40, 50], [4, 6],
             [10, 20], scenario="w4-tc", settings=("gz=1",), peer_arguments=("--gz", "1")),
    Workload("w6", "survival maps, 900 evolutions", [2, 3, 4], [], [2, 3, 4], [], grid=15,
             axes=(("detuning", 0, 0.5), ("gamma", 0.02, 0.15))),
    Workload("w7", "closed Tavis-Cummings, coherent charger", [4, 10, 20, 40, 80], [160, 320, 640, 1000],
             [4, 10, 20, 40], [80], coherent),
    Workload("s1", "steady, collective and local baths", [7, 20, 50, 100, 200, 400, 1000], [2000, 4000], [7, 20, 50],
             [100, 200], steady=True),
    Workload("s1-map", "steady, collective and local baths, map of temperatures", [7, 20, 50], [], [7, 20], [50],
             grid=41, steady=True, each=1,
             axes=(("noise.collective.alpha", 0.01, 0.97), ("noise.local.alpha", 0.01, 0.97))),
    Workload("s2", "steady, Dicke battery", [2, 3, 4, 6, 8, 10], [12, 16, 20], [2, 3], [4], coherent, steady=True),
]
FEWER_POINTS = 3  # of each axis of a map, for a peer, unless --full is given
FEWEST_POINTS = 2  # the same for everybody under --check


FIELDS = ["workload", "program", "n", "levels", "method", "evolutions", "runs", "wall_median", "wall_min", "wall_max",
          "cpu_median", "cpu_min", "cpu_max", "peak_mb", "predicted_mb", "error", "load", "note"]


def say(text=""):
    print(text, flush=True)


def load():
    return float(pathlib.Path("/proc/loadavg").read_text().split()[0])


class Sample:
    """One process: seconds, peak memory in MB, its standard output."""

    def __init__(self, command):
        environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
        with tempfile.TemporaryDirectory(prefix="leyden-bench-") as folder:
            out, trouble, report = (pathlib.Path(folder) / name for name in ("out", "err", "report"))
            subprocess.run([sys.executable, "-S", "-E", HERE / "measure.py", out, trouble, report,
                            *(str(word) for word in command)], env=environment, check=True)
            self.output, self.trouble = out.read_text(), trouble.read_text().strip()
            status, wall, cpu, kilobytes = report.read_text().split()
        self.status, self.wall, self.cpu, self.mb = int(status), float(wall), float(cpu), float(kilobytes) / 1024


class Failed(Exception):
    pass


def spread(values):
    return statistics.median(values), min(values), max(values)


def runs_wanted(seconds):
    return 5 if seconds < 1.5 else 3 if seconds < 6 else 1


def several(command, once=False):
    """Samples of a command: five of a short one, one of a long one."""
    samples = [Sample(command)]
    if samples[0].status == 0 and not once:
        for _ in range(runs_wanted(samples[0].cpu) - 1):
            samples.append(Sample(command))
    for sample in samples:
        if sample.status != 0:
            raise Failed(sample.trouble.splitlines()[-1] if sample.trouble else f"exit status {sample.status}")
    return samples


def columns(lines):
    rows = list(csv.reader(lines))
    table = {}
    for i, name in enumerate(rows[0]):
        try:
            table[name] = [float(row[i]) for row in rows[1:]]
        except ValueError:
            pass  # words of a sweep axis
    return table


def difference(one, other):
    """Largest difference of the columns that both have, time and axes aside."""
    names = [name for name in one if name in other and "." in name and not name.startswith("noise.")]
    if not names or any(len(one[name]) != len(other[name]) for name in names):
        raise Failed("the two runs do not report the same numbers")
    return max(abs(a - b) for name in names for a, b in zip(one[name], other[name]))


class Bench:
    def __init__(self, options):
        self.options = options
        self.program = pathlib.Path(options.program).resolve()
        self.limit = options.limit or (900 if options.full else 12)
        self.rows, self.kernels, self.machine, self.threads = [], [], [], []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="leyden-bench-"))
        self.floor = {}  # processor seconds and MB of a program that computes nothing
        self.trouble = []
        self.peers = not options.no_peers and self.look_for_peer()

    def look_for_peer(self):
        probe = subprocess.run(["/usr/bin/python3", "-c", "import qutip; print(qutip.__version__)"],
                               capture_output=True, text=True, check=False)
        if probe.returncode != 0:
            say("peers: left out, python3-qutip is not installed (apt-get install python3-qutip)")
            return False
        say(f"peers: QuTiP {probe.stdout.strip()} with PIQS")
        return True

    # ---- Programs -------------------------------------------------------------------------------------------------

    def leyden(self, workload, n, name, *settings):
        settings = ("battery.cells=" + str(n), *workload.settings, *settings)
        words = [word for setting in settings for word in ("--set", setting)]
        out = self.folder / name
        return [self.program, "steady" if workload.steady else "run", workload.scenario, *words, "--jobs",
                str(self.options.jobs), "--force", "--quiet", "--progress", "none", "-o", f"{out}.h5"]

    def table(self, name):
        """The numbers of a result, outside of what is timed."""
        shown = subprocess.run([self.program, "show", self.folder / f"{name}.h5", "--csv"], capture_output=True,
                               text=True, check=True).stdout
        return columns(shown.splitlines())

    def how(self, name):
        """Levels, representation and propagator, from the result itself."""
        text = subprocess.run([self.program, "show", self.folder / f"{name}.h5"], capture_output=True, text=True,
                              check=False).stdout
        for line in text.splitlines():
            if line.startswith("  numerics"):
                words = [word.strip() for word in line[len("  numerics"):].split(",")]
                levels = next((word.split()[-3] for word in words if word.endswith("Fock levels")), "")
                return levels, " ".join(words[:2])
        return "", ""

    def predicted(self, workload, n):
        settings = ("battery.cells=" + str(n), *workload.settings)
        words = [word for setting in settings for word in ("--set", setting)]
        steady = ["--steady"] if workload.steady else []
        command = [self.program, "plan", workload.scenario, *steady, *words, "--jobs", str(self.options.jobs)]
        text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        units = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
        for line in text.splitlines():
            if "memory at the peak" in line:
                value, unit = line.split("peak")[1].split()[:2]
                return float(value) * units.get(unit, 1) / 2**20
        return math.nan

    # ---- Timings --------------------------------------------------------------------------------------------------

    def add(self, workload, program, n, samples, **more):
        wall, cpu = spread([s.wall for s in samples]), spread([s.cpu for s in samples])
        row = dict.fromkeys(FIELDS, "")
        row.update(workload=workload.name, program=program, n=n, runs=len(samples), wall_median=wall[0],
                   wall_min=wall[1], wall_max=wall[2], cpu_median=cpu[0], cpu_min=cpu[1], cpu_max=cpu[2],
                   peak_mb=max(s.mb for s in samples), load=load(), evolutions=workload.evolutions)
        row.update(more)
        self.rows.append(row)
        say("  " + self.line(row))
        return row

    @staticmethod
    def line(row):
        predicted = f"{row['predicted_mb']:8.1f}" if isinstance(row["predicted_mb"], float) else " " * 8
        error = f"{row['error']:8.1e}" if isinstance(row["error"], float) else " " * 8
        return (f"{row['workload']:9}{row['program']:17}{row['n']:5} {str(row['levels']):>6} {row['wall_median']:9.3f} "
                f"{row['wall_min']:9.3f} {row['wall_max']:9.3f} {row['cpu_median']:9.3f} {row['peak_mb']:8.1f} "
                f"{predicted} {error} {row['load']:5.1f}  {row['method']}{' ' if row['note'] else ''}{row['note']}")

    @staticmethod
    def header():
        return (f"  {'workload':9}{'program':17}{'N':>5} {'levels':>6} {'wall s':>9} {'least':>9} {'most':>9} "
                f"{'cpu s':>9} {'peak MB':>8} {'plan MB':>8} {'error':>8} {'load':>5}  method")

    def forecast(self, workload, program, n):
        """Processor seconds at size n, from the growth so far."""
        done = [row for row in self.rows if row["workload"] == workload.name and row["program"] == program]
        if not done:
            return 0
        floor = self.floor.get(program, (0, 0))[0]
        points = [(row["n"], max(row["cpu_median"] - floor, 1e-3)) for row in done]
        power = 2.0
        if len(points) > 1:
            (n1, t1), (n2, t2) = points[-2:]
            power = min(max(math.log(t2 / t1) / math.log(n2 / n1), 2.0), 9.0)
        return points[-1][1] * (n / points[-1][0]) ** power

    def too_long(self, workload, program, n):
        seconds = self.forecast(workload, program, n)
        if seconds <= self.limit:
            return False
        say(f"  {workload.name:9}{program:17}{n:5}  left out: about {seconds:.0f} s by the growth so far, the limit is "
            f"{self.limit:g} s")
        return True

    def time_leyden(self, workload, n):
        name, settings, grid = f"{workload.name}-{n}", [], workload.grid
        if grid and self.options.check:
            grid = FEWEST_POINTS
            settings = workload.map_settings(grid)
        samples = several(self.leyden(workload, n, name, *settings), self.options.check)
        levels, method = self.how(name)
        tight = Sample(self.leyden(workload, n, name + "-tight", f"numerics.tolerance={TOLERANCE / 100:g}", *settings))
        if tight.status != 0:
            raise Failed("at a hundredth of the tolerance: " + tight.trouble)
        error = difference(self.table(name), self.table(name + "-tight"))
        self.add(workload, "leyden", n, samples, levels=levels, method=method, error=error,
                 predicted_mb=self.predicted(workload, n), evolutions=workload.each * grid * grid if grid else 1,
                 note=workload.map_note(grid))
        if not error <= TOLERANCE:
            self.trouble.append(f"{workload.name}, N = {n}: leyden is off by {error:.1e}, promised {TOLERANCE:g}")

    def time_peer(self, workload, n):
        name, out = f"{workload.name}-{n}-reference", self.folder / f"{workload.name}-{n}-peer.csv"
        fewer = FEWEST_POINTS if self.options.check else FEWER_POINTS
        grid = workload.grid if self.options.full else min(workload.grid, fewer)
        samples = several(["/usr/bin/python3", HERE / "peers" / "qutip_piqs.py", workload.script, n, out,
                           "--tolerance", TOLERANCE, "--grid", grid, *workload.peer_arguments],
                          self.options.check)
        settings = [f"numerics.tolerance={TOLERANCE / 100:g}"]
        levels = ""
        if workload.peer_levels:
            levels = workload.peer_levels(n)
            settings += [f"cavity.levels={levels}", "numerics.certify=false"]
        if grid:
            settings += workload.map_settings(grid)
        reference = Sample(self.leyden(workload, n, name, *settings))
        if reference.status != 0:
            raise Failed("the reference: " + reference.trouble)
        error = difference(columns(out.read_text().splitlines()), self.table(name))
        self.add(workload, PEER, n, samples, levels=levels, error=error, evolutions=workload.each * grid * grid if grid else 1,
                 note=workload.map_note(grid))
        if not error <= PEER_ERROR:
            self.trouble.append(f"{workload.name}, N = {n}: {PEER} is off by {error:.1e}: other physics?")

    def workload(self, workload):
        say(f"\n{workload.name}: {workload.title}")
        say(self.header())
        sizes = workload.sizes + (workload.full if self.options.full else [])
        peer_sizes = workload.peer + (workload.peer_full if self.options.full else [])
        if self.options.check:
            sizes, peer_sizes = sizes[:1], peer_sizes[:1]
        for program, ns, take in (("leyden", sizes, self.time_leyden),
                                  (PEER, peer_sizes if self.peers else [], self.time_peer)):
            for n in ns:
                if self.too_long(workload, program, n):
                    break
                try:
                    take(workload, n)
                except Failed as failure:
                    self.trouble.append(f"{workload.name}, N = {n}, {program}: {failure}")
                    say(f"  {self.trouble[-1]}")
                    break

    def start_up(self):
        say("\nstart-up: leyden run on one cell; an import of qutip")
        say(self.header())
        case = Workload("startup", "", [1], [], [], [])
        command = self.leyden(case, 1, "startup")
        count = 3 if self.options.check else 21
        samples = [Sample(command) for _ in range(count)]
        if any(s.status for s in samples):
            self.trouble.append("startup: " + samples[0].trouble)
            return
        row = self.add(case, "leyden", 1, samples)
        self.floor["leyden"] = row["cpu_min"], row["peak_mb"]
        if self.peers:
            imports = [Sample(["/usr/bin/python3", "-c", "import qutip, qutip.piqs"])
                       for _ in range(1 if self.options.check else 5)]
            row = self.add(case, PEER, 1, imports)
            self.floor[PEER] = row["cpu_min"], row["peak_mb"]

    def scaling(self):
        say("\nthreads: wall seconds with --jobs 1 and --jobs 2")
        cells = 4 if self.options.check else 12
        big = 6 if self.options.check else 20
        for label, workload, n in (("sweep of 8 runs", Workload("threads", "", [], [], [], []), cells),
                                   ("one run, w1", WORKLOADS[0], big)):
            command = self.leyden(workload, n, "threads")
            at = command.index("--jobs") + 1
            samples = {1: [], 2: []}
            for _ in range(1 if self.options.check else 3):  # one after the other: the machine changes meanwhile
                for jobs in (1, 2):
                    command[at] = jobs
                    samples[jobs].append(Sample(command))
                    if samples[jobs][-1].status:
                        self.trouble.append(f"threads: {samples[jobs][-1].trouble}")
                        return
            one, two = (spread([s.wall for s in samples[jobs]]) for jobs in (1, 2))
            cores = statistics.median([s.cpu / s.wall for s in samples[2]])
            row = {"case": label, "n": n, "wall_1": one[0], "wall_1_min": one[1], "wall_2": two[0],
                   "wall_2_min": two[1], "speedup": one[0] / two[0], "speedup_of_least": one[1] / two[1],
                   "cores_used": cores, "load": load()}
            self.threads.append(row)
            say(f"  {label:16} N = {n:3}: {one[0]:.3f} s, {two[0]:.3f} s: {row['speedup']:.2f} times as fast (of the "
                f"least: {row['speedup_of_least']:.2f}); cores used with two: {cores:.2f}; load {row['load']:.1f}")

    # ---- Kernels --------------------------------------------------------------------------------------------------

    def kernel(self):
        program = pathlib.Path(self.options.kernel).resolve()
        if not program.exists():
            say(f"\nkernel: left out, {program.name} is not built (ninja bench_kernel)")
            return
        cases = [("w1", 10, 41), ("w1", 20, 60), ("w1", 40, 93), ("w1", 100, 179), ("w2", 6, 33), ("w2", 10, 41)]
        if self.options.full:
            cases += [("w2", 20, 41)]
        if self.options.check:
            cases = [("w1", 3, 8), ("w2", 2, 5)]
        else:
            say("\nmachine: limits, processor seconds of the threads")
            for line in Sample([program, "machine"]).output.splitlines():
                what, threads, value, unit = line.split(",")
                self.machine.append({"what": what, "threads": threads, "value": value, "unit": unit, "load": load()})
                say(f"  {what:14} {threads} thread{'s' if threads != '1' else ' '} {float(value):8.1f} {unit}")
        say("\nkernel: one application of the generator to the first part of the state, one thread, least of 7")
        say(f"  {'representation':15}{'workload':9}{'N':>4} {'levels':>6} {'doubles':>10} {'MB':>7} {'ms':>9} "
            f"{'ns/double':>9} {'ns/number':>9} {'load':>5}")
        for workload, n, levels in cases:
            # Forced, so that rows mean the same from version to version: what a run prefers changes.
            for representation in ("sectors",) if workload == "w1" else ("half", "blocks"):
                sample = Sample([program, HERE / f"{workload}.yaml", f"battery.cells={n}", f"cavity.levels={levels}",
                                 "observe=[battery.energy]", f"numerics.representation={representation}"])
                if sample.status == 0:
                    break
            if sample.status:
                self.trouble.append("kernel: " + sample.trouble)
                continue
            word, _, _, doubles, ms, ns = sample.output.strip().split(",")
            numbers = sector_numbers(n, levels) if word == "sectors" else int(doubles)
            row = {"representation": word, "workload": workload, "n": n, "levels": levels, "doubles": int(doubles),
                   "ms": float(ms), "ns_per_double": float(ns), "numbers": numbers,
                   "ns_per_number": 1e6 * float(ms) / numbers, "load": load()}
            self.kernels.append(row)
            say(f"  {word:15}{workload:9}{n:4} {levels:6} {row['doubles']:10} {8e-6 * row['doubles']:7.2f} "
                f"{row['ms']:9.4f} {row['ns_per_double']:9.2f} {row['ns_per_number']:9.2f} {row['load']:5.1f}")

    # ---- Results --------------------------------------------------------------------------------------------------

    def exponent(self, workload, program, field):
        """Slope of log(y) against log(N) of what goes beyond start-up, over sizes where that is well measured."""
        floor = self.floor.get(program, (0, 0))[0 if field == "cpu_median" else 1]
        least = 0.03 if field == "cpu_median" else 2
        points = [(math.log(row["n"]), math.log(row[field] - floor)) for row in self.rows
                  if row["workload"] == workload.name and row["program"] == program and row[field] - floor > least]
        if len(points) < 3:
            return None
        x, y = (statistics.fmean(p[i] for p in points) for i in (0, 1))
        slope = sum((p[0] - x) * (p[1] - y) for p in points) / sum((p[0] - x) ** 2 for p in points)
        return slope, round(math.exp(points[0][0])), round(math.exp(points[-1][0]))

    def exponents(self):
        rows = []
        for workload in WORKLOADS:
            for program in ("leyden", PEER):
                for field, what in (("cpu_median", "time"), ("peak_mb", "memory")):
                    fit = self.exponent(workload, program, field)
                    if fit:
                        rows.append({"workload": workload.name, "program": program, "of": what, "exponent": fit[0],
                                     "n_from": fit[1], "n_to": fit[2]})
        if rows:
            say("\ngrowth: exponents of N fitted to processor seconds and memory beyond start-up")
            for row in rows:
                say(f"  {row['workload']:9}{row['program']:17} {row['of']:7} N^{row['exponent']:.1f}   N = "
                    f"{row['n_from']} .. {row['n_to']}")
        return rows

    def figure(self, workload, folder):
        curves = [(program, [row for row in self.rows
                             if row["workload"] == workload.name and row["program"] == program])
                  for program in ("leyden", PEER)]
        curves = [(program, rows) for program, rows in curves if rows]
        if not curves:
            return
        kinds = [("#0072B2", 7), ("#D55E00", 5)]  # as src/plot draws
        text = [f"# {workload.name}: drawn by bench/bench.py. The numbers are in this file: edit it, and draw again",
                "# in this folder with: gnuplot SCRIPT", "set encoding utf8",
                "set terminal svg size 1100,520 noenhanced font 'sans-serif,17' background rgb 'white'",
                f"set output '{workload.name}.svg'"]
        for i, (program, rows) in enumerate(curves):
            text += [f"$curve{i} << EOD", f"# {program}: N, processor seconds (median, least, most), peak MB"]
            text += [f" {r['n']} {r['cpu_median']:.6g} {r['cpu_min']:.6g} {r['cpu_max']:.6g} {r['peak_mb']:.6g}"
                     for r in rows]
            text.append("EOD")
        ticks = sorted({row["n"] for _, rows in curves for row in rows})
        places = []
        for n in ticks:  # labels that do not touch
            if not places or n / places[-1] >= 1.25:
                places.append(n)
        text += ["set border 3 linewidth 1.2 linecolor rgb '#444444'",
                 "set tics nomirror out scale 0.6 textcolor rgb '#222222'",
                 "set grid ytics linetype 1 linewidth 0.8 linecolor rgb '#E4E4E4'",
                 "set key top right samplen 1.6 spacing 1.15", "set pointsize 0.75", "set logscale xy",
                 "set format y '10^{%L}'", "set xlabel 'N, cells'",
                 f"set xrange [{ticks[0] / 1.15:g}:{ticks[-1] * 1.15:g}]",
                 "set xtics (" + ", ".join(f"'{n}' {n}" for n in places) + ")",
                 "set termoption enhanced",
                 f"set multiplot layout 1,2 title '{workload.name.upper()}: {workload.title}, tolerance 1e-8'"]
        for label, columns_used in (("Processor seconds, whole process", "1:2"), ("Peak memory (MB)", "1:5")):
            text.append(f"set ylabel '{label}'")
            text.append("plot " + ", ".join(
                f"$curve{i} using {columns_used} with linespoints linewidth 2.5 linecolor rgb '{kinds[i][0]}' "
                f"pointtype {kinds[i][1]} title '{program}'" for i, (program, _) in enumerate(curves)))
        text += ["unset multiplot", "set output"]
        script = folder / f"{workload.name}.gp"
        script.write_text("\n".join(text) + "\n", encoding="utf-8")
        if shutil.which("gnuplot"):
            subprocess.run(["gnuplot", script.name], cwd=folder, check=False)

    def write(self):
        folder = pathlib.Path(self.options.results)
        folder.mkdir(parents=True, exist_ok=True)
        tables = {"timings": self.rows, "kernel": self.kernels, "machine": self.machine, "threads": self.threads,
                  "growth": self.exponents()}
        for name, rows in tables.items():
            if rows:
                with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
                    writer.writeheader()
                    writer.writerows(rows)
        (folder / "about.json").write_text(json.dumps(about(self.program), indent=2) + "\n", encoding="utf-8")
        self.markdown(folder)
        for workload in WORKLOADS:
            self.figure(workload, folder)
        if not shutil.which("gnuplot"):
            say("figures: scripts only, gnuplot is not installed")
        say(f"\nwritten: {folder}/*.csv, timings.md, *.gp, *.svg")

    def markdown(self, folder):
        """The timings as a table for docs/benchmarks.md."""
        lines = ["| workload | N | program | wall s, median (least to most) | cpu s | peak MB | plan MB | error | load "
                 "| how |",
                 "|---|---|---|---|---|---|---|---|---|---|"]
        for row in self.rows:
            predicted = f"{row['predicted_mb']:.1f}" if isinstance(row["predicted_mb"], float) else ""
            error = f"{row['error']:.0e}" if isinstance(row["error"], float) else ""
            levels = f"{row['levels']} levels" if row["levels"] else ""
            how = ", ".join(text for text in (row["method"], levels, row["note"]) if text)
            lines.append(f"| {row['workload']} | {row['n']} | {row['program']} | {row['wall_median']:.3g} "
                         f"({row['wall_min']:.3g} to {row['wall_max']:.3g}) | {row['cpu_median']:.3g} | "
                         f"{row['peak_mb']:.0f} | {predicted} | {error} | {row['load']:.1f} | {how} |")
        (folder / "timings.md").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def everything(self):
        only = set(self.options.only.split(",")) if self.options.only else None
        known = {w.name for w in WORKLOADS} | {"startup", "threads", "kernel"}
        if only and only - known:
            sys.exit(f"bench.py: unknown: {', '.join(sorted(only - known))}; known: {', '.join(sorted(known))}")
        if not self.options.check or not only or "startup" in only:
            self.start_up()  # what is subtracted for the growth
        for workload in WORKLOADS:
            if not only or workload.name in only:
                self.workload(workload)
        if not only or "threads" in only:
            self.scaling()
        if not only or "kernel" in only:
            self.kernel()
        if not self.options.check:
            self.write()
        shutil.rmtree(self.folder)
        if self.trouble:
            say("\nnot as promised:")
            for line in self.trouble:
                say("  " + line)
        return 1 if self.trouble else 0


def sector_numbers(n, levels):
    """Numbers in the sector Delta = 0, e' >= e, K < levels: what is stored without padding."""
    count = 0
    for two_j in range(n, -1, -2):
        first = (n - two_j) // 2
        for e in range(first, n - first + 1):
            for ep in range(e, n - first + 1):
                count += max(0, levels - ep)
    return count


def about(program):
    """What the numbers belong to."""
    def words(*command):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE)
        return done.stdout.strip()
    processor = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                      if line.startswith("model name")), "unknown")
    flags = pathlib.Path("/proc/cpuinfo").read_text()
    return {"leyden": words(str(program), "--version"), "commit": words("git", "rev-parse", "--short", "HEAD"),
            "processor": processor, "cores": os.cpu_count(),
            "vectors": "AVX-512" if " avx512f" in flags else "AVX2" if " avx2" in flags else "other",
            "compiler": (words("gcc", "--version").splitlines() or [""])[0], "tolerance": TOLERANCE,
            "date": time.strftime("%Y-%m-%d")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/leyden")
    parser.add_argument("--kernel", default="build/bench/bench_kernel")
    parser.add_argument("--results", default=str(HERE / "results"))
    parser.add_argument("--only", default="", help="workloads, startup, threads, kernel; separated by commas")
    parser.add_argument("--full", action="store_true", help="all sizes; hours")
    parser.add_argument("--limit", type=float, help="most processor seconds of one run")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--jobs", type=int, default=1, help="threads of leyden; 1 unless given, as peers have")
    parser.add_argument("--check", action="store_true", help="smallest sizes, as a test")
    options = parser.parse_args()
    bench = Bench(options)
    say(f"leyden: {json.dumps(about(bench.program))}")
    return bench.everything()


if __name__ == "__main__":
    sys.exit(main())
