"""What an object that is given from Python is made of, as text that is the same the next time."""

import hashlib
import inspect
from collections.abc import Mapping
from typing import Any

import numpy as np

_DEEPEST = 6


def identity(given: Any) -> str:
    """Identifies an object by its class's source and what it holds, a function by its source and what it closes over.

    >>> identity(print) == identity(print), identity([1, "a"]) == identity([1, "b"])
    (True, False)
    """
    return hashlib.sha256(_described(given, 0).encode()).hexdigest()


def _described(value: Any, depth: int) -> str:
    inner = depth + 1
    if depth > _DEEPEST or value is None or isinstance(value, (str, bytes, int, float, complex)):
        return repr(value) if depth <= _DEEPEST else type(value).__qualname__
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_described(k, inner)}:{_described(v, inner)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        parts = [_described(v, inner) for v in value]
        return f"{type(value).__name__}({','.join(parts if isinstance(value, (list, tuple)) else sorted(parts))})"
    if isinstance(value, type) or inspect.isroutine(value):
        return _source(value, inner)
    if hasattr(value, "get_config"):
        config = {k: v for k, v in value.get_config().items() if k != "name"}  # Keras counts: sgd, sgd_1
        return f"{_source(type(value), inner)}{_described(config, inner)}"
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        return f"{array.dtype}{array.shape}{hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()}"
    return f"{_source(type(value), inner)}{_described(getattr(value, '__dict__', {}), inner)}"


def _source(value: Any, depth: int) -> str:
    """The source of a class or a function, and its compiled code: two functions may share a line, or have no file."""
    function = inspect.unwrap(getattr(value, "__func__", value))
    name = f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', '')}"
    if name.startswith("keras."):
        return name  # whose version is told elsewhere
    try:
        text = inspect.getsource(function)
    except (OSError, TypeError):
        text = name
    parts = [function, *getattr(function, "__dict__", {}).values()]
    text += ",".join(_code(f) for f in parts if hasattr(f, "__code__"))
    held = (getattr(function, "__defaults__", None), getattr(function, "__kwdefaults__", None), _closed_over(function))
    bases = [_source(base, depth) for base in getattr(function, "__bases__", ()) if base is not object]
    return f"{text}{_described(held, depth)}{bases}"


def _code(function: Any) -> str:
    code = function.__code__
    return f"{code.co_code.hex()}{[c for c in code.co_consts if not hasattr(c, 'co_code')]}{code.co_names}"


def _closed_over(function: Any) -> list[Any]:
    cells = getattr(function, "__closure__", None) or ()
    return [cell.cell_contents for cell in cells if cell != type(cell)()]
