"""What programs leave beside recordings stops nobody and is nobody; what stops the reading is named rightly."""

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

import stridenet
from stridenet.errors import DataError

ROWS = [f"{i / 50:.2f},{np.sin(i * 0.7):.3f},{np.cos(i * 0.9):.3f}" for i in range(200)]
TABLE = "\n".join(["time,ax,ay", *ROWS]) + "\n"


@pytest.mark.parametrize(
    "name", ["~$p1.xlsx", "p1.csv~", "p1.csv.bak", "#p1.csv#", "p3.csv.part", "p3.csv.crdownload", "Icon\r"]
)
@pytest.mark.parametrize("content", [b"\0\1\2" * 60, TABLE.encode()], ids=["bytes", "a table"])
def test_what_programs_leave_is_nobody(tmp_path: Path, name: str, content: bytes) -> None:
    for person in ("p1", "p2"):
        (tmp_path / f"{person}.csv").write_text(TABLE.replace("0.00", "0.01" if person == "p2" else "0.00"))
    (tmp_path / name).write_bytes(content)
    recordings = stridenet.read(tmp_path)
    assert {one.group for one in recordings} == {"p1", "p2"}
    assert any("files passed over" in line for line in recordings.reading.told)


def test_the_table_that_stops_the_reading_is_named(tmp_path: Path) -> None:
    (tmp_path / "p1.csv").write_text(TABLE)
    (tmp_path / "a.dat").write_bytes(b"\0\1\2" * 60)
    (tmp_path / "p2.csv").write_bytes(b"\0\1\2" * 60)
    with pytest.raises(DataError, match=r"'p2\.csv' is not text"):
        stridenet.read(tmp_path)


def test_an_archive_with_a_password(tmp_path: Path) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("p1.csv", TABLE)
    data: Any = bytearray(packed.getvalue())
    data[6] |= 1
    data[data.rfind(b"PK\1\2") + 8] |= 1
    (tmp_path / "walks.zip").write_bytes(data)
    with pytest.raises(DataError, match=r"p1\.csv: the archive is locked with a password; unpack it"):
        stridenet.read(tmp_path / "walks.zip")
