"""What the documents show works, what they link to exists, and no file names a machine."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import example_data
import stridenet

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


class Block(NamedTuple):
    """A fenced block whose opening fence says ``python runs`` or ``console runs``; ``on real data`` may follow."""

    place: str
    language: str
    text: str
    real: bool = False


KERAS_ON_NUMPY = (
    "ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"  # see pyproject.toml
)


def _blocks(name: str, text: str) -> list[Block]:
    found = re.finditer(r"^```(python|console) runs( on real data)?\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [Block(f"{name}:{text.count(chr(10), 0, m.start()) + 1}", m[1], m[3], bool(m[2])) for m in found]


def _command(block: Block) -> list[str]:
    """Python as it is; of a console block the lines after ``$``, stopping at the first that fails."""
    if block.language == "python":
        return [sys.executable, "-W", "error", "-W", KERAS_ON_NUMPY, "-c", block.text]
    lines = re.findall(r"^\$ ((?:.*\\\n)*.*)", block.text, flags=re.MULTILINE)
    return ["bash", "-e", "-u", "-o", "pipefail", "-c", "\n".join(lines)]


def _links(text: str) -> list[str]:
    """Links and pictures that lead to files, without what follows a ``#``."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)[^)]*\)|(?:src|href)=\"([^\"]+)\"", prose)
    found = [(a or b).partition("#")[0] for a, b in targets]
    return [target for target in found if target and not re.match(r"[a-z]+:", target)]


def _timed(block: Block) -> Any:
    """The README's blocks are always run."""
    marks = [] if block.place.startswith("README.md:") else [pytest.mark.slow]
    return pytest.param(block, marks=[*marks, pytest.mark.real] if block.real else marks)


BLOCKS = [block for path in DOCUMENTS for block in _blocks(path.name, path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("block", [_timed(block) for block in BLOCKS], ids=lambda block: block.place)
def test_what_is_shown_runs(block: Block, tmp_path: Path) -> None:
    if block.place.startswith("your-data.md:"):
        example_data.write_all(tmp_path)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        _command(block), cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{block.place}:\n{done.stdout}{done.stderr}"


def test_the_readme_shows_something_that_runs() -> None:
    assert {block.language for block in BLOCKS if block.place.startswith("README.md:")} == {"console", "python"}


def test_how_blocks_and_links_are_found() -> None:
    text = "x [a](b.md#c) ![p](d.png)\n```console runs\n$ one \\\n  two\nsaid\n$ three\n```\n```python\n[n](o)\n```\n"
    (block,) = _blocks("F.md", text)
    assert block.place == "F.md:2"
    assert _command(block)[-1] == "one \\\n  two\nthree"
    assert _links(text + "[w](https://example.org)") == ["b.md", "d.png"]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(path: Path) -> None:
    missing = [link for link in _links(path.read_text(encoding="utf-8")) if not (path.parent / link).exists()]
    assert not missing


def test_the_version_is_the_same_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {stridenet.__version__}\n" in citation
    assert f"\n## {stridenet.__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# Written in two parts, so that this file does not hold what it looks for.
HOMES = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "/op" + "t/", "C:" + "\\\\Users"]
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "file:" + "//", "registry." + "npm", "conda" + ".anaconda.org"]
NOT_HERE = re.compile("|".join(re.escape(part) for part in [*HOMES, *HOSTS]).encode())


def test_no_file_names_a_machine_or_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    files = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    assert len(files) > 20
    found = [
        f"{file.relative_to(ROOT)}:{number}: {match[0].decode()}"
        for file in files
        if file.is_file()
        for number, line in enumerate(file.read_bytes().splitlines(), 1)
        if (match := NOT_HERE.search(line))
    ]
    assert not found, "\n".join(found)
