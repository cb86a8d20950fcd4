"""Figures: a small SVG for notebooks, made by hand, and plots with matplotlib."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any, List, Sequence, Tuple

import numpy as np

if TYPE_CHECKING:
    from ._result import Result

# Okabe and Ito: told apart by everybody, also in grey.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_WIDTH, _HEIGHT = 420, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 10, 34

Curve = Tuple[str, np.ndarray, np.ndarray]


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


def svg(curves: Sequence[Curve], x_label: str) -> str:
    """Curves as an SVG of 420 by 220; '' when there is nothing finite to draw."""
    curves = [(name, x[np.isfinite(x) & np.isfinite(y)], y[np.isfinite(x) & np.isfinite(y)]) for name, x, y in curves]
    curves = [curve for curve in curves if curve[1].size]
    if not curves:
        return ""
    x_low, x_high = (float(f([f(x) for _, x, _ in curves])) for f in (min, max))
    y_low, y_high = (float(f([f(y) for _, _, y in curves])) for f in (min, max))
    margin = 0.04 * (y_high - y_low) or max(abs(y_high), 1.0) * 0.04
    y_low, y_high = y_low - margin, y_high + margin
    x_high = x_high if x_high > x_low else x_low + 1

    def at(x: Any, y: Any) -> Tuple[Any, Any]:
        return (_LEFT + (x - x_low) / (x_high - x_low) * (_WIDTH - _LEFT - _RIGHT),
                _HEIGHT - _BOTTOM - (y - y_low) / (y_high - y_low) * (_HEIGHT - _TOP - _BOTTOM))

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
             f'viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="10" role="img">']
    base = _HEIGHT - _BOTTOM
    for tick in _ticks(x_low, x_high):
        x, _ = at(tick, y_low)
        parts.append(f'<path d="M{x:.1f} {base}v-4" stroke="currentColor"/>'
                     f'<text x="{x:.1f}" y="{base + 12}" text-anchor="middle" fill="currentColor">{tick:.6g}</text>')
    for tick in _ticks(y_low, y_high):
        _, y = at(x_low, tick)
        parts.append(f'<path d="M{_LEFT} {y:.1f}h4" stroke="currentColor"/>'
                     f'<text x="{_LEFT - 4}" y="{y + 3:.1f}" text-anchor="end" fill="currentColor">{tick:.6g}</text>')
    parts.append(f'<rect x="{_LEFT}" y="{_TOP}" width="{_WIDTH - _LEFT - _RIGHT}" height="{base - _TOP}" '
                 'fill="none" stroke="currentColor" stroke-width="0.7"/>')
    parts.append(f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 8}" text-anchor="middle" '
                 f'fill="currentColor">{html.escape(x_label)}</text>')
    for i, (name, x, y) in enumerate(curves):
        keep = np.unique(np.linspace(0, x.size - 1, min(x.size, 400)).astype(int))
        px, py = at(x[keep], y[keep])
        colour = COLOURS[i % len(COLOURS)]
        if keep.size == 1:
            parts.append(f'<circle cx="{px[0]:.1f}" cy="{py[0]:.1f}" r="2" fill="{colour}"/>')
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(px, py))
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.4" points="{points}"/>'
                     f'<text x="{_LEFT + 8}" y="{_TOP + 13 + 12 * i}" fill="{colour}">{html.escape(name)}</text>')
    parts.append("</svg>")
    return "".join(parts)


def _pick(result: "Result", names: Sequence[str]) -> List[str]:
    """What to draw when nothing is said: the measures of a sweep, else every scalar observable."""
    if names:
        for name in names:
            result[name]  # says what there is when the name is unknown
        return list(names)
    if result.axes and result.numbers:
        return list(result.numbers)
    n = len(result.axes) + 1
    return [name for name, array in result.observables.items() if array.ndim == n] or list(result.observables)


def _of_point(result: "Result", name: str, index: Tuple[int, ...], start: str) -> List[Curve]:
    times = result.times[index] if result.times.ndim > 1 else result.times
    array = np.asarray(result.observables[name])[index]
    if array.ndim == 1:
        return [(start + name, times, array)]
    return [(f"{start}{name}[{k}]", times, array[:, k]) for k in range(array.shape[1])]


def curves_of(result: "Result", names: Sequence[str]) -> Tuple[str, List[Curve]]:
    """What the axis below counts, and the curves: over time, or over the last sweep axis for measures."""
    picked = _pick(result, names)
    curves: List[Curve] = []
    if result.axes and all(name in result.numbers for name in picked):
        *outer, last = result.axes
        x = result.axes[last]
        for name in picked:
            array = np.asarray(result.numbers[name])
            for index in np.ndindex(*array.shape[:-1]):
                place = ", ".join(
                    f"{axis} = {result.labels[axis][i] if axis in result.labels else format(result.axes[axis][i], '.6g')}"
                    for axis, i in zip(outer, index))
                curves.append((f"{name}, {place}" if place else name, x, array[index]))
        return last, curves
    for name in picked:
        if name in result.observables:
            for index in np.ndindex(*result.shape):
                curves += _of_point(result, name, index, result._place(index))
    return "time", curves


def draw(result: "Result", names: Sequence[str], ax: Any) -> Any:
    """`Result.plot`."""
    from matplotlib import pyplot

    from ._result import unit_of

    ax = ax if ax is not None else pyplot.gca()
    picked = _pick(result, names)
    if len(result.axes) == 2 and len(picked) == 1 and picked[0] in result.numbers:
        (y_name, y), (x_name, x) = result.axes.items()
        image = ax.pcolormesh(x, y, result.numbers[picked[0]], shading="nearest")
        ax.figure.colorbar(image, ax=ax, label=picked[0])
        for axis, name in ((ax.xaxis, x_name), (ax.yaxis, y_name)):
            if name in result.labels:
                axis.set_ticks(result.axes[name], result.labels[name])
        ax.set_xlabel(x_name)
        ax.set_ylabel(y_name)
    else:
        below, curves = curves_of(result, picked)
        if not curves:
            raise ValueError("nothing to draw: measures of a single run are numbers; observe something")
        for name, x, y in curves:
            ax.plot(x, y, marker="o" if below != "time" else None, label=name)
        ax.set_xlabel(below)
        if below in result.labels:
            ax.set_xticks(result.axes[below], result.labels[below])
        units = {unit_of(name) for name in picked}
        if len(units) == 1:
            unit = units.pop()
            label = picked[0] if len(picked) == 1 else ""
            ax.set_ylabel(label if unit == "1" else f"{label} ({unit})".strip())
        ax.legend()
    if result.title:
        ax.set_title(result.title)
    return ax


def _table(rows: Sequence[Tuple[str, str]]) -> str:
    return "<table>" + "".join(
        f'<tr><td style="text-align:left">{html.escape(a)}</td><td style="text-align:left">{html.escape(b)}</td></tr>'
        for a, b in rows) + "</table>"


def page(result: "Result") -> str:
    """`Result._repr_html_`: title, a figure, what there is, the certificate, warnings."""
    below, curves = curves_of(result, ())
    warnings = "".join(f"<div>&#9888; {html.escape(line)}</div>" for line in result.warnings[:12])
    if len(result.warnings) > 12:
        warnings += f"<div>... and {len(result.warnings) - 12} more warnings</div>"
    return (f'<div class="leyden"><b>{html.escape(result.title or "leyden result")}</b><div>'
            f"{svg(curves[:len(COLOURS)], below)}</div>{_table(result._summary())}{warnings}"
            f"<details><summary>Certificate</summary>{_table(result.certificate.rows())}</details></div>")
