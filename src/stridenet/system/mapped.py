"""Arrays that lie in a file and are mapped, not read: where they lie, so that another process can map them too."""

import mmap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class InFile:
    """An array in a file.

    Args:
        path: the file.
        offset: bytes before the array.
        dtype: as NumPy writes it.
        shape: the array's.
    """

    path: str
    offset: int
    dtype: str
    shape: tuple[int, ...]

    def open(self) -> Array:
        """The array, mapped read-only; nothing of it is read yet."""
        return np.memmap(self.path, self.dtype, "r", self.offset, self.shape).view(np.ndarray)


def in_file(array: Array) -> InFile | None:
    """Where an array lies; None where it is in memory, or not in one piece, or its file is gone.

    >>> in_file(np.zeros(3)) is None
    True
    """
    root = _root(array)
    if root is None or root.filename is None or not array.flags.c_contiguous:
        return None
    if not Path(root.filename).is_file():
        return None
    offset = root.offset + _address(array) - _address(root)
    return InFile(str(root.filename), offset, array.dtype.str, array.shape)


def will_need(arrays: Iterable[Array]) -> None:
    """Tells the system that these arrays are read soon, so that it fetches them meanwhile; nothing waits."""
    _advise(arrays, "MADV_WILLNEED")


def at_random(arrays: Iterable[Array]) -> None:
    """Tells the system that single places of these arrays are read, so that it fetches nothing around them."""
    _advise(arrays, "MADV_RANDOM")


def _advise(arrays: Iterable[Array], what: str) -> None:
    for array in arrays:
        root = _root(array)
        if root is None or not array.size or not hasattr(mmap, what):
            continue
        whole: Any = root.base
        begin = root.offset % mmap.ALLOCATIONGRANULARITY + _address(array) - _address(root)
        page = begin - begin % mmap.PAGESIZE
        whole.madvise(getattr(mmap, what), page, begin + array.nbytes - page)


def forget(*arrays: Array) -> None:
    """Tells the system that these arrays are not read again soon: mapped pages no longer count as our memory.

    Nothing is lost: what is read again comes from the file, and what was written is kept.
    """
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    for array in arrays:
        root = _root(array)
        whole: mmap.mmap | None = getattr(root, "_mmap", None)
        if root is None or whole is None or not array.size:
            continue
        low, high = np.lib.array_utils.byte_bounds(array)
        begin = root.offset % mmap.ALLOCATIONGRANULARITY - _address(root)
        page = (begin + low) // mmap.PAGESIZE * mmap.PAGESIZE
        whole.madvise(mmap.MADV_DONTNEED, page, begin + high - page)


def _root(array: Array) -> "np.memmap[Any, Any] | None":
    """The mapped array that this one is a view onto."""
    at: Any = array
    while isinstance(at, np.ndarray):
        base: Any = at.base
        if isinstance(at, np.memmap) and isinstance(base, mmap.mmap):
            return at
        at = base
    return None


def _address(array: Array) -> int:
    return int(array.__array_interface__["data"][0])
