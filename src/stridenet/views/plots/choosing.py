"""Picture of a choice: every setting's score on training people, a dot a person, and which was chosen."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator

from stridenet.evaluation.scores import RANGES
from stridenet.signals.wording import short, words
from stridenet.views.plots import style
from stridenet.views.plots.results import percent_limits

_NAMED = 200  # more rows than this have no room for a name each


def choosing(rows: Sequence[Mapping[str, Any]], by: str, folder: Path) -> list[Path]:
    """Draws a row per setting, the best at the top: a dot per person, the mean, and the chosen ones in another colour.

    Args:
        rows: ``label``, ``score``, ``people`` (a score each) and ``chosen_in`` of every setting.
        by: the score's name.
        folder: where ``choosing.png`` and ``choosing.svg`` are written.

    Returns:
        The two files.
    """
    share, sign = RANGES[by] == "share", -1 if RANGES[by] == "loss" else 1
    scale = 100.0 if share else 1.0
    order = sorted(rows, key=lambda row: sign * row["score"])
    at, every = np.arange(len(order)), -(-len(order) // _NAMED)
    with style.drawing():
        fig = style.figure(6.4, 1.3 + 0.24 * min(len(order), _NAMED))
        ax = fig.subplots()
        for y, row in zip(at, order, strict=True):
            people = scale * np.asarray(list(row["people"].values()))
            ax.plot([people.min(), people.max()], [y, y], color=style.SKY, lw=1, alpha=0.6)
            ax.scatter(people, np.full(len(people), y), s=10, color=style.SKY, alpha=0.6, lw=0, clip_on=False)
            colour = style.RED if row["chosen_in"] else style.BLUE
            ax.scatter([scale * row["score"]], [y], s=30, marker="D", color=colour, zorder=3, clip_on=False)
        ax.set_yticks(at[::every], [short(words(row["label"]), 60) for row in order[::every]], fontsize=7.5)
        ax.set_ylim(-0.8, len(order) - 0.2)
        if share:
            ax.set_xlim(*percent_limits(scale * np.concatenate([list(row["people"].values()) for row in order])))
        ax.xaxis.set_major_locator(MaxNLocator(7))
        unit = " (%)" if share else ""
        ax.set(xlabel=f"{words(by)} on training people{unit}", title="Best first; what was chosen in red")
        return style.save(fig, folder, "choosing")
