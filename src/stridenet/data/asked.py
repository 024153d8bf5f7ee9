"""Recordings that a model is to answer: read like any others, but what is missing in them is cut out, not refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from stridenet.data.load import _recordings, _windows
from stridenet.data.locate import find
from stridenet.signals.stretches import stretches
from stridenet.spec import ReadSpec
from stridenet.system.notes import Note

if TYPE_CHECKING:  # the readers are loaded by what needs them
    from stridenet.signals.recording import Recording


class _CuttingReadSpec(ReadSpec):
    """Rows with missing values are cut out, for no window may hold one."""

    cuts_missing: ClassVar[bool] = True


def unanswered(
    data: str, *, data_dir: Path | str | None = None, note: Note | None = None, **said: Any
) -> "Sequence[Recording]":
    """The unbroken recordings of a data set, by name, or of own files, by path, with labels or without.

    Of a data set that its authors have cut, windows that hold the same samples are put together again.

    Args:
        data: see :func:`stridenet.load_windows`.
        data_dir: where a named data set lies.
        note: told what a user should know.
        said: how own files are to be understood, see :class:`stridenet.spec.ReadSpec`.

    Raises:
        SettingError: something is said of how a known data set is to be understood.
        DataError: a file is damaged, or must not be guessed at.
    """
    dataset, path, asked = find(data, _CuttingReadSpec(**said), data_dir, download=True, note=note)
    if dataset is not None and dataset.read_windows is not None:
        return stretches(_windows(dataset, path, asked, note))
    if dataset is not None:
        return _recordings(dataset, path, asked, note)[0]
    from stridenet.data.own import load_own

    return load_own(path or Path(), asked, note)
