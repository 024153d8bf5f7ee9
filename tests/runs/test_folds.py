"""Folds as trials: resumed, shared, kept and told."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.model_selection import GroupKFold, LeaveOneGroupOut

from stridenet import spec
from stridenet.errors import SettingError
from stridenet.runs import folder as runfolder
from stridenet.runs import job
from stridenet.runs.job import Run
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec, SplitSpec, parse, read_toml
from stridenet.system.notes import Progress


def settings(**more: Any) -> RunSpec:
    return spec.parse(
        {
            "repeats": 2,
            "executor": "here",
            "split": {"kind": "by-person:3"},
            "model": {"name": "cnn", "settings": {"filters": 4, "dense": [8]}},
            "train": {"epochs": 2, "learning_rate": 0.01},
        }
        | more
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def done(easy: Windows, out: Path) -> Run:
    return job.run(settings(), windows=easy, out=out)


def test_every_window_has_one_prediction_in_each_repeat(done: Run, easy: Windows) -> None:
    result = done.result
    assert result.probability.shape == (2, len(easy), len(easy.classes))
    np.testing.assert_array_equal(result.y, easy.y)
    assert (result.n_folds, len(result.history), len(result.seconds), len(result.seconds_of_repeats)) == (3, 6, 6, 2)
    for person in easy.people:
        assert len(np.unique(result.fold[result.group == person])) == 1


def test_a_fold_is_what_the_same_training_gives_alone(done: Run, easy: Windows, tmp_path: Path) -> None:
    tested = done.result.protocol.folds[1]
    official = Windows(**{name: getattr(easy, name) for name in easy.__dataclass_fields__} | {"test_groups": tested})
    alone = job.run(settings(split={"kind": "official"}), windows=official, out=tmp_path)
    np.testing.assert_array_equal(alone.result.probability, done.result.probability[:, done.result.fold == 1])
    assert alone.result.history == done.result.history[1::3]


def test_what_is_stored_is_read_back(done: Run) -> None:
    again = runfolder.read(done.folder)
    np.testing.assert_array_equal(again.fold, done.result.fold)
    assert again.protocol == done.result.protocol
    table = pl.read_csv(done.folder / "predictions.csv")
    assert table.group_by("fold").len().sort("fold")["fold"].to_list() == [1, 2, 3]


def test_settings_of_a_run_give_the_same_run(done: Run, easy: Windows, out: Path) -> None:
    written = parse(read_toml(done.folder / "settings.toml"))
    assert (written.split.kind, written.split.folds, written.split.test) == ("by-person", 3, None)
    assert job.run(written, windows=easy, out=out).found


def test_more_repeats_train_only_what_is_missing(done: Run, easy: Windows, out: Path) -> None:
    told: list[str] = []
    trained: set[tuple[int, int]] = set()

    def epoch(at: Progress) -> None:
        trained.add((at.fold, at.repeat))

    more = job.run(settings(repeats=3), windows=easy, out=out, note=told.append, on_progress=epoch)
    assert "found 6 of 9 trainings done already" in told
    assert trained == {(1, 3), (2, 3), (3, 3)}
    np.testing.assert_array_equal(more.result.probability[:2], done.result.probability)


def test_processes_train_folds_too(easy: Windows, tmp_path: Path) -> None:
    spec_ = settings(executor="processes", repeats=1)
    run = job.run(spec_, windows=easy, out=tmp_path)
    assert run.result.probability.shape == (1, len(easy), len(easy.classes))
    assert np.isfinite(run.result.probability).all()


def test_the_same_sides_by_another_protocol_are_another_run(easy: Windows, tmp_path: Path) -> None:
    """Each person has a recording: by person and by session divide alike, and say less or more."""
    baseline = RunSpec(repeats=1, model={"name": "majority"}, executor="here")
    told = []
    for kind in ("by-person:6", "by-session:6"):
        one = baseline.model_copy(update={"split": SplitSpec(kind=kind)})
        told.append(str(job.run(one, windows=easy, out=tmp_path).result.protocol))
    told.append(str(job.run(baseline, windows=easy, out=tmp_path, splitter=LeaveOneGroupOut()).result.protocol))
    assert [one.split(",")[0] for one in told] == ["by-person", "by-session", "own splitter"]


def test_a_splitter_from_python(easy: Windows, tmp_path: Path) -> None:
    run = job.run(settings(repeats=1, split={}), windows=easy, splitter=GroupKFold(2), out=tmp_path)
    assert str(run.result.protocol).startswith("own splitter, 2 folds")
    written = parse(read_toml(run.folder / "settings.toml"))
    with pytest.raises(SettingError, match="needs the splitter"):
        job.run(written, windows=easy, out=tmp_path)


def test_so_many_repeats_as_let_a_first_result_come_soon(easy: Windows) -> None:
    few = job.prepare(settings(repeats=None), windows=easy)
    assert (len(few.splits), few.spec.repeats) == (3, 3)
    one = job.prepare(settings(repeats=None, split={"kind": "by-person", "test": 0.3}), windows=easy)
    assert (len(one.splits), one.spec.repeats) == (1, 10)


@pytest.mark.parametrize("given", [{"folds": 7}, {"seed": 3}, {"test": 0.5}])
def test_a_splitter_leaves_nothing_to_settle(easy: Windows, given: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=r"would do nothing, for the .*splitter.*; leave it out"):
        job.prepare(settings(split=given), windows=easy, splitter=GroupKFold(2))


def test_beside_a_splitter_the_seed_draws_who_validates(easy: Windows) -> None:
    drawn = [
        job.prepare(settings(split={"validation": 0.3, "seed": seed}), windows=easy, splitter=GroupKFold(2)).splits
        for seed in range(4)
    ]
    assert len({tuple(one.digest for one in splits) for splits in drawn}) > 1
