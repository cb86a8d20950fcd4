"""optimize. Judge: a resonant drive turns N cells by Omega T; the energy is N sin(Omega T / 2)^2."""

import math

import numpy as np
import pytest

import leyden

pytest.importorskip("h5py")


def driven(cells=2):
    return leyden.Battery(cells=cells, frequency=0, energy_frequency=1, drive="omega", parameters={"omega": 1})


def test_the_turn_that_charges():
    found = driven().optimize({"omega": [0, 5]}, [0, 0.5, 1], maximize="final(battery.energy)", evaluations=100)
    assert found.value == pytest.approx(2, abs=1e-7)
    assert found.variables["omega"] == pytest.approx(math.pi, abs=1e-3)
    assert found.finished
    np.testing.assert_allclose(found.run.battery.energy, 2 * np.sin(found.variables["omega"] * found.run.times / 2) ** 2,
                               atol=1e-7)
    tried = found.evaluations
    assert list(tried.measures)[:2] == ["omega", "objective"]
    np.testing.assert_allclose(tried["objective"], 2 * np.sin(tried["omega"] / 2) ** 2, atol=1e-7)
    assert "omega=" in repr(found)


def test_conditions():
    found = driven().optimize({"omega": [0, 3]}, [0, 1], maximize="final(battery.energy)",
                              subject_to=["omega^2 <= 4"], evaluations=100)
    assert found.variables["omega"] == pytest.approx(2, abs=1e-5)
    nothing = driven().optimize({"omega": [0, 3]}, [0, 1], maximize="final(battery.energy)",
                                subject_to=["omega >= 4"], evaluations=20)
    assert nothing.run is None and math.isnan(nothing.value)


def test_a_kept_search_is_read_again(tmp_path):
    path = tmp_path / "search.h5"
    arguments = dict(maximize="final(battery.energy)", evaluations=30, output=path)
    first = driven().optimize({"omega": [0, 5]}, [0, 1], **arguments)
    again = driven().optimize({"omega": [0, 5]}, [0, 1], resume=True, **arguments)
    assert again.value == first.value and again.variables == first.variables
    with pytest.raises(leyden.FormatError, match="another scenario"):
        driven(3).optimize({"omega": [0, 5]}, [0, 1], resume=True, **arguments)


def test_bad_input():
    with pytest.raises(leyden.ScenarioError, match="unknown parameter x"):
        driven().optimize({"x": [0, 1]}, [0, 1], maximize="final(battery.energy)")
    with pytest.raises(leyden.ScenarioError, match="no room"):
        driven().optimize({"omega": [2, 1]}, [0, 1], maximize="final(battery.energy)")
    with pytest.raises(leyden.ArgumentError, match="give one of them"):
        driven().optimize({"omega": [0, 1]}, [0, 1], maximize="final(battery.energy)", minimize="final(heat)")
    with pytest.raises(leyden.ScenarioError, match="nothing to optimise"):
        leyden.optimize(driven().scenario([0, 1], ["battery.energy"]))
