"""A scikit-learn estimator that is to be trained: a baseline by name, or anyone's own."""

import io
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from typing import Any, Literal

from pydantic import BaseModel

from stridenet.baselines import table
from stridenet.engine.identity import identity
from stridenet.errors import SettingError
from stridenet.signals.windows import Windows

_COPIES = 3
"""So many times an estimator may hold its windows: flat, in double precision."""
Layout = Literal["flat", "ntc", "nct"]
_SET_LATER = ("random_state", "n_jobs", "verbose", "memory")
"""Parameters that name no other numbers: the first is the seed's, the others decide how and not what."""


@dataclass(frozen=True, slots=True, eq=False)
class Estimator:
    """Makes estimators that are not fitted, of one kind with one set of settings.

    Args:
        name: a short name, for folders and pictures.
        address: what finds it again as ``model.name``; of what came from Python just its name.
        new: gives a new one, not fitted.
        made_of: what decides the numbers that it gives.
        versions: the libraries that it is made of, besides ours.
        given: all its settings as TOML holds them.
        portable: whether another process can make it too.
        drawn: whether a seed changes anything, as far as its parameters tell.
        wide: see :class:`stridenet.baselines.table.Baseline`.
        raw: whether it scales raw units by what they are; settings refuse any other scaling anyway.
    """

    name: str
    address: str
    new: Callable[[], Any]
    made_of: dict[str, Any]
    versions: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    portable: bool = True
    drawn: bool = True
    wide: int = 0
    raw: bool = False

    def training(self, n_windows: int, n_classes: int) -> dict[str, Any]:
        """It has no settings of a training."""
        del n_windows, n_classes
        return {}

    def memory(self, windows: Windows) -> int:
        """Bytes that a training on these windows takes beside them, roughly: nothing tells before it was tried."""
        n = len(windows)
        ridge = 8 * n * (4 * self.wide + 3 * n) if self.wide else 0  # features, and products of all pairs of windows
        return _COPIES * windows.places.nbytes + ridge

    @property
    def ours(self) -> bool:
        """Whether it is a baseline of ours, whose answers are those with the largest probability."""
        return isinstance(self.new, _Named)

    def settings(self) -> dict[str, Any]:
        """All its settings as TOML holds them, defaults written out."""
        return dict(self.given)

    def identity(self) -> dict[str, Any]:
        """What decides the numbers that it gives."""
        return self.made_of | {"versions": self.versions}


def is_estimator(one: Any) -> bool:
    """Whether something learns as scikit-learn's estimators do; a Keras model has other words for it.

    >>> from sklearn.dummy import DummyClassifier
    >>> is_estimator(DummyClassifier()), is_estimator(DummyClassifier)
    (True, False)
    """
    if isinstance(one, type) or is_keras(one):
        return False
    return callable(getattr(one, "fit", None)) and callable(getattr(one, "predict", None))


def is_keras(one: Any) -> bool:
    """Whether something is made of Keras' classes, without loading Keras."""
    return any(kind.__module__.partition(".")[0] == "keras" for kind in type(one).__mro__)


def by_name(name: str, given: dict[str, Any]) -> Estimator:
    """One of our baselines; nothing of scikit-learn is loaded before it is made.

    Raises:
        UnknownNameError: no such baseline or setting.
        SettingError: a value that the setting does not allow, or a library that is missing.
    """
    settings = table.settings_of(name, given)
    table.refuse_without_libraries(name)
    versions = {one: version(one) for one in table.BASELINES[name].needs}
    as_toml = settings.model_dump(mode="json", exclude_none=True)
    made_of = {"baseline": name, "settings": as_toml}
    one = table.BASELINES[name]
    new = _Named(name, settings)
    return Estimator(name, name, new, made_of, versions, as_toml, drawn=one.drawn, wide=one.wide)


def from_file(
    name: str, address: str, new: Callable[[], Any], one: Any, made_of: dict[str, Any], given: dict[str, Any]
) -> Estimator:
    """What a function in a file gives; the function is called for each repeat.

    Args:
        name: a short name.
        address: the file and the function.
        new: calls the function; can be sent to another process.
        one: what it gave.
        made_of: identifies the file.
        given: the function's other arguments.

    Raises:
        SettingError: it is no classifier.
    """
    _refuse_other(one, name)
    made_of = made_of | {"estimator": described(one)}
    return Estimator(name, address, new, made_of, versions_of(one), given, drawn=_is_drawn(one))


def from_object(one: Any) -> Estimator:
    """An estimator that was given from Python: copies of it are trained, fitted or not as it may be itself.

    Raises:
        SettingError: it is no classifier.
    """
    name = "-".join(type(step).__name__ for _, step in getattr(one, "steps", ())) or type(one).__name__
    _refuse_other(one, name)
    made_of = {"estimator": described(one)}
    can_be_sent, drawn = _can_be_sent(one), _is_drawn(one)
    return Estimator(name, name, _Copy(one), made_of, versions_of(one), portable=can_be_sent, drawn=drawn)


def layout(one: Any) -> Layout:
    """How an estimator takes windows: as the first of its parts says that says so, else flat.

    A part says so by an attribute ``windows_layout``: ``"ntc"`` (window, time, channel), ``"nct"`` or ``"flat"``. All
    that is aeon's takes (window, channel, time).
    """
    for part in parts(one):
        said = getattr(part, "windows_layout", None)
        if said in ("flat", "ntc", "nct"):
            return said  # type: ignore[no-any-return]  # mypy does not narrow so
        if type(part).__module__.startswith("aeon."):
            return "nct"
    return "flat"


def parts(one: Any) -> Iterator[Any]:
    """An estimator and all that it is made of, in their order."""
    yield one
    yield from _parameters(one).values()


def described(one: Any) -> list[Any]:
    """What an estimator is made of, as JSON: classes, their parameters, and the source of what no library has."""
    libraries = _libraries()

    def told(value: Any) -> Any:
        kind = type(value)
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if not is_made_of_parameters(value):
            return identity(value)
        top = kind.__module__.partition(".")[0]
        return f"{kind.__module__}.{kind.__qualname__}" + ("" if top in libraries else f" {identity(kind)}")

    found = {name: told(v) for name, v in _parameters(one).items() if name.rpartition("__")[2] not in _SET_LATER}
    return [told(one), {name: v for name, v in sorted(found.items()) if name != "steps" and name[-7:] != "__steps"}]


def is_made_of_parameters(value: Any) -> bool:
    """Whether its parameters tell what it is made of."""
    return hasattr(value, "get_params") and not isinstance(value, type)


def versions_of(one: Any) -> dict[str, str]:
    """The versions of the libraries whose classes an estimator is made of."""
    libraries = _libraries()
    tops = {type(part).__module__.partition(".")[0] for part in parts(one)} - {"builtins", "stridenet", "numpy"}
    found = {}
    for name in sorted({dist for top in tops for dist in libraries.get(top, ())}):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # named by a folder that holds no more
            continue
    return found


@cache
def _libraries() -> Mapping[str, list[str]]:
    """The distributions that hold a package, by the package's name."""
    return packages_distributions()


def _refuse_other(one: Any, name: str) -> None:
    """Refuses what says that it is no classifier: the numbers of clusters would pass for those of classes.

    Raises:
        SettingError: it is a regressor, a clusterer or a detector of outliers.
    """
    kind = getattr(one, "_estimator_type", None)
    if kind is None and hasattr(one, "__sklearn_tags__"):
        kind = one.__sklearn_tags__().estimator_type
    if kind not in (None, "classifier"):
        kind = str(kind).replace("_", " ")
        raise SettingError(f"model {name} is a {kind} and answers a number which is no class; give a classifier.")


def _parameters(one: Any) -> dict[str, Any]:
    return dict(one.get_params(deep=True)) if hasattr(one, "get_params") else dict(getattr(one, "__dict__", {}))


def _is_drawn(one: Any) -> bool:
    """One that hides its parameters may be."""
    return not hasattr(one, "get_params") or any(name.endswith("random_state") for name in _parameters(one))


def _can_be_sent(one: Any) -> bool:
    """Whether another process knows all its classes and functions: those of what is installed."""
    known = {*sys.stdlib_module_names, *_libraries(), "stridenet"}

    class Known(pickle.Unpickler):
        def find_class(self, module: str, name: str, /) -> Any:
            if module.partition(".")[0] not in known:
                raise pickle.UnpicklingError(module)
            return super().find_class(module, name)

    try:
        Known(io.BytesIO(pickle.dumps(one))).load()
    except Exception:  # whatever an object of anyone's own raises
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    settings: BaseModel

    def __call__(self) -> Any:
        return table.make(self.name, self.settings)


@dataclass(frozen=True, slots=True)
class _Copy:
    one: Any

    def __call__(self) -> Any:
        if not hasattr(self.one, "get_params"):
            return deepcopy(self.one)
        from sklearn.base import clone

        return clone(self.one)
