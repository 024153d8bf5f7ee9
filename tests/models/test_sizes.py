"""What a network needs is known before it is built, and what no memory holds is refused in a sentence."""

import math
from typing import Any

import pytest

from stridenet.engine.backend import keras
from stridenet.errors import SettingError
from stridenet.models import build as models
from stridenet.models import sizes
from stridenet.models.layer_table import layer_table
from stridenet.models.network import network
from stridenet.models.sizes import Sizes
from stridenet.runs import job
from stridenet.runs.sweep import sweep
from stridenet.signals.channels import Channels
from stridenet.spec import ModelSpec, parse

WINDOW = {"length": 128, "n_channels": 9, "n_classes": 6}
TOO_LARGE = r"^network \w+: .* takes [\d,.]+ GB of memory or more \([\d,]+ weights\), and [\d.]+ GB are free; use .*\.$"


def known() -> tuple[int, Channels, int]:
    return WINDOW["length"], Channels.unknown(WINDOW["n_channels"]), WINDOW["n_classes"]


@pytest.mark.parametrize("name", models.names())
def test_a_sketch_has_the_sizes_of_the_network(name: str) -> None:
    table = models.settings_of(name)
    model: Any = models.build(name, **WINDOW)  # type: ignore[arg-type]
    outputs = sum(math.prod(row.output_shape) for row in layer_table(model).rows)
    expected = Sizes(model.count_params(), outputs, max(math.prod(v.shape) for v in model.weights))
    keras.utils.set_random_seed(5)
    before = keras.random.normal((3,)).tolist()
    keras.utils.set_random_seed(5)
    models._sizes.cache_clear()
    assert models.sizes(name, table, *known()) == expected
    assert keras.random.normal((3,)).tolist() == before  # nothing of the sketch stays in Keras


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("cnn", {"filters": 100_000}),
        ("cnn", {"dense": [100_000, 100_000]}),
        ("cnn", {"filters": 100_000, "kernel_size": 60}),
        ("multihead", {"filters": 100_000, "convolutions": 2}),
        ("gap", {"filters": [100_000, 100_000]}),
    ],
)
def test_weights_that_no_memory_holds_are_refused(name: str, settings: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=TOO_LARGE):
        models.build(name, settings=settings, **WINDOW)  # type: ignore[arg-type]
    with pytest.raises(SettingError, match=TOO_LARGE):
        network(ModelSpec(name=name, settings=settings)).build(**WINDOW)  # type: ignore[arg-type]


def test_settings_that_are_tables_themselves_have_sizes_too() -> None:
    drawn = {"class_name": "random_normal", "config": {"stddev": 0.01}}
    table = models.settings_of("cnn", {"conv": {"kernel_initializer": drawn}})
    assert models.sizes("cnn", table, *known()).parameters == 411650


def test_what_does_not_fit_the_window_is_told_as_ever() -> None:
    with pytest.raises(SettingError) as caught:
        models.build("cnn", settings={"kernel_size": 100}, **WINDOW)  # type: ignore[arg-type]
    assert str(caught.value).endswith("fewer layers or longer windows.")
    assert not hasattr(caught.value, "__notes__")


EASY: dict[str, Any] = {"repeats": 2, "train": {"epochs": 1}, "model": {"name": "cnn", "settings": {"filters": 4}}}
HUGE: list[dict[str, Any]] = [
    {"model": {"name": "cnn", "settings": {"filters": 100_000}}},
    {"model": {"name": "cnn", "settings": {"filters": 90_000}}, "train": {"epochs": 1, "batch_size": 2**31 - 1}},
    {"model": {"name": "cnn", "settings": {"dense": [100_000, 100_000]}}},
]


@pytest.mark.parametrize("executor", ["here", "processes", "one-program"])
@pytest.mark.parametrize("huge", HUGE, ids=["filters", "batches", "dense"])
def test_every_executor_refuses_it_before_training(executor: str, huge: dict[str, Any], tmp_path: Any) -> None:
    with pytest.raises(SettingError, match=TOO_LARGE):
        job.run(parse(EASY | huge | {"executor": executor}), out=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_batches_that_no_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """Batches are no larger than all windows: only those count."""
    monkeypatch.setattr(sizes, "free_memory", lambda: 2_000_000)
    job.run(parse(EASY | {"executor": "here", "train": {"epochs": 1, "batch_size": 32}}), out=tmp_path)
    with pytest.raises(SettingError, match=r"training in batches of .* or a smaller train.batch_size"):
        job.run(parse(EASY | {"executor": "here", "train": {"epochs": 1, "batch_size": 2**31 - 1}}), out=tmp_path)


def test_a_sweep_refuses_it_before_anything_is_trained(tmp_path: Any) -> None:
    for name, values in (("model.settings.filters", [4, 10**5]), ("model.settings.dense", [[4], [10**5, 10**5]])):
        with pytest.raises(SettingError, match=TOO_LARGE):
            sweep(EASY, {name: values}, out=tmp_path)
    assert not list(tmp_path.glob("trials/*"))
