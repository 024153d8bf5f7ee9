import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError, OutputError
from stridenet.evaluation.learner import Layer
from stridenet.evaluation.protocol import Ledger, Protocol, Provenance
from stridenet.evaluation.result import Result
from stridenet.runs import folder as runfolder
from stridenet.runs.folder import Stage
from stridenet.runs.store import Store
from stridenet.runs.trial import Turn
from stridenet.system.files import write_aside


def make(**changes: Any) -> Result:
    rng = np.random.default_rng(1)
    parts: dict[str, Any] = {
        "probability": rng.dirichlet(np.ones(3), (2, 150)).astype(np.float32),
        "y": rng.integers(0, 3, 150),
        "group": np.repeat(["07", "9"], 75),
        "recording": np.full(150, 'my, "own" walk'),
        "start_s": np.arange(150) * 1.28,
        "classes": ("sitting, down", "walking", "3"),
        "seeds": (4, 5),
        "history": ({"loss": [1.0, 1 / 3]}, {"loss": [1.1, 0.4]}),
        "seconds": (1.5, 1.25),
        "compile_seconds": (2.5, 0.0),
        "protocol": Protocol("by-person", people={"train": ("1",), "test": ("07", "9")}, windows={"test": 150}),
        "n_parameters": 7,
        "provenance": Provenance("näm", channels=("x", "y"), units=("g", "g"), dropped={"mixed": 2}),
        "ledger": Ledger(readings=2),
        "executor": "here (a single repeat)",
        "total_seconds": 3.5,
        "finished": "2026-11-25 14:03+00:00",
        "layers": (Layer("conv", "Conv1D", 3, (126, 64), 10, 3),),
    }
    return Result(**(parts | changes))


def write(folder: Path, result: Result) -> None:
    model = folder.parent / "trained.keras"
    model.write_text("a model")
    runfolder.write(
        folder,
        result,
        name="n",
        trials={Turn(0, 4): "a" * 24, Turn(0, 5): "b" * 24},
        settings="repeats = 2\n",
        environment={"python": "3"},
        models={Turn(0, 4): model},
    )


def check_same(one: Result, other: Result) -> None:
    for name in ("probability", "y", "start_s", "group", "recording"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in (
        "classes",
        "seeds",
        "seconds",
        "protocol",
        "provenance",
        "ledger",
        "n_parameters",
        "compile_seconds",
        "executor",
        "finished",
        "layers",
    ):
        assert getattr(one, name) == getattr(other, name)
    np.testing.assert_equal(one.history, other.history)
    np.testing.assert_equal(one.metrics(), other.metrics())


def test_a_result_comes_back_exactly(tmp_path: Path) -> None:
    write(tmp_path / "run", make())
    check_same(runfolder.read(tmp_path / "run"), make())


def test_classes_and_people_that_are_numbers_come_back(tmp_path: Path) -> None:
    result = make(classes=("1", "2", "10"))
    write(tmp_path / "run", result)
    again = runfolder.read(tmp_path / "run")
    check_same(again, result)
    assert again.group[0] == "07"


@pytest.mark.parametrize("name", ['5" step', "a, b", "a\nb", "p_x", "[b]x[/b]", "näm ☃"])
def test_a_class_may_have_any_name(tmp_path: Path, name: str) -> None:
    result = make(classes=(name, "walk", "3"))
    write(tmp_path / "walk [1]", result)
    check_same(runfolder.read(tmp_path / "walk [1]"), result)


def test_a_training_that_diverged_comes_back(tmp_path: Path) -> None:
    nan = float("nan")
    result = make(probability=np.full((2, 150, 3), nan, np.float32), history=({"loss": [1.0, nan]}, {"loss": [nan]}))
    write(tmp_path / "run", result)
    check_same(runfolder.read(tmp_path / "run"), result)
    for file in (tmp_path / "run").glob("*.json"):
        json.loads(file.read_text(), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


@pytest.mark.parametrize("name", ["run.json", "result.npz"])
@pytest.mark.parametrize(
    "damage", [Path.unlink, lambda p: p.write_text("{"), lambda p: p.write_text(""), lambda p: p.write_text("{}")]
)
def test_a_damaged_run_is_refused_in_a_sentence(tmp_path: Path, name: str, damage: Callable[[Path], Any]) -> None:
    write(tmp_path / "run", make())
    (tmp_path / "run" / "metrics.json").unlink()
    damage(tmp_path / "run" / name)
    with pytest.raises(DataError, match=r"run is (not a complete run .*--fresh|no run folder)") as caught:
        runfolder.read(tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert "delete" not in str(caught.value)


def test_what_is_for_people_is_never_read_back(tmp_path: Path) -> None:
    write(tmp_path / "run", make())
    for name in ("metrics.json", "history.json", "predictions.csv", "settings.toml", "environment.json"):
        (tmp_path / "run" / name).write_text("changed by hand")
    check_same(runfolder.read(tmp_path / "run"), make())


def test_a_newer_format_is_said(tmp_path: Path) -> None:
    write(tmp_path / "run", make())
    file = tmp_path / "run" / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 3}))
    with pytest.raises(DataError, match=r"newer version of stridenet \(format 3; this one reads up to 2\)"):
        runfolder.read(tmp_path / "run")


def test_nothing_is_there_until_it_is_complete(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "a")
    write(stage.ready, make())
    assert not (tmp_path / "a").exists()
    assert stage.publish() == tmp_path / "a"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == [
        "environment.json", "history.json", "metrics.json", "model.keras", "predictions.csv", "result.npz", "run.json",
        "settings.toml",
    ]  # fmt: skip


def test_what_a_killed_process_left_is_tidied(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "alive")
    (tmp_path / ".unfinished-dead" / "run").mkdir(parents=True)
    (tmp_path / ".unfinished-dead" / "run" / "half.png").touch()
    (tmp_path / ".unfinished-dead" / "lock").touch()
    (tmp_path / ".unfinished-older").mkdir()
    (tmp_path / ".unfinished-older" / "repeat-0.npz").touch()
    (tmp_path / ".old-gone").mkdir()
    (tmp_path / ".old-a").mkdir()
    (tmp_path / "a").mkdir()
    runfolder.tidy(tmp_path)
    left = {".unfinished-alive", ".unfinished-older", "gone", "a"}  # what is whole is put back under its name
    assert {p.name for p in tmp_path.iterdir()} == left
    stage.close()
    runfolder.tidy(tmp_path / "nowhere")


def test_what_a_killed_run_wrote_does_not_stay_in_the_next(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "a")
    stage.ready.mkdir()
    (stage.ready / "half.png").write_text("half")
    write(stage.ready, make())
    assert not (stage.publish() / "half.png").exists()


def test_a_start_that_came_to_nothing_leaves_nothing(tmp_path: Path) -> None:
    Stage(tmp_path, "a").close()
    assert list(tmp_path.iterdir()) == []


def test_an_older_run_is_replaced(tmp_path: Path) -> None:
    for text in ("old", "new", "newer"):
        stage = Stage(tmp_path, "a")
        stage.ready.mkdir()
        (stage.ready / text).touch()
        (tmp_path / ".old-a" / "left by a kill").mkdir(parents=True)
        stage.publish()
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["newer"]


def test_the_second_process_is_refused(tmp_path: Path) -> None:
    stage = Stage(tmp_path, "a")
    code = (
        "import sys; from pathlib import Path; from stridenet.errors import OutputError\n"
        "from stridenet.runs.folder import Stage\n"
        "try: Stage(Path(sys.argv[1]), 'a')\n"
        "except OutputError as error: print(error)"
    )

    def other() -> str:
        return subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True).stdout

    assert other().strip().endswith("another process is at this very run; wait for it, or use another --out.")
    stage.close()
    assert other() == ""


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for out in (file, file / "below"):
        with pytest.raises(OutputError, match=r"cannot write .*; choose another folder with --out, or make room\.$"):
            Stage(out, "a")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        Stage(tmp_path, "a")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    stage = Stage(tmp_path, "a")
    write(stage.ready, make())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        stage.publish()
    assert not (tmp_path / "a").exists()
    stage.close()


@pytest.mark.parametrize("room", ["40k", "400k"])
def test_a_full_disk_is_told_by_a_full_disk(tmp_path: Path, room: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    mounted = mount and subprocess.run([mount, "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(disk)]).returncode == 0
    if not mounted:
        pytest.skip("a small disk cannot be mounted here")
    try:
        stage = Stage(disk, "a")
        big = make(probability=np.random.default_rng(0).random((2, 5000, 3)).astype(np.float32))
        many = {n: np.resize(getattr(big, n), 5000) for n in ("y", "group", "recording", "start_s")}
        with pytest.raises(OutputError, match="the disk is full"):
            write(stage.ready, make(probability=big.probability, **many))
        with pytest.raises(OutputError, match="the disk is full"):
            Store(disk).keep("k", {"probability": np.zeros(10**6)}, {})
        assert Store(disk).get("k") is None
        stage.close()
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)  # also where a failure left a file open


def test_a_text_is_written_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "new" / "table.json"
    write_aside(file, "old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
    with pytest.raises(OutputError, match="broken"):
        write_aside(file, json.dumps([1]))
    assert file.read_text() == "old"


def test_a_window_without_an_answer_is_told_so(tmp_path: Path) -> None:
    probability = make().probability.copy()
    probability[0, 3] = np.nan
    write(tmp_path / "run", make(probability=probability, history=({"loss": [float("inf")]}, {"loss": [1.0]})))
    rows = (tmp_path / "run" / "predictions.csv").read_text().splitlines()
    assert ["no answer" in row for row in rows[1:]] == [i == 3 for i in range(300)]
    assert runfolder.read(tmp_path / "run").diverged == (4,)
