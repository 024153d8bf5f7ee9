"""What the cache holds is listed, and cleared by kind."""

import json
from pathlib import Path

import pytest

from stridenet.__main__ import main


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path))
    for name, size in (
        ("read/a.bin", 2_000_000),
        ("read/.writing-1-1-b.bin", 5),
        ("compiled/x/p-cache", 30),
        ("mine", 7),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    return tmp_path


def test_it_is_listed_with_its_place(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache"]) == 0
    out = capsys.readouterr().out
    assert "read             2.0 MB      2 files  data as it was read" in out
    assert str(filled) in out
    assert main(["cache", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(filled)
    assert told["kinds"]["read"] == {"files": 2, "bytes": 2_000_005}
    assert told["kinds"]["downloads"] == {"files": 0, "bytes": 0}


def test_one_kind_is_cleared_and_what_it_freed_is_said(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "clear", "compiled", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"compiled": {"files": 1, "bytes": 30}}
    assert (filled / "read" / "a.bin").exists()
    assert main(["cache", "clear"]) == 0
    assert "read             2.0 MB in 2 files freed" in capsys.readouterr().out
    assert [path for path in filled.rglob("*") if path.is_file()] == [filled / "mine"]  # nothing of ours


def test_a_link_is_taken_away_and_not_what_it_leads_to(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other") / "kept"
    other.touch()
    (filled / "read" / "link").symlink_to(other)
    (filled / "read" / "folder").symlink_to(other.parent)
    assert main(["cache", "clear", "read"]) == 0
    assert other.exists()
    assert not (filled / "read" / "link").is_symlink()


def test_an_empty_cache_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "nothing"))
    assert main(["cache"]) == main(["cache", "clear"]) == 0
    assert not (tmp_path / "nothing").exists()
    assert "0.0 MB" in capsys.readouterr().out


def test_an_unknown_kind_is_refused(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "clear", "reads"]) == 2
    assert "unknown kind 'reads': did you mean 'read'?" in capsys.readouterr().err
    assert (filled / "read" / "a.bin").exists()
