"""A source that is too large for the memory, read in parts: the same recordings and the same description.

What columns are is decided by a sample, all rows are written to the disk by person and recording, and what columns are
is decided again by all that was odd among them. Only where that says something else are the rows read once more.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stridenet.data.formats.batches import SIZE
from stridenet.data.large.made import converted, made, thinned
from stridenet.data.large.sample import Sample
from stridenet.data.large.spill import Spill, Spilt
from stridenet.data.large.stretches import Disk, cut_in_blocks
from stridenet.data.large.tables import NotInPartsError, Table, is_table
from stridenet.data.sheet import Sheet
from stridenet.data.source import File, Passed, files
from stridenet.data.understand.assemble import alike_channels, test_people, with_labels, with_people
from stridenet.data.understand.columns import Roles
from stridenet.data.understand.moments import joined
from stridenet.data.understand.pattern import FileName
from stridenet.data.understand.read import Judged, Own, describe, judged, no_label, placed, sheets_of
from stridenet.data.understand.stand_ins import refuse_stand_ins
from stridenet.data.understand.streams import Stream, stamps_of, words_for_none
from stridenet.data.understand.units import unit_doubts
from stridenet.errors import DataError, short, unknown_name
from stridenet.signals.recording import UNLABELLED
from stridenet.spec import ReadSpec

_SAMPLE = 1 << 18
"""Rows of all files together by which columns are understood."""
_MOST_TIMES = 4
"""Readings of all rows; more are not needed, for what is odd is remembered."""

Tell = Callable[[float], None]
"""Told which share of all is read."""


def read_in_parts(path: Path, said: ReadSpec, folder: Path, *, size: int = SIZE, tell: Tell = lambda _: None) -> Own:
    """Reads text tables whose rows no memory needs to hold.

    Args:
        path: a file, or a folder of files.
        said: what the user says of them; the rest is found out.
        folder: empty; the arrays of what is given back lie in it, mapped.
        size: bytes of a part.
        tell: told how far it is.

    Raises:
        NotInPartsError: what can only be read whole.
        DataError: what must not be guessed, or a file that is damaged or does not fit the others.
    """
    found, passed = files(path)
    tables, more, empty = [], list[Passed](), list[Passed]()
    for file in sorted(found, key=lambda one: -one.size)[:1]:
        _check_table(file)
    for file in found:
        if file.size <= size:  # what holds no samples is told of, as if all were read whole
            sheets, _, failed = sheets_of([file], said)
            more += failed
            if sheets and all(sheet.kind == "nothing" for sheet in sheets):
                empty += [Passed(sheet.name, sheet.why or "it holds no samples") for sheet in sheets]
                continue
            if failed:
                continue
            if any(sheet.kind == "annotations" for sheet in sheets):
                raise _needs_all(file.name)
        _check_table(file)
        tables.append(Table(file, size))
    return _Reading(path.name or str(path), said, tables, [*passed, *more, *empty], folder, tell).own()


def _check_table(file: File) -> None:
    if not is_table(file):
        raise NotInPartsError(
            f"{file.where} is no text table by itself, and is read whole; write it as CSV, or cut it into a file for "
            "each recording."
        )


def _needs_all(name: str) -> NotInPartsError:
    return NotInPartsError(
        f"file {short(name, 200)} is a table of labels, which needs all recordings at once; write the labels into a "
        "column of each file."
    )


@dataclass(eq=False)
class _Reading:
    source: str
    said: ReadSpec
    tables: Sequence[Table]
    passed: Sequence[Passed]
    folder: Path
    tell: Tell
    samples: dict[str, Sample] = field(default_factory=dict)
    none: Counter[str] = field(default_factory=Counter)
    notes: dict[str, list[str]] = field(default_factory=dict)

    def own(self) -> Own:
        """All steps."""
        known = self._judged_by_begins()
        for number in range(_MOST_TIMES):
            spill = Spill(self.folder / f"rows-{number}")
            spill.folder.mkdir()
            self._pass(known, spill)
            again = self._judged()
            if _plain(again) == _plain(known):
                known = _bare(again)
                self.samples, again = {}, known
                return self._made(known, spill)
            known = again
            spill.remove()
        raise NotInPartsError(
            f"{short(self.source, 200)}: its columns are one thing in one part and another in the next; say what they "
            "are with --channels, --label and --person."
        )

    def _judged_by_begins(self) -> Judged:
        """What the begins of all files say; where that must not be guessed, what all of them says."""
        each = max(256, _SAMPLE // len(self.tables))
        for table in self.tables:
            n_parts = max(1, table.file.size // table.size)
            self.samples[table.file.name] = sample = Sample(max(64, each // 4), max(16, each // n_parts))
            sample.take(next(table.parts(table.begin(len(self.tables)))))
        try:
            return self._judged()
        except NotInPartsError:
            raise
        except DataError:
            for table in self.tables:
                for part in table.parts():
                    self.samples[table.file.name].take(part)
            return self._judged()

    def _judged(self) -> Judged:
        sheets = [sample.sheet() for sample in self.samples.values()]
        known = judged(sheets, self.said, source=self.source, passed=self.passed)
        if known.later:
            error = unknown_name("column", known.later[0], {name for sheet in sheets for name in sheet.frame.columns})
            raise type(error)(f"file {short(sheets[0].name, 200)}: {error}")
        if known.tables:
            raise _needs_all(known.tables[0].name)
        if known.equal or known.copies:
            names = [name for name, _ in known.copies] or [sheet.name for sheet in sheets]
            raise NotInPartsError(f"file {short(names[-1], 200)} begins as another one does; move one of them away.")
        return known

    def _pass(self, known: Judged, spill: Spill) -> None:
        """All rows to the disk, once."""
        self.none, self.notes = Counter(), {}
        places = {sheet.name: (sheet, roles, name, moment) for sheet, roles, name, moment in placed(known)}
        total, before = sum(table.file.size for table in self.tables), 0
        for number, table in enumerate(self.tables):
            if table.file.name in places:
                self._pass_table(number, table, places[table.file.name], spill, before, total)
            before += table.file.size

    def _pass_table(
        self,
        number: int,
        table: Table,
        place: tuple[Sheet, Roles, FileName, str],
        spill: Spill,
        before: int,
        total: int,
    ) -> None:
        sheet, roles, name, moment = place
        timed = _timed(sheet, roles)
        notes = self.notes.setdefault(table.file.name, [])
        begin: pl.DataFrame | None = None
        for part in table.parts():
            if not part.frame.height:
                continue
            begin = part.frame.head(1) if begin is None else begin
            self.samples[table.file.name].take(part, roles)
            spill.add(number, part, begin, timed, name, moment)
            self.none.update(words_for_none([part], roles.one("label")))
            notes += part.notes
            self.tell((before + min(table.at, table.file.size)) / total)

    def _made(self, known: Judged, spill: Spill) -> Own:
        """Recordings of what lies on the disk."""
        opened = spill.open()
        streams, parts = [stream for stream, _ in opened], [part for _, part in opened]
        _refuse_moments(streams)
        refuse_stand_ins(streams)
        disk = Disk(self.folder)
        notes = [*no_label(self.none), *(note for some in self.notes.values() for note in some)]
        notes += joined(streams, gap_s=self.said.gap, even_hz=self.said.even, wanted=self.said.channels or ()).notes
        names = list(spill.labels)
        stand_ins = [_with_labels_of(stream, part, names) for stream, part in opened]
        stand_ins, label_source, told = with_labels(
            stand_ins, known.names, self.said, by_table=False, column=known.label
        )
        notes += told
        other = [column.name for column in known.columns if column.role != "channel"]
        streams, few, told = converted(streams, thinned(streams), self.said.unit, other, disk)
        notes += told
        streams, told = alike_channels(streams, known.skipped)
        notes += told
        streams, people, told = with_people(streams, known.names, self.source, self.said)
        notes += told
        codes = [part.codes for part in parts]
        cut = cut_in_blocks(streams, codes, self.said, disk)
        labels = {
            id(stream): dict(zip(_codes_in(part), stand_in.labels, strict=True)) if stand_in.labels is not None else {}
            for stream, part, stand_in in zip(streams, parts, stand_ins, strict=True)
        }
        recordings, active, changed = made(cut, labels, self.said, disk)
        testers, told = test_people(streams)
        notes += (
            cut.notes
            + told
            + changed
            + unit_doubts([replace(one, units=stream.units) for one, stream in zip(few, streams, strict=True)])
        )
        return Own(
            recordings,
            describe(known, streams, {}, people, label_source, notes, active, cut, self.said, self.source),
            testers,
        )


def _plain(known: Judged) -> list[Any]:
    """What columns are, without the words for it."""
    return [
        [(sheet.name, roles.channels) for sheet in roles.sheets]
        + [(name, column.role, column.channel, column.unit) for name, column in sorted(roles.found.items())]
        for roles in known.alike
    ]


def _bare(known: Judged) -> Judged:
    """The same without the rows of the samples."""
    few = [[replace(sheet, frame=sheet.frame.head(1).rechunk()) for sheet in roles.sheets] for roles in known.alike]
    return replace(known, alike=[replace(roles, sheets=some) for roles, some in zip(known.alike, few, strict=True)])


def _timed(sheet: Sheet, roles: Roles) -> Roles:
    """The roles with the unit of the time, as all rows say it; without a time where it only counts the samples."""
    name = roles.one("time")
    if name is None:
        return roles
    stamps = stamps_of(sheet, roles)
    if stamps is None:
        return Roles(roles.sheets, roles.said, {one: column for one, column in roles.found.items() if one != name})
    unit = {**roles.said.unit, name: stamps.unit}
    return Roles(roles.sheets, roles.said.model_copy(update={"unit": unit}), roles.found)


def _refuse_moments(streams: Sequence[Stream]) -> None:
    kinds: dict[tuple[object, ...], set[tuple[str, str]]] = {}
    for stream in streams:
        key = (stream.moment, stream.person, stream.session)
        kinds.setdefault(key, set()).add((stream.sensor, stream.place))
        if len(kinds[key]) > 1:
            raise NotInPartsError(
                f"{stream.where} is one of several sensors of one moment, which are joined in memory; read some of the "
                "recordings at a time."
            )
    if len({stream.channels for stream in streams}) > 1:
        raise NotInPartsError(
            f"{streams[-1].where} has other channels than {short(streams[0].name, 200)}, or in another order; name "
            "those that all have (--channels)."
        )


def _codes_in(part: Spilt) -> list[int]:
    return sorted(part.present | {UNLABELLED})


def _with_labels_of(stream: Stream, part: Spilt, names: Sequence[str]) -> Stream:
    """A stream of a few rows that has each label of a stream once, none too."""
    codes = _codes_in(part)
    texts = [None if code == UNLABELLED else names[code] for code in codes]
    rows = len(codes)
    return replace(
        stream,
        data=np.zeros((rows, len(stream.channels)), np.float32),
        seconds=None,
        lines=np.zeros(0, np.int64),
        breaks=(),
        labels=pl.Series(texts, dtype=pl.String) if part.codes is not None else None,
    )
