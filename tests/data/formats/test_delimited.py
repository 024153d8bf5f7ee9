"""Text tables in every form that recorders write, as sheets that lose nothing without a note."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from stridenet.data.formats import delimited
from stridenet.data.sheet import Sheet
from stridenet.data.source import File
from stridenet.errors import DataError

ROWS = [[0.0, 0.5, -1.25], [0.1, 0.25, -2.5], [0.2, 0.125, 3.75], [0.3, 1.0, 4.0]]


def read(content: str | bytes, name: str = "a.csv") -> Sheet:
    raw = content.encode() if isinstance(content, str) else content
    (sheet,) = delimited.read(File(name=name, size=len(raw), open=lambda: raw))
    return sheet


def table(separator: str = ",", *, comma: bool = False, head: str = "t,x,y", end: str = "\n") -> str:
    lines = [separator.join(map(str, row)) for row in ROWS]
    body = end.join(lines) + end
    return head.replace(",", separator) + end + (body.replace(".", ",") if comma else body)


def rows(sheet: Sheet) -> list[list[float]]:
    return [list(row) for row in sheet.frame.rows()]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", "   "])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_separators_line_ends_and_encodings(separator: str, end: str, encoding: str) -> None:
    sheet = read(table(separator, end=end).encode(encoding))
    assert sheet.frame.columns == ["t", "x", "y"]
    assert rows(sheet) == ROWS
    assert sheet.lines.tolist() == [2, 3, 4, 5]
    assert sheet.notes == ()


@pytest.mark.parametrize("separator", [";", "\t", "|", " "])
def test_decimal_commas(separator: str) -> None:
    sheet = read(table(separator, comma=True))
    assert rows(sheet) == ROWS
    assert sheet.frame.dtypes == [pl.Float64] * 3


def test_decimal_commas_beside_whole_numbers_dates_and_decimal_points() -> None:
    text = "t;a;b;n;label\n" + "".join(f"1665503508.{i};0,{i};{i};2022-10-11 18:51:48;w\n" for i in range(5))
    sheet = read(text)
    assert sheet.frame.row(1) == (1665503508.1, 0.1, 1, "2022-10-11 18:51:48", "w")
    assert sheet.frame.dtypes == [pl.Float64, pl.Float64, pl.Int64, pl.String, pl.String]
    assert sheet.notes == ()


def test_quoted_decimal_commas_between_commas() -> None:
    sheet = read('t,x\n"0,5","1,25"\n"1,5","1,125"\n')
    assert sheet.frame["x"].to_list() == [1.25, 1.125]


def test_thousands_are_not_guessed() -> None:
    text = 't,x\n0,"1,250"\n1,"1,125"\n'
    sheet = read(text)
    assert sheet.frame["x"].to_list() == ["1,250", "1,125"]
    assert "column 'x' is read as text" in sheet.notes[0]
    assert "line 2: '1,250'" in sheet.notes[0]
    sheet = read("t;x\n0;1.250,5\n1;125,5\n2;1,5\n")
    assert sheet.frame["x"].dtype == pl.String
    assert "line 2: '1.250,5'" in sheet.notes[0]


def test_a_point_deep_down_among_decimal_commas_is_seen() -> None:
    sheet = read("t;x\n" + "".join(f"{i};0,5\n" for i in range(500)) + "500;1.234\n")
    assert sheet.frame["x"].dtype == pl.String
    assert "line 502: '1.234'" in sheet.notes[0]


@pytest.mark.parametrize(
    ("line", "separator"), [("sep=;", ";"), ("sep=,", ","), ('"sep=\t"', "\t"), ("sep=\\t", "\t"), ("SEP=|", "|")]
)
def test_a_first_line_that_says_the_separator(line: str, separator: str) -> None:
    sheet = read(f"{line}\n{table(separator)}")
    assert rows(sheet) == ROWS
    assert sheet.head == (line,)
    assert sheet.lines[0] == 3


HEADS = {
    "actigraph": ["------ Data File at 40 Hz  Filter Normal -----", "Serial Number: X", "Start Time 11:27:00"],
    "padded": ["---- at 40 Hz ----,,", "Start Date 6/14/2018,,", "Mode = 12,,", "-----,,"],
    "pairs": ["DeviceTag:,left", "OutputRate:,60Hz", "StartTime: ,2021-08-20_20:21:13_829 GMT+8", "© Xsens"],
    "slashes": ["// Start Time: 1", "// Update Rate: 100.0Hz"],
    "hashes": ["# rate: 50", "#", "# 1,2,3"],
    "many": [f"key{i}: value {i}" for i in range(100)],
    "empty lines": ["", "one", "", ""],
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_lines_above_the_names_are_kept(head: list[str], separator: str) -> None:
    if separator == ";":
        head = [line.replace(",", ";") for line in head]
    sheet = read("\n".join(head) + "\n" + table(separator))
    assert sheet.frame.columns == ["t", "x", "y"]
    assert rows(sheet) == ROWS
    assert sheet.head == tuple(line for line in head if line)
    assert sheet.lines[0] == len(head) + 2


def test_lines_above_rows_without_names_are_kept() -> None:
    sheet = read("1560279825.000000, IBI\n83.503822,0.609403\n99.973326,0.843789\n100.770238,0.796911\n")
    assert sheet.head == ("1560279825.000000, IBI",)
    assert sheet.frame.columns == ["column_1", "column_2"]
    assert sheet.frame.height == 3
    assert "no line of names" in sheet.notes[0]


@pytest.mark.parametrize(
    "text",
    ["1560279825.0, 1560279825.0\n32.0, 32.0\n-61,25\n-62,24\n", "\ufeff1667125802.6575,0.359\n1667125802.6600,-0.7\n"],
)
def test_no_names_at_all(text: str) -> None:
    sheet = read(text)
    assert sheet.frame.columns == ["column_1", "column_2"]
    assert sheet.lines.tolist() == list(range(1, text.count("\n") + 1))
    assert sheet.frame.dtypes == [pl.Float64] * 2


def test_words_in_rows_without_names() -> None:
    sheet = read("walk,0.1,2024-01-01\nwalk,0.2,2024-01-02\nsit,0.3,2024-01-03\n")
    assert sheet.frame["column_1"].to_list() == ["walk", "walk", "sit"]


@pytest.mark.parametrize("header", ["0,1,2", ",0,1", "label,0,1", "label,1,2"])
def test_counted_columns_are_names(header: str) -> None:
    sheet = read(f"{header}\nwalk,0.1,0.5\nwalk,0.2,0.25\nsit,0.3,1\n")
    assert sheet.frame.columns[1:] == header.split(",")[1:]
    assert sheet.frame.height == 3


SHIMMER = "Timestamp\tTimestamp\tAccel X\tAccel X\nRAW\tCAL\tRAW\tCAL\nno units\tmSecs\tno units\tm/(sec^2)\n"


@pytest.mark.parametrize("above", ["", "Shimmer_A\tShimmer_A\tShimmer_A\tShimmer_A\n", '"sep=\t"\n'])
@pytest.mark.parametrize("end", ["", "\t"])
def test_names_twice_with_kinds_and_units_below(above: str, end: str) -> None:
    text = above + SHIMMER + "".join(f"{i}\t{i}.5\t{2 * i}\t{i}.25\n" for i in range(9))
    sheet = read(text.replace("\n", f"{end}\n"))
    assert sheet.frame.columns == ["Timestamp raw", "Timestamp cal", "Accel X raw", "Accel X cal"]
    assert sheet.units == {"Timestamp cal": "ms", "Accel X cal": "m/s^2"}
    assert sheet.frame.row(3) == (3, 3.5, 6, 3.25)


@pytest.mark.parametrize(
    ("below", "units"),
    [("'seconds','mV'", {"Elapsed time": "s", "ECG1": "mV"}), ("'hh:mm:ss.mmm','mV'", {"ECG1": "mV"})],
)
def test_single_quotes_and_a_line_of_units(below: str, units: dict[str, str]) -> None:
    sheet = read(f"'Elapsed time','ECG1'\n{below}\n0.000,-0.145\n0.003,-0.145\n0.006,-0.12\n")
    assert sheet.frame.columns == ["Elapsed time", "ECG1"]
    assert sheet.units == units
    assert sheet.frame.rows()[2] == (0.006, -0.12)


def test_one_row_below_names_and_units() -> None:
    assert read("time,x\nms,g\n0,1\n").frame.rows() == [(0, 1)]


@pytest.mark.parametrize("names", ["time,x,y,", "time,x,y"])
def test_a_separator_at_the_end_of_every_line(names: str) -> None:
    sheet = read(f"\n{names}\n0.1,1,2,\n0.2,3,4,\n0.3,5,6,\n")
    assert sheet.frame.columns == ["time", "x", "y"]
    assert sheet.lines.tolist() == [3, 4, 5]
    assert sheet.notes == ()


def test_a_semicolon_at_the_end_of_lines_of_commas() -> None:
    sheet = read("33,Jogging,49105962326000,-0.69\n".replace("\n", ";\n") * 4)
    assert sheet.frame.row(0) == (33, "Jogging", 49105962326000, -0.69)
    assert read("1;2;3;\n4;5;6;\n").frame.rows() == [(1, 2, 3), (4, 5, 6)]


@pytest.mark.parametrize("header", [",t,x", "Unnamed: 0,t,x", "t,x", '"","t","x"'])
def test_a_written_index_is_known_as_one(header: str) -> None:
    sheet = read(f"{header}\n0,0.5,7\n1,0.7,8\n2,0.9,8\n")
    index = sheet.frame.columns[0]
    assert sheet.frame.columns[1:] == ["t", "x"]
    assert sheet.known[index].role == "left out"
    assert "counts the rows" in sheet.known[index].why


def test_a_column_without_a_name_that_holds_something_is_kept() -> None:
    sheet = read("t,x,\n0,5,walk\n1,6,walk\n")
    assert sheet.frame["column_3"].to_list() == ["walk", "walk"]
    assert sheet.known == {}


@pytest.mark.parametrize(
    ("name", "plain", "unit"),
    [
        ("acc_x [g]", "acc_x", "g"),
        ("x-axis (g)", "x-axis", "g"),
        ("Time (s)", "Time", "s"),
        ("ACCELEROMETER X (m/s²)", "ACCELEROMETER X", "m/s^2"),
        ("elapsed (s) ", "elapsed", "s"),
        ("accelerometerAccelerationX(G)", "accelerometerAccelerationX", "g"),
        ("loggingTime(txt)", "loggingTime(txt)", None),
        ("label(N)", "label(N)", None),
        ("time (01:00)", "time (01:00)", None),
        ("timestamp (-0700)", "timestamp (-0700)", None),
        ("Time since start in ms ", "Time since start in ms", "ms"),
        ("LOCATION Altitude ( m)", "LOCATION Altitude", "m"),
        ("flow [furlongs]", "flow", "furlongs"),
        ("tBodyAcc-mean()", "tBodyAcc-mean()", None),
    ],
)
def test_a_unit_in_the_name(name: str, plain: str, unit: str | None) -> None:
    sheet = read(f"{name};k\n0.5;1\n0.25;3\n")
    assert sheet.frame.columns == [plain, "k"]
    assert sheet.units.get(plain) == unit


@pytest.mark.parametrize("header", ["a [g],a [m]", "a (g),a (m)"])
def test_equal_names_of_several_units_keep_them(header: str) -> None:
    assert read(f"{header}\n1,2\n3,4\n").frame.columns == header.split(",")


@pytest.mark.parametrize("sign", [b"\xb2", "²".encode(), b"?", b"\xec", b"\xfd"])
def test_a_unit_whose_sign_is_lost(sign: bytes) -> None:
    micro = {"²".encode(): "μ".encode(), b"?": b"?"}.get(sign, b"\xb5")
    sheet = read(b"t,ACC X (m/s" + sign + b"),MAG (" + micro + b"T)\n0,1,2\n1,2,2\n")
    assert sheet.units == {"ACC X": "m/s^2", "MAG": "uT"}
    assert sheet.notes == ()


def test_letters_of_windows_are_read_and_said() -> None:
    sheet = read("t,label\n0,marché\n1,marché\n".encode("latin-1"))
    assert sheet.frame["label"].to_list() == ["marché"] * 2
    assert "read as windows-1252" in sheet.notes[0]


def test_a_damaged_byte_among_letters_of_utf_8_is_named() -> None:
    with pytest.raises(DataError, match=r"line 3 is not text in UTF-8"):
        read("t,label\n0,marché\n1,marché\n".encode()[:-3] + b"\xff\n")


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 20, b"t,x\n0,\x001\n1,2\n", b"\x89PNG\r\n\x1a\n" + b"\1\2" * 90]
)
def test_what_is_no_text(content: bytes) -> None:
    with pytest.raises(DataError, match=r"^file 'a.csv' is not text"):
        read(content)


def test_numbers_stay_exact() -> None:
    cells = ["1679068247354694100", "1679068247375690001"]
    sheet = read("time,n,f\n" + "".join(f"{cell},{i},{i}\n" for i, cell in enumerate(cells)) + f"{cells[0]},3,0.5\n")
    assert sheet.frame.dtypes == [pl.Int64, pl.Int64, pl.Float64]
    assert [str(n) for n in sheet.frame["time"]][:2] == cells


@pytest.mark.parametrize("word", ["NA", "n/a", "NaN", "null", "None", "-", "?", "#N/A", "#DIV/0!", ""])
@pytest.mark.parametrize("at", [1, 700])
def test_missing_words_are_null_among_numbers_and_stay_among_words(word: str, at: int) -> None:
    lines = [f"{i},{i + 0.5},walk" for i in range(900)]
    lines[at] = f"{at},{word},{word}"
    sheet = read("t,x,label\n" + "\n".join(lines) + "\n")
    assert sheet.frame["x"].dtype == pl.Float64
    assert sheet.frame["x"].null_count() == 1
    assert sheet.frame["x"][at] is None
    assert sheet.frame["label"][at] == (word or None)
    assert sheet.notes == ()


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.0E-1", 0.1), (".5", 0.5), ("+3", 3.0), ("-5.2E0", -5.2), ("5.", 5.0), (" 2 ", 2.0), ("inf", float("inf"))],
)
@pytest.mark.parametrize("at", [1, 700])
def test_numbers_as_programs_write_them(cell: str, value: float, at: int) -> None:
    lines = [f"{i},0.5" for i in range(900)]
    lines[at] = f"{at},{cell}"
    sheet = read("t,x\n" + "\n".join(lines) + "\n")
    assert sheet.frame["x"].dtype == pl.Float64
    assert sheet.frame["x"][at] == value


@pytest.mark.parametrize("cell", ["1_000", "١٢", "oops", "0x10", "1d", "1 2", "12:5"])
@pytest.mark.parametrize("at", [1, 700])
def test_an_odd_cell_among_numbers_is_named(cell: str, at: int) -> None:
    lines = [f"{i},0.5" for i in range(900)]
    lines[at] = f"{at},{cell}"
    sheet = read("t,x\n" + "\n".join(lines) + "\n")
    assert sheet.frame["x"].dtype == pl.String
    assert sheet.frame["x"][at] == cell
    (note,) = sheet.notes
    assert f"one of its cells is not one (line {at + 2}: '{cell}')" in note


def test_codes_keep_their_zeros() -> None:
    sheet = read("subject,code,t,label\n" + "".join(f"{i % 2 or '01'},0{i % 4},{i},1.0\n" for i in range(9)))
    assert sheet.frame["subject"].to_list()[:2] == ["01", "1"]
    assert sheet.frame["code"].to_list()[:2] == ["00", "01"]
    late = read("subject,t\n" + "".join(f"1,{i}\n" for i in range(2000)) + "01,2000\n")
    assert late.frame["subject"].n_unique() == 2


def test_counters_with_zeros_before_them_are_numbers() -> None:
    assert read("PacketCounter,x\n" + "".join(f"{i:05},1\n" for i in range(9))).frame["PacketCounter"].to_list()[8] == 8


def test_numbers_in_columns_named_like_labels() -> None:
    sheet = read("label,label_start,id\nwalk,0.5,1\nrun,11,1.0\nsit,12.25,2\n")
    assert sheet.frame["label_start"].to_list() == [0.5, 11, 12.25]
    assert sheet.frame["id"].to_list() == ["1", "1.0", "2"]


@pytest.mark.parametrize(("cell", "unit"), [("{} g", "g"), ("{}m/s²", "m/s^2"), ("{}%", "%"), ("{} °/s", "deg/s")])
def test_units_in_the_cells(cell: str, unit: str) -> None:
    sheet = read("t,x\n" + "".join(f"{i},{cell.format(i / 4)}\n" for i in range(9)))
    assert sheet.units == {"x": unit}
    assert sheet.frame["x"].to_list() == [i / 4 for i in range(9)]
    mixed = read("t,x\n0,0.5 g\n1,9.81 m/s²\n")
    assert mixed.frame["x"].dtype == pl.String


@pytest.mark.parametrize("groups", ["Acc,,Gyro,", "Acc,Acc,Gyro,Gyro"])
def test_names_under_names(groups: str) -> None:
    sheet = read(f"{groups}\nX,Y,X,Y\n0.1,0.2,1,2\n0.1,0.2,1,2\n")
    assert sheet.frame.columns == ["Acc X", "Acc Y", "Gyro X", "Gyro Y"]


@pytest.mark.parametrize("header", ["#t,x", "# t,x", "// t,x"])
def test_names_behind_a_mark(header: str) -> None:
    assert read(f"{header}\n0,1.5\n1,2.5\n").frame.columns == ["t", "x"]
    assert read("# t x\n0 1.5\n1 2.5\n").frame.columns == ["t", "x"]


def test_words_below_the_table_are_left_out_and_said() -> None:
    sheet = read("t,x\n0,1\n1,2\n# done\nbye\n")
    assert sheet.frame.rows() == [(0, 1), (1, 2)]
    assert [note[:20] for note in sheet.notes] == ["its last line (5: 'b", "its last line (4: '#"]


def test_one_column_of_decimal_commas_is_not_two() -> None:
    with pytest.raises(DataError, match=r"line 2 has 2 cells for 1 columns.*decimals have commas"):
        read("acc\n0,1\n0,2\n0,4\n")


def test_empty_lines_that_recur_end_a_recording() -> None:
    piece = "".join(f"{i}.5,2\r\n" for i in range(5))
    sheet = read(f"aX,aY\n{piece}\r\n{piece}\r\n{piece[:20]}\r\n")
    assert sheet.breaks == (5, 10)
    assert sheet.lines.tolist() == [2, 3, 4, 5, 6, 8, 9, 10, 11, 12, *range(14, 14 + sheet.frame.height - 10)]
    assert "divided at 2 empty lines" in sheet.notes[0]


def test_other_empty_lines_do_not() -> None:
    one = read("t,x\n0,1\n1,2\n\n2,3\n3,4\n")
    assert one.breaks == ()
    assert one.frame.height == 4
    assert one.lines.tolist() == [2, 3, 5, 6]
    assert "1 empty line between its rows passed over" in one.notes[0]
    double = read("t,x\n\n" + "".join(f"{i},1\n\n" for i in range(20)))
    assert double.breaks == ()
    assert double.frame.height == 20
    commas = read("t,x\n0,1\n1,2\n,\n,\n")
    assert commas.frame.height == 2
    assert "2 rows without any cell passed over" in commas.notes[0]
    assert read("t,x\n0,1\n1,2\n\n\n").notes == ()


def test_rows_of_other_lengths_are_named() -> None:
    good = "".join(f"{i},1,2\n" for i in range(9))
    for text, message in (
        (f"t,x,y\n{good}9,1,2,3\n{good}", r"line 11 has 4 cells for 3 columns; remove what is too much"),
        (f"t,x,y\n0,1,2,3\n{good}", r"line 2 has 4 cells for 3 columns"),
        (f"t,x,y\n{good}9,1\n{good}", r"line 11 has 2 cells for 3 columns; write an empty cell"),
        (f"t,x,y\n9,1\n{good}", r"line 2 has 2 cells for 3 columns"),
        ("t,x\n0,12,0,34\n0,15,0,34\n", r"4 cells for 2 columns.*decimals have commas"),
    ):
        with pytest.raises(DataError, match=message):
            read(text)


def test_a_file_that_was_cut_off_is_noted() -> None:
    whole = "t,x,label\n" + "".join(f"{i},1,walk\n" for i in range(9))
    assert read(whole).notes == ()
    assert "does not end with a line end" in read(whole[:-2]).notes[0]
    cut = read(whole[:-8])
    assert cut.frame.height == 8
    assert "its last row (line 10) was cut off and is left out" in cut.notes[0]
    ends = read(whole + "9\n10\n")
    assert ends.frame["x"].to_list()[-3:] == [1, None, None]
    assert "its last 2 rows have fewer cells than there are columns (from line 11)" in ends.notes[0]


@pytest.mark.parametrize("where", ["too wide", "in a quote", "good"])
def test_a_cell_of_any_length(where: str) -> None:
    long, limit = "x" * 200_000, csv.field_size_limit()
    text = {
        "too wide": f"time,acc,label\n0,1,a\n0.02,1,a,b,{long}\n",
        "in a quote": f'time,acc\n0,1\n0.02,"{long}\n{long}",3\n',
        "good": f"time,acc,note\n0,1,{long}\n0.02,1,{long}\n",
    }[where]
    if where == "good":
        assert read(text).frame.height == 2
    else:
        message = {"too wide": r"line 3 has 5 cells for 3 columns", "in a quote": r"line 3 has 3 cells for 2 columns"}
        with pytest.raises(DataError, match=message[where]):
            read(text)
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("cell", "label"),
    [('"5"" step"', '5" step'), ('"a, b"', "a, b"), ('"a\nb"', "a\nb"), ("it's", "it's"), ('""', None)],
)
def test_quotes(cell: str, label: str | None) -> None:
    sheet = read(f"time,x,label\n0,1,{cell}\n0.1,2,{cell}\n")
    assert sheet.frame["label"].to_list() == [label, label]
    assert sheet.lines.tolist() == ([2, 4] if "\n" in cell else [2, 3])


@pytest.mark.parametrize("rows", ['0,1,w\n0.1,2,"w\n', '0,1,"w"\n0.1,2,"w\n0.2,3,w\n'])
def test_a_quote_without_its_other_half_is_named(rows: str) -> None:
    with pytest.raises(DataError, match=r"line [23] has a quotation mark without its other half"):
        read(f"time,x,label\n{rows}")


@pytest.mark.parametrize("text", ["", "\n\n", "a\n", "time,x\n", "Some words\nand others,\nthree.\n"])
def test_what_holds_no_rows_says_so(text: str) -> None:
    sheet = read(text, "a.txt")
    assert sheet.kind == "nothing"
    assert sheet.why


def test_a_table_of_words() -> None:
    sheet = read('"property","value"\n"version","1.1.11"\n"build","10011"\n"deviceModel","iPhone14,5"\n"brand",""\n')
    assert sheet.frame.columns == ["property", "value"]
    assert sheet.frame.row(0) == ("version", "1.1.11")


def test_equal_names_are_refused() -> None:
    with pytest.raises(DataError, match=r"has 2 columns named 'x'; rename all but one"):
        read("time,x,x\n0,1,2\n1,2,3\n")


def test_a_file_larger_than_memory_is_refused_before_it_is_read() -> None:
    file = File(name="a.csv", size=1 << 40, open=lambda: pytest.fail("read"))
    with pytest.raises(DataError, match=r"has 1099.5 GB and needs 3 times that"):
        delimited.read(file)


REAL = {
    "actigraph/actigraph_no_timestamp.csv": (2489, ["Accelerometer X", "Accelerometer Y", "Accelerometer Z"]),
    "axivity/recording.csv": (3000, [f"column_{i}" for i in range(1, 5)]),
    "physics-toolbox/circles.csv": (698, ["time", "gFx", "gFy", "gFz", "ax", "ay", "az", "wx", "wy", "wz"]),
    "empatica-e4/ACC.csv": (3202, ["column_1", "column_2", "column_3"]),
    "empatica-e4/IBI.csv": (59, ["column_1", "column_2"]),
    "ios-orientation-label/running.csv": (419, None),
    "sensor-logger/Accelerometer.csv": (370, ["time", "seconds_elapsed", "z", "y", "x"]),
    "phyphox/falling 2023-06-09 12-54-45/Barometer.csv": (9, ["Time", "X"]),
    "arduino-nano33/clap.csv": (993, ["aX", "aY", "aZ", "gX", "gY", "gZ"]),
    "xsens-dot/LFemur_20210820_202113_831.csv": (195, None),
}
WORDS = (
    "time (",
    "Timestamp",
    "YYYY",
    "Satellites",
    "LOCATION",
    "Date",
    "DeviceOrientation",
    "Label",
    "system",
    "event",
)


@pytest.mark.real
def test_every_real_file_is_read(real_data: Path) -> None:
    found = sorted((real_data / "recorders").rglob("*.csv"))
    assert len(found) >= 41
    for file in found:
        name = file.relative_to(real_data / "recorders").as_posix()
        sheet = read(file.read_bytes(), name)
        if name in REAL:
            height, columns = REAL[name]
            assert sheet.frame.height == height, name
            assert columns is None or sheet.frame.columns == columns, name
        assert (sheet.kind == "nothing") == (file.stat().st_size == 0), name
        if "Metadata" in name or "meta/" in name:
            continue
        text = [c.name for c in sheet.frame if c.dtype == pl.String]
        assert all(c.startswith(WORDS) for c in text), (name, text)
        assert not any("read as text" in note for note in sheet.notes), name
        assert len(sheet.lines) == sheet.frame.height
        assert (np.diff(sheet.lines) > 0).all()
