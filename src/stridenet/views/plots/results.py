"""Pictures of a result. Each function draws one picture, and writes it as PNG and SVG."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cbook import boxplot_stats
from matplotlib.colors import to_rgb
from matplotlib.ticker import MaxNLocator

from stridenet.evaluation.result import Result
from stridenet.signals.wording import one_line, short, words
from stridenet.views.plots import style

_Floats = npt.NDArray[np.float64]

_WITH_NUMBERS = 30  # with more classes the cells are too small for numbers
_WITHOUT_BOX = 3  # quartiles of so few values say nothing
_SHORTEST_AXIS = 5.0  # in percent


def confusion(result: Result, folder: Path) -> list[Path]:
    """Draws who was taken for what, all repeats pooled.

    A cell holds the share of the true class in percent, its standard deviation over repeats (ddof 0) where there are
    several, and under it the count over all repeats. Right answers are blue, errors orange; the colour of errors grows
    faster than their share, so that few of them are still seen. A cell without windows is empty. Windows without an
    answer, of a training that diverged, have a column of their own.

    Args:
        result: what a run predicted.
        folder: where ``confusion.png`` and ``confusion.svg`` are written.

    Returns:
        The two files.
    """
    counts = _counts(result)
    percent = _percent(counts)
    mean, sd, pool = percent.mean(axis=0), percent.std(axis=0), counts.sum(axis=0)
    alone = len(counts) == 1
    texts = [
        [
            [f"{mean[i, j]:.1f}", *([] if alone else [f"± {sd[i, j]:.1f}"]), f"{n}"] if n else []
            for j, n in enumerate(row)
        ]
        for i, row in enumerate(pool)
    ]
    title = "One repeat: % of true class" if alone else f"All {len(counts)} repeats: % of true class ± sd"
    return _confusion(result, mean, texts, f"{title}, windows", folder, "confusion")


def confusion_first(result: Result, folder: Path) -> list[Path]:
    """Draws the first repeat's confusion in windows; nothing where it is the only one, whose picture is there already.

    Args:
        result: what a run predicted.
        folder: where ``confusion_first.png`` and ``confusion_first.svg`` are written.

    Returns:
        The two files, or none.
    """
    if len(result.seeds) == 1:
        return []
    counts = _counts(result)
    texts = [[[f"{n}"] if n else [] for n in row] for row in counts[0]]
    title = f"First repeat (seed {result.seeds[0]}): windows"
    return _confusion(result, _percent(counts)[0], texts, title, folder, "confusion_first")


def learning_curves(result: Result, folder: Path) -> list[Path]:
    """Draws loss and accuracy after each epoch: every repeat thin, their mean thick.

    The mean ends where the first repeat ended, so that it is always one of all repeats. Training is measured on the
    way, with dropout on and weights that change; validation and test are not.

    Args:
        result: what a run predicted.
        folder: where ``learning_curves.png`` and ``.svg`` are written.

    Returns:
        The two files, or none when no history was kept.
    """
    names = [name for name in ("loss", "accuracy") if any(h.get(name) for h in result.history)]
    if not names:
        return []
    with style.drawing():
        fig = style.figure(4.5 * len(names), 3.4)
        for name, ax in zip(names, fig.subplots(1, len(names), squeeze=False)[0], strict=True):
            for key, side, colour, dash in (
                (name, "training, with dropout", style.BLUE, "-"),
                (f"val_{name}", "validation", style.RED, "--"),
            ):
                scale = 100 if name == "accuracy" else 1
                _curves(ax, [scale * np.asarray(h[key]) for h in result.history if h.get(key)], side, colour, dash)
            if name == "accuracy" and result.accuracies:
                ax.axhline(
                    100 * float(np.mean(result.accuracies)),
                    color=style.GREY,
                    ls=":",
                    label="test, after training (mean)",
                )
            ax.set(xlabel="epoch", ylabel="accuracy (%)" if name == "accuracy" else name, title=name.capitalize())
            ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=np.float64) for line in ax.lines])
            if not np.isfinite(drawn).any():
                ax.text(0.5, 0.5, "NaN or infinite from the first epoch", ha="center", transform=ax.transAxes)
            if name == "loss":
                ax.set_ylim(bottom=0)
            else:
                ax.set_ylim(*percent_limits(drawn))
            ax.legend()
        return style.save(fig, folder, "learning_curves")


def accuracies(
    samples: Mapping[str, Sequence[float]],
    folder: Path,
    name: str = "accuracies",
    title: str = "Test accuracy",
    *,
    xlabel: str = "",
    printed: Mapping[str, tuple[float, float]] | None = None,
) -> list[Path]:
    """Draws samples of accuracies as boxes with whiskers, and every value as a dot.

    Three values or fewer have no box, for there are no quartiles of them. The box holds the middle half, the line in
    it is the median, the whiskers reach the furthest value within 1.5 box lengths, the diamond is the mean. The dots
    stand in the order of the repeats.

    Args:
        samples: accuracies from 0 to 1, one per repeat, under the setting's value.
        folder: where the two files are written.
        name: the files' name, without its ending.
        title: above the picture.
        xlabel: what the settings' values are, such as ``"filters"``.
        printed: a document's mean and standard deviation in percent, under the same names as the samples, or some of
            them: a square with whiskers beside the box.

    Returns:
        The two files.
    """
    values = [100 * np.asarray(sample, dtype=np.float64) for sample in samples.values()]
    labels = ["\n".join(textwrap.wrap(short(words(label), 42), 14)) if label.strip() else " " for label in samples]
    with style.drawing():
        fig = style.figure(max(3.2, 1.4 + 0.95 * len(values)), 3.6)
        ax = fig.subplots()
        at = np.arange(1, len(values) + 1)
        for x, sample in zip(at, values, strict=True):
            if len(sample) > _WITHOUT_BOX:
                _box(ax, float(x), sample)
            ax.plot(x, np.mean(sample), marker="D", mfc="white", mec=style.BLUE, ms=5, zorder=2.5, clip_on=False)
            offsets = np.linspace(-0.17, 0.17, len(sample)) if len(sample) > 1 else np.zeros(len(sample))
            ax.scatter(x + offsets, sample, s=16, color=style.RED, alpha=0.75, linewidths=0, zorder=3, clip_on=False)
        known = [(x, *printed[s]) for x, s in zip(at, samples, strict=True) if s in printed] if printed else []
        if known:
            places, mean, sd = np.array(known, dtype=np.float64).T
            look: dict[str, Any] = {"fmt": "s", "color": style.AMBER, "ms": 5, "capsize": 3, "lw": 1.4}
            ax.errorbar(places + 0.34, mean, sd, label="the document: mean ± sd", **look)
            fig.legend(loc="outside lower center")
        ax.set_xticks(at, labels)
        ax.use_sticky_edges = False  # else the axis would end where a box begins
        ax.set_xlim(0.4, len(values) + 0.6)
        bars = [limit for _, mean, sd in known for limit in (mean - sd, mean + sd)]
        ax.set_ylim(*percent_limits(np.concatenate([*values, bars])))
        ax.set(ylabel="accuracy (%)", xlabel=xlabel, title=title)
        ax.grid(visible=False, axis="x")
        return style.save(fig, folder, name)


def people(result: Result, folder: Path) -> list[Path]:
    """Draws the accuracy on each test person, the best at the top: a dot per repeat, and the mean.

    Args:
        result: what a run predicted.
        folder: where ``people.png`` and ``people.svg`` are written.

    Returns:
        The two files.
    """
    told = result.tally
    scores = {person: 100 * own for person, own in zip(told.people, told.per_person(), strict=True)}
    order = sorted(scores, key=lambda person: (float(scores[person].mean()), person))
    mean = [float(scores[person].mean()) for person in order]
    n_windows = dict(zip(told.people, told.windows.astype(int), strict=True))
    every = max(1, len(order) // 60)  # more names than this would touch
    with style.drawing():
        fig = style.figure(5.4, 1.5 + 0.24 * min(len(order), 60))
        ax = fig.subplots()
        at = np.arange(len(order))
        for y, person in zip(at, order, strict=True):
            ax.plot([scores[person].min(), scores[person].max()], [y, y], color=style.SKY, lw=1, alpha=0.6)
        if told.n_repeats > 1:
            ax.scatter(
                np.concatenate([scores[person] for person in order]),
                np.repeat(at, told.n_repeats),
                s=14,
                color=style.SKY,
                alpha=0.75,
                linewidths=0,
                zorder=2,
                label="one repeat",
                clip_on=False,
            )
        label = "mean" if told.n_repeats > 1 else "the repeat"
        ax.scatter(mean, at, s=30, marker="D", color=style.BLUE, zorder=3, label=label, clip_on=False)
        overall = 100 * float(np.mean(result.accuracies))
        ax.axvline(overall, color=style.GREY, ls=":", label=f"all windows, {overall:.1f} %")
        ax.set_yticks(at[::every], [f"{short(one_line(p), 24)} ({n_windows[p]})" for p in order[::every]])
        ax.set_ylim(-0.8, len(order) - 0.2)
        ax.set_xlim(*percent_limits(np.concatenate([*scores.values(), [overall]])))
        ax.set(xlabel="accuracy (%)", ylabel="person (windows)", title="Accuracy on each test person")
        fig.legend(loc="outside lower center", ncols=3)
        return style.save(fig, folder, "people")


def _box(ax: Axes, x: float, sample: _Floats) -> None:
    """A box with whiskers; ``Axes.boxplot`` would load pyplot and choose a backend for the whole process."""
    (told,) = boxplot_stats(sample)
    ax.vlines([x, x], [told["whislo"], told["q3"]], [told["q1"], told["whishi"]], color=style.GREY, lw=1)
    ax.hlines([told["whislo"], told["whishi"]], x - 0.12, x + 0.12, color=style.GREY, lw=1)
    ax.bar(x, told["q3"] - told["q1"], 0.5, told["q1"], facecolor="none", edgecolor=style.GREY, lw=1)
    ax.hlines(told["med"], x - 0.25, x + 0.25, color=style.BLUE, lw=1.8)


def _curves(ax: Axes, curves: Sequence[_Floats], side: str, colour: str, dash: str) -> None:
    if not curves:
        return
    marker = "o" if max(map(len, curves)) == 1 else ""
    for curve in curves:
        ax.plot(range(1, len(curve) + 1), curve, color=colour, ls=dash, lw=0.6, alpha=0.4, marker=marker)
    curves = [curve for curve in curves if np.isfinite(curve).all()] or curves  # what diverged has no mean
    shortest = min(map(len, curves))
    mean = np.mean([curve[:shortest] for curve in curves], axis=0)
    label = side if len(curves) == 1 else f"{side} (mean of {len(curves)})"
    ax.plot(range(1, shortest + 1), mean, color=colour, ls=dash, lw=2.2, marker=marker, label=label)


def percent_limits(values: _Floats) -> tuple[float, float]:
    """An axis of percent around values: never below 0 or above 100, nor so short that equal values look apart."""
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 100.0)
    wide = min(max(1.1 * (high - low), _SHORTEST_AXIS), 100.0)
    low = min(max((low + high - wide) / 2, 0.0), 100.0 - wide)
    return low, low + wide


def _counts(result: Result) -> npt.NDArray[np.int64]:
    """Shape (repeat, true class, predicted class), with a last column of windows without an answer if there are any."""
    counts = result.confusions
    lost = np.bincount(result.y, minlength=len(result.classes)) - counts.sum(axis=2)
    return np.concatenate([counts, lost[..., None]], axis=2) if lost.any() else counts


def _percent(counts: npt.NDArray[np.int64]) -> _Floats:
    return np.asarray(100 * counts / np.maximum(counts.sum(axis=2, keepdims=True), 1), dtype=np.float64)


def _confusion(
    result: Result, percent: _Floats, texts: list[list[list[str]]], title: str, folder: Path, name: str
) -> list[Path]:
    n, columns = percent.shape
    cell = 0.62 if n <= _WITH_NUMBERS else 0.22
    named = [*result.classes, "no answer"][:columns]
    with style.drawing():
        left, below = _label_sizes(result.classes, named)
        wide, high = max(3.2, cell * columns), max(3.2 * n / columns, cell * n)
        fig = style.figure(wide + left + 0.5, high + below + 0.75)  # and room for the axes' names and the title
        ax = fig.subplots()
        _matrix(ax, result.classes, named, percent, texts)
        ax.set_title(title, loc="left" if n > 3 else "center")
        return style.save(fig, folder, name)


def _matrix(
    ax: Axes, classes: Sequence[str], named: Sequence[str], percent: _Floats, texts: list[list[list[str]]]
) -> None:
    """A coloured cell for each pair of classes, with up to three lines in it, the first one large."""
    n, columns = percent.shape
    right = colormaps["Blues"](0.85 * percent / 100)[..., :3]
    wrong = colormaps["Oranges"](0.85 * (percent / 100) ** 0.7)[..., :3]
    colours = np.where(np.eye(n, columns, dtype=bool)[..., None], right, wrong)
    colours[percent == 0] = to_rgb("white")
    ax.pcolormesh(np.arange(columns + 1) - 0.5, np.arange(n + 1) - 0.5, colours, edgecolors="#dcdcdc", linewidth=0.8)
    ax.set_aspect("equal")
    ax.invert_yaxis()
    if n <= _WITH_NUMBERS:
        for i, row in enumerate(texts):
            for j, lines in enumerate(row):
                dark = colours[i, j] @ [0.299, 0.587, 0.114] < 0.52
                for line, size, up in ((lines[:1], 9, 5.8 * (len(lines) - 1)), (lines[1:], 6.5, -7.1)):
                    if not line:
                        continue
                    ax.annotate(
                        "\n".join(line),
                        (j, i),
                        (0, up),
                        textcoords="offset points",
                        ha="center",
                        va="center",
                        fontsize=size,
                        linespacing=1.5,
                        color="white" if dark else "#1a1a1a",
                    ).set_in_layout(False)  # they lie inside; measuring hundreds of them is slow
    below, rotated = _labels_below(named)
    turn: dict[str, Any] = {"rotation": 60, "ha": "right", "rotation_mode": "anchor"} if rotated else {}
    ax.set_xticks(range(columns), below, fontsize=7.5, **turn)
    ax.set_yticks(range(n), _labels_left(classes), fontsize=7.5)
    ax.set(xlabel="predicted", ylabel="true")
    ax.grid(visible=False)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _labels_left(classes: Sequence[str]) -> list[str]:
    return ["\n".join(textwrap.wrap(short(words(name), 48), 24)) for name in classes]


def _labels_below(classes: Sequence[str]) -> tuple[list[str], bool]:
    """Labels of the columns, and whether they must be turned to fit."""
    wrapped = [textwrap.wrap(words(name), 11, break_long_words=False) or [""] for name in classes]
    fits = max(len(line) for lines in wrapped for line in lines) <= 11 and max(map(len, wrapped)) <= 3
    if fits and len(classes) <= _WITH_NUMBERS:
        return ["\n".join(lines) for lines in wrapped], False
    return [short(words(name), 28) for name in classes], True


def _label_sizes(classes: Sequence[str], named: Sequence[str]) -> tuple[float, float]:
    """Inches that the labels take on the left and below, about."""
    character, line = 0.066, 0.14
    left = max(len(part) for label in _labels_left(classes) for part in label.split("\n"))
    below, rotated = _labels_below(named)
    lines = max(label.count("\n") + 1 for label in below)
    return character * left, character * max(map(len, below)) if rotated else line * lines
