"""The one-page summary of a run: a single HTML file that needs nothing else."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from stridenet.evaluation.alarms import alarms
from stridenet.evaluation.protocol import Protocol
from stridenet.evaluation.result import Result
from stridenet.signals.wording import one_line, words
from stridenet.spec import RunSpec, to_toml
from stridenet.views.pages._timeline import draw as draw_timeline
from stridenet.views.pages._timeline import of_timeline, of_unsure
from stridenet.views.pages._told import calibrated, facts, scores, sure, usage
from stridenet.views.pages.data import columns_of
from stridenet.views.pages.render import embedded, render
from stridenet.views.plots import results as figures
from stridenet.views.plots.reliability import reliability

_MANY_CLASSES = 7
"""With more, the confusion stands alone in its row, and scrolls on a small screen."""


def write_report(
    folder: Path,
    result: Result,
    spec: RunSpec,
    environment: Mapping[str, str],
    *,
    place: Path | str = ".",
    more: Sequence[tuple[str, str]] = (),
) -> Path:
    """Draws the pictures of a result and writes ``report.html``, which holds them too.

    The page needs no network and no script, and prints.

    Args:
        folder: where the page and the pictures are written; made if it is not there.
        result: what the run predicted.
        spec: the run's settings.
        environment: names and versions of what it ran on.
        place: the folder that the page will lie in at last, as the page names it.
        more: lines for the head of the page, before those that the result gives.

    Returns:
        The page.

    Raises:
        OutputError: the folder cannot be written.
    """
    told, n_repeats = result.metrics(), len(result.seeds)
    spread = f": mean and standard deviation of {n_repeats} repeats"
    low, high = (100 * told["scores"]["accuracy"][end] for end in ("low", "high"))
    macro_f1 = _percent(told["macro_f1_mean"], told["macro_f1_sd"], n_repeats)
    return render(
        "run.html.j2",
        folder / "report.html",
        title=f"{spec.model.name} on {one_line(Path(spec.data.name).stem)}",
        headline=_percent(told["accuracy_mean"], told["accuracy_sd"], n_repeats),
        under=f"test accuracy{spread if n_repeats > 1 else ', 1 repeat, so its spread is not known'} · "
        f"95 % interval over people {low:.1f} to {high:.1f} · macro F1 {macro_f1}",
        alarms=alarms(result),
        facts=[*more, *facts(result, told, spec)],
        told=told,
        scores=scores(result),
        sure=sure(result),
        calibrated=calibrated(result),
        n_repeats=n_repeats,
        n_test=len(result.y),
        many_classes=len(result.classes) > _MANY_CLASSES,
        seconds=sum(result.seconds),
        repeats=list(zip(result.seeds, result.accuracies, told["macro_f1s"], result.seconds_of_repeats, strict=True)),
        people=sorted(told["people"].items(), key=lambda item: -item[1]["mean"]),
        pictures=_pictures(folder, result),
        curves=_curves_caption(result),
        layers=result.layers,
        usage=usage(result, str(place)),
        has_epochs=result.has_epochs,
        unsure=of_unsure(result.unsure) if result.unsure else None,
        timeline=of_timeline(result.events, result.doubts) if result.events else None,
        columns=columns_of(result.provenance.reading),
        notes=result.provenance.told,
        sides=[(side, [one_line(name) for name in names]) for side, names in _sides(result.protocol)],
        model_of=_model_of(result.protocol),
        settings=to_toml(spec),
        environment=dict(environment),
        one_line=one_line,
    )


def _sides(protocol: Protocol) -> list[tuple[str, tuple[str, ...]]]:
    """Who is named on which side; of folds, who is tested in each."""
    if protocol.n_folds > 1:
        return [(f"tested in fold {i}", names) for i, names in enumerate(protocol.folds, 1)]
    return [(side, names) for side, names in protocol.people.items() if names]


def _model_of(protocol: Protocol) -> str:
    """Which training's model is kept."""
    if protocol.n_folds == 1:
        return "The first repeat's model."
    return "The model of the first fold's first repeat, which was not trained on those tested there."


def _pictures(folder: Path, result: Result) -> dict[str, tuple[str, str]]:
    """Draws all pictures: a data address and a text for those who cannot see it, by name."""
    n_repeats = len(result.seeds)
    draw: dict[str, tuple[Callable[[], list[Path]], str]] = {
        "confusion": (lambda: figures.confusion(result, folder), _confusion_text(result)),
        "confusion_first": (
            lambda: figures.confusion_first(result, folder),
            "Confusion matrix of the first repeat, in windows.",
        ),
        "learning_curves": (lambda: figures.learning_curves(result, folder), _curves_text(result)),
        "people": (lambda: figures.people(result, folder), "Accuracy on each test person; the table holds the means."),
    }
    if len(result.reliability.count):
        curve = {"all repeats" if n_repeats > 1 else "the repeat": result.reliability}
        text = f"Share of right answers against their probability: {calibrated(result)}"
        draw["reliability"] = (lambda: reliability(curve, folder), text)
    if n_repeats > 1:
        sample = {f"{n_repeats} repeats": result.accuracies}
        low, high = min(result.accuracies), max(result.accuracies)
        text = f"The test accuracies of {n_repeats} repeats, from {100 * low:.1f} % to {100 * high:.1f} %."
        draw["accuracies"] = (lambda: figures.accuracies(sample, folder), text)
    if (line := draw_timeline(result, folder)) is not None:
        draw["timeline"] = line
    shown = {name: (embedded(make()), text) for name, (make, text) in draw.items()}
    return {name: (address, text) for name, (address, text) in shown.items() if address}


def _confusion_text(result: Result) -> str:
    """The commonest confusions, in words."""
    pooled = result.confusions.sum(axis=0)
    share = pooled / np.maximum(len(result.seeds) * np.bincount(result.y, minlength=len(result.classes)), 1)[:, None]
    np.fill_diagonal(share, 0)
    worst = np.argsort(-share, axis=None, kind="stable")[:3]
    pairs = [np.unravel_index(i, share.shape) for i in worst if share.flat[i] > 0]
    said = [
        f"{words(result.classes[i])} taken for {words(result.classes[j])} ({100 * share[i, j]:.1f} %)" for i, j in pairs
    ]
    lost = " Windows without an answer have a column of their own." if any(result.metrics()["no_answer"]) else ""
    errors = f"The commonest errors: {', '.join(said)}." if said else "No class is taken for another."
    return f"Confusion matrix of all repeats. {errors}{lost}"


def _curves_text(result: Result) -> str:
    parts = []
    for key, side in (("accuracy", "training"), ("val_accuracy", "validation")):
        last = [h[key][-1] for h in result.history if h.get(key)]
        if last:
            parts.append(f"{side} accuracy ends at {100 * float(np.mean(last)):.1f} %")
    return "Learning curves" + (": " + ", ".join(parts) if parts else "") + "."


def _curves_caption(result: Result) -> str:
    held = any("val_accuracy" in h for h in result.history)
    line = "training" if result.n_folds > 1 else "repeat"
    return (
        f"After each pass over the training windows; a thin line is one {line}. Training is measured on the way, with "
        "dropout on, so it lies lower than the finished network would on the same windows; validation and test are "
        "measured without. "
        + (
            "Training far above validation means over-fitting."
            if held
            else "Nobody validated, so over-fitting can only be guessed: training far above the test."
        )
    )


def _percent(mean: float, sd: float, n_repeats: int) -> str:
    return f"{100 * mean:.1f} %" + (f" ± {100 * sd:.1f}" if n_repeats > 1 else "")
