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
from stridenet.evaluation.result import Result
from stridenet.runs import folder as runfolder
from stridenet.runs.folder import Unfinished
from stridenet.system.files import write_aside

REPEAT = {"probability": np.arange(6.0).reshape(3, 2), "scores": np.array(["loss"])}


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
        "protocol": "by-person: 3 people train, 2 others are tested",
        "n_parameters": 7,
        "about": {"source": "näm", "leaks": {"people": 0, "samples": 0}},
    }
    return Result(**(parts | changes))


def write(folder: Path, result: Result) -> None:
    model = folder.with_name("model.keras")
    model.write_text("a model")
    runfolder.write(
        folder,
        result,
        settings="repeats = 2\n",
        environment={"python": "3"},
        model=model,
        extra={"about": result.about, "name": "n"},
    )


def check_same(one: Result, other: Result) -> None:
    for name in ("probability", "y", "start_s", "group", "recording"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("classes", "seeds", "history", "seconds", "protocol", "n_parameters", "about", "compile_seconds"):
        assert getattr(one, name) == getattr(other, name)
    assert one.metrics() == other.metrics()


def test_a_result_comes_back_exactly(tmp_path: Path) -> None:
    write(tmp_path / "run", make())
    check_same(runfolder.read(tmp_path / "run"), make())


def test_classes_and_people_that_are_numbers_come_back(tmp_path: Path) -> None:
    result = make(classes=("1", "2", "10"))
    write(tmp_path / "run", result)
    again = runfolder.read(tmp_path / "run")
    check_same(again, result)
    assert again.group[0] == "07"


def test_a_training_that_diverged_comes_back(tmp_path: Path) -> None:
    result = make(probability=np.full((2, 150, 3), np.nan, np.float32), history=({"loss": [1.0]}, {"loss": [2.0]}))
    write(tmp_path / "run", result)
    np.testing.assert_array_equal(runfolder.read(tmp_path / "run").probability, result.probability)


@pytest.mark.parametrize("name", ["metrics.json", "history.json", "predictions.csv"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda p: p.write_text("{"), lambda p: p.write_text("")])
def test_a_damaged_run_is_refused_in_a_sentence(tmp_path: Path, name: str, damage: Callable[[Path], Any]) -> None:
    write(tmp_path / "run", make())
    damage(tmp_path / "run" / name)
    with pytest.raises(DataError, match=r"run is not a complete run .*; delete it and run again") as caught:
        runfolder.read(tmp_path / "run")
    assert "\n" not in str(caught.value)


def test_nothing_is_there_until_it_is_complete(tmp_path: Path) -> None:
    stage = Unfinished(tmp_path, "a")
    runfolder.keep(stage.path, 0, REPEAT)
    write(stage.ready, make())
    assert not (tmp_path / "a").exists()
    assert stage.publish() == tmp_path / "a"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == [
        "environment.json", "history.json", "metrics.json", "model.keras", "predictions.csv", "settings.toml"
    ]  # fmt: skip


def test_finished_repeats_are_found_by_the_next_start(tmp_path: Path) -> None:
    stage = Unfinished(tmp_path, "a")
    runfolder.keep(stage.path, 3, REPEAT)
    (stage.path / "writing-4-1.tmp").write_text("half")
    stage.close()
    assert runfolder.unfinished(tmp_path) == ["a: unfinished, 1 repeats kept; the same command goes on from there"]
    again = Unfinished(tmp_path, "a")
    assert again.missing([3, 4]) == [3, 4]  # the first repeat of a run leaves its model too
    (again.path / "model.keras").write_text("a model")
    assert again.missing([3, 4]) == [4]
    np.testing.assert_array_equal(again.repeats([3])[3]["probability"], REPEAT["probability"])
    again.close()


def test_what_a_killed_run_wrote_does_not_stay_in_the_next(tmp_path: Path) -> None:
    stage = Unfinished(tmp_path, "a")
    stage.ready.mkdir()
    (stage.ready / "half.png").write_text("half")
    write(stage.ready, make())
    assert not (stage.publish() / "half.png").exists()


def test_a_start_that_came_to_nothing_leaves_nothing(tmp_path: Path) -> None:
    Unfinished(tmp_path, "a").close()
    assert list(tmp_path.iterdir()) == []
    assert runfolder.unfinished(tmp_path) == []
    assert runfolder.unfinished(tmp_path / "nowhere") == []


def test_an_older_run_is_replaced(tmp_path: Path) -> None:
    for text in ("old", "new", "newer"):
        stage = Unfinished(tmp_path, "a")
        stage.ready.mkdir()
        (stage.ready / text).touch()
        (tmp_path / ".old-a" / "left by a kill").mkdir(parents=True)
        stage.publish()
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["newer"]


def test_the_second_process_is_refused(tmp_path: Path) -> None:
    stage = Unfinished(tmp_path, "a")
    code = (
        "import sys; from pathlib import Path; from stridenet.errors import OutputError\n"
        "from stridenet.runs.folder import Unfinished\n"
        "try: Unfinished(Path(sys.argv[1]), 'a')\n"
        "except OutputError as error: print(error)"
    )

    def other() -> str:
        return subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True).stdout

    assert other().strip().endswith("another process is at this very run; wait for it, or use another --out.")
    runfolder.keep(stage.path, 0, REPEAT)
    stage.close()
    assert other() == ""


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for out in (file, file / "below"):
        with pytest.raises(OutputError, match=r"cannot write .*; choose another folder with --out, or make room\.$"):
            Unfinished(out, "a")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        Unfinished(tmp_path, "a")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    stage = Unfinished(tmp_path, "a")
    write(stage.ready, make())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        runfolder.keep(stage.path, 0, REPEAT)
    with pytest.raises(OutputError, match="the disk is full"):
        stage.publish()
    assert not (tmp_path / "a").exists()
    assert stage.missing([0]) == [0]
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
        stage = Unfinished(disk, "a")
        big = make(probability=np.random.default_rng(0).random((2, 5000, 3)).astype(np.float32))
        many = {n: np.resize(getattr(big, n), 5000) for n in ("y", "group", "recording", "start_s")}
        with pytest.raises(OutputError, match="the disk is full"):
            write(stage.ready, make(probability=big.probability, **many))
        with pytest.raises(OutputError, match="the disk is full"):
            runfolder.keep(stage.path, 0, {"x": np.zeros(10**6)})
        assert stage.missing([0]) == [0]
        stage.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_text_is_written_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "new" / "table.json"
    write_aside(file, "old")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
    with pytest.raises(OutputError, match="broken"):
        write_aside(file, json.dumps([1]))
    assert file.read_text() == "old"
