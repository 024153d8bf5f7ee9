"""The wheel as a user gets it: built, installed into an environment outside the repository, and used from there."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

import stridenet

ROOT = Path(__file__).resolve().parents[1]


def _run(*command: str | Path, cwd: Path) -> str:
    home = {"PATH": "/nowhere", "HOME": os.environ["STRIDENET_CACHE"]}  # not the cache of whoever runs the tests
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=120, env=home
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runtime")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT / "runtime")
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment that holds both wheels; what they depend on is taken from this one, without a network."""
    folder = tmp_path_factory.mktemp("user") / "env"
    _run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    packages = Path(_run(folder / "bin" / "python", "-c", _PACKAGES, cwd=folder.parent).strip())
    _run(
        *(sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet"),
        *("--no-deps", "--no-index", "--disable-pip-version-check", runtime, wheel),
        cwd=folder.parent,
    )
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))"


def test_every_file_of_the_package_is_inside(wheel: Path) -> None:
    folder = ROOT / "src"
    there = {p.relative_to(folder).as_posix() for p in (folder / "stridenet").rglob("*") if p.is_file()}
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert "stridenet/py.typed" in names
    assert names == {name for name in there if "__pycache__" not in name}


def test_every_file_of_the_runtime_is_inside(runtime: Path) -> None:
    folder = ROOT / "runtime" / "src"
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    names = {name for name in zipfile.ZipFile(runtime).namelist() if ".dist-info/" not in name}
    assert names == {name for name in there if "__pycache__" not in name}


@pytest.mark.parametrize("of", ["wheel", "runtime"])
def test_what_it_says_of_itself(of: str, request: pytest.FixtureRequest) -> None:
    wheel: Path = request.getfixturevalue(of)
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(about))
        assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())
    assert metadata["Version"] == stridenet.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"


def test_it_is_the_wheel_that_runs(environment: Path, tmp_path: Path) -> None:
    file = _run(environment / "bin" / "python", "-c", "import stridenet; print(stridenet.__file__)", cwd=tmp_path)
    assert Path(file.strip()).is_relative_to(environment)


def test_its_cache_lies_at_home(environment: Path, tmp_path: Path) -> None:
    code = "from stridenet.system.cache import cache_folder; print(cache_folder())"
    folder = _run(environment / "bin" / "python", "-c", code, cwd=tmp_path)
    assert Path(folder.strip()).is_relative_to(os.environ["STRIDENET_CACHE"])


def test_its_names_can_be_used(environment: Path, tmp_path: Path) -> None:
    code = "import stridenet; print(all(getattr(stridenet, name) for name in stridenet.__all__))"
    assert _run(environment / "bin" / "python", "-c", code, cwd=tmp_path) == "True\n"


@pytest.mark.parametrize(("option", "said"), [("--version", stridenet.__version__), ("models", "cnn")])
def test_its_command_runs(environment: Path, tmp_path: Path, option: str, said: str) -> None:
    assert said in _run(environment / "bin" / "stridenet", option, cwd=tmp_path)
