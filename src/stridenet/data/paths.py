"""What lies at a path: a file, a folder or nothing; whatever else does is said in one sentence, at once."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from stridenet.errors import DataError, plain

_ODD = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_MOST_ENTRIES = 200_000
_DEEPEST = 50


def given(text: str | Path) -> Path:
    """A path as a user gives it, with ``~`` for the home folder; ``~`` and the name of nobody stays as it is."""
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def kind(path: Path) -> Literal["file", "folder", "nothing"]:
    """What lies at a path.

    Raises:
        DataError: a pipe, a device or a socket, which would be read for ever; a link that leads nowhere; a path that
            cannot be looked at.

    >>> kind(Path("nowhere.csv"))
    'nothing'
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise DataError(
                f"{plain(path)}: a link that leads nowhere; mend it, or put the file in its place."
            ) from None
        return "nothing"
    except (OSError, ValueError) as error:  # a zero byte is a ValueError
        raise unreadable(path, error) from None
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    what = _ODD.get(stat.S_IFMT(mode), "something else")
    raise DataError(f"{plain(path)}: {what}, not a regular file; save the data to a file and give that.")


def regular(path: Path) -> Path:
    """The path, if a regular file lies there.

    Raises:
        DataError: something else does, or nothing.
    """
    found = kind(path)
    if found != "file":
        what = "a folder, where a file is needed" if found == "folder" else "not there any more"
        raise DataError(f"{plain(path)}: {what}; rename it or move it away.")
    return path


def unreadable(path: Path | str, error: Exception) -> DataError:
    """What the system says of a path, as one sentence."""
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return DataError(f"{plain(path)}: cannot be read ({reason}); check the path and its permissions.")


def is_clutter(name: str) -> bool:
    """Whether a path is one that macOS adds to an archive: ``__MACOSX``, ``._name``."""
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1].startswith("._"))


def inside(folder: Path) -> Iterator[tuple[str, Path, bool]]:
    """All that lies in a folder and its sub-folders, also behind links, in the order of the names.

    Yields:
        The path within the folder, its parts apart by ``/``; the whole path; whether it is a folder.

    Raises:
        DataError: a sub-folder may not be entered; or there is more than any data set has, as on a whole disk.
    """
    for n, found in enumerate(_inside(folder, "", frozenset(), folder)):
        if n == _MOST_ENTRIES:
            raise DataError(
                f"folder {plain(folder)} holds more than {_MOST_ENTRIES:,} files; give the folder of the "
                "recordings alone."
            )
        yield found


def _inside(
    folder: Path, prefix: str, above: frozenset[tuple[int, int]], top: Path
) -> Iterator[tuple[str, Path, bool]]:
    if prefix.count("/") > _DEEPEST:
        raise DataError(f"folder {plain(top)} goes down more than {_DEEPEST} folders; give the one of the recordings.")
    try:
        state = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (OSError, ValueError) as error:
        raise unreadable(folder, error) from None
    here = (state.st_dev, state.st_ino)
    if here in above:  # a link back up: all of it is read already
        return
    for entry in entries:
        name, path = prefix + entry.name, Path(entry.path)
        if _is_folder(entry):
            yield name, path, True
            yield from _inside(path, f"{name}/", above | {here}, top)
        else:
            yield name, path, False


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that cannot be followed: said when it is wanted
        return False
