"""One large text table as parts, each understood as its format's reader would."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path

from stridenet.data.formats.batches import SIZE, columns_in_batches
from stridenet.data.formats.dialect import SAMPLE, Dialect, dialect_of
from stridenet.data.formats.frames import indices
from stridenet.data.formats.registry import READERS, Reader, refined
from stridenet.data.formats.text import text_of
from stridenet.data.packed import stream_of
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, short


class NotInPartsError(DataError):
    """A source that can be read whole only."""


@dataclass(frozen=True, eq=False)
class Table:
    """A text table that is read in parts.

    Args:
        file: that lies on the disk by itself.
        size: bytes of a part.
    """

    file: File
    size: int = SIZE
    _said: dict[str, Sheet] = field(default_factory=dict)
    _at: list[int] = field(default_factory=lambda: [0])

    @property
    def at(self) -> int:
        """Bytes that are read, out of its packing."""
        return self._at[0]

    def begin(self, n_tables: int) -> int:
        """Bytes of the part by which its columns are understood first, where there are several tables."""
        return max(1 << 16, self.size // n_tables)

    @property
    def path(self) -> Path:
        """Where it lies.

        Raises:
            NotInPartsError: in an archive.
        """
        if self.file.path is None:
            raise NotInPartsError(f"{self.file.where} lies in an archive; unpack it and give the folder.")
        return self.file.path

    @cached_property
    def _dialect(self) -> Dialect:
        with stream_of(self.path) as stream:
            begin = stream.read(SAMPLE)
        return dialect_of(text_of(begin[: begin.rfind(b"\n") + 1] or begin, self.file.where).data, self.file.where)

    def parts(self, size: int | None = None) -> Iterator[Sheet]:
        """Its rows, some megabytes at a time; what the file says of its columns is what the first part says.

        Raises:
            NotInPartsError: its recorder writes several sensors into it.
            DataError: it is damaged.
        """
        self._at[0] = 0
        for part in columns_in_batches(self.path, self._dialect, size=size or self.size):
            self._at[0] += size or self.size
            part = self._with_names(replace(part, name=self.file.name))
            known = refined(part)
            if len(known) != 1 or known[0].kind != "samples":
                raise NotInPartsError(
                    f"{self.file.where} is of {known[0].form if known else 'a form'}, which holds several tables; cut "
                    "it into a file for each sensor."
                )
            one = known[0]
            first = self._said.setdefault("first", one)
            if one.frame.columns != first.frame.columns:
                raise NotInPartsError(f"{self.file.where} changes its columns on the way; cut it into several files.")
            yield replace(first, frame=one.frame, lines=one.lines, breaks=one.breaks, notes=one.notes)

    def _with_names(self, sheet: Sheet) -> Sheet:
        """A part with what the reader of small tables says of columns, as it is seen in the first one."""
        if "first" in self._said:
            return sheet
        if self._dialect.named:
            return replace(sheet, known=indices(sheet.frame))
        above = f"; above its rows stands {short(self._dialect.head[-1])}" if self._dialect.head else ""
        note = f"it has no line of names, so its columns are named by their place{above}"
        return replace(sheet, notes=(*sheet.notes, note))


def is_table(file: File) -> bool:
    """Whether a file is a text table that can be read in parts: no format of its own is before that in the list."""
    if file.path is None:
        return False
    head = file.head()
    for name in READERS:
        reader: Reader = import_module(f"stridenet.data.formats.{name}")
        if reader.matches(file, head):
            return name == "delimited"
    return False
