"""Programs on consoles and shells of all kinds: what they print arrives, and can be pasted back."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from instructor.tests.training.samples import write_tiny_data
from proj4_code.given import check_data, doctor, prepare_camvid
from proj4_code.given.basics.printing import PLAIN, print_anywhere, quote
from proj4_code.given.training import failures
from proj4_unit_tests.harness.submission import KIT

ENCODINGS = ("cp1251", "cp1253", "cp437", "cp874", "ascii", "utf-8")
PROGRAMS = sorted(path for path in (KIT / "proj4_code" / "given").glob("*.py") if "__main__" in path.read_text())


def console(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.BytesIO:
    """Put a console of an encoding in the place of stdout and stderr; return what arrives there."""
    written = io.BytesIO()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(written, encoding, errors="strict", write_through=True))
    return written


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_programs_end_well_on_a_console_that_lacks_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    written = console(monkeypatch, encoding)
    folder = tmp_path / "straße 1 \N{GREEK SMALL LETTER ALPHA}"
    prepare_camvid.main([str(folder), "--synthetic", "--frames", "4", "--short-side", "60"])
    check_data.main([str(folder)])
    printed = written.getvalue().decode(encoding)
    assert printed.count("every frame has a whole image") == 2
    sign = "×" if encoding in ("utf-8",) else "x"
    assert f"80{sign}60" in printed
    assert "Next: python -m proj4_code.given.train" in printed


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_character_has_a_plain_one(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    written = console(monkeypatch, encoding)
    print_anywhere()
    print(*PLAIN, "\N{SNOWMAN}\udc80")
    printed = written.getvalue().decode(encoding).split()
    assert len(printed) == len(PLAIN) + 1
    assert "?" in printed[-1]
    for character, shown in zip(PLAIN, printed, strict=False):
        assert shown in (character, PLAIN[character])


@pytest.mark.parametrize("program", [*PROGRAMS, KIT / "zip_for_colab.py"], ids=lambda path: path.stem)
def test_every_program_prints_anywhere(program: Path) -> None:
    source = program.read_text(encoding="utf-8")
    assert "print_anywhere()" in source or "one_line_errors()" in source
    assert len(PROGRAMS) >= 11


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
def test_a_terminal_without_utf_8_shows_everything(tmp_path: Path) -> None:
    import pty

    data, (ours, theirs) = write_tiny_data(tmp_path / "data"), pty.openpty()
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "proj4_code.given.check_data", str(data)]
    with subprocess.Popen(command, env={**os.environ, **plain}, stdout=theirs, stderr=theirs, cwd=KIT) as program:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # how a terminal says that nobody writes to it any more
            pass
    assert program.returncode == 0
    assert b"96x64" in shown


WINDOWS = {
    r"runs\rehearsal": r"runs\rehearsal",
    r"C:\Users\Ann Lee\runs": r'"C:\Users\Ann Lee\runs"',
    r"C:\a&b\runs (2)": r'"C:\a&b\runs (2)"',
    r"D:\Müller\x": r"D:\Müller\x",
}


@pytest.mark.parametrize("path", WINDOWS)
def test_paths_of_windows_get_the_quotes_that_cmd_and_powershell_know(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert quote(PureWindowsPath(path)) == WINDOWS[path]
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", failures.MODULE, "--out", path])
    command = failures.resume_command(PureWindowsPath(path), ["--out", path])  # type: ignore[arg-type]
    assert command == f"python -m {failures.MODULE} --resume --out {WINDOWS[path]}"


def test_on_windows_the_python_of_the_virtual_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, `sys.orig_argv` holds the Python that the virtual environment was made with."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "orig_argv", [r"C:\Program Files\Python311\python.exe", "-m", failures.MODULE])
    command = failures.resume_command(PureWindowsPath("runs"), [])  # type: ignore[arg-type]
    assert command == f"python -m {failures.MODULE} --resume --out runs"


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell")
def test_elsewhere_a_shell_takes_the_path_for_one_word(tmp_path: Path) -> None:
    path = tmp_path / "it's $HOME & more"
    done = subprocess.run(["sh", "-c", f"printf %s {quote(path)}"], capture_output=True, text=True, check=True)
    assert done.stdout == str(path)


def test_the_doctor_knows_what_a_console_lacks() -> None:
    assert doctor.check_console("utf-8").answer == "utf-8"
    assert "PYTHONUTF8=1" in doctor.check_console("cp1251").answer
    assert doctor.check_console(None).answer.startswith("None")
