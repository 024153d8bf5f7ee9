"""Everything that can go wrong because of what came in, and how it is said.

Every error is a :class:`StridenetError` and also the built-in it resembles::

    StridenetError
    ├── DataError           (ValueError)         a file or an array is not what it must be
    │   └── DataMissingError (FileNotFoundError) a data set is nowhere to be found
    ├── SettingError        (ValueError)         a setting is wrong
    │   └── UnknownNameError (LookupError)       a name that no table holds
    ├── ExportError         (ValueError)         a network holds what no runtime or target computes
    ├── SplitError          (ValueError)         the people or classes do not allow the split
    ├── OutputError         (OSError)            the result cannot be written
    ├── WorkerError         (RuntimeError)       a training process was ended from outside
    ├── BackendError        (RuntimeError)       Keras runs on another engine than ours
    ├── BundleError         (ValueError)         a model file is damaged, not ours, or newer
    ├── ProgramError        (ValueError)         the steps of a network's runtime form do not fit
    └── EngineError         (RuntimeError)       what is to answer is not installed, or does not take this model

The root and the last three are the runtime's, which stands alone.

A message says where, what came, what is needed and what to do, in one sentence. The command line prints it and
leaves with status 2.
"""

import reprlib
from collections.abc import Iterable
from difflib import get_close_matches

from stridenet_runtime.errors import BundleError as BundleError
from stridenet_runtime.errors import StridenetError as StridenetError

_LONGEST = 60  # letters of what came in: enough to find it, few enough to read


class DataError(StridenetError, ValueError):
    """A file or an array is not what it must be."""


class DataMissingError(DataError, FileNotFoundError):
    """A data set is nowhere to be found."""


class SettingError(StridenetError, ValueError):
    """A setting is wrong."""


class UnknownNameError(SettingError, LookupError):
    """A name that no table holds."""


class SplitError(StridenetError, ValueError):
    """The people or the classes do not allow the split."""


class ExportError(StridenetError, ValueError):
    """A network holds what the runtime or a target of an export does not compute."""


class OutputError(StridenetError, OSError):
    """The result cannot be written."""


class WorkerError(StridenetError, RuntimeError):
    """A training process was ended from outside, or there is no memory for it."""


class BackendError(StridenetError, RuntimeError):
    """Keras already runs on another engine than JAX."""


def short(value: object, longest: int = _LONGEST) -> str:
    r"""What came in, quoted and on one line for a message; the middle of what is long is left out.

    >>> print(short("walk"), short("x" * 3000, 20), short("a\nb"))
    'walk' 'xxxxxxx...xxxxxxx' 'a\nb'
    """
    brief = reprlib.Repr()
    brief.maxstring = brief.maxother = brief.maxlong = longest
    try:
        text = brief.repr(value)
    except ValueError:  # more digits than Python writes
        return f"({type(value).__name__} too large to show)"
    return text if isinstance(value, str) else " ".join(text.split())


def plain(text: object, longest: int = 200) -> str:
    r"""The name of a file or a column in a message: as it is, or quoted and short where it would not fit a line.

    >>> print(plain("data/walk.csv"), plain("a\nb.csv"))
    data/walk.csv 'a\nb.csv'
    """
    name = str(text)
    return name if name.isprintable() and len(name) <= longest else short(name, longest)


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """An error that names the nearest known name and all of them.

    >>> print(unknown_name("model", "cn", ["cnn", "gap"]))
    unknown model 'cn': did you mean 'cnn'? Known: cnn, gap.
    """
    names = sorted(known)
    lower = {one.lower(): one for one in names}
    near = get_close_matches(name.lower(), lower, n=1, cutoff=0.5)
    hint = f"did you mean {lower[near[0]]!r}? " if near else ""
    return UnknownNameError(f"unknown {kind} {short(name)}: {hint}Known: {', '.join(names)}.")
