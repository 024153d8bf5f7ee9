"""Whatever lies at a path: read, or said in one sentence at once."""

import os
import socket
from pathlib import Path

import pytest

from stridenet.__main__ import main
from stridenet.data import paths
from stridenet.data.load import load_recordings
from stridenet.errors import DataError, DataMissingError


def odd(what: str, place: Path) -> Path:
    if what == "pipe":
        os.mkfifo(place)
    elif what == "socket":
        here = Path.cwd()
        os.chdir(place.parent)  # a socket's path is short
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind(place.name)
        os.chdir(here)
    elif what == "device":
        place.symlink_to("/dev/zero")
    elif what == "broken link":
        place.symlink_to("nowhere.csv")
    else:
        place.symlink_to(place)
    return place


ODD = ("pipe", "socket", "device", "broken link", "link to itself")


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("name", ["walk.csv", "walk.parquet", "watch.tar.gz", "data.zip", "WISDM_ar_v1.1_raw.txt"])
def test_what_is_no_regular_file_is_refused_at_once(what: str, name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"{name}: (a |cannot be read).*\.$"):
        load_recordings(str(odd(what, tmp_path / name)))


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("name", ["b.csv", "sub/b.parquet", "data_1601_accel_watch.txt"])
def test_it_is_refused_in_a_folder_too(what: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,x\n0,1\n0.1,2\n")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    odd(what, tmp_path / name)
    odd(what, tmp_path / "unrelated.md")
    with pytest.raises(DataError, match=Path(name).name):
        load_recordings(str(tmp_path))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices(device: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["inspect", device], ["run", device], ["run", "simulated", "--from", device]):
        assert main(command) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert f"{device}: " in err
        assert "not a regular file" in err


def test_settings_from_a_pipe_are_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "simulated", "--from", str(odd("pipe", tmp_path / "settings.toml"))]) == 2
    assert "settings.toml: not a regular file" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("~nosuchuser/walk.csv", "'~nosuchuser/walk.csv' is neither a file nor a folder"),
        ("n" * 300 + ".csv", "cannot be read (File name too long)"),
        ("walk\0.csv", "'walk\\x00.csv': cannot be read (embedded null byte)"),
        ("walk.csv/b.csv", "'walk.csv/b.csv' is neither a file nor a folder"),
        ("a/" * 3000, "cannot be read (File name too long)"),
        ("line\nend.csv", "'line\\nend.csv' is neither a file nor a folder"),
    ],
)
def test_paths_that_were_mistyped(
    path: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("walk.csv").write_text("time,x\n0,1\n0.1,2\n")
    assert main(["inspect", path]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert len(err) < 500
    assert main(["inspect", "hapt", "--data-dir", path]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_name_that_begins_with_a_tilde_is_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("~walk.csv").write_text("time,x\n0,1\n0.1,2\n")
    assert load_recordings("~walk.csv")[0].name == "~walk.csv"


@pytest.mark.parametrize("name", ["STRIDENET_DATA", "STRIDENET_CACHE"])
def test_folders_from_the_environment(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "~nosuchuser/data")
    assert main(["inspect", "hapt", "--data-dir", "/dev"]) == 2
    assert "~nosuchuser" in capsys.readouterr().err


def test_a_folder_that_may_not_be_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    scan, stat = os.scandir, Path.stat

    def closed(path: Path) -> "os._ScandirIterator[str]":
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scan(path)

    def closed_stat(path: Path, **options: bool) -> os.stat_result:
        if path.parent.name == "closed":
            raise PermissionError(13, "Permission denied")
        return stat(path, **options)

    monkeypatch.setattr(os, "scandir", closed)  # root may enter everywhere
    monkeypatch.setattr(Path, "stat", closed_stat)
    with pytest.raises(DataError, match=r"closed: cannot be read \(Permission denied\)"):
        load_recordings(str(tmp_path))
    with pytest.raises(DataError, match=r"walk.csv: cannot be read \(Permission denied\)"):
        load_recordings(str(tmp_path / "closed" / "walk.csv"))


def test_links_are_followed_and_rings_are_not(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.csv").write_text("time,x\n0,1\n0.1,2\n")
    data = tmp_path / "data"
    data.mkdir()
    (data / "anna").symlink_to("../elsewhere")
    (tmp_path / "elsewhere" / "back").symlink_to(data)
    assert [r.name for r in load_recordings(str(data))] == ["anna/a.csv"]


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "X.TSV", "sub/x.pq"])
def test_a_folder_named_like_a_table(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("time,x\n0,1\n0.1,2\n")
    (tmp_path / name).mkdir(parents=True)
    with pytest.raises(DataError, match=r"a folder, where a table is needed"):
        load_recordings(str(tmp_path))
    with pytest.raises(DataMissingError, match=r"holds no"):
        load_recordings(str(tmp_path / name))
    (tmp_path / name / "part-0.csv").write_text("time,x\n0,1\n0.1,2\n")  # as Spark writes
    assert len(load_recordings(str(tmp_path))) == 2


@pytest.mark.parametrize("name", [".git/annex/a.csv", ".ipynb_checkpoints/b-checkpoint.csv", "._a.csv"])
def test_what_is_hidden_is_nobodys_recording(name: str, tmp_path: Path) -> None:
    for file in ("a.csv", name):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("time,x\n0,1\n0.1,2\n")
    assert [r.name for r in load_recordings(str(tmp_path))] == ["a.csv"]


def test_a_whole_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "_MOST_ENTRIES", 3)
    for i in range(4):
        (tmp_path / f"{i}.csv").write_text("")
    with pytest.raises(DataError, match=r"holds more than 3 files"):
        load_recordings(str(tmp_path))
    monkeypatch.undo()
    deep = tmp_path.joinpath("deep", *"d" * 60)
    deep.mkdir(parents=True)
    with pytest.raises(DataError, match=r"goes down more than 50 folders"):
        load_recordings(str(tmp_path / "deep"))
