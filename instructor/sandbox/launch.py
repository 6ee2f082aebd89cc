"""Two ways to start the sandbox's server: with bubblewrap where the machine allows it, or as another user."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from instructor.sandbox.limits import Limits
from instructor.sandbox.neighbours import claim
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.launch import CHEAP_FORKS, Launch
from proj4_unit_tests.harness.submission import KIT

PROGRAM = (
    "server.py",
    "confinement.py",
    "limits.py",
    "namespaces.py",
    "sweeping.py",
)  # of this folder, what runs inside
USERS = range(61_000, 64_000)  # nobody's; each sandbox has its own
LARGE_PAGES = "/sys/kernel/mm/transparent_hugepage"  # where malloc looks for what the kernel offers
PYTHON_HAS = ("bin", "lib", "lib64", "pyvenv.cfg")  # in the folders that it is installed in; other things may lie there
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    **CHEAP_FORKS,
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "TORCHDYNAMO_DISABLE": "1",  # it starts compilers, which the sandbox does not have
}


def choose_launch(kind: str, hidden: Sequence[Path], core: int | None) -> Launch:
    """Choose the better way that this machine allows, or the one that is asked for.

    Args:
        kind: "bubblewrap", "user" or "auto".
        hidden: files and folders that student code must not see.
        core: of the processor, for the process and its children alone; None for any.

    Raises:
        PermissionError: if it does not allow it.
    """
    hidden = [path for path in hidden if not path.is_relative_to(KIT / "proj4_code")]  # a skeleton is no secret
    if kind in ("auto", "bubblewrap") and Bubblewrap.works():
        return Bubblewrap(hidden, core)
    if kind in ("auto", "user") and os.geteuid() == 0:
        return OtherUser(hidden, core)
    raise PermissionError(
        "student code needs a sandbox: install bubblewrap where it may make namespaces, or run this as root"
    )


class Bubblewrap:
    """Namespaces: the server sees Python, the kit and the upload, read-only, and nothing else; there is no network.

    Its children have their own namespaces of processes and files. If this runs as root they are another user as well;
    otherwise the namespace of users that the server is root of keeps them out.

    Args:
        hidden: as in `choose_launch`.
        core: as in `choose_launch`.
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
        python = [str(path) for path in _python_folders() if path.is_relative_to("/tmp")]
        inside += _ancestors(python)
        for path in python:
            inside += ["--ro-bind", path, path]
        command = ["bwrap", *_namespaces(), *inside, "--ro-bind", str(program.parent), "/tmp/program"]
        command += ["--perms", "1777", "--tmpfs", "/tmp/scratch"]
        tried = [sys.executable, "-IBS", "-c", _IMPORT_AND_RUN, "/tmp/program", "/tmp/scratch", *user]
        return subprocess.run([*command, *tried], capture_output=True).returncode == 0

    def command(self, folder: Path, control: int) -> tuple[list[str], dict[str, str]]:
        """As in `Launch`."""
        upload = folder / "upload"
        upload.mkdir(exist_ok=True)
        binds = {str(path): str(path) for path in (*_python_folders(), "/etc/ld.so.cache", "/usr", LARGE_PAGES)}
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
        return [*command, *_server(Path("/sandbox"), control, settings, self._user, self._core)], _environment(
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
            _FILTER[bool(ready["system calls filtered"])],
            _LIMITS,
        ]


class OtherUser:
    """For containers that allow no namespaces: children run as a user who may read little and write nothing.

    Args:
        hidden: as in `choose_launch`.
        core: as in `choose_launch`.

    Raises:
        PermissionError: if that user could see what is hidden, or cannot see what it needs.
    """

    forks = True

    def __init__(self, hidden: Sequence[Path] = (), core: int | None = None) -> None:
        self._core, self._user = core, claim(USERS)
        for path in (KIT / "instructor" / "solution", *hidden):
            if path.exists() and _can_read(path, self._user):
                raise PermissionError(
                    f"any user may read {path}, so student code could: chmod -R go= {path}, or install bubblewrap"
                )
        for folder in (*_python_folders(), Path(json.__file__).parent, KIT / "proj4_unit_tests"):
            if folder.exists() and not _can_read(folder, self._user):
                raise PermissionError(f"the user that student code runs as cannot read {folder}, which it needs")

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
        settings = {"upload": str(upload), "scratch": str(scratch), "namespaces": False}
        return (
            _server(Path(__file__).parent, control, settings, self._user, self._core),
            _environment(str(KIT), str(scratch)),
        )

    def describe(self, ready: dict[str, Any]) -> list[str]:
        """As in `Launch`."""
        return [
            "NOT ACTIVE: own namespaces (this machine allows none)",
            "an unprivileged user of its own",
            _FILTER[bool(ready["system calls filtered"])],
            _LIMITS,
        ]


_DEVICES = ["--proc", "/proc", "--perms", "0755", "--dir", "/dev", "--perms", "1777", "--dir", "/dev/shm"]
for _name in ("null", "zero", "full", "random", "urandom"):  # not --dev: it would add a namespace of users
    _DEVICES += ["--dev-bind", f"/dev/{_name}", f"/dev/{_name}"]
_IMPORT_AND_RUN = "import sys; sys.path.append(sys.argv.pop(1)); import namespaces; namespaces.main()"
_FILTER = {
    True: "a filter of system calls (seccomp): no network, no other programs or processes, no change of its limits",
    False: "NOT ACTIVE: a filter of system calls (libseccomp is missing)",
}
_LIMITS = "limits of processor time, memory, threads, number and size of files, open files"


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


def _server(program: Path, control: int, settings: dict[str, Any], user: int | None, core: int | None) -> list[str]:
    settings |= {"core": core, "limits": Limits(user)._asdict()}
    return [sys.executable, "-B", "-s", str(program / "server.py"), str(control), json.dumps(settings)]


def _environment(kit: str, scratch: str) -> dict[str, str]:
    return {**ENVIRONMENT, "PYTHONPATH": kit, "HOME": scratch, "TMPDIR": scratch}


def _seen(hidden: Sequence[Path], binds: dict[str, str]) -> list[str]:
    """List what is to be hidden and lies in a folder that is bound, or holds it, as it is named inside."""
    found = []
    for path in filter(Path.exists, (KIT / "instructor", *hidden)):
        for source, target in binds.items():
            inner, outer = path.resolve(), Path(source).resolve()
            if inner.is_relative_to(outer):
                found.append(str(target / inner.relative_to(outer)))
    return sorted(set(found))


def _can_read(path: Path, user: int) -> bool:
    """Return whether a user may read a file or list a folder; try it as that user."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            list(path.iterdir()) if path.is_dir() else path.open("rb").close()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _python_folders() -> list[Path]:
    """List the folders that Python and its packages lie in, and nothing else that lies beside them."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix)}
    folders = {prefix / name for prefix in prefixes for name in PYTHON_HAS} | {Path(sys.executable).resolve().parent}
    return sorted(folder for folder in folders if folder.exists() and not folder.is_relative_to("/usr"))
