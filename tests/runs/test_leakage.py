"""What peeking claims is shown, and is never found by anyone who does not ask for it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.__main__ import main
from stridenet.cli.leakage import table
from stridenet.errors import SettingError
from stridenet.runs import job, listing
from stridenet.runs.leakage import HONEST, Leakage, _by_person, _random, leakage
from stridenet.runs.leaky import leaky
from stridenet.signals.windows import Windows
from stridenet.spec import parse
from stridenet.system.notes import silent

SETTINGS: dict[str, Any] = {
    "repeats": 1,
    "executor": "here",
    "prepare": "standardize",
    "split": {"kind": "by-person:2"},
    "model": {"name": "cnn", "settings": {"filters": 4, "dense": [8]}},
    "train": {"epochs": 3, "learning_rate": 0.01},
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def done(easy: Windows, out: Path) -> Leakage:
    return leakage(parse(SETTINGS), windows=easy, out=out)


def test_every_way_says_in_fields_what_it_did(done: Leakage) -> None:
    honest, epoch, scaled, drawn = done.results.values()
    assert [r.leaky for r in done.results.values()] == [False, True, True, True]
    assert (epoch.ledger.chose_epoch, epoch.ledger.readings) == (True, 3)
    assert scaled.ledger.scaled_with
    assert drawn.protocol.kind == "random"
    assert honest.ledger.clean
    assert all(found.paired for found in done.gaps.values())
    for name, found in done.gaps.items():
        expected = np.mean(done.results[name].accuracies) - np.mean(honest.accuracies)
        assert found.difference == pytest.approx(expected)


def test_the_epoch_is_the_one_that_is_best_on_the_test(done: Leakage) -> None:
    honest, epoch = (done.results[name] for name in (HONEST, "best epoch chosen on the test"))
    for fold in range(2):
        at = honest.fold == fold
        assert (epoch.predicted[0] == epoch.y)[at].mean() == pytest.approx(max(epoch.history[fold]["val_accuracy"]))
        assert epoch.history[fold]["loss"] == pytest.approx(honest.history[fold]["loss"], rel=1e-4)  # the same training


def test_the_scaling_knows_the_test_and_nothing_else_does(easy: Windows) -> None:
    honest = job.prepare(parse(SETTINGS), windows=easy)
    plain, peeking = honest.sides().of(0), leaky(honest, "scaling").sides().of(0)
    samples = [np.concatenate(list(one.pieces())) for one in (plain.train, plain.test, peeking.train)]
    np.testing.assert_array_equal(samples[2], np.concatenate(samples[:2]))
    np.testing.assert_array_equal(peeking.train.y, plain.train.y)
    assert len(peeking.train.x) == len(plain.train.x)
    assert peeking.validation is None


def test_no_honest_run_finds_a_leaky_trial(easy: Windows, done: Leakage, out: Path) -> None:
    honest = job.prepare(parse(SETTINGS), windows=easy)
    keys = {honest.key(turn) for turn in honest.turns}
    for leak in ("epoch", "scaling"):
        peeking = leaky(honest, leak)
        assert not keys & {peeking.key(turn) for turn in peeking.turns}
        assert not any(peeking.needs_model(turn) for turn in peeking.turns)
    run = job.run(parse(SETTINGS), windows=easy, out=out)
    assert run.found
    assert run.result.accuracies == done.results[HONEST].accuracies
    assert sorted(one.leaky for one in listing.listed(out)) == [False, True]  # the honest one and the random one


@pytest.mark.parametrize(
    ("split", "n_folds"),
    [({"kind": "official"}, 1), ({"test": 0.3}, 1), ({"kind": "leave-one-person-out"}, 6), ({}, 5)],
)
def test_windows_are_drawn_in_as_many_folds_or_as_large_a_share(
    split: dict[str, Any], n_folds: int, easy: Windows
) -> None:
    honest = job.prepare(_by_person(parse(SETTINGS | {"split": split}), silent), windows=easy)
    drawn = job.prepare(_random(honest), windows=easy)
    assert (len(honest.splits), len(drawn.splits), drawn.spec.split.kind) == (n_folds, n_folds, "random")
    tested = [sum(len(one.test) for one in run.splits) for run in (honest, drawn)]
    assert tested[0] == tested[1]
    assert honest.spec.seeds == drawn.spec.seeds


def test_no_setting_asks_for_a_leak() -> None:
    with pytest.raises(SettingError, match=r"needs split.validation above 0"):
        parse({"train": {"best_weights": "val_accuracy"}})


def test_leaky_ways_are_marked_in_every_table(done: Leakage) -> None:
    lines = table(done).splitlines()
    assert ["(LEAKY)" in line for line in lines[1:5]] == [False, True, True, True]
    page = (done.folder / "leakage.html").read_text(encoding="utf-8")
    assert page.count("<strong>LEAKY</strong>") == 3
    assert json.loads((done.folder / "leakage.json").read_text()) == done.told()
    assert [way["leaky"] for way in done.told()["ways"]] == [False, True, True, True]
    assert repr(done).count("LEAKY") == 3


def test_a_second_time_nothing_is_trained(easy: Windows, done: Leakage, out: Path) -> None:
    told: list[str] = []
    again = leakage(parse(SETTINGS), windows=easy, out=out, note=told.append)
    assert again.folder == done.folder
    assert again.gaps == done.gaps
    assert sum("found" in line for line in told) == 4


def test_what_tests_no_new_people_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["leakage", "simulated", "--protocol", "by-time", "--out", str(tmp_path)]) == 2
    assert "--protocol by-time does not test them; give by-person" in capsys.readouterr().err


def test_a_network_that_scales_by_itself_has_one_way_fewer(easy: Windows, tmp_path: Path) -> None:
    """The default is such a network; it was refused, with a sentence about a setting that nobody had given."""
    told: list[str] = []
    small = {"name": "stride-s", "settings": {"waveform": [4], "spectrum": [], "compress": False}}
    settings = parse(
        {"repeats": 1, "executor": "here", "model": small, "train": {"epochs": 1, "rotation": 0}, "split": {"folds": 2}}
    )
    done = leakage(settings, windows=easy, out=tmp_path, note=told.append)
    assert list(done.results) == ["people never seen", "best epoch chosen on the test", "random windows"]
    assert any("stride-s takes raw units" in line for line in told)
    page = (done.folder / "leakage.html").read_text(encoding="utf-8")
    assert "Two of these three are wrong on purpose." in page
    assert "tested in three ways" in page


def test_an_estimator_has_two_ways(easy: Windows, tmp_path: Path) -> None:
    told: list[str] = []
    spec = parse({"executor": "here", "split": {"kind": "by-person:2"}, "model": {"name": "features-logistic"}})
    done = leakage(spec, windows=easy, out=tmp_path, note=told.append)
    assert list(done.results) == [HONEST, "random windows"]
    assert any("features-logistic has no epochs" in line for line in told)
    page = (done.folder / "leakage.html").read_text(encoding="utf-8")
    assert "One of these two is wrong on purpose." in page
