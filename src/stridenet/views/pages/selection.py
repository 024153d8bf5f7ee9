"""The page of a choice of settings: how good each was on training people, and which was chosen in which fold."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.evaluation.alarms import alarms
from stridenet.evaluation.result import Result
from stridenet.evaluation.scores import RANGES
from stridenet.signals.wording import counted, one_line, scored, words
from stridenet.views.pages.render import embedded, render
from stridenet.views.plots.choosing import choosing


def write_selection(
    folder: Path, rows: Sequence[Mapping[str, Any]], result: Result, by: str, n_inner: Sequence[int], how: str
) -> Path:
    """Draws the picture of a choice and writes ``selection.html``, which holds it too.

    Args:
        folder: the run's.
        rows: a row per setting, see :func:`stridenet.runs.candidates.table`; those that most folds chose come first.
        result: of what was chosen.
        by: the score that chose.
        n_inner: inner folds of each fold.
        how: what was chosen, in a sentence.

    Returns:
        The page.

    Raises:
        OutputError: the folder cannot be written.
    """
    n, most = len(n_inner), len(rows[0]["chosen_in"])
    drawn = embedded(choosing(rows, by, folder))
    ledger = str(result.ledger)
    facts = [
        ("Settings", how.removesuffix("; see selection.html.") + "."),
        ("Chosen by", f"{words(by)}, the mean over {_inner(n_inner)} of the people who train; each is tested once."),
        ("Tested", f"{scored(result.accuracies)}: the accuracy of what was chosen, trained again on all who train."),
        ("Test data used for", f"{ledger[:1].upper()}{ledger[1:]}."),
        ("Protocol", str(result.protocol)),
    ]
    return render(
        "selection.html.j2",
        folder / "selection.html",
        title=f"Choice among {counted(len(rows), 'setting')}",
        headline=one_line(rows[0]["label"]),
        under=f"chosen on training people{'' if n == 1 else f', in {most} of {n} folds'}; test accuracy of what was "
        f"chosen: {scored(result.accuracies)}",
        alarms=alarms(result),
        facts=facts,
        names=list(rows[0]["values"]),
        by=f"{words(by)}{' %' if RANGES[by] == 'share' else ''}",
        rows=[{**row, "said": said(row["score"], by, row["sd"]), "folds": _folds(row, n)} for row in rows],
        folds=_of_folds(rows, result, by, n) if n > 1 else [],
        pictures={"choosing": (drawn, "Every setting's score on training people; the table holds the means.")}
        if drawn
        else {},
        one_line=one_line,
    )


def said(score: float, by: str, sd: float | None = None) -> str:
    """A score and its deviation over people, in percent where it is a share.

    >>> said(0.912, "accuracy", 0.031), said(0.25, "log_loss")
    ('91.2 ± 3.1', '0.250')
    """
    scale, digits = (100, 1) if RANGES[by] == "share" else (1, 3)
    spread = "" if sd is None else f" ± {scale * sd:.{digits}f}"
    return f"{scale * score:.{digits}f}{spread}"


def _inner(n_inner: Sequence[int]) -> str:
    few, many = min(n_inner), max(n_inner)
    return counted(many, "inner fold") if few == many else f"{few} to {many} inner folds"


def _folds(row: Mapping[str, Any], n: int) -> str:
    """In which folds it was chosen, in words."""
    if n == 1:
        return "chosen" if row["chosen_in"] else ""
    if len(row["chosen_in"]) == n:
        return f"all {n}"
    return ", ".join(map(str, row["chosen_in"]))


def _of_folds(rows: Sequence[Mapping[str, Any]], result: Result, by: str, n: int) -> list[dict[str, Any]]:
    """Of each fold: what was chosen, its score there, and how it went with those who were tested."""
    made = []
    for fold in range(n):
        row = next(row for row in rows if fold + 1 in row["chosen_in"])
        here = result.fold == fold
        right = float(np.mean(result.predicted[:, here] == result.y[here]))
        people = result.protocol.folds[fold]
        made.append(
            {
                "label": row["label"],
                "score": said(row["scores"][fold], by),
                "test": f"{100 * right:.1f}",
                "people": counted(len(people), "person", "people"),
            }
        )
    return made
