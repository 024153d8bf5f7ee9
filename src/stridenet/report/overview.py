"""What `stridenet inspect` tells about data, first as plain numbers, then as tables for the terminal."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stridenet.recording import UNLABELLED, Recording
from stridenet.windows import Windows

_Index = npt.NDArray[np.int64]

_COLUMNS = 12  # activities side by side within 80 columns


def overview(windows: Windows, recordings: Sequence[Recording] | None = None) -> dict[str, Any]:
    """Counts people, activities, windows and gaps, and describes each channel.

    Channel figures count every sample once, however much the windows overlap. ``saturated`` is the share of samples
    at the channel's smallest or largest value, ``constant`` the share in stretches of more than 1 s that do not
    change at all. Both hint at a sensor at its limit, or one that hung.

    Args:
        windows: the windows.
        recordings: what they were cut from. Without them seconds are those that the windows hold, and time that
            no window holds is known only between windows.

    Returns:
        Numbers, strings, lists and dictionaries only: JSON can hold it.
    """
    runs = contiguous(windows)
    same = recordings is not None and recordings[0].channels == windows.channels if recordings else False
    pieces = [r.data for r in recordings] if recordings and same else [join(windows, run) for run in runs]
    samples = windows.without_overlap()
    stretches = _constant(pieces, windows.rate_hz)
    n_samples = max(1, sum(map(len, pieces)))
    step = _step(windows)
    n_recordings = _per_person(windows, recordings)
    counts = {
        person: np.bincount(windows.y[windows.group == person], minlength=len(windows.classes))
        for person in windows.people
    }
    seconds = _activity_seconds(windows, recordings)
    return {
        "source": windows.source,
        "n_people": len(windows.people),
        "n_recordings": sum(n_recordings.values()),
        "n_windows": len(windows),
        "rate_hz": float(windows.rate_hz),
        "window": {
            "length": windows.length,
            "length_s": windows.length_s,
            "step": step,
            "step_s": None if step is None else step / windows.rate_hz,
        },
        "duration_s": {
            "windows": len(samples) / windows.rate_hz,
            "recordings": sum(r.duration_s for r in recordings) if recordings else None,
        },
        "people": {
            person: {
                "windows": int(count.sum()),
                "recordings": n_recordings.get(person, 0),
                "test": person in windows.test_groups,
            }
            for person, count in counts.items()
        },
        "activities": {
            name: {"windows": int((windows.y == c).sum()), "seconds": float(seconds[c])}
            for c, name in enumerate(windows.classes)
        },
        "people_activities": {
            person: dict(zip(windows.classes, map(int, count), strict=True)) for person, count in counts.items()
        },
        "test_people": [person for person in windows.people if person in windows.test_groups],
        "dropped": {reason: int(count) for reason, count in windows.dropped.items()},
        "channels": {
            name: {
                "unit": windows.units[c],
                **_describe(samples[:, c]),
                "constant": float(sum(n for channel, n in stretches if channel == c)) / n_samples,
            }
            for c, name in enumerate(windows.channels)
        },
        "gaps": {
            "recordings_per_person": {
                "fewest": min(n_recordings.values(), default=0),
                "median": float(statistics.median(n_recordings.values())) if n_recordings else 0.0,
                "most": max(n_recordings.values(), default=0),
            },
            "unlabelled_s": (
                float(sum((r.labels == UNLABELLED).sum() / r.rate_hz for r in recordings)) if recordings else None
            ),
            "samples_between_windows": _between(windows),
            "constant_stretches": len(stretches),
            "longest_constant_s": max((n for _, n in stretches), default=0) / windows.rate_hz,
        },
    }


def contiguous(windows: Windows, *, by_class: bool = False) -> list[_Index]:
    """Runs of windows of one recording without a sample missing between them, each as window numbers in time.

    Args:
        windows: in any order.
        by_class: whether another activity also ends a run.
    """
    if not len(windows):
        return []
    order = np.lexsort((windows.start, windows.recording))
    breaks = (np.diff(windows.recording[order]) != 0) | (np.diff(windows.start[order]) > windows.length)
    if by_class:
        breaks |= np.diff(windows.y[order]) != 0
    return np.split(order, np.flatnonzero(breaks) + 1)


def join(windows: Windows, run: _Index) -> npt.NDArray[np.float32]:
    """The samples of one run of windows, each once: shape (sample, channel)."""
    fresh = np.diff(windows.start[run], prepend=windows.start[run[0]] - windows.length)
    return windows.x[run][np.arange(windows.length) >= windows.length - fresh[:, None]]


def render(told: dict[str, Any]) -> RenderableType:
    """Tables of an :func:`overview` that fit into 80 columns."""
    parts: list[RenderableType] = [Text(told["source"], style="bold")] if told["source"] else []
    parts += [_facts(told), _activities(told), *_people(told), _channels(told)]
    return Group(*parts)


def _describe(values: npt.NDArray[np.float32]) -> dict[str, float]:
    if not len(values):
        return dict.fromkeys(("mean", "sd", "min", "max", "saturated"), 0.0)
    low, high = values.min(), values.max()
    return {
        "mean": float(values.mean(dtype=np.float64)),
        "sd": float(values.std(dtype=np.float64)),
        "min": float(low),
        "max": float(high),
        "saturated": float(np.mean((values == low) | (values == high))),
    }


def _constant(pieces: Sequence[npt.NDArray[np.floating]], rate_hz: float) -> list[tuple[int, int]]:
    """Every stretch of more than a second in which a channel does not change: its channel and its samples."""
    if not pieces:
        return []
    data = np.concatenate(pieces)
    begins = np.cumsum([0, *map(len, pieces[:-1])])
    found: list[tuple[int, int]] = []
    for channel in range(data.shape[1]):
        changes = np.diff(data[:, channel], prepend=np.nan) != 0
        changes[begins] = True
        lengths = np.diff(np.flatnonzero(changes), append=len(data))
        found += [(channel, int(n)) for n in lengths[lengths > rate_hz]]
    return found


def _strides(windows: Windows) -> _Index:
    """Samples from each window's start to the next one's in the same recording."""
    order = np.lexsort((windows.start, windows.recording))
    strides: _Index = np.diff(windows.start[order])[np.diff(windows.recording[order]) == 0]
    return strides


def _step(windows: Windows) -> int | None:
    """The commonest stride; unknown when no recording holds two windows."""
    strides = _strides(windows)
    return int(np.bincount(strides).argmax()) if len(strides) else None


def _between(windows: Windows) -> int:
    """Samples between windows of one recording that no window holds."""
    return int(np.maximum(_strides(windows) - windows.length, 0).sum())


def _per_person(windows: Windows, recordings: Sequence[Recording] | None) -> dict[str, int]:
    if recordings:
        groups: Iterable[str] = (r.group for r in recordings)
    else:
        _, first = np.unique(windows.recording, return_index=True)
        groups = map(str, windows.group[first])
    counts: dict[str, int] = {}
    for group in groups:
        counts[group] = counts.get(group, 0) + 1
    return counts


def _activity_seconds(windows: Windows, recordings: Sequence[Recording] | None) -> npt.NDArray[np.float64]:
    """Seconds of each activity: what is labelled so or, without recordings, what windows of this label hold."""
    seconds = np.zeros(len(windows.classes))
    if recordings:
        for recording in recordings:
            labelled = recording.labels[recording.labels != UNLABELLED]
            seconds += np.bincount(labelled, minlength=len(seconds)) / recording.rate_hz
        return seconds
    for run in contiguous(windows, by_class=True):
        seconds[windows.y[run[0]]] += (
            windows.start[run[-1]] - windows.start[run[0]] + windows.length
        ) / windows.rate_hz
    return seconds


def _facts(told: dict[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    window, gaps, duration = told["window"], told["gaps"], told["duration_s"]
    per_person = gaps["recordings_per_person"]
    step = "" if window["step"] is None else f", a new one every {window['step']} ({window['step_s']:g} s)"
    table.add_row("people", f"{told['n_people']}, {len(told['test_people'])} of them named for testing")
    table.add_row("recordings", f"{told['n_recordings']}, {per_person['fewest']} to {per_person['most']} per person")
    table.add_row("rate", f"{told['rate_hz']:g} Hz")
    table.add_row("windows", f"{told['n_windows']} of {window['length']} samples ({window['length_s']:g} s){step}")
    held = f"{duration['windows'] / 60:.1f} min in windows"
    table.add_row(
        "duration", held if duration["recordings"] is None else f"{duration['recordings'] / 60:.1f} min, {held}"
    )
    if gaps["unlabelled_s"] is not None:
        table.add_row("unlabelled", f"{gaps['unlabelled_s'] / 60:.1f} min")
    table.add_row("between windows", f"{gaps['samples_between_windows']} samples that no window holds")
    constant = f"{gaps['constant_stretches']} stretches of a channel longer than 1 s"
    if gaps["constant_stretches"]:
        constant += f", the longest {gaps['longest_constant_s']:.1f} s"
    table.add_row("constant", constant)
    dropped = [f"{count} {reason.replace('_', ' ')}" for reason, count in told["dropped"].items() if count]
    table.add_row("dropped", ", ".join(dropped) or "nothing")
    return table


def _activities(told: dict[str, Any]) -> RenderableType:
    table = _table("no.", "activity", "windows", "share", "seconds", left=("activity",))
    total = max(1, told["n_windows"])
    for number, (name, count) in enumerate(told["activities"].items()):
        share = f"{100 * count['windows'] / total:.1f} %"
        table.add_row(str(number), Text(name), str(count["windows"]), share, f"{count['seconds']:.0f}")
    return _titled("Activities", table)


def _people(told: dict[str, Any]) -> list[RenderableType]:
    """Windows of each person and activity; several tables when there are many activities."""
    numbers = list(enumerate(told["activities"]))
    tables = []
    for begin in range(0, len(numbers), _COLUMNS):
        part = numbers[begin : begin + _COLUMNS]
        table = _table("person", *(str(number) for number, _ in part), "all", "", left=("person", ""))
        for person, facts in told["people"].items():
            row = told["people_activities"][person]
            cells = [str(row[name]) if row[name] else "·" for _, name in part]
            table.add_row(Text(person), *cells, str(facts["windows"]), "test" if facts["test"] else "")
        tables.append(_titled("Windows of each person and activity (by its number)", table))
    return tables


def _channels(told: dict[str, Any]) -> RenderableType:
    names = ("mean", "sd", "min", "max", "at limit", "constant")
    table = _table("channel", "unit", *names, left=("channel", "unit"))
    for name, facts in told["channels"].items():
        numbers = [f"{facts[key]:.3g}" for key in ("mean", "sd", "min", "max")]
        shares = [f"{100 * facts[key]:.2f} %" for key in ("saturated", "constant")]
        table.add_row(Text(name), Text(facts["unit"]), *numbers, *shares)
    return _titled("Channels, every sample once (at limit: at its smallest or largest value)", table)


def _table(*columns: str, left: Sequence[str]) -> Table:
    """Names on the left may fold, numbers never do."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in left else "right", overflow="fold", no_wrap=name not in left)
    return table


def _titled(title: str, table: Table) -> RenderableType:
    return Group(Text(f"\n{title}", style="bold"), table)
