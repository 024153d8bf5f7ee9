"""Every setting of a run, with its unit and range, read from and written to TOML."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Literal

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from stridenet.errors import DataMissingError, SettingError, short
from stridenet.named import Callback, ClassWeights, Loss, Optimizer, Schedule, one_learning_rate, said
from stridenet.refusal import at_most, explain, setting_names

SplitKind = Literal["official", "by-person", "leave-one-person-out", "by-session", "by-time", "random", "own"]
Monitor = Literal["loss", "accuracy", "val_loss", "val_accuracy"]
Executor = Literal["auto", "here", "processes", "one-program"]
Preparation = Literal["none", "standardize", "normalize", "standardize+normalize", "power", "robust"]
Smoothing = Literal["none", "majority", "majority-past", "median", "minimum-duration", "hysteresis", "viterbi"]

SMOOTHING: dict[str, tuple[str, ...]] = {
    "none": (),
    "majority": ("seconds",),
    "majority-past": ("seconds",),
    "median": ("seconds",),
    "minimum-duration": ("seconds",),
    "hysteresis": ("enter", "leave"),
    "viterbi": ("pseudo",),
}
"""The settings of each way to smooth."""
REPEATS = 10
"""Of a single split, where nothing else is asked for."""


class _Settings(BaseModel):
    """A table of settings; what is wrong is refused in one sentence, however the table was made."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise explain(error, type(self), known=setting_names(RunSpec)) from None

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]  # an inner table's refusal names its whole path

    def __setattr__(self, name: str, value: object) -> None:
        raise SettingError(
            f"setting {name}: settings are frozen; make others, as in {type(self).__name__}({name}={short(value)})."
        )

    _checked = field_validator("*")(at_most(2**31))


class ReadSpec(_Settings):
    """How own files are to be understood; what is not said is found out, and told."""

    cuts_missing: ClassVar[bool] = False  # rows with missing values, where nothing is said of them; else refused

    rate_hz: float | None = Field(None, gt=0, description="samples per second of own tables without a time column")
    time: str | None = Field(None, description="the column that holds the time")
    label: str | None = Field(None, description="the column that holds the activity")
    person: str | None = Field(None, description="the column that holds the person")
    session: str | None = Field(None, description="the column that numbers the recordings")
    channels: tuple[str, ...] | None = Field(None, min_length=1, description="only these columns, in this order")
    drop: tuple[str, ...] = Field((), description="columns that are no channels")
    unit: dict[str, str] = Field(
        default_factory=dict, description="what a column, or a group of channels, is in: acc=m/s^2, time=ms"
    )
    people_from: str | None = Field(
        None, description="how files are named: {person}_{activity}_{trial}.csv, or {activity}/{person}.csv"
    )
    merge_people: bool | None = Field(None, description="whether 1, 01 and P1 are one person")
    merge_labels: bool | None = Field(None, description="whether labels that differ by capitals or blanks are one")
    gap: float | None = Field(None, gt=0, description="seconds without a sample that end a recording")
    fill_gaps: float | None = Field(None, gt=0, description="seconds; gaps up to this are filled by a straight line")
    even: float | None = Field(None, gt=0, description="samples per second to which everything is resampled")
    filter: Literal["none", "uci-har"] = Field("none", description="a chain of filters that every signal goes through")
    derive: tuple[Literal["magnitude", "jerk", "gravity", "body"], ...] = Field(
        (), description="channels computed from those that are there"
    )
    wide: bool = Field(False, description="whether a row of a table is a whole window")
    layout: Literal["ntc", "nct"] | None = Field(
        None, description="the axes of arrays: window, time, channel, or window, channel, time"
    )

    @property
    def refuses_missing(self) -> bool:
        """Whether a missing value is refused, for nothing says what to do with it."""
        return self.fill_gaps is None and not self.cuts_missing


class DataSpec(ReadSpec):
    """Which data, and how it is cut into windows; sizes that are not given are the data set's own."""

    name: str = Field("simulated", description="a data set's name or a path")
    length: int | None = Field(None, gt=0, description="samples in a window")
    step: int | None = Field(None, gt=0, description="samples from one window's start to the next")
    length_s: float | None = Field(None, gt=0, description="seconds in a window")
    step_s: float | None = Field(None, gt=0, description="seconds from one window's start to the next")
    labels: Literal["majority", "end", "pure"] = Field(
        "majority", description="the label of a window that holds several"
    )
    purity: float = Field(0.5, ge=0, le=1, description="share of a window that its majority label must cover")
    people: tuple[str, ...] | None = Field(None, min_length=1, description="only these people; by default all")


class SplitSpec(_Settings):
    """Who trains, who validates and who is tested."""

    kind: SplitKind | None = Field(
        None,
        description="who is tested; by-person:10 is by-person in 10 folds; by default official where the data names "
        "test people, else by-person",
    )
    folds: int | None = Field(
        None, gt=0, le=10_000, description="how often training and test are divided, each tested once; by default 5"
    )
    seed: int = Field(0, ge=0, lt=2**31, description="decides who is drawn; the trainings have seeds of their own")
    test: float | None = Field(
        None, gt=0, lt=1, description="share of the people that are tested once, in place of folds; not for official"
    )
    validation: float = Field(0.0, ge=0, lt=1, description="share of the training people kept for validation")
    validation_kind: Literal["by-person", "random"] = Field(
        "by-person", description="random leaks, and must be asked for"
    )

    @model_validator(mode="before")
    @classmethod
    def _kind_and_folds(cls, given: Any) -> Any:
        """``by-person:10`` is a kind and a number of folds."""
        kind = given.get("kind") if isinstance(given, dict) else None
        name, colon, folds = kind.partition(":") if isinstance(kind, str) else ("", "", "")
        if not colon:
            return given
        if not folds.isdecimal() or given.get("folds", int(folds)) not in (None, int(folds)):
            raise ValueError(f"split.kind = {short(kind)}: give a kind, or a kind and its folds, as in by-person:10")
        return given | {"kind": name, "folds": int(folds)}


class SmoothingSpec(_Settings):
    """How timelines are smoothed; reported beside what is not smoothed, never instead."""

    name: Smoothing = Field("none", description="how timelines are smoothed, besides; needs timeline = true")
    seconds: float | None = Field(
        None, gt=0, description="of a majority or a median, by default two windows; of the shortest event, one"
    )
    enter: float | None = Field(None, ge=0, le=1, description="of hysteresis: the probability that changes the class")
    leave: float | None = Field(None, ge=0, le=1, description="of hysteresis: below this the class does not stay")
    pseudo: float | None = Field(None, gt=0, description="of viterbi: added to each count of a change of class")

    @model_validator(mode="before")
    @classmethod
    def _a_name(cls, given: Any) -> Any:
        return {"name": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _fits(self) -> "SmoothingSpec":
        for setting in self.given():
            if setting not in SMOOTHING[self.name]:
                others = ", ".join(name for name, takes in SMOOTHING.items() if setting in takes)
                raise ValueError(
                    f"smoothing.{setting} would do nothing with {self.name!r}; it is a setting of {others}"
                )
        return self

    def given(self) -> dict[str, float]:
        """The settings that differ from the smoothing's own defaults."""
        return self.model_dump(exclude={"name"}, exclude_none=True)


class ModelSpec(_Settings):
    """Which network; its settings are checked by the network's own table of settings."""

    name: str = Field("stride", description="a name from `stridenet models`, or your own file.py:function")
    settings: dict[str, Any] = Field(default_factory=dict, description="what differs from the network's defaults")
    features: bool = Field(False, description="whether a branch of hand-made features stands beside the network")


class TrainSpec(_Settings):
    """How it is trained."""

    epochs: int = Field(10, gt=0, description="passes over the training windows")
    batch_size: int = Field(32, gt=0, description="windows in a step")
    last_batch: Literal["smaller", "filled"] = Field("smaller", description="what is left, or filled with the first")
    learning_rate: float = Field(0.001, gt=0, description="the first steps' size, whatever the optimizer")
    optimizer: Optimizer = Field("adam", description="what takes the steps: a name, or a table with Keras' arguments")
    schedule: Schedule = Field(None, description="how the learning rate falls; by name alone over the whole training")
    warmup: float = Field(0.0, ge=0, lt=1, description="share of the training in which the learning rate rises first")
    loss: Loss = Field("sparse_categorical_crossentropy", description="what training makes small")
    heads: bool = Field(
        False, description="a loss for each head of a network that averages its heads, not one for their mean"
    )
    rotation: float = Field(
        0.0, ge=0, le=180, description="degrees; sd of a random rotation of each training window's axes of motion"
    )
    class_weights: ClassWeights = Field(
        None, description="how much each class counts in the loss: balanced, sqrt-balanced, or a table of numbers"
    )
    callbacks: tuple[Callback, ...] = Field((), description="Keras' callbacks by name, told of each epoch")
    precision: Literal["float32", "tf32"] = Field("float32", description="of products on a GPU; tf32 is coarser")
    rules: Literal["on", "off"] = Field(
        "on", description="operations computed in a cheaper way of ours; off: all as Keras and JAX have them"
    )
    early_stopping: Monitor | None = Field(
        None, description="stop when this gets no better; val_ needs split.validation"
    )
    patience: int = Field(1, gt=0, description="epochs in a row without a better value before it stops")
    best_weights: Monitor | None = Field(None, description="keep the weights of the epoch where this was best")

    @model_validator(mode="before")
    @classmethod
    def _has_one_learning_rate(cls, given: Any) -> Any:
        return one_learning_rate(given)

    @field_validator("callbacks", mode="before")
    @classmethod
    def _one_is_a_list(cls, given: Any) -> Any:
        return (given,) if isinstance(given, (str, dict)) else given


class RunSpec(_Settings):
    """A run: one network on one data set, trained ``repeats`` times from new random weights.

    >>> RunSpec(train={"epochs": 3}).train.epochs
    3
    """

    repeats: int | None = Field(
        None,
        gt=0,
        le=100_000,
        description="trainings of each fold, each from its own seed; by default 10 of a single split, 1 to 3 of folds",
    )
    seed: int = Field(0, ge=0, lt=2**31, description="seed of the first repeat; the next have the next numbers")
    executor: Executor = Field("auto", description="where repeats are trained: here, or side by side in processes")
    keep: Literal["first", "all"] = Field("first", description="whose model is kept: the first repeat's, or all")
    ensemble: bool = Field(False, description="whether the mean of all repeats' networks is left as one model too")
    distill: bool = Field(False, description="whether one network more learns what all repeats say together")
    prepare: Preparation = Field("none", description="scaling, fitted on training windows, inside the model")
    timeline: bool = Field(
        False, description="whether every window of the test people's recordings is answered: a label per sample"
    )
    smoothing: SmoothingSpec = SmoothingSpec()
    data: DataSpec = DataSpec()
    split: SplitSpec = SplitSpec()
    model: ModelSpec = ModelSpec()
    train: TrainSpec = TrainSpec()

    @model_validator(mode="after")
    def _watches_what_is_there(self) -> "RunSpec":
        for name in ("early_stopping", "best_weights"):
            watched = getattr(self.train, name)
            if watched and watched.startswith("val_") and not self.split.validation:
                raise ValueError(
                    f"train.{name} = {watched!r} needs split.validation above 0; give it, or watch 'loss' or 'accuracy'"
                )
        if (why := idle(self, self.split.kind)) is not None:
            raise ValueError(why)
        return self

    @property
    def seeds(self) -> tuple[int, ...]:
        """One seed per repeat."""
        return tuple(range(self.seed, self.seed + (self.repeats or REPEATS)))


_IDLE: tuple[tuple[str, str, Callable[[RunSpec, SplitKind | None], bool]], ...] = (
    ("data.purity", "data.labels is not 'majority'", lambda spec, _: spec.data.labels != "majority"),
    ("split.test", "the official test people are tested", lambda _, kind: kind == "official"),
    ("split.folds", "the official test people are tested once", lambda _, kind: kind == "official"),
    ("split.test", "each person is tested in a fold", lambda _, kind: kind == "leave-one-person-out"),
    ("split.folds", "each person has a fold", lambda _, kind: kind == "leave-one-person-out"),
    ("split.test", "split.folds says how much is tested", lambda spec, _: (spec.split.folds or 1) > 1),
    (
        "split.seed",
        "the official split, or the splitter, draws nobody where split.validation is 0",
        lambda spec, kind: kind in ("official", "own") and not spec.split.validation and spec.split.seed != spec.seed,
    ),  # the first version had one seed for both
    *((f"split.{one}", "the splitter says who is tested", lambda _, kind: kind == "own") for one in ("test", "folds")),
    ("smoothing.name", "timeline is false", lambda spec, _: not spec.timeline),
    ("split.validation_kind", "split.validation is 0", lambda spec, _: not spec.split.validation),
    ("split.validation_kind", "the split is random already", lambda _, kind: kind == "random"),
    ("train.patience", "train.early_stopping is not given", lambda spec, _: spec.train.early_stopping is None),
)
_ONCE_DEFAULT = {"split.test": 0.3}
"""Defaults that older versions wrote out."""
_OF_NETWORKS = dict.fromkeys(("keep", "ensemble", "distill"), "no model file is kept of an estimator")


def idle(spec: RunSpec, kind: SplitKind | None) -> str | None:
    """What was given and would do nothing; a default, which every run's settings.toml writes out, is no request.

    Args:
        spec: the settings.
        kind: the kind of split, once it is known.

    >>> idle(RunSpec(split={"test": 0.5}), "official")
    'split.test = 0.5 would do nothing, for the official test people are tested; leave it out'
    """
    for name, why, nothing in _IDLE:
        table, field = name.split(".")
        given = getattr(getattr(spec, table), field)
        unsaid = (type(getattr(spec, table)).model_fields[field].default, _ONCE_DEFAULT.get(name))
        if nothing(spec, kind) and given not in unsaid:
            return f"{name} = {short(given)} would do nothing, for {why}; leave it out"
    return None


def idle_without_epochs(spec: RunSpec, name: str) -> str | None:
    """What was given and would do nothing, or cannot be, for a model that is no network; a default is no request.

    >>> idle_without_epochs(RunSpec(train={"epochs": 3}), "majority")
    'train.epochs = 3 would do nothing, for majority is no network; leave it out'
    """
    given = {f"train.{field}": (getattr(spec.train, field), info) for field, info in TrainSpec.model_fields.items()}
    given |= {field: (getattr(spec, field), RunSpec.model_fields[field]) for field in ("prepare", *_OF_NETWORKS)}
    why = {"prepare": "a scaler belongs into the estimator's own pipeline"} | _OF_NETWORKS
    for field, (value, info) in given.items():
        if value != info.default:
            because = why.get(field, f"{name} is no network")
            return f"{field} = {short(value)} would do nothing, for {because}; leave it out"
    if spec.executor == "one-program":
        return f"executor = 'one-program' is for networks, and {name} is none; use 'processes' or 'here'"
    return None


def parse(settings: dict[str, Any]) -> RunSpec:
    """Checks nested settings and fills in the defaults.

    Raises:
        SettingError: an unknown setting (with the nearest name) or a value out of range.

    >>> parse({"train": {"epoch": 3}})
    Traceback (most recent call last):
    stridenet.errors.UnknownNameError: unknown setting 'train.epoch': did you mean 'train.epochs'? `stridenet ...
    """
    return RunSpec(**_renamed(settings))


def _renamed(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as the first version wrote them, by today's names: its ``seed`` drew the test people too."""
    if "engine" not in settings:
        return settings
    engine, older = settings["engine"], {"together": "processes", "one-by-one": "here"}
    drawn = {"seed": settings.get("seed", 0)} | settings.get("split", {})
    rest = {name: value for name, value in settings.items() if name != "engine"}
    return rest | {"executor": older.get(engine, engine), "split": drawn}


def override(settings: dict[str, Any], name: str, value: object) -> dict[str, Any]:
    """A copy of nested settings with one of them, named with dots, changed.

    >>> override({"train": {"epochs": 10}}, "train.epochs", 3)
    {'train': {'epochs': 3}}
    """
    head, _, rest = name.partition(".")
    if not rest:
        return {**settings, head: value}
    inner = settings.get(head, {})
    if not isinstance(inner, dict):
        raise SettingError(f"setting {name}: {head!r} has no settings of its own.")
    return {**settings, head: override(inner, rest, value)}


def read_toml(path: Path) -> dict[str, Any]:
    """The nested settings in a TOML file, not yet checked.

    Raises:
        DataMissingError: there is no such file.
        SettingError: it is not TOML.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise SettingError(f"{path}: not a regular file; save the settings to a file and give that.")
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise DataMissingError(f"{path}: there is no such settings file.") from None
    except OSError as error:
        raise SettingError(f"{path}: the settings file cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingError(f"{path}: not a TOML file ({error}).") from None


def to_toml(spec: RunSpec) -> str:
    """The settings as TOML, every default written out."""
    settings = spec.model_dump(exclude_none=True)
    return tomli_w.dumps(settings | {"train": said(settings["train"])})


def digest(content: Any) -> str:
    """Ten characters that name whatever JSON can hold.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 1})
    True
    """
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:10]
