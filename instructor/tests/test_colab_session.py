"""Tests of what the Colab notebook does with a run when something is in the way: Drive, data, memory, a part."""

import errno
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from instructor.tests.camvid_samples import make_segnet, zipped
from instructor.tests.loopback_site import File, running_site
from proj4_code.given import backup, colab, live
from proj4_unit_tests.submission import KIT, lay_over

SETTINGS = {"epochs": 3, "depth": 18, "crop": 33, "batch": 32, "lr": 0.01, "weights": "none"}
TRAINING = """
import argparse, json, pathlib, sys

parser = argparse.ArgumentParser()
for name in ("epochs", "depth", "crop", "batch", "lr", "weights", "data", "out", "bins"):
    parser.add_argument(f"--{name}")
for name in ("resume", "no-aux"):
    parser.add_argument(f"--{name}", action="store_true")
options = parser.parse_args()
run = pathlib.Path(options.out)
metrics, settings = run / "metrics.jsonl", {"settings": {"batch": int(options.batch)}}
if options.resume:
    assert json.loads((run / "settings.json").read_text()) == settings, "a resumed run keeps its settings"
else:
    run.mkdir(parents=True)
    (run / "settings.json").write_text(json.dumps(settings))
    (run / "last.safetensors").write_text("0 epochs")
room = pathlib.Path("room")
if room.is_file() and int(options.batch) > int(room.read_text()):
    print(f"out of memory with --batch {options.batch} on the GPU: looking for a batch that fits")
    if int(room.read_text()) < 2:
        sys.exit(f"error: out of memory with --batch {options.batch} on the GPU: not even --batch 2 fits, choose less")
    sys.exit(f"error: out of memory with --batch {options.batch} on the GPU: --batch {room.read_text()} fits; go on")
if pathlib.Path("use a part").exists():
    import proj4_code.part1_ppm
done = metrics.read_text().splitlines() if metrics.is_file() else []
for epoch in range(len(done) + 1, int(options.epochs) + 1):
    if pathlib.Path(f"stop before {epoch}").exists():
        sys.exit("error: stopped")
    row = {"epoch": epoch, "loss": 1 / epoch, "val_miou": 0.1 * epoch, "images_per_second": 10, "seconds": 30}
    done.append(json.dumps(row))
    (run / "last.safetensors").write_text(f"{epoch} epochs")
    metrics.write_text("".join(f"{line}\\n" for line in done))
print("trained with batches of", options.batch)
"""


class Place:
    """A place in a notebook that can be updated; it remembers what it shows."""

    def __init__(self, shown: object) -> None:
        self.shown = [shown]

    def update(self, shown: object, **_: object) -> None:
        self.shown.append(shown)


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[Place]:
    """Everything that is displayed."""
    made: list[Place] = []

    def display(shown: object, **_: object) -> Place:
        made.append(Place(shown))
        return made[-1]

    monkeypatch.setattr(live, "display", display)
    monkeypatch.setattr(colab, "display", display)
    return made


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: list[Place]) -> Path:
    """A machine's kit, with a training program that needs no GPU and no time, and no network."""
    folder = lay_over(KIT / "proj4_code", tmp_path / "kit")
    (folder / "proj4_code" / "given" / "train.py").write_text(TRAINING)
    for module in ("testing", "live", "colab", "notebook"):
        monkeypatch.setattr(f"proj4_code.given.{module}.KIT", folder)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(live, "TICK", 0.05)
    monkeypatch.setattr(colab, "FRAMES", 6)
    monkeypatch.setattr(colab, "SHORT_SIDE", 18)
    return folder


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    folder.mkdir()
    return folder


def session(drive: Path | None) -> colab.Session:
    return colab.Session("mine", SETTINGS, drive, rehearse=False)


def new_machine(kit: Path) -> None:
    """Take the machine away, as Colab does: what is not on Drive is gone."""
    shutil.rmtree(kit / "runs", ignore_errors=True)
    shutil.rmtree(kit / "data", ignore_errors=True)


def epochs(run: Path) -> list[int]:
    return [row["epoch"] for row in live.read_history(run)]


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


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
    (kit / "stop before 1").touch()  # so it must not begin anew
    second = session(drive)
    second.train()
    assert second.trained
    assert epochs(kit / "runs" / "mine") == [1, 2, 3]
    assert f"2 epochs of mine come from {drive / 'runs' / 'mine'}" in capsys.readouterr().out


def test_a_full_drive_is_said_once_and_training_goes_on(
    kit: Path, drive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(colab, "save_copy", full)
    mine = session(drive)
    mine.train()
    assert mine.trained
    printed = capsys.readouterr().out
    assert printed.count("Google Drive is full: going on on this machine's own disk") == 1


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
    assert "This GPU is smaller than the one that the run began on" in capsys.readouterr().out


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
    monkeypatch.setattr(live.Board, "show", lambda *_: interrupt() if epochs(run) else None)
    with pytest.raises(KeyboardInterrupt):
        session(drive).train()
    assert "epochs are kept. Run this cell again to go on." in capsys.readouterr().out
    assert any(backup.find_copies(drive / "runs" / "mine"))


def test_without_a_network_it_becomes_a_rehearsal(kit: Path, drive: Path, capsys: pytest.CaptureFixture) -> None:
    mine = session(drive)
    mine.prepare_data()
    assert mine.rehearsal
    assert mine.data.startswith("data/rehearsal")
    assert (kit / mine.data / "test.txt").is_file()
    assert "CamVid cannot be had now, so this becomes a rehearsal" in capsys.readouterr().out


@pytest.fixture
def network(kit: Path, tmp_path: Path) -> Iterator[None]:
    """A site from which the kit downloads a CamVid of four frames."""
    with running_site() as site:
        site.files["camvid.zip"] = File(zipped(make_segnet(tmp_path / "source")).read_bytes())
        sources = kit / "proj4_code" / "given" / "preparation" / "sources.py"
        head, tail = sources.read_text().split("SEGNET_URLS = (", 1)
        sources.write_text(f"{head}SEGNET_URLS = ({site.url('camvid.zip')!r},)\n_ = ({tail}")
        yield


@pytest.mark.usefixtures("network")
def test_a_half_prepared_folder_is_completed_and_one_of_other_origin_put_aside(kit: Path) -> None:
    mine = session(None)
    mine.prepare_data()
    assert not mine.rehearsal
    data = kit / mine.data
    missing = next((data / "labels").iterdir())
    missing.unlink()
    session(None).prepare_data()
    assert missing.is_file()

    (data / "prepared.json").unlink()  # as if something else had made it
    (data / "labels" / "mine.png").write_text("mine")
    session(None).prepare_data()
    assert (kit / "data" / "camvid-old-1" / "labels" / "mine.png").is_file()
    assert not (data / "labels" / "mine.png").exists()
    assert missing.is_file()


@pytest.mark.usefixtures("network")
def test_data_come_from_drive_on_a_new_machine(kit: Path, drive: Path, capsys: pytest.CaptureFixture) -> None:
    session(drive).prepare_data()
    with zipfile.ZipFile(drive / "camvid-18.zip") as packed:
        assert not [name for name in packed.namelist() if name.startswith("downloads")]
    new_machine(kit)
    later = session(drive)
    later.prepare_data()
    assert not later.rehearsal
    assert not (kit / later.data / "downloads").exists()
    assert f"CamVid comes from {drive / 'camvid-18.zip'}" in capsys.readouterr().out


@pytest.mark.usefixtures("network")
def test_data_that_do_not_fit_on_drive_are_used_all_the_same(
    kit: Path, drive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(colab, "pack_data", full)
    mine = session(drive)
    mine.prepare_data()
    assert not mine.rehearsal
    assert "Google Drive is full" in capsys.readouterr().out
    mine.train()
    assert mine.trained


def test_a_damaged_copy_of_the_data_on_drive_is_not_used(kit: Path, drive: Path) -> None:
    (drive / "camvid-18.zip").write_bytes(b"half of a zip")
    mine = session(drive)
    mine.prepare_data()
    assert mine.rehearsal
    assert not (drive / "camvid-18.zip").exists()


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
    monkeypatch.setattr(colab.subprocess, "run", lambda command, **_: commands.append(command))
    colab.install_missing()
    assert commands == []
    monkeypatch.setattr(colab, "NEEDED", (*colab.NEEDED, "not_on_this_machine"))
    colab.install_missing()
    assert [command[-1] for command in commands] == ["not_on_this_machine"]
    assert "torch" not in colab.NEEDED


def test_time_left_is_that_of_the_pace_since_the_session_began() -> None:
    history = [{"epoch": n, "loss": 1.0, "val_miou": None, "images_per_second": 5.0} for n in range(1, 11)]
    assert "about 20 min left" in live.state_of(history, 50, before=5, seconds=150, kept="")
    assert "less than a minute left" in live.state_of(history, 11, before=5, seconds=150, kept="")
    assert "left" not in live.state_of(history, 10, before=5, seconds=150, kept="")


def test_copies_take_turns_so_that_one_is_always_whole(tmp_path: Path) -> None:
    run, kept = tmp_path / "run", tmp_path / "kept"
    (run / "test").mkdir(parents=True)
    for number in range(1, 4):
        (run / "last.safetensors").write_bytes(bytes([number]) * 1000)
        (run / "test" / "scores.json").write_text(str(number))
        (run / "best.safetensors.part").write_text("on its way")
        backup.save_copy(run, kept)
    slots = {copy.number: copy.folder for copy in backup.find_copies(kept)}
    assert sorted(slots) == [2, 3]
    (slots[3] / "last.safetensors").write_bytes(b"cut off")
    assert backup.restore_copy(kept, tmp_path / "back")
    assert (tmp_path / "back" / "test" / "scores.json").read_text() == "2"
    assert not (tmp_path / "back" / "best.safetensors.part").exists()
    (slots[2] / "copy.json").write_text("{")
    assert not backup.restore_copy(kept, tmp_path / "nothing")


def test_a_copy_that_fails_half_way_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, kept = tmp_path / "run", tmp_path / "kept"
    run.mkdir()
    (run / "last.safetensors").write_text("one")
    backup.save_copy(run, kept)
    (run / "last.safetensors").write_text("two")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            backup.save_copy(run, kept)
    assert backup.restore_copy(kept, tmp_path / "back")
    assert (tmp_path / "back" / "last.safetensors").read_text() == "one"
