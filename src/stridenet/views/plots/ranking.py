"""Pictures of a sweep: all settings in a row, best first, and a map of two settings."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.ticker import MaxNLocator

from stridenet.signals.wording import short, words
from stridenet.views.plots import style
from stridenet.views.plots.results import percent_limits

_NAMED = 200  # more rows than this have no room for a name each


def ranking(samples: Mapping[str, Sequence[float]], folder: Path, name: str = "accuracies") -> list[Path]:
    """Draws the accuracies of every setting, a row each, the best mean at the top: a dot per repeat, and the mean.

    Args:
        samples: accuracies from 0 to 1, one per repeat, under the setting's name.
        folder: where the two files are written.
        name: the files' name, without its ending.

    Returns:
        The two files.
    """
    order = sorted(samples, key=lambda label: float(np.mean(samples[label])))
    values = [100 * np.asarray(samples[label], dtype=np.float64) for label in order]
    at, every = np.arange(len(order)), -(-len(order) // _NAMED)
    with style.drawing():
        fig = style.figure(6.4, 1.3 + 0.2 * min(len(order), _NAMED))
        ax = fig.subplots()
        for y, sample in zip(at, values, strict=True):
            ax.plot([sample.min(), sample.max()], [y, y], color=style.SKY, lw=1, alpha=0.6)
            if len(sample) > 1:
                ax.scatter(sample, np.full(len(sample), y), s=12, color=style.SKY, alpha=0.75, lw=0, clip_on=False)
        means = [float(sample.mean()) for sample in values]
        ax.scatter(means, at, s=24, marker="D", color=style.BLUE, zorder=3, clip_on=False)
        ax.set_yticks(at[::every], [short(words(label), 60) for label in order[::every]], fontsize=7.5)
        ax.set_ylim(-0.8, len(order) - 0.2)
        ax.set_xlim(*percent_limits(np.concatenate(values)))
        ax.xaxis.set_major_locator(MaxNLocator(7))
        ax.set(xlabel="test accuracy (%)", title="Best first")
        return style.save(fig, folder, name)


def grid_map(
    mean: npt.NDArray[np.float64], rows: tuple[str, Sequence[str]], columns: tuple[str, Sequence[str]], folder: Path
) -> list[Path]:
    """Draws the mean accuracy of a grid of two settings as a map: the darker the better.

    Args:
        mean: shape (row, column), from 0 to 1.
        rows: a setting's name and its values.
        columns: the other's.
        folder: where ``grid.png`` and ``grid.svg`` are written.

    Returns:
        The two files.
    """
    percent, shape = 100 * mean, mean.shape
    low, high = percent_limits(percent.ravel())
    colours = colormaps["Blues"](0.1 + 0.75 * (percent - low) / (high - low))[..., :3]
    labels = [[short(words(value), 24) for value in values] for _, values in (rows, columns)]
    turned = max(map(len, labels[1])) > 8
    with style.drawing():
        below = 0.066 * max(map(len, labels[1])) if turned else 0.2
        left = 0.066 * max(map(len, labels[0]))
        fig = style.figure(max(3.0, 0.66 * shape[1] + left + 0.7), 0.4 * shape[0] + below + 1.0)
        ax = fig.subplots()
        edges = [np.arange(n + 1) - 0.5 for n in shape]
        ax.pcolormesh(edges[1], edges[0], colours, edgecolors="#dcdcdc", linewidth=0.8)
        for (i, j), value in np.ndenumerate(percent):
            dark = colours[i, j] @ [0.299, 0.587, 0.114] < 0.52
            ink = "white" if dark else "#1a1a1a"
            ax.text(j, i, f"{value:.1f}", ha="center", va="center", fontsize=8, color=ink).set_in_layout(False)
        ax.invert_yaxis()
        ax.set_xticks(range(shape[1]), labels[1], rotation=60 if turned else 0, ha="right" if turned else "center")
        ax.set_yticks(range(shape[0]), labels[0])
        ax.set(xlabel=short(words(columns[0]), 40), ylabel=short(words(rows[0]), 24), title="Mean test accuracy (%)")
        ax.grid(visible=False)
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
        return style.save(fig, folder, "grid")
