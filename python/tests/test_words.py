"""Mistakes in calls: each is told what would be right, before any work."""

import re

import numpy as np
import pytest

import leyden
import leyden.qutip as lq

SMALL = leyden.Battery(cells=2, state="excited", emission=0.5)
GOAL = "final(battery.energy)"


@pytest.mark.parametrize("call, told", [
    (lambda: leyden.Battery(N=4), "Battery has no N (did you mean cells?)"),
    (lambda: leyden.Battery(cells=2, emision=0.1), "Battery has no emision (did you mean emission?); it has cells,"),
    (lambda: leyden.Cavity(kappa=0.1), "Cavity has no kappa (did you mean loss?)"),
    (lambda: lq.Dicke(2, emmission=0.1), "Dicke has no emmission (did you mean emission?)"),
    (lambda: SMALL.evolve(1, measures=[GOAL]), "evolve has no measures (did you mean measure?)"),
    (lambda: SMALL.evolve(tlist=[0, 1]), "evolve has no tlist (did you mean times?)"),
    (lambda: SMALL.evolve(1, jobs=2), "evolve has no jobs, which is of steady, sweep"),
    (lambda: SMALL.evolve(1, sweep={"N": [1]}), "evolve has no sweep; there is Battery.sweep(...)"),
    (lambda: SMALL.steady(measure=[GOAL]), "steady has no measure"),
    (lambda: SMALL.optimize({"cells": [0, 1]}, 1, maximise=GOAL), "optimize has no maximise (did you mean maximize?)"),
    (lambda: SMALL.evolve(1, None), 'observe is a list, as ["battery.energy"], not None'),
    (lambda: SMALL.evolve(1, measure=GOAL), f"measure is a list, as [\"max(battery.ergotropy)\"], not '{GOAL}'"),
    (lambda: leyden.Battery(cells=2, cavity={"frequency": 1}).evolve(1), "cavity is a leyden.Cavity(...), not {'freq"),
    (lambda: leyden.Battery(cells=2, cavity=leyden.Cavity).evolve(1), "cavity is a leyden.Cavity(...)"),
    (lambda: leyden.Battery(cells=2, parameters=["a"]).evolve(1), "parameters is a mapping, as {'a': 0.3}, not ['a']"),
    (lambda: leyden.Battery(cells=2, extra=["a"]).evolve(1), "extra is a mapping"),
    (lambda: leyden.Battery(cells=2, derive="a").evolve(1), "derive is a mapping"),
    (lambda: SMALL.sweep([0, 1], {"N": [1]}), "axes is a mapping, as {'N': [1, 2, 3]}, not [0, 1]"),
    (lambda: SMALL.sweep({"N": [1, 2]}, 1, jobs=1.5), "jobs is a whole number, not 1.5"),
    (lambda: leyden.optimize(SMALL.scenario(1), maximize=GOAL, jobs="2"), "jobs is a whole number, not '2'"),
    (lambda: leyden.optimize(SMALL.scenario(1), maximize=abs), "maximize is a formula of measures"),
    (lambda: leyden.optimize(SMALL.scenario(1), maximize=GOAL, subject_to="a < 1"), "subject_to is a list"),
    (lambda: leyden.run(SMALL), "a Battery has methods of its own"),
    (lambda: leyden.run(SMALL.scenario(1), sweep=["N"]), "sweep is a mapping"),
    (lambda: leyden.run(SMALL.scenario(1), settings=["N=3"]), "settings is a mapping"),
    (lambda: leyden.run(SMALL.scenario(1, ["battery.energy"]), output="r.h5", shard=3), "shard is (i, n), part i of n from 1 on, not 3"),
    (lambda: leyden.to_yaml("a"), "a scenario is a mapping"),
    (lambda: leyden.merge("whole.h5", "part.h5"), "shards is a list"),
    (lambda: leyden.plot("r.h5", "r.svg", "battery.energy"), "names is a list")])
def test_told_what_would_be_right(call, told):
    with pytest.raises(TypeError, match=re.escape(told)):
        call()


@pytest.mark.parametrize("axis, key", [("cells", "N"), ("emission", "noise.local.emission"), ("drive", "drive.battery"),
                                       ("collective_dephasing", "noise.collective.dephasing")])
def test_axes_are_keys_of_the_scenario(axis, key):
    """What a Battery calls emission the scenario calls noise.local.emission; a parameter may have the short name."""
    with pytest.raises(leyden.ArgumentError, match=f"the key of a Battery's {axis} is {re.escape(key)}$"):
        SMALL.sweep({axis: [1, 2]}, 1)
    assert SMALL.sweep({key: [1, 2]}, 1).shape == (2,)
    named = leyden.Battery(cells=2, drive=axis, parameters={axis: 1})
    assert named.sweep({axis: [1, 2]}, 1).shape == (2,)


def test_what_a_scenario_cannot_hold():
    with pytest.raises(TypeError, match="cavity.state.fock holds numbers, texts, lists and mappings, not object"):
        leyden.Battery(cells=2, cavity=leyden.Cavity(state={"fock": object()})).evolve(1)
    with pytest.raises(TypeError, match="parameters.a holds"):
        leyden.run(SMALL.scenario(1, ["battery.energy"]), settings={"parameters.a": object()})
    real = leyden.Battery(cells=2, state="excited", emission=np.complex128(0.5))
    np.testing.assert_array_equal(real.evolve(1).battery.energy, SMALL.evolve(1).battery.energy)
    with pytest.raises(leyden.ScenarioError, match="emission"):
        leyden.Battery(cells=2, emission=0.5j).evolve(1)


def test_a_qobj_is_no_function():
    qutip = pytest.importorskip("qutip")
    with pytest.raises(TypeError, match="cavity.state holds .* not Qobj"):
        leyden.Battery(cells=2, cavity=leyden.Cavity(state=qutip.coherent(10, 1), strength=0.1)).evolve(1)


def test_keys_of_numerics_pass():
    told = re.search("keys of numerics: (.*)", str(pytest.raises(leyden.ScenarioError, SMALL.evolve, 1, x=1).value))
    words = dict.fromkeys(told.group(1).split(", "), 1)
    assert "seed" in words and SMALL.scenario(1, **words)["numerics"] == words
    r = SMALL.evolve(1, tolerance=1e-6, representation="blocks")
    assert r.battery.energy[-1] == pytest.approx(2 * np.exp(-0.5), abs=1e-5)
    with pytest.raises(leyden.ScenarioError, match="did you mean tolerance"):
        SMALL.evolve(1, tol=1e-6)


def test_signatures_stay_what_they_are():
    """What tab completion and the site read."""
    import inspect

    assert list(inspect.signature(leyden.Battery).parameters)[:3] == ["cells", "frequency", "state"]
    assert "observe" in inspect.signature(SMALL.evolve).parameters and SMALL.evolve.__doc__.startswith("Time evolution")


def test_a_traceback_says_leyden():
    import pickle

    error = pytest.raises(leyden.ScenarioError, SMALL.evolve, 1, x=1).value
    assert f"{type(error).__module__}.{type(error).__qualname__}" == "leyden.ScenarioError"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
