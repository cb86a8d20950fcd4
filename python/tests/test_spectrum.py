"""Spectra. Judges: closed forms of independent cells, decay of an evolution."""

import numpy as np
import pytest

import leyden


def test_independent_cells():
    """Energies relax at up + down, coherences at half of it and 2 dephasing, turning with the frequency."""
    battery = leyden.Battery(cells=1, frequency=3.0, emission=0.3, absorption=0.1, dephasing=0.05)
    s = battery.spectrum()
    found = s.eigenvalues
    for expected in (0, -0.4, -0.3):
        assert np.abs(found.real - expected).min() < 1e-10
    assert s.gap == pytest.approx(0.3) and np.abs(np.abs(found.imag) - 3).min() < 1e-10
    assert set(s.sectors) == set(s.residuals) == set(s.dimensions) and s.levels == 0
    assert all(residual.max() < 1e-9 for residual in s.residuals.values() if residual.size)
    assert "gap 0.3" in repr(s)


def test_gap_is_what_an_evolution_decays_with():
    battery = leyden.Battery(cells=3, emission=0.2, collective_emission=0.5, state="excited")
    gap = battery.spectrum(wanted=4).gap
    assert gap == pytest.approx(battery.spectrum().gap)
    e = leyden.Battery(cells=3, emission=0.2, collective_emission=0.5, state="excited").evolve(
        [60, 62], tolerance=1e-12).battery.energy
    assert np.log(e[0] / e[1]) / 2 >= gap * (1 - 1e-6)


def test_bad_input():
    battery = {"battery": {"cells": 1, "frequency": 1}, "noise": {"local": {"emission": 0.1}}}
    with pytest.raises(leyden.ArgumentError):
        leyden.spectrum(battery, 0)
    with pytest.raises(leyden.ArgumentError, match="sweep"):
        leyden.spectrum({**battery, "sweep": {"N": [1, 2]}})
    with pytest.raises(leyden.ScenarioError):
        leyden.spectrum({**battery, "drive": {"battery": "sin(t)"}})
    with pytest.raises(TypeError):
        leyden.spectrum(battery, watch=3)
    with pytest.raises(ValueError, match="purpose"):
        leyden._leyden.Scenario(leyden.to_yaml(battery), None, 7)
