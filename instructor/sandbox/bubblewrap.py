"""The sandbox in namespaces, with bubblewrap, where the machine allows it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from instructor.sandbox.neighbours import claim
from instructor.sandbox.start import FILTER, LIMITS, USERS, environment, python_folders, server_command
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.submission import KIT

# Of this folder, what runs inside.
PROGRAM = ("server.py", "confinement.py", "limits.py", "namespaces.py", "sweeping.py")
LARGE_PAGES = "/sys/kernel/mm/transparent_hugepage"  # where malloc looks for what the kernel offers
_DEVICES = ["--proc", "/proc", "--perms", "0755", "--dir", "/dev", "--perms", "1777", "--dir", "/dev/shm"]
for _name in ("null", "zero", "full", "random", "urandom"):  # not --dev: it would add a namespace of users
    _DEVICES += ["--dev-bind", f"/dev/{_name}", f"/dev/{_name}"]
_IMPORT_AND_RUN = "import sys; sys.path.append(sys.argv.pop(1)); import namespaces; namespaces.main()"


class Bubblewrap:
    """Namespaces: the server sees Python, the kit and the upload, read-only, and nothing else; there is no network.

    Its children have their own namespaces of processes and files. If this runs as root they are another user as well;
    otherwise the namespace of users that the server is root of keeps them out.

    Args:
        hidden: as in `launch.choose_launch`.
        core: as in `launch.choose_launch`.
    """

    forks = True

    def __init__(self, hidden: Sequence[Path] = (), core: int | None = None) -> None:
        self._hidden, self._core = hidden, core
        self._user = claim(USERS) if _is_root() else None

    def own(self, folder: Path) -> None:
        """As in `Launch`; here others do not see it."""
        folder.chmod(0o700)

    @staticmethod
    def works() -> bool:
        """Return whether it works on this machine, namespaces in namespaces included."""
        if not shutil.which("bwrap"):
            return False
        program = Path(__file__).with_name("namespaces.py")
        user = [str(USERS[0])] if _is_root() else []
        inside = ["--ro-bind", "/", "/", *_DEVICES, "--tmpfs", "/tmp"]
        python = [str(path) for path in python_folders() if path.is_relative_to("/tmp")]
        inside += _ancestors(python)
        for path in python:
            inside += ["--ro-bind", path, path]
        command = ["bwrap", *_namespaces(), *inside, "--ro-bind", str(program.parent), "/tmp/program"]
        command += ["--perms", "1777", "--tmpfs", "/tmp/scratch"]
        tried = [sys.executable, "-IBS", "-c", _IMPORT_AND_RUN, "/tmp/program", "/tmp/scratch", *user]
        nothing = subprocess.DEVNULL  # no pipes, which a process that is left over would hold open
        return subprocess.run([*command, *tried], stdin=nothing, stdout=nothing, stderr=nothing).returncode == 0

    def command(self, folder: Path, control: int) -> tuple[list[str], dict[str, str]]:
        """As in `Launch`."""
        upload = folder / "upload"
        upload.mkdir(exist_ok=True)
        binds = {str(path): str(path) for path in (*python_folders(), "/etc/ld.so.cache", "/usr", LARGE_PAGES)}
        binds |= {str(Path(__file__).with_name(name)): f"/sandbox/{name}" for name in PROGRAM}
        binds |= {str(upload): "/upload"}
        binds |= {str(KIT / name): f"/kit/{name}" for name in ("proj4_code", "proj4_unit_tests")}
        command = ["bwrap", *_namespaces(), "--die-with-parent", "--new-session", *_ancestors(binds.values())]
        for name in ("/lib", "/lib64", "/bin", "/sbin"):
            link = Path(name).is_symlink()
            command += ["--symlink", str(Path(name).readlink()), name] if link else ["--ro-bind-try", name, name]
        for source, target in binds.items():
            command += ["--ro-bind-try", source, target]
        if PUBLIC_BOOK.is_file():  # an autograder's archive has none
            command += ["--ro-bind", "/dev/null", f"/kit/proj4_unit_tests/{PUBLIC_BOOK.name}"]
        for path in _seen(self._hidden, binds):
            command += ["--perms", "0000", "--tmpfs", path] if Path(path).is_dir() else ["--ro-bind", "/dev/null", path]
        command += [*_DEVICES, "--perms", "0755", "--dir", "/tmp", "--tmpfs", "/scratch", "--remount-ro", "/"]
        settings = {"upload": "/upload", "scratch": "/scratch", "namespaces": True}
        return [*command, *server_command(Path("/sandbox"), control, settings, self._user, self._core)], environment(
            "/kit", "/scratch"
        )

    def describe(self, ready: dict[str, Any]) -> list[str]:
        """As in `Launch`."""
        own = (
            "an unprivileged user of its own"
            if self._user
            else "no user: a namespace of users in which it has no number"
        )
        return [
            "own namespaces (bubblewrap): no network, no other processes, nothing to read but Python, kit and upload",
            own,
            FILTER[bool(ready["system calls filtered"])],
            LIMITS,
        ]


def _ancestors(paths: Iterable[str]) -> list[str]:
    """Return bubblewrap's options for the folders above paths: it would make them for one user alone."""
    folders = sorted({str(folder) for path in paths for folder in Path(path).parents} - {"/"})
    return [option for folder in folders for option in ("--perms", "0755", "--dir", folder)]


def _is_root() -> bool:
    return os.geteuid() == 0


def _namespaces() -> list[str]:
    """Return bubblewrap's options for namespaces, and for what the server needs to give its children others."""
    options = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    if not _is_root():
        # Not 0: what belongs to root, such as oom_score_adj, would belong to this user.
        options += ["--unshare-user", "--uid", str(USERS[0]), "--gid", str(USERS[0])]
    options += ["--cap-drop", "ALL"]
    for capability in ("SYS_ADMIN", *(("SETUID", "SETGID", "KILL") if _is_root() else ())):
        options += ["--cap-add", f"CAP_{capability}"]
    return options


def _seen(hidden: Sequence[Path], binds: dict[str, str]) -> list[str]:
    """List what is to be hidden and lies in a folder that is bound, or holds it, as it is named inside."""
    found = []
    for path in filter(Path.exists, (KIT / "instructor", *hidden)):
        for source, target in binds.items():
            inner, outer = path.resolve(), Path(source).resolve()
            if inner.is_relative_to(outer):
                found.append(str(target / inner.relative_to(outer)))
    return sorted(set(found))
