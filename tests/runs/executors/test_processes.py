"""Workers start before there is work, and are gone when the block ends; what they train is tested with the main job."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stridenet.runs.executors.processes import Crew, processes_at_once


@pytest.fixture
def crew() -> Crew:
    return Crew([None, None, None])


def test_a_crew_is_hired_up_to_its_cores_and_dismissed_down_to_a_number(crew: Crew) -> None:
    with crew:
        for n, at_work in ((0, 0), (2, 2), (1, 2), (7, 3)):
            crew.hire(n)
            assert len(crew._workers) == at_work
        hired = [worker.process for worker in crew._workers]
        assert [process.poll() for process in hired] == [None] * 3
        crew.dismiss(1)
        assert [process.poll() is None for process in hired] == [True, False, False]
    assert all(process.poll() is not None for process in hired)


def test_nobody_outlives_an_error(crew: Crew) -> None:
    hired: list[subprocess.Popen[bytes]] = []

    def interrupted() -> None:
        with crew:
            crew.hire(2)
            hired.extend(worker.process for worker in crew._workers)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [process.poll() is None for process in hired] == [False, False]


def test_a_worker_without_a_task_ends_in_peace(crew: Crew) -> None:
    with crew:
        crew.hire(1)
        process = crew._workers[0].process
        assert process.stdin
        process.stdin.close()  # as when whoever hired it is killed
        assert process.wait(60) == 0


RUN = """
import json, sys
from stridenet import spec
from stridenet.runs import job
from stridenet.runs.executors.processes import Crew

hire = Crew.hire
def hired(crew, n):
    hire(crew, n)
    print(json.dumps([worker.process.pid for worker in crew._workers]), flush=True)
Crew.hire = hired
settings = {"executor": "processes", "repeats": 2, "model": {"settings": {"filters": 128}}, "train": {"epochs": 90}}
job.run(spec.parse(settings), out=sys.argv[1], on_progress=lambda _: print("an epoch", flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")
@pytest.mark.parametrize("moment", ["starting", "loading", "training"])
def test_no_worker_is_alive_a_second_after_its_parent_was_killed(moment: str, tmp_path: Path) -> None:
    """Wherever it is: at its start, while JAX is loaded or compiles, in the middle of an epoch."""
    parent = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    workers = [Path(f"/proc/{pid}") for pid in json.loads(parent.stdout.readline())]
    if moment == "loading":
        while not all("jaxlib" in (worker / "maps").read_text() for worker in workers):
            assert parent.poll() is None
    while moment == "training" and "epoch" not in parent.stdout.readline():
        assert parent.poll() is None
    parent.kill()
    parent.wait()
    parent.stdout.close()
    killed = time.monotonic()
    while any(_runs(worker) for worker in workers):
        assert time.monotonic() < killed + 1


def _runs(process: Path) -> bool:
    try:
        state = (process / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # nobody may be there to hear of its end


def test_more_processes_at_once_where_there_is_more_room() -> None:
    assert processes_at_once(each=100_000_000, shared=100_000_000, free=10_000_000_000) == 8
    assert processes_at_once(each=100_000_000, shared=100_000_000, free=0) == 1  # it is an estimate: one is tried
