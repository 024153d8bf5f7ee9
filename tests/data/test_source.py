"""The files of a source: in order, each once, from folders and archives, with what was passed over."""

import gzip
import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from stridenet.data.passed import why_passed
from stridenet.data.source import Passed, files
from stridenet.errors import DataError, DataMissingError


def tree(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def zip_of(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tar_of(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        folder = tarfile.TarInfo("folder.csv")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def test_a_folder_in_the_order_in_which_people_count(tmp_path: Path) -> None:
    tree(tmp_path, "10.csv", "9.csv", "p2/a[1].csv", "p10/a.csv", "p2/b.txt", "data")
    found, passed = files(tmp_path)
    assert [f.name for f in found] == ["9.csv", "10.csv", "data", "p2/a[1].csv", "p2/b.txt", "p10/a.csv"]
    assert [f.open().decode() for f in found] == [f.name for f in found]
    assert passed == []


def test_what_is_no_data_is_passed_over_and_said(tmp_path: Path) -> None:
    names = (".DS_Store", ".git/a.csv", ".git/deep/b.csv", "Thumbs.db", "plot.PNG", "README.txt", "LICENSE", "x.py")
    tree(tmp_path, *names, "notes.md", "a.pdf", "walk.csv", "runs/r/run.json", "runs/r/result.npz", "runs/r/t/p.csv")
    (tmp_path / "tags.csv").write_bytes(b"")
    found, passed = files(tmp_path)
    assert [f.name for f in found] == ["walk.csv"]
    why = {p.name: p.why for p in passed}
    assert why["tags.csv"] == "0 bytes"
    assert why[".git"] == why[".DS_Store"] == "hidden"
    assert why["runs/r"] == "a result of stridenet"
    assert not any(name.startswith((".git/", "runs/r/")) for name in why)
    assert set(why) >= {"Thumbs.db", "plot.PNG", "README.txt", "LICENSE", "x.py", "notes.md", "a.pdf"}


@pytest.mark.parametrize("name", ["walk.csv", "a.ts", "a.json", "a.npz", "a.cwa", "a", "readings.txt", "a.csv.gz"])
def test_what_may_be_data_is_not(name: str) -> None:
    assert why_passed(name) == ""


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".zip"])
def test_an_archive_is_a_folder(suffix: str, tmp_path: Path) -> None:
    inner = zip_of({"deep/c.csv": b"c", "__MACOSX/._c.csv": b"m"})
    members = {"p/10.csv": b"10", "p/9.csv": b"9", "p/plot.png": b"x", "in.zip": inner, "._a.csv": b"m", "e.csv": b""}
    members["d.csv.gz"] = gzip.compress(b"d")
    mode = {".tar": "w", ".tar.xz": "w:xz", ".tar.bz2": "w:bz2"}.get(suffix, "w:gz")
    content = zip_of(members) if suffix == ".zip" else tar_of(members, mode)
    (tmp_path / f"a{suffix}").write_bytes(content)
    for path, above in ((tmp_path / f"a{suffix}", ""), (tmp_path, f"a{suffix}/")):
        found, passed = files(path)
        assert {f.name: f.open() for f in found} == {
            f"{above}d.csv.gz": b"d",
            f"{above}in.zip/deep/c.csv": b"c",
            f"{above}p/9.csv": b"9",
            f"{above}p/10.csv": b"10",
        }
        assert [f.name for f in found if "/p/" in f"/{f.name}"] == [f"{above}p/9.csv", f"{above}p/10.csv"]
        assert [f.head() for f in found] == [f.open() for f in found]
        assert all(f.path is None for f in found)
        assert Passed(f"{above}p/plot.png", "a picture") in passed
        assert Passed(f"{above}e.csv", "0 bytes") in passed


def test_one_file_packed_by_itself(tmp_path: Path) -> None:
    text = b"t,x\n" + b"0,1\n" * 50_000
    (tmp_path / "a.CSV.gz").write_bytes(gzip.compress(text))
    (file,), _ = files(tmp_path / "a.CSV.gz")
    assert (file.suffix, file.stem, file.name) == (".csv", "a", "a.CSV.gz")
    assert file.open() == text
    assert text.startswith(file.head())


def test_what_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(bytes(300 << 20), 9))
    (file,), _ = files(tmp_path / "a.csv.gz")
    with pytest.raises(DataError, match=r"more than is sensible"):
        file.open()
    deep = zip_of({"a.csv": b"1"})
    for _ in range(3):
        deep = zip_of({"a.zip": deep})
    (tmp_path / "deep.zip").write_bytes(deep)
    with pytest.raises(DataError, match=r"a zip within 3 others"):
        files(tmp_path / "deep.zip")


def test_damage_is_told(tmp_path: Path) -> None:
    content = zip_of({"a.csv": os.urandom(4000), "b.csv": b"good" * 99})
    (tmp_path / "a.zip").write_bytes(content[:1000] + b"\xff" + content[1001:])
    found, _ = files(tmp_path / "a.zip")
    with pytest.raises(DataError, match=r"a\.zip: a\.csv: the archive is damaged"):
        found[0].open()
    assert found[1].open() == b"good" * 99
    (tmp_path / "a.zip").write_bytes(content[:500])
    with pytest.raises(DataError, match=r"the archive is damaged"):
        files(tmp_path / "a.zip")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(os.urandom(999))[:500])
    with pytest.raises(DataError, match=r"the archive is damaged"):
        files(tmp_path / "a.csv.gz")[0][0].open()


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match=r"does not exist"):
        files(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match=r"a pipe"):
        files(tmp_path)
    (tmp_path / "pipe.csv").unlink()
    (tmp_path / "gone.csv").symlink_to("nowhere")
    with pytest.raises(DataError, match=r"a link that leads nowhere"):
        files(tmp_path)
    (tmp_path / "gone.csv").unlink()
    (tmp_path / ".gone").symlink_to("nowhere")
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(DataError, match=r"a\.csv: a folder, where a table is needed"):
        files(tmp_path)
    tree(tmp_path, "a.csv/a.csv")
    assert [f.name for f in files(tmp_path)[0]] == ["a.csv/a.csv"]
