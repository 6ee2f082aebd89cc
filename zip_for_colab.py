"""Pack what Colab needs, your parts and the given code, into one zip.

`python zip_for_colab.py` writes `proj4_colab.zip` next to this file; `python zip_for_colab.py OUT.zip` writes it where
you like; with `--with-tests` it holds the unit tests too. It needs nothing but Python itself. The same files make the
same zip, whose fingerprint Colab shows too.
"""

import argparse
import hashlib
import sys
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path

from proj4_code.given.basics.imports import own_code, strays
from proj4_code.given.basics.printing import fold, print_anywhere, unbroken
from proj4_code.given.basics.work_log import WORK_LOG
from proj4_code.given.parts import PARTS, Part

KIT = Path(__file__).resolve().parent
MOST_BYTES = 1_000_000
TESTS = ("proj4_unit_tests/**/*.py", "proj4_unit_tests/*.npz", "setup.cfg", "zip_for_colab.py")


def collect(with_tests: bool = False) -> dict[str, bytes]:
    """Read the package's Python files, by their path in the zip, in the order of their names.

    Copies that clouds and editors make of files are left out. The log of your work comes along if you keep one, the
    tests if they are asked for.

    Raises:
        FileNotFoundError: if a part is missing.
    """
    for part in PARTS:
        if not (KIT / "proj4_code" / part.file).is_file():
            raise FileNotFoundError(
                f"proj4_code/{part.file} is missing: put it back, even if you have not written it yet"
            )
    left_out = {KIT / "proj4_code" / name for name in strays(KIT / "proj4_code")}
    paths = [path for path in (KIT / "proj4_code").rglob("*.py") if path not in left_out]
    if with_tests:
        paths += [path for pattern in TESTS for path in KIT.glob(pattern)]
    paths += [KIT / WORK_LOG] if (KIT / WORK_LOG).is_file() else []
    names = {path: path.relative_to(KIT) for path in paths}
    return {
        name.as_posix(): path.read_bytes()
        for path, name in sorted(names.items(), key=lambda entry: entry[1].as_posix())
        if not any(folder.startswith((".", "__pycache__")) for folder in name.parts)
    }


def check(files: dict[str, bytes]) -> None:
    """Check that Python can read every file and that Colab takes them all in a moment.

    Raises:
        ValueError: if not; the message names the file, and the line.
    """
    sources = {name: source for name, source in files.items() if name.startswith("proj4_code/")}
    for name, source in sources.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a doubtful escape is not an error
                compile(source, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            line = f", line {error.lineno}" if error.lineno else ""
            raise ValueError(f"{name}{line}: {error.msg}: fix it first") from None
        except ValueError as error:  # a null byte, before Python 3.12
            raise ValueError(f"{name}: {error}: fix it first") from None
    total = sum(map(len, sources.values()))
    if total > MOST_BYTES:
        largest = max(sources, key=lambda name: len(sources[name]))
        raise ValueError(
            f"proj4_code holds {total / 1e6:.1f} MB of Python, more than the {MOST_BYTES / 1e6:.0f} MB that is "
            f"expected; the largest file is {largest}: does it belong there?"
        )


def write_zip(files: dict[str, bytes], out: Path) -> None:
    """Write a zip, the same bytes for the same files; an older one is replaced only when the new one is whole."""
    unfinished = out.with_name(f"{out.name}.part")
    try:
        with zipfile.ZipFile(unfinished, "w") as archive:  # not compressed: zlib's bytes differ from version to version
            for name, content in files.items():
                entry = zipfile.ZipInfo(name)  # dated 1980
                entry.create_system = 3  # Unix, also where it is packed on Windows
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)


def report(files: dict[str, bytes], out: Path) -> str:
    """Describe what was packed, which parts are not written yet, and what to do next."""
    fingerprint = hashlib.sha256(out.read_bytes()).hexdigest()[:8]
    lines = [f"{unbroken(out)}: {out.stat().st_size / 1000:.0f} kB, {len(files)} files, fingerprint {fingerprint}"]
    skeletons: list[Part] = []
    for part in PARTS:
        unwritten = part.count_unwritten(files[f"proj4_code/{part.file}"])
        if unwritten:
            skeletons.append(part)
        state = f"not written yet: {unwritten} × TODO" if unwritten else "written"
        lines.append(f"  {unbroken(f'proj4_code/{part.file:<24}')} {state}")
    given = sum(name.startswith("proj4_code/given/") for name in files)
    lines.append(f"  proj4_code/given: {given} files, as they are")
    others = sum(name.startswith("proj4_code/") for name in files) - len(PARTS) - given - 1  # its __init__.py
    if others:
        lines.append(f"  proj4_code, files of your own: {others}")
    if tests := sum(name.startswith("proj4_unit_tests/") for name in files):
        lines.append(f"  proj4_unit_tests: {tests} files, to test your parts on Colab")
    if WORK_LOG in files:
        lines.append(f"  {WORK_LOG}: the log of your work, since you keep one")
    copies = [unbroken(f"proj4_code/{name}") for name in strays(KIT / "proj4_code")]
    lines += [f"  left out: {name}, a copy that nothing imports" for name in copies]
    lines += [f"  before you hand in: {problem}" for problem in own_code(KIT / "proj4_code").problems]
    if skeletons:
        several, numbers = "s" if len(skeletons) > 1 else "", ", ".join(str(part.number) for part in skeletons)
        lines.append(f"Part{several} {numbers} must be written before a network can be trained on Colab.")
    lines.append(f"Next: {_next_step(skeletons[0] if skeletons and not tests else None, out)}")
    return "\n".join(shown for line in lines for shown in fold(line, first=_indent(line), others=" " * 6))


def _next_step(unwritten: Part | None, out: Path) -> str:
    if unwritten:
        command = unbroken(f"pytest proj4_unit_tests -k {unwritten.key}")
        return (
            f"write {unwritten.name} in proj4_code/{unwritten.file} (docs/handout.md explains it), then run: {command}"
        )
    return (
        "open proj4_colab.ipynb on https://colab.research.google.com (File > Upload notebook), choose Runtime > Run "
        f"all, and upload {unbroken(out.name)} when it asks. It ends with what you hand in."
    )


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def main(arguments: Sequence[str] | None = None) -> int:
    """Pack the zip; return the exit status."""
    parser = argparse.ArgumentParser(description="Pack what Colab needs into one zip.")
    parser.add_argument("out", nargs="?", type=Path, default=KIT / "proj4_colab.zip", metavar="OUT.zip")
    parser.add_argument("--with-tests", action="store_true", help="so that you can write and test your parts on Colab")
    options = parser.parse_args(arguments)
    out = options.out
    print_anywhere()
    try:
        files = collect(options.with_tests)
        check(files)
        write_zip(files, out)
    except (OSError, ValueError) as error:
        older = f" ({out} is still the older one)" if out.is_file() else ""
        print(f"nothing was packed: {' '.join(str(error).split())}{older}", file=sys.stderr)
        return 1
    print(report(files, out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
