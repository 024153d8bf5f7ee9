"""The page of recordings: what they were taken for, who does what, and what stands in the way."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.errors import DataError
from stridenet.evaluation.alarms import Alarm
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows
from stridenet.signals.wording import channels_with_units, counted, one_line
from stridenet.views.pages.render import embedded, render
from stridenet.views.plots import data as figures

_MOST = 40
"""Clocks and people that are shown; more make no page."""


def write_data(
    path: Path,
    folder: Path,
    windows: Windows,
    recordings: Sequence[Recording] | None,
    overview: Mapping[str, Any],
    problems: Sequence[str],
    lengths: Sequence[Mapping[str, float]],
) -> Path:
    """Draws the pictures of data and writes one page, which holds them too.

    Args:
        path: the page.
        folder: where the pictures are written.
        windows: as they are cut.
        recordings: that they were cut from; None where the authors cut them.
        overview: what :func:`stridenet.signals.overview.overview` gives.
        problems: what stands in the way, each a sentence.
        lengths: windows for each length.

    Raises:
        OutputError: a folder cannot be written.
    """
    told = windows.reading.description
    seconds = overview["duration_s"]["recordings"] or overview["duration_s"]["windows"]
    n_activities = counted(len(windows.classes), "activity", "activities")
    n_recordings = counted(overview["n_recordings"], "recording")
    return render(
        "data.html.j2",
        path,
        title=one_line(windows.source or "recordings"),
        headline=f"{counted(overview['n_people'], 'person', 'people')}, {n_activities}",
        under=f"{seconds / 60:.1f} minutes in {n_recordings}, at {windows.rate_hz:g} Hz",
        alarms=[Alarm("Look at this.", f"{line[:1].upper()}{line[1:].rstrip('.')}.") for line in problems],
        facts=_facts(windows, overview),
        told=overview,
        columns=columns_of(told),
        notes=windows.reading.told,
        clocks=told.get("clocks", [])[:_MOST],
        n_clocks=len(told.get("clocks", [])),
        lengths=lengths,
        people=list(overview["people_activities"].items())[:_MOST],
        n_people=overview["n_people"],
        pictures=_pictures(folder, windows, recordings),
        one_line=one_line,
    )


def columns_of(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every column, in the order in which people ask for them: time, person, label, recording, channels, the rest."""
    order = {"time": 0, "person": 1, "label": 2, "session": 3, "channel": 4, "left out": 5}
    return sorted(told.get("columns", ()), key=lambda column: order.get(column["role"], 9))


def _facts(windows: Windows, overview: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = windows.reading.description
    window = overview["window"]
    facts = {
        "Form": ", ".join(told.get("forms", ())),
        "People from": _taken(told.get("people")),
        "Labels from": _taken(told.get("labels")),
        "Channels": channels_with_units(windows.channels, windows.units, 100),
        "Windows": f"{counted(len(windows), 'window')} of {window['length']} samples ({window['length_s']:g} s)",
        "Files passed over": "; ".join(f"{one_line(name)}: {why}" for name, why in told.get("passed", ())),
    }
    return [(name, sentence) for name, sentence in facts.items() if sentence]


def _taken(one: Mapping[str, str] | None) -> str:
    if not one:
        return ""
    guess = f" (a guess: {one['why']})" if one["grade"] == "likely" and one["why"] else ""
    return f"{one['what']}{guess}"


def _range(recordings: Sequence[Recording] | None) -> tuple[float, float] | None:
    """Where all but a few in a thousand samples lie."""
    if not recordings:
        return None
    some = np.concatenate([recording.data[:: max(1, recording.n_samples // 20_000)] for recording in recordings])
    low, high = np.quantile(some, [0.0005, 0.9995])
    return float(low), float(high)


def _pictures(folder: Path, windows: Windows, recordings: Sequence[Recording] | None) -> dict[str, tuple[str, str]]:
    shown = {}
    histograms = partial(figures.histograms, limits=_range(recordings))
    for name, draw, text in (
        ("signals", figures.signals, "An example of the signal of each activity."),
        ("histograms", histograms, "How often each value of each channel occurs."),
    ):
        try:
            made = draw(recordings or windows, folder)
        except DataError:  # nothing labelled, or nothing at all
            continue
        if address := embedded(made):
            shown[name] = (address, text)
    return shown
