"""The one-page summary of a run: a single HTML file that needs nothing else."""

import base64
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from stridenet.evaluation.result import Result
from stridenet.signals.wording import words
from stridenet.spec import RunSpec, to_toml
from stridenet.system.files import write
from stridenet.views.plots import results as figures

_DROPPED = {
    "mixed": "windows that hold several activities",
    "unlabelled": "windows that are mostly without a label",
    "short_recordings": "recordings shorter than a window",
    "tail_samples": "samples at the ends of recordings, too few for a window",
}


def write_report(folder: Path, result: Result, spec: RunSpec, environment: Mapping[str, str]) -> Path:
    """Draws the pictures of a result and writes ``report.html``, which holds them too.

    The page needs no network and no script, and prints.

    Args:
        folder: where the page and the pictures are written; made if it is not there.
        result: what the run predicted.
        spec: the run's settings.
        environment: names and versions of what it ran on.

    Returns:
        The page.

    Raises:
        OutputError: the folder cannot be written.
    """
    told = result.metrics()
    pictures = _pictures(folder, result)
    text = resources.files("stridenet.views.pages").joinpath("run.html.j2").read_text(encoding="utf-8")
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(text)
    page = template.render(
        title=f"{spec.model.name} on {Path(spec.data.name).stem}",
        told=told,
        accuracy=_percent(told["accuracy_mean"], told["accuracy_sd"], len(result.seeds)),
        macro_f1=_percent(told["macro_f1_mean"], told["macro_f1_sd"], len(result.seeds)),
        n_repeats=len(result.seeds),
        n_test=len(result.y),
        seconds=sum(result.seconds),
        warnings=_warnings(result),
        facts=_facts(result, told),
        repeats=list(zip(result.seeds, result.accuracies, told["macro_f1s"], result.seconds, strict=True)),
        people=sorted(told["people"].items(), key=lambda item: -item[1]["mean"]),
        pictures=pictures,
        sides=[(side, names) for side, names in result.protocol.people.items() if names],
        dropped=[
            (count, _DROPPED.get(reason, words(reason))) for reason, count in result.provenance.dropped.items() if count
        ],
        settings=to_toml(spec),
        environment=dict(environment),
        words=words,
    )
    return write(folder / "report.html", page.encode())


def _warnings(result: Result) -> list[tuple[str, str]]:
    """What must be said loudly: a headline and a sentence each."""
    found = []
    people, samples = result.protocol.shared_people, result.protocol.shared_samples
    if result.provenance.simulated:
        found.append(
            ("Simulated data.", "A program made these signals. No figure on this page says anything about real people.")
        )
    if result.protocol.kind == "random":
        found.append(
            (
                "Random split.",
                "The same people, and with overlapping windows the same samples, stand on both sides, so every figure "
                "here is too good. It says little about people never seen; split by person for that.",
            )
        )
    elif people or samples:
        found.append(
            ("The test is not clean.", f"{people} people and {samples} samples stand on both sides of the split.")
        )
    if result.protocol.validation_kind == "random":
        found.append(
            (
                "Random validation.",
                "Validation windows come from people who also train; the validation curves are too good.",
            )
        )
    return found


def _facts(result: Result, told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lines for the head of the page: a name and a sentence each."""
    protocol, words = result.protocol, str(result.protocol)
    shared = ["?" if n is None else n for n in (protocol.shared_people, protocol.shared_samples)]
    facts = [
        ("Protocol", words[:1].upper() + words[1:] + "."),
        ("Shared by training and test", f"{shared[0]} people, {shared[1]} raw samples."),
        ("Test data used for", f"{str(result.ledger)[:1].upper()}{str(result.ledger)[1:]}."),
    ]
    counts = protocol.windows
    sides = [f"{counts[side]:,} {word}" for side, word in _SIDES.items() if counts.get(side)]
    if sides:
        facts.append(("Windows", ", ".join(sides) + "."))
    if len(told["people"]) > 1:
        ranked = sorted(told["people"].items(), key=lambda item: item[1]["mean"])
        (worst, low), (best, high) = ranked[0], ranked[-1]
        facts.append(
            (
                "Between people",
                f"From {100 * low['mean']:.1f} % (person {worst}) to {100 * high['mean']:.1f} % (person {best}).",
            )
        )
    facts.append(("To compare", f"Always naming the commonest activity scores {100 * result.majority_accuracy:.1f} %."))
    facts.append(("Network", f"{result.n_parameters:,} trainable parameters."))
    if result.provenance.source:
        facts.append(("Data", result.provenance.source))
    if result.executor:
        facts.append(("Trained", result.executor))
    if result.compile_seconds:
        took = f"{sum(result.compile_seconds):.1f} s over all processes, apart from training"
        facts.append(("Compilation", f"{took}; kept on disk for the next run."))
    return facts


_SIDES = {"train": "to train", "validation": "to validate", "test": "to test"}


def _pictures(folder: Path, result: Result) -> dict[str, tuple[str, str]]:
    """Draws all pictures: a data address and a text for those who cannot see it, by name."""
    n_repeats = len(result.seeds)
    draw: dict[str, tuple[Callable[[], list[Path]], str]] = {
        "confusion": (lambda: figures.confusion(result, folder), _confusion_text(result)),
        "learning_curves": (lambda: figures.learning_curves(result, folder), _curves_text(result)),
        "people": (lambda: figures.people(result, folder), "Accuracy on each test person; the table holds the means."),
    }
    if n_repeats > 1:
        sample = {f"{n_repeats} repeats": result.accuracies}
        low, high = min(result.accuracies), max(result.accuracies)
        text = f"Box plot of the test accuracies of {n_repeats} repeats, from {100 * low:.1f} % to {100 * high:.1f} %."
        draw["accuracies"] = (lambda: figures.accuracies(sample, folder), text)
    shown = {}
    for name, (make, text) in draw.items():
        for path in make():
            if path.suffix == ".svg":
                shown[name] = ("data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode(), text)
    return shown


def _confusion_text(result: Result) -> str:
    """The commonest confusions, in words."""
    pooled = result.confusions.sum(axis=0)
    share = pooled / np.maximum(pooled.sum(axis=1, keepdims=True), 1)
    np.fill_diagonal(share, 0)
    worst = np.argsort(-share, axis=None, kind="stable")[:3]
    pairs = [np.unravel_index(i, share.shape) for i in worst if share.flat[i] > 0]
    said = [
        f"{words(result.classes[i])} taken for {words(result.classes[j])} ({100 * share[i, j]:.1f} %)" for i, j in pairs
    ]
    return "Confusion matrices. " + (f"The commonest errors: {', '.join(said)}." if said else "There are no errors.")


def _curves_text(result: Result) -> str:
    parts = []
    for key, side in (("accuracy", "training"), ("val_accuracy", "validation")):
        last = [h[key][-1] for h in result.history if h.get(key)]
        if last:
            parts.append(f"{side} accuracy ends at {100 * float(np.mean(last)):.1f} %")
    return "Learning curves" + (": " + ", ".join(parts) if parts else "") + "."


def _percent(mean: float, sd: float, n_repeats: int) -> str:
    return f"{100 * mean:.1f} %" + (f" ± {100 * sd:.1f}" if n_repeats > 1 else "")
