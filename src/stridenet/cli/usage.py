"""What is said of a command line that cannot be read: one sentence, with the nearest option or the setting it is."""

import re
from difflib import get_close_matches
from typing import Any

import typer

from stridenet.errors import SettingError, plain


def sentence(error: typer.TyperException) -> str:
    """One sentence, and whose help to read."""
    context = getattr(error, "ctx", None)
    words = " ".join(str(error.format_message()).split())
    if (option := getattr(error, "option_name", None)) and words.startswith("No such option"):
        words = f"No such option: {plain(option, 60)}{_meant(option, context)}"
    words = re.sub("Input should be a valid integer.*", "it must be a whole number", words)
    words = re.sub("Input should be a valid number.*", "it must be a number", words)
    words = re.sub(
        r"Got unexpected extra argument\(s\) \((.*)\)", r"Too much is given: \1; quote what has blanks", words
    )
    words = plain(words, 400).rstrip(".")
    whose = context.command_path if context is not None else "stridenet"
    return f"{words}{'' if words.endswith('?') else '.'} See {whose} --help."


def _meant(option: str, context: Any) -> str:
    """The setting that was named, or the option of the command that is nearest."""
    flags = [] if context is None else [flag for one in context.command.params for flag in one.opts]
    if "--set" in flags:
        from stridenet.cli._names import full_name

        name = option.strip("-").replace("-", "_")
        try:
            full_name(name, ["stride", "cnn"])
        except SettingError:
            pass
        else:
            return f"; it is a setting, give it as --set {name}=VALUE"
    near = get_close_matches(option, flags, n=1, cutoff=0.5) if option.startswith("--") else []
    return f"; did you mean {near[0]}?" if near else ""
