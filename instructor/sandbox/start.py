"""Starting the sandbox's server, whichever way protects it: its command, its environment, the folders of Python."""

import json
import sys
from pathlib import Path
from typing import Any

from instructor.sandbox.limits import Limits
from proj4_unit_tests.harness.launch import CHEAP_FORKS

USERS = range(61_000, 64_000)  # nobody's; each sandbox has its own
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
FILTER = {
    True: "a filter of system calls (seccomp): no network, no other programs or processes, no change of its limits",
    False: "NOT ACTIVE: a filter of system calls (libseccomp is missing)",
}
LIMITS = "limits of processor time, memory, threads, number and size of files, open files"


def server_command(
    program: Path, control: int, settings: dict[str, Any], user: int | None, core: int | None
) -> list[str]:
    """Make the command of the server.

    Args:
        program: folder of its files.
        control: file descriptor of the socket that commands it.
        settings: where the upload and the scratch folder are, and whether children get namespaces.
        user: number of the user that children run as; None if that stays as it is.
        core: of the processor, for the server and its children alone; None for any.
    """
    settings |= {"core": core, "limits": Limits(user)._asdict()}
    return [sys.executable, "-B", "-s", str(program / "server.py"), str(control), json.dumps(settings)]


def environment(kit: str, scratch: str) -> dict[str, str]:
    """Make the environment of the server: `kit` for Python's imports, `scratch` for everything that is written."""
    return {**ENVIRONMENT, "PYTHONPATH": kit, "HOME": scratch, "TMPDIR": scratch}


def python_folders() -> list[Path]:
    """List the folders that Python and its packages lie in, and nothing else that lies beside them."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix)}
    folders = {prefix / name for prefix in prefixes for name in PYTHON_HAS} | {Path(sys.executable).resolve().parent}
    return sorted(folder for folder in folders if folder.exists() and not folder.is_relative_to("/usr"))
