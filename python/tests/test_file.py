"""Result files: written by studies, read by leyden.open into what run gives."""

import shutil
import subprocess

import numpy as np
import pytest

import leyden

h5py = pytest.importorskip("h5py")


def same(a, b):
    assert list(a.axes) == list(b.axes) and a.labels == b.labels and a.shape == b.shape
    for name in a.axes:
        np.testing.assert_array_equal(a.axes[name], b.axes[name])
        assert a.axes[name].dtype == b.axes[name].dtype
    np.testing.assert_array_equal(a.times, b.times)
    assert list(a) == list(b)
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])
    assert a.title == b.title and a.scenario == b.scenario and a.warnings == b.warnings
    for name in a.certificate:
        if name != "wall_seconds":
            np.testing.assert_equal(a.certificate[name], b.certificate[name])


@pytest.mark.parametrize("axes", [{}, {"N": [1, 2]}, {"noise.local.absorption": [0.1, 0.2, 0.3]}])
def test_steady_states(axes, tmp_path):
    """One row, at time infinity, as in memory; the file itself has no dimension for it."""
    scenario = {"battery": {"cells": 2, "frequency": 1}, "noise": {"local": {"emission": 0.5, "absorption": 0.1}},
                "observe": ["battery.populations", "battery.energy"], "measure": ["gap"]}
    written, kept = leyden.steady(scenario, sweep=axes, output=tmp_path / "r.h5"), leyden.steady(scenario, sweep=axes)
    same(written, kept)
    assert written.is_steady and written.battery.energy.shape == (*map(len, axes.values()), 1)
    np.testing.assert_array_equal(written.cells, kept.cells)
    assert repr(written).splitlines()[:4] == repr(kept).splitlines()[:4]
    assert "svg" in written._repr_html_() or not axes
    pytest.importorskip("pandas")
    assert written.to_pandas().equals(kept.to_pandas())
    pytest.importorskip("xarray")
    assert written.to_xarray().dims == kept.to_xarray().dims


@pytest.mark.parametrize("axes", [{}, {"noise.local.emission": [0.5]}])
def test_one_component_is_a_dimension(decay, axes, tmp_path):
    """One cell has one spin: its weight is [..., time, 1], as the weights of many cells are [..., time, spin]."""
    decay["observe"] = ["battery.spin_weights"]
    written, kept = leyden.run(decay, N=1, sweep=axes, output=tmp_path / "r.h5"), leyden.run(decay, N=1, sweep=axes)
    same(written, kept)
    assert kept.battery.spin_weights.shape == (*map(len, axes.values()), 9, 1)


def test_states_of_a_sweep_that_does_not_say_how_many_cells(tmp_path):
    scenario = {"battery": {"cells": 3, "frequency": 1, "state": "excited"}, "noise": {"local": {"emission": 0.5}},
                "time": {"until": 1, "points": 2}, "observe": ["battery.energy", "battery.state"]}
    axes = {"noise.local.emission": [0.1, 0.2]}
    written, kept = leyden.run(scenario, sweep=axes, output=tmp_path / "r.h5"), leyden.run(scenario, sweep=axes)
    assert written.at(1).states[1].cells == 3
    np.testing.assert_array_equal(written.at(1).states[1].to_matrix(), kept.at(1).states[1].to_matrix())


def test_single_run(decay, tmp_path):
    path = tmp_path / "r.h5"
    written, kept = leyden.run(decay, output=path), leyden.run(decay)
    same(written, kept)
    same(leyden.open(path), kept)
    same(leyden.open(str(path)), kept)
    assert list(written.final_blocks) == [3, 1] and written.cells == 3
    for two_j, block in kept.final_blocks.items():
        np.testing.assert_array_equal(written.final_blocks[two_j], block)
    with pytest.raises(KeyError):
        written.final_blocks[2]


@pytest.mark.parametrize("sweep", [
    {"N": [1, 3], "noise.local.emission": [0.1, 0.2, 0.3]}, {"battery.state": ["excited", {"gibbs": 0.5}]},
    {"time.until": [1, 2]}])
def test_sweep(decay, tmp_path, sweep):
    same(leyden.run(decay, sweep=sweep, output=tmp_path / "r.h5"), leyden.run(decay, sweep=sweep))


def test_derived_and_fits(tmp_path):
    """Cells that decay by themselves: E = N exp(-rate t)."""
    scenario = {"battery": {"cells": 1, "frequency": 1, "state": "excited"}, "time": {"until": 2, "points": 3},
                "noise": {"local": {"emission": 0.1}},
                "derive": {"double": "2*battery.energy", "left": "final(double)/2"},
                "observe": ["double"], "measure": ["left"],
                "sweep": {"N": [1, 2, 3], "noise.local.emission": [0.1, 0.2]},
                "fit": {"law": {"model": "power", "x": "N", "y": "left", "range": [1, 5]}}}
    kept = leyden.run(scenario)
    left = np.outer([1, 2, 3], np.exp([-0.2, -0.4]))
    np.testing.assert_allclose(kept["left"], left, atol=1e-7)
    written = leyden.run(scenario, output=tmp_path / "r.h5")
    same(written, kept)
    np.testing.assert_allclose(written.observables["double"][..., -1], 2*left, atol=1e-7)
    law = written.fits["law"]
    assert law["x"] == "N" and law["y"] == "left" and law["model"] == "power" and law["range"] == (1, 5)
    np.testing.assert_allclose(law["exponent"], [1, 1], atol=1e-7)
    np.testing.assert_allclose(law["prefactor"], np.exp([-0.2, -0.4]), atol=1e-7)
    np.testing.assert_array_equal(law["points"], [3, 3])
    assert law["left_out"].shape == (3, 2) and not law["left_out"].any()


def test_warnings(tmp_path):
    battery = leyden.Battery(cells=1, cavity=leyden.Cavity(levels=3, state={"coherent": 2}, strength=0.1))
    a = battery.sweep({"cavity.levels": [3, 40]}, 1)
    b = battery.sweep({"cavity.levels": [3, 40]}, 1, output=tmp_path / "r.h5")
    same(a, b)
    assert a.warnings


def test_written_by_the_command(decay, program, tmp_path):
    scenario, path = tmp_path / "s.yaml", tmp_path / "r.h5"
    scenario.write_text(leyden.to_yaml(decay), encoding="utf-8")
    subprocess.run([program, "run", "-q", scenario, "-o", path], check=True)
    same(leyden.open(path), leyden.run(scenario))
    told = subprocess.run([program, "show", path], check=True, capture_output=True, text=True).stdout
    assert leyden.table(path).strip() == told.strip()
    told = subprocess.run([program, "show", "--csv", path], check=True, capture_output=True, text=True).stdout
    assert leyden.csv(path) == told


def test_shards_resume_merge(decay, tmp_path):
    sweep = {"N": [1, 2, 3]}
    shards = [tmp_path / f"{i}.h5" for i in (1, 2)]
    part = leyden.run(decay, sweep=sweep, output=shards[0], shard=(1, 2))
    assert np.isnan(part["final(battery.energy)"]).any() and np.isfinite(part["final(battery.energy)"]).any()
    leyden.run(decay, sweep=sweep, output=shards[1], shard=(2, 2))
    leyden.merge(tmp_path / "all.h5", shards)
    whole, kept = leyden.open(tmp_path / "all.h5"), leyden.run(decay, sweep=sweep)
    np.testing.assert_array_equal(whole.battery.energy, kept.battery.energy)
    same(leyden.run(decay, sweep=sweep, output=tmp_path / "all.h5", resume=True), kept)
    with pytest.raises(leyden.FormatError):
        leyden.run(decay, sweep={"N": [1, 2]}, output=shards[0], resume=True)
    with pytest.raises(leyden.Error):
        leyden.merge(tmp_path / "twice.h5", [shards[0], shards[0]])
    with pytest.raises(leyden.ArgumentError):
        leyden.run(decay, sweep=sweep, output=tmp_path / "x.h5", shard=(3, 2))


def test_watch(decay, tmp_path):
    seen = []
    leyden.run(decay, sweep={"N": list(range(1, 30))}, output=tmp_path / "r.h5", watch=seen.append)
    assert all(0 <= fraction <= 1 for fraction in seen)
    calls = []

    def fail(fraction):
        calls.append(fraction)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        leyden.Battery(cells=10, cavity=leyden.Cavity(levels=16, state={"fock": 8}, strength=0.1, model="dicke")).evolve(
            {"until": 1e5, "points": 2}, output=tmp_path / "x.h5", watch=fail)
    assert len(calls) == 1  # not asked again, however long the work takes to end


@pytest.mark.skipif(shutil.which("gnuplot") is None, reason="no gnuplot")
def test_plot(decay, tmp_path):
    leyden.run(decay, output=tmp_path / "r.h5")
    leyden.plot(tmp_path / "r.h5", tmp_path / "r.svg", ["battery.energy"])
    assert (tmp_path / "r.svg").stat().st_size > 1000 and (tmp_path / "r.gp").exists()
    with pytest.raises(leyden.Error):
        leyden.plot(tmp_path / "r.h5", tmp_path / "r.svg", ["no.such"])


def test_files_that_are_no_results(tmp_path):
    with pytest.raises(leyden.FileError):
        leyden.open(tmp_path / "none.h5")
    text = tmp_path / "text.h5"
    text.write_text("hello")
    with pytest.raises(leyden.FormatError):
        leyden.open(text)
    foreign = tmp_path / "foreign.h5"
    with h5py.File(foreign, "w") as file:
        file["x"] = 1
    with pytest.raises(leyden.FormatError):
        leyden.open(foreign)
    for read in (leyden.table, leyden.csv):
        with pytest.raises(leyden.Error):
            read(text)
    with h5py.File(foreign, "a") as file:
        file.attrs["program"], file.attrs["format_version"] = "leyden", 99
    with pytest.raises(leyden.FormatError, match="99"):
        leyden.open(foreign)


def test_without_h5py(monkeypatch, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(leyden.UnsupportedError, match="h5py"):
        leyden.open(tmp_path / "r.h5")
