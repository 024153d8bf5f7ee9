"""Trainings that peek at the test on purpose, to show what that claims. Only ``leakage.py`` makes them.

No setting asks for one: a leaky run is made of an honest one here, has trials of its own, leaves no run folder, and its
result says in its ledger what the test was used for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from stridenet.evaluation.protocol import Ledger
from stridenet.runs.resolve import Resolved
from stridenet.runs.trial import BySide, Sides, Turn
from stridenet.signals.windows import Windows

Leak = Literal["epoch", "scaling"]


@dataclass(frozen=True, eq=False)
class Leaky(Resolved):
    """A run whose trainings peek: ``epoch`` keeps the epoch that is best on the test, ``scaling`` scales with it."""

    leak: Leak = "epoch"

    def decides(self, fold: int, executor: str | None = None) -> dict[str, Any]:
        """The leak too, so that no honest run ever finds these trials."""
        return super().decides(fold, executor) | {"leak": self.leak}

    def sides(self) -> BySide:
        """The honest sides with the leak in them."""
        return _Peeking(self)

    @property
    def ledger(self) -> Ledger:
        """What the test was used for; where it chose the epoch it was read after each."""
        if self.leak == "epoch":
            return Ledger(chose_epoch=True, readings=self.spec.train.epochs)
        return Ledger(scaled_with=True)

    def needs_model(self, turn: Turn) -> bool:
        """No model of such a training is of use to anybody."""
        del turn
        return False


def leaky(honest: Resolved, leak: Leak) -> Leaky:
    """The same run with a leak."""
    parts = {one.name: getattr(honest, one.name) for one in fields(Resolved)}
    if leak == "epoch":
        train = honest.spec.train.model_copy(update={"best_weights": "val_accuracy"})
        parts["spec"] = honest.spec.model_copy(update={"train": train})
    return Leaky(**parts, leak=leak)


class _Peeking(BySide):
    """Sides of which training or validation knows the test."""

    def __init__(self, run: Leaky) -> None:
        super().__init__(run.windows, run.splits)
        self._leak: Leak = run.leak

    def _made(self, fold: int) -> Sides:
        honest = super()._made(fold)
        if self._leak == "epoch":
            return honest._replace(validation=honest.test)
        return honest._replace(train=_scaled_with(honest.train, honest.test))


@dataclass(frozen=True)
class _ScaledWith(Windows):
    """Training windows whose scaling is fitted on others too."""

    others: Windows | None = field(default=None, kw_only=True)

    def pieces(self) -> Iterator[Any]:
        """The samples that scaling is fitted on."""
        yield from super().pieces()
        if self.others is not None:
            yield from self.others.pieces()


def _scaled_with(train: Windows, test: Windows) -> Windows:
    return _ScaledWith(**{one.name: getattr(train, one.name) for one in fields(Windows)}, others=test)
