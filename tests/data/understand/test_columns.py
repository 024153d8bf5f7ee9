"""Units that stand at the end of a column's name."""

from pathlib import Path

import pytest

from stridenet import read


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("accel_x_g", "g"), ("gyro_z_dps", "deg/s"), ("acc_y_ms2", "m/s^2"), ("gyr_x_rad_s", "rad/s"), ("x_mg", "mg"),
        ("ax_g", "g"), ("left_gz_dps", "deg/s"),
        ("mag_x_uT", "uT"), ("LT Thigh Accel X,mG", "mg"), ("value_g", ""), ("acc_x", ""), ("big_x_bag", ""),
    ],
)  # fmt: skip
def test_a_unit_at_the_end_of_a_name(tmp_path: Path, name: str, unit: str) -> None:
    (tmp_path / "a.csv").write_text(f't_ms,"{name}"\n' + "".join(f"{i * 20},{i % 7 / 10}\n" for i in range(60)))
    assert read(tmp_path / "a.csv")[0].units == (unit,)
