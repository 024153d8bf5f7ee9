"""Pages from templates: a single HTML file each, without script or network; whatever is a name stays text."""

import base64
import os
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2

from stridenet.signals.wording import words
from stridenet.system.files import write


def render(template: str, path: Path, **values: Any) -> Path:
    """Writes a page.

    Args:
        template: a file beside this one.
        path: the page.
        values: what the template names.

    Raises:
        OutputError: the page cannot be written.
    """
    here = resources.files("stridenet.views.pages")
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: here.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return write(path, environment.get_template(template).render(**values, words=words).encode())


def embedded(paths: Iterable[Path]) -> str | None:
    """The vector picture among these files as a data address; None when there is none."""
    for path in paths:
        if path.suffix == ".svg":
            return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode()
    return None


def address(file: Path, folder: Path) -> str:
    """A link from a page in a folder to a file, which holds where both are moved together.

    >>> address(Path("runs/a b/report.html"), Path("other/comparison"))
    '../../runs/a%20b/report.html'
    """
    try:
        return quote(Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix())
    except ValueError:  # on another drive
        return file.resolve().as_uri()
