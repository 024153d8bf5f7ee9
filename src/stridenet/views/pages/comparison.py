"""The page of a sweep: every setting, best first, and why the best of them is too good."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.evaluation.alarms import Alarm
from stridenet.signals.wording import counted, one_line
from stridenet.views.pages.render import embedded, render
from stridenet.views.plots import ranking as figures


def write_sweep(
    folder: Path, ranked: Sequence[Mapping[str, Any]], alarms: Sequence[Alarm], facts: Sequence[tuple[str, str]]
) -> Path:
    """Draws the pictures of a sweep and writes ``sweep.html``, which holds them too.

    Args:
        folder: where the page and the pictures are written.
        ranked: a row per combination, best first: ``label``, ``values`` by short name, ``accuracies``,
            ``accuracy_mean``, ``accuracy_sd``, ``n_parameters``, ``seconds`` and ``run_dir``.
        alarms: what whoever reads the figures must know first.
        facts: lines for the head of the page.

    Returns:
        The page.

    Raises:
        OutputError: the folder cannot be written.
    """
    names = list(ranked[0]["values"])
    best, last = (f"{100 * ranked[i]['accuracy_mean']:.1f}" for i in (0, -1))
    spread = "mean test accuracy of each" if len(ranked[0]["accuracies"]) > 1 else "test accuracy of each, 1 repeat"
    return render(
        "comparison.html.j2",
        folder / "sweep.html",
        title=f"Sweep of {', '.join(names)}",
        headline=f"{last} to {best} %" if len(ranked) > 1 else f"{best} %",
        under=f"{counted(len(ranked), 'setting')}, {spread}",
        alarms=alarms,
        facts=facts,
        names=names,
        rows=[{**row, "folder": Path(row["run_dir"]).name} for row in ranked],
        pictures=_pictures(folder, ranked, names),
        many=_many(ranked, names),
        one_line=one_line,
    )


def _pictures(folder: Path, ranked: Sequence[Mapping[str, Any]], names: list[str]) -> dict[str, tuple[str, str]]:
    paths = {"accuracies": figures.ranking({row["label"]: row["accuracies"] for row in ranked}, folder)}
    two = [name for name in names if len({row["values"][name] for row in ranked}) > 1]
    if len(two) == 2 and len(names) == 2:
        values = [list(dict.fromkeys(row["values"][name] for row in sorted(ranked, key=_place))) for name in two]
        mean = np.full([len(v) for v in values], np.nan)
        for row in ranked:
            mean[tuple(v.index(row["values"][name]) for v, name in zip(values, two, strict=True))] = row[
                "accuracy_mean"
            ]
        paths["grid"] = figures.grid_map(mean, (two[0], values[0]), (two[1], values[1]), folder)
    texts = {
        "accuracies": "The test accuracies of every setting; the table holds the means.",
        "grid": "Map of the mean test accuracies; the table holds them.",
    }
    shown = {name: embedded(made) for name, made in paths.items()}
    return {name: (address, texts[name]) for name, address in shown.items() if address}


def _place(row: Mapping[str, Any]) -> int:
    """Its place in the grid."""
    return int(row["place"])


def _many(ranked: Sequence[Mapping[str, Any]], names: list[str]) -> bool:
    """Whether the map is wider than a phone."""
    return len(names) == 2 and len({row["values"][names[1]] for row in ranked}) > 6
