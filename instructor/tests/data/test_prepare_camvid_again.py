"""Tests of runs of `prepare_camvid` into one folder: interrupted, repeated, with other settings."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from instructor.tests.data.camvid_samples import failure, png, run, state, write
from proj4_code.given.data import conversion
from proj4_code.given.data.contents import check_data
from proj4_unit_tests.harness.submission import KIT


def test_a_second_run_changes_nothing_and_needs_no_source(segnet: Path, tmp_path: Path):
    assert run(tmp_path / "out", "--segnet", segnet) == 0
    before = state(tmp_path / "out")
    shutil.rmtree(segnet)
    assert run(tmp_path / "out", "--segnet", segnet) == 0
    assert state(tmp_path / "out") == before


def test_a_second_run_makes_only_what_is_missing(segnet: Path, tmp_path: Path):
    out = tmp_path / "out"
    assert run(out, "--segnet", segnet) == 0
    before = state(out)
    lost = "labels/0001TP_006690_L.png"
    (out / lost).unlink()
    assert run(out, "--segnet", segnet) == 0
    after = state(out)
    changed = {name for name in before if after[name] != before[name] and name.startswith(("images", "labels"))}
    assert changed == {lost} and after[lost][0] == before[lost][0]


def test_other_settings_are_refused_by_name(segnet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    out = tmp_path / "out"
    assert run(out, "--segnet", segnet, "--short-side", 9) == 0
    before = state(out)
    text = failure(capsys, out, "--segnet", segnet, "--short-side", 6)
    assert str(out) in text and "short-side 9" in text and "short-side 6" in text and "another folder" in text
    assert "short-side unset" in failure(capsys, out, "--segnet", segnet)
    assert "source segnet" in failure(capsys, out, "--official", segnet, segnet, "--short-side", 9)
    assert state(out) == before


def test_a_run_that_found_no_source_binds_nothing(segnet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    failure(capsys, tmp_path / "out", "--segnet", tmp_path / "nowhere", "--short-side", 240)
    failure(capsys, tmp_path / "out", "--segnet", segnet, "--short-side", 240)
    assert run(tmp_path / "out", "--segnet", segnet, "--short-side", 9) == 0


def test_a_folder_made_by_something_else_is_left_alone(
    segnet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    out = write(tmp_path / "out", {"images/mine.png": b"mine"})
    text = failure(capsys, out, "--segnet", segnet)
    assert str(out / "images/mine.png") in text and "another folder" in text
    assert list(state(out)) == ["images/mine.png"]
    (out / "prepared.json").write_text("{")
    text = failure(capsys, out, "--segnet", segnet)
    assert str(out / "prepared.json") in text and "cannot be read" in text
    text = failure(capsys, out / "images/mine.png", "--segnet", segnet)
    assert "mine.png" in text and "this is a file" in text


def test_an_interrupted_run_is_completed_by_the_same_command(segnet: Path, tmp_path: Path, monkeypatch):
    out = tmp_path / "out"
    convert, done = conversion._convert, []

    def interrupt(job, data, short_side):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(job)
        convert(job, data, short_side)

    monkeypatch.setattr(conversion, "_convert", interrupt)
    assert run(out, "--segnet", segnet) == 130
    assert not (out / "train.txt").exists()
    assert json.loads((out / "prepared.json").read_text())["complete"] is False
    monkeypatch.undo()
    before = state(out)
    assert run(out, "--segnet", segnet) == 0
    assert all(state(out)[name] == before[name] for name in before if name != "prepared.json")
    assert check_data(out).frames == {"train": 2, "val": 1, "test": 1}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("kill", [signal.SIGINT, getattr(signal, "SIGKILL", None)])
def test_a_killed_run_leaves_only_whole_files(tmp_path: Path, segnet: Path, kill: signal.Signals):
    """Real processes, real signals, with images large enough that some are being written."""
    image = png(np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8))
    label = png(np.zeros((480, 640), np.uint8))
    names = [f"x_{number}" for number in range(120)]  # so many that a busy machine is not done before it is killed
    for name in names:
        write(segnet, {f"CamVid/train/{name}.png": image, f"CamVid/trainannot/{name}.png": label})
    (segnet / "CamVid/train.txt").write_text("\n".join(f"/a/{name}.png /b/{name}.png" for name in names))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "proj4_code.given.prepare_camvid", out, "--segnet", segnet]
    process = subprocess.Popen(command, cwd=KIT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while len(list(out.glob("images/x_*.png"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(kill)
    errors = process.communicate()[1]
    assert "Traceback" not in errors
    if kill == signal.SIGINT:
        assert process.returncode == 130 and "run the same command again" in errors
    for path in out.rglob("*.png"):
        Image.open(path).load()
    assert not (out / "train.txt").exists()
    subprocess.run(command, cwd=KIT, check=True, capture_output=True)
    assert check_data(out).frames["train"] == 120
    assert not list(out.rglob("*.part"))


def test_a_full_disk_is_named_and_leaves_nothing_half_written(segnet: Path, tmp_path: Path, capsys):
    """A limit on the size of files stands in for the full disk."""
    resource = pytest.importorskip("resource", reason="this system has no limit on the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        text = failure(capsys, tmp_path / "out", "--segnet", segnet)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "out/images/" in text and "could not be written" in text and "make room" in text
    assert not list((tmp_path / "out").glob("images/*"))
    assert run(tmp_path / "out", "--segnet", segnet) == 0
