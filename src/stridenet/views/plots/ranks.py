"""Several results ranked by every person: mean ranks on a line, and bars over those that do not differ."""

from pathlib import Path

import numpy as np

from stridenet.evaluation.ranks import Ranks
from stridenet.signals.wording import counted, one_line, short
from stridenet.views.plots import style

_LONGEST = 30
_ROW, _BAR = 0.24, 0.14  # inches between two names, and between two bars


def ranks(found: Ranks, folder: Path, name: str = "ranks") -> list[Path]:
    """Draws mean ranks, the best on the left, after Demšar (2006).

    A thick bar joins results between which no difference was shown; those that no bar joins differ. The better half is
    named on the left, the other on the right.

    Args:
        found: the ranks.
        folder: where the two files are written.
        name: the files' name, without its ending.

    Returns:
        The two files.
    """
    k, left = len(found.names), (len(found.names) + 1) // 2
    names = [short(one_line(label), _LONGEST) for label in found.names]
    reach = 0.03 * max(k - 1, 1)
    bars = _bars(found, reach)
    first = 0.16 + _BAR * (1 + max((row for _, _, row in bars), default=-1))
    deepest = first + _ROW * left
    sides = [0.075 * max(len(label) for label in side) + 0.6 for side in (names[:left], names[left:] or [""])]
    with style.drawing():
        fig = style.figure(4.2 + sum(sides), deepest + 1.15)
        ax = fig.subplots()
        for i, (label, mean) in enumerate(zip(names, found.mean, strict=True)):
            on_left = i < left
            depth, end = (first + _ROW * (i if on_left else k - 1 - i), 1 - reach if on_left else k + reach)
            ax.plot([mean, mean, end], [0, depth, depth], color=style.GREY, lw=0.9, clip_on=False)
            ax.plot(mean, 0, marker="o", ms=5, color=style.BLUE, clip_on=False, zorder=4)
            ax.annotate(
                f"{label}  {mean:.2f}" if on_left else f"{mean:.2f}  {label}",
                (end, depth),
                (-4 if on_left else 4, 0),
                textcoords="offset points",
                ha="right" if on_left else "left",
                va="center",
                fontsize=8,
                annotation_clip=False,
            )
        for low, high, row in bars:
            ax.plot(
                [low, high],
                [0.13 + _BAR * row] * 2,
                color=style.RED,
                lw=4,
                solid_capstyle="round",
                zorder=3,
                clip_on=False,
            )
        ax.set(xlim=(1, max(k, 2)), ylim=(deepest, 0), yticks=[], xticks=np.arange(1, max(k, 2) + 1))
        ax.xaxis.tick_top()
        ax.grid(visible=False)
        for side, spine in ax.spines.items():
            spine.set_visible(side == "top")
        fig.suptitle(f"Mean rank over {counted(found.n_people, 'person', 'people')}; 1 is best", x=0.02, ha="left")
        fig.supxlabel(_told(found), fontsize=8, x=0.02, ha="left")
        return style.save(fig, folder, name)


def _bars(found: Ranks, reach: float) -> list[tuple[float, float, int]]:
    """Where each group's bar begins and ends, and in which row, so that no two touch."""
    at = dict(zip(found.names, found.mean, strict=True))
    bars: list[tuple[float, float, int]] = []
    for group in found.groups:
        low, high = at[group[0]] - reach / 2, at[group[-1]] + reach / 2
        taken = {row for _, end, row in bars if end > low - reach}
        bars.append((low, high, next(row for row in range(len(bars) + 1) if row not in taken)))
    return bars


def _told(found: Ranks) -> str:
    by = {
        "wilcoxon": "Wilcoxon's signed ranks, Holm's steps",
        "nemenyi": f"Nemenyi: critical difference {found.critical:.2f}",
    }[found.groups_by]
    return f"A bar: no difference was shown ({by})." if found.groups else f"All differ ({by})."
