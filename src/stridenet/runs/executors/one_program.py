"""Repeats trained together on a GPU: as many in one program as its memory holds."""

from collections.abc import Sequence
from itertools import groupby

from jax.errors import JaxRuntimeError

from stridenet.baselines.estimators import Estimator
from stridenet.errors import SettingError
from stridenet.models.learner import KerasLearner
from stridenet.runs import trial
from stridenet.runs.executors import memory
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.runs.trial import Sides, Turn
from stridenet.system.notes import Note, Tell


def train(run: Resolved, turns: Sequence[Turn], store: Store, *, tell: Tell, note: Note) -> None:
    """Trains these trials, of each fold as many at once as memory allows, and stores each.

    Args:
        run: what is trained.
        turns: which trainings.
        store: where trials are kept.
        tell: told the trial's place among all of the run, the epoch's number from 1 and its scores.
        note: told, in sentences, when memory decides.

    Raises:
        OutputError: a trial could not be stored.
        SettingError: the device cannot hold even one training.
    """
    assert not isinstance(run.network, Estimator)  # see idle_without_epochs
    learner = KerasLearner(run.network, run.spec.prepare, run.spec.train, note=note)
    sides = run.sides()
    for fold, of_fold in groupby(turns, key=lambda turn: turn.fold):
        _fold(run, learner, sides.of(fold), list(of_fold), store, tell, note)


def _fold(
    run: Resolved, learner: KerasLearner, sides: Sides, turns: list[Turn], store: Store, tell: Tell, note: Note
) -> None:
    each = memory.estimate(learner.trainer(sides.train, turns[0].seed).model, run.spec.train.batch_size)
    at_once = memory.replicas_at_once(each, run.windows.places.held, memory.on_device())
    place = {turn.seed: run.turns.index(turn) for turn in turns}

    def told(seed: int, epoch: int, scores: dict[str, float]) -> None:
        tell(place[seed], epoch, scores)

    while turns:
        chunk = turns[:at_once]
        try:
            fitted = learner.fit_together(sides.train, sides.validation, [turn.seed for turn in chunk], tell=told)
            for turn, one in zip(chunk, fitted, strict=True):
                run.keep(store, turn, trial.outcome(learner, one, sides))
        except JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            if len(chunk) == 1:
                raise SettingError(
                    "one training does not fit in the device's memory; use a smaller train.batch_size, fewer filters "
                    "or shorter windows, or set JAX_PLATFORMS=cpu."
                ) from error
            at_once = len(chunk) // 2
            note(f"{len(chunk)} repeats at once do not fit in the device's memory; going on with {at_once}")
            continue
        turns = turns[len(chunk) :]
