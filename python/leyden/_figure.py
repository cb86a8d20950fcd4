"""Figures: a small SVG for notebooks, made by hand, and plots with matplotlib."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any, List, NamedTuple, Sequence, Tuple

import numpy as np

from ._words import list_of, optional

if TYPE_CHECKING:
    from ._result import Result

# Okabe and Ito: told apart by everybody, also in grey.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 210, 12, 38  # the legend stands at the right
_LETTERS = 34  # of a legend


class Curve(NamedTuple):
    """One curve: what the legend says, where it runs ([points] each), and the quantity that it shows."""

    label: str
    x: np.ndarray
    y: np.ndarray
    name: str



def _ticks(low: float, high: float) -> List[float]:
    """Four or so round numbers between low and high."""
    if not high > low:
        return [low]
    step = 10.0 ** math.floor(math.log10((high - low) / 3))
    for factor in (1, 2, 5, 10):
        if (high - low) / (factor * step) <= 5:
            step *= factor
            break
    first = math.ceil(low / step - 1e-9)
    return [k * step for k in range(first, int(math.floor(high / step + 1e-9)) + 1)]


def svg(curves: Sequence[Curve], x_label: str, y_label: str = "") -> str:
    """Curves as an SVG of 640 by 260, legend at the right; '' when there is nothing finite to draw."""
    curves = [curve._replace(x=curve.x[finite], y=curve.y[finite]) for curve in curves
              for finite in [np.isfinite(curve.x) & np.isfinite(curve.y)] if finite.any()]
    if not curves:
        return ""
    x_low, x_high = (float(f([f(x) for _, x, _, _ in curves])) for f in (min, max))
    y_low, y_high = (float(f([f(y) for _, _, y, _ in curves])) for f in (min, max))
    margin = 0.04 * (y_high - y_low) if y_high - y_low > 1e-12 * max(abs(y_high), abs(y_low)) else 0.0
    margin = margin or max(abs(y_high), 1.0) * 0.04
    y_low, y_high = y_low - margin, y_high + margin
    x_high = x_high if x_high > x_low else x_low + 1
    right, base = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def at(x: Any, y: Any) -> Tuple[Any, Any]:
        return (_LEFT + (x - x_low) / (x_high - x_low) * (right - _LEFT),
                base - (y - y_low) / (y_high - y_low) * (base - _TOP))

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
             f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="11" role="img">']
    for tick in _ticks(x_low, x_high):
        x, _ = at(tick, y_low)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{base}" stroke="currentColor" stroke-opacity="0.12"/>'
                     f'<text x="{x:.1f}" y="{base + 14}" text-anchor="middle" fill="currentColor">{tick:.6g}</text>')
    for tick in _ticks(y_low, y_high):
        _, y = at(x_low, tick)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="currentColor" stroke-opacity="0.12"/>'
                     f'<text x="{_LEFT - 5}" y="{y + 4:.1f}" text-anchor="end" fill="currentColor">{tick:.6g}</text>')
    parts.append(f'<rect x="{_LEFT}" y="{_TOP}" width="{right - _LEFT}" height="{base - _TOP}" '
                 'fill="none" stroke="currentColor" stroke-width="0.7"/>')
    parts.append(f'<text x="{(_LEFT + right) / 2}" y="{_HEIGHT - 7}" text-anchor="middle" '
                 f'fill="currentColor">{html.escape(x_label)}</text>')
    if y_label:
        parts.append(f'<text transform="translate(14 {(_TOP + base) / 2}) rotate(-90)" text-anchor="middle" '
                     f'fill="currentColor">{html.escape(y_label)}</text>')
    for i, (label, x, y, _) in enumerate(curves):
        keep = np.unique(np.linspace(0, x.size - 1, min(x.size, 400)).astype(int))
        px, py = at(x[keep], y[keep])
        colour = COLOURS[i % len(COLOURS)]
        if keep.size <= 20:
            parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.4" fill="{colour}"/>' for a, b in zip(px, py)]
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(px, py))
        shown = label if len(label) <= _LETTERS else label[:_LETTERS - 1] + "\u2026"
        below = _TOP + 12 + 16 * i
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.6" points="{points}"/>'
                     f'<path d="M{right + 10} {below - 4}h16" stroke="{colour}" stroke-width="2.4"/>'
                     f'<text x="{right + 31}" y="{below}" fill="currentColor">{html.escape(shown)}</text>')
    parts.append("</svg>")
    return "".join(parts)


def _pick(result: "Result", names: Sequence[str]) -> List[str]:
    """What to draw when nothing is said: the measures of a sweep, else every scalar observable."""
    if len(names) == 1 and not isinstance(names[0], str):  # a list of names is as good
        names = list_of(names[0], "names", '["battery.energy"]')
    if names:
        return [result._key(name) for name in names]
    if result.axes and result.numbers:  # of one unit: energies and times do not share an axis
        first = result.units[next(iter(result.numbers))]
        return [name for name in result.numbers if result.units[name] == first]
    n = len(result.axes) + 1
    return [name for name, array in result.observables.items() if array.ndim == n] or list(result.observables)


def _of_point(result: "Result", name: str, index: Tuple[int, ...], label: str) -> List[Curve]:
    times = result.times[index] if result.times.ndim > 1 else result.times
    array = np.asarray(result.observables[name])[index]
    if array.ndim == 1:
        return [Curve(label or name, times, array, name)]
    start = f"{label}, " if label else ""
    return [Curve(f"{start}{name}[{k}]", times, array[:, k], name) for k in range(array.shape[1])]


def _labelled(names: Sequence[str], name: str, place: str) -> str:
    """What tells a curve from the others: its name, its place in the sweep, or both."""
    if not place:
        return name
    return place if len(names) == 1 else f"{name}, {place}"


def curves_of(result: "Result", names: Sequence[str]) -> Tuple[str, List[Curve]]:
    """What the axis below counts, and the curves: over time, or over the last sweep axis for measures."""
    picked = _pick(result, names)
    curves: List[Curve] = []
    if result.axes and all(name in result.numbers for name in picked):
        last = list(result.axes)[-1]
        x = result.axes[last]
        for name in picked:
            array = np.asarray(result.numbers[name])
            for index in np.ndindex(*array.shape[:-1]):
                curves.append(Curve(_labelled(picked, name, result._place(index)), x, array[index], name))
        return last, curves
    for name in picked:
        if name in result.observables:
            for index in np.ndindex(*result.shape):
                label = _labelled(picked, name, result._place(index))
                curves += _of_point(result, name, index, label if result.axes else "")
    return "time", curves


def _y_label(result: "Result", picked: Sequence[str]) -> str:
    """Name and unit of one quantity, the unit of several, and nothing where they differ."""
    units = {result.units[name] for name in picked}
    unit = units.pop() if len(units) == 1 else ""
    if len(picked) == 1:
        return picked[0] if unit in ("", "1") else f"{picked[0]} ({unit})"
    return "" if unit == "1" else unit


def _with_units(result: "Result", curves: List[Curve]) -> List[Curve]:
    """Labels with their units where these differ."""
    units = [result.units[curve.name] for curve in curves]
    if len(set(units)) < 2:
        return curves
    return [curve if unit in ("", "1") else curve._replace(label=f"{curve.label} ({unit})")
            for curve, unit in zip(curves, units)]


def _whole(values: Any) -> bool:
    return np.asarray(values).dtype.kind == "i"


def draw(result: "Result", names: Sequence[str], ax: Any) -> Any:
    """`Result.plot`."""
    optional("matplotlib", "a plot")
    from matplotlib import colormaps, pyplot
    from matplotlib.ticker import MaxNLocator

    if ax is None:
        ax = pyplot.gca()
        if len(ax.figure.axes) == 1 and hasattr(ax.figure, "set_layout_engine"):
            ax.figure.set_layout_engine("constrained")  # room for a legend beside the axes
    picked = _pick(result, names)
    if len(result.axes) == 2 and len(picked) == 1 and picked[0] in result.numbers:
        (y_name, y), (x_name, x) = result.axes.items()
        image = ax.pcolormesh(x, y, result.numbers[picked[0]], shading="nearest")
        ax.figure.colorbar(image, ax=ax, label=_y_label(result, picked))
        for axis, name in ((ax.xaxis, x_name), (ax.yaxis, y_name)):
            if name in result.labels:
                axis.set_ticks(result.axes[name], result.labels[name])
            elif _whole(result.axes[name]):
                axis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(x_name)
        ax.set_ylabel(y_name)
    else:
        below, curves = curves_of(result, picked)
        if not curves:
            raise ValueError("nothing to draw: measures of a single run are numbers; observe something")
        family = len(curves) > len(COLOURS)
        for i, (label, x, y, _) in enumerate(_with_units(result, curves)):
            colour = colormaps["viridis"](i / (len(curves) - 1)) if family else COLOURS[i]
            ax.plot(x, y, marker="o" if below != "time" else None, markersize=4, label=label, color=colour)
        ax.set_xlabel(below)
        if below in result.labels:
            ax.set_xticks(result.axes[below], result.labels[below])
        elif below != "time" and _whole(result.axes[below]):
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_ylabel(_y_label(result, picked))
        if 1 < len(curves) <= 4:
            ax.legend()
        elif 4 < len(curves) <= 24:  # beside the axes, never over the curves
            ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), fontsize="small", frameon=False)
        elif len(curves) > 24:
            handles, words = ax.get_legend_handles_labels()
            few = np.linspace(0, len(handles) - 1, 12).astype(int)
            ax.legend([handles[i] for i in few], [words[i] for i in few], loc="upper left", bbox_to_anchor=(1.0, 1.0),
                      fontsize="small", frameon=False, title=f"12 of {len(handles)}")
    if result.title:
        ax.set_title(result.title)
    return ax


def _table(rows: Sequence[Tuple[str, str]]) -> str:
    return "<table>" + "".join(
        f'<tr><td style="text-align:left">{html.escape(a)}</td><td style="text-align:left">{html.escape(b)}</td></tr>'
        for a, b in rows) + "</table>"


def page(result: "Result") -> str:
    """`Result._repr_html_`: title, a figure, what there is, the certificate, warnings."""
    picked = _pick(result, ())
    below, curves = curves_of(result, picked)
    few = curves if len(curves) <= len(COLOURS) else [
        curves[i] for i in np.linspace(0, len(curves) - 1, len(COLOURS)).astype(int)]
    left_out = f"<div>{len(few)} of {len(curves)} curves</div>" if len(few) < len(curves) else ""
    warnings = "".join(f"<div>&#9888; {html.escape(line)}</div>" for line in result.warnings[:12])
    if len(result.warnings) > 12:
        warnings += f"<div>... and {len(result.warnings) - 12} more warnings</div>"
    drawing = svg(_with_units(result, few), below, _y_label(result, picked))
    return (f'<div class="leyden"><b>{html.escape(result.title or "leyden result")}</b>'
            f"<div>{drawing}</div>{left_out}{_table(result._summary())}{warnings}"
            f"<details><summary>Certificate</summary>{_table(result.certificate.rows())}</details></div>")
