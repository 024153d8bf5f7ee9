"""Settings chosen on training people: who chooses, what is trained, what is told."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet import spec
from stridenet.data.load import Loaded
from stridenet.errors import SettingError, SplitError, UnknownNameError
from stridenet.evaluation.nested import inner, same_people
from stridenet.evaluation.splits import folds
from stridenet.runs import folder as runfolder
from stridenet.runs import job, listing, selection
from stridenet.runs.candidates import Candidate, most_chosen, table
from stridenet.runs.selection import Selection
from stridenet.runs.sweep import sweep
from stridenet.signals.recording import Recording
from stridenet.signals.windows import Windows, cut
from stridenet.spec import RunSpec, SplitSpec

GRID: dict[str, list[Any]] = {"train.epochs": [1, 6], "data.length": [16, 20]}


def settings(**more: Any) -> dict[str, Any]:
    return {
        "repeats": 2,
        "split": {"kind": "by-person:3"},
        "executor": "here",
        "model": {"name": "cnn", "settings": {"filters": 2, "dense": [4]}},
        "train": {"learning_rate": 0.02},
    } | more


@pytest.fixture(scope="module", autouse=True)
def _cut_as_asked(recordings: list[Recording]) -> Any:
    """The easy recordings, whatever data is named, cut as the settings say."""

    def load(asked: RunSpec, **_: Any) -> Loaded:
        length = asked.data.length or 16
        return Loaded(cut(recordings, length=length, step=8, test_groups=("p5", "p6")))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "load", load)
        yield


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def done(out: Path) -> Selection:
    return sweep(settings(), GRID, select=True, inner_folds=2, out=out)


def test_each_fold_chooses_by_the_mean_over_its_inner_folds(done: Selection) -> None:
    assert len(done.candidates) == 4
    assert len(done.chosen) == 3
    for fold, place in enumerate(done.chosen):
        assert done.candidates[place].scores[fold] == max(one.scores[fold] for one in done.candidates)
    assert done.rows()[0]["chosen_in"]
    assert sum(len(row["chosen_in"]) for row in done.rows()) == 3


def test_who_chooses_is_not_tested(done: Selection) -> None:
    for fold, tested in enumerate(done.result.protocol.folds):
        for one in done.candidates:
            assert set(one.people[fold]) == {f"p{i}" for i in range(1, 7)} - set(tested)


def test_the_result_has_each_folds_chosen_setting(done: Selection, out: Path) -> None:
    result = done.result
    assert result.probability.shape[0] == 2
    assert len(result.history) == 6
    for fold, place in enumerate(done.chosen):
        values = done.candidates[place].values
        n_epochs = [len(result.history[repeat * 3 + fold]["loss"]) for repeat in range(2)]
        assert n_epochs == [values["train.epochs"]] * 2
    assert set(result.group) == {f"p{i}" for i in range(1, 7)}
    assert result.ledger.clean
    assert result.ledger.readings == 1
    np.testing.assert_array_equal(runfolder.read(done.folder).probability, result.probability)
    assert not listing.unused_trials(out)


def test_a_setting_that_was_chosen_gives_what_its_own_run_gives(done: Selection, tmp_path: Path) -> None:
    nested = settings()
    for name, value in done.candidates[done.chosen[0]].values.items():
        nested = spec.override(nested, name, value)
    alone = job.run(spec.parse(nested), out=tmp_path).result
    here, there = done.result.fold == 0, alone.fold == 0
    np.testing.assert_array_equal(done.result.probability[:, here], alone.probability[:, there])


def test_folds_with_other_windows_keep_what_validated_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "first_best", lambda _some, fold, _sign: fold % 2)
    split = {"kind": "by-person:3", "validation": 0.25}
    one = {"repeats": 2, "split": split, "executor": "here", "model": {"name": "features-logistic"}}
    done = sweep(one, {"data.length": [16, 20]}, select=True, inner_folds=2, out=tmp_path)
    held, unsure, people = done.result.held, done.result.unsure, done.result.protocol.people
    assert held is not None
    assert unsure is not None
    assert held.probability.shape == (2, len(held.y), len(done.result.classes))
    assert unsure.temperature.shape == (2, 3)
    assert sorted(np.unique(held.group)) == sorted(people["validation"])
    for fold, tested in enumerate(done.result.protocol.folds):
        assert (held.fold == fold).any()
        assert not set(held.group[held.fold == fold]) & set(tested)


def test_what_most_folds_chose_is_named_the_same_everywhere() -> None:
    some = [Candidate({"prepare": n}, 9, scores, (), 0.0) for n, scores in (("a", (0.5, 0.6)), ("b", (0.7, 0.5)))]
    assert most_chosen(some, (1, 0), 1) == 1
    assert table(some, (1, 0), 1)[0]["label"] == some[1].label
    assert most_chosen(some, (0, 0), 1) == 0
    assert most_chosen(some, (1, 0), -1) == 0


def test_nothing_is_trained_twice(done: Selection, out: Path) -> None:
    told: list[str] = []
    trials = {file: file.stat().st_mtime_ns for file in (out / "trials").iterdir()}
    again = sweep(settings(), GRID, select=True, inner_folds=2, out=out, note=told.append)
    assert again.run.found
    assert (again.candidates, again.chosen, again.by) == (done.candidates, done.chosen, done.by)
    more = sweep(settings(repeats=3), GRID, select=True, inner_folds=2, out=out, note=told.append)
    assert more.chosen == done.chosen
    assert more.result.ledger.readings == 1
    assert "found 24 of 24 trainings done already" in told
    assert "found 6 of 9 trainings done already" in told
    assert {file: file.stat().st_mtime_ns for file in trials} == trials


def test_the_folder_holds_the_choice(done: Selection) -> None:
    told = json.loads((done.folder / "selection.json").read_text())
    assert (told["format"], told["by"], len(told["candidates"])) == (1, "accuracy", 4)
    page = (done.folder / "selection.html").read_text()
    assert "Fold by fold" in page
    assert "selection.html" in (done.folder / "report.html").read_text()
    assert "chosen in" in repr(done)
    assert "<table>" in done._repr_html_()


def test_of_ties_the_first_is_chosen_and_other_scores_choose_too(tmp_path: Path) -> None:
    one = settings(split={"kind": "official"}, repeats=1)
    told: list[str] = []
    more: dict[str, Any] = {"inner_folds": 99, "by": "log-loss", "out": tmp_path, "note": told.append}
    done = sweep(one, {"train.patience": [1]}, select=True, **more)
    assert "4 inner folds in place of 99: no more people train in a fold" in told
    assert (done.by, done.chosen) == ("log_loss", (0,))
    assert set(done.result.group) == {"p5", "p6"}
    assert done.candidates[0].scores[0] > 0


def test_one_value_of_whatever_is_no_choice_is_a_setting_of_all(tmp_path: Path) -> None:
    one = {"repeats": 1, "executor": "here", "model": {"name": "features-logistic"}}
    alone: dict[str, list[Any]] = {
        "seed": [5],
        "split.seed": [3],
        "split.kind": ["by-person:2"],
        "data.labels": ["majority"],
    }
    grid = alone | {"data.purity": [0.9], "data.length": [16, 20]}
    done = sweep(one, grid, select=True, inner_folds=2, out=tmp_path)
    assert [candidate.values["data.length"] for candidate in done.candidates] == [16, 20]
    assert done.result.seeds == (5,)
    assert len(done.chosen) == 2
    with pytest.raises(SettingError, match=r"data\.purity changes what the truth is"):
        sweep(one, grid | {"data.purity": [0.5, 0.9]}, select=True, out=tmp_path)


def test_the_easier_question_and_the_test_people_cannot_be_chosen(tmp_path: Path) -> None:
    for name, values, sentence in (
        ("split.seed", [0, 1], "cannot be chosen on training people"),
        ("repeats", [1, 2], "cannot be chosen on training people"),
        ("data.purity", [0.5, 0.9], "the easier question would be chosen"),
    ):
        with pytest.raises(SettingError, match=sentence):
            sweep(settings(), {name: values}, select=True, out=tmp_path)
    with pytest.raises(SettingError, match="chosen and tested on people"):
        sweep(settings(split={"kind": "by-time"}), {"train.epochs": [1]}, select=True, out=tmp_path)
    with pytest.raises(SettingError, match="2 inner folds at least"):
        sweep(settings(), {"train.epochs": [1]}, select=True, inner_folds=1, out=tmp_path)
    with pytest.raises(UnknownNameError, match="did you mean 'macro-f1'"):
        sweep(settings(), {"train.epochs": [1]}, select=True, by="macrof1", out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_timeline_is_asked_of_the_run_of_what_was_chosen(tmp_path: Path) -> None:
    for more, grid in (
        ({"timeline": True}, {}),
        ({"timeline": True, "smoothing": "median"}, {}),
        ({}, {"timeline": [True, False]}),
        ({"timeline": True}, {"smoothing": ["median", "majority"]}),
    ):
        with pytest.raises(SettingError, match=r"run what was chosen .* with --timeline"):
            sweep(settings(**more), GRID | grid, select=True, inner_folds=2, out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_inner_folds_hold_no_test_person_and_test_each_other_person_once(easy: Windows) -> None:
    for outer in folds(easy, SplitSpec(kind="by-person", folds=3, validation=0.25)):
        tested = set(easy.group[outer.test])
        made = inner(easy, outer, 3, SplitSpec(validation=0.25))
        assert sorted(np.concatenate([np.unique(easy.group[one.test]) for one in made])) == sorted(
            set(easy.people) - tested
        )
        for one in made:
            sides = np.concatenate([one.train, one.validation, one.test])
            assert not tested & set(easy.group[sides])
            assert len(one.validation)


def test_the_same_people_are_on_the_same_sides_of_other_windows(easy: Windows, recordings: list[Recording]) -> None:
    outer = folds(easy, SplitSpec(kind="official"))[0]
    others = cut(recordings, length=40, step=20, test_groups=("p5", "p6"))
    made = same_people(easy, outer, others, "length 40")
    assert set(others.group[made.test]) == {"p5", "p6"}
    assert set(others.group[made.train]) == {"p1", "p2", "p3", "p4"}
    without = others.take(np.flatnonzero(others.group != "p6"))
    with pytest.raises(SplitError, match="with length 40 these people have no window: p6"):
        same_people(easy, outer, without, "length 40")


def test_windows_that_validate_at_random_are_not_carried_over_to_other_windows(
    easy: Windows, recordings: list[Recording], tmp_path: Path
) -> None:
    outer = folds(easy, SplitSpec(kind="official", validation=0.25, validation_kind="random"))[0]
    assert same_people(easy, outer, easy, "epochs 1") is outer
    others = cut(recordings, length=40, step=20, test_groups=("p5", "p6"))
    with pytest.raises(SplitError, match=r"with length 40 the windows that validate \(random\) would train"):
        same_people(easy, outer, others, "length 40")
    at_random = settings(split={"kind": "by-person:3", "validation": 0.25, "validation_kind": "random"})
    with pytest.raises(SplitError, match=r"with data\.length 20 the windows that validate"):
        sweep(at_random, {"data.length": [16, 20]}, select=True, out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_one_training_person_cannot_choose(easy: Windows) -> None:
    two = easy.take(np.flatnonzero(np.isin(easy.group, ["p1", "p5"])))
    with pytest.raises(SplitError, match="one training person only"):
        inner(two, folds(two, SplitSpec(kind="official"))[0], 3, SplitSpec())
