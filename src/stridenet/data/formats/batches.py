"""Text tables that are too large for the memory, read in parts."""

import codecs
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from stridenet.data.formats.bounds import damage_told
from stridenet.data.formats.delimited import rows_of
from stridenet.data.formats.dialect import Dialect, dialect_of
from stridenet.data.formats.text import encoding_of, text_of
from stridenet.data.packed import stream_of
from stridenet.data.sheet import Sheet
from stridenet.errors import short

SIZE = 1 << 26
"""Bytes of a part: three times that in memory."""
_PATIENCE = 4


def columns_in_batches(path: Path, dialect: Dialect | None = None, *, size: int = SIZE) -> Iterator[Sheet]:
    r"""A table's rows, some megabytes at a time.

    A column may be Int64 in one part and Float64 in the next, or String where a cell is odd; a note says so.

    Args:
        path: a text table, also ``.csv.gz``.
        dialect: what it looks like; seen from its first lines where it is not given.
        size: bytes of a part.

    Yields:
        Sheets of equal columns, whose ``lines`` go on from part to part.

    Raises:
        DataError: it is no table, or a row has too many cells or too few.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp(), "a.csv")
    >>> _ = file.write_text("t,x\n0,1\n1,2\n2,3\n")
    >>> [(part.frame["x"].to_list(), part.lines.tolist()) for part in columns_in_batches(file, size=9)]
    [([1], [2]), ([2, 3], [3, 4])]
    """
    where = f"file {short(path.name, 200)}"
    above = 0
    with damage_told(path), stream_of(path) as stream:
        for raw in _parts(stream, size):
            text = text_of(raw, where)
            if dialect is None:
                dialect = dialect_of(text.data, where)
            part = replace(dialect, first=max(0, dialect.first - above))
            yield rows_of(text, part, path.name, where, above=above)
            above += text.data.count(b"\n")


def _parts(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Whole lines in UTF-8, about ``size`` bytes at a time."""
    begin = stream.read(size)
    mark, encoding = encoding_of(begin)
    decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
    part, block, waited = b"", begin[len(mark) :], 0
    while block:
        part += block if decoder is None else decoder.decode(block).encode()
        block = stream.read(size)
        end = b"\n" if b"\n" in part or b"\r" not in part else b"\r"
        cut = part.rfind(end) + 1
        inside = part.count(b'"', 0, cut) % 2 and waited < _PATIENCE  # a cell in quotes may have line ends
        if cut and block and not inside:
            yield part[:cut]
            part, waited = part[cut:], 0
        else:
            waited += 1
    if part:
        yield part
