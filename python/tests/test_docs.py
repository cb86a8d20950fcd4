"""Every Python block of the documents that have some runs, in order, one session a document; so do the docstrings."""

import doctest
import importlib
import importlib.util
import json
import os
import pathlib
import pkgutil
import re
import subprocess
import sys

import pytest

import leyden

OPTIONAL = {"docs/python.md": ["h5py", "pandas", "matplotlib"], "docs/optimisation.md": ["h5py"], "docs/qutip.md": ["qutip"]}


@pytest.mark.parametrize("document", sorted(OPTIONAL))
def test_document(document, source, tmp_path, monkeypatch):
    path = source / document
    if not path.exists():
        pytest.skip("not there")
    for module in OPTIONAL[document]:
        pytest.importorskip(module)
    blocks = re.findall(r"^```python\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    session = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"{path.name}, block {number}", "exec"), session)


@pytest.mark.parametrize("name", ["first_battery", "more_cells", "baths_and_steady_states"])
def test_notebook(name, source, tmp_path, monkeypatch):
    """Every code cell runs in order; what a notebook claims it asserts. No output is kept in the file."""
    pytest.importorskip("pandas")
    book = json.loads((source / "examples" / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    session = {}
    for number, cell in enumerate(book["cells"]):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec(compile("".join(cell["source"]), f"{name}, cell {number}", "exec"), session)


def test_documented_numbers():
    s = leyden.Battery(cells=4, emission=0.3, absorption=0.1).steady(["battery.energy"])
    assert s.battery.energy[0] == pytest.approx(1)


def modules():
    return ["leyden"] + [f"leyden.{m.name}" for m in pkgutil.iter_modules([str(pathlib.Path(leyden.__file__).parent)])
                         if m.name != "_leyden"]


@pytest.mark.parametrize("name", modules())
def test_docstrings_run(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


@pytest.mark.parametrize("name", leyden.__all__)
def test_everything_public_is_described(name):
    thing = getattr(leyden, name)
    assert thing.__doc__ and not thing.__doc__.startswith(f"{name}(")
    if isinstance(thing, type):
        for member, value in vars(thing).items():
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                assert value.__doc__, f"{name}.{member}"


def test_typed():
    """mypy, where it is installed, finds nothing wrong with the hints of the module."""
    assert (pathlib.Path(leyden.__file__).parent / "py.typed").exists()
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("needs mypy")
    told = subprocess.run([sys.executable, "-m", "mypy", "--ignore-missing-imports", "--cache-dir", os.devnull,
                           pathlib.Path(leyden.__file__).parent], capture_output=True, text=True,
                          cwd=pathlib.Path(leyden.__file__).parents[1])
    assert told.returncode == 0, told.stdout
