"""Exceptions: one class for each kind of failure of the C library, with the message of the command line."""

from __future__ import annotations

from typing import Any, Optional


class Error(Exception):
    """Anything that leyden refuses or cannot do.

    Parameters
    ----------
    message : str
        One sentence: what was met, and what would be right.
    where : str
        The key, parameter or file it is about, for instance ``noise.local.emission``; may be empty.
    line, column : int
        Place in the scenario text, from 1; 0 when it is not about a text.
    source : str, optional
        Name of the scenario file.

    Attributes
    ----------
    message, where, line, column, source
        As above. ``str(error)`` puts them together as the command line does: ``FILE:LINE:COLUMN: message``.
    result : Result or None
        What was finished when some points of a sweep failed.
    """

    result: Optional[Any] = None

    def __init__(self, message: str = "", where: str = "", line: int = 0, column: int = 0,
                 source: Optional[str] = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.line = line
        self.column = column
        self.source = source

    def __str__(self) -> str:
        if self.line > 0:
            return f"{self.source or '<scenario>'}:{self.line}:{self.column}: {self.message}"
        if self.where and self.where not in self.message:
            return f"{self.where}: {self.message}"
        return self.message

    def __reduce__(self) -> Any:
        return type(self), (self.message, self.where, self.line, self.column, self.source)


class ArgumentError(Error, ValueError):
    """An index out of range, an unknown name."""


class ScenarioError(Error, ValueError):
    """The scenario says something that cannot be; found before any work."""


class OutOfMemoryError(Error, MemoryError):
    """The machine has less memory than the work needs; found before the work where possible."""


class FileError(Error, OSError):
    """A file cannot be read or written."""


class FormatError(Error, ValueError):
    """A result file is damaged, foreign, or of another version."""


class UnsupportedError(Error, NotImplementedError):
    """This build lacks it."""


class NumericError(Error, ArithmeticError):
    """The accuracy asked for cannot be reached, or trace or positivity were lost."""


class Stopped(Error):
    """The caller's ``watch`` asked to stop."""


# In the order of ley_status; the extension looks its exceptions up here.
BY_STATUS = (Error, ArgumentError, ScenarioError, OutOfMemoryError, FileError, FormatError, UnsupportedError,
             NumericError, Stopped)

for _kind in BY_STATUS:
    _kind.__module__ = "leyden"  # what a traceback says, and where they are imported from
