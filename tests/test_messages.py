"""What a message names exists: each option on a command line, each command, each document."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

from stridenet.cli import app

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "stridenet"
OF_THE_BROWSER = "exports/js/run.py"
"""It names options that Chromium takes, and tells nobody."""
FILES = [path.relative_to(SOURCE).as_posix() for path in sorted(SOURCE.rglob("*.py"))]
FILES.remove(OF_THE_BROWSER)
OPTION = re.compile(r"(?<![\w-])--(?!xla_)[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*(?![\w-]|\0)")
COMMAND = re.compile(r"(?:`|\$ |\bwith )stridenet ([a-z]+)(?: ([a-z]+)\b)?")
DOCUMENT = re.compile(r"\b(?:docs|benchmarks|tests|src)/[\w./-]*\w")
ANYWHERE = {"--help", "--version"}
OF_READING = ("data/", "signals/", "evaluation/")
"""Rooms whose messages ``run`` shows."""


class Text(NamedTuple):
    """A text of the source that people may read."""

    line: int
    text: str


def texts(source: str) -> list[Text]:
    """The texts of a file but for docstrings, parts of an f-string as one, with a zero for each value in it.

    >>> texts("def f():\\n    'no'\\n    return f'--drop {f}' '; yes'")
    [Text(line=3, text='--drop \\x00; yes')]
    """
    tree = ast.parse(source)
    held = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in ast.walk(node)}
    held |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        Text(node.lineno, _joined(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in held)
    ]


def _joined(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = [one.value if isinstance(one, ast.Constant) else "\0" for one in node.values]
    return "".join(map(str, parts))


@cache
def commands() -> dict[str, set[str]]:
    """The options of every command, by its name: ``data fetch`` too."""
    found: dict[str, set[str]] = {}

    def walk(command: Any, name: str) -> None:
        found[name] = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
        for inner, one in getattr(command, "commands", {}).items():
            walk(one, f"{name} {inner}".strip())

    walk(typer.main.get_command(app), "")
    return found


def astray(file: str, source: str) -> Iterator[str]:
    """What the texts of a file name and is not there."""
    known = commands()
    for line, text in texts(source):
        for found in OPTION.finditer(text):
            flag, before = found[0], re.search(r"([a-z]+) $", text[: found.start()])
            said_with = before[1] if before and before[1] in known else None
            takes = {said_with} if said_with else {"run"} if file.startswith(OF_READING) else set(known)
            if flag not in ANYWHERE and not any(flag in known[name] for name in takes):
                yield f"{file}:{line}: no {' or '.join(sorted(takes)[:3])} takes {flag}"
        for one in COMMAND.finditer(text):
            if one[1] not in known:
                yield f"{file}:{line}: there is no command stridenet {one[1]}"
        for one in DOCUMENT.finditer(text):
            if not (ROOT / one[0]).exists():
                yield f"{file}:{line}: there is no {one[0]}"


@pytest.mark.parametrize("file", FILES)
def test_all_that_a_message_names_exists(file: str) -> None:
    assert not list(astray(file, (SOURCE / file).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise E('name it (--lable NAME)')", "no run takes --lable"),
        ("raise E(f'{x}: say --people_from or --merge-persons {y}')", "no run takes --people_from"),
        ("raise E(f'{x}; ' 'write it with stridenet inspect --saved')", "no inspect takes --saved"),
        ("raise E('see `stridenet list`')", "no command stridenet list"),
        ("raise E('see docs/own-data.md')", "there is no docs/own-data.md"),
    ],
)
def test_what_does_not_exist_is_found(source: str, told: str) -> None:
    assert told in "\n".join(astray("data/any.py", source))
