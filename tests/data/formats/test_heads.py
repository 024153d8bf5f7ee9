"""Lines above the rows: the rate that they say, and the same lines again."""

import pytest

from stridenet.data.formats.delimited import sheet_of_text
from stridenet.data.formats.heads import rate_in
from stridenet.data.formats.text import Text
from stridenet.data.sheet import Sheet


def sheet_of(text: str) -> Sheet:
    return sheet_of_text(Text(text.encode(), "utf-8"), "a.csv", "file 'a.csv'")


@pytest.mark.parametrize(
    ("line", "rate"),
    [
        ("%Sample Rate = 250.0 Hz", 250.0),
        ("# Sample rate: 128", 128.0),
        ('# {"x": {"sampling rate": 1000, "date": "2017-5-22"}}', 1000.0),
        ("# Config: data_rate = 500.0 Hz, filter = 488 Hz", 500.0),
        ("Measurement Frequency,100.0 Hz", 100.0),
        ("Sampling Frequency (Hz);52", 52.0),
        ("Frequency,100 Hz", 100.0),
        ("Heart rate: 70", None),
        ("Frequency band: 5", None),
        ("Rate 5 stars", None),
        ("sampleRateMs,20", None),
    ],
)
def test_the_rate_is_read_from_the_head(line: str, rate: float | None) -> None:
    assert rate_in([line]) == rate
    assert sheet_of(f"{line}\nx,y\n" + "1.5,2\n" * 5).rate_hz == rate


def test_vicons_rate_stands_alone() -> None:
    units = ",,mm/s^2,mm/s^2"
    rows = "".join(f"{i},0,{i % 7}.5,{i % 5}.5\n" for i in range(1, 30))
    sheet = sheet_of(f"Devices\n150\n,,IMU - ACC,\nFrame,Sub Frame,ACC.x,ACC.y\n{units}\n{rows}")
    assert (sheet.rate_hz, sheet.units) == (150, {"ACC.x": "mm/s^2", "ACC.y": "mm/s^2"})


def test_two_rates_are_none() -> None:
    assert rate_in(["Sample rate: 50", "Sample rate: 100"]) is None


ROWS = "".join(f"{i},{i % 7}\n" for i in range(30))


@pytest.mark.parametrize("head", ["t,x\n", "# mine\nt,x\ns,g\n"])
def test_names_that_come_again_begin_a_recording(head: str) -> None:
    sheet = sheet_of(3 * (head + ROWS))
    n = head.count("\n")
    assert sheet.frame["x"].to_list() == 3 * [i % 7 for i in range(30)]
    assert (sheet.frame.columns, sheet.breaks) == (["t", "x"], (30, 60))
    assert sheet.lines[[0, 29, 30, 60]].tolist() == [1 + n, 30 + n, 31 + 2 * n, 61 + 3 * n]
    assert any("comes again" in note for note in sheet.notes)
