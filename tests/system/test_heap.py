"""Large blocks that are freed and asked for again cost no new pages inside, and do outside."""

import os
import subprocess
import sys

import pytest

TOUCHED = """
import resource, sys
from contextlib import nullcontext
from stridenet.system import heap

def new_pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(10):
        b"x" * size
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

size = 64_000_000  # more than glibc ever learns to keep by itself
with heap.kept() if sys.argv[1] == "kept" else nullcontext():
    b"x" * size
    print(new_pages())
with open("/proc/self/statm") as said:
    print(int(said.read().split()[1]) * resource.getpagesize() // 2**20)
"""


def _in_a_process(how: str) -> list[int]:
    done = subprocess.run([sys.executable, "-c", TOUCHED, how], capture_output=True, text=True, check=True)
    return [int(line) for line in done.stdout.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="there is no glibc")
def test_freed_blocks_are_used_again_and_given_back_at_the_end() -> None:
    (pages, left_mb), (pages_else, left_mb_else) = _in_a_process("kept"), _in_a_process("not")
    assert pages < 100 < 10_000 < pages_else
    assert left_mb < left_mb_else + 20


HEAPS = """
import ctypes, sys, threading
from stridenet.__main__ import main
from stridenet.system import heap
if sys.argv[1] == "shared":
    heap.share()
elif sys.argv[1] == "a command":
    main(["models"])
libc = ctypes.CDLL(None)
def take(barrier=threading.Barrier(8)):
    kept = [libc.malloc(100) for _ in range(100)]  # held by the thread's own heap where it has one
    barrier.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.malloc_info.argtypes = [ctypes.c_int, ctypes.c_void_p]
sys.stdout.flush()
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
"""


def _heaps(how: str, **more: str) -> int:
    environment = {k: v for k, v in os.environ.items() if k != "MALLOC_ARENA_MAX"} | more
    command = [sys.executable, "-c", HEAPS, how]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.count("<heap nr")


@pytest.mark.skipif(sys.platform != "linux", reason="there is no glibc")
def test_all_threads_of_a_command_share_one_heap_and_those_of_a_user_s_own_program_do_not() -> None:
    assert _heaps("shared") == _heaps("a command") == 1
    assert _heaps("left as it is") > 1
    assert _heaps("left as it is", MALLOC_ARENA_MAX="1") == 1  # as workers get it
    assert 1 < _heaps("shared", MALLOC_ARENA_MAX="3") <= 3  # whoever has set it knows better
