"""A name, a table and one of Keras' objects mean the same, and have one form."""

import tomllib
from typing import Any

import pytest

from stridenet import spec
from stridenet.engine.backend import keras
from stridenet.errors import SettingError
from stridenet.spec import TrainSpec

OP, S, LO = keras.optimizers, keras.optimizers.schedules, keras.losses


@pytest.mark.parametrize(
    "forms",
    [
        [{"optimizer": form} for form in ("adam", "Adam", {"class_name": "Adam"}, OP.Adam())] + [{}],
        [
            {"optimizer": OP.SGD(0.1, momentum=0.9)},
            {"optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.1, "momentum": 0.9}}},
            {"optimizer": {"class_name": "sgd", "config": {"momentum": 0.9}}, "learning_rate": 0.1},
        ],
        [
            {"optimizer": OP.AdamW(S.ExponentialDecay(0.1, 50, 0.5), weight_decay=0.25)},
            {
                "optimizer": {"class_name": "adam_w", "config": {"weight_decay": 0.25}},
                "learning_rate": 0.1,
                "schedule": {
                    "class_name": "exponential",
                    "config": {"decay_steps": 50, "decay_rate": 0.5, "staircase": False},
                },
            },
        ],
        [{"loss": LO.KLDivergence()}, {"loss": LO.kl_divergence}, {"loss": "kl_divergence"}, {"loss": "KLDivergence"}],
        [{"class_weights": {"walk": 2, 0: 1}}, {"class_weights": {"walk": 2.0, "0": 1.0}}],
        [{"callbacks": "EarlyStopping"}, {"callbacks": ["early_stopping"]}],
    ],
)
def test_forms_that_mean_the_same_are_the_same(forms: list[dict[str, Any]]) -> None:
    first, *others = (TrainSpec(**form) for form in forms)
    for other in others:
        assert other == first
    whole = spec.RunSpec(train=first)
    assert spec.parse(tomllib.loads(spec.to_toml(whole))) == whole


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"optimizer": "adamx"}, r"train\.optimizer = 'adamx': it must be one of sgd, .*, perhaps 'adam"),
        ({"optimizer": 3}, "it must be one of sgd"),
        ({"optimizer": keras.optimizers.SGD}, r"a class of one's own goes to Trainer\(\.\.\.\)"),
        ({"optimizer": {"class_name": "sgd", "module": "os"}}, "it must be one of sgd"),
        ({"optimizer": {"class_name": "sgd", "config": {"momentum": None}}}, "config.momentum is a NoneType"),
        ({"optimizer": OP.SGD(0.1), "learning_rate": 0.2}, "train.learning_rate is 0.2, and the optimizer .* has 0.1"),
        ({"optimizer": OP.SGD(S.CosineDecay(0.1, 9)), "schedule": "cosine"}, "has a schedule already"),
        ({"schedule": "cosin"}, "perhaps 'cosine'"),
        ({"loss": "mse"}, "train.loss = 'mse': it must be one of"),
        ({"loss": lambda y, p: y + p}, "one's own goes to Trainer"),
        ({"class_weights": "even"}, "'balanced', 'sqrt-balanced', or a table"),
        ({"class_weights": {"a": -1}}, "none below 0"),
        ({"class_weights": {"a": float("nan")}}, "none below 0"),
        ({"class_weights": {}}, "'balanced', 'sqrt-balanced', or a table"),
        ({"callbacks": [keras.callbacks.EarlyStopping()]}, r"callbacks as objects go to Trainer\("),
        ({"callbacks": ["csv_logger"]}, "one of early_stopping, reduce_lr_on_plateau"),
    ],
)
def test_what_is_not_known_is_refused_in_a_sentence(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said) as caught:
        spec.parse({"train": settings})
    assert "\n" not in str(caught.value)
