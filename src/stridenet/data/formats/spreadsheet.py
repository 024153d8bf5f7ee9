"""Workbooks of a spreadsheet program, ``.xlsx`` and the older ``.xls``: a sheet of ours for each sheet with rows."""

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from stridenet.data.formats.dialect import dialect_of
from stridenet.data.formats.frames import sheet_of
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, plain, short

if TYPE_CHECKING:
    import fastexcel

SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_OLE2 = b"\xd0\xcf\x11\xe0"
_FORM = "spreadsheet"
_LOOK = 300
_MOST = 1 << 30
_MAGIC = (b"PK", _OLE2)


def matches(file: File, head: bytes) -> bool:
    """Whether the file is a workbook, by its name and its first bytes; many a ``.xls`` is a text table."""
    return file.suffix in SUFFIXES and head.startswith(_MAGIC)


def read(file: File) -> list[Sheet]:
    """All sheets of a workbook that hold rows, named ``file.xlsx/Sheet1``; read as text tables are.

    Raises:
        DataError: it is damaged, or the extra is not installed.
    """
    try:
        import fastexcel
    except ImportError:
        raise DataError(
            f"{file.where} is a workbook, for which fastexcel is needed: pip install 'stridenet[excel]', or save it as "
            "CSV."
        ) from None
    content = file.read()
    _check_size(content, file.where)
    try:
        book = fastexcel.read_excel(content)
        sheets = [_sheet(book, name, f"{file.name}/{name}") for name in book.sheet_names]
    except DataError:
        raise
    except BaseException as error:  # a panic of its Rust is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise DataError(f"{file.where} is a workbook that is damaged or locked; open and save it again.") from error
    return [sheet for sheet in sheets if sheet] or [
        Sheet(name=file.name, frame=pl.DataFrame(), form=_FORM, kind="nothing", why="its sheets are empty")
    ]


def _sheet(book: "fastexcel.ExcelReader", title: str, name: str) -> Sheet | None:
    """A sheet: where its names are is seen in its text, but text has nine digits only, so cells are read once more."""
    where = f"sheet {plain(name)}"
    first = book.load_sheet(title, header_row=None, skip_rows=0, n_rows=_LOOK, dtypes="string").to_polars()
    if not first.height:
        return None
    text = first.write_csv(separator="\t", include_header=False).encode()
    seen = dialect_of(text, where, "\t")
    frame = book.load_sheet(title, header_row=None, skip_rows=seen.first, schema_sample_rows=None).to_polars()
    columns = [_whole(column.alias(seen.names[i])) for i, column in enumerate(frame) if i in seen.names]
    lines = np.arange(seen.first + 1, seen.first + 1 + frame.height)
    filled = ~pl.select(pl.all_horizontal(column.is_null() for column in columns)).to_series()
    kept = pl.DataFrame(columns).filter(filled)
    sheet = sheet_of(kept, name, where, form=_FORM, lines=lines[filled.to_numpy()])
    mixed = [c.name for c in kept if c.dtype == pl.String and sheet.frame[c.name].dtype != pl.String]
    notes = [f"column {short(c)} holds words among its numbers, so these are read to nine digits" for c in mixed]
    return replace(
        sheet,
        units=seen.units | dict(sheet.units),
        head=tuple("\t".join(cell for cell in row.split("\t") if cell) for row in seen.head),
        notes=(*sheet.notes, *notes),
    )


def _whole(column: pl.Series) -> pl.Series:
    """Workbooks know no whole numbers."""
    if column.dtype != pl.Float64 or not len(column) or not (column.is_null() | (column.round() == column)).all():
        return column
    whole = column.cast(pl.Int64, strict=False)
    return whole if whole.null_count() == column.null_count() else column


def _check_size(content: bytes, where: str) -> None:
    """Refuses what would fill the memory once it is unpacked."""
    if content.startswith(_OLE2):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            size = sum(entry.file_size for entry in book.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DataError(f"{where} is a workbook that is damaged or cut off; copy it again.") from error
    if size > _MOST:
        raise DataError(f"{where}: {size:,} bytes would come out of this workbook; save its sheets as CSV.")
