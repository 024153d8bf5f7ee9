"""The table of baselines: one a file, one line here."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from pydantic import BaseModel

from stridenet.errors import SettingError, unknown_name
from stridenet.refusal import checked, setting_names
from stridenet.spec import RunSpec


class Baseline(NamedTuple):
    """A baseline by name.

    Args:
        module: where it is made.
        about: what it is, in one line.
        needs: libraries besides those that stridenet always has.
        drawn: whether a seed changes anything.
        wide: features of a window that ridge regression takes, about; it holds them several times over.
    """

    module: str
    about: str
    needs: tuple[str, ...] = ()
    drawn: bool = True
    wide: int = 0


_HERE = "stridenet.baselines"
BASELINES: dict[str, Baseline] = {
    "majority": Baseline(f"{_HERE}.majority", "always the commonest class of the training windows", drawn=False),
    "features-logistic": Baseline(f"{_HERE}.logistic", "hand-made features, then logistic regression", drawn=False),
    "features-svm": Baseline(f"{_HERE}.svm", "hand-made features, then a support vector machine", drawn=False),
    "features-forest": Baseline(f"{_HERE}.forest", "hand-made features, then a random forest"),
    "features-boosting": Baseline(f"{_HERE}.boosting", "hand-made features, then boosted trees"),
    "minirocket": Baseline(
        f"{_HERE}.minirocket", "MiniRocket's 10,000 features, then ridge (aeon)", ("aeon",), wide=10_000
    ),
    "hydra": Baseline(
        f"{_HERE}.hydra", "Hydra's competing kernels, then ridge (aeon, PyTorch)", ("aeon", "torch"), wide=5_000
    ),
}


def settings_of(name: str, given: dict[str, Any] | None = None) -> BaseModel:
    """A baseline's settings, checked, with the defaults filled in.

    Raises:
        UnknownNameError: no such baseline, or no such setting.
        SettingError: a value that the setting does not allow.

    >>> settings_of("features-forest", {"n_estimators": 500}).n_estimators
    500
    """
    return checked(_module(name).Settings, given or {}, known=setting_names(RunSpec), prefix="model.settings.")


def make(name: str, settings: BaseModel) -> Any:
    """The scikit-learn estimator, not fitted.

    Raises:
        SettingError: a library that it needs is not there.
    """
    refuse_without_libraries(name)
    try:
        return _module(name).make(settings)
    except ImportError as error:  # it is there, and cannot be loaded
        raise SettingError(_lacking(name, f"cannot be loaded ({error})")) from error


def refuse_without_libraries(name: str) -> None:
    """Says what is missing, without loading anything.

    Raises:
        SettingError: a library that the baseline needs is not installed.
    """
    if missing := [one for one in BASELINES[name].needs if find_spec(one) is None]:
        raise SettingError(_lacking(name, f"{' and '.join(missing)} {'are' if missing[1:] else 'is'} not installed"))


def _lacking(name: str, what: str) -> str:
    needs = BASELINES[name].needs
    install = " ".join(["'stridenet[rocket]'", *(one for one in needs if one != "aeon")])
    return f"model {name} needs {' and '.join(needs)}: {what}; install with: pip install {install}."


def _module(name: str) -> Any:
    if name not in BASELINES:
        raise unknown_name("model", name, BASELINES)
    return import_module(BASELINES[name].module)
