"""Rehearsing attacks: each has to take hold where nothing protects from it, before its failure means anything."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from instructor.sandbox.bubblewrap import Bubblewrap
from proj4_unit_tests.harness.submission import KIT

PACKAGES = ("proj4_code", "proj4_unit_tests", "instructor")
READABLE = ("/usr", "/etc", "/lib", "/lib64", "/bin", "/sbin")
NAMESPACES = ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session")


def rehearsals_work() -> bool:
    """Return whether this machine has the namespaces that keep the damage inside."""
    return Bubblewrap.works()


def rehearse(names: Sequence[str], book: Path) -> Iterator[tuple[str, str]]:
    """Run attacks without any protection, on a copy of the kit, in namespaces where they can do no harm.

    Args:
        names: of the attacks.
        book: an answer book.

    Yields:
        Name and mark of each attack, as they come; the mark is empty if the attack left none.
    """
    with tempfile.TemporaryDirectory(prefix="proj4-rehearsal-") as folder:
        kit = Path(folder) / "kit"
        for package in PACKAGES:
            shutil.copytree(KIT / package, kit / package, ignore=shutil.ignore_patterns("__pycache__", "tests"))
        shutil.copyfile(book, kit / "book.npz")
        process = subprocess.Popen(
            _command(kit), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        with process:
            assert process.stdin and process.stdout
            process.stdin.write("".join(f"{name}\n" for name in names))
            process.stdin.close()
            for line in process.stdout:
                name, mark = json.loads(line)
                yield name, mark


def _command(kit: Path) -> list[str]:
    """Return the command that starts `unprotected` as root of a small system, in which only the kit can be written."""
    command = ["bwrap", *NAMESPACES, "--cap-add", "ALL"]
    if os.geteuid() != 0:
        command += ["--unshare-user", "--uid", "0", "--gid", "0"]
    for path in dict.fromkeys((*READABLE, sys.prefix, sys.base_prefix)):
        command += ["--ro-bind-try", path, path]
    command += ["--bind", str(kit), "/kit", "--proc", "/proc", "--dev", "/dev", "--dir", "/scratch", "--dir", "/tmp"]
    environment = {"PYTHONPATH": "/kit", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/scratch"}
    command += ["--clearenv", "--setenv", "PATH", "/usr/bin:/bin"]
    for name, value in environment.items():
        command += ["--setenv", name, value]
    return [*command, "--chdir", "/", sys.executable, "-m", "instructor.attacks.unprotected", "/kit/book.npz"]
