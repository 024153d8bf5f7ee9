"""Past runs at a glance: complete, older and damaged ones; and they are taken away whole, or not at all."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from stridenet.__main__ import main
from stridenet.errors import DataMissingError, OutputError, SettingError, UnknownNameError
from stridenet.runs import folder as runfolder
from stridenet.runs import job, listing
from stridenet.signals.windows import Windows
from stridenet.spec import parse

OLDER = Path(__file__).with_name("older_run")


@pytest.fixture(scope="module")
def made(easy: Windows, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two runs."""
    out = tmp_path_factory.mktemp("runs")
    tiny: dict[str, Any] = {"repeats": 2, "executor": "here", "train": {"epochs": 1}}
    tiny["model"] = {"name": "cnn", "settings": {"filters": 4, "dense": [4]}}
    job.run(parse(tiny), windows=easy, out=out)
    job.run(parse({**tiny, "repeats": 1, "split": {"kind": "random"}}), windows=easy, out=out)
    return out


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """The same two with an older run, three damaged ones and what is no run."""
    shutil.copytree(made, tmp_path / "runs")
    folder = tmp_path / "runs"
    shutil.copytree(OLDER, folder / "older")
    whole = next(path for path in folder.iterdir() if (path / "run.json").is_file())
    for name, text in {"torn": "{", "empty": "", "list": "[]"}.items():
        shutil.copytree(whole, folder / name)
        (folder / name / "run.json").write_text(text)
    shutil.copytree(whole, folder / "without")
    (folder / "without" / "settings.toml").write_text("repeats = = 3")
    (folder / "sweep-123").mkdir()
    (folder / "sweep-123" / "sweep.json").write_text("[]")
    (folder / "notes.txt").write_text("mine")
    return folder


def test_runs_are_listed_as_they_lie_there(out: Path) -> None:
    found = {one.name: one for one in listing.listed(out)}
    states = {name: one.state for name, one in found.items()}
    damaged = {name for name, state in states.items() if state == "damaged"}
    assert damaged == {"torn", "empty", "list", "without"}
    assert all(found[name].why for name in damaged)
    assert states["older"] == "older"
    whole = [one for one in found.values() if one.state == "complete"]
    assert sorted(one.repeats for one in whole) == [1, 2]
    for one in whole:
        figures = json.loads((out / one.name / "metrics.json").read_text())
        assert list(one.accuracies) == figures["accuracies"]
        assert one.accuracy_mean == pytest.approx(figures["accuracy_mean"])
        assert one.leaky == (one.repeats == 1)
        assert (one.accuracy_sd is None) == (one.repeats == 1)
        assert one.differs == {
            "executor": "here",
            "train.epochs": 1,
            "model.settings.filters": 4,
            "model.settings.dense": [4],
        }


def test_the_command_lists_sorts_and_filters(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", str(out)]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    assert told.count("damaged:") == 4
    assert "LEAKY" in told
    assert "of an older version" in told
    assert "filters=4" in told
    assert "over 1 repeat;" in told
    assert main(["runs", str(out), "--sort", "accuracy", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["runs"]
    means = [-1.0 if row["accuracy_mean"] is None else row["accuracy_mean"] for row in rows]
    assert means == sorted(means)
    assert len(rows) == 7
    assert main(["runs", str(out), "--data", "SIMUL", "--model", "cnn", "--json"]) == 0
    assert {row["data"] for row in json.loads(capsys.readouterr().out)["runs"]} == {"simulated"}
    assert main(["runs", "list", str(out), "--model", "lstm"]) == 0
    assert capsys.readouterr().err.startswith("no such run")
    assert main(["runs", str(out), "--sort", "acuracy"]) == 2
    assert "did you mean 'accuracy'?" in capsys.readouterr().err
    assert main(["runs", str(out / "nowhere")]) == 2
    assert main(["runs", "--help"]) == 0


def test_a_run_is_removed_after_a_question(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    assert main(["runs", "remove", "torn", "--out", str(out)]) == 0
    assert (out / "torn").is_dir()
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)
    assert main(["runs", "remove", "torn", f"{out}/older/", "--out", str(out)]) == 0
    assert "removed 2 runs" in capsys.readouterr().out
    assert not (out / "torn").exists()
    assert not (out / "older").exists()
    assert {path.name for path in out.glob(".*")} <= {".readings.jsonl.lock"}
    assert main(["runs", "remove", "tron", "--out", str(out), "--yes"]) == 2
    assert main(["runs", "remove", "--out", str(out)]) == 2
    for name in ("notes.txt", "sweep-123", "trials", "..", "."):
        with pytest.raises(UnknownNameError):
            listing.remove(out, [name])
    assert (out / "notes.txt").read_text() == "mine"


def test_trials_that_no_run_uses(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingError, match="is damaged, so nobody knows which trials are its own"):
        listing.unused_trials(out)
    listing.remove(out, ["torn", "empty", "list", "without"])
    assert listing.unused_trials(out) == []
    leaky = next(one.name for one in listing.listed(out) if one.leaky)
    assert main(["runs", "remove", leaky, "--trials", "--yes", "--out", str(out)]) == 0
    assert "removed 1 trial that no run uses (" in capsys.readouterr().out
    assert len(list((out / "trials").glob("*.npz"))) == 2
    assert main(["runs", "remove", "--trials", "--yes", "--out", str(out)]) == 0
    assert "every trial is used" in capsys.readouterr().out


def test_what_another_process_is_at_is_kept(out: Path) -> None:
    listing.remove(out, ["torn", "empty", "list"])
    stage = runfolder.Stage(out, "older")
    with pytest.raises(OutputError, match="another process is at this very run"):
        listing.remove(out, ["older"])
    with pytest.raises(SettingError, match="another process is at a run here"):
        listing.unused_trials(out)
    stage.close()
    assert (out / "older").is_dir()
    assert listing.unused_trials(out) == []


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    for place in (tmp_path / "nowhere", Path(__file__)):
        with pytest.raises(DataMissingError, match="there is no folder"):
            listing.listed(place)
    assert listing.listed(tmp_path) == []
