"""Two threads, two interpreters, two processes. Judges: closed forms; each answer is that of a run alone."""

import multiprocessing
import subprocess
import sys
import threading

import numpy as np
import pytest

import leyden

TIMES = np.linspace(0, 2, 9)


def energy(rate, cells=3):
    """E = N exp(-rate t)."""
    return leyden.Battery(cells=cells, state="excited", emission=rate).evolve(TIMES).battery.energy.tolist()


def both(*works):
    """Runs functions in threads at once; raises what they raised."""
    found, raised = {}, []
    barrier = threading.Barrier(len(works))

    def go(i, work):
        try:
            barrier.wait()
            found[i] = work()
        except BaseException as error:  # noqa: BLE001
            raised.append(error)

    threads = [threading.Thread(target=go, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
    return [found[i] for i in range(len(works))]


def test_two_threads_evolve():
    """Different batteries at once, many times over."""
    for _ in range(4):
        one, two = both(lambda: [energy(0.3) for _ in range(5)], lambda: [energy(0.7, 4) for _ in range(5)])
        for e in one:
            np.testing.assert_allclose(e, 3 * np.exp(-0.3 * TIMES), atol=3e-8)
        for e in two:
            np.testing.assert_allclose(e, 4 * np.exp(-0.7 * TIMES), atol=3e-8)


def test_two_threads_do_different_things(tmp_path):
    pytest.importorskip("h5py")
    battery = leyden.Battery(cells=2, state="excited", emission=0.5, absorption=0.1)

    def sweep():
        return battery.sweep({"N": [1, 2, 3, 4]}, 1, measure=["final(battery.energy)"])["final(battery.energy)"]

    def steady():
        return float(battery.steady(["battery.energy"]).battery.energy[0])

    def files():
        return battery.evolve(1, output=tmp_path / "r.h5", overwrite=True).battery.energy[-1]

    def wrong():
        with pytest.raises(leyden.ScenarioError) as caught:
            battery.evolve(1, ["battery.enrgy"])
        return str(caught.value)

    for _ in range(3):
        numbers, s, e, message = both(sweep, steady, files, wrong)
        p = 1 / 6 + (1 - 1 / 6) * np.exp(-0.6)
        np.testing.assert_allclose(numbers, np.array([1, 2, 3, 4]) * p, atol=1e-7)
        assert s == pytest.approx(2 / 6) and e == pytest.approx(2 * p) and "battery.energy?" in message


def test_one_result_is_read_by_two_threads():
    r = leyden.Battery(cells=4, state={"spin_coherent": [1, 0.4]}, emission=0.2).evolve(2, states=True)
    pages = both(r._repr_html_, r._repr_html_, lambda: r.final_blocks[4].copy(), lambda: r.final_blocks[4].copy())
    assert pages[0] == pages[1]
    np.testing.assert_array_equal(pages[2], pages[3])


def test_processes():
    """A fork is another process: threads of the library do not stay behind it."""
    energy(0.1)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for rate, e in zip((0.3, 0.7), pool.map(energy, (0.3, 0.7))):
            np.testing.assert_allclose(e, 3 * np.exp(-rate * TIMES), atol=3e-8)


CODE = """
import leyden
e = leyden.Battery(cells=2, state="excited", emission=0.5).evolve([0, 2]).battery.energy
assert abs(e[1] - 0.7357588823) < 1e-7
"""


def in_interpreters(script):
    pytest.importorskip("_xxsubinterpreters")
    return subprocess.run([sys.executable, "-c", "import _xxsubinterpreters as si\nCODE = '''" + CODE + "'''\n" + script],
                          capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("before", ["import leyden; exec(CODE)", ""])
def test_other_interpreters_say_what_is_wrong(before):
    """NumPy supports the first interpreter of a process alone. Others are told so, and the first goes on."""
    told = in_interpreters(f"""
{before}
import threading
def work():
    other = si.create()
    try:
        si.run_string(other, CODE)
        print("works")
    except si.RunFailedError as error:
        print(error)
    si.destroy(other)
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
exec(CODE)
print("goes on")
""")
    assert told.returncode == 0 and told.stdout.count("main interpreter of a process only") == 2, told
    assert told.stdout.endswith("goes on\n") and "NumPy was imported" not in told.stderr
