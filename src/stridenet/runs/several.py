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
from stridenet.system.notes import Note, OnProgress

Asked = tuple[str, Resolved, Sequence[Turn]]
"""A job in words, the job, and which of its turns are asked for."""


def together(asked: Sequence[Resolved]) -> list[Resolved]:
    """The same jobs, trained where all of them are best trained: many short ones are worth workers that one is not."""
    splits = [split for one in asked for split in one.splits]
    placed = []
    for one in asked:
        executor, why = choose(one.spec, splits, portable=one.network.portable, network=one.is_network)
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
    epochs = sum(len(turns) * jobs.epochs_of(one) for (_, one, _), turns in zip(asked, missing, strict=True))
    done = count(1)
    with ExitStack() as stack:
        crews: dict[bool, Crew] = {}  # workers of networks and of estimators load other libraries
        for i, ((name, one, _), turns) in enumerate(zip(asked, missing, strict=True)):
            if not turns:
                continue
            kind = one.is_network
            if one.executor == "processes" and kind not in crews:
                crews[kind] = stack.enter_context(jobs.crew(note, networks=kind))
                crews[kind].hire(max(map(len, missing)))
            note(f"{i + 1} of {len(asked)}: {name}")
            tell = jobs.counting(one, done, epochs, on_progress)
            jobs.execute(one, turns, store, note, tell, workers=crews.get(kind))
    return [
        {turn: found.get(turn) or one.key(turn) for turn in turns}
        for (_, one, turns), found in zip(asked, there, strict=True)
    ]
