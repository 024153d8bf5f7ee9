"""A description of own recordings in a file: ``lab.toml``, as ``inspect --save`` writes it and people correct it."""

from pathlib import Path
from typing import Any

from stridenet.data.understand.description import FORMAT
from stridenet.errors import DataError, SettingError, plain
from stridenet.spec import ReadSpec, read_toml


def described(path: Path, said: ReadSpec) -> tuple[Path, ReadSpec]:
    """The source that a description names, and how it is to be read: as the file says, but for what is said now.

    Args:
        path: of the description.
        said: what is said beside it.

    Raises:
        DataError: the file is no description, or one of a newer version.
    """
    content = read_toml(path)
    if "path" not in content or "format" not in content:
        raise DataError(
            f"{plain(path)}: a description needs the lines format and path, as stridenet inspect --save writes them; "
            "settings of a run are given with --from."
        )
    if not isinstance(content["format"], int) or content["format"] > FORMAT:
        raise DataError(
            f"{plain(path)}: a description of format {content['format']}, but this stridenet knows {FORMAT}; update "
            "stridenet, "
            "or write it again with inspect --save."
        )
    unknown = set(content) - {"format", "path", "read", "column"}
    if unknown:
        raise DataError(f"{plain(path)}: {sorted(unknown)[0]!r} is no part of a description; take it out.")
    read: dict[str, Any] = content.get("read", {})
    source = Path(str(content["path"])).expanduser()
    try:
        return path.parent / source, type(said)(**read | said.model_dump(exclude_defaults=True))
    except SettingError as error:
        raise type(error)(f"{plain(path)}: {error}") from None
