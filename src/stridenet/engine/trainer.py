"""One training loop for every Keras model: what comes in is a model and arrays, what comes out is its state."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from stridenet.engine import callbacks as hooks
from stridenet.engine import checks, contract, feeding, objectives, operations, scalings, schedules
from stridenet.engine.augment import Augment
from stridenet.engine.backend import keras, precision
from stridenet.engine.batches import in_batches
from stridenet.engine.compiling import Program, compile_seconds, compiling, copied
from stridenet.engine.heads import heads_of
from stridenet.engine.rules import Rule, with_rules
from stridenet.evaluation.history import best_epoch
from stridenet.signals.places import Places
from stridenet.spec import TrainSpec
from stridenet.system import heap
from stridenet.system.notes import Note, OnEpoch, once

_PREDICT_BATCH = 512


@dataclass(slots=True)
class Trained:
    """What a training leaves: the variables' values, and how it went.

    Args:
        weights: values of the model's trainable variables, in their order.
        others: values of its non-trainable variables (running means, seeds), and after them those of its fixed scaling.
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
    device where there is room, and are gathered from their signal a batch at a time elsewhere; an epoch visits each
    once, in an order drawn from the seed and the epoch's number; the last batch is as small as what is left.

    Args:
        model: any Keras model from windows to class probabilities.
        spec: epochs, batch size, and optimizer, schedule, loss, class weights and callbacks by name.
        optimizer: a Keras optimizer in place of the settings' one, with its own learning rate; copied, never changed.
        loss: a Keras loss, or a function from classes and probabilities to a loss for each window.
        class_weights: ``"balanced"``, or numbers by class number. They enter the training loss alone, as in Keras: the
            validation loss weighs all windows alike.
        callbacks: Keras callbacks, told of the training and its epochs; for them alone the values are put into the
            model. What one changes there, weights or learning rate, is taken over, and ``model.stop_training`` heeded.
        augment: changes training windows at each sight of them, see :mod:`stridenet.engine.augment`.
        rules: operations that are computed in another way; by default :func:`stridenet.engine.operations.rules`. None
            where ``spec.rules`` is off.
        n_classes: how many classes the data has, where that is known.
        room: bytes of a signal that may be copied to the device, by default a quarter of what is free there.
        note: told once, in a sentence, of a rule that fails and is left out; by default it is logged as a warning.
        **others: nothing; what Keras' own ``compile`` would take is refused with what to give instead.

    Raises:
        SettingError: the model does not give probabilities (window, class), or has nothing to train; or what is given
            is nothing that the compiled step can take, as ``metrics`` and ``sample_weight`` are.

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
        optimizer: Any | None = None,
        loss: Any | None = None,
        class_weights: Any | None = None,
        callbacks: Sequence[Any] = (),
        augment: Augment | None = None,
        rules: Mapping[str, Rule] | None = None,
        n_classes: int | None = None,
        room: int | None = None,
        note: Note | None = None,
        **others: Any,
    ) -> None:
        contract.refuse_arguments(others)
        contract.check(model, n_classes=n_classes)
        self.model, self.spec, self._room = model, spec, room
        precision(spec.precision)  # refused now, not after an hour
        self.rules = {} if spec.rules == "off" else operations.rules() if rules is None else rules
        self._note = once(note or logging.getLogger("stridenet").warning)
        self.callbacks = callbacks
        self.augment = augment
        self._heads = heads_of(model) if spec.heads else None
        self._given_weights = spec.class_weights if class_weights is None else class_weights
        self.per_window = objectives.loss(spec, loss, model.output_shape[-1])
        self._scalings = scalings.layers_of(model)
        self._set_optimizer(optimizer)
        self.step = Program(self.train_step, donate=(0,))
        self._predict = Program(self.forward)
        self._score = Program(self.scored)

    def class_weights(self, y: npt.NDArray[np.int64]) -> npt.NDArray[np.float32] | None:
        """How much each class counts in the loss of these training windows; None is all alike."""
        return objectives.class_weights(self._given_weights, y, self.model.output_shape[-1])

    def extras(self, class_weights: Any, *drawn: int) -> tuple[Any, ...]:
        """What a step is given besides its batch, where it is given anything: class weights, and what names a draw."""
        if self.augment is None:
            return () if class_weights is None else (class_weights,)
        return class_weights, np.array(drawn, np.uint32)

    def order(self, n_windows: int, seed: int, epoch: int) -> npt.NDArray[np.int32]:
        """How the windows come in an epoch: all once, then the first again where the last batch is to be filled."""
        order = np.random.default_rng([seed, epoch]).permutation(n_windows).astype(np.int32)
        filled = self.steps(n_windows) * self.spec.batch_size
        return order if self.spec.last_batch == "smaller" else np.resize(order, filled)

    def steps(self, n_windows: int) -> int:
        """How many an epoch has."""
        return -(-n_windows // self.spec.batch_size)

    def _set_optimizer(self, given: Any | None) -> None:
        with compiling():
            self.optimizer = objectives.optimizer(self.spec, given)
            lengths = {} if given is not None else schedules.set_on(self.optimizer, self.spec)
            self.optimizer.build(self.model.trainable_variables)
        if given is not None or self.spec.optimizer != "adam":
            objectives.try_step(self.optimizer, self.model.trainable_variables)
        self._initial_optimizer = [v.value for v in self.optimizer.variables]
        place = {id(v): i for i, v in enumerate(self.optimizer.variables)}
        self._lengths = {name: place[id(v)] for name, v in lengths.items()}

    def start(self, model: Any | None = None) -> Trained:
        """The values that a freshly built model of the same architecture begins with."""
        source = model or self.model
        scaling = scalings.values(scalings.layers_of(source))
        return Trained(
            copied([v.value for v in source.trainable_variables]),
            copied([*[v.value for v in source.non_trainable_variables], *scaling]),
        )

    @heap.kept()
    def fit(
        self,
        start: Trained,
        x: npt.ArrayLike | Places,
        y: npt.ArrayLike,
        *,
        seed: int,
        validation: tuple[npt.ArrayLike | Places, npt.ArrayLike] | None = None,
        soft: npt.ArrayLike | None = None,
        on_epoch: OnEpoch | None = None,
        **others: Any,
    ) -> Trained:
        """Trains from the given values.

        Args:
            start: where to begin, see :meth:`start`; not changed.
            x: shape (window, time, channel), raw units; an array, or ``x`` of :class:`stridenet.Windows`, which is not
                gathered.
            y: shape (window,), classes from 0.
            seed: decides the order of the windows.
            validation: windows and classes that are scored after each epoch and never trained on.
            soft: shape (window, class), probabilities that the loss compares with in place of the classes; accuracy
                then counts where both name the same class first, and a window weighs the mean of its classes' weights.
            on_epoch: told the epoch's number from 1 and its scores.
            **others: nothing; what Keras' own ``fit`` would take is refused with what to give instead.

        Returns:
            The last epoch's values; with ``best_weights`` in the settings those of the best epoch. With
            ``early_stopping`` training ends once ``patience`` epochs in a row were no better than the best. A training
            whose loss is no finite number ends with that epoch; its history holds what came.

        Raises:
            DataError: the windows do not fit the model, or hold NaN, infinite values or text; the classes are not whole
                numbers from 0, one for each window, or the soft targets no probabilities.
            SettingError: the loss takes no soft targets.
        """
        contract.refuse_arguments(others)
        began = time.perf_counter() - compile_seconds()
        x, y = self.checked(x, y)
        held = self.checked(*validation) if validation is not None else None
        targets = y if soft is None else checks.soft_targets(soft, len(x), self.model.output_shape[-1])
        feed = feeding.feed(x, targets, flat=len(self.model.input_shape) == 2, room=self._room)
        told = self._told(len(x), validated=held is not None)
        try:
            weights, rest, history = self._epochs(start, feed, y, seed, held, on_epoch, told)
        finally:
            if told:
                told.leave()
        return Trained(weights, rest, history, time.perf_counter() - compile_seconds() - began)

    def _epochs(
        self,
        start: Trained,
        feed: feeding.Feed,
        y: npt.NDArray[np.int64],
        seed: int,
        held: Any,
        on_epoch: OnEpoch | None,
        told: Any,
    ) -> tuple[list[Any], list[Any], dict[str, list[float]]]:
        """The epochs of a training: the values to keep, and the history."""
        state = (copied(start.weights), copied(start.others), self.fresh_optimizer(len(y)))
        class_weights = self.class_weights(y)
        history: dict[str, list[float]] = {}
        best = None
        state = self._tell(told, "on_train_begin", state)
        for epoch in range(1, self.spec.epochs + 1):
            state = self._tell(told, "on_epoch_begin", state, epoch - 1)
            order = self.order(len(y), seed, epoch)
            sums: list[Any] = []
            for i, step in enumerate(feed.steps(order, self.spec.batch_size)):
                state, scores = self.step(state, *step, *self.extras(class_weights, seed, epoch, i))
                sums.append(scores)
                feeding.throttled(sums)
            with np.errstate(invalid="ignore"):  # a training that diverged
                loss, right = np.sum(np.asarray(sums, dtype=np.float64), axis=0) / len(order)
            logs = {"loss": float(loss), "accuracy": float(right)}
            if held is not None:
                logs |= self._validate(Trained(state[0], state[1]), *held)
            for name, value in logs.items():
                history.setdefault(name, []).append(value)
            if on_epoch:
                on_epoch(epoch, logs)
            if self.spec.best_weights and best_epoch(history[self.spec.best_weights], self.spec.best_weights) == epoch:
                best = [copied(values) for values in state[:2]]
            state = self._tell(told, "on_epoch_end", state, epoch - 1, dict(logs))
            if self._ends(epoch, history) or (told and told.stop):
                break
        if told:
            state, best = self._tell(told, "on_train_end", (*best, state[2]) if best else state, dict(logs)), None
        weights, others = best or state[:2]
        return weights, others, history

    def _ends(self, epoch: int, history: dict[str, list[float]]) -> bool:
        """Whether the training has diverged, or waited long enough for a better epoch."""
        watched = self.spec.early_stopping
        waited = epoch - best_epoch(history[watched], watched) if watched else 0
        return not np.isfinite(history["loss"][-1]) or waited >= self.spec.patience

    def _told(self, n_windows: int, *, validated: bool) -> hooks.Callbacks | None:
        """Those who are told of this training; None where nobody is."""
        callbacks = [*hooks.made(self.spec), *self.callbacks]
        if not callbacks:
            return None
        scheduled = isinstance(self.optimizer._learning_rate, keras.optimizers.schedules.LearningRateSchedule)
        hooks.check(callbacks, validated=validated, scheduled=scheduled)
        params = {"epochs": self.spec.epochs, "steps": self.steps(n_windows)}
        return hooks.Callbacks(callbacks, self.model, self.optimizer, params)

    def predict(self, trained: Trained, x: npt.ArrayLike | Places) -> npt.NDArray[np.float32]:
        """Probabilities (window, class); windows go through in batches of one size, the last one padded."""
        values, shape = (trained.weights, trained.others), self.model.input_shape[1:]

        def forward(batch: npt.NDArray[np.float32]) -> Any:
            return self._predict(*values, batch.reshape(len(batch), -1) if len(shape) == 1 else batch)

        return in_batches(forward, checks.either(x, shape), self.model.output_shape[-1], (_PREDICT_BATCH,))

    def put(self, trained: Trained) -> Any:
        """The model itself, with copies of these values: Keras deletes what its own ``predict`` works on."""
        variables = [*self.model.trainable_variables, *self.model.non_trainable_variables]
        others, scaling = self._split(trained.others)
        scalings.assign(self._scalings, scaling)
        for variable, value in zip(variables, copied([*trained.weights, *others]), strict=True):
            variable.assign(value)
        return self.model

    def checked(self, x: Any, y: Any) -> tuple[npt.NDArray[np.float32] | Places, npt.NDArray[np.int64]]:
        """Windows and classes as the model takes them.

        Raises:
            DataError: they are of another shape, or hold what no training can use.
        """
        x = checks.either(x, self.model.input_shape[1:])
        return x, checks.labels(y, len(x), self.model.output_shape[-1])

    def memory(self, windows: int | Places) -> int:
        """Bytes that a training on these, or so many, windows takes beside them: what XLA says of the step.

        The step is compiled for it, and used in the training.

        Raises:
            AttributeError: it does not say.
        """
        start = self.start()
        state = (start.weights, start.others, self._initial_optimizer)
        shape = self.model.input_shape[1:]
        came = windows if isinstance(windows, Places) else (windows, *shape)
        data, labels, batch = feeding.sketch(came, flat=len(shape) == 1, size=self.spec.batch_size, room=self._room)
        found = self.step.compiled(state, data, labels, batch, *self.extras(None, 0, 0, 0)).memory_analysis()
        step = found.temp_size_in_bytes + found.argument_size_in_bytes + found.output_size_in_bytes
        step -= found.alias_size_in_bytes + sum(v.size * v.dtype.itemsize for v in jax.tree.leaves(data)[:1])
        return int(step + 2 * sum(v.nbytes for v in jax.tree.leaves(state)))  # its start and the best so far

    def fresh_optimizer(self, n_windows: int) -> list[Any]:
        """The optimizer's values before the first step of a training on so many windows."""
        values = list(copied(self._initial_optimizer))
        lengths = schedules.lengths(self.spec, self.spec.epochs * self.steps(n_windows))
        with compiling():
            for name, i in self._lengths.items():
                values[i] = jnp.asarray(lengths[name], jnp.float32)
        return values

    def forward(self, weights: list[Any], others: list[Any], x: Any) -> Any:
        """Probabilities, to be traced by JAX."""
        with precision(self.spec.precision):
            return with_rules(self._probabilities, self.rules, note=self._note)(weights, others, x)

    def train_step(
        self,
        state: Any,
        data: Any,
        labels: Any,
        batch: Any,
        class_weights: Any | None = None,
        drawn: Any | None = None,
    ) -> tuple[Any, Any]:
        """One step of the optimizer, to be traced by JAX: the state after it, and (sum of loss, right answers)."""
        weights, others, optimizer = state
        x, y = data[batch], labels[batch]
        if self.augment is not None:
            x = self.augment(drawn, x)
        loss_of = with_rules(
            self._loss, self.rules, note=self._note, transform=partial(jax.value_and_grad, has_aux=True)
        )
        with precision(self.spec.precision):
            (loss, (others, right)), slopes = loss_of(weights, others, x, y, class_weights)
        weights, optimizer = self.optimizer.stateless_apply(optimizer, slopes, weights)
        return (weights, others, optimizer), jnp.stack([loss * len(batch), right.astype(jnp.float32)])

    def scored(self, y: Any, p: Any) -> Any:
        """The loss of each window, shape (window,), for classes or soft targets."""
        usual = keras.losses.categorical_crossentropy if y.ndim == 2 else keras.losses.sparse_categorical_crossentropy
        return (self.per_window or usual)(y, p)

    def _validate(self, trained: Trained, x: npt.ArrayLike | Places, y: npt.NDArray[np.int64]) -> dict[str, float]:
        p = self.predict(trained, x)
        if self.per_window is None:
            loss = -np.log(np.clip(p[np.arange(len(y)), y], keras.config.epsilon(), 1))
        else:
            loss = np.asarray(self._score(y, p))
        return {"val_loss": float(loss.mean()), "val_accuracy": float((p.argmax(axis=1) == y).mean())}

    def _probabilities(self, weights: list[Any], others: list[Any], x: Any) -> Any:
        return self._call(self.model, weights, others, x, training=False)[0]

    def _call(self, model: Any, weights: list[Any], others: list[Any], x: Any, **how: Any) -> tuple[Any, ...]:
        """As ``stateless_call`` of the model, with its fixed scaling by the last of the other values."""
        own, scaling = self._split(others)
        with scalings.given(self._scalings, scaling):
            said, after, *rest = model.stateless_call(weights, own, x, **how)
        return said, [*after, *scaling], *rest

    def _split(self, others: list[Any]) -> tuple[list[Any], list[Any]]:
        """Of the non-trainable variables, and of the fixed scaling."""
        n = len(self.model.non_trainable_variables)
        return others[:n], others[n:]

    def _tell(self, told: hooks.Callbacks | None, hook: str, state: Any, *arguments: Any) -> Any:
        """The state after the callbacks, if there are any, were told."""
        if told is None:
            return state
        own, scaling = self._split(state[1])
        weights, own, optimizer = told.tell(hook, (state[0], own, state[2]), *arguments)
        return weights, [*own, *scaling], optimizer

    def _loss(
        self, weights: list[Any], others: list[Any], x: Any, y: Any, class_weights: Any | None
    ) -> tuple[Any, tuple[Any, Any]]:
        model = self._heads or self.model
        said, others, penalties = self._call(model, weights, others, x, training=True, return_losses=True)
        p, *heads = said if self._heads else (said,)
        losses = sum(self.scored(y, one) for one in heads or [p]) / max(1, len(heads))
        soft = y.ndim == 2
        if class_weights is not None:
            losses *= y @ class_weights if soft else class_weights[y]
        right = p.argmax(axis=1) == (y.argmax(axis=1) if soft else y)
        return keras.ops.mean(losses) + sum(penalties), (others, right.sum())
