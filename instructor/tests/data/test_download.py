"""Tests of `proj4_code.given.data.download` against a real HTTP server on the loopback interface."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from instructor.tests.data.loopback_site import File, Site, running_site
from proj4_code.given.data.download import download
from proj4_unit_tests.harness.submission import KIT

DATA = np.random.default_rng(0).bytes(300_000)
OTHER = np.random.default_rng(1).bytes(300_000)
NOW = (0, 0)  # two new tries without waiting


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("proj4_code.given.data.download.WAITS", NOW)
    with running_site() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "camvid.zip"


def get(target: Path, *urls: str) -> None:
    download(urls, target)


def failure(target: Path, *urls: str) -> str:
    """Return the one-line message of a download that fails, leaving no target."""
    with pytest.raises(ConnectionError) as raised:
        get(target, *urls)
    assert not target.exists()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def names(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


@pytest.mark.parametrize("file", [File(DATA), File(DATA, tag=None), File(DATA, ranges=False), File(DATA, chunked=True)])
def test_a_file_arrives_whole_and_alone(site: Site, target: Path, file: File):
    site.files["a"] = file
    get(target, site.url("a"))
    assert target.read_bytes() == DATA
    assert names(target) == ["camvid.zip"]


def test_a_complete_file_makes_no_request(site: Site, target: Path):
    site.files["a"] = File(DATA)
    for _ in range(2):
        get(target, site.url("a"))
    assert len(site.requests) == 1


def test_a_cut_connection_is_resumed_with_only_the_missing_bytes(site: Site, target: Path):
    site.files["a"] = File(DATA, cuts=[100_000, 50_000])
    get(target, site.url("a"))
    assert target.read_bytes() == DATA
    assert site.requests == [("a", None), ("a", "bytes=100000-"), ("a", "bytes=150000-")]


def test_many_cuts_are_fine_as_long_as_something_comes(site: Site, target: Path):
    site.files["a"] = File(DATA, cuts=[40_000] * 7)
    get(target, site.url("a"))
    assert target.read_bytes() == DATA


def test_a_connection_cut_again_and_again_at_one_place_is_given_up(site: Site, target: Path):
    site.files["a"] = File(DATA, cuts=[100_000] + [0] * 10)
    text = failure(target, site.url("a"))
    assert "100000 of 300000 bytes" in text and "0.1 MB are kept" in text and "run the same command again" in text
    assert len(site.requests) == 1 + len(NOW)


def test_the_next_run_resumes_what_a_failed_run_kept(site: Site, target: Path):
    site.files["a"] = File(DATA, cuts=[100_000] + [0] * 2)
    failure(target, site.url("a"))
    assert names(target) == ["camvid.zip.part", "camvid.zip.part.json"]
    site.requests.clear()
    get(target, site.url("a"))
    assert target.read_bytes() == DATA
    assert site.requests == [("a", "bytes=100000-")]


def test_the_next_run_resumes_after_the_process_died(site: Site, target: Path):
    site.files["a"] = File(DATA, seconds_a_chunk=0.02)
    program = (
        "import sys, pathlib; from proj4_code.given.data.download import download; "
        "download([sys.argv[1]], pathlib.Path(sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", program, site.url("a"), str(target)], cwd=KIT)
    part = target.with_name("camvid.zip.part")
    deadline = time.monotonic() + 20
    while (not part.exists() or part.stat().st_size < 100_000) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.wait()
    have = part.stat().st_size
    assert 100_000 <= have < len(DATA) and not target.exists()
    site.files["a"].seconds_a_chunk = 0
    get(target, site.url("a"))
    assert target.read_bytes() == DATA
    assert site.requests == [("a", None), ("a", f"bytes={have}-")]


def test_a_server_without_ranges_begins_again(site: Site, target: Path):
    site.files["a"] = File(DATA, ranges=False, cuts=[100_000])
    get(target, site.url("a"))
    assert target.read_bytes() == DATA
    assert len(site.requests) == 2


@pytest.mark.parametrize(("old", "new"), [('"v1"', '"v2"'), ('W/"v1"', 'W/"v2"'), (None, None)])
def test_a_file_that_changed_meanwhile_is_never_joined(site: Site, target: Path, old: str | None, new: str | None):
    """The server has a strong tag, a weak one, or none and only another length to tell the versions apart."""
    site.files["a"] = File(DATA, tag=old, cuts=[100_000] + [0] * 2)
    failure(target, site.url("a"))
    site.files["a"] = File(OTHER + b"longer", tag=new)
    get(target, site.url("a"))
    assert target.read_bytes() == OTHER + b"longer"


def test_a_whole_part_that_was_not_renamed_is_recognized(site: Site, target: Path):
    site.files["a"] = File(DATA, cuts=[len(DATA) - 1] + [0] * 2)
    failure(target, site.url("a"))
    part = target.with_name("camvid.zip.part")
    part.write_bytes(DATA)
    site.requests.clear()
    get(target, site.url("a"))
    assert target.read_bytes() == DATA
    assert site.requests == [("a", "bytes=300000-")]


def test_a_part_longer_than_the_file_begins_again(site: Site, target: Path):
    site.files["a"] = File(DATA, cuts=[len(DATA) - 1] + [0] * 2)
    failure(target, site.url("a"))
    target.with_name("camvid.zip.part").write_bytes(DATA + b"more")
    get(target, site.url("a"))
    assert target.read_bytes() == DATA


def test_the_source_that_a_part_is_of_is_asked_first(site: Site, target: Path):
    site.files["b"] = File(DATA, cuts=[100_000] + [0] * 2)
    failure(target, site.url("a"), site.url("b"))
    site.files["a"] = File(OTHER)
    site.requests.clear()
    get(target, site.url("a"), site.url("b"))
    assert target.read_bytes() == DATA
    assert site.requests == [("b", "bytes=100000-")]


def test_a_part_of_one_source_is_not_continued_from_another(site: Site, target: Path):
    site.files["a"] = File(DATA, cuts=[100_000] + [0] * 2)
    site.files["b"] = File(OTHER)
    get(target, site.url("a"), site.url("b"))
    assert target.read_bytes() == OTHER


def test_a_missing_file_leads_to_the_second_source_at_once(site: Site, target: Path):
    site.files["b"] = File(DATA)
    get(target, site.url("a"), site.url("b"))
    assert target.read_bytes() == DATA
    assert [path for path, _ in site.requests] == ["a", "b"]


def test_a_web_page_leads_to_the_second_source(site: Site, target: Path):
    page = File(b"<html>We have moved</html>", kind="text/html; charset=utf-8")
    site.files |= {"a": page, "b": File(DATA)}
    get(target, site.url("a"), site.url("b"))
    assert target.read_bytes() == DATA


def test_an_unreachable_server_leads_to_the_second_source(site: Site, target: Path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/a"
        site.files["b"] = File(DATA)
        get(target, nobody, site.url("b"))
    assert target.read_bytes() == DATA


def test_a_busy_server_is_asked_again(site: Site, target: Path):
    site.files["a"] = File(DATA, errors=[503, 429])
    get(target, site.url("a"))
    assert target.read_bytes() == DATA


def test_when_all_sources_fail_each_is_listed_with_its_reason(site: Site, target: Path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/z"
        site.files |= {"b": File(b"<html>", kind="text/html"), "c": File(DATA, errors=[500] * 5)}
        text = failure(target, nobody, *map(site.url, "abc"), "nonsense")
    assert f"{nobody}: the server cannot be reached" in text
    assert f"{site.url('a')}: HTTP 404" in text
    assert f"{site.url('b')}: the server sent a web page" in text
    assert f"{site.url('c')}: HTTP 500" in text
    assert "nonsense: this is not an address" in text
    assert "run the same command again" in text and f"save it as {target}" in text


def test_a_full_disk_is_named_and_the_part_is_kept(site: Site, target: Path):
    """A limit on the size of files stands in for the full disk."""
    resource = pytest.importorskip("resource", reason="this system has no limit on the size of files")
    site.files["a"] = File(DATA)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        with pytest.raises(OSError, match="could not be written") as raised:
            get(target, site.url("a"), site.url("b"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(target) in str(raised.value) and "make room" in str(raised.value)
    get(target, site.url("a"))
    assert target.read_bytes() == DATA
    assert site.requests == [("a", None), ("a", "bytes=200000-")]


def test_progress_is_shown_in_bytes(site: Site, target: Path, capsys: pytest.CaptureFixture[str]):
    site.files["a"] = File(DATA, cuts=[100_000])
    get(target, site.url("a"))
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "camvid.zip" in streams.err and "300k/300k" in streams.err
    assert "cut after 100000 of 300000 bytes; trying again" in streams.err
