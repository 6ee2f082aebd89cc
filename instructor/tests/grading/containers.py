"""A place like a container of Gradescope's: root, but without the right to make namespaces, and with /autograder."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.submission import KIT

# What Docker leaves to root in a container.
CAPABILITIES = (
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID "
    "SYS_CHROOT"
)


ORDINARY_USER = 54_321  # nobody's


def skip_without_containers() -> None:
    """Skip the test where no such place can be made."""
    if os.geteuid() or not shutil.which("bwrap"):
        pytest.skip("a container-like place needs root and bubblewrap")


def run_in_container(
    autograder: Path, *command: str, limit: float = 300, **variables: str
) -> subprocess.CompletedProcess:
    """Run a command where `autograder` is /autograder.

    Args:
        autograder: the folder; changes stay.
        command: and its arguments.
        limit: seconds.
        variables: of the environment.
    """
    binds: list[str] = []
    for path in sorted(Path("/").iterdir()):
        if path.is_symlink():
            binds += ["--symlink", str(path.readlink()), str(path)]
        elif path.name not in ("proc", "dev", "sys", "tmp", "root", "work", "autograder") and path.is_dir():
            binds += ["--bind", str(path), str(path)]
    # Python may lie in a folder of root's that other users cannot enter.
    for prefix in {sys.prefix, sys.base_prefix}:
        for parent in reversed(Path(prefix).parents[:-1]):
            if not any(parent.is_relative_to(folder) for folder in ("/usr", "/opt", "/home")):
                binds += ["--perms", "0755", "--dir", str(parent)]
        binds += ["--ro-bind", prefix, prefix]
    line = ["bwrap", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--cap-drop", "ALL"]
    for capability in CAPABILITIES.split():
        line += ["--cap-add", f"CAP_{capability}"]
    line += ["--perms", "1777", "--tmpfs", "/tmp", *binds, "--bind", str(autograder), "/autograder"]
    line += ["--proc", "/proc", "--dev", "/dev"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/", **variables}
    return subprocess.run(
        [*line, *command], env=environment, capture_output=True, text=True, timeout=limit, check=False, cwd="/"
    )


def run_as_ordinary_user(source: Path, *command: str, limit: float = 900) -> subprocess.CompletedProcess:
    """Run a command, as a user without any rights, in a copy of the kit that becomes that user's.

    Args:
        source: as `copy_kit` makes it.
        command: and its arguments.
        limit: seconds.
    """
    for path in (source, *source.rglob("*")):
        os.chown(path, ORDINARY_USER, ORDINARY_USER, follow_symlinks=False)
    line = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
    prefixes = {Path(prefix) for prefix in (sys.prefix, sys.base_prefix)}
    closed = {p for prefix in prefixes for p in prefix.parents if not p.stat().st_mode & stat.S_IXOTH}
    for folder in sorted(closed):
        line += ["--perms", "0755", "--tmpfs", str(folder)]
    for prefix in sorted(prefixes):
        for folder in reversed(prefix.parents):
            if closed.intersection(folder.parents):  # bwrap would make it for root alone
                line += ["--perms", "0755", "--dir", str(folder)]
        line += ["--ro-bind", str(prefix), str(prefix)]
    line += ["--perms", "0755", "--tmpfs", "/srv", "--bind", str(source), "/srv/kit", "--chdir", "/srv/kit"]
    user = f"--reuid={ORDINARY_USER}"
    line += ["setpriv", user, user.replace("uid", "gid"), "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "USER": "ann", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*line, *command], env=environment, capture_output=True, text=True, timeout=limit, check=False, cwd="/"
    )


def copy_kit(folder: Path) -> Path:
    """Copy the project's files, as an instructor keeps them where students have accounts: nobody else may read them."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=KIT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0")[:-1]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(KIT / name, folder / name)
    (folder / PUBLIC_BOOK.relative_to(KIT)).unlink()
    for path in (folder, *folder.parents[:1]):
        path.chmod(0o755)
    (folder / "instructor").chmod(0o700)
    return folder
