"""What peeking claims: the honest accuracy and the leaky ones, with their intervals and every person."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from stridenet.signals.wording import one_line, short
from stridenet.views.plots import style
from stridenet.views.plots.results import percent_limits


class Way(NamedTuple):
    """How it was tested, and what came; all in percent.

    Args:
        label: in words.
        leaky: whether it knew the test.
        mean: over repeats.
        low: lower end of its interval.
        high: upper end.
        people: shape (person,), each one's own.
        gap: how much too good it is, in words; empty for the honest one.
    """

    label: str
    leaky: bool
    mean: float
    low: float
    high: float
    people: npt.NDArray[np.float64]
    gap: str = ""


def gaps(ways: Sequence[Way], folder: Path, name: str = "gaps") -> list[Path]:
    """Draws a row for each way, the honest one at the top; a line goes down from it through the leaky ones.

    Args:
        ways: the honest one first.
        folder: where the two files are written.
        name: the files' name, without its ending.

    Returns:
        The two files.
    """
    at = np.arange(len(ways))[::-1]
    labels = [short(one_line(way.label), 40) + ("\nLEAKY" if way.leaky else "\nhonest") for way in ways]
    with style.drawing():
        fig = style.figure(6.8, 1.5 + 0.55 * len(ways))
        ax = fig.subplots()
        ax.axvline(ways[0].mean, color=style.GREY, lw=1, ls=":")
        for y, way in zip(at, ways, strict=True):
            colour = style.RED if way.leaky else style.BLUE
            ax.scatter(way.people, np.full(len(way.people), y - 0.22), s=9, color=style.AMBER, alpha=0.7, lw=0)
            if math.isfinite(way.low) and math.isfinite(way.high):
                ax.plot([way.low, way.high], [y, y], color=colour, lw=2.4, solid_capstyle="butt")
            ax.plot(way.mean, y, marker="D", ms=6, color=colour, zorder=3, clip_on=False)
            said = f"{way.mean:.1f} %" + (f": {way.gap}" if way.gap else "")
            ax.annotate(
                said,
                (way.mean, y),
                (0, 8),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=colour,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
        ax.set_yticks(at, labels, fontsize=8)
        ax.set_ylim(-0.6, len(ways) - 0.3)
        ax.set_xlim(*percent_limits(np.concatenate([np.array([w.low, w.high, w.mean, *w.people]) for w in ways])))
        ax.xaxis.set_major_locator(MaxNLocator(7))
        ax.set(xlabel="accuracy (%)", title="What peeking claims")
        ax.grid(visible=False, axis="y")
        keys = [
            Line2D([], [], marker="D", color=style.BLUE, lw=2.4, label="honest, 95 % interval"),
            Line2D([], [], marker="D", color=style.RED, lw=2.4, label="leaky"),
            Line2D([], [], marker="o", ms=3, lw=0, color=style.AMBER, label="one person"),
        ]
        fig.legend(handles=keys, loc="outside lower center", ncols=3)
        return style.save(fig, folder, name)
