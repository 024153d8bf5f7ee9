import pytest

from stridenet.data.formats.json_text import parsed
from stridenet.data.source import File
from stridenet.errors import DataError


def of(data: bytes) -> File:
    return File(name="a.json", size=len(data), open=lambda: data)


def test_with_a_mark() -> None:
    assert parsed(of(b'\xef\xbb\xbf{"a": 1}')) == {"a": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": ', "damaged JSON or was cut off"),
        (b"\xff", "not text in UTF-8"),
        (b"[" * 100000, "too deep"),
        (b"", "cut off"),
    ],
)
def test_what_is_no_json(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parsed(of(data))
