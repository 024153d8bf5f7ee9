import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError


class _Frame(dict[str, SimpleNamespace]):
    columns = ("x", "y", "z", "temperature")
    index = SimpleNamespace(values=np.array(["2020-01-01T00:00:00.00", "2020-01-01T00:00:00.01"], "datetime64[ns]"))

    def __missing__(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(to_numpy=lambda: np.array([0.5, np.nan], np.float32))


def of(name: str) -> File:
    return File(name=name, size=3, open=lambda: b"MD\0")


@pytest.mark.parametrize(("name", "form"), [("a.cwa", "Axivity"), ("b/A.GT3X", "ActiGraph")])
def test_nothing_is_filtered_or_calibrated(name: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_device(path: str, **options: Any) -> tuple[_Frame, dict[str, float]]:
        assert Path(path).read_bytes() == b"MD\0"
        assert not any(options.values())
        return _Frame(), {"SampleRate": 100.0}

    monkeypatch.setitem(sys.modules, "actipy", SimpleNamespace(read_device=read_device))
    (sheet,) = registry.read(of(name))
    assert isinstance(sheet, Sheet)
    assert (sheet.form, sheet.rate_hz, sheet.known["x"].channel, sheet.units["x"]) == (form, 100.0, "acc_x", "g")
    assert sheet.frame["x"].to_list() == [0.5, None]
    assert sheet.known["temperature"].role == "left out"


@pytest.mark.parametrize(
    ("error", "message"),
    [(FileNotFoundError(2, "No such file", "java"), "Java"), (ValueError("bad block"), "cannot be read by actipy")],
)
def test_what_goes_wrong_inside(error: Exception, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_device(_path: str, **_options: Any) -> None:
        raise error

    monkeypatch.setitem(sys.modules, "actipy", SimpleNamespace(read_device=read_device))
    with pytest.raises(DataError, match=message):
        registry.read(of("a.cwa"))


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "actipy", None)
    with pytest.raises(DataError, match=r"pip install 'stridenet\[actipy\]'"):
        registry.read(of("a.cwa"))
