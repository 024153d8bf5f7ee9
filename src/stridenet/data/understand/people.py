"""Who the people are: the same person however written, and whether names of files can be trusted to be people."""

import re
from collections.abc import Collection, Iterable, Sequence

from stridenet.data.formats.cells import POINT
from stridenet.data.understand import words as known
from stridenet.data.understand.words import is_activity, words
from stridenet.errors import short


def canonical(name: str) -> str:
    """What is the same for 1, 01 and 1.0, and for P1, p1 and P01.

    >>> canonical("01"), canonical("1.0"), canonical("P01"), canonical(" p1"), canonical("anna")
    ('1', '1', 'p1', 'p1', 'anna')
    """
    text = re.sub(r"\.0+$", "", name.strip().lower())
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[\s_-]+", "", text))


def merged(people: Iterable[str]) -> dict[str, str]:
    """For each way in which a person is written, the one that is used: the shortest, then the first by its letters."""
    groups: dict[str, list[str]] = {}
    for name in sorted(set(people), key=lambda one: (len(one), one)):
        groups.setdefault(canonical(name), []).append(name)
    return {name: names[0] for names in groups.values() for name in names}


def damaged_names(people: dict[str, set[str]]) -> list[str]:
    """A sentence about people and labels that hold signs nobody types, as those of a damaged file do.

    Args:
        people: the labels of each.
    """
    names = sorted({*people, *(label for labels in people.values() for label in labels)})
    odd = [short(name, 40) for name in names if not name.isprintable() or "\ufffd" in name]
    return [f"names hold signs that cannot be shown, as of a damaged file: {', '.join(odd[:4])}"] if odd else []


def doubts(people: dict[str, set[str]], *, by_name: bool, pattern: str) -> list[str]:
    """Why names of files or folders must not be split as people, each as a sentence that says what to type.

    Args:
        people: the labels of each.
        by_name: whether the people are known by the names of files or folders alone.
        pattern: how the files are named, where known.
    """
    if not by_name or len(people) < 2:
        return []
    names = sorted(people)
    shown = ", ".join(short(name, 30) for name in names[:3])
    say = (
        f'if they are people, say so (--people-from "{_said(pattern)}"); else name the column that tells people apart '
        "(--person COLUMN), or ask for --protocol by-session"
    )
    if all(name.lower() in known.SIDES for name in names):
        return [f"the people {shown} look like sides of a split, not people; {say}"]
    if all(set(words(name)) <= set(known.SENSORS) | known.PLACES for name in names):
        return [f"the people {shown} look like sensors or places on the body; {say}"]
    if all(is_activity(name) for name in names):
        return [f"the people {shown} look like activities; {say}"]
    if all(known.DATE_NAME.fullmatch(name) or set(words(name)) <= known.DAYS for name in names):
        return [f"the people {shown} look like days; {say}"]
    if all(known.TRIAL_NAME.fullmatch(name) or set(words(name)) <= known.TRIALS for name in names):
        return [f"the people {shown} look like recordings, of which one person may have several; {say}"]
    labelled = [labels for labels in people.values() if labels]
    if labelled and all(len(labels) == 1 for labels in labelled) and len(set.union(*labelled)) > 1:
        return [f"each of the people {shown} has one activity only, as if they were recordings; {say}"]
    return []


def _said(pattern: str) -> str:
    return pattern if "{person}" in pattern else "{person}.csv"


def odd_numbers(labels: Iterable[str]) -> list[str]:
    """What is told where some labels are numbers and others words: a slip of the hand, most likely.

    >>> odd_numbers({"walk", "sit", "0.01"}), odd_numbers({"1", "2"})
    (["some labels are words and others numbers ('0.01'); correct them in the file if that is a slip"], [])
    """
    numbers = sorted(label for label in labels if re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", label))
    if not numbers or len(numbers) == len(set(labels)):
        return []
    shown = ", ".join(short(label, 30) for label in numbers[:3])
    return [f"some labels are words and others numbers ({shown}); correct them in the file if that is a slip"]


def minus_one(labels: Collection[str]) -> list[str]:
    """What is told of a label -1 beside 0, 1, 2: many programs write it where there is none.

    >>> minus_one({"-1", "0", "1"}), minus_one({"-1", "1"})
    (["label '-1' is a class of its own beside '0', '1'; empty its cells if it stands for no label"], [])
    """
    others = sorted({*labels} - {"-1"}, key=lambda label: (len(label), label))
    if "-1" not in labels or len(others) < 2 or not all(label.isdecimal() for label in others):
        return []
    shown = ", ".join(short(label, 30) for label in others[:3])
    return [f"label '-1' is a class of its own beside {shown}; empty its cells if it stands for no label"]


def alike_labels(labels: Iterable[str]) -> dict[str, list[str]]:
    """Labels that differ by capitals and blanks only, by what they share.

    >>> alike_labels(["Walk", "walk", "sit"])
    {'walk': ['Walk', 'walk']}
    """
    groups: dict[str, list[str]] = {}
    for label in sorted(set(labels)):
        groups.setdefault(re.sub(r"[\s_-]+", " ", label.strip().lower()), []).append(label)
    return {key: names for key, names in groups.items() if len(names) > 1}


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels in the order of classes: numbers by their value, then words by their letters.

    >>> in_order(["walk", "10", "9", "inf"])
    ('9', '10', 'inf', 'walk')
    """

    def place(label: str) -> tuple[int, float, str]:
        return (0, float(label), label) if re.match(POINT, label) else (1, 0.0, label)

    return tuple(sorted(set(labels), key=place))


def contradictions(of: Sequence[tuple[str, str, set[str]]]) -> list[str]:
    """Files whose own label says something else than their name.

    Args:
        of: each file's name, the activity that it speaks of, and the labels in it.
    """
    told = []
    for name, activity, labels in of:
        said = {label for label in labels if is_activity(label)}
        if activity and len(said) == 1 and not _same(activity, next(iter(said))):
            told.append(
                f"{short(name, 100)} is labelled {short(next(iter(said)))} inside, and its name says {short(activity)}"
            )
    return told


def _same(one: str, other: str) -> bool:
    a, b = canonical(one), canonical(other)
    return a in b or b in a or a[:3] == b[:3]
