"""PhysioNet's WFDB records: a header beside its signals, read by the library ``wfdb``."""

from datetime import UTC

import polars as pl

from stridenet.data.formats.extras import extra
from stridenet.data.formats.text import unit_of
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, short

FORM = "WFDB"


def matches(file: File, head: bytes) -> bool:
    """A header by its ending and first line; what lies beside one by its name."""
    if file.suffix == ".hea":
        words = head.split(b"\n", 1)[0].split()
        return head.startswith(b"#") or (len(words) >= 2 and words[1].isdigit())
    beside = file.path is not None and file.suffix not in (".csv", ".txt", ".tsv", ".json")
    return beside and file.path is not None and file.path.with_suffix(".hea").is_file()


def read(file: File) -> list[Sheet]:
    """The signals in their units; the rate and the start are the header's.

    Raises:
        DataError: ``wfdb`` is missing, the record lies in an archive, or is damaged.
    """
    if file.suffix != ".hea":
        why = f"it is read with its header {file.stem}.hea"
        return [Sheet(name=file.name, frame=pl.DataFrame(), form=FORM, kind="nothing", why=why)]
    where = file.where
    if file.path is None:
        raise DataError(f"{where} is a WFDB record in an archive; unpack it and give the folder.")
    wfdb = extra("wfdb", where)
    try:
        record = wfdb.rdrecord(str(file.path.with_suffix("")))
        signals, given, units = record.p_signal, list(record.sig_name), list(record.units)
        rate, start = float(record.fs), record.base_datetime
    except Exception as error:  # of many kinds, by what is damaged
        raise DataError(
            f"{where} cannot be read as a WFDB record ({short(str(error), 120)}); copy it again, with the files beside "
            "it."
        ) from None
    if signals is None or not len(signals):
        return [Sheet(name=file.name, frame=pl.DataFrame(), form=FORM, kind="nothing", why="it holds no signals")]
    names = [name if given.index(name) == i else f"{name}_{i + 1}" for i, name in enumerate(given)]
    return [
        Sheet(
            name=file.name,
            frame=pl.DataFrame(dict(zip(names, signals.T, strict=True))).with_columns(pl.all().fill_nan(None)),
            form=FORM,
            units={name: unit_of(unit) for name, unit in zip(names, units, strict=True) if unit and unit != "NU"},
            known={name: Known("channel", "a signal of the record") for name in names},
            rate_hz=rate,
            start_s=start.replace(tzinfo=UTC).timestamp() if start else None,
        )
    ]
