"""What a model file says of itself: its windows, channels, classes, and where it comes from."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from stridenet_runtime.errors import BundleError

FORMAT = 1
Filter = Literal["none", "uci-har"]
FILTERS: tuple[str, ...] = get_args(Filter)


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel by its name, with its unit; an empty unit is not known."""

    name: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What the network looks at: samples in a window, samples from one to the next, and its seconds."""

    length: int
    step: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a model's answers need to be understood.

    Args:
        name: of the run.
        window: what it looks at.
        rate_hz: samples per second.
        channels: of a window, in order.
        classes: the names of the answers, in order.
        filter: the chain that the windows' signals went through before they were cut.
        raw_channels: what goes into that chain; the windows' own where there is none.
        preparation: how the network scales raw units inside, in words.
        data: name, digest, description, people and licence of what it was trained on.
        protocol: who was tested, in words and fields.
        ledger: what the test data was used for besides, in words and fields.
        metrics: figures with their intervals, as the run tells them.
        temperature: what answers are to be divided by, fitted on validation people; None where it was not.
        threshold: the probability below which an answer is *unsure*; None where none was fitted.
        settings: of the run, all of them.
        created_by: versions by name.
        finished: when the run was.
        licence: of this file, in words.
        format: of the file.
        files: digest (SHA-256) and size of each other file in it.
    """

    name: str
    window: Window
    rate_hz: float
    channels: tuple[Channel, ...]
    classes: tuple[str, ...]
    filter: Filter = "none"
    raw_channels: tuple[Channel, ...] = ()
    preparation: str = "none"
    data: Mapping[str, Any] = field(default_factory=dict)
    protocol: Mapping[str, Any] = field(default_factory=dict)
    ledger: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    temperature: float | None = None
    threshold: float | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    created_by: Mapping[str, str] = field(default_factory=dict)
    finished: str = ""
    licence: str = ""
    format: int = FORMAT
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """All of it as JSON holds it."""
        return asdict(self)

    def to_json(self) -> str:
        """Its text, as :meth:`from_json` reads it."""
        return json.dumps(self.plain(), indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """A manifest from its text.

        Raises:
            BundleError: it is none, or of a newer format.
        """
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            raise BundleError("its manifest is no JSON") from None
        if not isinstance(told, dict) or not isinstance(told.get("format"), int) or told["format"] < 1:
            raise BundleError("its manifest does not say its format")
        if told["format"] > FORMAT:
            raise BundleError(
                f"it was made by a newer stridenet, in format {str(told['format'])[:20]}; this one reads up to "
                f"{FORMAT}: install a newer stridenet-runtime"
            )
        try:
            return _checked(told)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BundleError(
                f"its manifest lacks something or is damaged ({' '.join(str(error).split())[:80]})"
            ) from None


def _checked(told: dict[str, Any]) -> Manifest:
    window = told["window"]
    length, step = (_count(window[name], name) for name in ("length", "step"))
    channels, raw = (_channels(told[name]) for name in ("channels", "raw_channels"))
    classes = tuple(_text(one) for one in told["classes"])
    if not channels or not classes or len(set(classes)) != len(classes):
        raise ValueError("channels or classes are missing, or there twice")
    if told["filter"] not in FILTERS:
        raise ValueError(f"filter {str(told['filter'])[:40]!r} is not known")
    kept: dict[str, Any] = {name: _table(told[name]) for name in _TABLES}
    for one in kept["files"].values():
        _count(one["bytes"], "bytes", least=0)
        _text(one["sha256"])
    return Manifest(
        name=_text(told["name"]),
        window=Window(length, step, _above_zero(window["seconds"])),
        rate_hz=_above_zero(told["rate_hz"]),
        channels=channels,
        classes=classes,
        filter=told["filter"],
        raw_channels=raw or channels,
        temperature=None if told["temperature"] is None else _above_zero(told["temperature"]),
        threshold=None if told["threshold"] is None else _above_zero(told["threshold"]),
        preparation=_text(told["preparation"]),
        finished=_text(told["finished"]),
        licence=_text(told["licence"]),
        **kept,
    )


_TABLES = ("data", "protocol", "ledger", "metrics", "settings", "created_by", "files")


def _channels(told: Any) -> tuple[Channel, ...]:
    return tuple(Channel(_text(one["name"]), _text(one["unit"])) for one in told)


def _text(value: Any) -> str:
    if not isinstance(value, str) or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(f"{str(value)[:40]!a} is no text")
    return value


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{str(value)[:40]!a} is no table")
    return value


def _count(value: Any, name: str, least: int = 1) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**40:
        raise ValueError(f"{name} is {str(value)[:20]!a}")
    return value


def _above_zero(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < math.inf:
        raise ValueError(f"{str(value)[:20]!a} is no number above zero")
    return float(value)
