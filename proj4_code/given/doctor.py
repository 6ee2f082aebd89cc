"""Examine an installation: `python -m proj4_code.given.doctor` prints an answer a line, and what to do about it.

It needs nothing but Python itself. The exit status is 1 if anything must be done.
"""

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import proj4_code
from proj4_code.given.basics.imports import strays
from proj4_code.given.basics.printing import PLAIN, fold, print_anywhere, quote, unbroken

KIT = Path(proj4_code.__file__).resolve().parents[1]
MANIFEST = "MANIFEST"
"""In the kit that students get: a line `SHA-256  path` for each file that is given, as `sha256sum` writes it."""
INSTALL = "in the kit's folder, with the virtual environment active: " + unbroken("pip install -e .")
NO_WHEEL = f"or work on Colab: {unbroken('python zip_for_colab.py --with-tests')} packs the tests too"
BINARY = (".npz", ".webp")
GIGABYTES = 2  # CamVid, a run and its copies take less
PROBE = """
import json, torch, torchvision
from proj4_code.given.networks.inference import gpu_problem
gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
print(json.dumps({
    "build": torch.__version__, "cuda": torch.version.cuda or torch.version.hip, "gpu": gpu,
    "problem": gpu_problem() if gpu else None, "mps": torch.backends.mps.is_available(),
}))
"""


class Finding(NamedTuple):
    """What is found.

    Attributes:
        subject: what was examined.
        answer: how it is.
        remedy: what to do about it; empty if all is well.
    """

    subject: str
    answer: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Examine everything."""
    yield check_machine(sys.platform, platform.machine(), sys.maxsize > 2**32)
    yield check_environment()
    yield from check_packages()
    yield from check_torch()
    yield check_kernel()
    yield check_disk(KIT)
    yield check_console(sys.stdout.encoding)
    yield check_files(KIT)


def check_machine(system: str, machine: str, is_64_bit: bool) -> Finding:
    """Check that there is a PyTorch for this machine's Python."""
    answer = f"{platform.python_version()} for {system} on {machine}: {unbroken(sys.executable)}"
    remedy = ""
    if not is_64_bit:
        remedy = "PyTorch needs a 64-bit Python: install one from https://python.org"
    elif (system, machine) == ("darwin", "x86_64"):
        remedy = (
            "PyTorch 2.6 and newer do not exist for Intel Macs (on a Mac with an Apple chip, this is a Python for "
            f"Intel: install one from https://python.org); {NO_WHEEL}"
        )
    elif (system, machine.upper()) == ("win32", "ARM64"):
        remedy = (
            "if pip finds no torch or torchvision, install Python for Windows x64 from https://python.org, which runs "
            f"on ARM too; {NO_WHEEL}"
        )
    return Finding("Python", answer, remedy)


def check_environment() -> Finding:
    """Check that this is a virtual environment, or conda's."""
    if sys.prefix != sys.base_prefix or (Path(sys.prefix) / "conda-meta").is_dir() or "google.colab" in sys.modules:
        return Finding("environment", unbroken(sys.prefix))
    activate = r".venv\Scripts\Activate.ps1" if sys.platform == "win32" else "source .venv/bin/activate"
    there = f"activate it: {unbroken(activate)}" if (KIT / ".venv").is_dir() else "make one: README.md, Set up"
    return Finding("environment", "this is not a virtual environment", there)


def check_packages() -> Iterator[Finding]:
    """Check the versions of what the kit needs."""
    import tomllib

    project = KIT / "pyproject.toml"
    if not project.is_file():
        return
    found = []
    for requirement in tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]:
        name, needed = requirement.split(">=")
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(name, "is not installed", INSTALL)
            continue
        if as_numbers(version) < as_numbers(needed):
            yield Finding(name, f"{version}, but {needed} or newer is needed", INSTALL)
        found.append(unbroken(f"{name} {version}"))
    yield Finding("packages", ", ".join(found))


def as_numbers(version: str) -> list[int]:
    """Turn "2.6.0+cpu" into [2, 6, 0]."""
    return [int(number) for number in re.findall(r"\d+", version.partition("+")[0])]


def check_torch() -> Iterator[Finding]:
    """Load PyTorch in another process, which may crash, and ask it about the GPU."""
    probe = subprocess.run([sys.executable, "-c", PROBE], cwd=KIT, capture_output=True, text=True, errors="replace")
    if probe.returncode:
        why = [line for line in probe.stderr.splitlines() if line.strip() and not line.startswith("What is wrong")]
        last = why[-1] if why else f"it ended with status {probe.returncode}"
        again = unbroken("pip install --force-reinstall torch torchvision numpy")
        yield Finding("PyTorch", f"cannot be loaded: {last}", f"{INSTALL}; if that changes nothing: {again}")
        return
    facts = json.loads(probe.stdout.splitlines()[-1])
    yield Finding("PyTorch", f"{facts['build']}, for {(facts['cuda'] and 'GPUs') or 'the CPU'}, can be loaded")
    if facts["gpu"]:
        yield Finding("GPU", facts["gpu"], facts["problem"] or "")
    else:
        apple = ", and PyTorch cannot do all that PSPNet needs on Apple's" if facts["mps"] else ""
        yield Finding("GPU", f"none that PyTorch can use{apple}: tests run on the CPU, training on Colab")


def check_kernel() -> Finding:
    """Check that notebooks run in this Python."""
    command = [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"]
    listed = subprocess.run(command, capture_output=True, text=True, errors="replace").stdout
    try:
        started = json.loads(listed)["kernelspecs"]["python3"]["spec"]["argv"][0]
    except (ValueError, KeyError):
        return Finding("notebook", "Jupyter or its kernel python3 is missing", INSTALL)
    # Jupyter runs a kernel that is called just "python" in its own Python.
    found = started if Path(started).is_absolute() else sys.executable
    if Path(found).parent.resolve() != Path(sys.executable).parent.resolve():
        install = unbroken(f"{quote(sys.executable)} -m ipykernel install --sys-prefix")
        remedy = f"{install}, or choose this Python as the kernel"
        return Finding("notebook", f"runs in another Python, {unbroken(found)}", remedy)
    return Finding("notebook", f"runs in {unbroken(found)}")


def check_disk(kit: Path) -> Finding:
    """Check that there is room in the kit's folder, and that files can be written there."""
    free = shutil.disk_usage(kit).free / 1e9
    try:
        tempfile.TemporaryFile(dir=kit).close()
    except OSError as error:
        remedy = "move the kit into a folder of your own; a zip must be unpacked, not only opened"
        return Finding("disk", f"nothing can be written to {unbroken(kit)}: {error.strerror}", remedy)
    remedy = f"make room: data and a run take up to {GIGABYTES} GB" if free < GIGABYTES else ""
    return Finding("disk", f"{free:.0f} GB free", remedy)


def check_console(encoding: str | None) -> Finding:
    """Check which of the programs' characters the console has."""
    lacking = [character for character in PLAIN if character.encode(encoding or "ascii", "ignore") == b""]
    shown = f"; shown otherwise: {len(lacking)} signs (all are shown with PYTHONUTF8=1)" if lacking else ""
    return Finding("console", f"{encoding}{shown}")


def check_files(kit: Path) -> Finding:
    """Check that nothing that is given was changed, and that no copies of files lie about."""
    if copies := strays(kit / "proj4_code"):
        return Finding("files", f"copies that nothing reads: {', '.join(copies)}", "compare them, then delete them")
    if not (kit / MANIFEST).is_file():
        return Finding("files", f"kit {proj4_code.__version__}; without {MANIFEST}, changes cannot be seen")
    listed = [line.split("  ", 1) for line in (kit / MANIFEST).read_text(encoding="utf-8").splitlines()]
    changed = [name for digest, name in listed if fingerprint(kit / name) != digest]
    if changed:
        names = ", ".join(changed[:5]) + (f" and {len(changed) - 5} more" if len(changed) > 5 else "")
        remedy = "take them from the kit's zip again: only the six parts are graded"
        return Finding("files", f"changed since kit {proj4_code.__version__}: {names}", remedy)
    return Finding("files", f"kit {proj4_code.__version__}, {len(listed)} given files as they were")


def fingerprint(path: Path) -> str:
    """Compute the SHA-256 of a file, with the line ends that the kit has; empty if it is missing."""
    if not path.is_file():
        return ""
    content = path.read_bytes()
    return hashlib.sha256(content if path.suffix in BINARY else content.replace(b"\r\n", b"\n")).hexdigest()


def main() -> None:
    """Print what is found."""
    print_anywhere()
    wrong = 0
    for subject, answer, remedy in examine():
        lines = fold(f"{subject}: {answer}", first=f"{'to do' if remedy else 'ok':<6} ", others=" " * 9)
        lines += fold(remedy, first=" " * 7 + "-> ", others=" " * 10) if remedy else []
        print("\n".join(lines))
        if remedy:
            wrong += 1
    print("All is well." if not wrong else f"To do: {wrong}.")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
