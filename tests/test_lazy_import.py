"""The public face: every name is there and documented, and costs nothing before it is used."""

import ast
import inspect
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import stridenet

SOURCE = Path(stridenet.__file__)
HEAVY = {"jax", "keras", "matplotlib", "polars", "scipy", "sklearn"}
MEASURED = """
import contextlib, io, json, sys, time
start = time.process_time()
with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
    {code}
print(json.dumps([time.process_time() - start, sorted(sys.modules), said.getvalue()]))
"""
HELP = "from stridenet.__main__ import main; sys.argv = ['stridenet', '--help']; main()"


def _run(code: str) -> tuple[float, set[str], str]:
    """CPU seconds (other work on the machine does not count), modules and output of the code in a new process."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED.format(code=code)], capture_output=True, text=True, check=True, timeout=60
    )
    seconds, modules, said = json.loads(done.stdout)
    return seconds, set(modules), said


@pytest.mark.parametrize(("code", "most_s"), [("import stridenet", 0.3), (HELP, 0.6)], ids=["import", "help"])
def test_a_first_look_is_quick(code: str, most_s: float) -> None:
    best = min(_run(code)[0] for _ in range(3))
    assert best < most_s, f"took {best:.2f} s, may take {most_s} s"


@pytest.mark.parametrize("code", ["import stridenet", HELP], ids=["import", "help"])
def test_a_first_look_loads_nothing_heavy(code: str) -> None:
    assert not HEAVY & _run(code)[1]


def test_help_says_something() -> None:
    assert "run" in _run(HELP)[2]


def test_import_loads_no_module_of_ours() -> None:
    assert {name for name in _run("import stridenet")[1] if name.startswith("stridenet")} == {"stridenet"}


def test_names_are_sorted_and_listed() -> None:
    assert stridenet.__all__ == sorted(set(stridenet.__all__))
    assert set(stridenet.__all__) <= set(dir(stridenet))


@pytest.mark.parametrize("name", stridenet.__all__)
def test_each_name_is_there_and_documented(name: str) -> None:
    value = getattr(stridenet, name)
    assert not isinstance(value, ModuleType)
    assert inspect.getdoc(value)
    assert getattr(stridenet, name) is value
    assert value.__module__.startswith(("stridenet.", "stridenet_runtime."))


@pytest.mark.parametrize("name", stridenet.__all__)
def test_no_name_is_also_a_module(name: str) -> None:
    """Whoever imported the module first would find it in the name's place."""
    beside = [SOURCE.with_name(f"{name}.py"), SOURCE.with_name(name) / "__init__.py"]
    assert not [path.name for path in beside if path.exists()]


def test_type_checkers_see_the_same_names() -> None:
    block = next(node for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body if isinstance(node, ast.If))
    seen: dict[str, object] = {}
    for node in block.body:
        match node:
            case ast.ImportFrom(module=str(module), names=[alias]):
                seen[alias.asname or alias.name] = getattr(import_module(module), alias.name)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                seen[name] = seen.pop(other)
    assert {name: getattr(stridenet, name) for name in stridenet.__all__} == seen


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'stridenet' has no attribute 'runn'"):
        getattr(stridenet, "runn")  # noqa: B009  a type checker would object


def test_a_star_import_gives_the_public_names() -> None:
    space: dict[str, object] = {}
    exec("from stridenet import *", space)
    assert set(stridenet.__all__) <= set(space)
