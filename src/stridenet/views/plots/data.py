"""Pictures of data. Each function draws one picture, and writes it as PNG and SVG."""

import itertools
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.ticker import MaxNLocator

from stridenet.errors import DataError
from stridenet.signals.overview import contiguous, join
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows
from stridenet.signals.wording import short, words
from stridenet.views.plots import style

_AT_ONCE = 1 << 20
"""Samples that are counted at a time: memory may not hold all."""
_BINS = 100
_PANEL_S = 10.0


def histograms(
    data: Windows | Sequence[Recording],
    folder: Path,
    *,
    name: str = "histograms",
    limits: tuple[float, float] | None = None,
) -> list[Path]:
    """Draws how often each value occurs, a histogram per channel, all on one x axis.

    Overlap is removed first, so that each sample counts once. Values outside the axis are not drawn; their share is
    written where there are any. Heights are not shared: a channel at rest would flatten all others.

    Source: "How to Develop 1D Convolutional Neural Network Models for Human Activity Recognition" draws 100 bins
    over all values and shows -1 to 1; here the 100 bins lie between the limits.

    Args:
        data: windows, or recordings, whose samples count whether they are labelled or not.
        folder: where the two files are written.
        name: the files' name, without its ending.
        limits: the x axis. None is -1 to 1 or, where more than half of the values lie outside, all values.

    Returns:
        The two files.
    """
    if isinstance(data, Windows):
        pieces, channels, units = list(data.pieces()), data.channels, data.units
    elif len(data):
        pieces = [recording.data for recording in data]
        channels, units = data[0].channels, data[0].units
    else:
        pieces = []
    pieces = [piece[a : a + _AT_ONCE] for piece in pieces for a in range(0, len(piece), _AT_ONCE)]
    if not pieces:
        raise DataError("there are no windows to draw histograms of; at least one is needed.")
    if limits is None:
        inside = sum(int((np.abs(piece) <= 1).sum()) for piece in pieces)
        ends = float(min(piece.min() for piece in pieces)), float(max(piece.max() for piece in pieces))
        limits = (-1.0, 1.0) if 2 * inside >= sum(piece.size for piece in pieces) else ends
    if limits[0] == limits[1]:
        limits = limits[0] - 0.5, limits[1] + 0.5
    sensors = _sensors(channels, units)
    n_columns = max(len(s.index) for s in sensors)
    with style.drawing():
        fig = style.figure(1.0 + 2.5 * n_columns, 0.9 + 1.45 * len(sensors))
        grid = fig.subplots(len(sensors), n_columns, sharex=True, squeeze=False)
        for row, sensor in zip(grid, sensors, strict=True):
            for ax, channel in zip(row, sensor.index, strict=False):
                found = [np.histogram(piece[:, channel], bins=_BINS, range=limits) for piece in pieces]
                counts, edges = np.sum([counts for counts, _ in found], axis=0), found[0][1]
                ax.stairs(counts, edges, fill=True, color=style.BLUE)
                ax.set_title(words(channels[channel]), fontsize=9)
                ax.yaxis.set_major_locator(MaxNLocator(3, integer=True))
                outside = 1 - counts.sum() / sum(map(len, pieces))
                if outside >= 0.0005:
                    ax.set_title(f"{100 * outside:.1f} % outside", loc="right", fontsize=7, fontweight="normal")
                ax.set_xlabel(units[channel], fontsize=8, labelpad=1)
            for ax in row[len(sensor.index) :]:
                ax.set_visible(False)
        grid[0, 0].set_xlim(*limits)
        fig.suptitle(
            f"Samples per value, {_BINS} bins, {sum(map(len, pieces))} samples per channel, each once",
            x=0.01,
            ha="left",
        )
        fig.supylabel("samples", fontsize=9)
        return style.save(fig, folder, name)


def signals(
    data: Windows | Sequence[Recording], folder: Path, *, name: str = "signals", length_s: float = _PANEL_S
) -> list[Path]:
    """Draws an example of the raw signal of each activity: a row per activity, a column per sensor.

    The example is the middle of the activity's first stretch that is long enough, else of its longest one. All
    come from the one person who has such stretches of most activities; where that person lacks an activity, another
    one is taken and named. The same data always give the same examples.

    Args:
        data: windows, which are joined where they continue each other, or recordings.
        folder: where the two files are written.
        name: the files' name, without its ending.
        length_s: seconds of an example.

    Returns:
        The two files.
    """
    if isinstance(data, Windows):
        channels, units, classes, rate_hz = data.channels, data.units, data.classes, data.rate_hz
        stretches = _of_windows(data)
    elif data:
        channels, units, classes, rate_hz = data[0].channels, data[0].units, data[0].classes, data[0].rate_hz
        stretches = _of_recordings(data)
    else:
        stretches = []
    if not stretches:
        raise DataError("there is no labelled signal to draw; at least one labelled window or recording is needed.")
    n_wanted = max(2, round(length_s * rate_hz))
    person, chosen = _choose(stretches, n_wanted)
    sensors = _sensors(channels, units)
    with style.drawing():
        fig = style.figure(1.3 + 2.7 * len(sensors), 1.1 + 1.05 * len(chosen))
        grid = fig.subplots(len(chosen), len(sensors), sharex=True, sharey="col", squeeze=False)
        for row, stretch in zip(grid, chosen, strict=True):
            values = _middle(data, stretch, n_wanted)
            time = np.arange(len(values)) / rate_hz
            for ax, sensor in zip(row, sensors, strict=True):
                for k, (channel, part) in enumerate(zip(sensor.index, sensor.parts, strict=True)):
                    ax.plot(
                        time, values[:, channel], color=style.LINES[k % len(style.LINES)], lw=0.9, label=part or " "
                    )
                ax.yaxis.set_major_locator(MaxNLocator(3))
            label = "\n".join(textwrap.wrap(words(classes[stretch.label]), 12))
            other = "" if stretch.group == person else f"\n(person {short(stretch.group, 12)})"
            row[0].annotate(
                label + other,
                (-0.24, 0.5),
                xycoords="axes fraction",
                ha="right",
                va="center",
                fontweight="bold",
                fontsize=8,
            )
        for ax, sensor in zip(grid[0], sensors, strict=True):
            title = f"{words(sensor.name)} ({sensor.unit})"
            if any(sensor.parts):
                ax.legend(
                    loc="lower left",
                    bbox_to_anchor=(-0.03, 0.97),
                    ncols=len(sensor.parts),
                    title=title,
                    borderpad=0.1,
                    alignment="left",
                    title_fontproperties={"weight": "bold", "size": 9},
                    handlelength=1.2,
                    columnspacing=1,
                )
            else:
                ax.set_title(title, fontsize=9)
        for ax in grid[-1]:
            ax.set_xlabel("time (s)")
        fig.suptitle(f"Raw signals of each activity, person {short(person, 30)}", x=0.01, ha="left")
        return style.save(fig, folder, name)


@dataclass(frozen=True, slots=True)
class _Sensor:
    """Channels that are drawn together, such as x, y and z of an accelerometer."""

    name: str
    unit: str
    index: tuple[int, ...]
    parts: tuple[str, ...]


def _sensors(channels: Sequence[str], units: Sequence[str]) -> list[_Sensor]:
    """Groups channels whose names differ in a last x, y, z or number and whose units agree.

    >>> [(s.name, s.parts) for s in _sensors(["acc_x", "acc_y", "acc_z", "pulse"], ["g", "g", "g", "1/min"])]
    [('acc', ('x', 'y', 'z')), ('pulse', ('',))]
    """
    found: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for i, (channel, unit) in enumerate(zip(channels, units, strict=True)):
        match = re.fullmatch(r"(.*?)[ ._-]?((?:(?<=[ ._-])|(?<![A-Za-z]))[xyzXYZ]|\d+)", channel)
        stem, part = match.groups() if match else (channel, "")
        found.setdefault((stem, unit), []).append((i, part))
    sensors = []
    for (stem, unit), members in found.items():
        for begin in range(0, len(members), len(style.LINES)):
            some = members[begin : begin + len(style.LINES)]
            index, parts = zip(*some, strict=True)
            alone = len(some) == 1
            sensors.append(
                _Sensor(channels[index[0]] if alone else stem or "signal", unit, index, ("",) if alone else parts)
            )
    return sensors


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A time of one activity of one person: samples of a recording, or a run of windows."""

    label: int
    group: str
    n_samples: int
    source: int
    begin: int
    run: npt.NDArray[np.int64] | None = None


def _of_windows(windows: Windows) -> list[_Stretch]:
    def stretch(run: npt.NDArray[np.int64]) -> _Stretch:
        n_samples = int(windows.start[run[-1]] - windows.start[run[0]]) + windows.length
        return _Stretch(int(windows.y[run[0]]), str(windows.group[run[0]]), n_samples, 0, 0, run)

    return [stretch(run) for run in contiguous(windows, by_class=True)]


def _of_recordings(recordings: Sequence[Recording]) -> list[_Stretch]:
    found = []
    for i, recording in enumerate(recordings):
        edges = [0, *(np.flatnonzero(np.diff(recording.labels)) + 1).tolist(), recording.n_samples]
        for begin, end in itertools.pairwise(edges):
            if end > begin and recording.labels[begin] >= 0:
                found.append(_Stretch(int(recording.labels[begin]), recording.group, end - begin, i, begin))
    return found


def _choose(stretches: list[_Stretch], n_wanted: int) -> tuple[str, list[_Stretch]]:
    """The person with long stretches of most activities, and one stretch of each activity."""
    best: dict[tuple[str, int], _Stretch] = {}
    for stretch in stretches:
        key = (stretch.group, stretch.label)
        if key not in best or (best[key].n_samples < n_wanted and stretch.n_samples > best[key].n_samples):
            best[key] = stretch
    people = sorted({group for group, _ in best}, key=lambda name: (len(name), name))
    total = {
        person: sum(min(s.n_samples, n_wanted) for (group, _), s in best.items() if group == person)
        for person in people
    }
    person = max(people, key=lambda name: total[name])  # the first of equals
    chosen = []
    for label in sorted({label for _, label in best}):
        having = [best[p, label] for p in people if (p, label) in best]
        chosen.append(best.get((person, label)) or max(having, key=lambda s: min(s.n_samples, n_wanted)))
    return person, chosen


def _middle(data: Windows | Sequence[Recording], stretch: _Stretch, n_wanted: int) -> npt.NDArray[np.floating]:
    """At most so many samples from the middle of a stretch: shape (time, channel)."""
    skip = max(0, stretch.n_samples - n_wanted) // 2
    if isinstance(data, Windows):
        assert stretch.run is not None
        return join(data, stretch.run)[skip : skip + n_wanted]
    begin = stretch.begin + skip
    return data[stretch.source].data[begin : min(begin + n_wanted, stretch.begin + stretch.n_samples)]
