"""The page of advice: which windows to cut, why, and all that was tried."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.evaluation.alarms import Alarm
from stridenet.evaluation.scores import RANGES
from stridenet.signals.wording import counted, words
from stridenet.views.pages.render import embedded, render
from stridenet.views.pages.selection import said
from stridenet.views.plots import advice as figures


def write_advice(
    folder: Path,
    rows: Sequence[Mapping[str, Any]],
    reasons: Sequence[str],
    refused: Sequence[tuple[str, str]],
    by: str,
    facts: Sequence[tuple[str, str]],
    *,
    simulated: bool = False,
) -> Path:
    """Draws the pictures of advice and writes ``advice.html``, which holds them too.

    Args:
        folder: where the page and the pictures are written.
        rows: the choices, the windows as they are first; see :meth:`stridenet.runs.advice.Advice.rows`.
        reasons: a sentence each.
        refused: what could not be tried, and why.
        by: the score.
        facts: lines for the head of the page.
        simulated: whether a program made the signals.

    Returns:
        The page.

    Raises:
        OutputError: the folder cannot be written.
    """
    used = next(row for row in rows if row["recommended"])
    drawn = {
        "varied": (figures.varied(rows, by, folder), "The score by person against each thing that was varied."),
        "costs": (figures.costs(rows, by, folder), "Every choice's score against its arithmetic a second."),
    }
    shown = {name: (embedded(paths), text) for name, (paths, text) in drawn.items()}
    made = Alarm("Simulated data.", "A program made these signals. No figure here says anything about real people.")
    return render(
        "advice.html.j2",
        folder / "advice.html",
        title=f"Advice from {counted(len(rows), 'choice')}",
        headline=f"{used['length_s']:g} s every {used['step_s']:g} s",
        under=f"at {used['rate_hz']:g} Hz, {used['channels_are']}: {words(by)} {said(used['score'], by)} by person, on "
        "people of the training side",
        alarms=[made] if simulated else [],
        facts=facts,
        reasons=reasons,
        used_alone=used["varied"] != "together",
        refused=refused,
        by=f"{words(by)}{' %' if RANGES[by] == 'share' else ''}",
        rows=[_shown(row, by) for row in rows],
        pictures={name: (address, text) for name, (address, text) in shown.items() if address},
    )


def _shown(row: Mapping[str, Any], by: str) -> dict[str, Any]:
    known = np.isfinite(row["mflop"])
    return {
        "length": f"{row['length_s']:g}",
        "step": f"{row['step_s']:g}",
        "rate": f"{row['rate_hz']:g}",
        "channels": str(row["channels_are"]).removesuffix(" only").removesuffix(" channels"),
        "score": said(row["score"], by, row["standard_error"]),
        "latency": f"{row['latency_s']:.2f}",
        "mflop": f"{row['mflop']:.3g}" if known else "",
        "mflop_per_s": f"{row['mflop_per_s']:.3g}" if known else "",
        "parameters": f"{row['n_parameters']:,}",
        "verdict": row["verdict"],
        "recommended": row["recommended"],
    }
