"""Labels that a second file gives to whole recordings."""

from pathlib import Path

from stridenet import read


def test_a_table_of_files_labels_each_and_names_the_people(tmp_path: Path) -> None:
    for i in (1, 2, 3, 4):
        rows = [f"{k * 0.02:.2f},{(k * i) % 7},{k % 5}" for k in range(60)]
        (tmp_path / f"rec0{i}.csv").write_text("time,ax,ay\n" + "\n".join(rows) + "\n")
    table = "filename,activity,subject\nrec01.csv,walk,1\nrec02,sit,1\nrec03.csv,walk,2\nrec04.csv,,2\n"
    (tmp_path / "labels.csv").write_text(table)
    found = {r.name: r for r in read(tmp_path)}
    said = {name: (r.group, {r.classes[c] if c >= 0 else None for c in r.labels.tolist()}) for name, r in found.items()}
    assert said == {
        "rec01.csv": ("1", {"walk"}),
        "rec02.csv": ("1", {"sit"}),
        "rec03.csv": ("2", {"walk"}),
        "rec04.csv": ("2", {None}),
    }
