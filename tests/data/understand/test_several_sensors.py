"""Several sensors in one folder: joined by time, never stacked; the same time twice is asked about."""

from typing import Any

import numpy as np
import pytest

from stridenet.errors import DataError

N = 120
DATES = [1.6e9 + i / 10 for i in range(N)]
SIX = ("acc_ax", "acc_ay", "acc_az", "gyro_ax", "gyro_ay", "gyro_az")


@pytest.mark.parametrize(
    "names",
    [
        ("p1/Accelerometer", "p1/Gyroscope", "p2/Accelerometer", "p2/Gyroscope"),
        ("p1/phone/acc", "p1/phone/gyro", "p2/phone/acc", "p2/phone/gyro"),
        ("acc/p1", "gyro/p1", "acc/p2", "gyro/p2"),
        ("p1_acc", "p1_gyro", "p2_acc", "p2_gyro"),
        ("Accelerometer/p1_walk", "Gyroscope/p1_walk", "Accelerometer/p2_walk", "Gyroscope/p2_walk"),
        ("p1-Beschleunigung", "p1-Gyroskop", "p2-Beschleunigung", "p2-Gyroskop"),
        ("p1/acelerómetro", "p1/giroscopio", "p2/acelerómetro", "p2/giroscopio"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_files_of_equal_columns_are_joined_by_the_sensors_in_their_names(
    lab: Any, table: Any, people: Any, tells: Any, names: tuple[str, ...], form: str
) -> None:
    for i, name in enumerate(names):
        lab.write(f"{name}.{form}", table(i, activity=None if "walk" in name else ["sit"] * 60 + ["walk"] * 60))
    recordings = lab.read()
    assert [one.channels for one in recordings] == [SIX, SIX]
    assert people(recordings) == ["p1", "p2"]
    assert "joined by time" in tells(recordings)
    first = recordings[0].data
    np.testing.assert_allclose(first[:5, 0], table(0)["ax"][:5], rtol=1e-5)
    np.testing.assert_allclose(first[:5, 3], table(1)["ax"][:5], rtol=1e-5)


@pytest.mark.parametrize("places", [("left", "right"), ("wrist", "ankle"), ("phone", "watch")])
@pytest.mark.parametrize("folders", [False, True])
def test_places_on_the_body_are_joined(
    lab: Any, table: Any, people: Any, places: tuple[str, str], folders: bool
) -> None:
    for i, (place, who) in enumerate((p, w) for w in ("p1", "p2") for p in places):
        lab.write(f"{place}/{who}.csv" if folders else f"{who}/{place}.csv", table(i))
    recordings = lab.read()
    assert len(recordings) == 2
    assert people(recordings) == ["p1", "p2"]
    assert recordings[0].channels == tuple(f"{place}_{axis}" for place in sorted(places) for axis in ("ax", "ay", "az"))


def test_sensors_of_other_rates_and_starts_are_joined_where_they_meet(lab: Any, table: Any) -> None:
    lab.write("r/acc.csv", table(0, rate_hz=20, n=240))
    other = table(1, activity=None)
    lab.write("r/gyro.csv", other | {"time": [t + 1 for t in other["time"]]})
    (one,) = lab.read()
    assert (one.rate_hz, one.channels) == (20, SIX)
    assert one.duration_s == pytest.approx(11, abs=0.2)


@pytest.mark.parametrize("names", [("a", "b"), ("eins", "zwei"), ("data_x", "data_q")])
def test_the_same_time_twice_is_refused_and_both_answers_work(
    lab: Any, table: Any, people: Any, names: tuple[str, str]
) -> None:
    for i, name in enumerate(names):
        lab.write(f"{name}.csv", table(i, time=DATES))
    with pytest.raises(DataError, match=r'cover the same time .*--people-from "\{sensor\}.csv" or .*"\{person\}.csv"'):
        lab.read()
    (joined,) = lab.read(people_from="{sensor}.csv")
    assert len(joined.channels) == 6
    assert people(lab.read(people_from="{person}.csv")) == sorted(names)


def test_people_of_a_column_may_be_recorded_at_the_same_time(lab: Any, table: Any, people: Any) -> None:
    for i in range(2):
        lab.write(f"x{i}.csv", table(i, time=DATES, user=[f"u{i}"] * N))
    assert people(lab.read()) == ["u0", "u1"]


def test_files_of_other_columns_without_a_name_for_it_are_refused(lab: Any, table: Any) -> None:
    one = table(0)
    lab.write("a.csv", one)
    lab.write("b.csv", {"time": one["time"], "gx": one["ax"], "gy": one["ay"], "activity": one["activity"]})
    with pytest.raises(DataError, match="has the channels gx, gy"):
        lab.read()
