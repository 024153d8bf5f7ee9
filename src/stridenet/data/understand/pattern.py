"""What names of files say by a pattern that the user gives: ``{person}_{activity}_{trial}.csv``."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from stridenet.data.understand.words import sensor_named, words
from stridenet.errors import DataError, SettingError, short

_FIELDS = {
    "person": "person",
    "subject": "person",
    "user": "person",
    "activity": "activity",
    "label": "activity",
    "trial": "session",
    "session": "session",
    "recording": "session",
    "sensor": "sensor",
    "place": "place",
    "side": "side",
    "any": "any",
}


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of one file says; empty where it says nothing.

    Args:
        person: who.
        activity: what they do.
        session: which recording.
        side: ``"train"`` or ``"test"``.
        sensor: what was measured, as :data:`stridenet.data.understand.words.SENSORS` calls it.
        place: where it was worn.
        beside: the folder, without what names a sensor or a place; None where it is the file's own folder.
    """

    person: str = ""
    activity: str = ""
    session: str = ""
    side: str = ""
    sensor: str = ""
    place: str = ""
    beside: str | None = None


def compiled(pattern: str) -> tuple[re.Pattern[str], int]:
    """The pattern as a regular expression, and how many folders it speaks of.

    Raises:
        SettingError: an unknown field, or none at all.

    >>> expression, folders = compiled("{activity}/{person}_{trial}.csv")
    >>> expression.fullmatch("walk/anna_2").groupdict(), folders
    ({'activity': 'walk', 'person': 'anna', 'session': '2'}, 1)
    """
    text = pattern.strip().strip("/")
    found = re.split(r"\{(\w*)\}", text)
    expression, seen = "", set[str]()
    for i, part in enumerate(found):
        if i % 2 == 0:
            expression += re.escape(part).replace(r"\*", "[^/]*")
            continue
        field = _FIELDS.get(part.lower())
        if field is None:
            raise SettingError(
                f"--people-from {short(pattern)}: {{{part}}} is not known; use {{person}}, {{activity}}, {{trial}}, "
                "{sensor}, {place}, {side} or {any}."
            )
        if field == "any":
            expression += "[^/]*?"
        elif field in seen:
            expression += f"(?P={field})"
        else:
            seen.add(field)
            expression += f"(?P<{field}>[^/]+?)"
    if not seen:
        raise SettingError(
            f"--people-from {short(pattern)}: it names nothing; "
            "write for example {person}_{activity}_{trial}.csv."
        )
    return re.compile(re.sub(r"\\\.\w+$", "", expression)), text.count("/")


def fields_of(pattern: str) -> set[str]:
    """What a pattern names.

    >>> sorted(fields_of("{activity}/{subject}_{any}.csv"))
    ['activity', 'person']
    """
    return {_FIELDS[name.lower()] for name in re.findall(r"\{(\w*)\}", pattern) if name.lower() in _FIELDS} - {"any"}


def by_pattern(names: list[str], pattern: str) -> list[FileName]:
    """What each name says.

    Raises:
        DataError: a file whose name does not fit.
    """
    expression, folders = compiled(pattern)
    read = []
    for name in names:
        path = PurePosixPath(name)
        stem = re.sub(r"\.(?:csv|tsv|txt|json|parquet|xlsx)$", "", re.sub(r"\.gz$", "", path.name), flags=re.IGNORECASE)
        tail = "/".join([*path.parts[:-1][len(path.parts) - 1 - folders :], stem])
        found = expression.fullmatch(tail)
        if found is None:
            raise DataError(
                f"file {short(name, 200)}: its name does not fit --people-from {short(pattern)}; correct the pattern "
                "({any} stands for what tells nothing), or move the file away."
            )
        said = found.groupdict()
        if said.get("sensor"):
            said["sensor"] = sensor_named(words(said["sensor"]))
        read.append(FileName(**said))
    return read
