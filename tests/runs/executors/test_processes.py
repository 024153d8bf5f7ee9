"""Workers start before there is work, and are gone when the block ends; what they train is tested with the main job."""

import subprocess

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


def test_more_processes_at_once_where_there_is_more_room() -> None:
    assert processes_at_once(each=100_000_000, shared=100_000_000, free=10_000_000_000) == 8
    assert processes_at_once(each=100_000_000, shared=100_000_000, free=0) == 1  # it is an estimate: one is tried
