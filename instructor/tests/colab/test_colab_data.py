"""Tests of where the Colab notebook gets its data from, and of what it does when they cannot be had whole."""

import zipfile
from pathlib import Path

import pytest

from instructor.tests.colab.samples import full, new_machine, session
from proj4_code.given.notebooks.colab import backup
from proj4_code.given.notebooks.colab import data as colab_data


def test_without_a_network_it_becomes_a_rehearsal(kit: Path, drive: Path, capsys: pytest.CaptureFixture) -> None:
    mine = session(drive)
    mine.prepare_data()
    assert mine.rehearsal
    assert mine.data.startswith("data/rehearsal")
    assert (kit / mine.data / "test.txt").is_file()
    assert "CamVid is not available now, so this becomes a rehearsal" in capsys.readouterr().out


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
    monkeypatch.setattr(colab_data, "pack_folder", full)
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


@pytest.mark.usefixtures("network")
def test_a_damaged_copy_of_the_data_on_drive_is_replaced(kit: Path, drive: Path) -> None:
    (drive / "camvid-18.zip").write_bytes(b"half of a zip")
    mine = session(drive)
    mine.prepare_data()
    assert not mine.rehearsal
    new_machine(kit)
    assert backup.unpack_folder(drive / "camvid-18.zip", kit / mine.data)
