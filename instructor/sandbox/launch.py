"""Two ways to start the sandbox's server: with bubblewrap where the machine allows it, or as another user."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from instructor.sandbox.limits import SCRATCH_SIZE, Limits
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.launch import CHEAP_FORKS, Launch
from proj4_unit_tests.harness.submission import KIT

PROGRAM = ("server.py", "confinement.py", "limits.py")  # of this folder, what runs inside
USER = 61_000  # with the process's number added: nobody's; each sandbox has its own
LARGE_PAGES = "/sys/kernel/mm/transparent_hugepage"  # where malloc looks for what the kernel offers
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    **CHEAP_FORKS,
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "CUDA_VISIBLE_DEVICES": "",
}


def _own_user() -> int:
    """Choose a user for this process's sandbox."""
    return USER + os.getpid() % 3000


def choose_launch(kind: str) -> Launch:
    """Choose the better way that this machine allows, or the one that is asked for.

    Raises:
        PermissionError: if it does not allow it.
    """
    if kind in ("auto", "bubblewrap") and Bubblewrap.works():
        return Bubblewrap()
    if kind in ("auto", "user") and os.geteuid() == 0:
        return OtherUser()
    raise PermissionError(
        "student code needs a sandbox: install bubblewrap where it may make namespaces, or run this as root"
    )


class Bubblewrap:
    """Namespaces: the server sees Python, the kit and the upload, read-only, and nothing else; there is no network."""

    forks = True

    def own(self, folder: Path) -> None:
        """As in `Launch`; here others do not see it."""

    @staticmethod
    def works() -> bool:
        """Return whether it works on this machine."""
        if not shutil.which("bwrap"):
            return False
        tried = subprocess.run(["bwrap", *_NAMESPACES, "--ro-bind", "/", "/", "true"], capture_output=True)
        return tried.returncode == 0

    def command(self, folder: Path, control: int) -> tuple[list[str], dict[str, str]]:
        """As in `Launch`."""
        root = os.geteuid() == 0
        upload = folder / "upload"
        upload.mkdir(exist_ok=True)
        binds = {str(path): str(path) for path in (*_python_folders(), "/etc/ld.so.cache", "/usr", LARGE_PAGES)}
        binds |= {str(Path(__file__).with_name(name)): f"/sandbox/{name}" for name in PROGRAM}
        binds |= {str(upload): "/upload"}
        binds |= {str(KIT / name): f"/kit/{name}" for name in ("proj4_code", "proj4_unit_tests")}
        command = ["bwrap", *_NAMESPACES, "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
        if root:
            for capability in ("SETUID", "SETGID", "KILL", "DAC_OVERRIDE", "FOWNER"):
                command += ["--cap-add", f"CAP_{capability}"]
        for ancestor in sorted({str(p) for target in binds.values() for p in Path(target).parents} - {"/"}):
            command += ["--perms", "0755", "--dir", ancestor]
        for name in ("/lib", "/lib64", "/bin", "/sbin"):
            link = Path(name).is_symlink()
            command += ["--symlink", str(Path(name).readlink()), name] if link else ["--ro-bind-try", name, name]
        for source, target in binds.items():
            command += ["--ro-bind-try", source, target]
        if PUBLIC_BOOK.is_file():  # an autograder's archive has none
            command += ["--ro-bind", "/dev/null", f"/kit/proj4_unit_tests/{PUBLIC_BOOK.name}"]
        command += ["--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--dir", "/tmp"]
        command += ["--perms", "1777", "--size", str(SCRATCH_SIZE), "--tmpfs", "/dev/shm"]
        command += ["--perms", "1777", "--size", str(SCRATCH_SIZE), "--tmpfs", "/scratch", "--remount-ro", "/"]
        user = _own_user() if root else None
        server = _server(Path("/sandbox"), control, Path("/upload"), Path("/scratch"), user, alone=True)
        return [*command, *server], _environment("/kit", "/scratch")

    def describe(self, ready: dict[str, Any]) -> list[str]:
        """As in `Launch`."""
        return [
            "own namespaces (bubblewrap): no network, no other processes, nothing to read but Python, kit and upload",
            "an unprivileged user of its own" if os.geteuid() == 0 else "NOT ACTIVE: a user of its own (no root)",
            _FILTER[bool(ready["system calls filtered"])],
            _LIMITS,
        ]


class OtherUser:
    """For containers that allow no namespaces: children run as a user who may read little and write nothing."""

    forks = True

    def __init__(self) -> None:
        self._user = _own_user()
        self._check_what_it_can_read()

    def own(self, folder: Path) -> None:
        """As in `Launch`."""
        os.chown(folder, 0, self._user)
        folder.chmod(0o750)

    def command(self, folder: Path, control: int) -> tuple[list[str], dict[str, str]]:
        """As in `Launch`."""
        upload, scratch = folder / "upload", folder / "scratch"
        for path in (upload, scratch):
            path.mkdir(exist_ok=True)
        os.chown(scratch, self._user, self._user)
        return (
            _server(Path(__file__).parent, control, upload, scratch, self._user, alone=False),
            _environment(str(KIT), str(scratch)),
        )

    def _check_what_it_can_read(self) -> None:
        solution = KIT / "instructor" / "solution"
        if solution.is_dir() and _can_list(solution, self._user):
            raise PermissionError(
                f"any user may read {solution}, so student code could: chmod -R go= {solution.parent}, "
                "or install bubblewrap"
            )
        for folder in (*_python_folders(), Path(json.__file__).parent, KIT / "proj4_unit_tests"):
            if not _can_list(folder, self._user):
                raise PermissionError(f"the user that student code runs as cannot read {folder}, which it needs")

    def describe(self, ready: dict[str, Any]) -> list[str]:
        """As in `Launch`."""
        return [
            "NOT ACTIVE: own namespaces (this machine allows none)",
            "an unprivileged user of its own",
            _FILTER[bool(ready["system calls filtered"])],
            _LIMITS,
        ]


_NAMESPACES = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
_FILTER = {
    True: "a filter of system calls (seccomp): no network, no other programs, no reading of other processes",
    False: "NOT ACTIVE: a filter of system calls (libseccomp is missing)",
}
_LIMITS = "limits of processor time, wall-clock time, memory, processes, size of files, open files"


def _server(program: Path, control: int, upload: Path, scratch: Path, user: int | None, alone: bool) -> list[str]:
    settings = {"upload": str(upload), "scratch": str(scratch), "alone": alone, "limits": Limits(user)._asdict()}
    return [sys.executable, "-B", "-s", str(program / "server.py"), str(control), json.dumps(settings)]


def _environment(kit: str, scratch: str) -> dict[str, str]:
    return {**ENVIRONMENT, "PYTHONPATH": kit, "HOME": scratch, "TMPDIR": scratch}


def _can_list(folder: Path, user: int) -> bool:
    """Return whether a user may list a folder; try it as that user."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            list(folder.iterdir())
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _python_folders() -> list[Path]:
    """List the folders that Python and its packages lie in."""
    folders = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parent}
    return sorted(folder for folder in folders if not folder.is_relative_to("/usr"))
