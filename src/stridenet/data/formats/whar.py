"""A folder that the package ``whar-datasets`` prepared: all sessions in one Parquet file, who and what beside it."""

from pathlib import Path, PurePosixPath

import polars as pl

from stridenet.data.formats.parquet import check_whole, read_parquet
from stridenet.data.sheet import Known, Sheet
from stridenet.data.source import File
from stridenet.errors import DataError, plain

FORM = "whar-datasets"
_TABLES = ("session_df.csv", "activity_df.csv", "window_df.csv")


def matches(file: File, head: bytes) -> bool:  # noqa: ARG001 - known by what lies where
    """Known by ``metadata/session_df.csv`` beside the folder of ``sessions.parquet``."""
    name = PurePosixPath(file.name).name
    if file.path is None or name not in ("sessions.parquet", "windows.parquet", *_TABLES):
        return False
    return (_metadata(file.path) / "session_df.csv").is_file()


def read(file: File) -> list[Sheet]:
    """The sessions with their people and activities; the windows are the same samples, cut, and are passed over.

    Raises:
        DataError: a file is damaged, or they do not fit each other.
    """
    name = PurePosixPath(file.name).name
    if name != "sessions.parquet" or file.path is None:
        why = "the same samples, cut" if name == "windows.parquet" else "it is read with sessions.parquet"
        return [Sheet(name=file.name, frame=pl.DataFrame(), form=FORM, kind="nothing", why=why)]
    where = file.where
    check_whole([(file.path, where)])
    frame = read_parquet(file.path, where)
    sessions = _table(file.path, "session_df.csv", ("session_id", "subject_id", "activity_id"))
    activities = _table(file.path, "activity_df.csv", ("activity_id", "activity_name"))
    if not {"session_id", "timestamp"} <= set(frame.columns):
        raise DataError(f"{where} lacks session_id or timestamp; prepare the data set anew with whar-datasets.")
    numbers = (frame["session_id"], sessions["session_id"], sessions["activity_id"], activities["activity_id"])
    if not all(column.dtype.is_integer() for column in numbers):
        raise DataError(
            f"{where} and the tables beside it have sessions or activities that are not numbered; prepare the data set "
            "anew with whar-datasets."
        )
    if sessions["session_id"].is_duplicated().any() or activities["activity_id"].is_duplicated().any():
        raise DataError(f"{where}: a table beside it names a session or an activity twice; prepare the data set anew.")
    told = sessions.join(activities, on="activity_id", how="inner")  # a session of no activity is told below
    unknown = set(frame["session_id"].unique()) - set(told["session_id"])
    if unknown:
        raise DataError(
            f"{where} holds session {min(unknown)}, whose activity the tables beside it do not name; prepare the "
            "data set anew."
        )
    ordered = frame.sort("session_id", "timestamp", maintain_order=True)  # the package does not keep the order
    joined = ordered.join(told, on="session_id", how="left", maintain_order="left")
    known = {
        "session_id": Known("session", "whar-datasets' sessions"),
        "subject_id": Known("person", "whar-datasets' people"),
        "activity_name": Known("label", "whar-datasets' activities"),
        "activity_id": Known("left out", "the number of the activity"),
        "timestamp": Known("time", "whar-datasets' time stamps"),
    }
    known |= {column: Known("channel", "a channel of the sessions") for column in frame.columns if column not in known}
    joined = joined.with_columns(pl.col("subject_id").cast(pl.String))
    return [Sheet(name=file.name, frame=joined, form=FORM, known=known)]


def _metadata(path: Path) -> Path:
    return path.parent if path.suffix == ".csv" else path.parent.parent / "metadata"


def _table(path: Path, name: str, columns: tuple[str, ...]) -> pl.DataFrame:
    file = _metadata(path) / name
    try:
        data = file.read_bytes()
        table = pl.DataFrame() if b"\0" in data else pl.read_csv(data)
    except (OSError, pl.exceptions.PolarsError):
        raise DataError(
            f"file {plain(name)} beside {plain(path.name)} is missing or damaged; prepare it anew."
        ) from None
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise DataError(f"file {plain(name)} has no column {missing[0]}; prepare the data set anew with whar-datasets.")
    return table.select(columns)
