"""What the names of files and folders say by themselves: people, activities, recordings, sensors, sides."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from stridenet.data.understand import words as known
from stridenet.data.understand.description import Taken
from stridenet.data.understand.doing import Part, give_activities
from stridenet.data.understand.pattern import FileName, by_pattern, fields_of
from stridenet.data.understand.words import is_activity, words
from stridenet.errors import StridenetError

_WITHOUT = re.compile(r"(?<=[^\W\d_])(?:[\W_]*(?:raw)?[\W_]*data)?(?:[\W_]*\d[\d\W_]*)?$", re.IGNORECASE)
"""What follows an activity in a name and is no part of it: a number, ``RawData``."""
_SPLIT = re.compile(r"([_\-\s.,()+]+)")
_ARCHIVE = re.compile(r"\.(?:zip|tar|tgz|tar\.(?:gz|bz2|xz)|csv|txt|json|jsonl|xlsx?)$", re.IGNORECASE)
"""Of archives, and of files that hold several tables."""
_CODE = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{6,}", re.IGNORECASE)
"""What programs number files with."""


@dataclass
class Names:
    """What all names say together.

    Args:
        files: what each says.
        people: where the people come from.
        labels: where the labels come from.
        doubt: why the people must not be trusted.
    """

    files: list[FileName]
    people: Taken = field(default_factory=lambda: Taken("nobody is named"))
    labels: Taken = field(default_factory=lambda: Taken("nothing is labelled"))
    doubt: str = ""


def read_names(names: Sequence[str], *, pattern: str | None, has_person: bool, has_label: bool) -> Names:
    """What names say of people, activities, recordings and sensors.

    Args:
        names: paths within the source, of files that hold samples.
        pattern: what the user says of them.
        has_person: whether the files themselves name people.
        has_label: whether the files themselves hold labels.
    """
    if pattern is not None:
        return _completed(names, pattern, has_person=has_person, has_label=has_label)
    recordings = _recordings(names)
    parts = [_parts(name, recordings) for name in names]
    for one in parts:
        _give_evident(one)
    give_activities(parts)
    people = Taken("a column") if has_person else _give_people(parts, has_label=has_label)
    if not has_label and not any(_value(one, "activity") for one in parts):
        _give_crossing(parts)
    _give_constant(parts)
    files = [_file_name(one) for one in parts]
    pattern = _fitting(_pattern(parts), names, files)
    if people.grade == "likely":
        people = replace(people, pattern=pattern)
    labels = Taken("nothing is labelled")
    if any(one.activity for one in files):
        where = "folders" if any(p.is_folder for one in parts for p in one if p.role == "activity") else "files"
        labels = Taken(f"the {where}' names", "they speak of activities", "likely", pattern)
    return Names(files, people, labels)


def _completed(names: Sequence[str], pattern: str, *, has_person: bool, has_label: bool) -> Names:
    """What the user's pattern says, and where it is silent what the names say by themselves."""
    files = by_pattern(list(names), pattern)
    fields = fields_of(pattern)
    guessed = read_names(names, pattern=None, has_person=has_person or "person" in fields, has_label=has_label)
    silent = [name for name in ("activity", "side", "sensor", "place") if name not in fields]
    apart = fields & {"sensor", "place"}
    if not apart and "session" not in fields:
        silent.append("session")
    people = any(one.person for one in guessed.files) and not all(
        other.person in (one.activity, one.sensor, one.place, one.session)
        for one, other in zip(files, guessed.files, strict=True)
    )
    if people and "person" not in fields:
        silent.append("person")
    done = [
        replace(one, **{name: getattr(other, name) for name in silent}, beside=None if apart else other.beside)
        for one, other in zip(files, guessed.files, strict=True)
    ]
    said = Taken(f"the names, {pattern}", "you said so", "certain", pattern)
    return Names(
        done,
        said if "person" in fields else guessed.people if people else Taken("nobody is named"),
        said if "activity" in fields else guessed.labels,
    )


def _parts(name: str, recordings: Set[PurePosixPath]) -> list[Part]:
    """Folders, then the pieces of the file's name; a number stays with the word before it that it numbers."""
    path = PurePosixPath(re.sub(r"\.gz$", "", name))
    folders = [Part(_ARCHIVE.sub("", folder), True) for folder in path.parts[:-1]]
    if folders and path.parent in recordings:
        folders[-1:] = _pieces(folders[-1].text, is_folder=True)
    return [*folders, *_pieces(path.stem, is_folder=False)]


def _recordings(names: Sequence[str]) -> set[PurePosixPath]:
    """Folders, or archives, that are a recording each, for their files are named after sensors; they have its name."""
    paths = [PurePosixPath(name) for name in names]
    found = {path.parent for path in paths if all(_is_sensor(words(piece)) for piece in _SPLIT.split(path.stem))}
    return {folder for folder in found if " " not in folder.name}


def _pieces(stem: str, *, is_folder: bool) -> list[Part]:
    dates = known.DATE_WITHIN.findall(stem)
    pieces: list[Part] = []
    before = ""
    for token in _SPLIT.split(known.DATE_WITHIN.sub("\0", stem)):
        if not token or _SPLIT.fullmatch(token):
            before += token
            continue
        for i, text in enumerate(_unglued(token.replace("\0", dates.pop(0), 1) if "\0" in token else token)):
            last = pieces[-1].text if pieces else ""
            numbers = text.isdigit() or (len(text) == 1 and text.isalpha())
            if numbers and last.isalpha() and last.lower() != "run" and _is_numbered(last):
                pieces[-1].text += f"{before}{text}"
            else:
                pieces.append(Part(text, is_folder, before="" if i else before, goes_on=bool(pieces)))
            before = ""
    return pieces


def _is_numbered(word: str) -> bool:
    return word.lower() in known.TRIALS or known.PERSON_NAME.fullmatch(f"{word}1") is not None


def _unglued(piece: str) -> list[str]:
    """A person and what was done, written as one: ``S1walk`` or ``walkP01``."""
    for i in range(1, len(piece)):
        one, other = piece[:i], piece[i:]
        if piece[i].isdigit() and piece[i - 1].isdigit():
            continue
        for who, what in ((one, other), (other, one)):
            if what.isalpha() and is_activity(what) and known.PERSON_NAME.fullmatch(who):
                return [one, other]
    return [piece]


def _is_sensor(pieces: Sequence[str]) -> bool:
    return all(piece in known.SENSORS or piece in ("data", "raw", "linear", "uncalibrated") for piece in pieces)


def _side(text: str) -> str:
    """The side that a folder such as ``train`` or ``Training Data`` is for; empty where it is for none."""
    return known.SIDES.get("".join(word for word in words(text) if word not in ("data", "set", "daten")), "")


def _give_evident(parts: Sequence[Part]) -> None:
    """Roles that a part has by itself: side, sensor, place, trial, date, person."""
    for i, part in enumerate(parts):
        text = part.text
        pieces = words(text)
        if _side(text) and (part.is_folder or i == 0):
            part.role = "side"
        elif _is_sensor(pieces):
            part.role = "sensor" if any(w in known.SENSORS for w in pieces) else "constant"
        elif "".join(pieces) in known.SENSORS:
            part.role = "sensor"
        elif pieces and all(w in known.PLACES for w in pieces):
            part.role = "place"
        elif known.PERSON_NAME.fullmatch(text):
            part.role = "person"
        elif (
            known.TRIAL_NAME.fullmatch(text)
            or known.DATE_NAME.fullmatch(text)
            or _CODE.fullmatch(text)
            or (pieces and all(word in known.DAYS or word.isdigit() for word in pieces) and not text.isdigit())
            or (len(pieces) == 2 and pieces[0] in known.TRIALS and len(pieces[1]) == 1)
        ):
            part.role = "session"


def _give_people(parts: Sequence[Sequence[Part]], *, has_label: bool) -> Taken:
    """People by names like p01 or user_3, by a folder each, or by a number or a name that the files begin with."""
    if all(any(part.role == "person" for part in one) for one in parts):
        for one in parts:
            for part in [part for part in one if part.role == "person"][1:]:
                part.role = "any"
        where = "folders" if all(any(p.role == "person" and p.is_folder for p in one) for one in parts) else "files"
        return Taken(f"the {where}' names", "they look like people", "likely")
    for one in parts:
        for part in one:
            if part.role == "person":
                part.role = "session"
    if not has_label and _give_repeated(parts):
        return Taken("the files' names", "the same are in several folders", "likely")
    if _give_level(parts, folders=True):
        return Taken("the folders' names", "there is one for each", "likely")
    if _give_level(parts, folders=False):
        return Taken("the files' names", "they begin with it", "likely")
    return Taken("nobody is named")


def _give_repeated(parts: Sequence[Sequence[Part]]) -> bool:
    """Words that are the names of files in most of several folders are people; what they did is told by the folders."""
    rows = [[part for part in one if part.role == ""] for one in parts]
    if not all(len(row) == 2 and row[0].is_folder and not row[1].is_folder and row[1].text.isalpha() for row in rows):
        return False
    folders, people = {row[0].text for row in rows}, {row[1].text for row in rows}
    if len(folders) < 2 or len(people) < 2 or len(rows) < 0.75 * len(folders) * len(people):
        return False
    for row in rows:
        row[1].role = "person"
    return True


def _give_level(parts: Sequence[Sequence[Part]], *, folders: bool) -> bool:
    """Takes the first level of folders, or of pieces of names, that could be people and says more than the files do."""
    rows = [[part for part in one if part.is_folder is folders] for one in parts]
    depth = min(len(row) for row in rows)
    uneven = not folders and len({len(row) for row in rows}) > 1
    for level in range(min(depth, 1) if uneven else depth):
        column = [row[level] for row in rows]
        values = {part.text for part in column}
        if len(values) < 2 or any(part.role for part in column):
            continue
        if not folders and all(part.text.isdigit() and part.goes_on for part in column):
            continue  # a number behind a name counts recordings
        alone = not folders and depth == 1
        if not folders and not alone and len(values) == len(parts) and not all(v.isalpha() for v in values):
            continue  # a number of each file is no person
        if alone and (len(values) == len(parts) or all(value.isdigit() for value in values)):
            return False
        for part in column:
            part.role = "person"
        return True
    return False


def _give_crossing(parts: Sequence[Sequence[Part]]) -> None:
    """A level of folders that the people go through is what they did, in whatever language."""
    if not all(any(part.role == "person" for part in one) for one in parts):
        return
    rows = [[part for part in one if part.is_folder and part.role == ""] for one in parts]
    if not all(len(row) == 1 and not row[0].text.isdigit() for row in rows):
        return
    who: dict[str, set[str]] = {}
    for one, row in zip(parts, rows, strict=True):
        who.setdefault(row[0].text, set()).add(_value(one, "person"))
    everyone = set().union(*who.values())
    if len(who) > 1 and sum(len(people) for people in who.values()) >= 1.5 * len(everyone):
        for row in rows:
            row[0].role = "activity"


def _give_constant(parts: Sequence[Sequence[Part]]) -> None:
    """What stands in all names tells no recording from another: ``log_walk``, ``Raw Data``."""
    shared = set.intersection(*({part.text for part in one} for one in parts)) if len(parts) > 1 else set()
    for one in parts:
        for part in one:
            if part.role in ("", "session", "any") and part.text in shared:
                part.role = "constant"


def _value(parts: Sequence[Part], role: str) -> str:
    return "_".join(part.text for part in parts if part.role == role)


def _file_name(parts: Sequence[Part]) -> FileName:
    sensors = [words(part.text) for part in parts if part.role == "sensor"]
    return FileName(
        person=_value(parts, "person"),
        activity=_WITHOUT.sub("", _value(parts, "activity")),
        session="/".join(
            part.text
            for part in parts
            if part.role not in ("person", "activity", "sensor", "place", "side", "constant")
        ),
        side=next((_side(part.text) for part in parts if part.role == "side"), ""),
        sensor=known.sensor_named(sensors[-1]) if sensors else "",
        place=_value(parts, "place"),
        beside="/".join(part.text for part in parts if part.is_folder and part.role not in ("sensor", "place")),
    )


def _pattern(parts: Sequence[Sequence[Part]]) -> str:
    """How all files are named, as ``--people-from`` takes it; empty where they differ too much."""
    patterns = set()
    constant = set.intersection(*({part.text for part in one} for one in parts)) if parts else set()
    for one in parts:
        shown = [
            (f"{{{part.role}}}" if part.role in ("person", "activity", "sensor", "place", "side") else part.text)
            if part.role or part.text in constant
            else "{any}"
            for part in one
        ]
        shown = ["{trial}" if part.role == "session" else text for part, text in zip(one, shown, strict=True)]
        pieces = [f"{'' if part.goes_on else '/'}{part.before}{text}" for part, text in zip(one, shown, strict=True)]
        patterns.add("".join(pieces).removeprefix("/"))
    return patterns.pop() if len(patterns) == 1 else ""


def _fitting(pattern: str, names: Sequence[str], files: Sequence[FileName]) -> str:
    """The pattern, where it says of the names what was found in them; else nothing."""
    try:
        read = by_pattern(list(names), pattern) if pattern else []
    except StridenetError:
        return ""
    fields = ("person", "activity", "sensor", "place", "side")
    same = (
        all(
            getattr(one, name) in ("", getattr(other, name))
            for one, other in zip(read, files, strict=True)
            for name in fields
        )
        if read
        else False
    )
    return pattern if same else ""
