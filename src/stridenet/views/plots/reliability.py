"""Is a probability what it says? A picture of how often answers of each confidence are right."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.evaluation.calibration import Reliability
from stridenet.signals.wording import short, words
from stridenet.views.plots import style

_LOOKS = ((style.BLUE, "o"), (style.RED, "s"), (style.GREEN, "^"))
_FEW = 10
"""Answers; a bin with fewer says little and its mark is hollow."""


def reliability(curves: Mapping[str, Reliability], folder: Path, name: str = "reliability") -> list[Path]:
    """Draws accuracy against confidence, and below it how many answers are so sure.

    On the diagonal a probability is what it says; below it the network is too sure of itself. The first curve's gaps
    are shaded. A mark is hollow where fewer than ten answers stand behind it.

    Args:
        curves: one, or two or three to compare, such as before and after the temperature, under what they are.
        folder: where the two files are written.
        name: the files' name, without its ending.

    Returns:
        The two files.
    """
    with style.drawing():
        fig = style.figure(4.4, 5.9)
        above, below = fig.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        above.plot([0, 100], [0, 100], color=style.GREY, ls=":", label="as often right as it says")
        few = False
        for i, ((label, curve), (colour, mark)) in enumerate(zip(curves.items(), _LOOKS, strict=False)):
            x, y, rare = 100 * curve.confidence, 100 * curve.accuracy, curve.count < _FEW
            share, few = 100 * curve.count / curve.count.sum(), few or bool(rare.any())
            look: dict[str, Any] = {"marker": mark, "s": 30, "edgecolors": colour, "zorder": 3, "clip_on": False}
            told = f"{short(words(label), 32)}: ECE {100 * curve.ece:.1f} points"
            above.plot(x, y, color=colour, lw=0.9, alpha=0.6, clip_on=False)
            above.scatter(x[~rare], y[~rare], color=colour, label=told, **look)
            above.scatter(x[rare], y[rare], color="white", **look)
            low, high = 100 * curve.low, 100 * curve.high
            if i == 0:
                above.vlines(x, np.minimum(x, y), np.maximum(x, y), color=colour, lw=5, alpha=0.18)
                below.bar(low, share, high - low, align="edge", color=style.SKY, alpha=0.6, edgecolor="white", lw=0.6)
            else:
                below.hlines(share, low, high, color=colour, lw=1.8)
        if few:
            above.scatter([], [], color="white", s=30, edgecolors=style.GREY, label=f"of fewer than {_FEW} answers")
        above.set(ylabel="right (%)", title="Is a probability what it says?", ylim=(0, 100))
        below.set(xlabel="probability of the class named (%)", ylabel="answers (%)", xlim=(0, 100))
        below.set_ylim(bottom=0)
        fig.legend(loc="outside lower left")
        return style.save(fig, folder, name)
