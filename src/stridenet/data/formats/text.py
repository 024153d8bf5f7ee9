"""Bytes as text: its encoding, its line ends, and units whose signs an encoding has mangled."""

import codecs
import re
from dataclasses import dataclass

from stridenet.errors import DataError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SHIFTED = "\u0a00"
"""No letter, but a line's end whose two bytes have changed places."""
_WIDE = (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1))
_LOOK = 4096
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 26, 27})
_LINE_END = re.compile(rb"\r\r\n|\r\n|\r")


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A file's text.

    Args:
        data: in UTF-8 without a mark, lines ended by LF.
        encoding: what it was in: ``"utf-8"``, ``"windows-1252"``, ...
    """

    data: bytes
    encoding: str


def text_of(raw: bytes, where: str) -> Text:
    r"""The text of a file, in UTF-8 and with LF, whatever it was in.

    Args:
        raw: the file's content.
        where: the file, for messages.

    Raises:
        DataError: it is no text, or text that is damaged.

    >>> text_of(b"a,b\r1,2\r", "a.csv").data
    b'a,b\n1,2\n'
    >>> text_of("a\tm/s²\n".encode("utf-16"), "a.csv").data.decode()
    'a\tm/s²\n'
    """
    mark, encoding = encoding_of(raw)
    if encoding != "utf-8":
        width = 4 if "32" in encoding else 2
        raw = raw[len(mark) : len(raw) - (len(raw) - len(mark)) % width]  # half a letter at the end: it was cut off
        try:
            text = raw.decode(encoding)
        except UnicodeError as error:
            raise DataError(
                f"{where} is text in {encoding.upper()} that is damaged ({error}); save it again."
            ) from None
        if _SHIFTED in text:
            line = text.count("\n", 0, text.index(_SHIFTED)) + 1
            raise DataError(
                f"{where}, line {line} is text in {encoding.upper()} that lacks a byte, or has one too many; save it "
                "again."
            )
        raw = text.encode()
    elif mark:
        raw = raw[len(mark) :]
    look = raw[:_LOOK]
    written = raw.rstrip(b"\0")
    if written and len(written) < len(raw) and b"\0" not in written:
        raise DataError(
            f"{where} ends in {len(raw) - len(written):,} zero bytes, as a recorder leaves them that lost its power; "
            "cut them off and look at its last row (in Python: open(name, 'rb').read().rstrip(bytes(1)))."
        )
    if b"\0" in raw or len(look) - len(look.translate(None, _CONTROL)) > len(look) // 100:
        raise DataError(
            f"{where} is not text, so not a table that can be read; a table is a line of text per sample, or Parquet."
        )
    if encoding == "utf-8" and not raw.isascii():
        raw, encoding = _eight_bits(raw, where)
    if b"\r" in raw:
        lone = raw.count(b"\r") != raw.count(b"\r\n") or b"\r\r" in raw
        raw = _LINE_END.sub(b"\n", raw) if lone else raw.replace(b"\r\n", b"\n")
    return Text(raw, encoding)


def encoding_of(begin: bytes) -> tuple[bytes, str]:
    """The mark that a text begins with, and its encoding as far as its begin tells: UTF-8, 16 or 32.

    >>> encoding_of(b"t,x"), encoding_of("t,x".encode("utf-16-le"))
    ((b'', 'utf-8'), (b'', 'utf-16-le'))
    """
    found = next(((mark, encoding) for mark, encoding in _MARKS if begin.startswith(mark)), None)
    return found or (b"", _without_mark(begin[:_LOOK]))


def _without_mark(look: bytes) -> str:
    """UTF-16 or 32 by its zero bytes, since most letters of a table are ASCII."""
    for encoding, width, at in _WIDE:
        parts = [look[i::width][: len(look) // width] for i in range(width)]
        zeros = [part.count(0) / max(1, len(part)) for part in parts]
        if len(look) >= 2 * width and zeros[at] < 0.1 and all(z > 0.8 for i, z in enumerate(zeros) if i != at):
            return encoding
    return "utf-8"


def _eight_bits(raw: bytes, where: str) -> tuple[bytes, str]:
    """Text with bytes above 127: as it is where it is UTF-8, else from Windows-1252."""
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if not raw.decode(errors="ignore").isascii():  # UTF-8 elsewhere: a byte was damaged
            line = raw.count(b"\n", 0, error.start) + 1
            raise DataError(f"{where}, line {line} is not text in UTF-8; save the file as UTF-8.") from None
    else:
        return raw, "utf-8"
    try:
        return raw.decode("windows-1252").encode(), "windows-1252"
    except UnicodeDecodeError:
        return raw.decode("latin-1").encode(), "latin-1"


_SECONDS = {"s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s"}
_PREFIX = {"ms": ("ms", "msec", "msecs", "millis", "millisecond", "milliseconds"),
           "us": ("us", "usec", "usecs", "micros", "microsecond", "microseconds"),
           "ns": ("ns", "nsec", "nsecs", "nanos", "nanosecond", "nanoseconds")}  # fmt: skip
_PLAIN = {
    **_SECONDS,
    **{word: unit for unit, words in _PREFIX.items() for word in words},
    "min": "min", "mins": "min", "minute": "min", "minutes": "min", "h": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d",
    "g": "g", "gee": "g", "gs": "g", "g-force": "g", "gravity": "g", "mg": "mg", "m/s": "m/s", "m/s^2": "m/s^2",
    "m/s/s": "m/s^2", "m/s2": "m/s^2", "m/s**2": "m/s^2", "m.s^-2": "m/s^2", "ms^-2": "m/s^2", "ms-2": "m/s^2",
    "m.s-2": "m/s^2", "mps2": "m/s^2", "m/s^3": "m/s^3", "km/h": "km/h", "kmh": "km/h", "kph": "km/h",
    "kmph": "km/h", "mph": "mph",
    "mm/s^2": "mm/s^2", "mm/s2": "mm/s^2", "mm/s": "mm/s",
    "rad/s": "rad/s", "rps": "rad/s", "rads/s": "rad/s", "rad.s^-1": "rad/s", "rads^-1": "rad/s",
    "rad.s-1": "rad/s", "rad": "rad", "radian": "rad", "radians": "rad", "radians/s": "rad/s", "radian/s": "rad/s",
    "deg/s": "deg/s", "dps": "deg/s", "degree/s": "deg/s", "degrees/s": "deg/s", "degs/s": "deg/s",
    "deg.s^-1": "deg/s", "mdps": "mdps", "deg": "deg", "degs": "deg", "degree": "deg", "degrees": "deg",
    "ut": "uT", "microtesla": "uT", "microteslas": "uT", "nt": "nT", "mt": "mT", "gauss": "gauss", "mgauss": "mgauss",
    "hpa": "hPa", "kpa": "kPa", "pa": "Pa", "mbar": "mbar", "millibar": "mbar", "bar": "bar", "mmhg": "mmHg",
    "degc": "degC", "c": "degC", "celsius": "degC", "degf": "degF", "%": "%", "percent": "%",
    "v": "V", "mv": "mV", "uv": "uV", "mv/v": "mV/V", "ma": "mA", "nm": "Nm",
    "kohm": "kOhm", "kohms": "kOhm", "ohm": "ohm", "ohms": "ohm", "microsiemens": "uS",
    "m": "m", "meter": "m", "meters": "m", "km": "km", "cm": "cm", "mm": "mm", "ft": "ft", "feet": "ft",
    "hz": "Hz", "khz": "kHz", "bpm": "bpm", "db": "dB", "dba": "dB", "lx": "lx", "lux": "lx", "lumen": "lm",
    "kg": "kg", "counts": "counts", "count": "counts", "lsb": "counts", "adu": "counts",
    "no units": "", "no unit": "", "nounits": "", "unitless": "", "dimensionless": "",
}  # fmt: skip
"""In small letters, as written by some, and the unit meant."""
_SIGNS = (
    ("⁻²", "^-2"), ("â?²", "^2"), ("³", "^3"), ("⁻", "-"), ("¹", "1"), ("â?[µμ]", "u"), ("[·⋅]", "."), ("per", "/"),
    (r"\bsec(?:ond)?s?\b", "s"), ("meters?", "m"), ("â?[°º˚]", "deg"), ("degdeg", "deg"),
)  # fmt: skip
"""Signs as regular expressions, and what they mean; â is what a wrong encoding puts before them."""
_MICRO_SIEMENS = ("uS", "µS", "μS")


def unit_of(text: str) -> str:
    """A unit in its one form, whatever signs it is written with; what is unknown comes back as written.

    >>> [unit_of(u) for u in ("m/s²", "m/(sec^2)", "m/s?", "°/s", "mSecs", "μT", "G", "furlongs")]
    ['m/s^2', 'm/s^2', 'm/s^2', 'deg/s', 'ms', 'uT', 'g', 'furlongs']
    """
    found = known_unit(text)
    return text.strip() if found is None else found


def known_unit(text: str) -> str | None:
    """The unit in its one form; None where it is none that is known.

    >>> known_unit("rad/sec"), known_unit("txt")
    ('rad/s', None)
    """
    word = text.strip()
    if word in _MICRO_SIEMENS:
        return "uS"
    word = word.lower() if word.lower() in _PLAIN else re.sub(r"[\s()\[\]*]", "", word.lower())
    for pattern, meant in _SIGNS:
        word = re.sub(pattern, meant, word)
    if word in _PLAIN:
        return _PLAIN[word]
    if re.fullmatch(r"m/s(?:[^\x00-\x7f]{1,3}|[^\w/^.-])", word):
        return "m/s^2"  # its sign for squared is lost
    if found := re.fullmatch(r"(?:[^\x00-\x7f]{1,3}|\?)(t|/s|c|s)", word):
        return {"t": "uT", "/s": "deg/s", "c": "degC", "s": "us"}[found[1]]
    return None
