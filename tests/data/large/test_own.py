"""Large sources through the door: read in parts once, then from the cache; nothing is left behind."""

import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from stridenet.data import own
from stridenet.data.formats import archives
from stridenet.data.load import load_windows
from stridenet.data.own import Recordings, load_own
from stridenet.errors import DataError
from stridenet.spec import ReadSpec
from stridenet.system.cache import cache_folder
from stridenet.system.files import scratch

N = 3000


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(own, "_WORTH_KEEPING", 1)
    monkeypatch.setattr(own, "LARGE", 50_000)
    monkeypatch.setattr(own, "PART", 10_000)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    path = tmp_path / "walks.csv"
    rows = [
        f"{i / 50:.2f},{x:.5f},{y:.5f},{'walk' if i // 500 % 2 else 'sit'},{'ab'[i // (N // 2)]}"
        for i, (x, y) in enumerate(rng.normal(size=(N, 2)))
    ]
    path.write_text("\n".join(["time,ax,ay,activity,person", *rows]) + "\n")
    return path


def _check_same(one: Recordings, other: Recordings) -> None:
    assert one.digest == other.digest
    assert one.description.plain() == other.description.plain()
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_it_is_read_in_parts_and_the_entry_is_that_of_small_files(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    parts = load_own(table, ReadSpec(), notes.append)
    assert [note for note in notes if note.startswith("reading walks.csv: ")][-1] == "reading walks.csv: 100 %"
    assert not list((cache_folder() / "read").glob(".*")), "what was needed meanwhile is gone"
    monkeypatch.setattr(own, "LARGE", 1 << 30)
    monkeypatch.setattr(own, "VERSION", own.VERSION + 1)
    _check_same(load_own(table, ReadSpec()), parts)


def test_own_files_may_be_larger_than_those_of_any_data_set(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBER", 1000)
    assert len(load_own(table, ReadSpec())) == 2


def test_the_second_time_it_comes_from_the_cache(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_own(table, ReadSpec())
    monkeypatch.setattr(own, "read_in_parts", None)
    notes: list[str] = []
    _check_same(load_own(table, ReadSpec(), notes.append), first)
    assert not any(note.startswith("reading") for note in notes)


def test_windows_lie_over_the_cache(table: Path) -> None:
    windows = load_windows(str(table), length=100, step=1)
    assert len(windows) > 2000
    assert windows.places.held < 10 * table.stat().st_size


def test_what_can_only_be_read_whole_is_read_whole_where_it_fits(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (table.parent / "lab").mkdir()
    table.rename(table.parent / "lab" / "walks.csv")
    (table.parent / "lab" / "labels.csv").write_text("start,end,label\n0,9,run\n")
    assert "run" in load_own(table.parent / "lab", ReadSpec())[0].classes
    monkeypatch.setattr(own, "free_memory", lambda: 1000)
    monkeypatch.setattr(own, "VERSION", own.VERSION + 1)
    with pytest.raises(DataError, match=r"labels\.csv.*write the labels into a column"):
        load_own(table.parent / "lab", ReadSpec())
    assert not list((cache_folder() / "read").glob(".*"))


def test_a_disk_without_room_is_said_at_once(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 10))
    with pytest.raises(DataError, match=r"walks\.csv.*make room, or set STRIDENET_CACHE"):
        load_own(table, ReadSpec())


def test_what_goes_wrong_leaves_nothing(table: Path) -> None:
    rows = table.read_text().splitlines()
    table.write_text("\n".join([*rows[:-2], rows[-2].replace(",", ",,", 1)]) + "\n")
    with pytest.raises(DataError, match="cells"):
        load_own(table, ReadSpec())
    assert not list((cache_folder() / "read").iterdir())


def test_what_a_killed_process_left_goes_with_the_next(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from stridenet.system.files import scratch\n"
        f"with scratch(Path({str(tmp_path / 'read')!r})) as own:\n"
        "    (own / 'rows').write_bytes(b'x'); print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    left = list((tmp_path / "read").iterdir())
    with scratch(tmp_path / "read"):
        assert left[0].exists(), "the other one needs it still"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.1)
    with scratch(tmp_path / "read"):
        assert not left[0].exists()


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> None:
        with scratch(tmp_path / "read") as folder:
            (folder / "rows").write_bytes(b"x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not list((tmp_path / "read").iterdir())
