"""A Python of our own imports nothing of the current folder, finds the stridenet that started it, dies with it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import stridenet
from stridenet.system import child

ROOT = Path(stridenet.__file__).parents[1]
SHADOWS = ("numpy.py", "json.py", "jax/__init__.py", "sitecustomize.py", "ctypes.py", "typing.py", "threading.py")
START = """
import json, os, subprocess, sys
from stridenet.system import child
os.environ["PYTHONPATH"] += os.pathsep  # by mistake, and it means the current folder
sys.path[:0] = json.loads(sys.argv[1])
done = subprocess.run(child.command("stridenet.told"), env=child.environment(), capture_output=True, text=True)
print(done.stdout, done.stderr)
"""


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A folder whose files end whoever imports them."""
    for name in SHADOWS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"import os; os.write(2, b'{name} was run'); os._exit(9)")
    return tmp_path


@pytest.fixture
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our package with a module more, in a place of its own."""
    root = tmp_path_factory.mktemp("elsewhere")
    inside = root / "stridenet"
    (inside / "system").mkdir(parents=True)
    (inside / "__init__.py").write_text("name = 'elsewhere'")
    (inside / "system" / "__init__.py").touch()
    (inside / "system" / "child.py").write_text(Path(child.__file__).read_text())
    (inside / "told.py").write_text(
        "import sys, json, numpy, stridenet\n"
        "def main(): print(json.dumps([sys.path, stridenet.__file__, json.__file__, numpy.__file__]))\n"
    )
    return root


def _told(package: Path, current: Path, *first: str) -> tuple[list[str], list[str]]:
    """The path of the child of a caller that puts these places first on its own, and where the child's modules lie."""
    command = [sys.executable, "-P", "-c", START, json.dumps(first)]
    environment = {**os.environ, "PYTHONPATH": str(package)}
    done = subprocess.run(command, cwd=current, env=environment, capture_output=True, text=True, check=True)
    path, *modules = json.loads(done.stdout)
    return path, modules


def test_nothing_of_the_current_folder_is_imported(trap: Path, package: Path) -> None:
    """Also where the caller itself has the current folder on its path."""
    path, modules = _told(package, trap, "", str(trap), ".")
    assert str(trap) not in path
    assert [m for m in modules if m.startswith((str(trap), "."))] == []


def test_the_same_libraries_are_found_where_the_path_was_changed(package: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "numpy").mkdir(parents=True)
    (mine / "numpy" / "__init__.py").touch()
    path, (ours, _, numpy) = _told(package, tmp_path, str(mine))
    assert path[:2] == [str(mine), str(package)]
    assert (ours, numpy) == (str(package / "stridenet" / "__init__.py"), str(mine / "numpy" / "__init__.py"))


def test_the_same_stridenet_is_found_where_another_comes_first(package: Path, tmp_path: Path) -> None:
    """As after the caller has taken its place from the path again."""
    other = tmp_path / "other" / "stridenet"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("raise ImportError")
    _, (ours, *_) = _told(package, tmp_path, str(other.parent))
    assert ours == str(package / "stridenet" / "__init__.py")


def test_an_empty_part_of_the_path_is_left_out_and_others_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["", "/one", "", ".", "/two", ""]))
    assert child.environment(A="b")["PYTHONPATH"] == os.pathsep.join(["/one", ".", "/two"])
    assert child.environment(A="b")["A"] == "b"


@pytest.mark.parametrize("arguments", [["models"], ["--version"], ["conv1d", "--data", "1 2 3", "--kernel", "1 1"]])
def test_the_command_runs_no_file_of_the_current_folder(trap: Path, arguments: list[str]) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONSAFEPATH"} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "stridenet", *arguments]
    done = subprocess.run(command, cwd=trap, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="a process there does not hear of its parent")
@pytest.mark.parametrize("how", ["the system tells it", "it looks"])
def test_a_child_dies_with_its_parent(how: str) -> None:
    """The pipe stays open in the child as long as it lives."""
    code = [
        "import sys",
        "from stridenet.system import child",
        "child.ctypes.CDLL = lambda _: type('Deaf', (), {'prctl': print})" if how == "it looks" else "",
        "child.tie_to(int(sys.argv[1]))",
        "print('tied', flush=True)",
        "while True: sum(range(1000))",
    ]
    parent = (
        "import os, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {chr(10).join(code)!r}, str(os.getpid())])\n"
        "time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    while "tied" not in process.stdout.readline():
        assert process.poll() is None
    process.kill()
    process.wait()
    assert process.stdout.read() == ""  # its last writer is gone; else this waits for ever
    process.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="a process there does not hear of its parent")
def test_a_child_whose_parent_has_gone_already_ends() -> None:
    code = "import time; from stridenet.system import child; child.tie_to(2 ** 22 + 1); time.sleep(60)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=30).returncode == 1
