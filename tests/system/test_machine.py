import os
import platform
import sys
from pathlib import Path

import pytest

from stridenet.system import machine


def test_free_memory_is_what_linux_and_the_container_leave(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9000 kB\nMemAvailable:    5000 kB\n")
    assert machine._available(tmp_path / "meminfo") == 5_120_000
    assert machine._available(tmp_path / "nothing") is None
    assert machine._left_in_group(tmp_path) is None
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("600\n")
    (tmp_path / "memory.stat").write_text("anon 100\ninactive_file 50\n")
    assert machine._left_in_group(tmp_path) is None
    (tmp_path / "memory.max").write_text("1000\n")
    assert machine._left_in_group(tmp_path) == 450


def test_this_machine_has_some() -> None:
    assert 1_000_000 < machine.free_memory() < 2**50
    assert 1 <= len(machine.usable_cores()) <= (os.cpu_count() or 1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_the_cores_that_may_be_used_are_counted() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert machine.usable_cores() == [min(before)]
    finally:
        os.sched_setaffinity(0, before)


INTEL = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nflags\t\t: sse avx\n\nprocessor\t: 1\nmodel name\t: Other\n"
ARM = "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd\nCPU part\t: 0xd40\n\n"


@pytest.mark.parametrize(
    ("told", "name", "features"),
    [
        (INTEL, "Some CPU @ 2 GHz", "Some CPU @ 2 GHz; sse avx"),
        (ARM, "aarch64", "fp asimd"),
        (None, "aarch64", "aarch64"),
    ],
    ids=["intel", "arm", "nobody tells"],
)
def test_a_processor_has_a_name_on_every_system(
    told: str | None, name: str, features: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object, **__: object) -> str:
        if told is None:
            raise FileNotFoundError
        return told

    monkeypatch.setattr(Path, "read_text", read)
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert machine.processor() == name
    assert machine.processor("model name", "flags", "Features") == features
