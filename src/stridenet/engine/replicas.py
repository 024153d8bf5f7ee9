"""Many trainings of one architecture as one compiled program: every value gets an axis more, the replica."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
from jax import lax

from stridenet.engine import feeding, operations
from stridenet.engine.augment import Augment
from stridenet.engine.compiling import Program, compile_seconds, compiling, copied
from stridenet.engine.trainer import Trained, Trainer
from stridenet.errors import SettingError
from stridenet.evaluation.history import best_epoch
from stridenet.signals.places import Places
from stridenet.spec import TrainSpec
from stridenet.system.notes import Note, Tell

Index = npt.NDArray[np.int64]
_SCORED_AT_ONCE = 512


class Replicas:
    """Trains any number of networks of one architecture together: repeats, or the folds of a split.

    Made for GPUs, where one small network leaves most of the device idle. Each replica sees the windows in the order,
    and draws the dropout, that it would alone with its seed (:class:`stridenet.engine.trainer.Trainer`); the values
    agree up to the rounding of sums in another order. A whole epoch is one call.

    Args:
        model: any Keras model from windows to class probabilities; only read.
        spec: epochs, batch size, learning rate, early stopping and all else but callbacks.
        optimizer: as for the trainer; so are ``loss``, ``class_weights`` and ``augment``.
        note: told what :class:`stridenet.engine.trainer.Trainer` tells.

    Raises:
        SettingError: callbacks are asked for, or the trainer refuses the model or the settings.
    """

    def __init__(
        self,
        model: Any,
        spec: TrainSpec,
        *,
        optimizer: Any | None = None,
        loss: Any | None = None,
        class_weights: Any | None = None,
        augment: Augment | None = None,
        note: Note | None = None,
    ) -> None:
        if spec.callbacks:
            raise SettingError(
                "callbacks are told of one training, and one program trains many; use executor = 'here' or "
                "'processes', or early_stopping and best_weights of the settings."
            )
        self.spec = spec
        self.trainer = Trainer(
            model,
            spec,
            optimizer=optimizer,
            loss=loss,
            class_weights=class_weights,
            augment=augment,
            rules=operations.rules_for_replicas(),
            note=note,
        )
        self._steps = Program(self._scan_steps, donate=(0,))
        self._score = Program(jax.vmap(self._score_one, in_axes=(0, 0, None, None, 0, 0)))
        self._predict = Program(jax.vmap(self.trainer.forward, in_axes=(0, 0, None)))
        self._choose = Program(_choose)

    def fit(
        self,
        starts: Sequence[Trained],
        x: npt.NDArray[np.float32] | Places,
        y: npt.NDArray[np.int64],
        *,
        seeds: Sequence[int],
        train: Sequence[Index] | None = None,
        validation: Sequence[Index] | None = None,
        on_epoch: Tell | None = None,
    ) -> list[Trained]:
        """Trains one network from each of the given values.

        Args:
            starts: where each begins, see :meth:`stridenet.engine.trainer.Trainer.start`; not changed.
            x: windows of all, shape (window, time, channel), raw units.
            y: shape (window,), classes from 0.
            seeds: one each; decides the order of the windows.
            train: one each: which windows it trains on; by default all. They need not be equally many.
            validation: one each: which windows it is scored on after each epoch.
            on_epoch: told the replica's number, the epoch's number from 1 and its scores.

        Returns:
            What :meth:`stridenet.engine.trainer.Trainer.fit` returns, for each; ``seconds`` are its share.
        """
        began = time.perf_counter() - compile_seconds()
        x, y = self.trainer.checked(x, y)
        data = feeding.on_device(x, flat=len(self.trainer.model.input_shape) == 2)
        with compiling():
            labels = jnp.asarray(y, dtype=jnp.int32)
        train = train or [np.arange(len(x))] * len(starts)
        weighted = [w for t in train if (w := self.trainer.class_weights(y[t])) is not None]
        class_weights = jnp.asarray(np.stack(weighted)) if weighted else None
        state = (
            _stack([s.weights for s in starts]),
            _stack([s.others for s in starts]),
            _stack([self.trainer.fresh_optimizer(len(t)) for t in train]),
        )
        kept = copied(state[:2])
        histories: list[dict[str, list[float]]] = [{} for _ in starts]
        running = np.ones(len(starts), bool)
        for epoch in range(1, self.spec.epochs + 1):
            before = state if running.all() else copied(state)
            orders = [t[self.trainer.order(len(t), s, epoch)] for s, t in zip(seeds, train, strict=True)]
            state, sums = self._epoch(state, data, labels, orders, class_weights, [(s, epoch) for s in seeds])
            logs = _as_logs(sums, [len(order) for order in orders])
            if validation is not None:
                scored = self._validate(state, data, labels, validation)
                logs = [a | b for a, b in zip(logs, scored, strict=True)]
            better = np.zeros(len(starts), bool)
            for i in np.flatnonzero(running):
                for name, value in logs[i].items():
                    histories[i].setdefault(name, []).append(value)
                if on_epoch:
                    on_epoch(int(i), epoch, logs[i])
                better[i] = self._best(histories[i], self.spec.best_weights) == epoch
            if not running.all():
                state = self._choose(running, state, before)  # one that has stopped stays as it was
            if self.spec.best_weights:
                kept = self._choose(better, state[:2], kept)
            if self.spec.early_stopping:
                best = [self._best(h, self.spec.early_stopping) for h in histories]
                # not in place: `_choose` may not have run yet, and reads it then
                running = running & [epoch - b < self.spec.patience for b in best]
            running = running & np.isfinite([log["loss"] for log in logs])  # who diverged ends here
            if not running.any():
                break
        weights, others = kept if self.spec.best_weights else state[:2]
        share = (time.perf_counter() - compile_seconds() - began) / len(starts)
        return [
            Trained([w[i] for w in weights], [o[i] for o in others], history, share)
            for i, history in enumerate(histories)
        ]

    def predict(self, trained: Sequence[Trained], x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Probabilities (replica, window, class)."""
        weights, others = _stack([t.weights for t in trained]), _stack([t.others for t in trained])
        parts = []
        for first in range(0, len(x), _SCORED_AT_ONCE):
            batch = x[first : first + _SCORED_AT_ONCE]
            rest = np.zeros((_SCORED_AT_ONCE - len(batch), *x.shape[1:]), x.dtype)
            parts.append(np.asarray(self._predict(weights, others, np.concatenate([batch, rest])))[:, : len(batch)])
        return np.concatenate(parts, axis=1)

    def _epoch(
        self,
        state: Any,
        data: Any,
        labels: Any,
        orders: Sequence[Index],
        weights: Any | None,
        drawn: Sequence[tuple[int, int]],
    ) -> tuple[Any, npt.NDArray[Any]]:
        """One pass of each replica over its windows; sums of loss and right answers, shape (replica, 2)."""
        size = self.spec.batch_size
        full = np.array([len(order) // size for order in orders])
        batches = np.zeros((full.max(), len(orders), size), np.int32)
        for i, order in enumerate(orders):
            batches[: full[i], i] = order[: full[i] * size].reshape(-1, size)
        sums = np.zeros((len(orders), 2))
        if len(batches):
            live = None if (full == full[0]).all() else np.arange(len(batches))[:, None] < full
            steps = self._drawn(drawn, [range(len(batches))] * len(orders))
            state, scores = self._steps(state, data, labels, batches, live, weights, steps)
            sums += np.asarray(scores)
        rests = np.array([len(order) % size for order in orders])
        for rest in sorted(set(rests.tolist()) - {0}):  # the last batch is as small as what is left
            who = np.flatnonzero(rests == rest)
            batch = np.stack([orders[i][-rest:] for i in who.tolist()]).astype(np.int32)[np.newaxis]
            everyone = len(who) == len(orders)
            part = state if everyone else jax.tree.map(lambda v, who=who: v[who], state)
            theirs = weights if weights is None or everyone else weights[who]
            steps = self._drawn([drawn[i] for i in who.tolist()], [[int(full[i])] for i in who.tolist()])
            part, scores = self._steps(part, data, labels, batch, None, theirs, steps)
            state = part if everyone else jax.tree.map(lambda v, p, who=who: v.at[who].set(p), state, part)
            sums[who] += np.asarray(scores)
        return state, sums

    def _drawn(self, drawn: Sequence[tuple[int, int]], steps: Sequence[Sequence[int]]) -> Any | None:
        """What names the draw of each step and replica, shape (step, replica, 3); None where nothing is drawn."""
        if self.trainer.augment is None:
            return None
        named = [[(*one, step) for step in mine] for one, mine in zip(drawn, steps, strict=True)]
        return np.array(named, np.uint32).transpose(1, 0, 2)

    def _scan_steps(
        self,
        state: Any,
        data: Any,
        labels: Any,
        batches: Any,
        live: Any,
        weights: Any | None = None,
        drawn: Any | None = None,
    ) -> tuple[Any, Any]:
        """Steps one after the other; ``live`` (step, replica) says who still has windows left, None that all have."""
        step = jax.vmap(self.trainer.train_step, in_axes=(0, None, None, 0, 0, 0))

        def one(carried: Any, inputs: Any) -> tuple[Any, None]:
            (state, sums), (batch, here, named) = carried, inputs
            after, scores = step(state, data, labels, batch, weights, named)
            if here is not None:
                after, scores = _choose(here, after, state), jnp.where(here[:, None], scores, 0)
            return (after, sums + scores), None

        (state, sums), _ = lax.scan(one, (state, jnp.zeros((batches.shape[1], 2))), (batches, live, drawn))
        return state, sums

    def _validate(self, state: Any, data: Any, labels: Any, sides: Sequence[Index]) -> list[dict[str, float]]:
        longest = max(len(side) for side in sides)
        sums = np.zeros((len(sides), 2))
        for first in range(0, longest, _SCORED_AT_ONCE):
            index = np.zeros((len(sides), _SCORED_AT_ONCE), np.int32)
            counts = np.zeros(index.shape, np.float32)
            for i, side in enumerate(sides):
                part = side[first : first + _SCORED_AT_ONCE]
                index[i, : len(part)], counts[i, : len(part)] = part, 1
            sums += np.asarray(self._score(*state[:2], data, labels, index, counts))
        logs = _as_logs(sums, [len(side) for side in sides])
        return [{f"val_{name}": value for name, value in log.items()} for log in logs]

    def _score_one(self, weights: Any, others: Any, data: Any, labels: Any, index: Any, counts: Any) -> Any:
        p, y = self.trainer.forward(weights, others, data[index]), labels[index]
        if self.trainer.per_window is None:
            loss = -jnp.log(jnp.clip(jnp.take_along_axis(p, y[:, None], axis=1)[:, 0], 1e-7, 1))
        else:
            loss = self.trainer.per_window(y, p)
        return jnp.stack([(loss * counts).sum(), ((p.argmax(axis=1) == y) * counts).sum()])

    @staticmethod
    def _best(history: dict[str, list[float]], monitor: str | None) -> int:
        return best_epoch(history[monitor], monitor) if monitor else 0


def _stack(trees: Iterable[Any]) -> Any:
    """Trees of arrays as one tree whose arrays have a first axis more."""
    with compiling():
        return jax.tree.map(lambda *values: jnp.stack(values), *trees)


def _choose(first: Any, one: Any, other: Any) -> Any:
    """Of each replica the values of ``one`` where ``first`` says so, else those of ``other``."""
    return jax.tree.map(lambda a, b: jnp.where(first.reshape(-1, *[1] * (a.ndim - 1)), a, b), one, other)


def _as_logs(sums: npt.NDArray[Any], counts: Sequence[int]) -> list[dict[str, float]]:
    return [{"loss": float(s[0]) / n, "accuracy": float(s[1]) / n} for s, n in zip(sums, counts, strict=True)]
