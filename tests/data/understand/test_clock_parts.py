"""A time that lies in several columns is asked for; times that begin again with each trial are read."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from stridenet.errors import DataError

RATE = 50
STAMPS = [datetime(2024, 5, 1, 10, 59, 50) + timedelta(seconds=i / RATE) for i in range(1000)]
PARTS = {
    "secs,nsecs": [
        ("secs", [int(at.timestamp()) for at in STAMPS]),
        ("nsecs", [at.microsecond * 1000 for at in STAMPS]),
    ],
    "hour,minute,second,ms": [
        ("hour", [at.hour for at in STAMPS]),
        ("minute", [at.minute for at in STAMPS]),
        ("second", [at.second for at in STAMPS]),
        ("ms", [at.microsecond // 1000 for at in STAMPS]),
    ],
    "timestamp,timestamp_ms": [
        ("timestamp", [int(at.timestamp()) for at in STAMPS]),
        ("timestamp_ms", [at.microsecond // 1000 for at in STAMPS]),
    ],
}


@pytest.mark.parametrize("names", PARTS)
def test_a_time_in_several_columns(lab: Any, table: Any, names: str) -> None:
    rows = table(0, n=1000, time=None)
    lab.write("p1.csv", dict(PARTS[names]) | rows)
    with pytest.raises(DataError, match=rf"tell the time together.*\(--drop {names} --rate-hz 50\)"):
        lab.read()
    assert len(lab.read(drop=tuple(names.split(",")), rate_hz=RATE)) == 1
    one = [at.isoformat() for at in STAMPS]
    lab.write("p1.csv", {"time": one} | rows)
    assert [len(part.data) for part in lab.read()] == [1000]


def test_minutes_and_seconds_of_long_recordings(lab: Any, table: Any) -> None:
    stamps = [STAMPS[0] + timedelta(seconds=i) for i in range(400)]
    clock = {"minute": [at.minute for at in stamps], "seconds": [at.second for at in stamps]}
    lab.write("p1.csv", clock | table(0, n=400, time=None))
    with pytest.raises(DataError, match="columns 'minute' and 'seconds' tell the time together"):
        lab.read()


def test_a_time_that_begins_again_with_each_trial(lab: Any, table: Any) -> None:
    trial = [i // 60 for i in range(300)]
    lab.write("p1.csv", table(0, n=300, time=[i % 60 / 10 for i in range(300)], epoch=trial))
    assert len(lab.read()) == 5
