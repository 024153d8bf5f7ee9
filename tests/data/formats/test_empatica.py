import pytest

from stridenet.data.formats import registry
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError

ACC = (
    b"1589375246.000000, 1589375246.000000, 1589375246.000000\n32.000000, 32.000000, 32.000000\n-61,25,64\n-62,24,32\n"
)


def read(name: str, data: bytes) -> Sheet:
    (sheet,) = registry.read(File(name=name, size=len(data), open=lambda: data))
    assert isinstance(sheet, Sheet)
    return sheet


def test_the_first_two_lines_are_no_samples() -> None:
    sheet = read("p1/ACC.csv", ACC)
    assert (sheet.rate_hz, sheet.start_s, sheet.session) == (32.0, 1589375246.0, "p1")
    assert sheet.frame.rows() == [(-61 / 64, 25 / 64, 1.0), (-62 / 64, 24 / 64, 0.5)]
    assert sheet.lines.tolist() == [3, 4]
    assert [known.channel for known in sheet.known.values()] == ["acc_x", "acc_y", "acc_z"]


def test_another_sensor_keeps_its_numbers() -> None:
    sheet = read("EDA.csv", b"1560279825.000000\r\n4.000000\r\n0.000000\r\n0.020499\r\n")
    assert (sheet.rate_hz, sheet.session, sheet.units["EDA"]) == (4.0, ".", "uS")
    assert sheet.frame["EDA"].to_list() == [0.0, 0.020499]


def test_heart_beats_and_buttons_are_no_samples() -> None:
    assert read("IBI.csv", b"1560279825.000000, IBI\n83.503822,0.609403\n").kind == "nothing"
    assert read("tags.csv", b"1560279825.52\n1560279830.11\n").kind == "nothing"


@pytest.mark.parametrize(
    ("name", "session"),
    [("s1_ACC.csv", "./s1"), ("a/ACC_s1.csv", "a/s1"), ("a/acc.csv", "a"), ("ACC (1).csv", "./(1)")],
)
def test_names_that_people_give(name: str, session: str) -> None:
    sheet = read(name, ACC)
    assert (sheet.form, sheet.rate_hz, sheet.session) == ("Empatica E4", 32.0, session)


def test_other_names_are_none_of_its() -> None:
    assert read("account.csv", ACC).form == "table"


@pytest.mark.parametrize("rates", [b"32.0, 64.0, 32.0", b"0, 0, 0", b"-1, -1, -1"])
def test_a_second_line_that_is_no_rate(rates: bytes) -> None:
    data = ACC.replace(b"32.000000, 32.000000, 32.000000", rates)
    with pytest.raises(DataError, match="its second line is not one rate"):
        read("ACC.csv", data)


def test_a_line_that_was_cut_off() -> None:
    with pytest.raises(DataError, match=r"ACC\.csv', line 4"):
        read("ACC.csv", ACC[:-4])
