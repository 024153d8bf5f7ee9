"""How far pairs of results lie apart: each person's difference, and the interval of people like them."""

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

_LONGEST = 75


class Row(NamedTuple):
    """A pair.

    Args:
        label: which two.
        difference: of all windows.
        low: lower end of its interval.
        high: upper end.
        people: shape (person,), each one's own difference.
        shown: whether a difference was shown.
    """

    label: str
    difference: float
    low: float
    high: float
    people: npt.NDArray[np.float64]
    shown: bool


def differences(rows: Sequence[Row], folder: Path, unit: str, name: str = "differences") -> list[Path]:
    """Draws a row for each pair: its difference with its interval, and every person's difference as a dot.

    A pair of which a difference was shown is blue, any other grey.

    Args:
        rows: the pairs, from the top.
        folder: where the two files are written.
        unit: of the differences, such as ``accuracy, points``.
        name: the files' name, without its ending.

    Returns:
        The two files.
    """
    at, labels = np.arange(len(rows))[::-1], [short(one_line(row.label), _LONGEST) for row in rows]
    with style.drawing():
        fig = style.figure(4.6 + 0.055 * max(map(len, labels)), 1.5 + 0.34 * len(rows))
        ax = fig.subplots()
        ax.axvline(0, color=style.GREY, lw=1, ls=":")
        for y, row in zip(at, rows, strict=True):
            colour = style.BLUE if row.shown else style.GREY
            ax.scatter(row.people, np.full(len(row.people), y - 0.24), s=9, color=style.AMBER, alpha=0.7, lw=0)
            if math.isfinite(row.low) and math.isfinite(row.high):
                ax.plot([row.low, row.high], [y, y], color=colour, lw=2.4, solid_capstyle="butt")
            ax.plot(row.difference, y, marker="D", ms=6, color=colour, zorder=3)
        ax.set_yticks(at, labels, fontsize=7.5)
        ax.set_ylim(-0.7, len(rows) - 0.4)
        ax.xaxis.set_major_locator(MaxNLocator(7))
        ax.set(xlabel=f"difference ({unit})", title="The first minus the second, on the same people")
        ax.margins(x=0.06)
        keys = [
            Line2D([], [], marker="D", color=style.BLUE, lw=2.4, label="shown, with its 95 % interval"),
            Line2D([], [], marker="D", color=style.GREY, lw=2.4, label="not shown"),
            Line2D([], [], marker="o", ms=3, lw=0, color=style.AMBER, label="one person"),
        ]
        fig.legend(handles=keys, loc="outside lower center", ncols=3)
        return style.save(fig, folder, name)
