from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from stridenet.engine.augment import matrix, rotation
from stridenet.engine.backend import keras
from stridenet.engine.replicas import Replicas
from stridenet.engine.trainer import Trainer
from stridenet.spec import TrainSpec

DRAW = np.array([3, 1, 4], np.uint32)


def test_matrices_are_scipys() -> None:
    vectors = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    np.testing.assert_allclose(matrix(vectors), Rotation.from_rotvec(vectors).as_matrix(), atol=1e-5)


def test_no_turn_is_no_change() -> None:
    np.testing.assert_allclose(matrix(np.zeros((1, 3), np.float32))[0], np.eye(3), atol=1e-6)


def test_all_sensors_of_a_window_turn_alike_and_nothing_else_does() -> None:
    x = np.random.default_rng(1).normal(size=(5, 7, 8)).astype(np.float32)
    x[:, :, 5:8] = x[:, :, [2, 0, 1]]  # the second sensor measures what the first does, its axes in another order
    turned: Any = np.asarray(rotation(20.0, [(0, 1, 2), (6, 7, 5)])(DRAW, x))  # type: ignore[misc]
    np.testing.assert_array_equal(turned[:, :, 3:5], x[:, :, 3:5])
    np.testing.assert_allclose(turned[:, :, [6, 7, 5]], turned[:, :, :3], atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(turned[:, :, :3], axis=2), np.linalg.norm(x[:, :, :3], axis=2), rtol=1e-4)
    assert not np.allclose(turned[:, :, :3], x[:, :, :3])


def test_a_draw_is_named_and_each_window_has_its_own() -> None:
    turn = rotation(10.0, [(0, 1, 2)])
    assert turn is not None
    x = np.ones((3, 4, 3), np.float32)
    np.testing.assert_array_equal(turn(DRAW, x), turn(DRAW, x))
    assert not np.allclose(turn(DRAW, x), turn(DRAW + np.uint32(1), x))
    assert not np.allclose(turn(DRAW, x)[0], turn(DRAW, x)[1])


@pytest.mark.parametrize(("degrees", "triads"), [(0.0, [(0, 1, 2)]), (10.0, [])])
def test_nothing_to_turn(degrees: float, triads: list[tuple[int, int, int]]) -> None:
    assert rotation(degrees, triads) is None


def test_one_program_draws_what_one_by_one_draws() -> None:
    inputs = keras.Input((6, 3))
    outputs = keras.layers.Dense(3, "softmax")(keras.layers.Flatten()(inputs))
    model = keras.Model(inputs, outputs)
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(10, 6, 3)).astype(np.float32), rng.integers(0, 3, 10)
    spec = TrainSpec(epochs=2, batch_size=4)
    alone = Trainer(model, spec, augment=rotation(30.0, [(0, 1, 2)]))
    together = Replicas(model, spec, augment=rotation(30.0, [(0, 1, 2)]))
    start = alone.start()
    for seed, one in zip((5, 6), together.fit([start, start], x, y, seeds=[5, 6]), strict=True):
        np.testing.assert_allclose(one.history["loss"], alone.fit(start, x, y, seed=seed).history["loss"], rtol=1e-4)
    plain = Trainer(model, spec).fit(start, x, y, seed=5).history["loss"]
    assert not np.allclose(plain, alone.fit(start, x, y, seed=5).history["loss"])
