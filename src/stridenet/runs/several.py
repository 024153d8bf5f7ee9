"""Several jobs trained as one: what is there is found, and the same workers go from job to job."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import count

from stridenet.runs import job as jobs
from stridenet.runs.executors.choose import choose
from stridenet.runs.executors.processes import Crew
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.runs.trial import Turn
from stridenet.system.notes import Note, OnProgress, Progress, Tell

Asked = tuple[str, Resolved, Sequence[Turn]]
"""A job in words, the job, and which of its turns are asked for."""


def together(asked: Sequence[Resolved]) -> list[Resolved]:
    """The same jobs, trained where all of them are best trained: many short ones are worth workers that one is not."""
    splits = [split for one in asked for split in one.splits]
    placed = []
    for one in asked:
        executor, why = choose(one.spec, splits, portable=one.network.portable)
        placed.append(one if one.objects else replace(one, executor=executor, why=why))
    return placed


def train(asked: Sequence[Asked], store: Store, note: Note, on_progress: OnProgress) -> list[dict[Turn, str]]:
    """Trains what is missing of several jobs, one after the other; the keys of the turns of each.

    Raises:
        StridenetError: what cannot be trained or stored.
    """
    there = [{turn: key for turn, key in one.there(store).items() if turn in turns} for _, one, turns in asked]
    missing = [[turn for turn in turns if turn not in found] for (_, _, turns), found in zip(asked, there, strict=True)]
    if found := sum(map(len, there)):
        note(f"found {found} of {found + sum(map(len, missing))} trainings done already")
    epochs = sum(len(turns) * one.spec.train.epochs for (_, one, _), turns in zip(asked, missing, strict=True))
    counted = _Counted(epochs, on_progress)
    with ExitStack() as stack:
        workers: Crew | None = None
        for i, ((name, one, _), turns) in enumerate(zip(asked, missing, strict=True)):
            if not turns:
                continue
            if one.executor == "processes" and one.is_network and workers is None:
                workers = stack.enter_context(jobs.crew(note))
                workers.hire(max(map(len, missing)))
            note(f"{i + 1} of {len(asked)}: {name}")
            jobs.execute(one, turns, store, note, counted.of(one), workers=workers if one.is_network else None)
    return [
        {turn: found.get(turn) or one.key(turn) for turn in turns}
        for (_, one, turns), found in zip(asked, there, strict=True)
    ]


class _Counted:
    """How far all jobs are together."""

    def __init__(self, total: int, on_progress: OnProgress) -> None:
        self._total, self._tell, self._done = total, on_progress, count(1)

    def of(self, job: Resolved) -> Tell:
        """What is told of one job's epochs."""

        def on_epoch(place: int, epoch: int, scores: dict[str, float]) -> None:
            turn = job.turns[place]
            at = (turn.fold + 1, len(job.splits), turn.seed - job.spec.seed + 1, len(job.spec.seeds))
            self._tell(Progress(*at, epoch, job.spec.train.epochs, scores, next(self._done), self._total))

        return on_epoch
