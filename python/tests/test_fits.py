"""Fits of runs in memory. Judges: exact laws, numpy's least squares, the result file."""

import numpy as np
import pytest

import leyden

DECAY = {"battery": {"cells": 2, "frequency": 1, "state": "excited"}, "noise": {"local": {"emission": 0.5}},
         "time": {"until": 1, "points": 2}, "measure": ["final(battery.energy)"],
         "sweep": {"noise.local.emission": [0.1, 0.2, 0.5, 1.0], "N": [1, 2, 4]},
         "fit": {"size": {"model": "power", "x": "N", "y": "final(battery.energy)"},
                 "decay": {"model": "exponential", "x": "noise.local.emission", "y": "final(battery.energy)",
                           "range": [0.15, 2]}}}


def test_exact_laws():
    """E = N exp(-rate t): both fits are exact, one for each value of the other axis."""
    r = leyden.run(DECAY)
    size, decay = r.fits["size"], r.fits["decay"]
    assert list(r.fits) == ["size", "decay"] and size["formula"] == "y = prefactor * x^exponent" and size["x"] == "N"
    np.testing.assert_allclose(size["exponent"], np.ones(4), atol=1e-6)
    np.testing.assert_allclose(size["prefactor"], np.exp([-0.1, -0.2, -0.5, -1]), rtol=1e-6)
    np.testing.assert_allclose(decay["rate"], -np.ones(3), atol=1e-6)
    assert np.all(decay["points"] == 3) and decay["range"] == (0.15, 2)
    assert decay["left_out"].shape == (4, 3) and decay["left_out"][0].tolist() == [1, 1, 1]
    assert np.all(size["exponent_low"] <= size["exponent"]) and "fits" in repr(r) and "exponent" in repr(r)


def test_the_fit_of_numpy():
    scenario = {**DECAY, "sweep": {"noise.local.emission": [0.1, 0.2, 0.5, 1.0]},
                "fit": {"line": {"model": "linear", "x": "noise.local.emission", "y": "final(battery.energy)"}}}
    r = leyden.run(scenario)
    slope, intercept = np.polyfit(r.axes["noise.local.emission"], r["final(battery.energy)"], 1)
    assert r.fits["line"]["slope"] == pytest.approx(slope) and r.fits["line"]["intercept"] == pytest.approx(intercept)
    assert isinstance(r.fits["line"]["slope"], float)


def test_the_file_says_the_same(tmp_path):
    pytest.importorskip("h5py")
    here, there = leyden.run(DECAY), leyden.run(DECAY, output=tmp_path / "r.h5")
    assert set(here.fits) == set(there.fits)
    for name, fit in here.fits.items():
        assert set(fit) == set(there.fits[name])
        for key, value in fit.items():
            if isinstance(value, (str, tuple)):
                assert value == there.fits[name][key]
            else:
                np.testing.assert_allclose(value, there.fits[name][key], rtol=1e-9, atol=1e-12)


def test_no_fits():
    assert leyden.run({key: value for key, value in DECAY.items() if key != "fit"}).fits == {}
    assert leyden.Battery(cells=1).evolve(1).fits == {}


def test_buffers_of_the_size_that_the_scenario_has():
    """12 points; the measure that is asked for and the one that the fit adds."""
    scenario = leyden._leyden.Scenario(leyden.to_yaml(
        {**DECAY, "fit": {"size": {"model": "power", "x": "N", "y": "max(battery.energy)"}}}))
    done = b"\1" * 12
    numbers = np.ones((2, 12))
    assert [fit[0] for fit in scenario.fits(numbers.tobytes(), done)] == ["size"]
    for measures in (b"", numbers[0].tobytes(), numbers.tobytes()[:-1], np.ones((3, 12)).tobytes()):
        with pytest.raises(ValueError, match="measures has .* bytes, not 192"):
            scenario.fits(measures, done)
    with pytest.raises(ValueError, match="done has 11 bytes, not 12"):
        scenario.fits(numbers.tobytes(), done[:-1])
    with pytest.raises(TypeError):
        scenario.fits("1", done)
