"""What is wrong with a result, or makes its figures say less than they seem to; each in a headline and a sentence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from stridenet.evaluation.protocol import OF_PEOPLE, Ledger
from stridenet.evaluation.result import NO_ANSWER, Result
from stridenet.signals.wording import counted, listed, short, words

FEW_WINDOWS = 50
"""Below so many test windows, one of them is more than two points of the accuracy; training needs as many at least."""
FEW_OF_A_CLASS = 10
"""Below so many windows, a class's figures are chance."""

READ_OFTEN = 5
"""From so many choices on that have read the same test people, the best figure is said to be chosen on them."""
_READ = "Read before."


class Alarm(NamedTuple):
    """Something that whoever reads a figure must know first."""

    headline: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.headline} {self.sentence}"


def alarms(result: Result) -> list[Alarm]:
    """All that is wrong, the worst first; nothing for a sound result."""
    said = [_broken, _too_good, _too_bad, _too_few, _untested, _read_before]
    return [alarm for one in said for alarm in one(result)]


def alarms_of_sweep(results: Sequence[Result], one: str = "setting") -> list[Alarm]:
    """What is wrong with a comparison: that the best of many is too good, then what is wrong with its results.

    Args:
        results: of the same data.
        one: what each of them is called.
    """
    n = len(results)
    found = []
    same_people = len({tuple(np.unique(result.group)) for result in results}) == 1
    if not same_people:
        found.append(
            Alarm(
                "Tested on other people.",
                f"Not every {one} was tested on the same people, so the figures differ by who was tested too, and do "
                f"not say which {one} is better. Whoever takes the best one has chosen on test people as well.",
            )
        )
    elif n > 1:
        ledger = Ledger(chose_settings=True, readings=max(n, *(result.ledger.readings for result in results)))
        found.append(
            Alarm(
                f"The best of {n} is too good.",
                f"All were tested on the same people: whoever takes the best {one} has chosen on the test people, and "
                f"its figure is no test any more ({ledger}). `stridenet sweep --select` chooses on training people.",
            )
        )
    each = [
        alarm for result in results for alarm in alarms(result) if n == 1 or not same_people or alarm.headline != _READ
    ]
    for headline, count in Counter(alarm.headline for alarm in each).items():
        same = {alarm.sentence for alarm in each if alarm.headline == headline}
        of_classes = headline.endswith(":")
        where = "" if count == n else f"in {count} of {n} {one}s, " if of_classes else f"In {count} of {n} {one}s. "
        differ = f"classes that differ from {one} to {one}." if of_classes else ""
        told = same.pop() if len(same) == 1 else differ
        found.append(Alarm(headline, f"{where}{told}".strip() or f"In every {one}."))
    return found


def _broken(result: Result) -> Iterator[Alarm]:
    if not result.diverged:
        return
    n, lost = len(result.seeds), int((result.predicted == NO_ANSWER).sum())
    which = "its only repeat" if n == 1 else f"{len(result.diverged)} of {n} repeats"
    seeds = f"seed{'' if len(result.diverged) == 1 else 's'} {listed([str(s) for s in result.diverged])}"
    answers = f" {counted(lost, 'answer')} {'is no number and counts' if lost == 1 else 'are no numbers and count'} "
    answers += "as wrong." if lost else ""
    yield Alarm(
        "The training diverged.",
        f"In {which} ({seeds}) the loss became NaN or infinite.{answers if lost else ''} "
        "Try a smaller learning rate, or standardized channels.",
    )


def _too_good(result: Result) -> Iterator[Alarm]:
    protocol, ledger = result.protocol, result.ledger
    if result.provenance.simulated:
        yield Alarm("Simulated data.", "A program made these signals. No figure here says anything about real people.")
    if protocol.kind == "random":
        yield Alarm(
            "Random split.",
            "The same people, and with overlapping windows the same samples, stand on both sides, so every figure "
            "here is too good. It says little about people never seen; split by person for that.",
        )
    elif protocol.kind in ("by-session", "by-time") and not protocol.shared_samples:
        if protocol.shared_people:
            yield Alarm(
                "People it knows.",
                f"{counted(protocol.shared_people, 'person trains and is', 'people train and are')} tested, in other "
                f"{'recordings' if protocol.kind == 'by-session' else 'moments'}: the figures say nothing of people "
                "never seen.",
            )
    elif protocol.shared_people or protocol.shared_samples:
        shared = (
            f"{counted(protocol.shared_people, 'person', 'people')} and {counted(protocol.shared_samples, 'sample')}"
        )
        stand = "stands" if (protocol.shared_people, protocol.shared_samples) == (1, 0) else "stand"
        yield Alarm("The test is not clean.", f"{shared} {stand} on both sides of the split.")
    if protocol.equal_windows:
        equal = counted(protocol.equal_windows, "test window")
        are = "or half of it, is" if protocol.equal_windows == 1 else "or halves of them, are"
        yield Alarm(
            "The test is not clean.",
            f"{equal}, {are} in the training too, sample by sample: a recording may be there twice under two names.",
        )
    if protocol.people_by and protocol.kind in OF_PEOPLE:
        yield Alarm(
            "People by their files.",
            f"People are taken from {protocol.people_by}: if one person is in several, that person trains and is "
            "tested, "
            "and every figure is too good. Name the column or the pattern that tells them apart.",
        )
    if not ledger.clean:
        yield Alarm("The test data was used before.", f"It was used for this: {ledger}. The figures are too good.")
    if protocol.validation_kind == "random":
        yield Alarm(
            "Random validation.",
            "Validation windows come from people who also train; the validation curves are too good.",
        )
    enough = len(result.y) >= FEW_WINDOWS and len(np.unique(result.y)) > 1
    if enough and min(result.accuracies) == 1 and not result.provenance.simulated:
        yield Alarm("Every answer is right.", "That is rare. Look whether a channel gives the class away.")


def _too_bad(result: Result) -> Iterator[Alarm]:
    majority, n = result.majority_accuracy, len(result.seeds)
    commonest = _name(result.classes[int(np.bincount(result.y).argmax())])
    if majority == 1:
        yield Alarm("One class only is tested.", f"Every test window is {commonest}, so nothing was told apart.")
    below = [a for a in result.accuracies if a <= majority < 1 or a < majority]
    if len(below) == n:
        yield Alarm(
            "No better than guessing.",
            f"Always naming the commonest class, {commonest}, scores {100 * majority:.1f} %; "
            f"this {_model(result)} {100 * float(np.mean(result.accuracies)):.1f} %.",
        )
    elif below:
        yield Alarm(
            f"{counted(len(below), 'repeat is', 'repeats are')} no better than guessing.",
            f"Always naming {commonest} scores {100 * majority:.1f} %; the worst repeat {100 * min(below):.1f} %.",
        )
    present = np.unique(result.y)
    silent = {c: int((result.confusions[:, :, c].sum(axis=1) == 0).sum()) for c in present}
    never = [_name(result.classes[c]) for c in present if silent[c] == n]
    sometimes = [f"{_name(result.classes[c])} ({silent[c]} of {n} repeats)" for c in present if 0 < silent[c] < n]
    if never:
        yield Alarm("Never named:", f"{listed(never)}. The {_model(result)} has not learnt {_it(never)}.")
    if sometimes:
        yield Alarm("Not named by every repeat:", f"{listed(sometimes)}.")


def _too_few(result: Result) -> Iterator[Alarm]:
    n, training = len(result.y), result.protocol.windows.get("train", 0)
    if n < FEW_WINDOWS:
        yield Alarm(
            "Few test windows.",
            f"{counted(n, 'window was', 'windows were')} tested: one more right or wrong moves the accuracy by "
            f"{100 / n:.1f} points.",
        )
    if 0 < training < max(FEW_WINDOWS, FEW_OF_A_CLASS * len(result.classes)):
        yield Alarm("Few training windows.", f"{counted(training, 'window')} for {_classes(result)}.")
    counts = result.protocol.windows
    dropped, kept = result.provenance.dropped, max(sum(counts.values()) if result.n_folds == 1 else n, n)
    lost = dropped.get("mixed", 0) + dropped.get("unlabelled", 0)
    if kept and lost > kept:
        yield Alarm("Most windows were left out.", f"{counted(lost, 'window')} left out, {kept:,} kept.")
    if kept and (too_short := dropped.get("short_recordings", 0)) > kept:
        yield Alarm(
            "Most recordings were left out.",
            f"{counted(too_short, 'recording was', 'recordings were')} shorter than a window, and "
            f"{counted(kept, 'window is', 'windows are')} left. Look at the samples' times, or cut shorter windows.",
        )
    if kept and dropped.get("tail_samples", 0) > kept * result.provenance.length > 0:
        yield Alarm(
            "Most samples were left out.",
            f"{counted(dropped['tail_samples'], 'sample')} at the ends of recordings did not fill a window.",
        )


def _untested(result: Result) -> Iterator[Alarm]:
    support = np.bincount(result.y, minlength=len(result.classes))
    names = [_name(name) for name in result.classes]
    absent = [name for name, n in zip(names, support, strict=True) if n == 0]
    rare = [f"{name} ({n})" for name, n in zip(names, support, strict=True) if 0 < n < FEW_OF_A_CLASS]
    if absent:
        yield Alarm(
            "Not tested:", f"{listed(absent)}. No test person has {_it(absent)}; no figure here tells of {_it(absent)}."
        )
    if untaught := result.protocol.untaught:
        of = [f"{_name(name)} ({counted(n, 'test window')})" for name, n in untaught.items()]
        yield Alarm(
            "Tested, and not trained:",
            f"{listed(of)}. Nobody who trained {'there ' if result.n_folds > 1 else ''}has {_it(list(untaught))}, so "
            "these windows count as wrong.",
        )
    if rare and len(result.y) >= FEW_WINDOWS:
        yield Alarm("Hardly tested:", f"{listed(rare)}, in windows.")
    people = result.protocol.people
    if len(np.unique(result.group)) == 1:
        yield Alarm(
            "One test person only.", "Another person may give quite another figure; nothing here tells how far off."
        )
    if len(people.get("train", ())) == 1 and result.protocol.kind in OF_PEOPLE:
        yield Alarm("One training person only.", "The network knows one way of moving.")


def _model(result: Result) -> str:
    return "network" if result.has_epochs else "model"


def _read_before(result: Result) -> Iterator[Alarm]:
    n = result.ledger.readings
    if n < 2:
        return
    read = f"These test people were read by {n} different choices in this folder of runs"
    if n < READ_OFTEN:
        yield Alarm(_READ, f"{read}: take the better figure, and a little luck is in it.")
    else:
        yield Alarm(
            _READ,
            f"{read}: the best of {n} figures was chosen on them, and is too good. Choose on training people with "
            "`stridenet sweep --select`, which reads them once.",
        )


def _name(name: str) -> str:
    return short(words(name), 40)


def _it(names: list[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _classes(result: Result) -> str:
    return counted(len(result.classes), "class", "classes")
