import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


def of(path: Path, *, packed: bool = False) -> File:
    return File(name=path.name, size=path.stat().st_size, open=path.read_bytes, path=None if packed else path)


@pytest.fixture
def header(tmp_path: Path) -> Path:
    path = tmp_path / "100.hea"
    path.write_text("100 2 360 3\n100.dat 16 200 16 0 0 0 0 MLII\n100.dat 16 200 16 0 0 0 0 MLII\n")
    (tmp_path / "100.dat").write_bytes(bytes(12))
    return path


def test_signals_rate_and_start(header: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def record(name: str) -> SimpleNamespace:
        assert name == str(header.with_suffix(""))
        signals = np.array([[1.0, 2.0], [np.nan, 4.0], [5.0, 6.0]])
        start = datetime(2020, 1, 1)
        return SimpleNamespace(
            p_signal=signals, sig_name=["MLII", "MLII"], units=["mV", "NU"], fs=360, base_datetime=start
        )

    monkeypatch.setitem(sys.modules, "wfdb", SimpleNamespace(rdrecord=record))
    (sheet,) = registry.read(of(header))
    assert isinstance(sheet, Sheet)
    assert sheet.frame.to_dict(as_series=False) == {"MLII": [1.0, None, 5.0], "MLII_2": [2.0, 4.0, 6.0]}
    assert (sheet.rate_hz, sheet.start_s, dict(sheet.units)) == (360.0, 1577836800.0, {"MLII": "mV"})


def test_what_lies_beside_a_header_is_read_with_it(header: Path) -> None:
    (sheet,) = registry.read(of(header.with_suffix(".dat")))
    assert isinstance(sheet, Sheet)
    assert (sheet.kind, sheet.why) == ("nothing", "it is read with its header 100.hea")


def test_without_the_extra(header: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wfdb", None)
    with pytest.raises(DataError, match=r"pip install 'stridenet\[wfdb\]'"):
        registry.read(of(header))


def test_damaged_and_packed(header: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def record(name: str) -> SimpleNamespace:
        raise IndexError(name)

    monkeypatch.setitem(sys.modules, "wfdb", SimpleNamespace(rdrecord=record))
    with pytest.raises(DataError, match="cannot be read as a WFDB record"):
        registry.read(of(header))
    with pytest.raises(DataError, match="unpack it"):
        registry.read(of(header, packed=True))
