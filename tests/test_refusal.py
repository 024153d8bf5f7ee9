"""What is wrong with a setting is one sentence of readable length that says what to type, from Python as well."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import stridenet
from stridenet.errors import SettingError, StridenetError, UnknownNameError
from stridenet.models.build import settings_of
from stridenet.refusal import nearest, setting_names
from stridenet.spec import DataSpec, ModelSpec, RunSpec, SplitSpec, TrainSpec, override, parse


def sentence(make: Callable[[], object]) -> str:
    with pytest.raises(SettingError) as caught:
        make()
    text = str(caught.value)
    assert text.endswith((".", "?"))
    assert "\n" not in text
    assert "pydantic" not in text
    assert len(text) < 700  # twelve of Keras' names, say
    return text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"repeats": 0}, "setting repeats = 0: it must be greater than 0."),
        ({"repeats": 10**9}, "setting repeats = 1000000000: it must be less than or equal to 100000."),
        ({"seed": None}, "setting seed = None: it must be a whole number."),
        ({"repeats": 10**5000}, "setting repeats = (int too large to show)"),
        ({"epochs": 2}, "unknown setting 'epochs': did you mean 'train.epochs'? `stridenet settings` lists all."),
        ({"lr": 2}, "did you mean 'train.learning_rate'?"),
        ({"batch": 2}, "did you mean 'train.batch_size'?"),
        ({"no-such-thing": 2}, "unknown setting 'no-such-thing': `stridenet settings` lists all."),
        ({"model": "cnn"}, "setting model = 'cnn': it is a table of settings; write model.name = 'cnn', or in Python"),
        ({"data": "folder"}, "model={'name'".replace("model", "data")),
        ({"split": "random"}, "write split.kind = 'random'"),
        ({"train": 3}, "write train.epochs = 3"),
        ({"train": {"epochs": 1.5}}, "setting train.epochs = 1.5: it must be a whole number."),
        ({"data": {"people": "1,2"}}, 'it must be a list in brackets, as in people = ["1", "2"].'),
        ({"data": {"people": [1, "2"]}}, "setting data.people, item 1 = 1: it must be text, in quotes."),
        ({"data": {"people": []}}, "a list that is not empty"),
        ({"data": {"name": "x" * 3000}, "seed": "y" * 3000}, "yyy...yyy"),
        ({"data": {"step_s": 1e300}}, "at most"),
        ({"model": {"settings": 3}}, "it must be a table"),
        ({"train": {"best_weights": "val_loss"}}, "train.best_weights = 'val_loss' needs split.validation above 0"),
    ],
)
def test_a_run_from_python_is_refused_in_a_sentence(given: dict[str, Any], words: str) -> None:
    text = sentence(lambda: stridenet.RunSpec(**given))
    assert words in text
    assert text == sentence(lambda: parse(given))


@pytest.mark.parametrize("table", [DataSpec, SplitSpec, ModelSpec, TrainSpec, RunSpec])
def test_every_table_refuses_in_a_sentence(table: type[DataSpec]) -> None:
    for name in table.model_fields:
        sentence(partial(table, **{name: object()}))
    sentence(partial(table, **{"nonsense": 1}))


def test_a_table_of_its_own_names_its_own_settings() -> None:
    assert sentence(lambda: TrainSpec(epochs=0)) == "setting epochs = 0: it must be greater than 0."
    assert "did you mean 'epochs'?" in sentence(lambda: TrainSpec(epoch=3))  # type: ignore[call-arg]
    assert "frozen" in sentence(lambda: setattr(RunSpec(), "repeats", 3))
    assert RunSpec(train=TrainSpec(epochs=3)) == RunSpec(train={"epochs": 3})


@pytest.mark.parametrize(
    ("network", "given", "words"),
    [
        ("gap", {"filters": 8}, "setting model.settings.filters = 8: it must be a list in brackets, as in filters = ["),
        ("cnn", {"dense": "200,100"}, "as in dense = [100]"),
        ("cnn", {"dense": [0]}, "model.settings.dense, item 1 = 0: it must be greater than 0"),
        ("cnn", {"conv": "same"}, "write model.settings.conv.padding = 'same'"),
        ("cnn", {"filters": 10**40}, "at most"),
        ("gap", {"filters": [8, 10**40]}, "at most"),
        ("multihead", {"heads": 3}, "as in heads = [{kernel_size = ...}]"),
        ("multihead", {"heads": [3]}, "model.settings.heads, item 1 = 3: it must be a table"),
        ("multihead", {"heads": [{"conv": {"strides": 0}}]}, "model.settings.heads, item 1.conv.strides = 0"),
        ("cnn", {"epochs": 3}, "did you mean 'train.epochs'?"),
    ],
)
def test_a_networks_setting_is_refused_in_a_sentence(network: str, given: dict[str, Any], words: str) -> None:
    assert words in sentence(lambda: settings_of(network, given))


def test_brackets_without_end() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    sentence(lambda: RunSpec(repeats=deep))
    while deep:  # Python itself would take it apart in one go
        deep = deep[0]


@given(st.text(max_size=50), st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary())
def test_whatever_comes_is_taken_or_refused_in_a_sentence(name: str, value: object) -> None:
    for full in (name, *setting_names(RunSpec)):
        said = refused(override({}, full, value))
        assert "\n" not in said
        assert len(said) < 700


def refused(settings: dict[str, Any]) -> str:
    try:
        parse(settings)
    except StridenetError as error:
        return str(error)
    return ""


def test_the_nearest_is_sought_by_last_part_and_initials() -> None:
    known = ["seed", "split.seed", "train.batch_size", "train.epochs", "model.settings.filters"]
    assert nearest("epoch", known) == "train.epochs"
    assert nearest("FILTRES", known) == "model.settings.filters"
    assert nearest("bs", known) == "train.batch_size"
    assert nearest("batch-size", known) == "train.batch_size"
    assert nearest("splt.sed", known) == "split.seed"
    assert nearest("xyzzy", known) is None


def test_an_unknown_name_is_compared_without_case() -> None:
    from stridenet.errors import unknown_name

    assert "did you mean 'uci-har'?" in str(unknown_name("data set", "UCI-HAR", ["hapt", "uci-har"]))
    error = unknown_name("data set", "x" * 3000, ["hapt"])
    assert isinstance(error, UnknownNameError)
    assert len(str(error)) < 200
