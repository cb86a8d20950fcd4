"""Python functions of time. Judges: the function itself, closed forms, the same pulse as an expression."""

import math

import numpy as np
import pytest

import leyden
import leyden.qutip as lq

SMOOTH = [(lambda t: 0.3 * math.exp(-(t - 5) ** 2 / 2), 10), (math.sin, 60), (lambda t: 1 / (1 + 25 * t * t), 4),
          (lambda t: 0, 3), (lambda t: 1e9 * t, 2), (lambda t: np.float64(t) ** 3, 5)]
ROUGH = [(lambda t: 0.2 if t < 3 else 0.5, 10), (lambda t: abs(t - math.pi), 10), (lambda t: math.floor(t) % 2, 9),
         (lambda t: math.exp(-((t - 7.3) / 0.05) ** 2), 10), (math.sqrt, 4),
         (lambda t: float(np.interp(t, [0, 1, 3, 4], [0, 2, 2, 0])), 4)]


@pytest.mark.parametrize("f, until", SMOOTH + ROUGH)
def test_series_meet_their_function(f, until):
    made = leyden.tabulate(f, until)
    t = np.random.default_rng(3).uniform(0, until, 400)
    y = np.array([float(f(x)) for x in t])
    largest = max(np.abs(y).max(), 1e-300)
    assert np.abs(made(t) - y).max() <= 1e-10 * largest
    assert made.error <= 3e-11 * max(largest, abs(f(0)), abs(f(until))) and made.begin == 0 and made.end == until
    assert np.isnan(made(until * 1.1)) and np.isnan(made(-0.1))
    assert made.calls > 100 and "pieces" in repr(made)


def test_jumps_are_found_to_the_last_bit():
    assert leyden.tabulate(lambda t: 0.2 if t < 3.1 else 0.5, 10).breaks.tolist() == [0, 3.1, 10]
    assert len(leyden.tabulate(lambda t: math.floor(t), 8).chebyshev) == 8


def test_breaks_let_narrow_things_be_seen():
    narrow = lambda t: 1.0 if 5 <= t < 5.0001 else 0.0  # noqa: E731
    made = leyden.tabulate(narrow, 10, breaks=[5, 5.0001])
    assert made(5.00005) == 1 and made(4.99) == 0 and made.error == 0


@pytest.mark.parametrize("f, message", [
    (lambda t: 1j, "one real number"), (lambda t: np.complex128(1 + 1j), "one real number"),
    (lambda t: None, "one real number"), (lambda t: math.nan, "finite"),
    (lambda t: [1, 2], "one real number"), (lambda t: np.random.default_rng(int(t * 1e9)).random(), "noisy")])
def test_what_no_series_meets_is_refused(f, message):
    with pytest.raises(leyden.ArgumentError, match=message):
        leyden.tabulate(f, 5)
    with pytest.raises(leyden.ArgumentError, match="drive.battery"):
        leyden.Battery(cells=1, drive=f).evolve(5)


@pytest.mark.parametrize("arguments", [dict(until=0), dict(until=math.inf), dict(until=1, begin=2),
                                       dict(until=1, tolerance=0)])
def test_bad_arguments(arguments):
    with pytest.raises(leyden.ArgumentError):
        leyden.tabulate(math.sin, **arguments)
    with pytest.raises(TypeError):
        leyden.tabulate(3, 1)
    with pytest.raises(ZeroDivisionError):  # what a function raises is not hidden
        leyden.tabulate(lambda t: 1 / 0, 1)


def test_a_pulse_is_that_of_the_expression():
    f = lambda t: 0.3 * math.exp(-(t - 5) ** 2 / 2)  # noqa: E731
    arguments = dict(cells=3, emission=0.1, frequency=0, energy_frequency=1)
    names = ["battery.energy", "battery.ergotropy", "heat"]
    expected = leyden.Battery(drive="0.3*gauss(t, 5, 1)", **arguments).evolve(10, names)
    for drive in (f, leyden.tabulate(f, 12), leyden.tabulate(lambda t, args: f(t), 10)):
        r = leyden.Battery(drive=drive, **arguments).evolve(10, names)
        for name in names:
            np.testing.assert_allclose(r[name], expected[name], atol=3e-8)
        assert r.certificate.energy_error < 1e-6  # the derivative of the pulse is known, too
    r = leyden.Battery(drive="a*pulse(t)", functions={"pulse": f}, parameters={"a": 1}, **arguments).sweep(
        {"a": [0, 1]}, 10, names)
    np.testing.assert_allclose(r.battery.energy[0], 0, atol=1e-8)
    np.testing.assert_allclose(r.battery.energy[1], expected.battery.energy, atol=3e-8)


def test_rates_and_switches():
    """E = N exp(-integral of the rate); a coupling that is switched off leaves things alone."""
    times = np.linspace(0, 4, 9)
    r = leyden.Battery(cells=2, state="excited", emission=lambda t: 0.5 * (1 + math.sin(3 * t))).evolve(times)
    np.testing.assert_allclose(r.battery.energy, 2 * np.exp(-0.5 * (times + (1 - np.cos(3 * times)) / 3)), atol=3e-8)
    cavity = leyden.Cavity(levels=3, state={"fock": 1}, strength=0.4, switch=lambda t: 1.0 if t < 2 else 0.0)
    r = leyden.Battery(cells=1, cavity=cavity).evolve(times)
    np.testing.assert_allclose(r.battery.energy, np.sin(0.4 * np.minimum(times, 2)) ** 2, atol=3e-8)


def test_scenarios(tmp_path):
    scenario = {"battery": {"cells": 1, "frequency": 1, "state": "excited"}, "noise": {"local": {"emission": lambda t: t}},
                "time": {"until": 2, "points": 5}, "observe": ["battery.energy"]}
    expected = np.exp(-np.linspace(0, 2, 5) ** 2 / 2)
    r = leyden.run(scenario)
    np.testing.assert_allclose(r.battery.energy, expected, atol=3e-8)
    assert "functions:" in r.scenario and "chebyshev" in r.scenario  # it says how it was made
    again = leyden.run(leyden.to_yaml(scenario))
    np.testing.assert_array_equal(again.battery.energy, r.battery.energy)
    r = leyden.run(scenario, noise__local__emission=lambda t: 2 * t)
    np.testing.assert_allclose(r.battery.energy, expected ** 2, atol=3e-8)
    r = leyden.run(scenario, sweep={"time.until": [1, 2]})
    np.testing.assert_allclose(r.battery.energy[1], expected, atol=3e-8)
    text = "battery: {cells: 1, frequency: 1, state: excited}\ntime: {until: 2, points: 5}\nobserve: [battery.energy]\n"
    with pytest.raises(leyden.ArgumentError, match="leyden.tabulate"):
        leyden.run(text, noise__local__emission=lambda t: t)
    r = leyden.run(text, settings={"functions.f": leyden.tabulate(lambda t: t, 2), "noise.local.emission": "f(t)"})
    np.testing.assert_allclose(r.battery.energy, expected, atol=3e-8)
    scenario["time"] = {"until": "1 + N"}
    with pytest.raises(leyden.ArgumentError, match="no end in plain numbers"):
        leyden.run(scenario)


def test_long_functions_fit_into_result_files(tmp_path):
    pytest.importorskip("h5py")
    wild = leyden.Battery(cells=1, state="excited", emission=lambda t: 0.3 * (1 + math.sin(40 * t)))
    r = wild.evolve(40, output=tmp_path / "wild.h5")
    assert len(r.scenario) > 100000
    integral = 0.3 * (40 + (1 - math.cos(1600)) / 40)
    assert r.battery.energy[-1] == pytest.approx(math.exp(-integral), abs=1e-8)


def test_times_beyond_a_function_are_refused():
    with pytest.raises(leyden.ScenarioError, match="not a number"):
        leyden.Battery(cells=1, drive=leyden.tabulate(math.sin, 5)).evolve(6)


def test_functions_where_none_may_be():
    with pytest.raises(leyden.ScenarioError, match="does not depend on time"):
        leyden.Battery(cells=lambda t: 2).evolve(1)


@pytest.mark.parametrize("function, told", [
    (lambda: 1.0, "drive.battery: .* called as f\\(t\\) or f\\(t, args\\); this one takes \\(\\)"),
    (lambda a, b, c: 1.0, "takes \\(a, b, c\\)"), (lambda t: "a", "gives 'a' at t = 0; it gives one real number"),
    (lambda t, *, more: 1.0, "takes \\(t, \\*, more\\)")])
def test_what_is_no_function_of_time(function, told):
    with pytest.raises(leyden.ArgumentError, match=told):
        leyden.Battery(cells=1, drive=function).evolve(1)


@pytest.mark.parametrize("function", [lambda t, args=None: 0.4, lambda *all_of_them: 0.4, lambda t, args: 0.4])
def test_ways_to_be_called(function):
    r = leyden.Battery(cells=1, frequency=0, energy_frequency=1, drive=function).evolve(1)
    assert r.battery.energy[-1] == pytest.approx(math.sin(0.2) ** 2, abs=1e-8)


def test_errors_of_the_function_say_where():
    """They come through as they are, with the time at which leyden called."""
    with pytest.raises(ZeroDivisionError) as told:
        leyden.Battery(cells=1, drive=lambda t: 1 / (t > 0.9)).evolve(1)
    assert any("t = 0" in note for note in told.value.__notes__)


def test_no_functions_of_time_without_time():
    with pytest.raises(leyden.ArgumentError, match="noise.local.emission .* has no time; a steady state"):
        leyden.Battery(cells=1, emission=lambda t: t).steady()


def test_the_language_of_piqs():
    times = np.linspace(0, 3, 7)
    for rate in (lambda t: 0.6 * math.exp(-t), lambda t, args: 0.6 * math.exp(-t),
                 leyden.tabulate(lambda t: 0.6 * math.exp(-t), 3)):
        r = lq.Dicke(1, dephasing=rate).evolve(lq.css(1), times, ["battery.coherence_l1"])
        np.testing.assert_allclose(r.battery.coherence_l1, np.exp(-0.3 * (1 - np.exp(-times))), atol=2e-8)
    r = lq.Dicke(3, {"x": lambda t: 0.4}).evolve("ground", times, ["battery.energy"])
    np.testing.assert_allclose(r.battery.energy, 3 * np.sin(0.2 * times) ** 2, atol=2e-8)
