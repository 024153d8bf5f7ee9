"""Anyone's own network: a function in a file, a function or a Keras model from Python."""

import hashlib
import importlib.util
import inspect
import json
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stridenet.errors import DataMissingError, SettingError
from stridenet.models._preset import Prepare, as_it_is
from stridenet.signals.channels import Channels

_FILE = re.compile(r"(?P<file>.+\.py):(?P<function>[A-Za-z_]\w*)$")
_GIVEN = ("length", "n_channels", "n_classes", "input_shape")


def is_file(name: str) -> bool:
    """Whether a model's name leads to a function in a file.

    >>> is_file("my_file.py:build"), is_file("cnn")
    (True, False)
    """
    return _FILE.match(name) is not None


class _Own:
    """What both kinds of own networks have in common.

    ``given`` holds the builder's own settings, and ``_maker`` gives the builder.
    """

    __slots__ = ()
    if TYPE_CHECKING:
        given: dict[str, Any]

        @property
        def name(self) -> str: ...
        def _maker(self) -> Callable[..., Any]: ...

    @property
    def raw(self) -> bool:
        """Any scaling may go before."""
        return False

    def training(self, n_windows: int, n_classes: int) -> dict[str, Any]:
        """Nothing that differs from the usual."""
        del n_windows, n_classes
        return {}

    def build(
        self,
        *,
        length: int,
        n_channels: int,
        n_classes: int,
        prepare: Prepare = as_it_is,
        channels: Channels | None = None,  # noqa: ARG002  of windows that a builder may not know
        seed: int = 0,
    ) -> Any:
        """A new Keras model with random weights from ``seed``."""
        return _built(self._maker(), self.name, self.given, length, n_channels, n_classes, prepare, seed)


@dataclass(frozen=True, slots=True)
class OwnFile(_Own):
    """A function in a Python file that builds a Keras model.

    Args:
        file: the file, absolute.
        function: the function's name.
        given: its other arguments.
        digest: identifies the file's content.
    """

    file: Path
    function: str
    given: dict[str, Any]
    digest: str
    portable: bool = True

    @property
    def name(self) -> str:
        """The file's and the function's name."""
        return f"{self.file.stem}.{self.function}"

    @property
    def address(self) -> str:
        """What finds it again, from any folder."""
        return f"{self.file}:{self.function}"

    def settings(self) -> dict[str, Any]:
        """The function's other arguments."""
        return dict(self.given)

    def identity(self) -> dict[str, Any]:
        """What decides the numbers that it gives: the whole file counts."""
        return {"function": self.function, "file": self.digest, "settings": self.given}

    def made(self, *, length: int, n_channels: int, n_classes: int) -> Any:
        """What the function gives, a Keras model or an estimator."""
        function = _function(self.file, self.function)
        return called(function, self.name, self.given, length=length, n_channels=n_channels, n_classes=n_classes)

    def _maker(self) -> Callable[..., Any]:
        return _function(self.file, self.function)


@dataclass(frozen=True, slots=True, eq=False)
class OwnObject(_Own):
    """A function or a Keras model that was given from Python.

    A model is an architecture here: every repeat starts from new random weights.

    Args:
        name: what it is called.
        make: gives a Keras model.
        digest: identifies what it is made of.
        config: the model's own description, where there is one and another process can build from it.
    """

    name: str
    make: Callable[..., Any] | None
    digest: str
    given: dict[str, Any] = field(default_factory=dict)
    config: str = ""

    @property
    def address(self) -> str:
        """Its name alone: no file of settings leads to it."""
        return self.name

    @property
    def portable(self) -> bool:
        """Whether another process can build it too."""
        return bool(self.config)

    def __reduce__(self) -> tuple[Any, ...]:
        return OwnObject, (self.name, None, self.digest, self.given, self.config)

    def settings(self) -> dict[str, Any]:
        """None that a file of settings could hold."""
        return {}

    def identity(self) -> dict[str, Any]:
        """What decides the numbers that it gives."""
        return {"name": self.name, "object": self.digest}

    def _maker(self) -> Callable[..., Any]:
        return self.make or (lambda: _from_config(self.config))


def from_file(name: str, given: dict[str, Any], *, base: Path | None = None) -> OwnFile:
    """The function that ``file.py:function`` names; the file is run when the first model is built.

    Raises:
        DataMissingError: there is no such file.
        SettingError: it cannot be read.
    """
    found = _FILE.match(name)
    assert found is not None  # see is_file
    file = (base or Path()).joinpath(Path(found["file"]).expanduser()).resolve()
    try:
        content = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise DataMissingError(f"--model {name}: there is no file {found['file']}; check the path.") from None
    except OSError as error:
        raise SettingError(f"--model {name}: {found['file']} cannot be read ({error.strerror}).") from None
    return OwnFile(file, found["function"], dict(given), hashlib.sha256(content).hexdigest())


def from_object(model: Any, *, length: int, n_channels: int, n_classes: int) -> OwnObject:
    """A network from a Keras model or a function that builds one.

    Raises:
        SettingError: it is neither.
    """
    from stridenet.engine.backend import keras

    if isinstance(model, keras.Model):
        config = _config(model)
        text = config or repr([layer.get_config() for layer in model.layers])
        digest = hashlib.sha256(text.encode()).hexdigest()
        make = None if config else _clone_of(model)
        return OwnObject(model.name, make, digest, config=config)
    if not callable(model):
        raise SettingError(
            f"model is a {type(model).__name__}: a Keras model, a function that builds one, or an estimator of "
            "scikit-learn's kind is needed, as in run(spec, model=build)."
        )
    name = getattr(model, "__name__", type(model).__name__)
    config = _config(_built(model, name, {}, length, n_channels, n_classes, as_it_is, 0))
    try:
        text = inspect.getsource(model)
    except (OSError, TypeError):
        text = config or name
    digest = hashlib.sha256((text + config).encode()).hexdigest()
    return OwnObject(name, None if config else model, digest, config=config)


def called(
    make: Callable[..., Any],
    name: str,
    given: dict[str, Any],
    *,
    length: int,
    n_channels: int,
    n_classes: int,
) -> Any:
    """What a function gives, a Keras model or an estimator."""
    known = _known(length, n_channels, n_classes)
    if "keras" not in sys.modules:
        return _called(make, name, known, given)
    from stridenet.engine.backend import seeded

    with seeded(0):  # so that Keras' own seed and generator stay as they are
        return _called(make, name, known, given)


def _function(file: Path, name: str) -> Callable[..., Any]:
    """Runs the file and takes its function."""
    spec = importlib.util.spec_from_file_location(f"_stridenet_own_{file.stem}", file)
    assert spec is not None  # the name ends in .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        at = next((f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == str(file)), 0)
        at = getattr(error, "lineno", None) or at
        raise SettingError(
            f"model file {file.name}, line {at}: it cannot be run ({type(error).__name__}: {error})."
        ) from error
    function = getattr(module, name, None)
    if not callable(function):
        own = [n for n, v in vars(module).items() if inspect.isfunction(v) and v.__module__ == module.__name__]
        near = get_close_matches(name, own, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SettingError(
            f"model file {file.name} has no function {name!r}: {hint}It has: {', '.join(sorted(own)) or 'none'}."
        )
    return function  # type: ignore[no-any-return]  # whatever it gives is checked when it is called


def _built(
    make: Callable[..., Any],
    name: str,
    given: dict[str, Any],
    length: int,
    n_channels: int,
    n_classes: int,
    prepare: Prepare,
    seed: int,
) -> Any:
    """Calls a builder with what it asks for, and puts the preparation in front."""
    from stridenet.engine.backend import keras, seeded

    with seeded(seed):
        model = _called(make, name, _known(length, n_channels, n_classes), given)
        if not isinstance(model, keras.Model):
            raise SettingError(
                f"model {name}: the function gives a {type(model).__name__}; it must return a keras.Model, or an "
                "estimator of scikit-learn's kind, not fitted, from a file that imports sklearn."
            )
        if not model.built:
            model.build((None, length, n_channels))
        inputs = keras.Input((length, n_channels), name="windows")
        shape = tuple(model.input_shape[1:])
        if shape == (n_channels, length) != (length, n_channels):
            raise SettingError(
                f"model {name} takes windows of shape {shape}, and the data has {(length, n_channels)}: samples and "
                "channels are swapped; begin it with keras.Input((length, n_channels))."
            )
        if shape not in ((length, n_channels), (length * n_channels,)):
            raise SettingError(
                f"model {name} takes windows of shape {shape}, and the data has {(length, n_channels)} (samples, "
                f"channels); build it for these, from the function's arguments {', '.join(_GIVEN)}."
            )
        prepared = prepare(inputs)
        if prepared is inputs and isinstance(model, (keras.Sequential, keras.src.models.Functional)):
            return model
        flat = keras.layers.Reshape(shape)(prepared) if len(shape) == 1 else prepared
        return keras.Model(inputs, model(flat), name=re.sub(r"[^\w.-]", "_", name))


def _known(length: int, n_channels: int, n_classes: int) -> dict[str, Any]:
    """What a function may ask for."""
    return {"length": length, "n_channels": n_channels, "n_classes": n_classes, "input_shape": (length, n_channels)}


def _called(make: Callable[..., Any], name: str, known: dict[str, Any], given: dict[str, Any]) -> Any:
    parameters = inspect.signature(make).parameters.values()
    takes_all = any(p.kind is p.VAR_KEYWORD for p in parameters)
    names = [p.name for p in parameters]
    unknown = [n for n in given if n not in names and not takes_all]
    lacking = [p.name for p in parameters if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    lacking = [n for n in lacking if n not in known and n not in given]
    if unknown or lacking:
        what = f"takes no argument {unknown[0]!r}" if unknown else f"needs an argument {lacking[0]!r}"
        raise SettingError(
            f"model {name}: the function {what}; it is given those of {', '.join(_GIVEN)} that it has as arguments, "
            f"and {', '.join(map(repr, given)) or 'no settings'} from --set."
        )
    arguments = {n: v for n, v in known.items() if n in names or takes_all} | given
    try:
        return make(**arguments)
    except (Exception, SystemExit) as error:  # anyone's code
        words = " ".join(str(error).split())[:300].rstrip(".")
        raise SettingError(f"model {name}: the function fails ({type(error).__name__}: {words}).") from error


def _config(model: Any) -> str:
    """The architecture as text, where Keras can build it again from that alone."""
    try:
        text = json.dumps(json.loads(model.to_json()), sort_keys=True)
        _from_config(text)
    except Exception:  # a layer of their own, which no other process knows
        return ""
    return text


def _from_config(text: str) -> Any:
    from stridenet.engine.backend import keras

    return keras.models.model_from_json(text)


def _clone_of(model: Any) -> Callable[[], Any]:
    from stridenet.engine.backend import keras

    return lambda: keras.models.clone_model(model)
