"""The extension itself: buffers, errors, threads, Ctrl-C, the GIL, leaks."""

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import leyden
from leyden import _leyden

TEXT = """
battery: {cells: 3, frequency: 1, state: excited}
noise: {local: {emission: 0.5}}
time: {until: 2, points: 9}
observe: [battery.energy, battery.populations]
measure: ["final(battery.energy)"]
"""
# Long enough (minutes) to be interrupted, with an engine that looks up every few milliseconds.
LONG = """
battery: {cells: 10, frequency: 1}
cavity: {frequency: 1, levels: 16, state: {fock: 8}}
coupling: {model: dicke, strength: 0.1}
noise: {cavity: {loss: 0.1}, local: {emission: 0.1}}
time: {until: 100000, points: 3}
observe: [battery.energy]
"""


def test_views_are_read_only_buffers():
    run = _leyden.Scenario(TEXT).run()
    times, populations = memoryview(run.times), memoryview(run.series("battery.populations"))
    assert times.readonly and times.format == "d" and times.shape == (9,) and times.c_contiguous
    assert populations.shape == (9, 4) and populations.strides == (32, 8) and populations.nbytes == 288
    assert populations.tolist()[0] == pytest.approx([0, 0, 0, 1])
    array = np.asarray(populations)
    assert not array.flags.writeable and not array.flags.owndata
    with pytest.raises(ValueError):
        array[0, 0] = 1
    with pytest.raises(KeyError):
        run.series("cavity.energy")
    with pytest.raises(TypeError):
        run.series(3)


def test_views_keep_their_run():
    view = _leyden.Scenario(TEXT).run().series("battery.energy")
    gc.collect()
    assert memoryview(view)[0] == pytest.approx(3)


def test_scenario_attributes():
    scenario = _leyden.Scenario(TEXT, ["sweep.N=[1, 2]", "title=x"])
    assert scenario.points == 2 and scenario.title == "x"
    assert scenario.axes == [("N", [1.0, 2.0], None)]
    assert scenario.text.startswith(TEXT) and "--set" in scenario.text
    assert scenario.run(1).cells == 2 and scenario.run(point=0).names == ["battery.energy", "battery.populations"]
    assert "2" in scenario.plan()
    for point in (-1, 2):
        with pytest.raises(leyden.ArgumentError):
            scenario.run(point)
    with pytest.raises(OverflowError):
        scenario.run(1 << 80)


@pytest.mark.parametrize("call", [
    lambda: _leyden.Scenario(), lambda: _leyden.Scenario(b"x"), lambda: _leyden.Scenario(TEXT, "N=2"),
    lambda: _leyden.Scenario(TEXT, [2]), lambda: _leyden.Scenario(TEXT, 5), lambda: _leyden.Run(),
    lambda: _leyden.View(), lambda: _leyden.Scenario(TEXT).run(0, "watch"), lambda: _leyden.merge("a", "b"),
    lambda: _leyden.Scenario(TEXT).run().battery_block("1"), lambda: _leyden.table(None), lambda: _leyden.help(1)])
def test_wrong_types(call):
    with pytest.raises(TypeError):
        call()


@pytest.mark.parametrize("two_j", [-1, 0, 2, 4, 5, 2**31 - 1, -(2**31)])
def test_blocks_that_do_not_exist(two_j):
    run = _leyden.Scenario(TEXT).run()
    with pytest.raises(leyden.ArgumentError, match="two_j"):
        run.battery_block(two_j)
    assert len(run.battery_block(3)) == 256


def test_errors_are_complete():
    with pytest.raises(leyden.ScenarioError) as caught:
        _leyden.Scenario("battery: {cells: 0, frequency: 1}\ntime: {until: 1}\nobserve: [battery.energy]\n")
    error = caught.value
    assert (error.line, error.column) == (1, 18) and error.message and error.where
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is leyden.ScenarioError and str(twin) == str(error) and twin.where == error.where
    for name, base in (("ScenarioError", ValueError), ("ArgumentError", ValueError), ("FormatError", ValueError),
                       ("OutOfMemoryError", MemoryError), ("FileError", OSError), ("NumericError", ArithmeticError),
                       ("UnsupportedError", NotImplementedError), ("Stopped", leyden.Error)):
        assert issubclass(getattr(leyden, name), (leyden.Error,)) and issubclass(getattr(leyden, name), base)
        assert str(getattr(leyden, name)("why", "what")) == "what: why"


def test_watch_stops_and_raises():
    seen = []

    def watch(t, until):
        seen.append((t, until))
        return len(seen) >= 3

    with pytest.raises(leyden.Stopped):
        _leyden.Scenario(LONG).run(0, watch)
    assert len(seen) == 3 and all(0 <= t <= until == 100000 for t, until in seen)
    with pytest.raises(ZeroDivisionError):
        _leyden.Scenario(LONG).run(0, lambda t, until: 1 / 0)
    with pytest.raises(leyden.Stopped):
        leyden.run(LONG, watch=lambda fraction: fraction >= 0)
    with pytest.raises(leyden.Stopped):
        leyden.run(LONG, sweep={"N": [9, 10]}, watch=lambda fraction: fraction >= 0, jobs=1)


def test_gil_is_released():
    """Another thread goes on while one computes."""
    ticks = 0
    began = time.monotonic()

    def watch(t, until):
        return time.monotonic() - began > 0.6

    def tick():
        nonlocal ticks
        while thread.is_alive():
            ticks += 1
            time.sleep(0.005)

    def work():
        with pytest.raises(leyden.Stopped):
            _leyden.Scenario(LONG).run(0, watch)

    thread = threading.Thread(target=work)
    thread.start()
    tick()
    thread.join()
    assert ticks > 20


def test_many_threads_on_one_scenario():
    scenario = _leyden.Scenario(TEXT, ["sweep.N=[1, 2, 3, 4, 5, 6, 7, 8]"])
    expected = [scenario.run(point).measures["final(battery.energy)"] for point in range(8)]
    found = {}

    def work(point):
        for _ in range(5):
            found[point] = scenario.run(point).measures["final(battery.energy)"]

    threads = [threading.Thread(target=work, args=(point,)) for point in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[point] for point in range(8)] == expected
    assert expected == pytest.approx([n * np.exp(-1) for n in range(1, 9)], abs=1e-7)


@pytest.mark.parametrize("call", [
    "leyden.run(text)", "leyden.run(text, sweep={'N': [9, 10]}, jobs=2)",
    "leyden.run(text, sweep={'N': [9, 10]}, jobs=1)", "leyden.run(text, output=path)"])
def test_ctrl_c(call, tmp_path):
    script = f"""
import sys, leyden
text, path = sys.argv[1:]
print("ready", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("interrupted")
"""
    child = subprocess.Popen([sys.executable, "-c", script, LONG, str(tmp_path / "r.h5")], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert out == "interrupted\n" and child.returncode == 0, err


def resident_kilobytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="needs Linux")
def test_nothing_leaks(tmp_path):
    """Memory after many calls, good and bad, is what it was after few. A leaked run would be 100 kB a round."""
    wide = TEXT.replace("points: 9", "points: 4001")
    fitted = TEXT + "sweep: {N: [1, 2, 3]}\nfit: {size: {model: power, x: N, y: final(battery.energy)}}\n"
    start = leyden.Battery(cells=3, state="excited").evolve(1).final_blocks
    start[3], start[1]

    def once():
        r = leyden.run(wide)
        r.final_blocks[3], r.battery.populations, r._repr_html_()
        leyden.plan(TEXT)
        leyden.help("scenario")
        leyden.observables()
        assert leyden.run(fitted).fits["size"]["exponent"] == pytest.approx(1, abs=1e-5)
        pulsed = leyden.Battery(cells=3, state=start, drive=lambda t: 0.1 * t).evolve(1, states=True)
        pulsed.states[-1].to_matrix()
        for bad in (lambda: leyden.run("battery: {cells: 0}\n"), lambda: leyden.help("x"),
                    lambda: leyden.run(TEXT, N="x"), lambda: leyden.table(str(tmp_path / "none.h5")),
                    lambda: _leyden.Scenario(TEXT).run().battery_block(2),
                    lambda: _leyden.Scenario(TEXT).run(5), lambda: _leyden.Scenario(TEXT, [3])):
            with pytest.raises((leyden.Error, TypeError)):
                bad()

    for _ in range(15):
        once()
    gc.collect()
    before = resident_kilobytes()
    references = sys.gettotalrefcount() if hasattr(sys, "gettotalrefcount") else 0
    for _ in range(60):
        once()
    gc.collect()
    assert resident_kilobytes() - before < 3000
    if references:
        assert sys.gettotalrefcount() - references < 600


def test_a_class_leaks_no_references():
    """Reference counts of the types and singletons that the extension hands out stay where they are."""
    scenario = _leyden.Scenario(TEXT)
    counts = None
    for _ in range(3):
        for _ in range(200):
            run = scenario.run()
            run.times, run.series("battery.energy"), run.names, run.measures, run.certificate, run.warnings
            scenario.axes, scenario.points, scenario.text, scenario.plan()
        del run
        gc.collect()
        now = [sys.getrefcount(thing) for thing in (_leyden.Scenario, _leyden.Run, _leyden.View, scenario)]
        assert counts is None or now == counts
        counts = now
