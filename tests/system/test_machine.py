from pathlib import Path

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
    assert machine.free_memory() > 100_000_000
    assert machine.usable_cores()
    assert machine.processor()
