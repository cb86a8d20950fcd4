"""Result: access, certificate, states, pandas, xarray, figures, notebooks."""

import copy
import pickle
import sys
import xml.etree.ElementTree

import numpy as np
import pytest

import leyden


@pytest.fixture
def sweep(decay):
    decay["title"] = "Decay & <more>"
    return leyden.run(decay, sweep={"N": [1, 3], "noise.local.emission": [0.1, 0.2, 0.3]})


def test_access(decay):
    r = leyden.run(decay)
    assert r["battery.energy"] is r.battery.energy
    assert r["final( battery.energy )"] == r.measures["final(battery.energy)"]
    assert "battery.energy" in r and "cavity.energy" not in r
    assert list(r) == r.keys() == [*decay["observe"], *decay["measure"]]
    assert dir(r.battery) == ["energy", "populations"] and "battery" in dir(r)
    assert "energy" in repr(r.battery)
    with pytest.raises(AttributeError, match="battery.ergotropy was not observed"):
        r.battery.ergotropy
    with pytest.raises(AttributeError):
        r.cavity
    with pytest.raises(KeyError):
        r["cavity.energy"]
    assert r["time"] is r.times


def test_observables_without_a_dot():
    r = leyden.Battery(cells=2, state="excited", cavity=leyden.Cavity(levels=3, strength=0.1)).evolve(
        [0, 1], observe=["mutual_information", "heat"])
    assert r.mutual_information is r["mutual_information"]
    assert r.heat == pytest.approx([0, 0], abs=1e-8)


def test_certificate(decay, sweep):
    c = leyden.run(decay).certificate
    assert 0 <= c.trace_error < 1e-8 and c.energy_error < 1e-7 and c.integration_error <= 1e-8
    assert c.levels == 0 and isinstance(c.steps, int) and c["levels"] == c.levels
    assert dict(c).keys() == set(c) and len(c) == 17
    assert "trace" in repr(c)
    with pytest.raises(AttributeError):
        c.trace_error = 0
    with pytest.raises(AttributeError):
        c.no_such_number
    points = [sweep.at(i, k).certificate for i in range(2) for k in range(3)]
    assert sweep.certificate.trace_error == max(p.trace_error for p in points)
    assert sweep.certificate.min_eigenvalue == min(p.min_eigenvalue for p in points)
    assert sweep.certificate.applies == sum(p.applies for p in points)


def test_final_blocks_of_a_coherent_spin():
    """Two cells in (cos |e> + e^{i phi} sin |g>) each: the symmetric block in closed form, m = -1 first."""
    theta, phi = 0.7, 0.4
    r = leyden.Battery(cells=2, frequency=0, energy_frequency=1,
                       state={"spin_coherent": [theta, phi]}).evolve([0, 1])
    c, s = np.cos(theta / 2), np.exp(1j * phi) * np.sin(theta / 2)
    psi = np.array([s * s, np.sqrt(2) * c * s, c * c])
    assert list(r.final_blocks) == [2, 0] and len(r.final_blocks) == 2
    block = r.final_blocks[2]
    assert block.shape == (3, 3) and block.dtype == np.complex128
    np.testing.assert_allclose(block, np.outer(psi, psi.conj()), atol=1e-8)
    np.testing.assert_allclose(r.final_blocks[0], [[0]], atol=1e-8)
    for bad in (1, 4, -2):
        with pytest.raises(KeyError):
            r.final_blocks[bad]


def test_at(sweep):
    with pytest.raises(KeyError):
        sweep.at(N=2, **{"noise.local.emission": 0.1})
    with pytest.raises(KeyError):
        sweep.at(N=1)
    with pytest.raises(IndexError):
        sweep.at(0)
    with pytest.raises(IndexError):
        sweep.at(2, 0)
    with pytest.raises(TypeError):
        sweep.at()
    with pytest.raises(ValueError):
        sweep.final_blocks
    np.testing.assert_array_equal(sweep.at(-1, -1).battery.energy, sweep.battery.energy[1, 2])


def test_pickle_and_copy(decay):
    r = leyden.run(decay)
    for twin in (pickle.loads(pickle.dumps(r)), copy.deepcopy(r)):
        np.testing.assert_array_equal(twin.battery.energy, r.battery.energy)
        np.testing.assert_array_equal(twin.final_blocks[3], r.final_blocks[3])
        assert twin.measures == r.measures and dict(twin.certificate).keys() == dict(r.certificate).keys()


def test_final_blocks_that_were_not_kept():
    r = leyden.Battery(cells=300).evolve([0, 1], observe=["battery.jz"])
    with pytest.raises(leyden.UnsupportedError):
        r.final_blocks[300]
    assert pickle.loads(pickle.dumps(r)).battery.jz.tolist() == pytest.approx([-150, -150])


def test_arrays_outlive_their_result(decay):
    energy = leyden.run(decay).battery.energy
    for _ in range(20):
        leyden.run(decay)
    np.testing.assert_allclose(energy, 3 * np.exp(-0.5 * np.linspace(0, 2, 9)), atol=3e-8)


def test_warnings_name_their_point(decay):
    """A cut-off that is too small is told, and where."""
    r = leyden.Battery(cells=1, cavity=leyden.Cavity(levels=3, state={"coherent": 2}, strength=0.1)).sweep(
        {"cavity.levels": [3, 40]}, 1)
    assert r.warnings and all(line.startswith("cavity.levels = 3: ") for line in r.warnings)
    assert r.at(1).warnings == ()
    assert [r._line((0,), line) for line in r.at(0).warnings] == list(r.warnings)
    assert leyden.run(decay).warnings == ()


def test_to_pandas(decay, sweep):
    pytest.importorskip("pandas")
    r = leyden.run(decay)
    frame = r.to_pandas()
    assert frame.index.name == "time" and list(frame.index) == r.times.tolist()
    assert list(frame.columns) == ["battery.energy", *(f"battery.populations[{k}]" for k in range(4))]
    assert frame["battery.populations[1]"].tolist() == r.battery.populations[:, 1].tolist()
    assert r.to_pandas("measures")["final(battery.energy)"].tolist() == [r["final(battery.energy)"]]
    frame = sweep.to_pandas()
    assert frame.index.names == ["N", "noise.local.emission", "time"] and len(frame) == 2 * 3 * 9
    assert frame.loc[(3, 0.2, 2.0), "battery.energy"] == sweep.battery.energy[1, 1, -1]
    frame = sweep.to_pandas("measures")
    assert frame.loc[(1, 0.3), "final(battery.energy)"] == sweep["final(battery.energy)"][0, 2]
    with pytest.raises(ValueError):
        sweep.to_pandas("everything")
    one = leyden.run(decay, sweep={"N": [1, 2]}).to_pandas("measures")
    assert one.index.name == "N"


def test_to_xarray(decay, sweep):
    pytest.importorskip("xarray")
    data = sweep.to_xarray()
    assert data["battery.energy"].dims == ("N", "noise.local.emission", "time")
    assert data["battery.populations"].dims[-1] == "energy_level"
    assert data["battery.energy"].attrs["units"] == "energy" and data["argmax(battery.energy)"].attrs["units"] == "time"
    assert float(data["battery.energy"].sel({"N": 3, "noise.local.emission": 0.2}).isel(time=-1)) == \
        sweep.battery.energy[1, 1, -1]
    assert data.attrs["trace_error"] == sweep.certificate.trace_error
    assert leyden.run(decay).to_xarray()["final(battery.energy)"].dims == ()
    moving = leyden.run(decay, sweep={"time.until": [1, 2]}).to_xarray()
    assert moving["time"].dims == ("time.until", "row")


def test_plot(decay, sweep):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    r = leyden.run(decay)
    ax = r.plot(ax=pyplot.figure().gca())
    assert [line.get_label() for line in ax.lines] == ["battery.energy"]
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), r.battery.energy)
    assert ax.get_xlabel() == "time"
    ax = r.plot("battery.populations", ax=pyplot.figure().gca())
    assert len(ax.lines) == 4
    ax = sweep.plot("final(battery.energy)", ax=pyplot.figure().gca())
    assert len(ax.collections) == 1 and ax.get_ylabel() == "N"
    ax = sweep.plot("battery.energy", ax=pyplot.figure().gca())
    assert len(ax.lines) == 6
    ax = leyden.run(decay, sweep={"N": [1, 2]}).plot("final(battery.energy)", ax=pyplot.figure().gca())
    assert ax.lines[0].get_xdata().tolist() == [1, 2]
    with pytest.raises(KeyError):
        r.plot("cavity.energy", ax=pyplot.figure().gca())
    with pytest.raises(ValueError):
        r.plot("final(battery.energy)", ax=pyplot.figure().gca())
    pyplot.close("all")


def test_html(decay, sweep):
    for r in (leyden.run(decay), sweep):
        html = r._repr_html_()
        assert "Certificate" in html and "<more>" not in html
        start, end = html.index("<svg"), html.index("</svg>") + 6
        drawing = xml.etree.ElementTree.fromstring(html[start:end])
        assert len(drawing.findall("{http://www.w3.org/2000/svg}polyline")) >= 1
    quiet = leyden.run({"battery": {"cells": 1, "frequency": 1}, "time": {"until": 1},
                        "measure": ["final(battery.energy)"]})
    assert "<svg" not in quiet._repr_html_() and "final(battery.energy)" in quiet._repr_html_()


def test_svg_follows_the_numbers():
    """Corners of the curve are where the numbers are, on the scale that the ticks tell."""
    from leyden._figure import Curve, svg

    x = np.array([0.0, 1.0, 2.0])
    drawing = xml.etree.ElementTree.fromstring(svg([Curve("a", x, x**2, "a")], "x"))
    space = "{http://www.w3.org/2000/svg}"
    points = [tuple(map(float, p.split(","))) for p in drawing.find(f"{space}polyline").get("points").split()]
    (x0, y0), (x1, y1), (x2, y2) = points
    assert x1 - x0 == pytest.approx(x2 - x1, abs=0.2) and (y0 - y2) == pytest.approx(4 * (y0 - y1), abs=0.5)
    assert svg([Curve("a", x, x * np.nan, "a")], "x") == ""
    assert "circle" in svg([Curve("a", x[:1], x[:1], "a")], "x")
    assert "<b>" not in svg([Curve("<b>", x, x, "<b>")], "x")


def test_repr(sweep):
    text = repr(sweep)
    assert "Decay & <more>" in text and "N" in text and "Certificate" in text


def test_failed_points_are_told(monkeypatch, decay):
    """Point 1 of 3 fails: its numbers are NaN, the others are there, the exception says which."""
    from leyden import _run
    from leyden._gather import gather
    from leyden._scenario import open_scenario

    class Failing:
        def __init__(self, handle):
            self.handle = handle

        def __getattr__(self, name):
            return getattr(self.handle, name)

        def run(self, point, watch=None):
            if point == 1:
                raise leyden.NumericError("accuracy lost", "numerics.tolerance")
            return self.handle.run(point, watch)

    handle = open_scenario(decay, sweep={"N": [1, 2, 3]})
    for jobs in (1, 2):
        with pytest.raises(leyden.NumericError, match=r"1 of 3 points failed; the first, N = 2: accuracy lost") as e:
            _run._run_points(Failing(handle), jobs, None)
        r = e.value.result
        assert np.isnan(r["final(battery.energy)"]).tolist() == [False, True, False]
        assert list(r.errors) == [(1,)] and "accuracy lost" in r.errors[(1,)]
        assert np.array_equal(r.times, np.linspace(0, 2, 9))
    assert gather(handle, [None] * 3, {i: "x" for i in range(3)}).shape == (3,)


UNITS = {"battery.energy": "energy", "battery.sector_decay_bounds": "1/time", "mine": "", "argmax(battery.energy)": "time",
         "sampled_argmax(battery.energy)": "time", "at_max(battery.entropy, battery.energy)": "nats",
         "max(battery.purity)": "1"}


@pytest.fixture
def many_units(decay):
    return {**decay, "derive": {"mine": "battery.energy*t"}, "observe": [name for name in UNITS if "(" not in name],
            "measure": [name for name in UNITS if "(" in name]}


def test_units(many_units, tmp_path):
    """Of what is seen over a run, of times, and none of a formula; a file says the same, and so does xarray."""
    pytest.importorskip("h5py")
    r = leyden.run(many_units)
    assert r.units == UNITS
    assert leyden.run(many_units, sweep={"N": [1, 2]}, output=tmp_path / "r.h5").at(N=2).units == UNITS
    assert "(time)" in repr(r) and "(nats)" in repr(r)
    pytest.importorskip("xarray")
    assert {name: array.attrs["units"] for name, array in r.to_xarray().items()} == UNITS


def test_components_that_a_smaller_battery_has_not(many_units):
    """N + 1 of them; a sweep has NaN behind those of its smaller batteries, a point of it has none."""
    r = leyden.run(many_units, sweep={"N": [1, 3]})
    assert r["battery.sector_decay_bounds"].shape == (2, 9, 4) and np.isnan(r["battery.sector_decay_bounds"][0, 0, 2])
    assert r.at(N=1)["battery.sector_decay_bounds"].shape == (9, 2)
    assert leyden.observables()["battery.sector_decay_bounds"].component == "energy_level"
    assert leyden.observables()["battery.energy"].component is None
    pytest.importorskip("xarray")
    assert r.to_xarray()["battery.sector_decay_bounds"].dims == ("N", "time", "energy_level")


def test_a_legend_says_units_where_they_differ(many_units):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    r = leyden.run(many_units, sweep={"N": [1, 2, 3]})
    ax = r.plot("at_max(battery.entropy,battery.energy)", "argmax(battery.energy)", ax=pyplot.figure().gca())
    assert [line.get_label() for line in ax.lines] == ["at_max(battery.entropy, battery.energy) (nats)",
                                                       "argmax(battery.energy) (time)"]
    pyplot.close("all")


def test_points_that_are_not_there(decay, sweep):
    one = leyden.run(decay)
    for call, kind, told in (
            (lambda: sweep.at(0), IndexError, "1 indices; the axes are N, noise.local.emission"),
            (lambda: sweep.at(0.5, 0), TypeError, "whole number"), (lambda: one.at(0), IndexError, "no axes"),
            (lambda: sweep.at(**{"N": "two", "noise.local.emission": 0.2}), KeyError, "N has 1, 3, not two"),
            (lambda: sweep.at(**{"N": {"gibbs": 1}, "noise.local.emission": 0.2}), KeyError, "N has 1, 3, not {")):
        with pytest.raises(kind, match=told):
            call()
    words = leyden.run(decay, sweep={"battery.state": ["ground", {"gibbs": 0.2}]})
    assert words.at(**{"battery.state": "{gibbs: 0.2}"}).battery.energy[0] > 0.1
    with pytest.raises(KeyError, match="has ground, {gibbs: 0.2}, not excited"):
        words.at(**{"battery.state": "excited"})


def test_names_that_are_not_there(decay):
    r = leyden.run(decay)
    with pytest.raises(AttributeError, match="did you mean battery"):
        r.batery
    with pytest.raises(AttributeError, match="did you mean certificate"):
        r.certificat
    with pytest.raises(AttributeError, match="battery.enrgy was not observed .did you mean battery.energy"):
        r.battery.enrgy
    with pytest.raises(AttributeError, match="battery.entropy was not observed; observed are battery.energy"):
        r.battery.entropy
    with pytest.raises(KeyError, match="did you mean battery.energy"):
        r["battery.enrgy"]
    with pytest.raises(AttributeError, match="no trace_eror .did you mean trace_error.*; it has trace_error, "):
        r.certificate.trace_eror
    with pytest.raises(KeyError, match="did you mean trace_error"):
        r.certificate["trace_eror"]
    assert "levels" in dir(r.certificate) and [name for name, _ in r.items()] == list(r) == r.keys()


def test_a_list_of_names_is_drawn(decay):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    ax = leyden.run(decay).plot(["battery.energy", "battery.populations"], ax=pyplot.figure().gca())
    assert len(ax.lines) == 5
    pyplot.close("all")


@pytest.mark.parametrize("module, call", [("pandas", lambda r: r.to_pandas()), ("xarray", lambda r: r.to_xarray()),
                                          ("matplotlib", lambda r: r.plot()), ("qutip", lambda r: r.final_blocks.to_qobj()),
                                          ("h5py", lambda r: leyden.open("r.h5"))])
def test_what_is_not_installed(decay, module, call, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)  # importing it fails
    with pytest.raises(leyden.UnsupportedError, match=f"needs {module} .Debian: python3-{module}"):
        call(leyden.run(decay))
