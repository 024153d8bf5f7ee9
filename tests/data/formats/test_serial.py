"""What a serial monitor saved."""

from pathlib import Path

import pytest

from stridenet import read
from stridenet.data.formats.delimited import sheet_of_text
from stridenet.data.formats.serial import with_names_above
from stridenet.data.formats.text import Text


@pytest.mark.parametrize("form", ["14:02:{:06.3f} -> {}", "[2024-03-05 14:02:{:06.3f}] {}"])
@pytest.mark.parametrize("names", ["aX,aY\n", ""])
def test_the_time_before_each_line_is_the_clock(tmp_path: Path, form: str, names: str) -> None:
    lines = [form.format(i * 0.02, f"{i % 7 / 10},{i % 5 / 10}") for i in range(100)]
    head = form.format(0.0, names) if names else ""
    (tmp_path / "a.txt").write_text(head + "\n".join(lines) + "\n")
    found = read(tmp_path / "a.txt")
    assert found[0].data.shape == (100, 2)
    assert found[0].rate_hz == pytest.approx(50)
    assert found[0].data[3].tolist() == pytest.approx([0.3, 0.3])


def test_a_time_column_of_a_table_is_no_monitors() -> None:
    text = "".join(f"14:02:{i:06.3f} 0.1 0.2\n" for i in range(20)).encode()
    assert sheet_of_text(Text(text, "utf-8"), "a.txt", "file 'a.txt'").frame.width == 3


def test_numbers_with_their_names_are_a_table() -> None:
    text = b"Found a sensor\n" + b"".join(b"aX:%d\taY:%d\n" % (i, -i) for i in range(5))
    sheet = sheet_of_text(Text(text, "utf-8"), "a.txt", "file 'a.txt'")
    assert sheet.frame.to_dict(as_series=False) == {"aX": [0, 1, 2, 3, 4], "aY": [0, -1, -2, -3, -4]}
    assert sheet.lines.tolist() == [2, 3, 4, 5, 6]


def test_a_preamble_is_no_table_of_names() -> None:
    text = Text(b"rate: 50\nrange: 2\nx,y\n1,2\n3,4\n", "utf-8")
    assert with_names_above(text) == text
