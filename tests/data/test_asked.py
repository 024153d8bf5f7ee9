from pathlib import Path

import numpy as np
import pytest

from stridenet.data import own
from stridenet.data.asked import unanswered
from stridenet.data.load import load_recordings
from stridenet.errors import DataError, SettingError


def table(folder: Path, n: int = 300) -> Path:
    """A table without labels, in which three rows lack a value and half a second is not there."""
    rows = []
    for i in range(n):
        x = "" if i in (100, 101, 250) else f"{np.sin(i):.4f}"
        rows.append(f"{3.5 + i / 50 + 0.5 * (i >= 200):.2f},{x},{np.cos(i):.4f}")
    path = folder / "a.csv"
    path.write_text("\n".join(["time,x,y", *rows]) + "\n")
    return path


def test_rows_with_missing_values_are_cut_out_and_pieces_know_where_they_begin(tmp_path: Path) -> None:
    found = unanswered(str(table(tmp_path)), gap=0.3)
    assert [(one.name, one.n_samples) for one in found] == [
        ("a.csv", 100), ("a.csv#2", 98), ("a.csv#3", 50), ("a.csv#4", 49),
    ]  # fmt: skip
    assert [one.start_s for one in found] == pytest.approx([0, 2.04, 4.5, 5.52])
    assert [one.clock_s for one in found] == pytest.approx([3.5, 5.54, 8, 9.02])
    with pytest.raises(DataError, match="3 of 300 values are missing"):
        load_recordings(str(table(tmp_path)))


def test_large_files_and_the_cache_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = table(tmp_path)
    whole = unanswered(str(path), gap=0.3)
    monkeypatch.setattr(own, "_WORTH_KEEPING", 1)
    monkeypatch.setattr(own, "LARGE", 1)
    for found in (unanswered(str(path), gap=0.3), unanswered(str(path), gap=0.3)):
        assert [(one.name, one.n_samples) for one in found] == [(one.name, one.n_samples) for one in whole]
        assert [one.start_s for one in found] == pytest.approx([one.start_s for one in whole])
        assert [one.clock_s for one in found] == pytest.approx([one.clock_s for one in whole])
    with pytest.raises(DataError, match="are missing"):
        load_recordings(str(path), gap=0.3)


def test_known_data_sets_are_read_as_they_are() -> None:
    assert unanswered("simulated")[0].rate_hz == 50
    with pytest.raises(SettingError, match="would do nothing"):
        unanswered("simulated", gap=1.0)
