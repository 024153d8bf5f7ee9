"""docs/architecture.md draws the layers; this reads its table and holds the source against it."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "stridenet"
ALWAYS = {*sys.stdlib_module_names, "numpy", "stridenet"}
MAX_LINES = 400


@dataclass(frozen=True)
class Row:
    layer: int
    pattern: str
    libraries: frozenset[str]


def _table() -> list[Row]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| `(\S+)` \|[^|]+\|([^|]*)\|$", text, flags=re.MULTILINE)
    return [Row(int(layer), pattern, frozenset(re.findall(r"\w+", names))) for layer, pattern, names in rows]


TABLE = _table()
FILES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def _fits(file: str, pattern: str) -> bool:
    return PurePosixPath(file).parent == PurePosixPath(pattern).parent and fnmatch(file, pattern)


def _row(file: str) -> Row | None:
    return next((row for row in TABLE if _fits(file, row.pattern)), None)


def _file_of(module: str, files: dict[str, str]) -> str | None:
    """The file of a module of ours: 'stridenet.models' is 'models/__init__.py'."""
    inside = module.removeprefix("stridenet").strip(".").replace(".", "/")
    names = (f"{inside}.py", f"{inside}/__init__.py") if inside else ("__init__.py",)
    return next((name for name in names if name in files), None)


@dataclass(frozen=True)
class Import:
    line: int
    module: str
    name: str = ""


def _imports(source: str) -> Iterator[Import]:
    """Every import, also in functions, under TYPE_CHECKING and through import_module("...")."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (Import(node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (Import(node.lineno, module, alias.name) for alias in names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield Import(node.lineno, module)


def _ours(found: Import, files: dict[str, str]) -> str | None:
    """The file that an import of ours leads to."""
    if found.module.partition(".")[0] != "stridenet":
        return None
    return _file_of(f"{found.module}.{found.name}", files) or _file_of(found.module, files)


def _problems(file: str, source: str, files: dict[str, str]) -> Iterator[str]:
    """What a file does that the table does not allow, each with its file and line."""
    own = _row(file)
    if own is None:
        yield f"{file}:1: is in no row of the table"
        return
    for found in dict.fromkeys(_imports(source)):
        at = f"src/stridenet/{file}:{found.line}"
        library = found.module.partition(".")[0]
        if library not in ALWAYS | own.libraries:
            yield f"{at}: imports {library}, which the row of {own.pattern} does not list"
        target = _ours(found, files)
        row = _row(target) if target else None
        if row and row.layer > own.layer:
            yield f"{at}: layer {own.layer} imports {target} of layer {row.layer}"
        if target and _is_private(found) and PurePosixPath(target).parent != PurePosixPath(file).parent:
            yield f"{at}: takes the private {found.module}.{found.name} of another package"
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="print")) if not file.startswith("cli/"):
                yield f"src/stridenet/{file}:{node.lineno}: prints, which only cli/ may"
    if (n := source.count("\n")) > MAX_LINES:
        yield f"src/stridenet/{file}:{n}: is longer than {MAX_LINES} lines"


def _is_private(found: Import) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in (*found.module.split("."), found.name))


def test_the_table_is_found() -> None:
    assert len(TABLE) > 10
    assert {row.layer for row in TABLE} == set(range(7))
    assert len(FILES) > 10


@pytest.mark.parametrize("file", sorted(FILES))
def test_each_file_is_in_one_row(file: str) -> None:
    assert [row.pattern for row in TABLE if _fits(file, row.pattern)], f"src/stridenet/{file} is in no row of the table"
    assert len([row for row in TABLE if _fits(file, row.pattern)]) == 1, f"src/stridenet/{file} is in several rows"


@pytest.mark.parametrize("pattern", [row.pattern for row in TABLE])
def test_each_row_has_a_file(pattern: str) -> None:
    assert any(_fits(file, pattern) for file in FILES), f"no file is like {pattern}"


@pytest.mark.parametrize("file", sorted(FILES))
def test_each_file_keeps_to_its_layer(file: str) -> None:
    problems = list(_problems(file, FILES[file], FILES))
    assert not problems, "\n".join(problems)


def test_no_two_files_import_each_other() -> None:
    targets = {file: {_ours(found, FILES) for found in _imports(source)} for file, source in FILES.items()}
    graph = {file: {t for t in found if t and t not in {file, "__init__.py"}} for file, found in targets.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    ("file", "source", "found"),
    [
        ("errors.py", "from stridenet.windows import cut", ":1: layer 0 imports windows.py of layer 1"),
        ("errors.py", "import stridenet.windows as w", "layer 0 imports windows.py of layer 1"),
        ("metrics.py", "def f():\n    from stridenet import engine", ":2: layer 1 imports engine.py of layer 3"),
        ("metrics.py", "from stridenet import cut", "layer 1 imports __init__.py of layer 6"),
        (
            "metrics.py",
            "if TYPE_CHECKING:\n    from stridenet.models import build",
            ":2: layer 1 imports models",
        ),
        ("metrics.py", "import_module('stridenet.engine')", "layer 1 imports engine.py of layer 3"),
        ("metrics.py", "importlib.import_module('jax')", "imports jax, which"),
        ("conv.py", "x = 1\nimport keras.layers", ":2: imports keras, which the row of conv.py does not list"),
        ("windows.py", "from matplotlib import pyplot", "imports matplotlib, which"),
        ("models/cnn.py", "from stridenet.datasets._dataset import Dataset", "takes the private"),
        ("models/cnn.py", "from stridenet.errors import _hidden", "takes the private"),
        ("train.py", "print('x')", "prints, which only cli/ may"),
        ("train.py", "\n" * 401, "is longer than 400 lines"),
        ("new_room/file.py", "", "is in no row"),
    ],
)
def test_what_must_not_be_is_found(file: str, source: str, found: str) -> None:
    files = dict.fromkeys(
        ["__init__.py", "errors.py", "windows.py", "engine.py", "models/__init__.py", "datasets/_dataset.py"], ""
    )
    problems = list(_problems(file, source, files))
    assert len(problems) == 1
    assert found in problems[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("windows.py", "from stridenet.recording import Recording\nimport numpy as np\nfrom pathlib import Path"),
        ("result.py", "from stridenet import metrics"),
        ("models/cnn.py", "from stridenet.models._layers import block"),
        ("cli/main.py", "print('x')"),
        ("engine.py", "import keras"),
    ],
)
def test_what_may_be_is_not_found(file: str, source: str) -> None:
    files = dict.fromkeys(["__init__.py", "metrics.py", "recording.py", "models/_layers.py"], "")
    assert list(_problems(file, source, files)) == []
