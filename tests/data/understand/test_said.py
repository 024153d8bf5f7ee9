"""What the user says goes before all that is found out: units, channels, filters, derived channels, rows as windows."""

from typing import Any

import numpy as np
import polars as pl
import pytest

import stridenet
from stridenet.errors import DataError, SettingError, StridenetError, UnknownNameError

G = 9.80665
N = 400


def worn(table: Any, unit: str = "", scale: float = 1.0, seed: int = 0, rate_hz: float = 50) -> dict[str, Any]:
    one = table(seed, n=N, rate_hz=rate_hz)
    named = {f"a{x} ({unit})" if unit else f"a{x}": [v * scale for v in one[f"a{x}"]] for x in "xyz"}
    return {"time": one["time"], **named, "activity": one["activity"]}


@pytest.mark.parametrize("keys", [("a",), ("acc",), ("ax", "ay", "az")])
@pytest.mark.parametrize("spelled", ["m/s^2", "m/s²", "m/s2"])
def test_a_unit_that_is_said_is_converted_to(
    lab: Any, table: Any, tells: Any, keys: tuple[str, ...], spelled: str
) -> None:
    lab.write("t.csv", worn(table, "g", 1 / G))
    recordings = lab.read("t.csv", unit=dict.fromkeys(keys, spelled))
    assert recordings[0].units == ("m/s^2",) * 3
    np.testing.assert_allclose(recordings[0].data[:, 2], table(0, n=N)["az"], rtol=1e-4)
    assert "was converted from g to m/s^2" in tells(recordings)


def test_a_unit_of_a_file_that_says_none_is_taken(lab: Any, table: Any) -> None:
    lab.write("t.csv", worn(table))
    recordings = lab.read("t.csv", unit={"acc": "m/s^2"})
    assert recordings[0].units == ("m/s^2",) * 3
    np.testing.assert_allclose(recordings[0].data[:, 2], table(0, n=N)["az"], rtol=1e-4)


def test_a_wrong_unit_in_a_header_is_doubted_and_what_to_type_corrects_it(lab: Any, table: Any, tells: Any) -> None:
    lab.write("t.csv", worn(table, "g"))
    assert "--unit a=m/s^2" in tells(lab.read("t.csv"))
    recordings = lab.read("t.csv", unit={"a": "m/s^2"})
    np.testing.assert_allclose(recordings[0].data[:, 2], table(0, n=N)["az"], rtol=1e-4)
    assert "was not converted" in tells(recordings)
    assert "is said to be in" not in tells(recordings)


def test_files_in_other_units_are_refused_and_both_answers_work(lab: Any, table: Any) -> None:
    lab.write("p1.csv", worn(table, "g", 1 / G))
    lab.write("p2.csv", worn(table, "m/s^2", seed=1))
    with pytest.raises(DataError, match=r"--unit ax=g or --unit ax=m/s\^2"):
        lab.read()
    for unit, size in (("g", 1), ("m/s^2", G)):
        recordings = lab.read(unit={"acc": unit})
        assert [np.median(one.data[:, 2]) for one in recordings] == pytest.approx([size, size], rel=0.1)


def test_files_that_seem_to_be_in_other_units_are_told(lab: Any, table: Any, tells: Any) -> None:
    lab.write("p1.csv", worn(table, scale=1 / G))
    lab.write("p2.csv", worn(table, seed=1))
    assert "as if they were in different units" in tells(lab.read())


@pytest.mark.parametrize(
    ("unit", "error"),
    [({"gyr": "rad/s"}, UnknownNameError), ({"acc": "foo"}, UnknownNameError), ({"acc": "rad/s"}, SettingError)],
)
def test_units_that_cannot_be_are_refused(lab: Any, table: Any, unit: dict[str, str], error: type[Exception]) -> None:
    lab.write("t.csv", worn(table, "g", 1 / G))
    with pytest.raises(error, match=next(iter(unit)) if "gyr" in unit else next(iter(unit.values()))):
        lab.read("t.csv", unit=unit)


@pytest.mark.parametrize("channels", [("az", "ax"), ("AZ", "ax"), ("az",)])
def test_only_the_channels_that_are_named_in_their_order(lab: Any, table: Any, channels: tuple[str, ...]) -> None:
    lab.write("t.csv", table())
    recordings = lab.read("t.csv", channels=channels)
    assert recordings[0].channels == tuple(name.lower() for name in channels)
    np.testing.assert_allclose(recordings[0].data[:, 0], table()["az"], rtol=1e-5)


@pytest.mark.parametrize("said", [{"drop": ("azz",)}, {"label": "nix"}, {"channels": ("q",)}, {"time": "zeit"}])
def test_a_column_that_is_not_there_is_named(lab: Any, table: Any, said: dict[str, Any]) -> None:
    lab.write("t.csv", table())
    with pytest.raises(UnknownNameError, match="unknown column"):
        lab.read("t.csv", **said)


def test_missing_values_are_refused_and_both_answers_work(lab: Any, table: Any, tells: Any) -> None:
    one = table()
    lab.write("t.csv", one | {"ax": ["" if i in (5, 6) else v for i, v in enumerate(one["ax"])]})
    with pytest.raises(DataError, match=r"2 of 120 values are missing .*--fill-gaps 0.2\), .*--drop ax"):
        lab.read("t.csv")
    assert "2 missing values were filled" in tells(lab.read("t.csv", fill_gaps=0.2))
    assert lab.read("t.csv", drop=("ax",))[0].channels == ("ay", "az")


def test_derived_channels_are_added_and_told(lab: Any, table: Any, tells: Any) -> None:
    lab.write("t.csv", worn(table, "g", 1 / G))
    recordings = lab.read("t.csv", derive=("magnitude", "jerk"))
    assert recordings[0].channels[3:] == ("a_magnitude", "ax_jerk", "ay_jerk", "az_jerk")
    assert "channels were derived: magnitude, jerk" in tells(recordings)


def test_uci_hars_filters_at_50_hz_and_resampled(lab: Any, table: Any, tells: Any) -> None:
    lab.write("t.csv", worn(table, "g", 1 / G))
    recordings = lab.read("t.csv", filter="uci-har")
    assert recordings[0].channels[::3] == ("total_acc_x", "body_acc_x")
    assert "UCI HAR's filters" in tells(recordings)
    lab.write("slow.csv", worn(table, "g", 1 / G, rate_hz=40))
    with pytest.raises(DataError, match="--even 50"):
        lab.read("slow.csv", filter="uci-har")
    assert lab.read("slow.csv", filter="uci-har", even=50)[0].rate_hz == 50


def test_axes_alone_are_an_accelerometers_where_their_unit_says_so(lab: Any, table: Any) -> None:
    one = worn(table)
    lab.write("t.csv", {name.removeprefix("a") if name in ("ax", "ay", "az") else name: one[name] for name in one})
    with pytest.raises(DataError, match="--unit x=g --unit y=g --unit z=g"):
        lab.read("t.csv", filter="uci-har")
    assert len(lab.read("t.csv", filter="uci-har", unit={"x": "g", "y": "g", "z": "g"})[0].channels) == 6


def rows_of_windows(heads: tuple[str, ...], n: int = 24, length: int = 10, **more: Any) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    cells = {f"{head}_{i}": rng.normal(0, 1, n).round(3).tolist() for i in range(1, length + 1) for head in heads}
    return cells | {"Activity": ["sit", "walk"] * (n // 2)} | more


@pytest.mark.parametrize("heads", [("Accel_X", "Accel_Y"), ("beschl_x", "beschl_y", "beschl_z")])
@pytest.mark.parametrize("form", ["csv", "parquet", "frame"])
def test_rows_are_windows_where_that_is_said(lab: Any, heads: tuple[str, ...], form: str) -> None:
    rows = rows_of_windows(heads)
    lab.write(f"w.{'csv' if form == 'frame' else form}", rows)
    source: Any = pl.DataFrame(rows) if form == "frame" else str(next(lab.folder.iterdir()))
    with pytest.raises(DataError, match="say so with --wide"):
        stridenet.read(source)
    recordings = stridenet.read(source, wide=True, rate_hz=20)
    assert (len(recordings), recordings.length, recordings[0].rate_hz) == (24, 10, 20)
    assert recordings[0].channels == heads
    assert recordings[1].classes[recordings[1].labels[0]] == "walk"
    np.testing.assert_allclose(recordings[3].data[:, 1], [rows[f"{heads[1]}_{i}"][3] for i in range(1, 11)], rtol=1e-5)


def test_windows_in_rows_have_people_by_column_or_by_a_pattern(lab: Any, people: Any) -> None:
    lab.write("p1.csv", rows_of_windows(("v",), subject=[1, 2, 3] * 8))
    assert people(lab.read("p1.csv", wide=True, rate_hz=20)) == ["1", "2", "3"]
    lab.write("p1.csv", rows_of_windows(("v",)))
    lab.write("p2.csv", rows_of_windows(("v",)))
    assert people(lab.read(wide=True, rate_hz=20, people_from="{person}.csv")) == ["p1", "p2"]


@pytest.mark.parametrize("said", [{"even": 20.0}, {"gap": 1.0}, {"filter": "uci-har"}])
def test_what_would_do_nothing_for_windows_is_refused(lab: Any, said: dict[str, Any]) -> None:
    lab.write("w.csv", rows_of_windows(("v",)))
    with pytest.raises(StridenetError, match="windows that came cut"):
        lab.read("w.csv", wide=True, **said)
