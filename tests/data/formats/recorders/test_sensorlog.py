from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.sensorlog import refine
from stridenet.data.sheet import Known, Sheet

Table = Callable[..., Sheet]
NAMES = (
    "loggingTime(txt)|loggingSample(N)|accelerometerTimestamp_sinceReboot(s)|accelerometerAccelerationX(G)|"
    "motionUserAccelerationX(G)|gyroRotationX(rad/s)|activity(txt)|deviceID(txt)|pedometerStartDate(txt)|label(N)\n"
)


def known_of(table: Table, *rows: str) -> dict[str, Known]:
    sheets = refine(table("a.csv", NAMES + "\n".join(rows) + "\n", separator="|"))
    assert sheets is not None
    return {column.partition("(")[0]: known for column, known in sheets[0].known.items()}


@pytest.mark.parametrize(("labels", "role"), [((0, 0), "left out"), ((0, 1), "label")])
def test_the_sensors_own_clock_and_a_label_that_changes(table: Table, labels: tuple[int, int], role: str) -> None:
    row = "2022-03-16T14:07:17.870+01:00|{}|{}|0.1|0.2|0.3|walking|id||{}"
    known = known_of(table, *(row.format(i, 100 + i * 0.03, label) for i, label in enumerate(labels)))
    assert known["accelerometerTimestamp_sinceReboot"].role == "time"
    assert known["label"].role == role
    assert known["accelerometerAccelerationX"].channel == "acc_x"
    assert known["motionUserAccelerationX"].channel == "linear_acc_x"
    assert known["gyroRotationX"].channel == "gyro_x"
    out = ("loggingTime", "loggingSample", "activity", "deviceID", "pedometerStartDate")
    assert {known[name].role for name in out} == {"left out"}


def test_a_clock_that_stands_still_is_not_taken(table: Table) -> None:
    row = "2022-03-16T14:07:1{}.870+01:00|0|0|0.1|0.2|0.3|walking|id||0"
    known = known_of(table, row.format(1), row.format(2))
    assert known["loggingTime"].role == "time"
    assert known["accelerometerTimestamp_sinceReboot"].role == "left out"
