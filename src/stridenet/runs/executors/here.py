"""Trainings one after the other in this process, with all its threads."""

from collections.abc import Sequence
from functools import partial

from stridenet.errors import SettingError
from stridenet.runs import trial
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.runs.trial import BySide, Turn
from stridenet.system.notes import Note, Tell


def train(run: Resolved, turns: Sequence[Turn], store: Store, *, tell: Tell, note: Note) -> None:
    """Trains these trials, and stores each as soon as it is done; ``tell`` hears which by its place among all.

    Raises:
        StridenetError: what cannot be trained, or not stored, or there is no memory for it.
    """
    from jax.errors import JaxRuntimeError

    from stridenet.models.learner import KerasLearner

    learner = KerasLearner(run.network, run.spec.prepare, run.spec.train, note=note, **run.objects)
    sides = BySide(run.windows, run.splits, run.whole)
    try:
        for turn in turns:
            on_epoch = partial(tell, run.turns.index(turn))
            run.keep(store, turn, trial.train(learner, sides.of(turn.fold), turn.seed, on_epoch))
    except (MemoryError, JaxRuntimeError) as error:
        if isinstance(error, JaxRuntimeError) and "RESOURCE_EXHAUSTED" not in str(error):
            raise
        raise SettingError(
            "there is not enough memory for the training; use a smaller train.batch_size, fewer filters or shorter "
            "windows."
        ) from error
