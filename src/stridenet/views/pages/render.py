"""Pages from templates: a single HTML file each, without script or network; whatever is a name stays text."""

import base64
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

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
