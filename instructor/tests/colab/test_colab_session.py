"""Tests of what the Colab notebook does with a run when something is in the way: Drive, memory, a part."""

from pathlib import Path

import pytest

from instructor.tests.colab.samples import Place, epochs, full, new_machine, session
from proj4_code.given.notebooks import dashboard
from proj4_code.given.notebooks.colab import backup, setup
from proj4_code.given.notebooks.colab import drive as drives


def test_a_run_shows_its_state_and_how_much_of_it_is_on_drive(kit: Path, drive: Path, places: list[Place]) -> None:
    session(drive).train()
    last = [place.shown[-1]["text/plain"] for place in places if "text/plain" in place.shown[-1]]
    assert "epoch 3 of 3  ·  loss 0.333  ·  val mean IoU 0.300 (best 0.300, epoch 3)  ·  10.0 images/s" in last[0]
    assert last[0].endswith("3 epochs on Drive")
    assert last[-1] == "trained with batches of 32"


def test_a_run_goes_on_where_it_was_on_a_new_machine(kit: Path, drive: Path, capsys: pytest.CaptureFixture) -> None:
    (kit / "stop before 3").touch()
    first = session(drive)
    first.train()
    assert not first.trained
    new_machine(kit)
    (kit / "stop before 3").unlink()
    (kit / "stop before 1").touch()  # so it must not start again
    second = session(drive)
    second.train()
    assert second.trained
    assert epochs(kit / "runs" / "mine") == [1, 2, 3]
    assert f"2 epochs of mine come from {drive / 'runs' / 'mine'}" in capsys.readouterr().out


def test_a_full_drive_is_said_once_and_training_goes_on(
    kit: Path, drive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(drives, "save_run", full)
    mine = session(drive)
    mine.train()
    assert mine.trained
    printed = capsys.readouterr().out
    assert printed.count("Google Drive is full: going on with this machine's own disk") == 1


def test_a_drive_that_went_away_is_said_before_a_run_begins_again(
    kit: Path, drive: Path, capsys: pytest.CaptureFixture
) -> None:
    mine = session(drive)
    drive.rmdir()
    mine.train()
    assert mine.trained
    said = capsys.readouterr().out
    assert said.count("Google Drive does not answer (No such file or directory), so the run begins again") == 1
    assert mine.drive.folder is None


def test_a_download_that_fails_leads_to_the_files_pane(kit: Path, drive: Path, capsys: pytest.CaptureFixture) -> None:
    """There is no google.colab here, as in other editors."""
    session(drive).download(kit / "proj4_results.zip")
    said = capsys.readouterr().out
    assert "The download does not work here (ModuleNotFoundError): in the Files pane" in said
    assert f"choose {Path('kit') / 'proj4_results.zip'} > Download, or take the copy in {drive}" in said


def test_a_gpu_with_little_memory_gets_a_smaller_batch(kit: Path, drive: Path, capsys: pytest.CaptureFixture) -> None:
    (kit / "room").write_text("16")
    (kit / "stop before 2").touch()
    session(drive).train()
    expected = "The GPU's memory is too small for batches of 32: going on with batches of 16."
    assert expected in capsys.readouterr().out
    new_machine(kit)
    (kit / "stop before 2").unlink()
    again = session(drive)  # its settings still say 32
    again.train()
    assert again.trained
    assert epochs(kit / "runs" / "mine") == [1, 2, 3]


def test_a_gpu_that_has_room_for_nothing_is_no_reason_to_try_again(kit: Path, capsys: pytest.CaptureFixture) -> None:
    (kit / "room").write_text("1")
    mine = session(None)
    mine.train()
    assert not mine.trained
    printed = capsys.readouterr().out
    assert "going on with" not in printed
    assert "0 of 3 epochs are done" in printed


def test_a_run_is_not_thrown_away_when_a_later_gpu_is_smaller(kit: Path, capsys: pytest.CaptureFixture) -> None:
    (kit / "stop before 3").touch()
    session(None).train()
    (kit / "stop before 3").unlink()
    (kit / "room").write_text("4")
    again = session(None)
    again.train()
    assert not again.trained
    assert epochs(kit / "runs" / "mine") == [1, 2]
    assert "This GPU has less memory than the one that the run began on" in capsys.readouterr().out


def test_the_part_at_fault_is_named_with_its_line(kit: Path, capsys: pytest.CaptureFixture) -> None:
    (kit / "use a part").touch()
    (kit / "proj4_code" / "part1_ppm.py").write_text("x = 1\ny = x + 'a'\n")
    session(None).train()
    printed = capsys.readouterr().out
    assert "part 1 has an error in proj4_code/part1_ppm.py, line 2: TypeError: unsupported operand" in printed
    assert "NEW_ZIP = True" in printed


def test_an_interrupt_keeps_what_there_is_on_drive(
    kit: Path, drive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    run = kit / "runs" / "mine"
    monkeypatch.setattr(dashboard.Board, "show", lambda *_: interrupt() if epochs(run) else None)
    with pytest.raises(KeyboardInterrupt):
        session(drive).train()
    assert "epochs are kept. Run this cell again to go on." in capsys.readouterr().out
    assert any(backup.number_of(drive / "runs" / "mine" / slot) for slot in backup.SLOTS)


def test_variants_are_trained_and_compared(kit: Path, places: list[Place]) -> None:
    mine = session(None)
    mine.train()
    mine.compare()
    table = next(place.shown[0].data for place in places if hasattr(place.shown[0], "data"))
    assert "| whole network | 0.300 |  | 1.5 |" in table
    assert "| without both | 0.300 | +0.000 | 1.5 |" in table
    assert (kit / "runs" / "comparison.png").is_file()
    runs = {path.name for path in (kit / "runs").iterdir() if path.is_dir()}
    assert runs == {"mine", "mine-no-aux", "mine-no-ppm", "mine-plain"}


def test_what_is_missing_is_installed_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(setup.subprocess, "run", lambda command, **_: commands.append(command))
    setup.install_missing()
    assert commands == []
    monkeypatch.setattr(setup, "NEEDED", (*setup.NEEDED, "not_on_this_machine"))
    setup.install_missing()
    assert [command[-1] for command in commands] == ["not_on_this_machine"]
    assert "torch" not in setup.NEEDED


def test_time_left_is_that_of_the_pace_since_the_session_began() -> None:
    history = [{"epoch": n, "loss": 1.0, "val_miou": None, "images_per_second": 5.0} for n in range(1, 11)]
    assert "about 20 min left" in dashboard.state_of(history, 50, before=5, seconds=150, kept="")
    assert "less than a minute left" in dashboard.state_of(history, 11, before=5, seconds=150, kept="")
    assert "left" not in dashboard.state_of(history, 10, before=5, seconds=150, kept="")
