import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stridenet.system import cache
from stridenet.system.cache import Stored, load_or_make


def example() -> Stored:
    return Stored({"x": np.arange(24, dtype=np.float32).reshape(2, 3, 4), "who": np.array(["1", "30"])}, {"rate": 50})


def never() -> Stored:
    raise AssertionError("made again")


def check(stored: Stored) -> None:
    np.testing.assert_array_equal(stored.arrays["x"], example().arrays["x"])
    assert stored.arrays["x"].dtype == np.float32
    assert stored.arrays["who"].tolist() == ["1", "30"]
    assert stored.meta == {"rate": 50}


def test_makes_once_and_then_reads(tmp_path: Path) -> None:
    check(load_or_make("a", example, folder=tmp_path))
    check(load_or_make("a", never, folder=tmp_path))


def test_arrays_are_read_only_views_onto_the_file(tmp_path: Path) -> None:
    for _ in range(2):
        x = load_or_make("a", example, folder=tmp_path).arrays["x"]
        assert not x.flags.writeable
        assert not x.flags.owndata
        assert x.ctypes.data % 64 == 0


@settings(max_examples=40, deadline=None)
@given(
    arrays=st.dictionaries(
        st.text(min_size=1, max_size=5),
        hnp.arrays(
            st.sampled_from(["<f4", "<f8", "<i8", "|i1", "<U3", "|b1"]), hnp.array_shapes(min_dims=0, min_side=0)
        ),
        max_size=4,
    ),
)
def test_any_arrays_come_back(tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, np.ndarray]) -> None:
    folder = tmp_path_factory.mktemp("store")
    load_or_make("a", lambda: Stored(arrays), folder=folder)
    back = load_or_make("a", never, folder=folder).arrays
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


def test_arrays_that_are_not_contiguous_come_back(tmp_path: Path) -> None:
    x = np.arange(24.0).reshape(4, 6).T[::2]
    load_or_make("a", lambda: Stored({"x": x}), folder=tmp_path)
    np.testing.assert_array_equal(load_or_make("a", never, folder=tmp_path).arrays["x"], x)


@pytest.mark.parametrize("where", [0, 5, 40, -1, -30])
def test_a_changed_byte_is_noticed_and_the_entry_made_anew(tmp_path: Path, where: int) -> None:
    load_or_make("a", example, folder=tmp_path)
    path = tmp_path / "a.bin"
    data = bytearray(path.read_bytes())
    data[where] ^= 1
    path.write_bytes(data)
    notes: list[str] = []
    check(load_or_make("a", example, folder=tmp_path, note=notes.append))
    assert len(notes) == 1
    assert "damaged" in notes[0]
    assert str(path) in notes[0]
    check(load_or_make("a", never, folder=tmp_path))


class Read:
    """Counts the bytes that are read for checksums."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.n, blocks = 0, cache._blocks

        def count(file: Any, offset: int, n: int) -> Any:
            self.n += n
            return blocks(file, offset, n)

        monkeypatch.setattr(cache, "_blocks", count)


def large() -> Stored:
    return Stored({"who": np.array(["1", "30"]), "x": np.arange(1_000_000.0)})


def test_a_large_array_is_read_whole_once_for_a_file_that_stays_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_or_make("a", large, folder=tmp_path)
    settled = time.time() - 10
    monkeypatch.setattr(cache, "_SETTLED", -1)  # its time of change cannot be set back
    read = Read(monkeypatch)
    load_or_make("a", never, folder=tmp_path)
    assert read.n > 8_000_000
    for _ in range(2):
        read.n = 0
        load_or_make("a", never, folder=tmp_path)
        assert 0 < read.n < 100
    os.utime(tmp_path / "a.bin", (settled, settled))  # it looks otherwise
    load_or_make("a", never, folder=tmp_path)
    assert read.n > 8_000_000


def test_a_file_that_changed_just_now_is_read_whole_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_or_make("a", large, folder=tmp_path)
    monkeypatch.setattr(cache, "_SETTLED", 10**18)
    for _ in range(2):
        read = Read(monkeypatch)
        load_or_make("a", never, folder=tmp_path)
        assert read.n > 8_000_000


@pytest.mark.parametrize("where", ["small", "large"])
def test_damage_to_a_large_entry_that_was_known_is_noticed(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_SETTLED", -1)
    for _ in range(2):
        load_or_make("a", large, folder=tmp_path)
    data = bytearray((tmp_path / "a.bin").read_bytes())
    data[data.index("30".encode("utf-32-le")) if where == "small" else -4_000_000] ^= 1
    (tmp_path / "a.bin").write_bytes(data)
    notes: list[str] = []
    x = load_or_make("a", large, folder=tmp_path, note=notes.append).arrays["x"]
    np.testing.assert_array_equal(x, large().arrays["x"])
    assert "damaged" in notes[0]


def test_parts_are_one_array_on_the_disk_and_where_there_is_none(tmp_path: Path) -> None:
    parts = [np.arange(5, dtype=np.float32), np.arange(0.0), np.arange(3.0)]
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path, tmp_path / "file" / "cache"):
        x = load_or_make("a", lambda: Stored({}, parts={"x": parts}), folder=folder).arrays["x"]
        np.testing.assert_array_equal(x, np.concatenate(parts))
        assert x.dtype == np.float64
        assert not x.flags.writeable


@pytest.mark.parametrize("size", [0, 10, 100, 300])
def test_a_truncated_entry_is_made_anew(tmp_path: Path, size: int) -> None:
    load_or_make("a", example, folder=tmp_path)
    os.truncate(tmp_path / "a.bin", size)
    notes: list[str] = []
    check(load_or_make("a", example, folder=tmp_path, note=notes.append))
    assert "damaged" in notes[0]
    check(load_or_make("a", never, folder=tmp_path))


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    notes: list[str] = []
    check(load_or_make("a", example, folder=tmp_path, note=notes.append))
    assert list(tmp_path.iterdir()) == []
    assert "No space left on device" in notes[0]


def test_what_make_raises_is_passed_on_and_nothing_stored(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="made again"):
        load_or_make("a", never, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    notes: list[str] = []
    stored = load_or_make("a", example, folder=tmp_path / "file" / "cache", note=notes.append)
    check(stored)
    assert not stored.arrays["x"].flags.writeable
    assert "going on without" in notes[-1]


def test_python_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="Python objects"):
        load_or_make("a", lambda: Stored({"x": np.array([object()])}), folder=tmp_path)


RACE = """
import sys
from pathlib import Path
import numpy as np
from stridenet.system.cache import Stored, load_or_make
folder, total = Path(sys.argv[1]), 0.0
for _ in range(30):
    total += load_or_make("a", lambda: Stored({"x": np.arange(24.0)}), folder=folder).arrays["x"].sum()
    (folder / "a.bin").unlink(missing_ok=True)
print(total)
"""


def test_two_processes_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACE, str(tmp_path)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [run.communicate()[0].strip() for run in runs] == [str(30 * 276.0)] * 2
    assert list(tmp_path.iterdir()) == []


def test_the_cache_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "here"))
    load_or_make("a", example)
    assert (tmp_path / "here" / "read" / "a.bin").is_file()
    monkeypatch.delenv("STRIDENET_CACHE")
    assert cache.cache_folder().name == "stridenet"


@pytest.mark.parametrize("what", ["empty", "pipe", "folder", "link to nothing", "link to a device", "length"])
def test_whatever_lies_in_the_place_of_an_entry(what: str, tmp_path: Path) -> None:
    check(load_or_make("a", example, folder=tmp_path))
    place = tmp_path / "a.bin"
    whole = place.read_bytes()
    place.unlink()
    if what == "pipe":
        os.mkfifo(place)
    elif what == "folder":
        place.mkdir()
    elif what.startswith("link"):
        place.symlink_to("nowhere" if what == "link to nothing" else "/dev/zero")
    else:
        head = whole.split(b" ")[:3]
        place.write_bytes(b"" if what == "empty" else b" ".join([*head, b"9" * 18, b"5\n"]) + whole)
    notes: list[str] = []
    check(load_or_make("a", example, folder=tmp_path, note=notes.append))
    assert bool(notes) == (what != "link to nothing")
    if what != "folder":
        check(load_or_make("a", never, folder=tmp_path))


HANGS = """
import sys, os, time
from pathlib import Path
import numpy as np
from stridenet.system import cache, files
files.sync = lambda path: (print("written", flush=True), time.sleep(60))
cache.load_or_make(sys.argv[2], lambda: cache.Stored({"x": np.arange(9)}), folder=Path(sys.argv[1]))
"""


def test_what_killed_writers_left_goes_at_the_next_write_and_what_others_write_stays(tmp_path: Path) -> None:
    writers = {}
    for name in ("killed", "killed too", "at work"):
        command = [sys.executable, "-c", HANGS, str(tmp_path), name]
        writers[name] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        stdout = writers[name].stdout
        assert stdout
        assert stdout.readline() == "written\n"
    for name in ("killed", "killed too"):
        writers[name].kill()
        writers[name].wait()
    assert len(list(tmp_path.iterdir())) == 3
    check(load_or_make("a", example, folder=tmp_path))
    left = {path.name.rpartition("-")[2] for path in tmp_path.iterdir()}
    assert left == {"a.bin", "at work.bin"}
    for writer in writers.values():
        writer.kill()
        writer.communicate()
