"""How good: scores of all windows, of each class and of each person, and of any draw of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.integer]
Range = Literal["share", "signed", "loss"]

RANGES: dict[str, Range] = {
    "accuracy": "share",
    "person_accuracy": "share",
    "balanced_accuracy": "share",
    "macro_f1": "share",
    "kappa": "signed",
    "mcc": "signed",
    "log_loss": "loss",
    "brier": "loss",
}
"""Every score: a share goes from 0 to 1, a signed one from -1 to 1, and a loss from 0 on, where less is better."""

SMALLEST = float(np.finfo(np.float32).eps)
"""A probability below it counts as it in the log loss: probabilities are kept as float32, and may be 0."""


@dataclass(frozen=True, eq=False)
class Tally:
    """What each person's windows add up to: all that any score of any draw of these people needs.

    Args:
        people: their names, in the order of first appearance.
        classes: the classes' names.
        true: shape (person, class), windows that are of this class.
        right: shape (person, repeat, class), those of them that were named so.
        said: shape (person, repeat, class + 1), windows named so; the last column counts windows without an answer.
        losses: shape (person, repeat) under ``log_loss`` and ``brier``, sums over windows; empty without probabilities.
    """

    people: tuple[str, ...]
    classes: tuple[str, ...]
    true: Floats
    right: Floats
    said: Floats
    losses: dict[str, Floats]

    @cached_property
    def windows(self) -> Floats:
        """Shape (person,): how many windows each person has."""
        return np.asarray(self.true.sum(axis=1))

    @property
    def n_repeats(self) -> int:
        """How often all windows were predicted."""
        return int(self.right.shape[1])

    @property
    def absent(self) -> tuple[str, ...]:
        """The classes that no window is of; macro averages leave them out, so that they must be told."""
        return tuple(name for name, n in zip(self.classes, self.true.sum(axis=0), strict=True) if n == 0)

    @property
    def names(self) -> tuple[str, ...]:
        """The scores that can be had: without probabilities there are no losses."""
        return tuple(name for name, kind in RANGES.items() if kind != "loss" or name in self.losses)

    def score(self, name: str, weights: Floats | None = None) -> Floats:
        """A score of every repeat, for one or many draws of people.

        Macro averages are over the classes that the drawn people have. A score of 0 / 0 is 0.

        Args:
            name: one of :attr:`names`.
            weights: shape (draw, person), how often each person counts; without it each counts once.

        Returns:
            Shape (draw, repeat), or (repeat,) without weights.
        """
        if weights is None:
            return np.asarray(self.score(name, np.ones((1, len(self.people))))[0])
        return self.scores((name,), weights)[name]

    def scores(self, names: Sequence[str], weights: Floats) -> dict[str, Floats]:
        """Several scores of the same draws, whose counts are added up once; see :meth:`score`."""
        found: dict[str, Floats] = {}
        if _OF_COUNTS.keys() & set(names):
            true = (weights @ self.true)[:, None, :]
            right, said = _drawn(weights, self.right), _drawn(weights, self.said)
        for name in names:
            if name in self.losses:
                found[name] = _ratio(weights @ self.losses[name], weights @ self.windows[:, None])
            elif name == "person_accuracy":
                share = _ratio(self.right.sum(axis=2), self.windows[:, None])
                found[name] = _ratio(weights @ share, weights.sum(axis=1, keepdims=True))
            else:
                found[name] = _OF_COUNTS[name](true, right, said)
        return found

    def weight(self, name: str) -> Floats:
        """Shape (person,): how much each person counts in a score, in windows."""
        return np.full_like(self.windows, self.windows.mean()) if name == "person_accuracy" else self.windows

    def per_person(self, name: str = "accuracy") -> Floats:
        """Shape (person, repeat): a score of each person's own windows."""
        return self.score(name, np.identity(len(self.people)))

    def per_class(self) -> dict[str, Floats]:
        """``precision``, ``recall`` and ``f1``, each of shape (repeat, class); 0 / 0 counts as 0."""
        true, right, said = self.true.sum(axis=0), self.right.sum(axis=0), self.said.sum(axis=0)[:, :-1]
        return {
            "precision": _ratio(right, said),
            "recall": _ratio(right, true),
            "f1": _ratio(2 * right, true + said),
        }


def tally(
    y_true: Classes,
    predicted: Classes,
    group: npt.NDArray[np.str_],
    classes: Sequence[str],
    probability: npt.NDArray[np.floating] | None = None,
) -> Tally:
    """Counts each person's windows, once, so that scores and their intervals come without looking at windows again.

    A window without an answer is never right; its losses are those of one who was sure of a wrong class.

    Args:
        y_true: shape (window,), the true class.
        predicted: shape (repeat, window), the class named; below 0 where there is no answer.
        group: shape (window,), the person.
        classes: the classes' names.
        probability: shape (repeat, window, class), for the losses.

    >>> import numpy as np
    >>> y, said = np.array([0, 0, 1]), np.array([[0, 1, 1]])
    >>> seen = tally(y, said, np.array(["ann", "bob", "bob"]), ["sit", "walk", "fall"])
    >>> seen.score("accuracy").round(2).tolist(), seen.per_person().tolist(), seen.absent
    ([0.67], [[1.0], [0.5]], ('fall',))
    """
    people, first, person = np.unique(group, return_index=True, return_inverse=True)
    order = np.argsort(first)
    person = np.argsort(order)[person]
    n, k = len(people), len(classes)

    def counts(kind: Classes, chosen: npt.NDArray[np.bool_]) -> Floats:
        found = np.bincount(person[chosen] * (k + 1) + kind[chosen], minlength=n * (k + 1))
        return found.reshape(n, k + 1).astype(np.float64)

    every = np.ones(len(y_true), dtype=bool)
    said = np.where(predicted < 0, k, predicted)
    losses = {} if probability is None else _losses(y_true, probability)
    return Tally(
        tuple(map(str, people[order])),
        tuple(classes),
        counts(y_true, every)[:, :-1],
        np.stack([counts(y_true, p == y_true)[:, :-1] for p in said], axis=1),
        np.stack([counts(p, every) for p in said], axis=1),
        {
            name: np.stack([np.bincount(person, weights=one, minlength=n) for one in loss], axis=1)
            for name, loss in losses.items()
        },
    )


def log_losses(of_true: Floats) -> Floats:
    """The log loss of each window, from what is said of its true class."""
    return np.asarray(-np.log(np.clip(of_true, SMALLEST, 1 - SMALLEST)))


def _losses(y_true: Classes, probability: npt.NDArray[np.floating]) -> dict[str, Floats]:
    """Shape (repeat, window) each."""
    p = np.asarray(probability, dtype=np.float64)
    answered = np.asarray(np.isfinite(p).all(axis=2))
    of_true = np.where(answered, p[:, np.arange(len(y_true)), y_true], 0.0)
    squares = np.where(answered, (np.where(np.isfinite(p), p, 0.0) ** 2).sum(axis=2), 1.0)
    return {
        "log_loss": log_losses(of_true),
        "brier": squares - 2 * of_true + 1,  # the sum over classes of (p - truth)²
    }


def _drawn(weights: Floats, per_person: Floats) -> Floats:
    """Sums over drawn people: (draw, person) and (person, ...) give (draw, ...)."""
    return np.asarray(np.tensordot(weights, per_person, axes=1))


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.zeros(np.broadcast(above, below).shape), where=below != 0))


def _accuracy(true: Floats, right: Floats, said: Floats) -> Floats:  # noqa: ARG001
    return _ratio(right.sum(axis=2), true.sum(axis=2))


def _balanced(true: Floats, right: Floats, said: Floats) -> Floats:  # noqa: ARG001
    return _ratio(_ratio(right, true).sum(axis=2), (true > 0).sum(axis=2))


def _macro_f1(true: Floats, right: Floats, said: Floats) -> Floats:
    f1 = _ratio(2 * right, true + said[..., :-1])  # 0 for a class that is not there
    return _ratio(f1.sum(axis=2), (true > 0).sum(axis=2))


def _kappa(true: Floats, right: Floats, said: Floats) -> Floats:
    n = true.sum(axis=2)
    by_chance = _ratio((true * said[..., :-1]).sum(axis=2), n**2)
    return _ratio(_ratio(right.sum(axis=2), n) - by_chance, 1 - by_chance)


def _mcc(true: Floats, right: Floats, said: Floats) -> Floats:
    n = true.sum(axis=2)
    together = right.sum(axis=2) * n - (true * said[..., :-1]).sum(axis=2)
    return _ratio(together, np.sqrt((n**2 - (true**2).sum(axis=2)) * (n**2 - (said**2).sum(axis=2))))


_OF_COUNTS = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced,
    "macro_f1": _macro_f1,
    "kappa": _kappa,
    "mcc": _mcc,
}
