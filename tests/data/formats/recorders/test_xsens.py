from collections.abc import Callable

import pytest

from stridenet.data.formats.recorders.xsens import refine
from stridenet.data.sheet import Sheet

Table = Callable[..., Sheet]
HEAD = """sep=,
DeviceTag:,tag
FirmwareVersion:,2.0.0
AppVersion:,2021.0
SyncStatus:,Synced
OutputRate:,60Hz
FilterProfile:,General
Measurement Mode:,Sensor fusion Mode
StartTime: ,2021-08-20_20:21:13_835 GMT+8
© Xsens Technologies B. V. 2005-2021

"""
NAMES = "PacketCounter,SampleTimeFine,Quat_W,Quat_X,Quat_Y,Quat_Z,FreeAcc_X,FreeAcc_Y,FreeAcc_Z,Status\n"


def one(sheets: list[Sheet] | None) -> Sheet:
    assert sheets is not None
    assert len(sheets) == 1
    return sheets[0]


def test_dot(table: Table) -> None:
    text = HEAD + NAMES + "1,3343427885,1,0,0,0,0.1,0.2,0.3,0\n2,3343444552,1,0,0,0,0.1,0.2,0.3,0\n"
    sheet = one(refine(table("a/Pelvis_20210820_202113_836.csv", text, head=11)))
    assert [sheet.known[name].role for name in ("PacketCounter", "Status")] == ["left out", "left out"]
    assert (sheet.known["SampleTimeFine"].role, sheet.units["SampleTimeFine"]) == ("time", "us")
    assert (sheet.known["FreeAcc_X"].channel, sheet.units["FreeAcc_X"]) == ("linear_acc_x", "m/s^2")
    assert "without gravity" in sheet.known["FreeAcc_X"].why
    assert sheet.known["Quat_W"].channel == "quat_w"
    assert (sheet.place, sheet.rate_hz, sheet.start_s) == ("Pelvis", 60.0, 1629462073.835)


def test_places_of_one_moment_share_a_session(table: Table) -> None:
    text = HEAD + NAMES + "1,3343427885,1,0,0,0,0.1,0.2,0.3,0\n"
    names = (
        "Pelvis_20210820_202113_836",
        "LTibia_20210820_202113_811",
        "LFemur_20210820_202114_002",
        "LTibia_20210820_202213_811",
    )
    sessions = [one(refine(table(f"{name}.csv", text, head=11))).session for name in names]
    assert sessions[0] == sessions[1] == sessions[2] != sessions[3]


def test_the_clock_goes_on_over_its_32_bits(table: Table) -> None:
    text = NAMES + f"1,{2**32 - 10},1,0,0,0,0,0,0,0\n2,16657,1,0,0,0,0,0,0,0\n"
    sheet = one(refine(table("a.csv", text)))
    assert sheet.frame["SampleTimeFine"].to_list() == [2**32 - 10, 2**32 + 16657]
    assert "began again" in sheet.notes[0]


def test_a_pcs_logger_counts_tenths_of_ms_and_ends_in_empty_rows(table: Table) -> None:
    text = "SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z\n1000,1,2,9,1,2,3\n1166,1,2,9,1,2,3\n1333,,,,,,\n"
    sheet = one(refine(table("a.csv", text)))
    assert sheet.frame["SampleTimeFine"].to_list() == [100000, 116600]
    assert (sheet.known["Acc_X"].channel, sheet.units["Gyr_X"]) == ("acc_x", "deg/s")
    assert [part in " ".join(sheet.notes) for part in ("1 rows hold a time and no values", "0.1 ms")] == [True, True]


def test_a_counter_that_somebody_removed_changes_no_clock(table: Table) -> None:
    text = "SampleTimeFine,Acc_X,Acc_Y,Acc_Z\n1000,1,2,9\n17667,1,2,9\n"
    assert one(refine(table("a.csv", text))).frame["SampleTimeFine"].to_list() == [1000, 17667]


@pytest.mark.parametrize("rate", [100.0, 75.0])
def test_mtw_has_a_rate_and_no_clock(table: Table, rate: float) -> None:
    head = f"// Start Time: Unknown\n// Update Rate: {rate}Hz\n// Filter Profile: human\n// Firmware Version: 4.3\n"
    text = head + "PacketCounter\tSampleTimeFine\tYear\tMonth\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\n20\t\t\t\t1.5\t2.5\t9\t1.0\n"
    sheet = one(refine(table("MT_01200-000_00B42D4F.txt", text, head=4, separator="\t")))
    assert (sheet.form, sheet.rate_hz, sheet.units["Gyr_X"]) == ("Xsens MTw", rate, "rad/s")
    assert {sheet.known[name].role for name in ("SampleTimeFine", "Year", "Month", "PacketCounter")} == {"left out"}
    assert (sheet.place, sheet.session) == ("00B42D4F", "MT_01200-000")


def test_without_a_date_in_its_name_a_file_may_be_alone(table: Table) -> None:
    sheet = one(refine(table("a/walk.csv", NAMES + "1,3343427885,1,0,0,0,0.1,0.2,0.3,0\n")))
    assert (sheet.place, sheet.session) == ("", "")
