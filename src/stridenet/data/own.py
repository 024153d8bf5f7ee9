"""Own recordings, by path, as a frame or as arrays: understood, read once, then from the cache."""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from stridenet.data import pack, seen
from stridenet.data.large.read import read_in_parts
from stridenet.data.large.tables import NotInPartsError
from stridenet.data.paths import kind
from stridenet.data.sheet import Cases
from stridenet.data.understand.cases import recordings_of_cases
from stridenet.data.understand.description import Description, from_plain
from stridenet.data.understand.read import Own, read_own
from stridenet.errors import DataError, short
from stridenet.signals.cards import Card
from stridenet.signals.reading import Reading
from stridenet.signals.recording import Recording
from stridenet.signals.wording import channels_with_units
from stridenet.spec import ReadSpec
from stridenet.system.cache import Stored, cache_folder, load_or_make
from stridenet.system.files import scratch
from stridenet.system.machine import free_memory
from stridenet.system.notes import Note, in_tenths, silent

VERSION = 3
"""To be raised when what is read of own files changes, so that no old cache entry is used."""
_WORTH_KEEPING = 4 << 20
"""Bytes: smaller sources are read as fast as the cache is."""
LARGE = 1 << 27
"""Bytes of a source that is read in parts: whole, it takes several times its size in memory."""
PART = 1 << 25
"""Bytes that are read at a time."""
_TIMES = 8
"""Bytes of memory for each byte of a source that is read whole."""
_ON_DISK = 1.5
"""The same on the disk, of one that is read in parts: the rows, and the cache's entry."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Recordings(Sequence[Recording]):
    """Own recordings with all that is known of them; a sequence of recordings.

    Args:
        items: all of one rate, with the same channels and classes.
        description: what everything was taken for.
        test_groups: the people that the source itself keeps for testing.
        length: samples of each recording, where they are windows that came cut.
        digest: identifies the content.
    """

    items: Sequence[Recording]
    description: Description
    test_groups: tuple[str, ...] = ()
    length: int | None = None
    digest: str = ""

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Recording: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Recording]: ...
    def __getitem__(self, index: int | slice) -> Recording | Sequence[Recording]:
        return self.items[index]

    def __iter__(self) -> Iterator[Recording]:
        return iter(self.items)

    @property
    def reading(self) -> Reading:
        """What is told of them wherever they go."""
        one = self.description
        return Reading(
            "" if one.people.grade == "certain" else one.people.what, one.doubts, tuple(told(one)), one.plain()
        )

    def __repr__(self) -> str:
        return str(self._card())

    def _repr_html_(self) -> str:
        return self._card().html()

    def _card(self) -> Card:
        one = self.items[0] if self.items else None
        people = sorted({recording.group for recording in self.items})
        facts = [
            ("source", self.description.source),
            ("people", f"{len(people)}, from {self.description.people.what}"),
            (
                "labels",
                f"{', '.join(one.classes) if one and one.classes else 'none'}, from {self.description.labels.what}",
            ),
            ("length", f"{sum(recording.duration_s for recording in self.items):.4g} s"),
        ]
        if one:
            facts.append(("channels", channels_with_units(one.channels, one.units)))
            facts.append(("rate", f"{one.rate_hz:g} Hz"))
        return Card(f"Recordings: {len(self.items)}", [*facts, *(("note", line) for line in told(self.description))])


def load_own(path: Path, said: ReadSpec, note: Note | None = None) -> Recordings:
    """Own files, read or from the cache; what is odd about them is noted either way.

    Raises:
        DataError: see :func:`stridenet.data.understand.read.read_own`.
    """
    if _size(path) < _WORTH_KEEPING:
        loaded = _read(path, said)
    else:
        content = seen.digest(path, re.compile(""))
        asked = json.dumps(said.model_dump(mode="json"), sort_keys=True)
        key = hashlib.sha256(f"{content} {asked} {said.cuts_missing} {VERSION}".encode()).hexdigest()[:40]

        def make() -> Stored:
            (note or silent)(f"reading {path}; the next time it comes from the cache.")
            fresh = _read_large(path, said, stack, note or silent) if _size(path, LARGE) >= LARGE else _read(path, said)
            packed = pack.pack_recordings(list(fresh))
            packed.meta["own"] = {
                "description": fresh.description.plain(),
                "test_groups": list(fresh.test_groups),
                "length": fresh.length,
            }
            return packed

        with ExitStack() as stack:  # what is read in parts lies in a folder until the cache holds it
            stored = load_or_make(f"own-{key}", make, note=note)
        kept = stored.meta["own"]
        loaded = Recordings(
            pack.unpack_recordings(stored),
            from_plain(kept["description"]),
            tuple(kept["test_groups"]),
            kept["length"],
            str(stored.meta["digest"]),
        )
    tell(loaded.description, note or silent)
    return loaded


def tell(description: Description, note: Note) -> None:
    """Says what was guessed, left out, passed over or odd."""
    for line in told(description):
        note(line)


def told(description: Description) -> list[str]:
    """What a user must know of how a source was read, each a sentence."""
    lines = [f"{line}." for line in description.guesses]
    out = [c for c in description.of("left out") if c.why != "you said so"]
    if out:
        listed = list(dict.fromkeys(f"{c.name or '(no name)'} ({c.why})" for c in out))
        shown = "; ".join(listed[:6])
        more = f"; and {len(listed) - 6} more" if len(listed) > 6 else ""
        lines.append(f"columns left out: {shown}{more}.")
    if description.passed:
        shown = "; ".join(f"{name} ({why.rstrip('.')})" for name, why in description.passed[:4])
        more = f"; and {len(description.passed) - 4} more" if len(description.passed) > 4 else ""
        lines.append(f"files passed over: {shown}{more}.")
    return [*lines, *(f"{line.rstrip('.')}." for line in description.notes)]


def loaded_of(own: "Own | Sequence[Cases]", said: ReadSpec) -> Recordings:
    """Recordings or cases, with their digest."""
    if isinstance(own, Own):
        return Recordings(own.recordings, own.description, own.test_groups, None, pack.digest_of(own.recordings))
    recordings, description, testers, length = recordings_of_cases(list(own), said)
    return Recordings(recordings, description, testers, length, pack.digest_of(recordings))


def _read(path: Path, said: ReadSpec) -> Recordings:
    return loaded_of(read_own(path, said), said)


def _read_large(path: Path, said: ReadSpec, stack: ExitStack, note: Note) -> Recordings:
    """Read in parts; what can only be read whole is, where there is memory for it."""
    size = _size(path, None)
    _check_disk(path, size)
    folder = stack.enter_context(scratch(cache_folder() / "read"))
    try:
        own = read_in_parts(path, said, folder, size=PART, tell=in_tenths(note, f"reading {path.name}"))
    except NotInPartsError:
        if size * _TIMES > free_memory():
            raise
        return _read(path, said)
    return Recordings(own.recordings, own.description, own.test_groups)


def _check_disk(path: Path, size: int) -> None:
    """Refuses what the cache's disk has no room for, before hours are spent on it."""
    place = cache_folder()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < _ON_DISK * size:
        raise DataError(
            f"{short(str(path), 200)} has {size / 1e9:.1f} GB and needs {_ON_DISK * size / 1e9:.1f} GB of the disk "
            f"while it is read, but {place} has {free / 1e9:.1f} GB left; make room, or set STRIDENET_CACHE to a "
            "folder on another disk."
        )


def _size(path: Path, enough: int | None = _WORTH_KEEPING) -> int:
    """Bytes of a file or of a folder's files, which are not counted beyond enough."""
    if kind(path) == "file":
        return path.stat().st_size
    total = 0
    for file in path.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:
            continue
        if enough is not None and total >= enough:
            break
    return total
