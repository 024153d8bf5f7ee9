"""Data sets by name, and anyone's own files by path: found, read once, kept in the cache, cut into windows."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stridenet.data.locate import check_size, find, locate, refuse_said, source_of
from stridenet.data.sets.table import info
from stridenet.errors import SettingError, short
from stridenet.spec import ReadSpec
from stridenet.system.notes import Note, silent

if TYPE_CHECKING:  # NumPy and the readers are loaded by what needs them
    from collections.abc import Sequence

    from stridenet.data import own as own_files
    from stridenet.data.sets.dataset import Dataset
    from stridenet.data.understand.description import Description
    from stridenet.signals.recording import Recording
    from stridenet.signals.windows import LabelRule, Windows
    from stridenet.system.cache import Stored

_OWN_LENGTH_S = 2.56  # of people's own files, when they ask for nothing: what UCI HAR's authors chose
_SHOWN = 3  # classes in a note


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """Data, read.

    Args:
        windows: cut.
        recordings: that they were cut from; None for a data set that its authors have cut.
        description: what own files were taken for; None for a known data set.
        place: where own files lie.
    """

    windows: "Windows"
    recordings: "list[Recording] | None" = None
    description: "Description | None" = None
    place: Path | None = None


def fetch(name: str, *, data_dir: Path | str | None = None, note: Note | None = None) -> Path | None:
    """Where a data set lies on this machine; downloads it into the cache first when it is nowhere.

    Looked for in ``data_dir``, then where the environment variable ``STRIDENET_DATA`` points, then in the cache.

    Args:
        name: from :func:`names`.
        data_dir: a folder that holds the data set's archive or folder, or is it.
        note: told the terms before a download.

    Returns:
        An archive or a folder; None when there is nothing to fetch, as for ``"simulated"``.

    Raises:
        DataMissingError: it is nowhere, and cannot be downloaded.
    """
    dataset = info(name)
    return None if dataset.simulated else locate(dataset, data_dir, download=True, note=note)


def load_windows(
    data: Any,
    *,
    data_dir: Path | str | None = None,
    length: int | None = None,
    step: int | None = None,
    length_s: float | None = None,
    step_s: float | None = None,
    labels: "LabelRule" = "majority",
    purity: float = 0.5,
    download: bool = True,
    note: Note | None = None,
    **said: Any,
) -> "Windows":
    """Windows of a data set, by its name, or of anyone's own files, by their path.

    With nothing said of length and step they are the data set's own; own files get 2.56 s with half overlap. A length
    alone brings a step of half of it. A data set that its authors have cut already is given as they cut it, and only
    so. What is read is kept in the cache under the content of its source.

    Args:
        data: a name from :func:`names`; or the path of own recordings, of any form that docs/your-data.md names; or
            of a description of them (``lab.toml``); or of a folder or archive that holds a known data set, which is
            recognised by its files; or a data frame or an array, see :func:`read`.
        data_dir: where a named data set lies; see :func:`fetch`.
        length: samples in a window.
        step: samples from one start to the next.
        length_s: seconds in a window, instead of ``length``.
        step_s: seconds from one start to the next, instead of ``step``.
        labels: the label of a window that holds several; see :func:`stridenet.signals.windows.cut`.
        purity: share of a window that its majority label must cover.
        download: whether a data set that is nowhere may be downloaded.
        note: told what a user should know: the terms, where the data came from, what was guessed of own files.
        said: how own files are to be understood, see :class:`stridenet.spec.ReadSpec`: ``label="what"``.

    Raises:
        UnknownNameError: neither a known name nor a path.
        DataMissingError: the data set is nowhere, and cannot be downloaded.
        DataError: a file is damaged or lacks something.
        SettingError: a length or step that the data cannot have.

    >>> load_windows("simulated").x.shape[1:]
    (128, 9)
    """
    return load_with_recordings(
        data,
        data_dir=data_dir,
        length=length,
        step=step,
        length_s=length_s,
        step_s=step_s,
        labels=labels,
        purity=purity,
        download=download,
        note=note,
        **said,
    ).windows


def load_with_recordings(
    data: Any,
    *,
    data_dir: Path | str | None = None,
    length: int | None = None,
    step: int | None = None,
    length_s: float | None = None,
    step_s: float | None = None,
    labels: "LabelRule" = "majority",
    purity: float = 0.5,
    download: bool = True,
    note: Note | None = None,
    **said: Any,
) -> "Loaded":
    """The windows of :func:`load_windows`, the recordings that they were cut from, and what these were taken for.

    >>> loaded = load_with_recordings("simulated")
    >>> len(loaded.recordings or ()) == len(loaded.windows.recordings)
    True
    """
    from stridenet.data import pack
    from stridenet.signals.windows import cut

    if not isinstance(data, (str, Path)):
        own: own_files.Recordings | None = read(data, note=note, **said)
        dataset, path, asked = None, None, ReadSpec()
        source = own.description.source if own else ""
    else:
        own = None
        dataset, path, asked = find(str(data), ReadSpec(**said), data_dir, download=download, note=note)
        source = source_of(dataset, path)
    if dataset is not None and dataset.read_windows is not None:
        cut_already = _windows(dataset, path, asked, note)
        if labels != "majority" or purity != 0.5:
            raise SettingError(
                f"{dataset.name} gives each window one label already: labels={labels!r} and purity={purity} cannot be "
                "applied; leave them out, or use hapt, the recordings that its windows were cut from."
            )
        sizes = (("length", length, length_s, dataset.length), ("step", step, step_s, dataset.step))
        for what, samples, seconds, usual in sizes:
            check_size(dataset, what, samples, seconds, usual)
        return Loaded(pack.with_source(cut_already, source))

    if dataset is None:
        own = own or _own(path, asked, note)
        recordings, digest, own_length, own_step = list(own), own.digest, own.length, own.length
    else:
        recordings, digest = _recordings(dataset, path, asked, note)
        own_length, own_step = dataset.length, dataset.step
    if length is None and length_s is None:
        length, length_s = own_length, None if own_length else _OWN_LENGTH_S
        if step is None and step_s is None:
            step = own_step
    testers = _there(own.test_groups if own else dataset.test_groups if dataset else (), recordings)
    windows = cut(
        recordings,
        length=length,
        step=step,
        length_s=length_s,
        step_s=step_s,
        labels=labels,
        purity=purity,
        test_groups=testers,
    )
    if dataset is None:
        _tell_classes_without_windows(windows, recordings, note or silent)
        _tell_people_too_short(windows, recordings, note or silent)
    simulated = dataset is not None and dataset.simulated
    whole = pack.with_source(windows, source, digest, simulated=simulated)
    if own is not None:
        whole = replace(whole, reading=own.reading)
    return Loaded(whole, recordings, own.description if own else None, path if own else None)


def read(
    source: Any,
    y: "Sequence[Any] | None" = None,
    groups: "Sequence[Any] | None" = None,
    *,
    note: Note | None = None,
    **said: Any,
) -> "own_files.Recordings":
    """Own recordings, understood: with what every file and column was taken for, and why.

    Args:
        source: a path; a data frame (pandas, polars, PyArrow); an array of (time, channel), a recording; or one of
            (window, time, channel).
        y: the labels of an array's windows.
        groups: the people of an array's windows.
        note: told what was guessed, left out or odd.
        said: what the user knows, see :class:`stridenet.spec.ReadSpec`: ``label="what"``, ``rate_hz=50``.

    Raises:
        DataError: what must not be guessed; or files that are damaged or do not fit each other.

    >>> import numpy as np
    >>> read(np.random.default_rng(0).normal(size=(100, 3)), rate_hz=50)[0].duration_s
    2.0
    """
    from stridenet.data.own import loaded_of, tell
    from stridenet.data.understand.read import understood_or_cut

    spec = ReadSpec(**said)
    if isinstance(source, (str, Path)):
        dataset, path, spec = find(str(source), spec, None, download=True, note=note)
        if dataset is not None:
            raise SettingError(f"{dataset.name} is a known data set; load_recordings({str(source)!r}) reads it.")
        return _own(path, spec, note)
    from stridenet.data.given import of_arrays, sheet_of
    from stridenet.data.sheet import Sheet

    given = (
        of_arrays(source, y, groups, spec)
        if hasattr(source, "__array__") and not hasattr(source, "columns")
        else sheet_of(source)
    )
    known = loaded_of(
        understood_or_cut([given], spec, source=given.name) if isinstance(given, Sheet) else [given], spec
    )
    tell(known.description, note or silent)
    return known


def load_recordings(
    data: str,
    *,
    data_dir: Path | str | None = None,
    download: bool = True,
    note: Note | None = None,
    **said: Any,
) -> "list[Recording]":
    """The unbroken recordings of a data set, by name, or of own files, by path; see :func:`load_windows`.

    They know where they came from and whom their authors keep for testing, and so do windows that are cut from them.

    Raises:
        SettingError: the data set is already cut into windows.

    >>> load_recordings("simulated")[0].rate_hz
    50.0
    """
    from stridenet.signals.known import Known

    dataset, path, asked = find(data, ReadSpec(**said), data_dir, download=download, note=note)
    source = source_of(dataset, path)
    if dataset is None:
        own = _own(path, asked, note)
        testers, reading = own.test_groups, own.reading
        return Known(own, source=source, digest=own.digest, test_groups=testers, reading=reading)
    recordings, digest = _recordings(dataset, path, asked, note)
    testers = _there(dataset.test_groups, recordings)
    return Known(recordings, source=source, digest=digest, test_groups=testers, simulated=dataset.simulated)


def _there(people: "Sequence[str]", recordings: "Sequence[Recording]") -> tuple[str, ...]:
    """Those of these people of whom there are recordings."""
    recorded = {recording.group for recording in recordings}
    return tuple(person for person in people if person in recorded)


def _own(path: Path | None, said: ReadSpec, note: Note | None) -> "own_files.Recordings":
    from stridenet.data.own import load_own

    return load_own(path or Path(), said, note)


def _recordings(
    dataset: "Dataset", path: Path | None, said: ReadSpec, note: Note | None
) -> "tuple[list[Recording], str]":
    """Recordings of a known data set, and what identifies their content."""
    from stridenet.data import pack

    refuse_said(dataset, said)
    if dataset.read_recordings is None:
        raise SettingError(
            f"{dataset.name} comes as windows that are already cut, not as recordings; use hapt for the recordings "
            "that they were cut from."
        )
    if path is None:
        recordings = dataset.read_recordings(Path(), note or silent)
        return recordings, pack.digest_of_settings(dataset.name, dataset.version)
    stored = _read(dataset, path, note)
    return pack.unpack_recordings(stored), str(stored.meta["digest"])


def _windows(dataset: "Dataset", path: Path | None, said: ReadSpec, note: Note | None) -> "Windows":
    """Windows of a known data set whose authors have cut it."""
    from stridenet.data import pack

    refuse_said(dataset, said)
    return pack.unpack_windows(_read(dataset, path, note))


def _read(dataset: "Dataset", path: Path | None, note: Note | None) -> "Stored":
    """What the reader gives, from the cache when this content has been read before."""
    from stridenet.data import fetch, pack, seen
    from stridenet.system import heap
    from stridenet.system.cache import load_or_make

    place = path or Path()
    content = seen.digest(place, dataset.wanted)
    fetch.check(dataset, place, content)

    @heap.kept()
    def make() -> "Stored":
        (note or silent)(f"reading {dataset.name} from {place}; the next time it comes from the cache.")
        if dataset.read_windows is not None:
            return pack.pack_windows(dataset.read_windows(place))
        if dataset.read_recordings is not None:
            said: list[str] = []
            packed = pack.pack_recordings(dataset.read_recordings(place, said.append))
            packed.meta["said"] = said
            return packed
        raise TypeError(f"data set {dataset.name!r} has no reader.")

    stored = load_or_make(f"{dataset.name}-{dataset.version}-{content[:40]}", make, note=note)
    for line in stored.meta.get("said", ()):  # a fault of the file is one whenever it is used
        (note or silent)(line)
    return stored


def _tell_classes_without_windows(windows: "Windows", recordings: "list[Recording]", note: Note) -> None:
    """A label that a cut file or a slip of the hand made is one more output of the network."""
    if not len(windows):
        return
    held = set(windows.y.tolist())
    lost = [
        f"{short(name)} ({sum(int((r.labels == c).sum()) for r in recordings)} samples)"
        for c, name in enumerate(windows.classes)
        if c not in held
    ]
    if lost:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        note(
            f"no window has the label {', '.join(lost[:_SHOWN])}{more}, so nothing can be learnt of it; correct it in "
            "the file if it is none."
        )


def _tell_people_too_short(windows: "Windows", recordings: "list[Recording]", note: Note) -> None:
    """A person whom a slip of the hand made, or of whom hardly anything was recorded."""
    longest: dict[str, int] = {}
    for recording in recordings:
        longest[recording.group] = max(longest.get(recording.group, 0), len(recording.data))
    lost = [f"{short(who)} (at most {n} samples)" for who, n in sorted(longest.items()) if n < windows.x.shape[1]]
    if lost:
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        note(
            f"no recording is as long as a window of the person {', '.join(lost[:_SHOWN])}{more}; choose a shorter "
            "window, or correct the file if it is none."
        )
