import base64
import dataclasses
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from stridenet.evaluation.learner import Layer
from stridenet.evaluation.protocol import Protocol, Provenance
from stridenet.evaluation.result import Result
from stridenet.evaluation.sure import TITLES, number
from stridenet.spec import Preparation, RunSpec, parse
from stridenet.views.pages.run import write_report

PROTOCOL = Protocol(
    "official",
    people={"train": ("1", "3"), "validation": (), "test": ("2", "4")},
    windows={"train": 7352, "validation": 0, "test": 60},
)
PROVENANCE = Provenance("UCI HAR v1.0", dropped={"mixed": 812, "tail_samples": 0, "odd": 2})
SPEC = parse({"data": {"name": "uci-har"}, "repeats": 2})


def result(**change: Any) -> Result:
    rng = np.random.default_rng(0)
    y = np.arange(60) % 3
    probability = rng.random((2, 60, 3)).astype(np.float32)
    probability[:, np.arange(60), y] += 0.6
    made = Result(
        probability=probability,
        y=y,
        group=np.array(["2", "4"])[np.arange(60) // 30],
        recording=np.full(60, "r"),
        start_s=np.arange(60.0),
        classes=("walking", "stand_to_sit", "a <b> & c"),
        seeds=(0, 1),
        history=({"loss": [2.0, 1.0], "accuracy": [0.5, 0.9]},) * 2,
        seconds=(1.0, 2.0),
        protocol=PROTOCOL,
        n_parameters=411650,
        provenance=PROVENANCE,
        executor="in processes",
    )
    return dataclasses.replace(made, **change)


class Page(HTMLParser):
    """Checks that tags close in order, and keeps what the page holds."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        assert self.open == []
        self.text = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def without_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take a second, and some tests are about words."""
    monkeypatch.setattr("stridenet.views.pages.run._pictures", lambda *_: {})


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return page(tmp_path_factory.mktemp("report"), result())


def page(folder: Path, made: Result, spec: RunSpec = SPEC) -> Page:
    return Page(write_report(folder, made, spec, {"python": "3.11", "platform": "Linux"}))


def test_the_headline_is_the_results(shown: Page) -> None:
    made = result()
    told = made.metrics()
    assert "stride on uci-har" in shown.text
    assert f"{100 * told['accuracy_mean']:.1f} % ± {100 * told['accuracy_sd']:.1f}" in shown.text
    assert f"macro F1 {100 * told['macro_f1_mean']:.1f} %" in shown.text
    assert "Official: 2 people train, 2 others are tested." in shown.text
    assert "0 people, 0 raw samples." in shown.text
    for value in made.accuracies:
        assert f"{100 * value:.2f}" in shown.text


def test_the_page_needs_nothing_else(tmp_path: Path) -> None:
    shown = page(tmp_path, result())
    assert not shown.all("script")
    assert not shown.all("link")
    assert not re.search(r"https?://", shown.source)
    for picture in shown.all("img"):
        source = picture["src"] or ""
        head, _, body = source.partition(",")
        assert head == "data:image/svg+xml;base64"
        assert base64.b64decode(body, validate=True).startswith(b"<?xml")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        ["report.html"]
        + [
            f"{n}.{k}"
            for n in ("confusion", "confusion_first", "learning_curves", "people", "accuracies", "reliability")
            for k in ("png", "svg")
        ]
    )


def test_everybody_can_read_it(shown: Page) -> None:
    assert shown.all("html") == [{"lang": "en"}]
    assert len(shown.all("img")) == 6
    assert all(len(picture["alt"] or "") > 20 for picture in shown.all("img"))
    assert all(head.get("scope") in ("row", "col") for head in shown.all("th"))
    assert len(shown.all("h1")) == 1
    assert "prefers-color-scheme: dark" in shown.source
    assert "@media print" in shown.source


def test_the_alternative_text_names_the_commonest_error(tmp_path: Path) -> None:
    y = np.array([0] * 10 + [1] * 10)
    predicted = np.array([[0] * 7 + [1] * 3 + [1] * 10])
    made = result(
        y=y,
        probability=np.eye(2, dtype=np.float32)[predicted],
        group=np.full(20, "2"),
        classes=("sitting", "standing"),
        seeds=(0,),
        seconds=(1.0,),
        history=({},),
    )
    shown = page(tmp_path, made)
    assert any("sitting taken for standing (30.0 %)" in (p["alt"] or "") for p in shown.all("img"))


def test_names_are_text_and_not_markup(shown: Page) -> None:
    assert "a <b> & c" in shown.text


def test_the_settings_shown_are_the_settings(shown: Page) -> None:
    assert "stridenet run --from settings.toml" in shown.text
    begin = shown.words.index("repeats = 2")
    settings = shown.words[begin : shown.words.index("Environment")]
    assert parse(tomllib.loads(settings)) == SPEC


def test_what_was_left_out_is_told_and_zeros_are_not(shown: Page) -> None:
    text = shown.text
    assert "windows that hold several activities: 812" in text
    assert "odd: 2" in text
    assert "samples at the ends" not in text


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"provenance": Provenance(simulated=True)}, "Simulated data."),
        ({"protocol": Protocol("random")}, "Random split."),
        (
            {"protocol": Protocol("official", shared_people=1, shared_samples=64)},
            "1 person and 64 samples stand on both",
        ),
        ({"protocol": Protocol("official", validation_kind="random")}, "Random validation."),
    ],
)
def test_what_spoils_a_figure_is_said_loudly(change: dict[str, Any], said: str, tmp_path: Path, shown: Page) -> None:
    loud = page(tmp_path, result(**change))
    assert said in loud.text
    assert {"class": "loud", "role": "note"} in loud.all("p")
    assert not shown.all("p").count({"class": "loud", "role": "note"})


def test_a_result_that_tells_little_still_has_a_page(tmp_path: Path) -> None:
    made = result()
    bare = dataclasses.replace(
        made,
        provenance=Provenance(),
        protocol=Protocol("official"),
        probability=made.probability[:1],
        seeds=(0,),
        seconds=(1.0,),
        history=({},),
    )
    shown = page(tmp_path, bare)
    assert "its spread is not known" in shown.text
    assert "±" not in shown.text
    assert "Learning curves" not in shown.text
    assert len(shown.all("img")) == 3


def test_the_same_result_gives_the_same_page(tmp_path: Path) -> None:
    assert page(tmp_path / "a", result()).source == page(tmp_path / "b", result()).source


def test_it_says_what_went_in_what_was_left_out_and_when(tmp_path: Path) -> None:
    told = Provenance("own", False, "", 50.0, 128, ("ax", "gx"), ("g", "rad/s"), {"short_recordings": 1})
    shown = page(
        tmp_path, result(provenance=told, finished="2026-11-25 14:03+00:00"), parse({"prepare": "standardize"})
    )
    for said in (
        "ax [g]; gx [rad/s].",
        "128 samples, 2.56 s at 50 Hz.",
        "recordings shorter than a window: 1",
        "2026-11-25 14:03+00:00",
        "Each channel minus its mean, divided by its standard deviation",
        "Confusion matrix",
    ):
        assert said in shown.text


@pytest.mark.usefixtures("without_pictures")
def test_the_lines_that_use_the_model_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channels = ("acc 'x'", 'gyro "y"\n</pre><script>', "z" * 200)
    told = Provenance(rate_hz=50.0, length=16, channels=channels, units=("g", "rad/s", ""))
    shown = page(tmp_path, result(provenance=told))
    assert not shown.all("script")
    code = shown.words[shown.words.index("import numpy") : shown.words.index("The first repeat's model.")]
    loaded = []

    class Predictor:
        @classmethod
        def load(cls, folder: str) -> "Predictor":
            loaded.append(folder)
            return cls()

        def predict(self, windows: Any) -> Any:
            assert windows.shape == (1, 16, 3)
            return np.array([[0, 0, 1]])

    monkeypatch.setattr("stridenet.Predictor", Predictor, raising=False)
    names: dict[str, Any] = {}
    exec(code, names)
    assert loaded == ["."]
    assert tuple(names["channels"]) == channels
    assert tuple(names["classes"]) == result().classes
    assert names["units"] == ["g", "rad/s", ""]


@pytest.mark.usefixtures("without_pictures")
def test_the_network_is_told_layer_by_layer(tmp_path: Path) -> None:
    shown = page(tmp_path, result(layers=(Layer("conv_1", "Conv1D", 3, (126, 64), 1792, 3),)))
    assert "<td>126 × 64</td><td>1,792</td><td>3</td>" in shown.source
    assert "layer by layer" not in page(tmp_path, result()).text


@pytest.mark.usefixtures("without_pictures")
def test_a_page_with_alarms_looks_otherwise(tmp_path: Path, shown: Page) -> None:
    lost = result(probability=np.full((2, 60, 3), np.nan, dtype=np.float32))
    loud = page(tmp_path, lost)
    assert "The training diverged." in loud.text
    assert "No better than guessing." in loud.text
    assert {"class": "headline doubt"} in loud.all("p")
    assert {"class": "headline"} in shown.all("p")


@pytest.mark.parametrize("classes", [3, 12])
def test_a_picture_wider_than_a_phone_says_so(classes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("confusion", "confusion_first", "learning_curves")
    monkeypatch.setattr("stridenet.views.pages.run._pictures", lambda *_: dict.fromkeys(names, ("data:,", "text")))
    probability = np.eye(classes, dtype=np.float32)[np.arange(60) % 3]
    made = result(classes=tuple(f"c{i}" for i in range(classes)), probability=np.stack([probability] * 2))
    shown = page(tmp_path, made)
    assert shown.source.count("scroll it sideways") == (3 if classes > 7 else 1)


@pytest.mark.usefixtures("without_pictures")
def test_names_of_people_and_files_are_text(tmp_path: Path) -> None:
    odd = np.array(["<script>alert(1)</script>", 'on\ntwo "lines"'])[np.arange(60) // 30]
    shown = page(tmp_path, result(group=odd), parse({"data": {"name": "<b>x</b>.csv"}}))
    assert not shown.all("script")
    assert not shown.all("b")
    assert 'on two "lines"' in shown.text


@pytest.mark.usefixtures("without_pictures")
@pytest.mark.parametrize("kind", get_args(Preparation))
def test_every_preparation_has_words(kind: Preparation, tmp_path: Path) -> None:
    shown = page(tmp_path, result(), parse({"prepare": kind}))
    assert ("fitted on the training windows" in shown.text) == (kind != "none")


def test_the_caption_of_the_curves_says_that_dropout_was_on(shown: Page) -> None:
    assert "with dropout on" in shown.text


def test_it_says_how_good_and_how_sure(shown: Page) -> None:
    made = result()
    for name, sure in made.intervals().items():
        low, high = number(name, sure.low), number(name, sure.high)
        assert f"<td>{low} to {high}</td>" in shown.source
        assert TITLES[name] in shown.text
    assert f"ECE {100 * made.reliability.ece:.1f} points" in shown.text
    assert "Doubt: only 2 people: it says little." in shown.text


@pytest.mark.usefixtures("without_pictures")
def test_what_is_not_tested_has_no_interval_and_is_named(tmp_path: Path) -> None:
    shown = page(tmp_path, result(y=np.arange(60) % 2))
    assert "<td>not tested</td>" in shown.source
    assert "Means over classes leave out what no test window is: a <b> & c." in shown.text


def test_answers_that_are_no_numbers_have_a_page(tmp_path: Path) -> None:
    shown = page(tmp_path, result(probability=np.full((2, 60, 3), np.nan, dtype=np.float32)))
    assert "ECE" not in shown.text
