"""The page in a browser without a window: what it answers, refuses, and how wide it is."""

import html
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from programs import small
from stridenet.exports.about import About
from stridenet.exports.js.files import files
from stridenet.exports.js.run import browser, dumped
from stridenet_runtime.answers import tempered
from stridenet_runtime.numpy_engine import run

CHROMIUM = browser()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install -y chromium")
NAMES = ("acc_x", "acc_y", "acc_z", "gyro_x", "gyro_y", "gyro_z")


def _about(**other: Any) -> About:
    given: dict[str, Any] = {
        "name": "toy </script> & co",
        "length": 8,
        "step": 4,
        "rate_hz": 50.0,
        "channels": (("acc_x", "g"), ("acc_y", "g")),
        "classes": ("walk", "sit <b>", "stand"),
    }
    return About(**{**given, **other})


def _page(folder: Path, script: str, about: About | None = None, *flags: str) -> str:
    """The page after a script of ours, as text that a person sees."""
    program = small()
    x = np.zeros((1, program.length, program.n_channels), np.float32)
    text = files(program, about or _about(), (x, run(program, x)))["index.html"]
    file = folder / "index.html"
    file.write_text(text.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    return dumped(str(CHROMIUM), file.as_uri(), *flags)


def _told(page: str, name: str) -> str:
    found = re.search(rf'id="{name}"[^>]*>(.*?)</(?:p|span|h1|tbody)>', page, flags=re.DOTALL)
    assert found, page[-2000:]
    return html.unescape(re.sub(r"<[^>]+>", " ", found[1])).strip()


def _csv(data: Any, names: tuple[str, ...], mark: str = ",") -> str:
    return "\n".join([mark.join(names), *(mark.join(f"{v:.9g}" for v in row) for row in data)])


def _pasted(text: str) -> str:
    return f"of('text').value = {json.dumps(text)}; of('read').click();"


def test_a_pasted_table_is_answered_as_numpy_does(tmp_path: Path) -> None:
    data = np.random.default_rng(0).normal(0, 1, (20, 2)).astype(np.float32)
    text = _csv(data[:, ::-1], ("acc_y", "Acc X"))  # in another order and spelling
    kept = "document.title = JSON.stringify(answers(Float64Array.from(%s)).map((one) => [...one.p]));"
    page = _page(tmp_path, _pasted(text) + kept % json.dumps(data.ravel().tolist()))
    expected = run(small(), np.stack([data[first : first + 8] for first in (0, 4, 8, 12)]))
    title = re.search(r"<title>(.*?)</title>", page, flags=re.DOTALL)
    assert title
    np.testing.assert_allclose(json.loads(html.unescape(title[1])), expected, atol=1e-5)
    assert _told(page, "count") == "4 windows"
    labels = [_about().classes[c] for c in expected.argmax(axis=1)]
    assert [label for label in labels if label in _told(page, "windows")] == labels
    assert _told(page, "name") == "toy </script> & co"


def test_a_time_column_says_the_rate(tmp_path: Path) -> None:
    t = np.arange(40) / 100
    page = _page(tmp_path, _pasted(_csv(np.stack([t, t, 2 * t], axis=1), ("time", "acc_x", "acc_y"), ";")))
    assert _told(page, "count") == "4 windows"  # 20 samples at 50 Hz


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("acc_x,other\n1,2\n", "Columns acc_y are missing; found: acc_x, other."),
        ("acc_x,acc_y\n1,2\n", "1 samples are less than a window of 8; give more."),
        ("nothing", "The text has no samples"),
        ("time,acc_x,acc_y\n0,1,1\n0,1,1\n", "line 3 does not come after the line before"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, said: str, tmp_path: Path) -> None:
    assert said in _told(_page(tmp_path, _pasted(text)), "message")


def test_missing_values_are_unknown(tmp_path: Path) -> None:
    data = np.ones((8, 2))
    data[3, 1] = np.nan
    assert "unknown (values are missing)" in _told(_page(tmp_path, _pasted(_csv(data, ("acc_x", "acc_y")))), "windows")


@pytest.mark.parametrize(("temperature", "known"), [(1.0, True), (2.0, False)])
def test_below_the_threshold_it_is_unknown_as_calibrated(temperature: float, known: bool, tmp_path: Path) -> None:
    data = np.random.default_rng(0).normal(0, 1, (8, 2)).astype(np.float32)
    expected = tempered(run(small(), data[None]), temperature)[0]
    both = [float(tempered(run(small(), data[None]), one).max()) for one in (1.0, 2.0)]
    about = _about(unsure=sum(both) / 2, temperature=temperature)
    page = _page(tmp_path, _pasted(_csv(data, ("acc_x", "acc_y"))), about)
    said = _told(page, "windows")
    assert (about.classes[expected.argmax()] if known else "unknown") in said
    assert f"{100 * expected.max():.1f} %" in said


def test_a_phones_sensors_are_answered(tmp_path: Path) -> None:
    events = """
    begin();
    for (let i = 0; i < 120; i++)
      motion({ timeStamp: 16 * i, accelerationIncludingGravity: { x: 9.80665, y: -9.80665, z: 0 } });
    """
    expected = run(small(), np.tile(np.array([1, -1], np.float32), (1, 8, 1)))[0]
    named = (("acc_x", "g"), ("acc_y", "g"))
    page = _page(
        tmp_path,
        "about.phone = about.phone || [0, 1].map((axis) => ({ sensor: 'acceleration', axis, "
        f"factor: 1 / 9.80665 }}));{events}",
        _about(channels=named),
    )
    assert _told(page, "now") == f"{_about().classes[expected.argmax()]} {100 * expected.max():.1f} %"


def test_a_model_of_other_channels_has_no_button(tmp_path: Path) -> None:
    page = _page(tmp_path, "")
    assert "needs channels that a phone's browser does not give" in _told(page, "no-phone")


def test_uci_hars_filters_are_those_of_python(tmp_path: Path) -> None:
    from stridenet.signals.filters import Chain

    raw = np.random.default_rng(1).normal(0, 1, (60, 6))
    chain = Chain()
    expected = np.concatenate([chain.push(raw), chain.flush()])
    about = _about(
        channels=(("body_gyro_z", "rad/s"), ("total_acc_x", "g")),
        raw=tuple((name, "g" if name[0] == "a" else "rad/s") for name in NAMES),
    )
    script = f"""
    const raw = Float64Array.from({json.dumps(raw.ravel().tolist())});
    const made = stridenetSignals.filtered(raw, about.filter, 6);
    document.title = JSON.stringify([...made]);
    """
    title = re.search(r"<title>(.*?)</title>", _page(tmp_path, script, about), flags=re.DOTALL)
    assert title
    np.testing.assert_allclose(np.reshape(json.loads(title[1]), (60, 2)), expected[:, [8, 0]], atol=1e-6)


def test_nothing_is_wider_than_a_phone(tmp_path: Path) -> None:
    data = _csv(np.random.default_rng(0).normal(0, 1, (400, 2)), ("acc_x", "acc_y"))
    _page(tmp_path, _pasted(data))
    (tmp_path / "phone.html").write_text(
        """<title></title><iframe id="phone" src="index.html" style="width:390px;height:800px;border:0"></iframe>
        <script>addEventListener("load", () => {
          const page = document.getElementById("phone").contentDocument.documentElement;
          document.title = `${page.scrollWidth} of ${page.clientWidth}`;
        });</script>""",
        encoding="utf-8",
    )
    page = dumped(str(CHROMIUM), (tmp_path / "phone.html").as_uri(), "--allow-file-access-from-files")
    found = re.search(r"<title>(\d+) of (\d+)</title>", page)
    assert found
    assert int(found[1]) <= int(found[2]) <= 390
