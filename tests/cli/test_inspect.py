"""``stridenet inspect`` works on whatever ``run`` takes, by name or by path, labelled or not."""

import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from stridenet.__main__ import main
from stridenet.data.sets.uci_har import CHANNELS


@pytest.fixture
def uci_har(tmp_path: Path) -> Path:
    """A data set of UCI HAR's form: two people train and one is tested, a window of each activity."""
    root = tmp_path / "somewhere" / "UCI HAR Dataset"
    rng = np.random.default_rng(0)
    for side, people in (("train", (1, 3)), ("test", (2,))):
        signals = root / side / "Inertial Signals"
        signals.mkdir(parents=True)
        for channel in CHANNELS:
            rows = rng.normal(size=(2 * len(people), 128))
            text = "".join(" ".join(f"{v:.5f}" for v in row) + "\n" for row in rows)
            (signals / f"{channel}_{side}.txt").write_text(text)
        (root / side / f"y_{side}.txt").write_text("1\n2\n" * len(people))
        (root / side / f"subject_{side}.txt").write_text("".join(f"{p}\n{p}\n" for p in people))
    (root / "activity_labels.txt").write_text("1 WALKING\n2 SITTING\n")
    return root


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    assert main(["inspect", *map(str, arguments), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("kind", ["folder", "its parent", "zip", "zip within", "tar.gz"])
def test_uci_har_by_its_path(
    kind: str, uci_har: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = {"folder": uci_har, "its parent": uci_har.parent, "tar.gz": tmp_path / "any.tar.gz"}.get(
        kind, tmp_path / "any.zip"
    )
    if kind == "tar.gz":
        with tarfile.open(path, "w:gz") as archive:
            archive.add(uci_har, "data")
    elif kind.startswith("zip"):
        inner = tmp_path / "inner.zip"
        with zipfile.ZipFile(inner, "w") as zipped:
            for file in uci_har.rglob("*.txt"):
                zipped.write(file, file.relative_to(uci_har.parent))
        with zipfile.ZipFile(path, "w") as outer:
            outer.write(inner, "inner.zip")
        if kind == "zip":
            inner.rename(path)
    by_name = told(capsys, "uci-har", "--data-dir", uci_har.parent)
    assert (by_name["n_people"], by_name["n_windows"]) == (3, 6)
    found = told(capsys, path)
    assert found | {"source": ""} == by_name | {"source": ""}
    monkeypatch.chdir(tmp_path)
    assert main(["inspect", str(path), "--plot"]) == 0


def test_unlabelled_data_is_told_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    y = np.random.default_rng(1).normal(5, 1, 90)
    rows = "".join(f"{i / 10},{i * 7 % 90},{v:.6f}\n" for i, v in enumerate(y))
    (tmp_path / "anna.csv").write_text(f"time,x,y\n{rows}")
    found = told(capsys, tmp_path / "anna.csv")
    assert (found["n_people"], found["n_windows"]) == (1, 0)
    channels = found["channels"]
    assert isinstance(channels, dict)
    assert channels["y"]["mean"] == pytest.approx(y.mean(), abs=1e-5)
    assert (channels["x"]["min"], channels["x"]["max"]) == (0, 89)
    assert main(["inspect", str(tmp_path / "anna.csv")]) == 0
    assert "none of 26 samples" in capsys.readouterr().out


def test_own_files_are_read_once_and_noted_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "walk.csv").write_text("time,x,label\n" + "\n".join(f"{i / 10},{i * 7 % 90},walk" for i in range(90)))
    assert main(["inspect", str(tmp_path), "--json"]) == 0
    assert "".join(capsys.readouterr()).count("does not end with a line end") == 1
