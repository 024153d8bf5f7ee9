"""Workers start before there is work, and are gone when the block ends; what they train is tested with the main job."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.errors import StridenetError, WorkerError
from stridenet.runs import job
from stridenet.runs.executors import processes
from stridenet.runs.executors.processes import Crew, processes_at_once, signal_of_each
from stridenet.runs.store import Store
from stridenet.signals.places import Places
from stridenet.spec import parse
from stridenet.system import child
from stridenet.system.cache import Stored, load_or_make
from stridenet.system.machine import usable_cores


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


def test_a_worker_has_one_thread_and_one_heap_and_what_the_user_has_set(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "import json, os; print(json.dumps(dict(os.environ)))"
    monkeypatch.setattr(child, "command", lambda _: [sys.executable, "-c", told])

    def environment() -> dict[str, str]:
        with crew:
            crew.hire(1)
            stdout = crew._workers[0].process.stdout
            assert stdout
            found: dict[str, str] = json.loads(stdout.readline())
            return found

    for name in ("XLA_FLAGS", "MALLOC_ARENA_MAX", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    found = environment()
    assert found["XLA_FLAGS"] == "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    assert found["OMP_NUM_THREADS"] == found["MALLOC_ARENA_MAX"] == "1"
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=false")
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    found = environment()
    assert found["XLA_FLAGS"].split()[:2] == ["--xla_cpu_enable_fast_math=false", "--xla_cpu_multi_thread_eigen=false"]
    assert found["MALLOC_ARENA_MAX"] == "4"


def test_what_workers_note_is_told_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    code = 'print(\'["note", "one"]\', \'["note", "two"]\', \'["note", "one"]\', sep=chr(10))'
    monkeypatch.setattr(child, "command", lambda _: [sys.executable, "-c", code])
    told: list[str] = []
    nothing: Any = None
    with Crew([None, None], told.append) as crew:
        assert list(crew.train(nothing, [0, 1], Store(tmp_path))) == []
    assert told == ["one", "two"]


def _ending(monkeypatch: pytest.MonkeyPatch, code: str) -> Iterator[Any]:
    """A crew whose only worker runs the code."""
    monkeypatch.setattr(child, "command", lambda _: [sys.executable, "-c", f"import os, sys\n{code}"])
    nothing: Any = None
    with Crew([None]) as crew:
        yield from crew.train(nothing, [0], Store(Path()))


@pytest.mark.parametrize("signal", [9, 15, 2])
def test_a_worker_that_the_system_ends_is_told_as_that(signal: int, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = ", most often for want of memory" if signal == 9 else ""
    said = rf"^a training process was ended by the system \(signal {signal}\){memory}; use a smaller [^\n]*\.$"
    code = f"import signal\nif {signal} == 2: signal.signal(2, signal.SIG_DFL)\nos.kill(os.getpid(), {signal})"
    with pytest.raises(WorkerError, match=said):
        list(_ending(monkeypatch, code))


@pytest.mark.parametrize(
    "code",
    [
        "raise MemoryError",
        "import numpy; numpy.ones(1 << 50)",
        "os.write(2, b'terminate called after throwing an instance of std::bad_alloc'); os.abort()",
        "raise RuntimeError('RESOURCE_EXHAUSTED: Out of memory allocating 99 bytes')",
    ],
)
def test_a_worker_without_memory_is_told_as_that(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WorkerError, match=r"^a training process ran out of memory; use a smaller [^\n]*\.$"):
        list(_ending(monkeypatch, code))


@pytest.mark.parametrize(
    ("code", "said"), [("1 / 0", "status 1: .*ZeroDivision"), ("os.abort()", "status -6: it said")]
)
def test_a_worker_that_fails_is_our_fault(code: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match=f"(?s){said}") as caught:
        list(_ending(monkeypatch, code))
    assert not isinstance(caught.value, StridenetError)


@pytest.mark.parametrize("refused", ["--xla_cpu_made_up=true", "--xla_cpu_multi_thread_eigen=perhaps"])
def test_a_flag_that_xla_refuses_is_left_out(refused: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(processes, "ONE_THREAD", refused)
    monkeypatch.delenv("XLA_FLAGS", raising=False)  # the tests' own would end in what XLA reads no further than
    settings = {
        "executor": "processes",
        "repeats": 2,
        "model": {"name": "cnn", "settings": {"filters": 2}},
        "train": {"epochs": 1},
    }
    told: list[str] = []
    done = job.run(parse(settings), out=tmp_path, note=told.append)
    assert len(done.result.accuracies) == 2
    assert any(f"XLA refuses {refused}, and workers go on without (" in line for line in told), told


def test_a_flag_of_the_user_that_xla_refuses_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XLA_FLAGS", "--xla_mine=1")
    with pytest.raises(RuntimeError, match="XLA_FLAGS: --xla_mine=1"):
        job.run(parse({"executor": "processes", "repeats": 2, "train": {"epochs": 1}}), out=tmp_path)


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
model = {"name": "cnn", "settings": {"filters": 128}}
settings = {"executor": "processes", "repeats": 2, "model": model, "train": {"epochs": 90}}
job.run(spec.parse(settings), out=sys.argv[1], on_progress=lambda _: print("an epoch", flush=True))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at in /proc")
@pytest.mark.parametrize("moment", ["starting", "loading", "training"])
def test_no_worker_is_alive_a_second_after_its_parent_was_killed(moment: str, tmp_path: Path) -> None:
    """Wherever it is: at its start, while JAX is loaded or compiles, in the middle of an epoch, each on its core."""
    parent = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    workers = [Path(f"/proc/{pid}") for pid in json.loads(parent.stdout.readline())]
    if moment == "loading":
        while not all("jaxlib" in (worker / "maps").read_text() for worker in workers):
            assert parent.poll() is None
    while moment == "training" and "epoch" not in parent.stdout.readline():
        assert parent.poll() is None
    if moment == "training":
        allowed = [re.findall(r"Cpus_allowed_list:\s(\S+)", (w / "status").read_text()) for w in workers]
        assert allowed == [[str(core)] for core in usable_cores()[: len(workers)]]
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
    assert processes_at_once(each=100_000_000, signal=200_000_000, free=10_000_000_000) == 8
    assert processes_at_once(each=100_000_000, signal=200_000_000, free=0) == 1  # it is an estimate: one is tried


def test_a_signal_counts_as_it_is_sent_and_as_it_is_copied_unless_it_is_mapped(tmp_path: Path) -> None:
    signal, first = np.zeros((1000, 2)), np.arange(0, 900, 50)
    sent = Places([signal], first * 0, first, 100)
    held = 4 * 2 * 950
    assert signal_of_each(sent, room=10**6) == 4 * signal.size + held
    assert signal_of_each(sent, room=held - 1) == 4 * signal.size
    stored = load_or_make("a", lambda: Stored({"x": signal}), folder=tmp_path).arrays["x"]
    mapped = Places([stored], first * 0, first, 100)
    assert signal_of_each(mapped, room=10**6) == held
    assert signal_of_each(mapped, room=0) == 0
