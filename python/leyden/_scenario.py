"""From what a person writes (a file, a text, a dict, keywords) to the text and settings that the C library reads.

Nothing is checked here: the library checks everything, once, for every way in.
"""

from __future__ import annotations

import contextlib
import json
import numbers
import os
from typing import Any, Iterator, List, Mapping, Optional, Tuple, Union

from . import _leyden
from ._errors import ArgumentError, Error, FileError, ScenarioError
from ._functions import Function, has_functions, with_functions
from ._words import mapping_of

ScenarioLike = Union[str, "os.PathLike[str]", Mapping[str, Any]]


def plain(value: Any, where: str = "") -> Any:
    """A value in the words of JSON, which are words of YAML as well.

    numpy numbers and arrays become numbers and lists, a complex number ``[re, im]`` unless it is real, a range a list.
    `where` is its key, for messages.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item, f"{where}.{key}" if where else str(key)) for key, item in value.items()}
    if hasattr(value, "tolist"):  # numpy arrays and scalars
        return plain(value.tolist(), where)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, numbers.Complex):
        return [float(value.real), float(value.imag)] if value.imag != 0 else float(value.real)
    if isinstance(value, (list, tuple, range)):
        return [plain(item, where) for item in value]
    raise TypeError(f"{where or 'a scenario'} holds numbers, texts, lists and mappings, not {type(value).__name__}")


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(mapping: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in mapping.items():
        name = key if key.replace("_", "").replace(".", "").isalnum() and key.isascii() else _flow(key)
        if isinstance(value, dict) and value:
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        else:
            yield f"{indent}{name}: {_flow(value)}"


def to_yaml(scenario: Mapping[str, Any]) -> str:
    """The text of a scenario file for a scenario written as a dict.

    Parameters
    ----------
    scenario : mapping
        Keys and values as in a scenario file. Numbers may be numpy numbers, lists numpy arrays. Groups may be
        nested (``{"battery": {"cells": 4}}``). Numbers that may depend on time may be Python functions of time, which
        are met by Chebyshev series (`tabulate`).

    Returns
    -------
    str
        YAML. It is not checked; `run`, `plan` and `check` do that.
    """
    whole = mapping_of(scenario, "a scenario", "{'battery': {'cells': 4, 'frequency': 1}}")
    return "\n".join(_lines(plain(with_functions(whole)), "")) + "\n"


def setting(key: str, value: Any) -> str:
    """``KEY=VALUE`` as for ``leyden run --set``."""
    if isinstance(value, Function) and key.startswith("functions."):
        value = value.tolist()
    if has_functions(value):
        raise ArgumentError(f"{key} is a Python function, and the scenario a text, whose end is not known here; give "
                            f'settings={{"functions.f": leyden.tabulate(function, until)}} and {key}="f(t)"', key)
    return f"{key}={_flow(plain(value, key))}"


def _is_text(scenario: ScenarioLike) -> bool:
    return isinstance(scenario, str) and ("\n" in scenario or ": " in scenario)


def read(scenario: ScenarioLike) -> str:
    """Text of a scenario."""
    if isinstance(scenario, Mapping):
        return to_yaml(scenario)
    if isinstance(scenario, str) and _is_text(scenario):
        return scenario
    if not isinstance(scenario, (str, os.PathLike)):
        own = "; a Battery has methods of its own: battery.evolve(times)" if hasattr(scenario, "evolve") else ""
        raise TypeError(f"a scenario is a file name, a YAML text or a mapping, not a {type(scenario).__name__}{own}")
    path = os.fspath(scenario)
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise ScenarioError(f"not UTF-8 text: {error.reason} at byte {error.start}", path) from None
    except OSError as error:
        raise FileError(f"cannot read {path}: {error.strerror}", path) from error


def settings_of(settings: Mapping[str, Any], sweep: Mapping[str, Any], overrides: Mapping[str, Any]) -> List[str]:
    """Settings as texts: those given by dotted key, then keywords (``noise__local__emission=0.1``), then axes."""
    texts = [setting(key, value) for key, value in settings.items()]
    texts += [setting(key.replace("__", "."), value) for key, value in overrides.items()]
    texts += [setting(f"sweep.{key}", values) for key, values in sweep.items()]
    return texts


def _with_settings(scenario: Mapping[str, Any], settings: Mapping[str, Any], sweep: Mapping[str, Any],
                   overrides: Mapping[str, Any]) -> Tuple[Any, Any, Any]:
    """Python functions among the settings of a dict go into the dict, where the end of the run is known."""
    if not (has_functions(scenario) or has_functions(settings) or has_functions(overrides)):
        return scenario, settings, overrides
    merged = {key: dict(item) if isinstance(item, Mapping) else item for key, item in scenario.items()}
    given = {**settings, **{key.replace("__", "."): value for key, value in overrides.items()}}
    for key in [key for key, value in given.items() if has_functions(value) or key.startswith("time.")]:
        group = merged
        *path, last = key.split(".")
        for word in path:
            inner = group.get(word)
            group[word] = dict(inner) if isinstance(inner, Mapping) else {}
            group = group[word]
        group[last] = given.pop(key)
    return with_functions(merged, sweep), given, {}


def open_scenario(scenario: ScenarioLike, settings: Optional[Mapping[str, Any]] = None,
                  sweep: Optional[Mapping[str, Any]] = None, overrides: Optional[Mapping[str, Any]] = None,
                  purpose: int = 0) -> _leyden.Scenario:
    """The checked handle of a scenario. purpose: False or 0 an evolution, True or 1 a steady state, 2 a spectrum."""
    given: Mapping[str, Any] = mapping_of(settings, "settings", "{'noise.local.emission': 0.1}")
    axes: Mapping[str, Any] = mapping_of(sweep, "sweep", "{'N': [1, 2, 3]}")
    more: Mapping[str, Any] = overrides or {}
    if isinstance(scenario, Mapping):
        scenario, given, more = _with_settings(scenario, given, axes, more)
    with errors_about(scenario):
        return _leyden.Scenario(read(scenario), settings_of(given, axes, more), int(purpose))


@contextlib.contextmanager
def errors_about(scenario: ScenarioLike) -> Iterator[None]:
    """Errors of the library, found while the scenario is read or later, name its file."""
    try:
        yield
    except Error as error:
        if isinstance(scenario, Mapping):  # nobody wrote the lines of its text; `where` says the key
            error.line = error.column = 0
        else:
            error.source = "<scenario>" if _is_text(scenario) else os.fspath(scenario)
        raise
