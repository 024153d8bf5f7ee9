"""A source read: every file understood, every moment joined, every stretch a recording, and all of it told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stridenet.data.formats.registry import read
from stridenet.data.sheet import Cases, Sheet
from stridenet.data.source import File, Passed, files
from stridenet.data.understand import people as who
from stridenet.data.understand.annotations import (
    Intervals,
    intervals_of,
    is_annotations,
    labelled,
    of_files,
    tells_of_files,
)
from stridenet.data.understand.assemble import (
    active,
    alike_channels,
    named,
    recordings_of,
    test_people,
    with_labels,
    with_people,
)
from stridenet.data.understand.columns import Roles
from stridenet.data.understand.copies import without_copies
from stridenet.data.understand.description import Column, Description, Taken
from stridenet.data.understand.finish import finished
from stridenet.data.understand.moments import joined, moment_of
from stridenet.data.understand.names import Names, read_names
from stridenet.data.understand.pattern import FileName
from stridenet.data.understand.pieces import Cut, cut_streams
from stridenet.data.understand.sheets import understood
from stridenet.data.understand.stand_ins import refuse_stand_ins
from stridenet.data.understand.streams import Stream, streams_of, words_for_none
from stridenet.data.understand.turns import by_sensor
from stridenet.data.understand.units import in_said_units, unit_doubts, used_units
from stridenet.data.understand.wide import wide_cases
from stridenet.errors import DataError, DataMissingError, short, unknown_name
from stridenet.signals.recording import Recording
from stridenet.spec import ReadSpec

CONVENTION = "a table has one row per sample and columns of numbers"
_TABULAR = (".csv", ".tsv", ".parquet", ".pq", ".xlsx", ".ts", ".npy", ".npz", ".json", ".jsonl", ".ndjson")
"""What is a recording by its name: one that is damaged is refused, and not passed over beside others."""


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """Own recordings, read.

    Args:
        recordings: all of one rate, with the same channels and classes.
        description: what everything was taken for.
        test_groups: the people that folders named ``test`` hold.
    """

    recordings: list[Recording]
    description: Description
    test_groups: tuple[str, ...] = ()


def read_own(path: Path, said: ReadSpec | None = None) -> "Own | list[Cases]":
    """Reads a file, a folder or an archive of own recordings.

    Args:
        path: where they lie.
        said: what the user says of them; the rest is found out.

    Returns:
        The recordings; or cases, where the source holds windows that came cut.

    Raises:
        DataMissingError: nothing at that path, or nothing that can be read.
        DataError: what must not be guessed, or a file that is damaged or does not fit the others.
    """
    found, passed = files(path)
    if not found and passed:
        raise _nothing_to_read(path.name or str(path), [(one.name, one.why) for one in passed])
    if not found:
        raise DataMissingError(f"{short(str(path), 200)} holds no file; put tables there: {CONVENTION}.")
    sheets, cases, more = sheets_of(found, said or ReadSpec())
    passed = [*passed, *more]
    if cases and not any(sheet.kind == "samples" for sheet in sheets):
        passed += [Passed(sheet.name, sheet.why or "it holds no series") for sheet in sheets]
        return _cases_with(cases, passed)
    passed += [Passed(one.name, "it holds windows that came cut; read it apart from recordings") for one in cases]
    return understood_or_cut(sheets, said or ReadSpec(), source=path.name or str(path), passed=passed)


def understood_or_cut(
    sheets: Sequence[Sheet], said: ReadSpec, *, source: str, passed: Sequence[Passed] = ()
) -> "Own | list[Cases]":
    """Recordings of sheets; or their rows as windows, where the user says that they are (``wide``)."""
    if said.wide:
        passed = [*passed, *(Passed(one.name, one.why or "no rows") for one in sheets if one.kind == "nothing")]
        if not any(sheet.kind == "samples" for sheet in sheets):
            raise _nothing_to_read(source, [(one.name, one.why) for one in passed])
        return _cases_with(wide_cases(sheets, said), passed)
    return understand(sheets, said, source=source, passed=passed)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What sheets hold, before anything is made of their rows.

    Args:
        alike: the sheets with the roles of their columns.
        columns: all columns, equal ones once.
        names: what the names of the files say.
        tables: the tables of labels.
        skipped: sheets and files that are left out, and why.
        equal: what is told of files that hold the same.
        copies: the files that were read once under another name, and why.
        later: names of channels that the user says and no column has.
    """

    alike: list[Roles]
    columns: tuple[Column, ...]
    names: Names
    tables: list[Intervals]
    skipped: list[tuple[str, str]]
    equal: list[str]
    copies: list[tuple[str, str]]
    later: tuple[str, ...] = ()

    @property
    def held(self) -> list[Sheet]:
        """The sheets that are read."""
        return [sheet for roles in self.alike for sheet in roles.sheets]

    @property
    def label(self) -> str:
        """The column of the label, as it is named in messages."""
        return next((c.name for c in self.columns if c.role == "label"), "NAME")


def judged(sheets: Sequence[Sheet], said: ReadSpec, *, source: str, passed: Sequence[Passed] = ()) -> Judged:
    """What sheets, their columns and their names are.

    Raises:
        DataError: what must not be guessed, or nothing that can be read.
    """
    skipped = [(one.name, one.why) for one in passed]
    skipped += [(sheet.name, sheet.why or "it holds no samples") for sheet in sheets if sheet.kind == "nothing"]
    tables = [intervals_of(sheet) for sheet in sheets if sheet.kind != "nothing" and is_annotations(sheet)]
    samples = [sheet for sheet in sheets if sheet.kind == "samples" and not is_annotations(sheet)]
    of_each = [sheet for sheet in samples if tells_of_files(sheet, [one.name for one in samples])]
    tables += [of_files(sheet) for sheet in of_each]
    samples = [sheet for sheet in samples if sheet not in of_each]
    samples, copies, equal = without_copies(samples)
    later = _check_said(samples, said)
    if later:
        channels = None if set(later) & set(said.channels or ()) else said.channels
        drop = tuple(name for name in said.drop if name not in later)
        said = said.model_copy(update={"channels": channels, "drop": drop})
    by_name = read_names(
        [sheet.name for sheet in samples], pattern=said.people_from, has_person=False, has_label=bool(tables)
    )
    alike, columns, more = understood(
        samples, said, labelled_by_name=bool(tables) or any(one.activity for one in by_name.files)
    )
    skipped += copies + more
    if not alike:
        raise _nothing_to_read(source, skipped)
    held = [sheet for roles in alike for sheet in roles.sheets]
    has_person = all(roles.one("person") or all(s.person for s in roles.sheets) for roles in alike) or any(
        table.person for table in tables
    )
    has_label = any(roles.one("label") or any(s.label for s in roles.sheets) for roles in alike) or bool(tables)
    names = read_names(
        [sheet.name for sheet in held], pattern=said.people_from, has_person=has_person, has_label=has_label
    )
    return Judged(alike, columns, names, tables, skipped, equal, copies, later)


def understand(sheets: Sequence[Sheet], said: ReadSpec, *, source: str, passed: Sequence[Passed] = ()) -> Own:
    """Recordings of sheets, and what everything was taken for."""
    sheets = by_sensor(sheets, [name for name in (said.session, said.person, said.label, *said.drop) if name])
    known = judged(sheets, said, source=source, passed=passed)
    streams = _streams(known)
    refuse_stand_ins(streams)
    notes = [*known.equal, *no_label(_none(known)), *(note for sheet in known.held for note in sheet.notes)]
    together = joined(streams, gap_s=said.gap, even_hz=said.even, wanted=said.channels or ())
    streams = together.streams
    if known.later:
        streams = named(streams, said, known.later, {column.name for column in known.columns})
    streams, told = labelled(streams, known.tables)
    notes += together.notes + told
    streams, label_source, told = with_labels(
        streams, known.names, said, by_table=bool(known.tables), column=known.label
    )
    notes += told
    streams, told = in_said_units(streams, said.unit, [c.name for c in known.columns if c.role != "channel"])
    notes += told
    streams, told = alike_channels(streams, known.skipped)
    notes += told
    streams, people, told = with_people(streams, known.names, source, said)
    notes += told
    cut = cut_streams(streams, said)
    recordings, changed = finished(recordings_of(cut), said)
    testers, told = test_people(streams)
    notes += cut.notes + told + changed + unit_doubts(streams)
    described = describe(
        known, streams, together.left_out, people, label_source, notes, active(recordings), cut, said, source
    )
    return Own(recordings, described, testers)


def describe(
    known: Judged,
    streams: Sequence[Stream],
    left_out: Mapping[str, str],
    people: Taken,
    labels: Taken,
    notes: Sequence[str],
    active: dict[str, set[str]],
    cut: Cut,
    said: ReadSpec,
    source: str,
) -> Description:
    """All that was found out, in one."""
    columns = [
        replace(column, role="left out", why=left_out[column.channel or column.name], channel="")
        if column.role == "channel" and (column.channel or column.name) in left_out
        else column
        for column in known.columns
    ]
    return Description(
        source=source,
        forms=tuple(dict.fromkeys(sheet.form for sheet in known.held)),
        columns=used_units(columns, streams),
        people=people,
        labels=labels,
        n_files=len({sheet.name for sheet in known.held}),
        passed=tuple(known.skipped),
        notes=tuple(dict.fromkeys([*notes, *who.damaged_names(active)])),
        doubts=tuple(who.doubts(active, by_name=people.grade != "certain", pattern=people.pattern)),
        said=said,
        clocks=tuple(cut.clocks),
    )


def sheets_of(found: Sequence[File], said: ReadSpec) -> tuple[list[Sheet], list[Cases], list[Passed]]:
    """All that the files hold; one of them that cannot be read does not stop the others, unless it is one of theirs."""
    sheets: list[Sheet] = []
    cases: list[Cases] = []
    failed: list[tuple[File, DataError]] = []
    for file in found:
        try:
            for one in read(file, layout=said.layout):
                if isinstance(one, Cases):
                    cases.append(one)
                else:
                    sheets.append(one)
        except DataError as error:
            failed.append((file, error))
    tables = [error for file, error in failed if file.suffix in _TABULAR]
    if failed and (tables or not (sheets or cases)):
        raise (tables or [failed[0][1]])[0]
    return sheets, cases, [Passed(file.name, str(error)) for file, error in failed]


def _cases_with(cases: list[Cases], passed: Sequence[Passed]) -> list[Cases]:
    """Cases that tell what lay beside them."""
    if not passed:
        return cases
    shown = "; ".join(f"{short(one.name, 60)} ({one.why.rstrip('.')})" for one in passed[:4])
    more = f"; and {len(passed) - 4} more" if len(passed) > 4 else ""
    first = cases[0]
    return [replace(first, notes=(*first.notes, f"files passed over: {shown}{more}")), *cases[1:]]


def _check_said(sheets: Sequence[Sheet], said: ReadSpec) -> tuple[str, ...]:
    """Refuses a column that is named and is in no file; channels may have names that joining gives them.

    Returns:
        Names of channels that are no columns.
    """
    names = {name for sheet in sheets for name in sheet.frame.columns}
    plainly = {"".join(name.lower().split()) for name in names}
    for name in (said.time, said.label, said.person, said.session):
        if name is not None and names and "".join(name.lower().split()) not in plainly:
            error = unknown_name("column", name, names)
            where = f"file {short(sheets[0].name, 200)}" if len(sheets) == 1 else f"{len(sheets)} tables"
            raise type(error)(f"{where}: {error}")
    called = {one.channel for sheet in sheets for one in sheet.known.values()}
    asked = [*(said.channels or ()), *said.drop]
    return tuple(name for name in asked if "".join(name.lower().split()) not in plainly and name not in called)


def _none(known: Judged) -> Counter[str]:
    words: Counter[str] = Counter()
    for roles in known.alike:
        words.update(words_for_none(roles.sheets, roles.one("label")))
    return words


def no_label(words: Counter[str]) -> list[str]:
    """What is told of words that stand for no label."""
    said = ", ".join(f"{short(word) if word else 'empty cells'} ({n})" for word, n in sorted(words.items()))
    return [f"labels that say that there is none, so their samples are unlabelled: {said}"] if words else []


def _nothing_to_read(source: str, skipped: Sequence[tuple[str, str]]) -> DataError:
    if len(skipped) == 1:
        name, why = skipped[0]
        return DataError(f"file {short(name, 200)} is no recording: {why.rstrip('.')}; {CONVENTION}.")
    seen = "; ".join(f"{short(name, 60)}: {why.rstrip('.')}" for name, why in skipped[:3])
    more = f"; and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    return DataError(f"{short(source, 200)} holds no recording ({seen}{more}); {CONVENTION}.")


def _streams(known: Judged) -> list[Stream]:
    return [one for sheet, roles, file, moment in placed(known) for one in streams_of(sheet, roles, file, moment)]


def placed(known: Judged) -> list[tuple[Sheet, Roles, FileName, str]]:
    """Each sheet with its roles, what its name says, and its moment."""
    found = []
    sheets = [(roles, sheet) for roles in known.alike for sheet in roles.sheets]
    for (roles, sheet), file in zip(sheets, known.names.files, strict=True):
        moment = moment_of(sheet.name, file, sheet.session, sheet.sensor, sheet.place)
        found.append((sheet, roles, replace(file, side=sheet.side or file.side), moment))
    return found
