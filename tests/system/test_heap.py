"""Large blocks that are freed and asked for again cost no new pages inside, and do outside."""

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
