"""What the page of a run says in words: facts, and how to use the model."""

from collections.abc import Mapping
from pprint import pformat
from typing import Any

from stridenet.evaluation.result import Result
from stridenet.evaluation.scores import RANGES
from stridenet.evaluation.sure import TITLES, number
from stridenet.signals.wording import channels_with_units, counted, left_out, listed, one_line, sized, words
from stridenet.spec import Preparation, RunSpec

_SIDES = {"train": "to train", "validation": "to validate", "test": "to test"}
_PREPARED: dict[Preparation, str] = {
    "none": "None: the network takes the raw values.",
    "standardize": "Each channel minus its mean, divided by its standard deviation",
    "normalize": "Each channel stretched so that its smallest value is 0 and its largest 1",
    "standardize+normalize": "Each channel standardized, and then stretched so that it lies from 0 to 1",
    "power": "Each channel by a power transform (Yeo-Johnson) that makes it most nearly normal, then standardized",
    "robust": "Each channel minus its median, divided by its interquartile range",
}
_SMALL_GAP = 0.01
_FITTED = ", fitted on the training windows without their overlap; it is a part of the model."


def facts(result: Result, told: Mapping[str, Any], spec: RunSpec) -> list[tuple[str, str]]:
    """Lines for the head of the page: a name and a sentence each."""
    protocol, source, words = result.protocol, result.provenance, str(result.protocol)
    people, samples = protocol.shared_people, protocol.shared_samples
    ledger = str(result.ledger)
    sides = [f"{protocol.windows[side]:,} {word}" for side, word in _SIDES.items() if protocol.windows.get(side)]
    compiled = sum(result.compile_seconds)
    found = {
        "Data": one_line(source.source) if source.source else "",
        "Channels": f"{channels_with_units(source.channels, source.units, 100)}." if source.channels else "",
        "Windows": f"{', '.join(sides)}." if sides else "",
        "Window": f"{sized(source.length, source.rate_hz)}." if source.length and source.rate_hz else "",
        "Left out": "; ".join(f"{what}: {n:,}" for what, n in left_out(source.dropped)),
        "Preparation": preparation(spec) if result.has_epochs else "",
        "Protocol": f"{words[:1].upper()}{words[1:]}.",
        "Shared by training and test": f"{counted(people, 'person', 'people')}, {counted(samples, 'raw sample')}.",
        "Test data used for": f"{ledger[:1].upper()}{ledger[1:]}.",
        "Between people": _between(told["people"]),
        **{
            f"{name[:1].upper()}{name[1:]}": f"{said[:1].upper()}{said[1:]}."
            for name, said in result.together().items()
        },
        "To compare": f"Always naming the commonest activity scores {100 * result.majority_accuracy:.1f} %.",
        "Network": f"{spec.model.name}, {counted(result.n_parameters, 'trainable parameter')}."
        if result.has_epochs
        else "",
        "Estimator": "" if result.has_epochs else f"{spec.model.name}; it has no epochs, and no model file is kept.",
        "Trained": result.executor,
        "Compilation": f"{compiled:.1f} s over all processes, apart from training; kept on disk for the next run."
        if compiled
        else "",
        "Finished": result.finished,
    }
    return [(name, sentence) for name, sentence in found.items() if sentence]


def scores(result: Result) -> list[dict[str, str]]:
    """Rows of the table of scores: title, mean, deviation over repeats, and both ends of the interval."""
    rows = []
    for name, sure in result.intervals().items():
        each, unit = result.tally.score(name), " %" if RANGES[name] == "share" else ""
        rows.append(
            {
                "title": TITLES[name],
                "value": f"{number(name, float(each.mean()))}{unit}",
                "sd": number(name, float(each.std())),
                "low": number(name, sure.low),
                "high": number(name, sure.high),
            }
        )
    return rows


def sure(result: Result) -> str:
    """What the intervals mean, and what the scores leave out."""
    found, told = result.intervals()["accuracy"], result.tally
    said = (
        f"Of 100 such intervals, each from {counted(found.n_people, 'other person', 'other people')}, about 95 hold "
        "the score of all people like them; people are drawn anew with all their windows, and repeats are averaged."
    )
    said += " ± is the deviation over repeats." if told.n_repeats > 1 else ""
    said += f" Doubt: {found.doubt}." if found.doubt else ""
    if told.absent:
        said += (
            f" Means over classes leave out what no test window is: {listed([words(name) for name in told.absent])}."
        )
    return said + " Kappa and MCC: 0 is guessing, 1 is all right. Log loss and Brier score: less is better."


def calibrated(result: Result) -> str:
    """The expected calibration error, in words; empty where no window has an answer."""
    found = result.reliability
    if not len(found.count):
        return ""
    side = "above" if found.gap > 0 else "below"
    by = f"its mean probability is {100 * abs(found.gap):.1f} points {side} its accuracy"
    how = "too sure" if found.gap > 0 else "not sure enough"
    how = "about as sure as it is right" if abs(found.gap) < _SMALL_GAP else how
    return (
        f"ECE {100 * found.ece:.1f} points: so far apart are a probability and the share of right answers, on average. "
        f"All in all the network is {how}: {by}."
    )


def preparation(spec: RunSpec) -> str:
    """The scaling, in words."""
    said = _PREPARED[spec.prepare]
    heads = [head.get("prepare") for head in spec.model.settings.get("heads", ()) if isinstance(head, dict)]
    own = " Some heads have a preparation of their own, see the settings." if any(heads) else ""
    return (said if spec.prepare == "none" else f"{said}{_FITTED}") + own


def usage(result: Result, place: str) -> str:
    """A few lines of Python that answer for windows; empty when no model is kept, or it is not known what it takes."""
    told = result.provenance
    if not (told.length and told.channels and result.has_epochs):
        return ""
    lists = {"classes": result.classes, "channels": told.channels, "units": told.units}
    rate = f", {told.rate_hz:g} samples a second" if told.rate_hz else ""
    return "\n".join(
        [
            "import numpy as np",
            "from stridenet import Predictor",
            "",
            f"folder = {place!r}  # where this page lies",
            *(f"{name} = {pformat(list(values), width=96, compact=True)}" for name, values in lists.items()),
            "",
            "predictor = Predictor.load(folder)",
            f"windows = np.zeros((1, {told.length}, {len(told.channels)}))  # yours: (window, time, channel){rate}",
            "probability = predictor.predict(windows)  # (window, class), in the order of classes",
            "print([classes[c] for c in probability.argmax(axis=1)])",
        ]
    )


def _between(people: Mapping[str, Mapping[str, float]]) -> str:
    if len(people) < 2:
        return ""
    ranked = sorted(people.items(), key=lambda item: item[1]["mean"])
    (worst, low), (best, high) = ranked[0], ranked[-1]
    return (
        f"From {100 * low['mean']:.1f} % (person {one_line(worst)}) to {100 * high['mean']:.1f} % "
        f"(person {one_line(best)})."
    )
