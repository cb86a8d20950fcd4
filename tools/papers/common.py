"""Rows of FIGURE.expected.csv: numbers of an independent calculation, mapped to a scenario and a quantity.

A module KEY.py beside this one has SOURCE, the name of a file of expected numbers, and figures(entries), which
yields (figure, row) or returns such a list. Each row is written below papers/KEY/ into FIGURE.expected.csv.
"""

import csv
import io
import json
import math
import pathlib
import re

COLUMNS = ("id", "scenario", "where", "quantity", "published", "published_tolerance", "reference", "tolerance",
           "verdict", "note")
VERDICTS = ("reproduced", "reading", "differs", "refuted")


def number(value):
    """A number as short as ten digits allow; text as it stands, so that published digits stay as printed."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:.10g}"


def row(id, scenario, where, quantity, reference=None, tolerance=None, published=None, published_tolerance=None,
        verdict="reproduced", note=""):
    """One line. where: a mapping of axes to values or labels. published may be a text, to keep its digits."""
    if verdict not in VERDICTS:
        raise ValueError(f"{id}: verdict {verdict}")
    if verdict != "reproduced" and not note:
        raise ValueError(f"{id}: {verdict} without a note")
    if reference is None and published is None:
        raise ValueError(f"{id}: nothing to compare with")
    place = "; ".join(f"{axis}={number(value)}" for axis, value in where.items())
    return (id, scenario, place, quantity, number(published), number(published_tolerance), number(reference),
            number(tolerance), verdict, note)


def write_beside(name, header, rows):
    """A table beside this file."""
    with pathlib.Path(__file__).with_name(name).open("w", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def entries(folder, source):
    """The entries of a file of expected numbers."""
    with open(pathlib.Path(folder) / source, encoding="utf-8") as file:
        return json.load(file)["entries"]


def tolerance_of(entry, name, value=None):
    """The tolerance of one of the numbers of an entry: a number, or by name with a default, or relative in words."""
    given = entry["tolerance"]
    if isinstance(given, dict):
        given = given.get(name, given.get("default"))
    if isinstance(given, str):  # "2e-5 relative + 2e-6"
        relative, _, absolute = given.partition("relative")
        absolute = absolute.replace("+", "").strip()
        given = float(relative) * abs(value) + (float(absolute) if absolute else 0)
    return given


def rounding(value):
    """Half a unit of the last of the eight digits that numbers are given with, and a little more."""
    return 0.6 * 10.0 ** (math.floor(math.log10(abs(value))) - 7) if value else 0.0


def text(rows, head):
    """The file, with a comment that says where the numbers come from."""
    out = io.StringIO()
    for line in head:
        out.write(f"# {line}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


def names(entry):
    """Of the numbers of an entry."""
    values = entry.get("value", entry.get("ours"))
    return list(values) if isinstance(values, dict) else [None]


def uncovered(all_entries, ids):
    """Numbers that no row is named after, and that left_out.csv gives no reason for."""
    with open(pathlib.Path(__file__).with_name("left_out.csv"), encoding="utf-8") as file:
        reasons = [(re.compile(line["entries"]), re.compile(line["numbers"])) for line in csv.DictReader(file)]
    text_of_ids = "\n".join(sorted(ids)) + "\n"
    for entry in all_entries:
        for name in names(entry):
            known = entry["id"] + (f".{name}" if name else "")
            if known in text_of_ids:
                continue
            if not any(e.fullmatch(entry["id"]) and n.fullmatch(name or "") for e, n in reasons):
                yield known


def files(module, folder, papers):
    """path -> text of every file of one paper."""
    by_figure = {}
    for figure, line in module.figures(entries(folder, module.SOURCE)):
        by_figure.setdefault(figure, []).append(line)
    made = {}
    for figure, rows in by_figure.items():
        ids = [line[0] for line in rows]
        doubled = {one for one in ids if ids.count(one) > 1}
        if doubled:
            raise ValueError(f"{figure}: {sorted(doubled)[:3]} more than once")
        path = pathlib.Path(papers) / module.__name__ / f"{figure}.expected.csv"
        made[path] = text(rows, ("made by tools/papers/expected.py",))
    return made
