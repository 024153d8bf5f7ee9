"""What names of files and folders say: activities, people and recordings, as people name them."""

import pytest

from stridenet.data.understand.names import read_names


def told(*names: str) -> list[tuple[str, str]]:
    """The person and the activity of each name."""
    return [
        (one.person, one.activity) for one in read_names(names, pattern=None, has_person=False, has_label=False).files
    ]


def test_how_it_is_done_belongs_to_what_is_done() -> None:
    found = told("Treppe hoch.csv", "Treppe runter.csv", "walk_fast.csv", "walk_slow.csv", "turn_left.csv")
    assert [activity for _, activity in found] == [
        "Treppe_hoch", "Treppe_runter", "walk_fast", "walk_slow", "turn_left",
    ]  # fmt: skip


def test_what_stands_among_activities_is_one() -> None:
    assert told("idle.csv", "lift.csv") == [("", "idle"), ("", "lift")]
    found = told(*(f"{act}/{act}_{i}.csv" for act in ("chop_it", "drive_it", "shake_it") for i in (1, 2)))
    assert {activity for _, activity in found} == {"chop_it", "drive_it", "shake_it"}
    assert {person for person, _ in found} == {""}


@pytest.mark.parametrize("end", ["", ".zip"])
def test_a_folder_or_an_archive_a_recording_is_named_as_a_file_is(end: str) -> None:
    names = [f"{who}_{act}{end}/{s}.csv" for who in ("anna", "ben") for act in ("run", "walk") for s in ("Acc", "Gyro")]
    assert set(told(*names)) == {("anna", "run"), ("anna", "walk"), ("ben", "run"), ("ben", "walk")}


def test_a_recording_in_a_folder_of_its_activity_is_no_person() -> None:
    names = [f"{act}/{act}-2023-06-1{i}_19-19-35/Gyroscope.csv" for act in ("walking", "upstairs") for i in (1, 2)]
    assert set(told(*names)) == {("", "walking"), ("", "upstairs")}


def test_numbers_and_codes_of_recordings_are_no_people() -> None:
    assert {person for person, _ in told(*(f"{act}/{i}.csv" for act in ("walk", "sit") for i in (1, 2, 3)))} == {""}
    assert {person for person, _ in told("walk.3f9a2c1d.csv", "walk.77aa01bc.csv", "sit.9d9d11ab.csv")} == {""}
    assert {person for person, _ in told("01_walk.csv", "01_sit.csv", "02_walk.csv")} == {"01", "02"}


def test_run_is_an_activity_beside_others_and_a_recording_alone() -> None:
    assert {activity for _, activity in told("p1_run_1.csv", "p1_walk_1.csv", "p2_run_1.csv")} == {"run", "walk"}
    assert {activity for _, activity in told("p1_run_1.csv", "p1_run_2.csv", "p2_run_1.csv")} == {""}


def test_folders_of_sides_may_say_data() -> None:
    found = read_names(["Training Data/a.csv", "Testing Data/b.csv"], pattern=None, has_person=False, has_label=False)
    assert [one.side for one in found.files] == ["train", "test"]


def test_what_all_names_share_tells_no_recording() -> None:
    for names in (("gehen/Raw Data.csv", "rennen/Raw Data.csv"), ("log_walk.csv", "log_sit.csv")):
        found = read_names(names, pattern=None, has_person=False, has_label=False)
        assert [one.session for one in found.files] == ["", ""]


def test_a_number_of_a_student_is_no_date() -> None:
    names = [f"{who}/{act}/data.csv" for who in ("20210001_nguyen", "20210002_tran") for act in ("dibo", "chay")]
    assert told(*names)[:2] == [("20210001_nguyen", "dibo"), ("20210001_nguyen", "chay")]
