"""What was given and would do nothing is refused; what a run wrote of itself is not."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.data.load import Loaded, load_windows
from stridenet.errors import SettingError
from stridenet.evaluation.splits import folds
from stridenet.models.network import network
from stridenet.models.recipes import recipe
from stridenet.runs import job
from stridenet.runs.resolve import resolve
from stridenet.signals.windows import Windows
from stridenet.spec import RunSpec, parse, read_toml, to_toml


def taken(settings: dict[str, Any], windows: Windows, folder: Path) -> bool:
    """Whether settings are taken; then what the run writes of itself must be taken too, and mean the same."""
    try:
        spec = parse(settings)
        resolved = resolve(spec, windows, network(spec.model)).spec
    except SettingError as error:
        if not str(error).endswith("; leave it out.") or "would do nothing" not in str(error):
            raise
        return False
    file = folder / "settings.toml"
    file.write_text(to_toml(resolved), encoding="utf-8")
    assert parse(read_toml(file)) == resolved
    assert resolve(parse(read_toml(file)), windows, network(resolved.model)).spec == resolved
    return True


KINDS = (None, "official", "by-person", "random")


@pytest.mark.parametrize("official", [True, False])
def test_every_combination_of_a_split(easy: Windows, tmp_path: Path, official: bool) -> None:
    windows = easy if official else replace(easy, test_groups=())
    for kind, test, seed, validation, how in product(KINDS, (0.3, 0.5), (0, 3), (0.0, 0.25), ("by-person", "random")):
        if kind == "official" and not official:
            continue
        given = {"kind": kind, "test": test, "seed": seed, "validation": validation, "validation_kind": how}
        means = kind or ("official" if official else "by-person")
        nothing = (
            (means == "official" and (test != 0.3 or (seed != 0 and not validation)))
            or (how == "random" and not validation)
            or (how == "random" and means == "random")
        )
        assert taken({"split": given}, windows, tmp_path) != nothing, given


@pytest.mark.parametrize(
    ("settings", "is_taken"),
    [
        ({"data": {"purity": 0.9}}, True),
        ({"data": {"purity": 0.9, "labels": "end"}}, False),
        ({"data": {"purity": 0.9, "labels": "pure"}}, False),
        ({"data": {"purity": 0.5, "labels": "pure"}}, True),
        ({"train": {"patience": 3}}, False),
        ({"train": {"patience": 3, "best_weights": "loss"}}, False),
        ({"train": {"patience": 3, "early_stopping": "loss"}}, True),
        ({"train": {"patience": 1}}, True),
        ({"engine": "together", "seed": 3}, True),
        ({"engine": "together", "seed": 3, "split": {"kind": "official"}}, True),
    ],
)
def test_other_settings(easy: Windows, tmp_path: Path, settings: dict[str, Any], is_taken: bool) -> None:
    assert taken(settings, easy, tmp_path) == is_taken


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"train": {"epochs": 3}}, r"train\.epochs = 3 would do nothing, for features-svm is no network; leave it out"),
        ({"train": {"optimizer": "sgd"}}, r"train\.optimizer = 'sgd' would do nothing"),
        ({"prepare": "robust"}, "prepare = 'robust' would do nothing, for a scaler belongs into the estimator's own"),
        ({"keep": "all"}, "keep = 'all' would do nothing, for no model file is kept of an estimator"),
        ({"executor": "one-program"}, "executor = 'one-program' is for networks, and features-svm is none"),
    ],
)
def test_what_is_for_networks_is_refused_of_an_estimator(
    easy: Windows, settings: dict[str, Any], sentence: str
) -> None:
    spec = parse(settings | {"model": {"name": "features-svm"}})
    with pytest.raises(SettingError, match=sentence):
        resolve(spec, easy, recipe(spec.model))


def test_an_estimator_that_draws_nothing_is_trained_once(easy: Windows) -> None:
    for name, repeats in (("features-svm", 1), ("features-forest", 10)):
        spec = parse({"model": {"name": name}})
        assert resolve(spec, easy, recipe(spec.model)).spec.repeats == repeats


def test_few_windows_and_many_classes_take_more_epochs_of_our_own_network(easy: Windows) -> None:
    def epochs(windows: Windows, **given: Any) -> int:
        spec = parse({"model": {"name": "stride-s"}} | given)
        return resolve(spec, windows, recipe(spec.model)).spec.train.epochs

    many = easy.take(np.tile(np.arange(len(easy)), 80))
    few = epochs(easy, split={"kind": "by-person:3"})
    assert few == 200  # the most
    assert epochs(many, split={"kind": "by-person:3"}) < few
    assert epochs(easy, train={"epochs": 3}) == 3  # what is asked for is done
    assert epochs(easy, model={"name": "cnn"}) == RunSpec().train.epochs


def test_a_first_result_counts_every_epoch(easy: Windows) -> None:
    def repeats(epochs: int) -> int | None:
        spec = parse({"model": {"name": "cnn"}, "split": {"kind": "by-person:3"}, "train": {"epochs": epochs}})
        return resolve(spec, easy, recipe(spec.model)).spec.repeats

    trained = sum(len(one.train) for one in folds(easy, parse({"split": {"kind": "by-person:3"}}).split))
    assert repeats(1) == 3
    assert repeats(400_000 // (2 * trained)) == 2
    assert repeats(400_000 // trained + 1) == 1


def test_a_sweep_refuses_before_it_trains(monkeypatch: pytest.MonkeyPatch, easy: Windows) -> None:
    monkeypatch.setattr(job, "load", lambda *_, **__: Loaded(easy))
    specs = [RunSpec(), RunSpec(split={"test": 0.5})]
    with pytest.raises(SettingError, match=r"split\.test = 0\.5 would do nothing"):
        job.prepare_all(specs)


@pytest.mark.parametrize("rate_hz", [20.0, 50.0])
def test_a_known_data_set_has_its_own_rate(rate_hz: float) -> None:
    with pytest.raises(
        SettingError, match=r"simulated is a known data set of 50 Hz: rate_hz=.*would do nothing; leave it out"
    ):
        load_windows("simulated", rate_hz=rate_hz)
