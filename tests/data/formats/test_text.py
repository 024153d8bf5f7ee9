"""Bytes as text, and units in whatever signs they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stridenet.data.formats.text import text_of, unit_of
from stridenet.errors import DataError

UNITS = {
    "m/s^2": "m/s² m/s^2 m/s2 m/(sec^2) m/(s^2) m/s/s m/s**2 m/sec² m·s⁻² m/s? m/s\ufffd m/sÂ² m/sì m/s^2* M/S²",
    "g": "g G Gs g-force",
    "rad/s": "rad/s rad/sec radians/s rad·s⁻¹",
    "deg/s": "deg/s °/s dps deg/sec degrees/second ?/s \ufffd/s Â°/s º/s",
    "uT": "uT µT μT ?T ÂµT \ufffdT microtesla UT",
    "uS": "uS µS",
    "hPa": "hPa hpa",
    "s": "s sec secs seconds S",
    "ms": "ms msec mSecs milliseconds Milliseconds",
    "us": "us µs μs microseconds ?s",
    "ns": "ns nanoseconds",
    "km/h": "km/h Kmh kmph",
    "degC": "°C degC ?C",
    "%": "%",
}


@pytest.mark.parametrize(("unit", "written"), [(u, w) for u, words in UNITS.items() for w in words.split()])
def test_units(unit: str, written: str) -> None:
    assert unit_of(written) == unit
    assert unit_of(f" {written} ") == unit


@pytest.mark.parametrize("written", ["furlongs", "txt", "N", "01:00", "i", "m/s", "-0700", "rad/s^2"])
def test_others_stay_as_written(written: str) -> None:
    assert unit_of(written) == written


@given(st.text(alphabet=st.characters(exclude_characters="\0\r", exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf_8_comes_back(text: str) -> None:
    found = text_of(f"x{text}\n".encode(), "a.csv")
    assert (found.data.decode(), found.encoding) == (f"x{text}\n", "utf-8")


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\rb\r", b"a\nb\n"),
        (b"a\nb\r\nc\r\n", b"a\nb\nc\n"),
        (b"a\r\r\nb\r\r\n", b"a\nb\n"),
        (b"a\r\n\r\nb", b"a\n\nb"),
    ],
)
def test_line_ends(raw: bytes, lines: bytes) -> None:
    assert text_of(raw, "a.csv").data == lines


def test_utf_16_that_was_cut_within_a_letter() -> None:
    assert text_of("t,x\n0,1".encode("utf-16")[:-1], "a.csv").data == b"t,x\n0,"


def test_utf_16_that_is_damaged_is_named() -> None:
    raw = "t,x\n0,1\n".encode("utf-16-le")
    with pytest.raises(DataError, match=r"^a.csv is text in UTF-16-LE that is damaged"):
        text_of(b"\xff\xfe" + raw[:4] + b"\x00\xdc" + raw[4:], "a.csv")


def test_bytes_that_windows_does_not_know() -> None:
    assert text_of(b"t\x81,x\n", "a.csv").encoding == "latin-1"


def test_utf_16_that_lacks_a_byte_is_no_other_script() -> None:
    raw = bytearray("t,x\n1,2\n3,4\n5,6\n".encode("utf-16"))
    del raw[14]
    with pytest.raises(DataError, match=r"a\.csv, line 2 is text in UTF-16-LE that lacks a byte"):
        text_of(bytes(raw), "a.csv")


def test_zero_bytes_at_the_end_are_named() -> None:
    with pytest.raises(
        DataError, match=r"a\.csv ends in 512 zero bytes, as a recorder leaves them that lost its power"
    ):
        text_of(b"t,x\n0,1\n0.02,2\n" + bytes(512), "a.csv")
    with pytest.raises(DataError, match=r"a\.csv is not text"):
        text_of(b"t,x\n0,1\n\0\0,2\n" + bytes(512), "a.csv")
