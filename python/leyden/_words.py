"""Mistakes in calls, told in the same words everywhere: an unknown name, and what should be a list or a mapping."""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
from typing import Any, Callable, Dict, Iterable, List, Mapping, TypeVar, cast

from ._errors import ArgumentError, UnsupportedError

Method = TypeVar("Method", bound=Callable[..., Any])
# What papers, PIQS and other programs call it.
_ELSEWHERE = {"N": "cells", "gamma": "emission", "kappa": "loss", "g": "strength", "w0": "frequency", "wc": "frequency",
              "cutoff": "levels", "nmax": "levels", "tlist": "times", "e_ops": "observe", "c_ops": "emission",
              "initial_state": "state", "rho0": "state", "max": "maximize", "min": "minimize", "filename": "output"}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`` (did you mean X?)``, or nothing."""
    names = list(known)
    other = _ELSEWHERE.get(word)
    close = [other] if other in names else difflib.get_close_matches(word, names, 1, 0.72)
    return f" (did you mean {close[0]}?)" if close else ""


def list_of(values: Any, what: str, example: str) -> List[Any]:
    """The values of a sequence that is no text; a text would be taken letter by letter."""
    if isinstance(values, (str, bytes, Mapping)) or not hasattr(values, "__iter__"):
        raise TypeError(f"{what} is a list, as {example}, not {_told(values)}")
    return list(values)


def mapping_of(values: Any, what: str, example: str) -> Dict[str, Any]:
    """A copy of a mapping; nothing for None."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise TypeError(f"{what} is a mapping, as {example}, not {_told(values)}")
    return dict(values)


def jobs_of(jobs: Any) -> int:
    """How many points at once; 0 for None: as many as there are cores."""
    if jobs is None:
        return 0
    try:
        number = jobs.__index__()
    except AttributeError:
        raise TypeError(f"jobs is a whole number, not {_told(jobs)}") from None
    if number < 1:
        raise ArgumentError(f"{number} jobs; 1 or more", "jobs")
    return int(number)


def optional(module: str, what: str) -> Any:
    """A module that leyden does without until `what` is asked for."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise UnsupportedError(f"{what} needs {module} (Debian: python3-{module})", module) from None


def _told(value: Any) -> str:
    """A value in few letters."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"a {type(value).__name__}"


def _keywords(function: Callable[..., Any]) -> List[str]:
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [p.name for p in inspect.signature(function).parameters.values() if p.kind in kinds and p.name != "self"]


def says_unknown_keywords(function: Method) -> Method:
    """A constructor that says which keyword may have been meant by one that it does not have."""
    known = _keywords(function)

    @functools.wraps(function)
    def checked(self: Any, *arguments: Any, **keywords: Any) -> Any:
        for word in keywords:
            if word not in known:
                raise TypeError(f"{type(self).__name__} has no {word}{did_you_mean(word, known)}; it has "
                                f"{', '.join(known)}")
        return function(self, *arguments, **keywords)

    return cast(Method, checked)


def leaves_numerics(function: Method) -> Method:
    """A method whose further keywords are keys of ``numerics``: not those of its neighbours, nor its own misspelt."""
    known = _keywords(function)

    @functools.wraps(function)
    def checked(self: Any, *arguments: Any, **keywords: Any) -> Any:
        for word in [word for word in keywords if word not in known]:
            meant = did_you_mean(word, known)
            if meant:
                raise TypeError(f"{function.__name__} has no {word}{meant}")
            methods = {name: method for name, method in vars(type(self)).items()
                       if not name.startswith("_") and callable(method)}
            if word in methods:
                raise TypeError(f"{function.__name__} has no {word}; there is {type(self).__name__}.{word}(...)")
            others = [name for name, method in methods.items()
                      if name != "optimize" and word in _keywords(method)]  # its seed is another than numerics.seed
            if others:
                raise TypeError(f"{function.__name__} has no {word}, which is of {', '.join(others)}")
        return function(self, *arguments, **keywords)

    return cast(Method, checked)
