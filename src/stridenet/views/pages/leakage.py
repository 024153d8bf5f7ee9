"""The page of a leakage report: the honest figure, the leaky ones, and how much too good each is."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.evaluation.alarms import Alarm
from stridenet.evaluation.sure import number, signed
from stridenet.signals.wording import counted, one_line
from stridenet.views.pages.render import embedded, render
from stridenet.views.plots.gaps import Way, gaps


def write_leakage(folder: Path, told: Mapping[str, Any], people: Mapping[str, npt.NDArray[np.float64]]) -> Path:
    """Draws the picture and writes ``leakage.html``, which holds it too.

    Args:
        folder: where the page and the picture are written.
        told: the figures as JSON holds them, the honest way first.
        people: each way's accuracies in percent, shape (person,).

    Returns:
        The page.

    Raises:
        OutputError: the folder cannot be written.
    """
    honest, *others = told["ways"]
    worst = max(others, key=lambda way: way["gap"]["difference"])
    claimed, too_good = number("accuracy", worst["value"]), worst["gap"]["difference"] > 0
    made = gaps([_way(way, people[way["name"]]) for way in told["ways"]], folder)
    n_wrong, n_ways = [("one", "two"), ("two", "three"), ("three", "four")][len(others) - 1]
    alarm = Alarm(
        f"{n_wrong.capitalize()} of these {n_ways} {'is' if n_wrong == 'one' else 'are'} wrong on purpose.",
        "Only the figure of people never seen may be reported.",
    )
    simulated = Alarm(
        "Simulated data.", "A program made these signals. No figure here says anything about real people."
    )
    seeds = counted(len(told["seeds"]), "repeat")
    return render(
        "leakage.html.j2",
        folder / "leakage.html",
        title=f"Leakage on {one_line(told['data']) if told['data'] else 'these windows'}",
        headline=f"{number('accuracy', honest['value'])} %" + (f", not {claimed}" if too_good else ""),
        under=f"accuracy on people never seen; {worst['name']} would have claimed {claimed} %"
        if too_good
        else "accuracy on people never seen; no way of peeking claimed more here",
        alarms=[simulated, alarm] if told["simulated"] else [alarm],
        facts=[
            ("Honest", honest["protocol"]),
            ("Tested", f"{counted(told['n_windows'], 'window')} of {counted(told['n_people'], 'person', 'people')}"),
            ("Repeats", f"{seeds}, the same seeds in all ways"),
        ],
        n_ways=n_ways,
        ways=[way | in_words(way) for way in told["ways"]],
        doubt=honest["doubt"],
        paired=all(way["gap"]["paired"] for way in others),
        settings=told["settings"],
        pictures={"gaps": (embedded(made) or "", "Accuracy of every way; the table holds it.")},
    )


def in_words(way: Mapping[str, Any]) -> dict[str, str]:
    """A way's figures as people read them."""
    found, ends = way["gap"], [math.inf if way[end] is None else way[end] for end in ("low", "high")]
    said = {
        "accuracy": number("accuracy", way["value"]),
        "spread": number("accuracy", way["sd"]) if len(way["repeats"]) > 1 else "",
        "sure": " to ".join(number("accuracy", end) for end in ends),
        "too_good": "",
        "too_good_sure": "",
    }
    if found:
        said["too_good"] = signed("accuracy", found["difference"])
        said["too_good_sure"] = f"{signed('accuracy', found['low'])} to {signed('accuracy', found['high'])}"
    return said


def _way(way: Mapping[str, Any], people: npt.NDArray[np.float64]) -> Way:
    low, high = (math.nan if way[end] is None else 100 * way[end] for end in ("low", "high"))
    found = way["gap"]
    said = f"{signed('accuracy', found['difference'])} points" if found else ""
    return Way(way["name"], way["leaky"], 100 * way["value"], low, high, people, said)
