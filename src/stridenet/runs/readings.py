"""How often the same test people were read by different choices: a line each in a file beside the runs.

A choice is all that decides a figure but who is tested, how many repeats there are and which version trained them. The
same choice again adds nothing. A run that is taken away has still read its people, so lines are never taken away.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from stridenet.runs.resolve import FROM_PYTHON, Resolved
from stridenet.signals.windows import Windows
from stridenet.spec import digest
from stridenet.system.files import with_line
from stridenet.system.notes import Note, silent

FORMAT = 1
FILE = "readings.jsonl"


def add(out: Path, job: Resolved, choice: str, note: Note = silent) -> int:
    """Writes down that a choice reads the test people of a run; how many have read any of them by now.

    Args:
        out: the folder that holds runs.
        job: whose test people are read; where its data were read in another way they are still the same people.
        choice: names the choice, see :attr:`stridenet.runs.resolve.Resolved.choice`.
        note: told of lines that cannot be read.

    Raises:
        OutputError: the folder cannot be written.
    """
    own: dict[str, Any] = {
        "format": FORMAT,
        "data": _data(job),
        "people": sorted({str(one) for split in job.splits for one in np.unique(job.windows.group[split.test])}),
        "choice": choice,
    }
    lines = with_line(out / FILE, json.dumps(own, sort_keys=True))
    return len({line["choice"] for line in _understood(lines, out, note) if _same_people(line, own)})


def _data(job: Resolved) -> list[str]:
    """What the data is known by: its content, who did what when in it, and where it came from."""
    known = [digest(job.data), _truth(job.windows)]
    return known if job.spec.data.name == FROM_PYTHON else [*known, digest(["from", job.spec.data.name])]


def _truth(windows: Windows) -> str:
    """Who did what when: the same people are read, whatever was done to the samples."""
    content = hashlib.sha256("\n".join([*windows.classes, *windows.group]).encode())
    for one in (windows.y, windows.recording, windows.start):
        content.update(np.ascontiguousarray(one, "<i8").tobytes())
    return digest(["truth", content.hexdigest()])


def _same_people(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return not set(one["data"]).isdisjoint(other["data"]) and not set(one["people"]).isdisjoint(other["people"])


def _understood(lines: Sequence[str], out: Path, note: Note) -> Iterator[dict[str, Any]]:
    lost = 0
    for text in lines:
        try:
            line = json.loads(text)
            whole = line["format"] <= FORMAT and {"data", "people", "choice"} <= line.keys()
        except (ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if whole:
            yield line
        else:
            lost += bool(text.strip())
    if lost:
        note(f"{lost} of {len(lines)} lines of {out / FILE} cannot be read, and are not counted")
