"""Libraries that only some need, and how to get them."""

from importlib import import_module
from typing import Any

from stridenet.errors import DataError


def extra(name: str, where: str) -> Any:
    """The library, which is an extra of the same name.

    Args:
        name: of the library and of the extra.
        where: how the message begins.

    Raises:
        DataError: it is not installed; says how to install it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise DataError(
            f"{where} is read with the library {name}, which cannot be loaded ({error}); "
            f"install it: pip install 'stridenet[{name}]'."
        ) from None
