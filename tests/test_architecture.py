"""docs/architecture.md draws the rooms; this reads its table and holds the source against it."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "stridenet"
RUNTIME = ROOT / "runtime" / "src" / "stridenet_runtime"
FOLDERS = {"stridenet": "", "stridenet_runtime": "runtime/"}
"""Where the files of each of our packages stand in the table."""
ALWAYS = {*sys.stdlib_module_names, "numpy"}
VERBS = ("read", "cut", "split", "run", "sweep", "compare", "leakage", "predict", "export", "verify", "report")
MAX_LINES = 400


@dataclass(frozen=True)
class Row:
    layer: int
    room: str
    libraries: frozenset[str]
    never: frozenset[str]


def _table() -> list[Row]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| `(\S+)` \|[^|]+\|([^|]*)\|([^|]*)\|$", text, flags=re.MULTILINE)

    def names(cell: str) -> frozenset[str]:
        return frozenset(re.findall(r"[\w.]+", cell))

    return [Row(int(layer), room, names(may), names(never)) for layer, room, may, never in rows]


TABLE = _table()
FILES = {
    f"{FOLDERS[package.name]}{path.relative_to(package).as_posix()}": path.read_text(encoding="utf-8")
    for package in (PACKAGE, RUNTIME)
    for path in package.rglob("*.py")
}


def _fits(file: str, room: str) -> bool:
    return file.startswith(room) if room.endswith("/") else file == room


def _row(file: str) -> Row | None:
    return next((row for row in TABLE if _fits(file, row.room)), None)


def _file_of(module: str, files: dict[str, str]) -> str | None:
    """The file of a module of ours: 'stridenet.models' is 'models/__init__.py'."""
    package, _, rest = module.strip(".").partition(".")
    folder, inside = FOLDERS[package], rest.replace(".", "/")
    names = (f"{folder}{inside}.py", f"{folder}{inside}/__init__.py") if inside else (f"{folder}__init__.py",)
    return next((name for name in names if name in files), None)


@dataclass(frozen=True)
class Import:
    line: int
    module: str
    name: str = ""


def _in(node: ast.AST) -> Iterator[Import]:
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


def _imports(source: str) -> Iterator[Import]:
    """Every import, also in functions, under TYPE_CHECKING and through import_module("...")."""
    for node in ast.walk(ast.parse(source)):
        yield from _in(node)


def _loaded(source: str) -> Iterator[Import]:
    """What is imported when the file itself is."""
    waiting: list[ast.AST] = list(ast.parse(source).body)
    while waiting:
        node = waiting.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), orelse=other):
                waiting += other
                continue
        yield from _in(node)
        waiting += ast.iter_child_nodes(node)


def _ours(found: Import, files: dict[str, str]) -> str | None:
    """The file that an import of ours leads to."""
    if found.module.partition(".")[0] not in FOLDERS:
        return None
    return _file_of(f"{found.module}.{found.name}", files) or _file_of(found.module, files)


def _packages(file: str) -> set[str]:
    """Ours that a file may import: the runtime stands alone."""
    return {"stridenet_runtime"} if file.startswith("runtime/") else set(FOLDERS)


def _problems(file: str, source: str, files: dict[str, str]) -> Iterator[str]:
    """What a file does that the table does not allow, each with its file and line."""
    own = _row(file)
    if own is None:
        yield f"{file}:1: is in no row of the table"
        return
    for found in dict.fromkeys(_imports(source)):
        at = f"src/stridenet/{file}:{found.line}"
        library = found.module.partition(".")[0]
        if library not in ALWAYS | own.libraries | _packages(file):
            yield f"{at}: imports {library}, which the row of {own.room} does not list"
        target = _ours(found, files)
        row = _row(target) if target else None
        if row and row.layer > own.layer:
            yield f"{at}: layer {own.layer} imports {target} of layer {row.layer}"
        if row and row.room != own.room and _is_private(found):
            yield f"{at}: takes the private {found.module}.{found.name} of another room"
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="print")) if not file.startswith("cli/"):
                yield f"src/stridenet/{file}:{node.lineno}: prints, which only cli/ may"
    if (n := source.count("\n")) > MAX_LINES:
        yield f"src/stridenet/{file}:{n}: is longer than {MAX_LINES} lines"


def _nevers(file: str, files: dict[str, str]) -> Iterator[str]:
    """The ways on which loading a file loads what its room never does."""
    own = _row(file)
    never = own.never if own else frozenset()
    waiting, seen = [(file, "")], {file}
    while waiting:
        at, way = waiting.pop()
        for found in _loaded(files[at]):
            where = f"{way}src/stridenet/{at}:{found.line}"
            target = _ours(found, files)
            full = target.removesuffix(".py").replace("/", ".") if target else found.module
            hit = next((n for n in sorted(never) if full == n or full.startswith(f"{n}.")), None)
            if hit:
                yield f"{where}: loads {full}, which {own.room if own else file} never does"
            elif target and target not in seen:
                seen.add(target)
                waiting.append((target, f"{where} -> "))


def _is_private(found: Import) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in (*found.module.split("."), found.name))


def test_the_table_is_found() -> None:
    assert len(TABLE) > 10
    assert {row.layer for row in TABLE} == set(range(9))
    assert all(row.never for row in TABLE)
    assert len(FILES) > 10


@pytest.mark.parametrize("file", sorted(FILES))
def test_each_file_is_in_one_row(file: str) -> None:
    assert len([row for row in TABLE if _fits(file, row.room)]) == 1


@pytest.mark.parametrize("room", [row.room for row in TABLE])
def test_each_row_has_a_file(room: str) -> None:
    assert any(_fits(file, room) for file in FILES), f"no file is in {room}"


@pytest.mark.parametrize("file", sorted(FILES))
def test_each_file_keeps_to_its_layer(file: str) -> None:
    problems = list(_problems(file, FILES[file], FILES))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("file", sorted(FILES))
def test_each_file_keeps_its_nevers(file: str) -> None:
    problems = list(_nevers(file, FILES))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("verb", VERBS)
def test_no_room_bears_a_public_verbs_name(verb: str) -> None:
    assert not [name for name in (f"{verb}.py", f"{verb}/__init__.py") if name in FILES]


@pytest.mark.parametrize("file", sorted(name for name in FILES if name.count("/") and name.endswith("__init__.py")))
def test_a_rooms_own_file_holds_no_logic(file: str) -> None:
    if not file.startswith(("cli/", "runtime/")):
        assert [type(node) for node in ast.parse(FILES[file]).body] == [ast.Expr]


def test_no_two_files_import_each_other() -> None:
    targets = {file: {_ours(found, FILES) for found in _imports(source)} for file, source in FILES.items()}
    graph = {
        file: {t for t in found if t and t not in {file, "__init__.py", "runtime/__init__.py"}}
        for file, found in targets.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize(
    ("file", "source", "found"),
    [
        ("errors.py", "from stridenet.signals.windows import cut", ":1: layer 0 imports signals/windows.py of layer 1"),
        ("errors.py", "import stridenet.signals.windows as w", "layer 0 imports signals/windows.py of layer 1"),
        ("signals/a.py", "def f():\n    from stridenet.engine import backend", ":2: layer 1 imports engine/backend.py"),
        ("signals/a.py", "from stridenet import cut", "layer 1 imports __init__.py of layer 8"),
        (
            "signals/a.py",
            "if TYPE_CHECKING:\n    from stridenet.models.build import build",
            ":2: layer 1 imports models",
        ),
        ("signals/a.py", "import_module('stridenet.engine.backend')", "layer 1 imports engine/backend.py of layer 3"),
        ("signals/a.py", "importlib.import_module('jax')", "imports jax, which"),
        ("reference/a.py", "x = 1\nimport keras.layers", ":2: imports keras, which the row of reference/ does not"),
        ("signals/windows.py", "from matplotlib import pyplot", "imports matplotlib, which"),
        ("models/cnn.py", "from stridenet.engine.backend import _hidden", "takes the private"),
        ("models/cnn.py", "from stridenet.errors import _hidden", "takes the private"),
        ("engine/a.py", "print('x')", "prints, which only cli/ may"),
        ("engine/a.py", "\n" * 401, "is longer than 400 lines"),
        ("new_room/file.py", "", "is in no row"),
        ("runtime/a.py", "import stridenet.errors", "imports stridenet, which the row of runtime/ does not list"),
        ("runtime/a.py", "from scipy import signal", "imports scipy, which the row of runtime/ does not list"),
    ],
)
def test_what_must_not_be_is_found(file: str, source: str, found: str) -> None:
    files = dict.fromkeys(
        ["__init__.py", "errors.py", "signals/windows.py", "engine/backend.py", "models/build.py"], ""
    )
    problems = list(_problems(file, source, files))
    assert len(problems) == 1
    assert found in problems[0]


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("signals/a.py", "from stridenet.signals.b import Recording\nimport numpy as np\nfrom pathlib import Path"),
        ("models/cnn.py", "from stridenet.models._layers import block"),
        ("cli/main.py", "print('x')"),
        ("engine/backend.py", "import keras"),
        ("errors.py", "from stridenet_runtime.errors import StridenetError"),
        ("runtime/a.py", "import onnxruntime"),
    ],
)
def test_what_may_be_is_not_found(file: str, source: str) -> None:
    files = dict.fromkeys(["__init__.py", "signals/b.py", "models/_layers.py"], "")
    assert list(_problems(file, source, files)) == []


def test_a_never_is_found_on_the_way_through_another_file() -> None:
    files = {
        "data/a.py": "from stridenet.system.b import x\nif TYPE_CHECKING:\n    import keras\ndef f():\n    import jax",
        "system/b.py": "try:\n    import jax.numpy\nexcept ImportError:\n    pass",
    }
    assert list(_nevers("data/a.py", files)) == [
        "src/stridenet/data/a.py:1 -> src/stridenet/system/b.py:2: loads jax.numpy, which data/ never does"
    ]
