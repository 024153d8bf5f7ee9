"""What ``stridenet run`` prints when it has finished: for a person, or as JSON."""

from typing import TYPE_CHECKING, Any

import numpy as np

from stridenet.evaluation.alarms import alarms
from stridenet.evaluation.sure import sentence
from stridenet.signals.wording import channels_with_units, counted, left_out, one_line, scored, short, sized

if TYPE_CHECKING:
    from stridenet.evaluation.result import Result
    from stridenet.runs.job import Run

_WORST = 3
"""So many classes are named, the worst first."""


def figures(done: "Run") -> dict[str, Any]:
    """What ``--json`` prints."""
    return done.result.metrics() | {
        "alarms": [str(alarm) for alarm in alarms(done.result)],
        "run_dir": str(done.folder),
        "found": done.found,
    }


def summary(done: "Run") -> str:
    """What a person reads: the scores, what they mean, what is wrong with them, and where the rest is."""
    result, figure = done.result, done.result.metrics()
    shared = result.protocol.shared_people, result.protocol.shared_samples
    lines = [
        *_data(result),
        ("protocol", str(result.protocol)),
        ("shared", f"{counted(shared[0], 'person', 'people')} and {counted(shared[1], 'sample')} on both sides"),
        ("scores", " ".join(f"{100 * a:.3f}" for a in result.accuracies)),
        (
            "accuracy",
            f"{scored(result.accuracies, 3)} (the commonest class alone: {100 * result.majority_accuracy:.1f} %)",
        ),
        ("how sure", f"accuracy {sentence('accuracy', result.accuracies, result.intervals()['accuracy'])}"),
        ("macro F1", f"{100 * figure['macro_f1_mean']:.3f} %"),
        *result.together().items(),
        *([("timeline", str(result.events))] if result.events else []),
        *(("worst", said) for said in worst(result)),
        *([("parameters", f"{result.n_parameters:,}")] if result.n_parameters else []),
        ("time", _time(result)),
    ]
    parted = [p for p in figure["over_fitting"] if p]
    if parted:
        since, gap = (float(np.median([p[key] for p in parted])) for key in ("since", "gap"))
        lines.append(
            (
                "over-fits",
                f"{len(parted)} of {counted(len(result.history), 'training')}, typically since epoch {since:.0f}; "
                f"training accuracy ends {100 * gap:.1f} points above validation",
            )
        )
    lines += [("alarm", str(alarm)) for alarm in alarms(result)]
    lines.append(("report", str(done.folder / "report.html")))
    return "\n".join(f"{name:10} {said}" for name, said in lines)


def _data(result: "Result") -> list[tuple[str, str]]:
    """What the network saw, and what it did not."""
    told, counts = result.provenance, result.protocol.windows
    sides = [f"{counts[side]:,} {word}" for side, word in _SIDES.items() if counts.get(side)]
    lines = [("data", f"{one_line(told.source)}{' (a program made it)' if told.simulated else ''}")]
    if told.channels:
        lines.append(("channels", channels_with_units(told.channels, told.units)))
    if sides:
        size = f"; {sized(told.length, told.rate_hz)}" if told.length and told.rate_hz else ""
        lines.append(("windows", f"{', '.join(sides)}{size}"))
    lost = [f"{what}: {n:,}" for what, n in left_out(told.dropped)]
    return [*lines, *([("left out", "; ".join(lost))] if lost else [])]


def _time(result: "Result") -> str:
    compiled = f" and compilation {sum(result.compile_seconds):.0f} s" if result.has_epochs else ""
    return f"{result.total_seconds:.0f} s; training {sum(result.seconds):.0f} s{compiled} over all processes"


_SIDES = {"train": "to train", "validation": "to validate", "test": "to test"}


def worst(result: "Result") -> list[str]:
    """The classes that are found least, over all repeats, and what each is taken for most."""
    pooled = result.confusions.sum(axis=0)
    support = len(result.seeds) * np.bincount(result.y, minlength=len(result.classes))
    names = [short(one_line(name), 40) for name in result.classes]
    found = {c: pooled[c, c] / support[c] for c in np.flatnonzero(support)}
    said = []
    for c in sorted(found, key=lambda c: found[c])[:_WORST]:
        if found[c] == 1:
            break
        wrong = pooled[c] * (np.arange(len(names)) != c)
        other = int(wrong.argmax())
        most = f", taken for {names[other]} {100 * wrong[other] / support[c]:.1f} %" if wrong.any() else ", no answer"
        said.append(f"{names[c]}: {100 * found[c]:.1f} % found{most}")
    return said
