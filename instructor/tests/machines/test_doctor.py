"""What is said about a machine that the kit does not fit, and by whom."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from instructor.release.kit import build_kit
from proj4_code.given import doctor
from proj4_unit_tests.harness.submission import KIT


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's kit, unpacked."""
    folder = tmp_path_factory.mktemp("course")
    build_kit(folder / "kit.zip")
    zipfile.ZipFile(folder / "kit.zip").extractall(folder / "my kit")
    return folder / "my kit"


def python(kit: Path, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python in a kit, with the modules of a folder before all others."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if folder:
        environment["PYTHONPATH"] = str(folder)
    return subprocess.run([sys.executable, *arguments], cwd=kit, env=environment, capture_output=True, text=True)


def test_a_machine_that_is_well_gets_no_remedy(kit: Path) -> None:
    done = python(kit, "-m", "proj4_code.given.doctor")
    subjects = [line.split()[1].rstrip(":") for line in done.stdout.splitlines() if line.startswith(("ok", "to do"))]
    assert {"Python", "packages", "PyTorch", "GPU", "disk", "console", "files"} <= set(subjects)
    assert "given files as they were" in done.stdout
    assert "torch 2" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert max(len(line) for line in done.stdout.splitlines() if "/" not in line) <= 80


def test_without_packages_it_says_what_to_install(kit: Path) -> None:
    done = python(kit, "-S", "-m", "proj4_code.given.doctor")
    assert done.returncode == 1
    assert "torch: is not installed" in done.stdout
    assert "-> in the kit's folder, with the virtual environment active: pip install -e ." in " ".join(
        done.stdout.split()
    )
    assert done.stderr == ""


@pytest.mark.parametrize("program", ["train", "predict", "evaluate", "hand_in"])
def test_programs_without_torch_lead_to_the_doctor(kit: Path, program: str) -> None:
    last = python(kit, "-S", "-m", f"proj4_code.given.{program}").stderr.strip().splitlines()[-1]
    assert last.startswith("ModuleNotFoundError: No module named '")
    assert "python -m proj4_code.given.doctor" in last


@pytest.mark.parametrize("name", ["numpy", "torch", "torchvision"])
def test_what_cannot_be_loaded_leads_to_the_doctor(kit: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("raise OSError('[WinError 126] The specified module could not be found')")
    done = python(kit, "-c", f"import proj4_code, {name}", folder=tmp_path)
    assert "WinError 126" in done.stderr
    assert done.stderr.strip().splitlines()[-1].endswith("python -m proj4_code.given.doctor")


def test_what_is_well_is_loaded_as_ever(kit: Path) -> None:
    code = "import proj4_code, importlib.util as u; print(u.find_spec('numpy').loader.__class__.__name__); import numpy"
    assert python(kit, "-c", code).stdout.strip() == "SourceFileLoader"


def test_an_old_python_gets_a_sentence(kit: Path) -> None:
    old = "import sys; sys.version_info = (3, 9, 18); import proj4_code.given.train"
    done = python(kit, "-c", old)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("proj4 needs Python 3.11 or newer")


@pytest.mark.parametrize("program", ["train", "check_data", "scenes", "doctor", "watch", "reset", "zip_for_colab"])
def test_a_real_python_3_9_gets_it_from_every_program(kit: Path, program: str) -> None:
    if (old := shutil.which("python3.9")) is None or subprocess.run([old, "-V"], capture_output=True).returncode:
        pytest.skip("no Python 3.9 here")
    module = program if program == "zip_for_colab" else f"proj4_code.given.{program}"
    done = subprocess.run([old, "-m", module], cwd=kit, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("proj4 needs Python 3.11 or newer")


@pytest.mark.parametrize(
    ("system", "machine", "is_64_bit", "remedy"),
    [
        ("linux", "x86_64", True, ""),
        ("darwin", "arm64", True, ""),
        ("win32", "AMD64", True, ""),
        ("darwin", "x86_64", True, "do not exist for Intel Macs"),
        ("win32", "ARM64", True, "Python for Windows x64"),
        ("win32", "x86", False, "64-bit"),
    ],
)
def test_machines_without_pytorch_are_told_what_to_do(system: str, machine: str, is_64_bit: bool, remedy: str) -> None:
    found = doctor.check_machine(system, machine, is_64_bit).remedy
    assert (remedy in found) if remedy else found == ""


def test_a_folder_that_cannot_be_written_is_no_place_for_a_kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.check_disk(tmp_path).answer.endswith(" GB free")

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    assert doctor.check_disk(tmp_path).answer == f"nothing can be written to {tmp_path}: Permission denied"
    assert "zip must be unpacked" in doctor.check_disk(tmp_path).remedy


def test_changed_files_and_copies_are_named(kit: Path) -> None:
    classes, copy = kit / "proj4_code" / "given" / "classes.py", kit / "proj4_code" / "part1_ppm 2.py"
    before = classes.read_bytes()
    try:
        classes.write_bytes(before.replace(b"\n", b"\r\n"))  # as Git may do on Windows
        (kit / "proj4_code" / "part1_ppm.py").write_text("mine = True\n")
        assert doctor.check_files(kit).remedy == ""
        classes.write_bytes(before + b"# changed\n")
        assert "proj4_code/given/classes.py" in doctor.check_files(kit).answer
        copy.write_text("")
        assert "part1_ppm 2.py" in doctor.check_files(kit).answer
    finally:
        classes.write_bytes(before)
        copy.unlink(missing_ok=True)


def test_the_list_of_given_files_is_one_that_sha256sum_reads(kit: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--quiet", doctor.MANIFEST], cwd=kit, capture_output=True, text=True)
    assert done.stdout.replace("proj4_code/part1_ppm.py", "") == done.stdout, "parts are not listed"
    assert done.returncode == 0, done.stdout


def test_versions_are_compared_as_numbers() -> None:
    assert doctor.as_numbers("2.10.0+cu130") > doctor.as_numbers("2.6")
    assert doctor.as_numbers("0.9") < doctor.as_numbers("0.21")


def test_a_part_is_put_back_and_a_copy_kept(kit: Path) -> None:
    part = kit / "proj4_code" / "part3_pspnet.py"
    skeleton = (KIT / "proj4_code" / "part3_pspnet.py").read_bytes()
    part.write_text("mine = True\n")
    done = python(kit, "-m", "proj4_code.given.reset", "part3")
    assert done.returncode == 0, done.stderr
    assert part.read_bytes() == skeleton
    (kept,) = (kit / "kept").iterdir()
    assert kept.read_text() == "mine = True\n"
    assert python(kit, "-m", "proj4_code.given.reset", "part7").returncode == 2


@pytest.mark.parametrize("name", ["Activate.ps1", "Set-ExecutionPolicy", "Intel processor", "Windows on ARM", "doctor"])
def test_the_readme_says_it_too(kit: Path, name: str) -> None:
    assert name in (kit / "README.md").read_text(encoding="utf-8")
