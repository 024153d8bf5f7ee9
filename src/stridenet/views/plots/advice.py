"""Pictures of advice: the score by person against what was varied, and against what it costs."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from stridenet.evaluation.scores import RANGES
from stridenet.signals.wording import short, words
from stridenet.views.plots import style
from stridenet.views.plots.results import percent_limits

Row = Mapping[str, Any]
_OF: dict[str, tuple[str, Callable[[Row], str]]] = {
    "length": ("seconds in a window", lambda row: f"{row['length_s']:g}"),
    "step": ("seconds from window to window", lambda row: f"{row['step_s']:g}"),
    "rate": ("samples per second", lambda row: f"{row['rate_hz']:g}"),
    "channels": ("channels", lambda row: str(row["channels_are"]).removesuffix(" only").removesuffix(" channels")),
}
_ORDER = {"length": "length_s", "step": "step_s", "rate": "rate_hz"}


def varied(rows: Sequence[Row], by: str, folder: Path) -> list[Path]:
    """Draws a panel for each thing that was varied: a line per person, and the mean with its standard error.

    Args:
        rows: the windows as they are first; see :meth:`stridenet.runs.advice.Advice.rows`.
        by: the score's name.
        folder: where ``varied.png`` and ``varied.svg`` are written.

    Returns:
        The two files; none where nothing was varied alone.
    """
    panels = {what: _of(rows, what) for what in _OF}
    panels = {what: some for what, some in panels.items() if len(some) > 1}
    if not panels:
        return []
    scale = 100.0 if RANGES[by] == "share" else 1.0
    every = scale * np.array([score for some in panels.values() for row in some for score in row["people"].values()])
    wide = 1 if len(panels) == 1 else 2
    high = -(-len(panels) // wide)
    with style.drawing():
        fig = style.figure(3.6 * wide, 2.7 * high)
        axes = fig.subplots(high, wide, squeeze=False, sharey=True)
        for ax in axes.flat[len(panels) :]:
            ax.set_visible(False)
        for ax, (what, some) in zip(axes.flat, panels.items(), strict=False):
            _panel(ax, what, some, scale)
            if scale > 1:
                ax.set_ylim(*percent_limits(every))
        for ax in axes[:, 0]:
            ax.set_ylabel(_named(by))
        return style.save(fig, folder, "varied")


def _of(rows: Sequence[Row], what: str) -> list[Row]:
    some = [row for row in rows if row["varied"] in (what, "as they are")]
    return sorted(some, key=lambda row: row[_ORDER[what]]) if what in _ORDER else some


def _panel(ax: Axes, what: str, some: Sequence[Row], scale: float) -> None:
    at = np.arange(len(some))
    people = set.intersection(*(set(row["people"]) for row in some))
    for person in sorted(people):
        ax.plot(at, [scale * row["people"][person] for row in some], color="#c4c4c4", lw=0.6, zorder=1)
    mean, error = (scale * np.array([row[name] for row in some]) for name in ("score", "standard_error"))
    ax.errorbar(at, mean, error, color=style.BLUE, lw=1.6, capsize=3, marker="o", ms=4, zorder=3)
    for x, row in enumerate(some):
        if row["varied"] == "as they are":
            ax.scatter([x], [mean[x]], s=80, facecolors="none", edgecolors=style.BLUE, lw=1.2, zorder=4)
        if row["recommended"]:
            ax.scatter([x], [mean[x]], s=55, color=style.RED, marker="D", zorder=5)
    label, say = _OF[what]
    ax.set_xticks(at, [short(say(row), 16) for row in some])
    ax.set_xlim(-0.4, len(some) - 0.6)
    ax.set_xlabel(label)


def costs(rows: Sequence[Row], by: str, folder: Path) -> list[Path]:
    """Draws every choice's score against its arithmetic a second, and the band of one standard error below the best.

    Args:
        rows: as for :func:`varied`.
        by: the score's name.
        folder: where ``costs.png`` and ``costs.svg`` are written.

    Returns:
        The two files; none where no arithmetic is known.
    """
    known = [row for row in rows if np.isfinite(row["mflop_per_s"])]
    if len(known) < 2:
        return []
    share, sign = RANGES[by] == "share", -1 if RANGES[by] == "loss" else 1
    scale = 100.0 if share else 1.0
    best = max(rows, key=lambda row: sign * row["score"])
    with style.drawing():
        fig = style.figure(6.4, 3.4)
        ax = fig.subplots()
        edge = best["score"] - sign * best["standard_error"]
        ax.axhspan(*sorted((scale * edge, scale * best["score"])), color="#e8f1f8", zorder=0)
        for row in known:
            colour = style.RED if row["recommended"] else style.BLUE
            x, y, e = row["mflop_per_s"], scale * row["score"], scale * row["standard_error"]
            ax.errorbar([x], [y], [e], color=colour, capsize=2, lw=0.9, marker="D" if row["recommended"] else "o", ms=5)
        for row, name in ((best, "best"), (rows[0], "as they are"), (next(r for r in rows if r["recommended"]), "use")):
            if row in known:
                ax.annotate(
                    name, (row["mflop_per_s"], scale * row["score"]), (6, {"best": 8, "use": -14}.get(name, -4)),
                    textcoords="offset points", fontsize=8, color=style.RED if name == "use" else "#262626",
                )  # fmt: skip
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set(xlabel="million operations a second (the left is cheap)", ylabel=_named(by))
        ax.set_title("The shade is one standard error below the best")
        return style.save(fig, folder, "costs")


def _named(by: str) -> str:
    return f"{words(by)} by person{' (%)' if RANGES[by] == 'share' else ''}"
