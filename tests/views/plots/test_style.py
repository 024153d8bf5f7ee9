from pathlib import Path

import matplotlib
import pytest

from stridenet.errors import OutputError
from stridenet.system.files import write
from stridenet.views.plots import style


def _draw(folder: Path, name: str = "line") -> list[Path]:
    with style.drawing():
        fig = style.figure(3, 2)
        ax = fig.subplots()
        ax.plot([0, 1], [0, 1], label="costs 5$ or 6$")
        ax.legend()
        return style.save(fig, folder, name)


def test_drawing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = _draw(tmp_path / "a"), _draw(tmp_path / "b")
    assert [p.name for p in first] == ["line.png", "line.svg"]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_no_date_and_no_version_is_kept(tmp_path: Path) -> None:
    png, svg = (path.read_bytes() for path in _draw(tmp_path))
    assert b"Software" not in png
    assert b"<dc:date>" not in svg
    assert matplotlib.__version__.encode() not in svg


def test_the_users_settings_neither_show_nor_change(tmp_path: Path) -> None:
    plain = [p.read_bytes() for p in _draw(tmp_path / "plain")]
    with matplotlib.rc_context({"font.size": 20, "axes.facecolor": "red"}):
        before = matplotlib.rcParams.copy()
        loud = [p.read_bytes() for p in _draw(tmp_path / "loud")]
        assert matplotlib.rcParams.copy() == before
    assert plain == loud


def test_nothing_is_left_beside_the_files(tmp_path: Path) -> None:
    _draw(tmp_path)
    _draw(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["line.png", "line.svg"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.txt", b"old")

    def fail(*_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OutputError, match="disk is full"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        write(tmp_path / "file" / "a.txt", b"")
