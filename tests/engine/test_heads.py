import numpy as np
import pytest

from stridenet.engine.backend import keras
from stridenet.engine.heads import heads_of
from stridenet.engine.trainer import Trainer
from stridenet.errors import SettingError
from stridenet.spec import TrainSpec


def two_views(*, averaged: bool = True) -> keras.Model:
    inputs = keras.Input((4, 2))
    one = keras.layers.Dense(3, "softmax", name="one")(keras.layers.Flatten()(inputs))
    normal = keras.layers.BatchNormalization()(inputs)
    other = keras.layers.Dense(3, "softmax", name="other")(keras.layers.GlobalAveragePooling1D()(normal))
    if averaged:
        return keras.Model(inputs, keras.layers.Average(name="classes")([one, other]))
    return keras.Model(inputs, keras.layers.Softmax()(keras.layers.Add()([one, other])))


def test_each_head_has_its_answer_and_values_stay_in_their_places() -> None:
    model = two_views()
    heads = heads_of(model)
    assert heads is not None
    x = np.random.default_rng(0).normal(size=(5, 4, 2)).astype(np.float32)
    weights = [v.value for v in model.trainable_variables]
    others = [v.value for v in model.non_trainable_variables]
    (answer, one, other), after = heads.stateless_call(weights, others, x, training=True)
    np.testing.assert_allclose(answer, (one + other) / 2, atol=1e-6)
    expected = model.stateless_call(weights, others, x, training=True)[1]
    for mine, theirs in zip(after, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5)


def test_a_loss_for_each_head_is_another_training() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(12, 4, 2)).astype(np.float32), rng.integers(0, 3, 12)
    losses = []
    for heads in (False, True):
        keras.utils.set_random_seed(0)
        trainer = Trainer(two_views(), TrainSpec(epochs=1, batch_size=12, heads=heads))
        losses.append(trainer.fit(trainer.start(), x, y, seed=0).history["loss"][0])
    assert losses[1] > losses[0]  # the mean of the heads' losses is above that of their mean


def test_one_head_needs_none() -> None:
    inputs = keras.Input((4, 2))
    assert heads_of(keras.Model(inputs, keras.layers.Dense(2)(keras.layers.Flatten()(inputs)))) is None


def test_what_is_no_mean_of_heads_is_refused() -> None:
    with pytest.raises(SettingError, match=r"must be keras\.layers\.Average over its heads, and is Softmax"):
        Trainer(two_views(averaged=False), TrainSpec(heads=True))
