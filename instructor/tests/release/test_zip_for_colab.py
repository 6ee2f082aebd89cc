"""Tests of `zip_for_colab.py`: what it packs, what it refuses, and that the zip works elsewhere."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from instructor.grading.upload import open_upload
from instructor.release.skeletons import SOLUTION
from instructor.tests.warm import run_python
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT, lay_over


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A student's folder, in a path with spaces, with all that does not belong on Colab."""
    folder = lay_over(KIT / "proj4_code", tmp_path / "my semester 5")
    shutil.copyfile(KIT / "zip_for_colab.py", folder / "zip_for_colab.py")
    for name in (
        "data/camvid/images/a.png",
        "instructor/solution/part1_ppm.py",
        "proj4_code/.ipynb_checkpoints/part1_ppm-checkpoint.py",
        "proj4_code/__pycache__/part1_ppm.cpython-311.pyc",
        "proj4_code/notes.txt",
        "proj4_local.ipynb",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("not for Colab")
    return folder


def pack(kit: Path, *arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(kit / "zip_for_colab.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd or kit, capture_output=True, text=True, encoding="utf-8")


def refused(kit: Path) -> str:
    """Return the line with which nothing is packed; what was there before is left as it was."""
    archive = kit / "proj4_colab.zip"
    archive.write_bytes(b"an older zip")
    ended = pack(kit)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert "nothing was packed" in ended.stderr
    assert archive.read_bytes() == b"an older zip"
    assert not list(kit.glob("*.part"))
    return ended.stderr


def test_it_packs_the_package_and_nothing_else(kit: Path) -> None:
    ended = pack(kit)
    assert (ended.returncode, ended.stderr) == (0, "")
    archive = kit / "proj4_colab.zip"
    source = KIT / "proj4_code"
    expected = {f"proj4_code/{path.relative_to(source).as_posix()}": path for path in source.rglob("*.py")}
    with zipfile.ZipFile(archive) as packed:
        assert packed.namelist() == sorted(expected)
        assert all(packed.read(name) == path.read_bytes() for name, path in expected.items())
    assert archive.stat().st_size < 1_000_000


def test_the_same_files_make_the_same_bytes(kit: Path) -> None:
    pack(kit)
    first = (kit / "proj4_colab.zip").read_bytes()
    for path in (kit / "proj4_code").rglob("*.py"):
        os.utime(path, (0, 0))
        path.chmod(0o600)
    pack(kit)
    assert (kit / "proj4_colab.zip").read_bytes() == first


def test_its_fingerprint_is_that_of_its_bytes(kit: Path) -> None:
    printed = pack(kit).stdout
    digest = hashlib.sha256((kit / "proj4_colab.zip").read_bytes()).hexdigest()
    assert f"fingerprint {digest[:8]}" in " ".join(printed.split()).split("proj4_code")[0]


def test_the_grader_takes_it_for_the_six_parts(kit: Path) -> None:
    for part in PARTS:
        shutil.copyfile(SOLUTION / part.file, kit / "proj4_code" / part.file)
    pack(kit)
    upload = open_upload(kit / "proj4_colab.zip")
    assert upload.parts == {part.file: (SOLUTION / part.file).read_bytes() for part in PARTS}
    assert upload.results is None


def test_it_names_the_parts_that_are_skeletons_and_the_next_step(kit: Path) -> None:
    shutil.copyfile(SOLUTION / PARTS[0].file, kit / "proj4_code" / PARTS[0].file)
    printed = pack(kit).stdout
    states = {line.split()[0]: line for line in printed.splitlines() if "part" in line and ".py" in line}
    assert states[f"proj4_code/{PARTS[0].file}"].endswith(" written")
    assert all("not written yet" in states[f"proj4_code/{part.file}"] for part in PARTS[1:])
    assert "Parts 2, 3, 4, 5, 6 must be written" in printed
    following = " ".join(printed.partition("Next: ")[2].split())
    assert following.startswith("write part 2 in proj4_code/part2_dilated_resnet.py")
    assert following.endswith("then run: pytest proj4_unit_tests -k part2")


@pytest.mark.parametrize("columns", ["40", "80"])
def test_its_lines_fit_into_a_terminal_and_paths_stay_whole(
    kit: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    (kit / "proj4_unit_tests").mkdir()
    (kit / "proj4_unit_tests" / "test_part1_ppm.py").write_text("")
    lines = pack(kit).stdout.splitlines() + pack(kit, "--with-tests").stdout.splitlines()
    assert any(f"{kit / 'proj4_colab.zip'}:" in line for line in lines)
    assert any("pytest proj4_unit_tests -k part1" in line for line in lines)
    words = [line for line in lines if "/" not in line and "pytest" not in line]
    assert max(map(len, words)) <= int(columns)
    assert any("upload" in line for line in words)


def test_it_names_what_the_grader_lacks_and_takes_own_modules_along(kit: Path) -> None:
    part = kit / "proj4_code" / PARTS[4].file
    part.write_text(f"from proj4_code.helpers import cat\n{part.read_text(encoding='utf-8')}", encoding="utf-8")
    (kit / "proj4_code" / "helpers.py").write_text("import cv2\n")
    printed = pack(kit).stdout
    assert "before you hand in: helpers.py, line 1: imports cv2, which the grader does not have" in " ".join(
        printed.split()
    )
    assert open_upload(kit / "proj4_colab.zip").modules == {"helpers.py": b"import cv2\n"}


def test_finished_parts_are_not_called_skeletons(kit: Path) -> None:
    for part in PARTS:
        shutil.copyfile(SOLUTION / part.file, kit / "proj4_code" / part.file)
    printed = pack(kit).stdout
    assert "must be written" not in printed
    assert "TODO" not in printed


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("import torch\n\ndef forward(self:\n    pass\n", "proj4_code/part3_pspnet.py, line 3: "),
        ("def forward():\n\tx = 1\n        return x\n", "proj4_code/part3_pspnet.py, line 3: "),
        ("x = '\0'\n", "proj4_code/part3_pspnet.py"),
    ],
    ids=["syntax", "indentation", "null byte"],
)
def test_a_part_that_python_cannot_read_is_refused(kit: Path, source: str, place: str) -> None:
    (kit / "proj4_code" / "part3_pspnet.py").write_text(source)
    assert place in refused(kit)


def test_a_missing_part_is_refused(kit: Path) -> None:
    (kit / "proj4_code" / "part5_iou.py").unlink()
    assert "proj4_code/part5_iou.py is missing" in refused(kit)


def test_a_huge_file_is_refused(kit: Path) -> None:
    (kit / "proj4_code" / "weights.py").write_text(f"weights = {list(range(250_000))}")
    assert "proj4_code/weights.py" in refused(kit)


def test_a_folder_that_is_not_there_is_an_error_of_one_line(kit: Path) -> None:
    ended = pack(kit, kit / "nowhere" / "out.zip")
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "nowhere" in ended.stderr


def test_it_works_from_elsewhere_and_writes_where_it_is_told(kit: Path, tmp_path: Path) -> None:
    assert pack(kit, cwd=tmp_path).returncode == 0
    assert pack(kit, "other name.zip", cwd=tmp_path).returncode == 0
    assert (tmp_path / "other name.zip").read_bytes() == (kit / "proj4_colab.zip").read_bytes()


def test_the_unpacked_zip_works_on_its_own(kit: Path, tmp_path: Path) -> None:
    for part in PARTS:
        shutil.copyfile(SOLUTION / part.file, kit / "proj4_code" / part.file)
    assert pack(kit).returncode == 0
    with zipfile.ZipFile(kit / "proj4_colab.zip") as archive:
        archive.extractall(tmp_path / "colab")
    check = (
        "import proj4_code, torch, proj4_code.given.train\n"
        "from proj4_code.given.networks.build import build_network\n"
        "network = build_network('pspnet', 18, (1, 2), True, 11).eval()\n"
        "print(proj4_code.__file__, *network(torch.zeros(1, 3, 33, 41))['out'].shape)"
    )
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONSAFEPATH")}
    ended = run_python("-c", check, cwd=tmp_path / "colab", environment=environment)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split()[-4:] == ["1", "11", "33", "41"]
    assert ended.stdout.startswith(str(tmp_path / "colab"))
