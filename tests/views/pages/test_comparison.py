from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from stridenet.evaluation.alarms import Alarm
from stridenet.views.pages.comparison import write_sweep


class Page(HTMLParser):
    """What a page holds."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


ODD = ("<script>alert(1)</script>", 'on\ntwo "lines"', "x" * 200)


def rows(*values: dict[str, str], repeats: int = 2) -> list[dict[str, Any]]:
    return [
        {
            "values": value, "label": ", ".join(f"{k} {v}" for k, v in value.items()), "place": i,
            "accuracies": [0.9 - i / 100] * repeats, "accuracy_mean": 0.9 - i / 100, "accuracy_sd": 0.0,
            "n_parameters": 1234, "seconds": 12.3, "run_dir": f"runs/a b#{i}",
        }
        for i, value in enumerate(values)
    ]  # fmt: skip


@pytest.mark.parametrize("repeats", [1, 2])
def test_the_page_holds_every_setting_and_its_run(repeats: int, tmp_path: Path) -> None:
    made = rows(*({"filters": f, "dense": d} for f in ("8", "16") for d in ("50", "100")), repeats=repeats)
    page = Page(write_sweep(tmp_path, made, [Alarm("The best of 4 is too good.", "So.")], [("Data", "own")]))
    assert "4 settings" in page.text
    assert "87.0 to 90.0 %" in page.text
    assert "The best of 4 is too good." in page.text
    assert (" ± 0.00" in page.text) == (repeats > 1)
    assert [a["href"] for a in page.all("a")] == [f"../a%20b%23{i}/report.html" for i in range(4)]
    assert len(page.all("img")) == 2
    assert {p.name for p in tmp_path.iterdir()} >= {"sweep.html", "accuracies.png", "grid.svg"}


def test_odd_values_are_text(tmp_path: Path) -> None:
    page = Page(write_sweep(tmp_path, rows(*({"model.name": name} for name in ODD)), [], []))
    assert not page.all("script")
    assert 'on two "lines"' in page.text
    assert len(page.all("img")) == 1  # one setting has no map


def test_one_setting_has_a_page(tmp_path: Path) -> None:
    page = Page(write_sweep(tmp_path, rows({"filters": "8"}), [], []))
    assert "1 setting," in page.text
    assert "90.0 %" in page.text
