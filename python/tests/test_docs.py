"""Every Python block of the documents that have some runs, in order, one session a document; so do the docstrings."""

import doctest
import importlib
import importlib.util
import inspect
import json
import os
import pathlib
import pkgutil
import re
import shutil
import subprocess
import sys

import pytest

import leyden

ROOT = pathlib.Path(os.environ.get("LEYDEN_SOURCE", pathlib.Path(__file__).parents[2]))
FENCE = re.compile(r"^```(python|sh|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What the blocks of a document import, or the commands in them need.
NEEDS = {"docs/python.md": ["h5py", "pandas", "matplotlib"], "docs/optimisation.md": ["h5py"], "docs/qutip.md": ["qutip"],
         "docs/tutorial.md": ["h5py"], "docs/howto/cluster.md": ["h5py", "pandas"], "docs/howto/fitting.md": ["h5py"],
         "docs/formats/result.md": ["h5py"]}
ELSEWHERE = {"docs/formats/scenario.md"}  # tests/unit/test_scenario.c


def documents():
    """Every page with a block of code in it."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    names = [str(page.relative_to(ROOT)) for page in pages
             if page.exists() and FENCE.search(page.read_text(encoding="utf-8"))]
    return [name for name in names if name not in ELSEWHERE]


@pytest.mark.parametrize("document", documents())
def test_document(document, source, tmp_path, monkeypatch, request):
    path = source / document
    for module in NEEDS.get(document, []):
        pytest.importorskip(module)
    blocks = FENCE.findall(path.read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    session = {}
    for number, (language, block) in enumerate(blocks, 1):
        place = f"{path.name}, block {number}"
        if language == "python":
            exec(compile(block, place, "exec"), session)
        elif language == "sh":
            run_commands(block, place, request.getfixturevalue("program"))
        else:
            read_scenario(block)


def read_scenario(block):
    """A scenario is checked, and kept where its first line is the name of a file."""
    name = re.match(r"# (\w+\.yaml)\n", block)
    if name:
        pathlib.Path(name.group(1)).write_text(block, encoding="utf-8")
    leyden.check(block, steady=not re.search(r"^time:", block, re.MULTILINE))


def run_commands(block, place, program):
    """Commands as they are typed, with leyden in the PATH; a script for a job array is its first job."""
    if re.search(r"leyden plot", block) and not shutil.which("gnuplot"):
        block = re.sub(r"^leyden plot.*\n", "", block, flags=re.MULTILINE)
    told = subprocess.run(["sh", "-e", "-c", block], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "PATH": f"{program.resolve().parent}{os.pathsep}{os.environ['PATH']}",
                               "SLURM_ARRAY_TASK_ID": "1"})
    assert told.returncode == 0, f"{place}: {told.stdout}{told.stderr}"


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


def callables():
    for module in (leyden, importlib.import_module("leyden.qutip")):
        for name in module.__all__:
            thing = getattr(module, name)
            if not isinstance(thing, type):
                yield pytest.param(thing, id=f"{module.__name__}.{name}")
                continue
            for member, value in vars(thing).items():
                if inspect.isfunction(value) and not member.startswith("_"):
                    yield pytest.param(value, id=f"{module.__name__}.{name}.{member}")


@pytest.mark.parametrize("function", callables())
def test_docstrings_have_their_sections(function):
    """NumPy style: parameters and what comes back, where there are any; every parameter is named."""
    text, signature = inspect.getdoc(function), inspect.signature(function)
    names = [name for name in signature.parameters if name != "self"]
    if names:
        assert "Parameters\n----------" in text
        for name in names:
            assert re.search(rf"^\**(\w+, )*\**{name}\b|^(\**\w+, )*\**{name}\b", text, re.MULTILINE), name
    if signature.return_annotation not in ("None", None):
        assert "Returns\n-------" in text


def test_typed():
    """mypy, where it is installed, finds nothing wrong with the hints of the module."""
    assert (pathlib.Path(leyden.__file__).parent / "py.typed").exists()
    if importlib.util.find_spec("mypy") is None:
        pytest.skip("needs mypy")
    told = subprocess.run([sys.executable, "-m", "mypy", "--ignore-missing-imports", "--cache-dir", os.devnull,
                           pathlib.Path(leyden.__file__).parent], capture_output=True, text=True,
                          cwd=pathlib.Path(leyden.__file__).parents[1])
    assert told.returncode == 0, told.stdout
