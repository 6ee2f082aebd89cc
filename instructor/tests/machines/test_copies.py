"""Which files count: six parts and what they import, whatever copies lie next to them, and when a part is finished."""

import shutil
import zipfile
from pathlib import Path

import pytest

import zip_for_colab
from instructor.release.skeletons import SOLUTION
from instructor.tests.unit_tests.suites import run_suite, write_kit
from proj4_code.given import hand_in
from proj4_code.given.basics.imports import strays
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT, lay_over

COPIES = (
    "part1_ppm 2.py",  # iCloud
    "part4_camvid - Copy.py",  # Explorer
    "part4_camvid - Kopie (2).py",
    "part5_iou (1).py",  # a browser, Google Drive
    "part2_dilated_resnet (Ann's conflicted copy 2026-11-01).py",  # Dropbox
    "part3_pspnet-LAPTOP-7.py",  # OneDrive
    "part6_training.sync-conflict-20261128-101500-ABC.py",  # Syncthing
    "part6_training_old.py",
    "part5.py",
    "Part_4.py",
    "part2_dilated_resnet.py.txt",  # Notepad
    ".part3_pspnet.py.icloud",  # not on this machine
    "given/classes 2.py",
    "given/data 2/splits.py",
)


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kit with six finished parts and copies of all kinds, which hold skeletons and errors."""
    folder = lay_over(SOLUTION, tmp_path / "kit")
    for number, name in enumerate(COPIES):
        (folder / "proj4_code" / name).parent.mkdir(exist_ok=True)
        skeleton = (KIT / "proj4_code" / "part1_ppm.py").read_text()
        (folder / "proj4_code" / name).write_text("def (" if number % 2 else skeleton)
    monkeypatch.setattr(hand_in, "PACKAGE", folder / "proj4_code")
    monkeypatch.setattr(zip_for_colab, "KIT", folder)
    return folder


def test_copies_are_found_and_nothing_else(kit: Path) -> None:
    assert strays(kit / "proj4_code") == sorted(COPIES)
    assert strays(KIT / "proj4_code") == []


def test_a_module_that_a_part_imports_is_no_copy(kit: Path) -> None:
    part = kit / "proj4_code" / "part6_training.py"
    part.write_text(f"from proj4_code.part6_training_old import f\n{part.read_text()}")
    assert "part6_training_old.py" not in strays(kit / "proj4_code")


def test_six_parts_are_handed_in_and_copies_named(kit: Path, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    names = hand_in.pack_results(tmp_path / "run", tmp_path / "results.zip")
    assert [name for name in names if name.startswith("proj4_code/")] == [f"proj4_code/{part.file}" for part in PARTS]
    said = hand_in.contents(names)
    assert "graded: your 6 parts, as they are now" in said
    assert "not finished" not in said
    assert all(f"left out: {name}," in said for name in COPIES)


def test_six_parts_are_packed_for_colab_and_copies_named(
    kit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert zip_for_colab.main([str(tmp_path / "out.zip")]) == 0
    packed = zipfile.ZipFile(tmp_path / "out.zip").namelist()
    assert not [name for name in packed if name.removeprefix("proj4_code/") in COPIES]
    said = capsys.readouterr().out
    assert [name for name in COPIES if f"proj4_code/{name}," not in said] == []  # each in one line
    assert said.count("left out:") == len(COPIES)
    assert "not written yet" not in said


def test_copies_of_the_tests_are_not_run(tmp_path: Path) -> None:
    folder = write_kit(SOLUTION, tmp_path / "kit")
    for name in ("test_part5_iou 2.py", "test_part5_iou - Copy.py"):
        shutil.copyfile(KIT / "proj4_unit_tests" / "test_part5_iou.py", folder / "proj4_unit_tests" / name)
    (folder / "proj4_code" / "part5_iou 2.py").write_text("")
    _, printed, status = run_suite("-k", "part5", folder=folder)
    assert status == 0, printed
    assert "10 of  10 points" in printed
    assert "Not tested: part5_iou 2.py" in printed


def test_the_zip_with_tests_has_what_the_tests_need(kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_for_colab, "KIT", KIT)
    assert zip_for_colab.main([str(tmp_path / "out.zip"), "--with-tests"]) == 0
    zipfile.ZipFile(tmp_path / "out.zip").extractall(tmp_path / "colab")
    outcomes, printed, _ = run_suite("-k", "part1", folder=tmp_path / "colab")
    assert len(outcomes) == 12
    assert "write part 1" in printed


TODO = 'raise NotImplementedError("TODO: part 4, draw a factor and return the new size")'
DRAWN = "factor = torch.empty(()).uniform_(self.smallest, self.largest).item()"
USED = "RandomScale(0.5, 2.0),"
COUNTED = "return len(self.frames)"
MADE = ("\ndef pad_to", "\nSCALE = RandomScale(0.5, 2)\n\n\ndef pad_to")
# Edits of the reference -> how many places are still to be written.
EDITS = {
    "nothing": ([], 0),
    "a class that is used": ([(DRAWN, TODO)], 1),
    "a class that is not used": ([(DRAWN, TODO), (USED, "")], 0),
    "a class that is used when imported": ([(DRAWN, TODO), (USED, "SCALE,"), MADE], 1),
    "behind a return": ([(COUNTED, f"{COUNTED}\n        {TODO}")], 0),
    "before a return": ([(COUNTED, f"{TODO}\n        {COUNTED}")], 1),
}


@pytest.mark.parametrize("case", EDITS)
def test_what_runs_decides_whether_a_part_is_finished(case: str) -> None:
    edits, count = EDITS[case]
    source = (SOLUTION / "part4_camvid.py").read_text(encoding="utf-8")
    for right, edited in edits:
        assert source.count(right) == 1, right
        source = source.replace(right, edited)
    assert PARTS[3].count_unwritten(source.encode()) == count


def test_skeletons_are_not_finished_and_a_file_that_python_cannot_read_is_counted_by_its_lines() -> None:
    for part in PARTS:
        skeleton = (KIT / "proj4_code" / part.file).read_bytes()
        assert part.count_unwritten(skeleton) > 0
        assert part.count_unwritten(skeleton + b"\ndef (") >= part.count_unwritten(skeleton)
        assert part.count_unwritten((SOLUTION / part.file).read_bytes()) == 0


def test_parts_hold_what_they_say() -> None:
    for part in PARTS:
        source = (SOLUTION / part.file).read_text(encoding="utf-8")
        assert part.contents
        assert all(f"\ndef {name}(" in source or f"\nclass {name}(" in source for name in part.contents)
