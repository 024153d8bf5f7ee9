"""Pictures of timelines: what was so above what was said, and what an unsure answer costs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from stridenet.errors import DataError
from stridenet.evaluation.events import events
from stridenet.evaluation.rejection import Coverage
from stridenet.evaluation.timeline import Labels, Timeline, typical_and_worst
from stridenet.signals.wording import short, words
from stridenet.views.plots import style

_TIERS = (
    (0.0, ""), (0.6, "/////"), (-0.5, ""), (0.6, "....."), (0.6, "|||||"), (0.6, "-----"), (0.6, "xxxxx"),
)  # fmt: skip
"""Towards white or black, and the hatch of what is pale."""
_COLUMNS = 600  # with more events than this they are too narrow to be seen
_UNITS = ((7200, 3600, "h"), (600, 60, "min"), (0, 1, "s"))
_WRONG = "#1a1a1a"
_DASHES = ("-", "--", ":")


class _Fill(NamedTuple):
    colour: tuple[float, float, float]
    hatch: str
    ink: tuple[float, float, float]


_NO_LABEL = _Fill((0.91, 0.91, 0.91), "", (0.91, 0.91, 0.91))
_UNKNOWN = _Fill((1.0, 1.0, 1.0), "xxxx", (0.68, 0.68, 0.68))


def fill(label: int) -> _Fill:
    """How a class is drawn: six colours plain, then pale and hatched, dark, pale and dotted, and so on; 42 differ.

    >>> fill(0).hatch, fill(6).hatch, fill(0).ink == fill(6).ink, fill(0).colour == fill(6).colour
    ('', '/////', True, False)
    """
    hues = style.LINES[:-1]  # the last is grey, as what has no label
    hue = np.array(to_rgb(hues[label % len(hues)]))
    towards, hatch = _TIERS[label // len(hues) % len(_TIERS)]
    mixed = hue + abs(towards) * ((1.0 if towards > 0 else 0.0) - hue)
    return _Fill(
        (float(mixed[0]), float(mixed[1]), float(mixed[2])), hatch, (float(hue[0]), float(hue[1]), float(hue[2]))
    )


def timeline(
    lines: Sequence[Timeline],
    folder: Path,
    name: str = "timeline",
    *,
    also: Mapping[str, Sequence[Timeline]] | None = None,
) -> list[Path]:
    """Draws truth above prediction over time, of the median recording by accuracy and of the worst.

    Under them a black mark is where a labelled sample was named wrongly, or not at all. A recording with too many
    events to be seen is drawn in columns: each has the commonest label of its time, and a mark as high as its share of
    labelled samples that are wrong; that is told below it. Which recordings are shown
    is decided by :func:`stridenet.evaluation.timeline.typical_and_worst` and told above each.

    Args:
        lines: at least one.
        folder: where the two files are written.
        name: the files' name, without its ending.
        also: other predictions of the same recordings in the same order, such as smoothed ones, by the name of their
            row; the marks are of the first prediction.

    Returns:
        The two files.

    Raises:
        DataError: no timeline, or not as many in ``also``.
    """
    if not lines:
        raise DataError("timeline: there is no recording to draw; at least one is needed.")
    for other, others in (also or {}).items():
        if len(others) != len(lines):
            raise DataError(f"timeline: {len(lines)} recordings, but {len(others)} of {other!r}; give as many.")
    chosen = typical_and_worst(lines)
    places = [next(i for i, one in enumerate(lines) if one is line) for _, line in chosen]
    classes = lines[0].classes
    rows = [{"predicted": lines[i]} | {row: others[i] for row, others in (also or {}).items()} for i in places]
    shown = sorted({int(c) for i, row in zip(places, rows, strict=True) for c in _labels(lines[i], *row.values())})
    keys = [_key(c, words(classes[c])) for c in shown if c >= 0]
    if any((lines[i].truth < 0).any() for i in places):
        keys.append(_patch(_NO_LABEL, "no label"))
    if any((line.predicted < 0).any() for row in rows for line in row.values()):
        keys.append(_patch(_UNKNOWN, "unknown"))
    keys.append(Patch(facecolor=_WRONG, label="wrong or unknown"))
    columns = 3 if max(len(str(key.get_label())) for key in keys) <= 12 else 2
    key_rows = -(-len(keys) // columns)
    with style.drawing():
        height = len(chosen) * (0.95 + 0.3 * (2 + len(rows[0]))) + 0.22 * key_rows
        fig = style.figure(5.2, height)  # a phone shows it at half its size
        for ax, (what, line), row in zip(fig.subplots(len(chosen), 1, squeeze=False)[:, 0], chosen, rows, strict=True):
            _strips(ax, line, row)
            right = "" if np.isnan(line.accuracy) else f"{100 * line.accuracy:.1f} % of labelled samples right, "
            ax.set_title(f"{short(words(line.name), 34)}, person {short(words(line.group), 16)}", fontsize=10, pad=20)
            ax.text(0, 1.06, f"{right}{what}", transform=ax.transAxes, fontsize=9, color="#404040")
        fig.legend(
            handles=keys, loc="outside lower left", ncols=columns, fontsize=9, handlelength=1.8, handleheight=1.0
        )
        return style.save(fig, folder, name)


def coverage(costs: Mapping[str, Coverage], folder: Path, name: str = "coverage") -> list[Path]:
    """Draws the share of wrong answers against the share of samples that are answered, for rising thresholds.

    A dot stands for a threshold of 0.5, 0.7 and 0.9.

    Args:
        costs: one or several, by name.
        folder: where the two files are written.
        name: the files' name, without its ending.

    Returns:
        The two files.
    """
    with style.drawing():
        fig = style.figure(5.4, 3.6)
        ax = fig.subplots()
        for i, (label, cost) in enumerate(costs.items()):
            colour = style.LINES[i % len(style.LINES)]
            ax.plot(
                100 * cost.coverage,
                100 * cost.error,
                _DASHES[i % 3],
                color=colour,
                lw=1.6,
                label=short(words(label), 40),
            )
            for threshold in (0.5, 0.7, 0.9):
                at = int(np.argmin(np.abs(cost.threshold - threshold)))
                x, y = 100 * cost.coverage[at], 100 * cost.error[at]
                if np.isfinite([x, y]).all():
                    ax.plot(x, y, "o", color=colour, ms=5)
                    ax.annotate(
                        f"{threshold:g}",
                        (x, y),
                        (-3, 5),
                        textcoords="offset points",
                        ha="right",
                        fontsize=8,
                        color=colour,
                    )
        ax.set(
            xlabel="samples that are answered (%)",
            ylabel="answers that are wrong (%)",
            title="Threshold on the largest probability",
        )
        ax.set_xlim(0, 102)
        ax.set_ylim(bottom=0)
        fig.legend(loc="outside lower left", ncols=1 if len(costs) < 4 else 2)
        return style.save(fig, folder, name)


def _labels(line: Timeline, *predicted: Timeline) -> set[int]:
    return {int(c) for labels in (line.truth, *(other.predicted for other in predicted)) for c in np.unique(labels)}


def _strips(ax: Axes, line: Timeline, row: Mapping[str, Timeline]) -> None:
    """A recording: a strip for the truth and each prediction, and the marks of what is wrong."""
    duration = len(line.truth) / line.rate_hz
    _, scale, unit = next(each for each in _UNITS if duration >= each[0])
    seconds = line.rate_hz * scale
    strips = [("truth", line.truth, _NO_LABEL), *((name, other.predicted, _UNKNOWN) for name, other in row.items())]
    wrong, labelled = (line.truth >= 0) & (line.truth != line.predicted), line.truth >= 0
    told, bottom = "", -len(strips) + 0.1
    if max(np.count_nonzero(np.diff(labels)) for _, labels, _ in strips) > _COLUMNS:
        column = np.arange(len(labelled)) * _COLUMNS // len(labelled)
        strips = [(name, _commonest(labels, column), none) for name, labels, none in strips]
        share = np.bincount(column, wrong) / np.maximum(1, np.bincount(column, labelled))
        seconds *= _COLUMNS / len(labelled)
        ax.stairs(bottom + 0.3 * share, np.arange(_COLUMNS + 1) / seconds, baseline=bottom, fill=True, color=_WRONG)
        told = f"; each column: the commonest label of {len(labelled) / line.rate_hz / _COLUMNS:.2g} s"
    else:
        marks = [(e.begin / seconds, (e.end - e.begin) / seconds) for e in events(wrong) if e.label]
        ax.broken_barh(marks, (bottom, 0.3), facecolors=_WRONG, edgecolors=_WRONG, linewidth=0.4)
    for at, (_, labels, none) in enumerate(strips):
        _strip(ax, labels, -at, none, seconds)
    ax.set_yticks(
        [*(0.0 - at for at in range(len(strips))), -len(strips) + 0.25],
        [*(short(name, 18) for name, _, _ in strips), "wrong"],
        fontsize=9,
    )
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-len(strips) - 0.02, 0.5)
    ax.set_xlim(0, duration / scale)
    ax.set_xlabel(f"time ({unit}){told}", labelpad=1)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)


def _commonest(labels: Labels, column: Labels) -> Labels:
    """The commonest label, -1 among them, of the samples of each column."""
    n = int(labels.max()) + 2
    counts = np.bincount(column * n + labels + 1, minlength=n * _COLUMNS)
    return np.asarray(counts.reshape(_COLUMNS, n).argmax(axis=1) - 1, np.int64)


def _strip(ax: Axes, labels: Labels, at: float, none: _Fill, seconds: float) -> None:
    found = events(labels)
    for label in np.unique(labels).tolist():
        look = fill(label) if label >= 0 else none
        spans = [(e.begin / seconds, (e.end - e.begin) / seconds) for e in found if e.label == label]
        ax.broken_barh(
            spans, (at - 0.42, 0.84), facecolors=[look.colour], edgecolors=[look.ink], hatch=look.hatch, linewidth=0,
        )  # fmt: skip


def _key(label: int, name: str) -> Patch:
    return _patch(fill(label), short(name, 30))


def _patch(look: _Fill, name: str) -> Patch:
    return Patch(
        facecolor=look.colour, edgecolor=look.ink, hatch=look.hatch, linewidth=0.6 if look.hatch else 0, label=name
    )
