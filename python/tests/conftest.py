"""What the tests share. CTest sets PYTHONPATH, LEYDEN_PROGRAM and LEYDEN_SOURCE."""

import os
import pathlib

import pytest


@pytest.fixture
def source():
    """Root of the source tree."""
    return pathlib.Path(os.environ.get("LEYDEN_SOURCE", pathlib.Path(__file__).parents[2]))


@pytest.fixture
def program(source):
    """The command."""
    path = pathlib.Path(os.environ.get("LEYDEN_PROGRAM", source / "build" / "leyden"))
    if not path.exists():
        pytest.skip("the command is not built")
    return path


@pytest.fixture
def decay():
    """Independent cells that decay: E(t) = N exp(-gamma t), each cell excited with p = exp(-gamma t)."""
    return {
        "battery": {"cells": 3, "frequency": 1, "state": "excited"},
        "noise": {"local": {"emission": 0.5}},
        "time": {"until": 2, "points": 9},
        "observe": ["battery.energy", "battery.populations"],
        "measure": ["final(battery.energy)", "argmax(battery.energy)"],
    }
