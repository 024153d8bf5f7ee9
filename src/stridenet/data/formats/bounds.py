"""How much may come out of an archive, and one sentence for whatever is wrong with one."""

import errno
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stridenet.data.paths import unreadable
from stridenet.errors import DataError, StridenetError, plain

MEMBER = 1 << 30
"""Bytes of the largest file in an archive: twenty times the largest of any known data set."""
_ANYHOW = 64 << 20
"""Bytes that any archive may give."""
_RATIO = 200
"""Bytes for each byte of an archive: text of numbers gives 5 to 20."""
DEEPEST = 3
"""Archives within archives: UCI packs a zip into a zip."""

_DAMAGE: tuple[type[Exception], ...] = (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, zlib.error, struct.error)
_DAMAGE += (EOFError, ValueError, LookupError, OverflowError)
_DAMAGE += (NotImplementedError, RuntimeError)  # a zip's unknown compression, or its password


class Allowance:
    """Bytes that may still come out of an archive.

    Args:
        path: the archive, whose size decides.
    """

    def __init__(self, path: Path) -> None:
        self._left = max(_ANYHOW, _RATIO * path.stat().st_size)

    def take(self, size: int, where: str) -> None:
        """Counts bytes before they are read.

        Raises:
            DataError: more than is sensible.
        """
        if not 0 <= size <= min(MEMBER, self._left):
            raise DataError(
                f"{where}: {size:,} bytes would come out, more than is sensible for this archive; it is damaged or "
                "made to fill the memory, fetch it again, or unpack it and give the folder."
            )
        self._left -= size


class Bounded(io.BufferedIOBase):
    """A stream that is decompressed, which counts what that costs; going back means from the start again."""

    def __init__(self, stream: io.BufferedIOBase, allowance: Allowance, where: str) -> None:
        self._stream, self._allowance, self._where = stream, allowance, where

    def read(self, size: int | None = -1, /) -> bytes:
        """Bytes from here on, counted first."""
        most = MEMBER if size is None or size < 0 else size
        self._allowance.take(most, self._where)
        return self._stream.read(most)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes to a place; what lies before it is decompressed, and counted."""
        at = self._stream.tell()
        self._allowance.take(offset - at if offset >= at else offset, self._where)
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """Where it is."""
        return self._stream.tell()

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes, though going back is slow."""
        return True

    def close(self) -> None:
        """Closes the stream that is read."""
        self._stream.close()


@contextmanager
def damage_told(path: Path, name: str = "") -> Iterator[None]:
    """Turns whatever reading an archive or a file of a folder raises into one sentence."""
    where = place(path, name)
    try:
        yield
    except StridenetError:
        raise
    except _DAMAGE as error:
        raise _damaged(where, error) from None
    except MemoryError:
        raise DataError(f"{where}: more memory would be needed than there is; fetch it again, or unpack it.") from None
    except OSError as error:
        if error.errno in (None, errno.EINVAL):  # bzip2 and gzip say damage so; and a place before the beginning
            raise _damaged(where, error) from None
        raise unreadable(where, error) from None


def place(path: Path, name: str = "") -> str:
    """Where something is, for a message."""
    return f"{plain(path)}: {plain(name)}" if name else plain(path)


def _damaged(where: str, error: Exception) -> DataError:
    why = str(error).split("\n")[0].rstrip(".:") or type(error).__name__
    if "password required" in why:  # all that zipfile says of it
        return DataError(f"{where}: the archive is locked with a password; unpack it, and give the folder.")
    return DataError(f"{where}: the archive is damaged or cut off ({plain(why)}); fetch or copy it again.")
