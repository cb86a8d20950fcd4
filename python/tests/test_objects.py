"""Battery and Cavity. Judges: closed forms, and the same thing written as a scenario."""

import numpy as np
import pytest

import leyden


def test_evolve_rabi():
    """One cell, one photon, resonance: E = sin(g t)^2."""
    cavity = leyden.Cavity(levels=3, state={"fock": 1}, strength=0.3)
    r = leyden.Battery(cells=1, cavity=cavity).evolve(np.linspace(0, 12, 60), observe=["battery.energy"],
                                                      measure=["max(battery.energy)", "first_argmax(battery.energy)"])
    np.testing.assert_allclose(r.battery.energy, np.sin(0.3 * r.times) ** 2, atol=2e-8)
    assert r["max(battery.energy)"] == pytest.approx(1, abs=2e-8)
    assert r["first_argmax(battery.energy)"] == pytest.approx(np.pi / 0.6, abs=1e-3)


@pytest.mark.parametrize("times, expected", [
    ([0, 1, 3], [0, 1, 3]), (2.0, np.linspace(0, 2, 401)), ({"until": 2, "points": 3}, [0, 1, 2])])
def test_times(times, expected):
    r = leyden.Battery(cells=1, state="excited", emission=0.1).evolve(times)
    np.testing.assert_allclose(r.times, expected)
    np.testing.assert_allclose(r.battery.energy, np.exp(-0.1 * r.times), atol=1e-8)


def test_every_keyword_arrives():
    cavity = leyden.Cavity("wc", levels=7, state={"coherent": 0.5j}, strength="g", model={"counter_rotating": 0.5},
                           switch="box(t, 0, 1)", loss=0.01, gain=0.02, drive=0.03, energy_frequency=1.5)
    battery = leyden.Battery("3", "w", state={"dicke": [1.5, 0.5]}, cavity=cavity, emission=0.1, absorption=0.2,
                             dephasing=0.3, collective_emission=0.4, collective_absorption=0.5,
                             collective_dephasing=0.6, drive="0.1*t", energy_frequency=2,
                             parameters={"w": 1, "wc": 1.1, "g": 0.2}, title="all")
    assert battery.scenario(2, ["heat"], ["final(heat)"], {"w": [1, 2]}, tolerance=1e-6) == {
        "title": "all",
        "parameters": {"w": 1, "wc": 1.1, "g": 0.2},
        "battery": {"cells": "3", "frequency": "w", "state": {"dicke": [1.5, 0.5]}, "energy_frequency": 2},
        "cavity": {"frequency": "wc", "levels": 7, "state": {"coherent": [0, 0.5]}, "energy_frequency": 1.5},
        "coupling": {"model": {"counter_rotating": 0.5}, "strength": "g", "switch": "box(t, 0, 1)"},
        "noise": {"cavity": {"loss": 0.01, "gain": 0.02},
                  "collective": {"emission": 0.4, "absorption": 0.5, "dephasing": 0.6},
                  "local": {"emission": 0.1, "absorption": 0.2, "dephasing": 0.3}},
        "drive": {"cavity": 0.03, "battery": "0.1*t"},
        "time": {"until": 2}, "observe": ["heat"], "measure": ["final(heat)"], "numerics": {"tolerance": 1e-6},
        "sweep": {"w": [1, 2]}}
    assert leyden.check(battery.scenario(2, ["heat"], sweep={"w": [1, 2]})) == 2


def test_what_is_not_given_is_left_out():
    scenario = leyden.Battery(cells=2).scenario(1, ["battery.energy"])
    assert set(scenario) == {"battery", "time", "observe"}
    assert leyden.Battery(cells=2, cavity=leyden.Cavity()).scenario(1, ["battery.energy"]).keys() >= {"cavity"}
    assert "coupling" not in leyden.Battery(cells=2, cavity=leyden.Cavity()).scenario(1)


def test_sweep_superradiance_start():
    """dE/dt of N excited cells under J- is -N gamma at the start, for every N."""
    h = 1e-4
    r = leyden.Battery(cells=1, state="excited", collective_emission=0.2).sweep(
        {"N": [1, 2, 5]}, [0, h], observe=["battery.energy"], tolerance=1e-12)
    slope = (r.battery.energy[:, 1] - r.battery.energy[:, 0]) / h
    np.testing.assert_allclose(slope, -0.2 * np.array([1, 2, 5]), rtol=2e-3)


def test_telegraph_noise():
    """Frequency w + delta chi(t): <J+> gains exp(-nu t) (cosh xt + nu/x sinh xt), x^2 = nu^2 - delta^2."""
    delta, nu = 0.8, 0.3
    noise = [{"amplitude": delta, "rate": nu}]
    r = leyden.Battery(cells=1, state={"spin_coherent": [np.pi / 2, 0]}, telegraph=noise).evolve(
        np.linspace(0, 5, 11), observe=["battery.coherence_l1"])
    x = np.sqrt(complex(nu**2 - delta**2))
    factor = np.exp(-nu * r.times) * (np.cosh(x * r.times) + nu / x * np.sinh(x * r.times))
    np.testing.assert_allclose(r.battery.coherence_l1, abs(factor), atol=2e-8)
    cavity = leyden.Cavity(strength=0.1, telegraph=noise)
    assert leyden.Battery(cells=1, cavity=cavity).scenario()["coupling"]["telegraph"] == noise


def test_two_starts():
    """A cell that decays from |e>, and one that stays in |g>: their trace distance is exp(-gamma t)."""
    battery = leyden.Battery(cells=1, state="excited", compare="ground", emission=0.5)
    r = battery.evolve([0, 1, 2], observe=["trace_distance"], measure=["blp(trace_distance)"])
    np.testing.assert_allclose(r.trace_distance, np.exp(-0.5 * r.times), atol=2e-8)
    assert r["blp(trace_distance)"] == pytest.approx(0, abs=1e-7)
    cavity = leyden.Cavity(levels=3, compare={"fock": 1})
    assert leyden.Battery(cells=1, cavity=cavity).scenario()["compare"] == {"cavity": {"state": {"fock": 1}}}


def test_steady_state_of_one_bath():
    """Cells with rates up and down by themselves: each excited with probability up/(up + down)."""
    r = leyden.Battery(cells=3, emission=0.3, absorption=0.1).steady(["battery.energy"])
    assert r.battery.energy == pytest.approx([0.75], abs=1e-9) and r.times.tolist() == [np.inf]
    assert r.certificate.residual < 1e-10 and r.certificate.stationary_states == 1
    assert "0.75" in repr(r) and "steady state" in r._repr_html_()
    r = leyden.Battery(cells=3, emission=0.3, absorption="up", parameters={"up": 0.1}).steady(
        ["battery.energy"], {"up": [0.1, 0.3]})
    np.testing.assert_allclose(r.battery.energy[:, 0], [0.75, 1.5], atol=1e-9)
    assert "polyline" in r._repr_html_()
    np.testing.assert_array_equal(leyden.steady(leyden.Battery(cells=3, emission=0.3, absorption=0.1).scenario(
        observe=["battery.energy"])).battery.energy, r.battery.energy[0])
    with pytest.raises(leyden.ScenarioError):
        leyden.Battery(cells=2, emission="t").steady()
    assert leyden.Battery(cells=2).evolve(1).certificate.stationary_states == 0


def test_parameters_are_axes():
    r = leyden.Battery(cells=1, state="excited", emission="rate", parameters={"rate": 0.1}).sweep(
        {"rate": [0.1, 0.2]}, 1, measure=["final(battery.energy)"], observe=[])
    np.testing.assert_allclose(r["final(battery.energy)"], np.exp([-0.1, -0.2]), atol=1e-8)
    assert r.observables == {}


def test_to_yaml_and_plan():
    battery = leyden.Battery(cells=2, state="excited", emission=0.5)
    r = leyden.run(battery.to_yaml([0, 1]))
    np.testing.assert_array_equal(r.battery.energy, battery.evolve([0, 1]).battery.energy)
    assert "emission" in battery.plan(10)
    assert "steady state" in battery.plan() and "time:" not in battery.to_yaml()


@pytest.mark.parametrize("make", [
    lambda: leyden.Battery(cells=0).evolve(1), lambda: leyden.Battery(cells=2, state="sideways").evolve(1),
    lambda: leyden.Battery(cells=2, emission=-1).evolve(1), lambda: leyden.Battery(cells=2).evolve([1, 0]),
    lambda: leyden.Battery(cells=2).evolve([]), lambda: leyden.Battery(cells=2).evolve(1, observe=["x"]),
    lambda: leyden.Battery(cells=2).evolve(1, speed="high"), lambda: leyden.Battery(cells=2).sweep({"M": [1]}, 1),
    lambda: leyden.Battery(cells=2, cavity=leyden.Cavity(levels=0)).evolve(1),
    lambda: leyden.Battery(cells=2, cavity=leyden.Cavity(strength=1, model="rabi")).evolve(1)])
def test_bad_input(make):
    with pytest.raises(leyden.ScenarioError):
        make()


def test_names_are_lists():
    with pytest.raises(TypeError):
        leyden.Battery(cells=2).evolve(1, observe="battery.energy")
    with pytest.raises(TypeError):
        leyden.Battery(cells=2).evolve(1, [], measure="max(battery.energy)")


def test_repr():
    assert repr(leyden.Battery(cells=2, cavity=leyden.Cavity(loss=0.1))) == (
        "Battery(cells=2, frequency=1.0, state='ground', cavity=Cavity(frequency=1.0, levels='auto', "
        "state='vacuum', model='tavis-cummings', loss=0.1))")


def test_derived_quantities():
    battery = leyden.Battery(2, state="excited", emission=0.1, derive={"lost": "N - battery.energy", "last": "final(lost)"})
    result = battery.evolve([0, 1, 2], ["lost"], ["last"])
    np.testing.assert_allclose(result["lost"], 2 - 2*np.exp([0, -0.1, -0.2]), atol=1e-7)
    assert abs(result["last"] - (2 - 2*np.exp(-0.2))) < 1e-7


def test_every_other_key():
    """A thermal bath by its alpha: the steady energy of one cell is alpha / (1 + alpha); the rest of the noise stays."""
    battery = leyden.Battery(cells=1, dephasing=0.3, extra={"noise": {"local": {"rate": 0.7, "alpha": 0.25}}})
    assert battery.steady().battery.energy[0] == pytest.approx(0.25 / 1.25, abs=1e-10)
    assert battery.scenario(1)["noise"]["local"] == {"dephasing": 0.3, "rate": 0.7, "alpha": 0.25}
    staged = leyden.Battery(cells=2, emission=0.1, extra={"stages": [{"until": 1, "drive.battery": 0.4}, {}]})
    assert staged.evolve([0, 1, 2]).battery.energy[1] > 0
    with pytest.raises(leyden.ScenarioError, match="unknown key rat "):
        leyden.Battery(cells=1, extra={"noise": {"local": {"rat": 1}}}).evolve(1)
