import dataclasses
import hashlib
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stridenet.data import fetch
from stridenet.data.formats.archives import digest
from stridenet.data.sets.dataset import Dataset
from stridenet.errors import DataError, DataMissingError

TOY = Dataset(
    name="toy",
    title="A toy",
    about="Made for this test.",
    terms="Free for all tests.",
    rate_hz=1.0,
    length=2,
    step=1,
    files=("toy-small.zip", "Toy Data"),
    mark=re.compile(r"(?:^|/)raw/toy\.txt$"),
    wanted=re.compile(r"(?:^|/)raw/toy\.txt$"),
)


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("Toy Data/raw/toy.txt", "1\n")
    return buffer.getvalue()


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDENET_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("STRIDENET_DATA", raising=False)


class Server:
    """Serves one body at every address, and counts."""

    def __init__(self) -> None:
        self.body, self.status, self.n_requests = archive(), 200, 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.n_requests += 1
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/toy.zip"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


def put(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(archive())
    return folder / name


def test_the_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fetch.find(TOY, None) is None
    cached = put(fetch.downloads(), "toy-small.zip")
    assert fetch.find(TOY, None) == cached
    pointed = put(tmp_path / "pointed", "toy-small.zip")
    monkeypatch.setenv("STRIDENET_DATA", str(pointed.parent))
    assert fetch.find(TOY, None) == pointed
    given = put(tmp_path / "given", "toy-small.zip")
    assert fetch.find(TOY, given.parent) == given
    given.unlink()
    assert fetch.find(TOY, given.parent) == pointed


def test_an_unpacked_folder_is_found_from_around_and_from_within(tmp_path: Path) -> None:
    raw = tmp_path / "data" / "Toy Data" / "raw"
    raw.mkdir(parents=True)
    assert fetch.find(TOY, tmp_path / "data") is None  # a folder of that name without the data
    (raw / "toy.txt").write_text("1")
    assert fetch.find(TOY, tmp_path / "data") == raw.parent
    assert fetch.find(TOY, raw.parent) == raw.parent


def test_data_dir_may_be_the_archive_itself(tmp_path: Path) -> None:
    file = put(tmp_path / "x", "toy-small.zip")
    assert fetch.find(TOY, file) == file


def test_a_data_dir_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match="does not exist"):
        fetch.find(TOY, tmp_path / "nowhere")


def test_downloads_once_and_shows_the_terms(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    toy = dataclasses.replace(TOY, url=server.url, sha256=hashlib.sha256(server.body).hexdigest())
    notes: list[str] = []
    path = fetch.fetch(toy, notes.append)
    assert path.read_bytes() == server.body
    assert fetch.find(toy, None) == path
    fetch.fetch(toy, notes.append)
    assert server.n_requests == 1
    assert "Free for all tests." in notes[0]
    out, err = capfd.readouterr()
    assert out == ""
    assert err == ""  # no terminal, no bar


def test_another_checksum_is_refused_and_nothing_kept(server: Server) -> None:
    toy = dataclasses.replace(TOY, url=server.url, sha256="0" * 64)
    with pytest.raises(DataError, match="does not have the checksum of toy"):
        fetch.fetch(toy, lambda _: None)
    assert list(fetch.downloads().iterdir()) == []


def test_an_unknown_checksum_is_kept_and_held_against_later_reads(server: Server) -> None:
    toy = dataclasses.replace(TOY, url=server.url)
    path = fetch.fetch(toy, lambda _: None)
    found = digest(path, toy.wanted)
    assert path.with_name("toy.zip.sha256").read_text().strip() == found
    fetch.check(toy, path, found)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DataError, match="not as it was downloaded"):
        fetch.check(toy, path, digest(path, toy.wanted))


def test_a_page_instead_of_the_archive_is_refused(server: Server) -> None:
    server.body = b"<html>log in first</html>"
    with pytest.raises(DataError, match="is not the archive of toy"):
        fetch.fetch(dataclasses.replace(TOY, url=server.url), lambda _: None)
    assert list(fetch.downloads().iterdir()) == []


def test_a_server_error_and_no_server_are_one_sentence(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    server.status = 503
    with pytest.raises(DataMissingError, match="could not be downloaded from"):
        fetch.fetch(dataclasses.replace(TOY, url=server.url), lambda _: None)
    with pytest.raises(DataMissingError, match=r"\(connection refused\)"):
        fetch.fetch(dataclasses.replace(TOY, url="http://127.0.0.1:9/toy.zip"), lambda _: None)
    assert capfd.readouterr().out == ""


def test_missing_says_what_where_and_how(tmp_path: Path) -> None:
    message = str(fetch.missing(TOY, tmp_path, "downloading was not allowed"))
    for part in (
        "'toy'",
        "toy-small.zip",
        str(tmp_path),
        "the cache",
        "--data-dir",
        "STRIDENET_DATA",
        "data fetch toy",
    ):
        assert part in message
    assert message.endswith(".")


def test_the_bar_draws_on_standard_error_only(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes standard error for a terminal
    with fetch._bar("downloading toy") as bar:
        bar.total = 10
        bar.update(5)
        bar.reset()
        bar.update(10)
        bar.close()
    out, err = capfd.readouterr()
    assert out == ""
    assert "downloading toy" in err
