"""One training loop for every Keras model: what comes in is a model and arrays, what comes out is its state."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from stridenet.engine import checks, contract, operations
from stridenet.engine.backend import keras, precision
from stridenet.engine.batches import in_batches
from stridenet.engine.compiling import Program, compile_seconds, compiling, copied
from stridenet.engine.rules import Rule, with_rules
from stridenet.evaluation.history import best_epoch
from stridenet.spec import TrainSpec
from stridenet.system import heap
from stridenet.system.notes import Note, once

OnEpoch = Callable[[int, dict[str, float]], None]
_PREDICT_BATCH = 512


@dataclass(slots=True)
class Trained:
    """What a training leaves: the variables' values, and how it went.

    Args:
        weights: values of the model's trainable variables, in their order.
        others: values of its non-trainable variables (running means, seeds).
        history: ``loss``, ``accuracy`` and, with validation, ``val_loss`` and ``val_accuracy``; a value per epoch.
        seconds: training time without compilation.
    """

    weights: list[Any]
    others: list[Any]
    history: dict[str, list[float]] = field(default_factory=dict)
    seconds: float = 0.0


class Trainer:
    """Trains one architecture any number of times, compiled once.

    The model is only read: its layers say what to compute, the values live in :class:`Trained`. Windows stay on the
    device; an epoch visits each once, in an order drawn from the seed and the epoch's number; the last batch is as
    small as what is left.

    Args:
        model: any Keras model from windows to class probabilities.
        spec: epochs, batch size, learning rate.
        rules: operations that are computed in another way; by default :func:`stridenet.engine.operations.rules`. None
            where ``spec.rules`` is off.
        n_classes: how many classes the data has, where that is known.
        note: told once, in a sentence, of a rule that fails and is left out; by default it is logged as a warning.

    Raises:
        SettingError: the model does not give probabilities (window, class), or has nothing to train.

    >>> model = keras.Sequential([keras.Input((4, 2)), keras.layers.Flatten(), keras.layers.Dense(3, "softmax")])
    >>> trainer = Trainer(model, TrainSpec(epochs=2))
    >>> trained = trainer.fit(trainer.start(), np.ones((6, 4, 2)), [0, 1, 2, 0, 1, 2], seed=0)
    >>> len(trained.history["loss"]), trainer.predict(trained, np.ones((5, 4, 2))).shape
    (2, (5, 3))
    """

    def __init__(
        self,
        model: Any,
        spec: TrainSpec,
        *,
        rules: Mapping[str, Rule] | None = None,
        n_classes: int | None = None,
        note: Note | None = None,
    ) -> None:
        contract.check(model, n_classes=n_classes)
        self.model, self.spec = model, spec
        precision(spec.precision)  # refused now, not after an hour
        self.rules = {} if spec.rules == "off" else operations.rules() if rules is None else rules
        self._note = once(note or logging.getLogger("stridenet").warning)
        with compiling():
            self.optimizer = keras.optimizers.Adam(spec.learning_rate)
            self.optimizer.build(model.trainable_variables)
        self._initial_optimizer = [v.value for v in self.optimizer.variables]
        self.step = Program(self.train_step, donate=(0,))
        self._predict = Program(self.forward)

    def start(self, model: Any | None = None) -> Trained:
        """The values that a freshly built model of the same architecture begins with."""
        source = model or self.model
        return Trained(
            copied([v.value for v in source.trainable_variables]),
            copied([v.value for v in source.non_trainable_variables]),
        )

    @heap.kept()
    def fit(
        self,
        start: Trained,
        x: npt.ArrayLike,
        y: npt.ArrayLike,
        *,
        seed: int,
        validation: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
        on_epoch: OnEpoch | None = None,
    ) -> Trained:
        """Trains from the given values.

        Args:
            start: where to begin, see :meth:`start`; not changed.
            x: shape (window, time, channel), raw units.
            y: shape (window,), classes from 0.
            seed: decides the order of the windows.
            validation: windows and classes that are scored after each epoch and never trained on.
            on_epoch: told the epoch's number from 1 and its scores.

        Returns:
            The last epoch's values; with ``best_weights`` in the settings those of the best epoch. With
            ``early_stopping`` training ends once ``patience`` epochs in a row were no better than the best. A training
            whose loss is no finite number ends with that epoch; its history holds what came.

        Raises:
            DataError: the windows do not fit the model, or hold NaN, infinite values or text; the classes are not whole
                numbers from 0, one for each window.
        """
        began = time.perf_counter() - compile_seconds()
        x, y = self.checked(x, y)
        held = self.checked(*validation) if validation is not None else None
        with compiling():
            data, labels = jnp.asarray(x), jnp.asarray(y, dtype=jnp.int32)
        state = (copied(start.weights), copied(start.others), self.fresh_optimizer())
        history: dict[str, list[float]] = {}
        best = None
        for epoch in range(1, self.spec.epochs + 1):
            order = np.random.default_rng([seed, epoch]).permutation(len(x)).astype(np.int32)
            sums = []
            for first in range(0, len(x), self.spec.batch_size):
                state, scores = self.step(state, data, labels, order[first : first + self.spec.batch_size])
                sums.append(scores)
            with np.errstate(invalid="ignore"):  # a training that diverged
                loss, right = np.sum(np.asarray(sums, dtype=np.float64), axis=0) / len(x)
            logs = {"loss": float(loss), "accuracy": float(right)}
            if held is not None:
                logs |= self._validate(Trained(state[0], state[1]), *held)
            for name, value in logs.items():
                history.setdefault(name, []).append(value)
            if on_epoch:
                on_epoch(epoch, logs)
            if self.spec.best_weights and best_epoch(history[self.spec.best_weights], self.spec.best_weights) == epoch:
                best = [copied(values) for values in state[:2]]
            if not np.isfinite(loss):
                break
            if self.spec.early_stopping:
                waited = epoch - best_epoch(history[self.spec.early_stopping], self.spec.early_stopping)
                if waited >= self.spec.patience:
                    break
        weights, others = best or state[:2]
        return Trained(weights, others, history, time.perf_counter() - compile_seconds() - began)

    def predict(self, trained: Trained, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Probabilities (window, class); windows go through in batches of one size, the last one padded."""
        values, x = (trained.weights, trained.others), checks.windows(x, self.model.input_shape[1:])
        return in_batches(
            lambda batch: self._predict(*values, batch), x, self.model.output_shape[-1], (_PREDICT_BATCH,)
        )

    def put(self, trained: Trained) -> Any:
        """The model itself, with copies of these values: Keras deletes what its own ``predict`` works on."""
        variables = [*self.model.trainable_variables, *self.model.non_trainable_variables]
        for variable, value in zip(variables, copied([*trained.weights, *trained.others]), strict=True):
            variable.assign(value)
        return self.model

    def checked(self, x: Any, y: Any) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """Windows and classes as the model takes them.

        Raises:
            DataError: they are of another shape, or hold what no training can use.
        """
        x = checks.windows(x, self.model.input_shape[1:])
        return x, checks.labels(y, len(x), self.model.output_shape[-1])

    def fresh_optimizer(self) -> list[Any]:
        """The optimizer's values before the first step."""
        return list(copied(self._initial_optimizer))

    def forward(self, weights: list[Any], others: list[Any], x: Any) -> Any:
        """Probabilities, to be traced by JAX."""
        with precision(self.spec.precision):
            return with_rules(self._probabilities, self.rules, note=self._note)(weights, others, x)

    def train_step(self, state: Any, data: Any, labels: Any, batch: Any) -> tuple[Any, Any]:
        """One step of the optimizer, to be traced by JAX: the state after it, and (sum of loss, right answers)."""
        weights, others, optimizer = state
        x, y = data[batch], labels[batch]
        loss_of = with_rules(
            self._loss, self.rules, note=self._note, transform=partial(jax.value_and_grad, has_aux=True)
        )
        with precision(self.spec.precision):
            (loss, (others, right)), slopes = loss_of(weights, others, x, y)
        weights, optimizer = self.optimizer.stateless_apply(optimizer, slopes, weights)
        return (weights, others, optimizer), jnp.stack([loss * len(batch), right.astype(jnp.float32)])

    def _validate(self, trained: Trained, x: npt.NDArray[np.float32], y: npt.NDArray[np.int64]) -> dict[str, float]:
        p = self.predict(trained, x)
        of_truth = np.clip(p[np.arange(len(y)), y], keras.config.epsilon(), 1)
        return {"val_loss": float(-np.log(of_truth).mean()), "val_accuracy": float((p.argmax(axis=1) == y).mean())}

    def _probabilities(self, weights: list[Any], others: list[Any], x: Any) -> Any:
        return self.model.stateless_call(weights, others, x, training=False)[0]

    def _loss(self, weights: list[Any], others: list[Any], x: Any, y: Any) -> tuple[Any, tuple[Any, Any]]:
        p, others, penalties = self.model.stateless_call(weights, others, x, training=True, return_losses=True)
        loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(y, p)) + sum(penalties)
        return loss, (others, (p.argmax(axis=1) == y).sum())
