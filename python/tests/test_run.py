"""leyden.run: ways in, sweeps, overrides, errors. Judges: independent decay in closed form, the command."""

import subprocess

import numpy as np
import pytest

import leyden


def test_dict_text_and_file_are_one(decay, tmp_path):
    path = tmp_path / "decay.yaml"
    path.write_text(leyden.to_yaml(decay), encoding="utf-8")
    results = [leyden.run(decay), leyden.run(leyden.to_yaml(decay)), leyden.run(path), leyden.run(str(path))]
    for r in results:
        assert r.battery.energy.shape == (9,) and r.battery.energy.dtype == np.float64
        assert np.array_equal(r.times, np.linspace(0, 2, 9))
        np.testing.assert_allclose(r.battery.energy, 3 * np.exp(-0.5 * r.times), atol=3e-8)
        assert r.measures["final(battery.energy)"] == pytest.approx(3 * np.exp(-1), abs=3e-8)
        assert r["argmax(battery.energy)"] == 0
        assert r.shape == () and r.cells == 3


def test_populations_are_binomial(decay):
    r = leyden.run(decay)
    p = np.exp(-0.5 * r.times)[:, None]
    k, ways = np.arange(4), np.array([1, 3, 3, 1])
    assert r.battery.populations.shape == (9, 4)
    np.testing.assert_allclose(r.battery.populations, ways * p**k * (1 - p) ** (3 - k), atol=3e-8)


def test_numpy_numbers_in_a_dict(decay):
    decay["time"] = {"values": np.array([0, 0.25, 1.5])}
    decay["battery"]["cells"] = np.int64(2)
    decay["noise"]["local"]["emission"] = np.float32(0.5)
    r = leyden.run(decay)
    np.testing.assert_allclose(r.battery.energy, 2 * np.exp(-0.5 * r.times), atol=3e-8)


def test_overrides_settings_and_expressions(decay):
    r = leyden.run(decay, N=2, noise__local__emission="0.1*N", settings={"time.until": 1})
    np.testing.assert_allclose(r.battery.energy, 2 * np.exp(-0.2 * r.times), atol=3e-8)
    assert r.times[-1] == 1


def test_parameter_by_keyword(decay):
    decay["parameters"] = {"rate": 0.5}
    decay["noise"]["local"]["emission"] = "rate"
    np.testing.assert_allclose(leyden.run(decay, rate=2.0).battery.energy[-1], 3 * np.exp(-4), atol=3e-8)


@pytest.mark.parametrize("jobs", [1, 3, None])
def test_sweep(decay, jobs):
    r = leyden.run(decay, sweep={"N": [1, 4, 2], "noise.local.emission": [0.1, 0.3]}, jobs=jobs)
    assert r.shape == (3, 2) and list(r.axes) == ["N", "noise.local.emission"]
    assert r.axes["N"].tolist() == [1, 4, 2] and r.axes["noise.local.emission"].tolist() == [0.1, 0.3]
    cells, rate = r.axes["N"][:, None], r.axes["noise.local.emission"][None, :]
    np.testing.assert_allclose(r.battery.energy, cells[..., None] * np.exp(-rate[..., None] * r.times), atol=5e-8)
    np.testing.assert_allclose(r["final(battery.energy)"], cells * np.exp(-2 * rate), atol=5e-8)
    # four cells have five levels; what fewer cells do not have is NaN
    assert r.battery.populations.shape == (3, 2, 9, 5)
    assert np.all(np.isnan(r.battery.populations[0, ..., 2:])) and np.all(np.isfinite(r.battery.populations[1]))
    assert r.cells.tolist() == [[1, 1], [4, 4], [2, 2]]
    one = r.at(N=2, **{"noise.local.emission": 0.3})
    assert one.battery.populations.shape == (9, 3) and one.cells == 2
    np.testing.assert_array_equal(one.battery.energy, r.battery.energy[2, 1])
    np.testing.assert_array_equal(r.at(2, 1).battery.energy, one.battery.energy)
    assert sum(np.trace(block).real for block in one.final_blocks.values()) == pytest.approx(1, abs=1e-9)


def test_sweep_of_words_and_ranges(decay):
    r = leyden.run(decay, sweep={"battery.state": ["excited", {"gibbs": 1}],
                                 "noise.local.emission": {"from": 0.1, "to": 10, "points": 3, "scale": "log"}})
    assert r.labels["battery.state"][0] == "excited"
    np.testing.assert_allclose(r.axes["noise.local.emission"], [0.1, 1, 10])
    np.testing.assert_allclose(r.battery.energy[:, :, 0], [[3] * 3, [1.5] * 3], atol=1e-9)
    assert r.at(**{"battery.state": "excited", "noise.local.emission": 1}).battery.energy[0] == pytest.approx(3)


def test_times_that_differ_between_points(decay):
    r = leyden.run(decay, sweep={"time.until": [1, 2]})
    assert r.times.shape == (2, 9) and r.times[:, -1].tolist() == [1, 2]
    np.testing.assert_allclose(r.battery.energy, 3 * np.exp(-0.5 * r.times), atol=3e-8)


def test_results_equal_those_of_the_command(decay, program, tmp_path):
    path = tmp_path / "decay.yaml"
    path.write_text(leyden.to_yaml(decay), encoding="utf-8")
    table = subprocess.run([program, "run", path, "-o", tmp_path / "r.h5", "--csv", "-"], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    names = table[0].split(",")
    energy = [float(line.split(",")[names.index("battery.energy")]) for line in table[1:]]
    assert energy == leyden.run(path).battery.energy.tolist()


BAD = [
    ({"battery.cells": -1}, "battery.cells"),
    ({"battery.cells": 2.5}, "battery.cells"),
    ({"battery.frequency": "1 +"}, "battery.frequency"),
    ({"battery.state": "up"}, "battery.state"),
    ({"battery.colour": "red"}, "battery.colour"),
    ({"noise.local.emission": -0.1}, "noise.local.emission"),
    ({"noise.cavity.loss": 0.1}, "noise.cavity.loss"),
    ({"time.until": 0}, "time.until"),
    ({"time.until": float("nan")}, "time.until"),
    ({"observe": ["battery.enrgy"]}, "observe"),
    ({"measure": ["largest(battery.energy)"]}, "measure"),
    ({"numerics.tolerance": 1}, "numerics.tolerance"),
]


@pytest.mark.parametrize("bad, where", BAD)
def test_refused_like_the_command_does(decay, program, tmp_path, bad, where):
    for key, value in bad.items():
        *groups, last = key.split(".")
        place = decay
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = value
    with pytest.raises(leyden.ScenarioError) as caught:
        leyden.run(decay)
    assert where.split(".")[-1] in caught.value.where + caught.value.message
    assert caught.value.line == 0  # nobody wrote the lines of a dict
    path = tmp_path / "bad.yaml"
    path.write_text(leyden.to_yaml(decay), encoding="utf-8")
    with pytest.raises(leyden.ScenarioError) as caught:
        leyden.run(path)
    told = subprocess.run([program, "run", path, "-o", tmp_path / "r.h5"], capture_output=True, text=True)
    assert told.returncode == 2
    assert caught.value.line >= 1
    assert str(caught.value) == told.stderr.splitlines()[0]
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, leyden.Error)


def test_bad_text_has_a_place():
    with pytest.raises(leyden.ScenarioError) as caught:
        leyden.run("battery: {cells: 2, frequency: 1}\ntime: {untill: 3}\nobserve: [battery.energy]\n")
    assert (caught.value.line, caught.value.column) == (2, 8)
    assert str(caught.value).startswith("<scenario>:2:8: ")


def test_too_large_a_run_has_a_place_where_somebody_wrote_it(decay, tmp_path):
    """Found when the run begins, not when the scenario is read."""
    huge = {**decay, "battery": {"cells": 3000, "frequency": 1, "state": {"spin_coherent": [1, 0]}},
            "drive": {"battery": 0.1}, "numerics": {"representation": "blocks"}}
    with pytest.raises(leyden.OutOfMemoryError) as caught:
        leyden.run(huge)
    assert str(caught.value).startswith("battery.cells: one run needs") and caught.value.line == 0
    path = tmp_path / "huge.yaml"
    path.write_text(leyden.to_yaml(huge), encoding="utf-8")
    with pytest.raises(leyden.OutOfMemoryError) as caught:
        leyden.run(path)
    assert str(caught.value).startswith(f"{path}:2:10: one run needs")


def test_bad_overrides(decay):
    with pytest.raises(leyden.ScenarioError) as caught:
        leyden.run(decay, N=0)
    assert caught.value.where == "N=0" and caught.value.line == 0
    with pytest.raises(leyden.ScenarioError):
        leyden.run(decay, no_such_parameter=1)
    with pytest.raises(leyden.ScenarioError):
        leyden.run(decay, sweep={"N": []})
    with pytest.raises(leyden.ScenarioError):
        leyden.run(decay, sweep={"time.points": [3, 4]})


def test_wrong_kinds_of_argument(decay):
    with pytest.raises(TypeError):
        leyden.run(7)
    with pytest.raises(TypeError):
        leyden.run(decay, N=object())
    with pytest.raises(TypeError):
        leyden.run(decay, watch=3)
    with pytest.raises(leyden.ArgumentError):
        leyden.run(decay, jobs=0)
    with pytest.raises(leyden.ArgumentError):
        leyden.run(decay, resume=True)
    with pytest.raises(leyden.FileError) as caught:
        leyden.run("no such file.yaml")
    assert isinstance(caught.value, OSError) and "no such file.yaml" in str(caught.value)


def test_not_utf8(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"title: caf\xe9\n")
    with pytest.raises(leyden.ScenarioError, match="UTF-8"):
        leyden.run(path)


def test_zero_character():
    with pytest.raises(ValueError):
        leyden.run("battery: {cells: 2}\n\0")


def test_too_little_memory(decay):
    decay.pop("measure")
    decay["battery"]["cells"] = 40
    decay["numerics"] = {"memory": 1000}
    with pytest.raises(leyden.OutOfMemoryError) as caught:
        leyden.run(decay)
    assert isinstance(caught.value, MemoryError)
    with pytest.raises(leyden.OutOfMemoryError):  # alone, after the others, it does not fit either
        leyden.run(decay, sweep={"noise.local.emission": [0.1, 0.2]}, jobs=2)


def test_plan_and_check(decay, program, tmp_path):
    assert leyden.check(decay) == 1
    assert leyden.check(decay, sweep={"N": [1, 2, 3]}) == 3
    path = tmp_path / "decay.yaml"
    path.write_text(leyden.to_yaml(decay), encoding="utf-8")
    told = subprocess.run([program, "plan", path], check=True, capture_output=True, text=True).stdout

    def lasting(text):  # what the machine has free changes from call to call
        return [line for line in text.splitlines() if "memory" not in line and " s" not in line]

    assert lasting(leyden.plan(decay)) == lasting(told)
    with pytest.raises(leyden.ScenarioError):
        leyden.plan(decay, N=-3)
    with pytest.raises(leyden.ScenarioError):
        leyden.check(decay, N=-3)


def test_to_yaml_keeps_odd_words():
    text = leyden.to_yaml({"title": 'a "quoted": title, # é', "battery": {"cells": 2, "frequency": 1.5e-8},
                           "time": {"values": range(3)}, "observe": ["battery.energy"]})
    r = leyden.run(text)
    assert r.title == 'a "quoted": title, # é'
    assert r.times.tolist() == [0, 1, 2]


def test_complex_amplitude():
    r = leyden.run({"battery": {"cells": 1, "frequency": 1},
                    "cavity": {"frequency": 1, "levels": 20, "state": {"coherent": 0.3 + 0.4j}},
                    "time": {"values": [0, 1]},
                    "observe": ["cavity.amplitude_re", "cavity.amplitude_im", "cavity.photons"]})
    assert r.cavity.amplitude_re[0] == pytest.approx(0.3) and r.cavity.amplitude_im[0] == pytest.approx(0.4)
    assert r.cavity.photons == pytest.approx([0.25, 0.25])


def test_help():
    assert "battery.ergotropy" in leyden.help("observables")
    assert set(leyden.help_topics()) >= {"scenario", "observables", "measures", "expressions"}
    with pytest.raises(leyden.ArgumentError):
        leyden.help("no such topic")
    energy = leyden.observables()["battery.energy"]
    assert energy.unit == "energy" and energy.meaning
    assert leyden.__version__
