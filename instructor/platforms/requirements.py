"""What an autograder's machine installs: the versions in uv.lock of what the extra `grading` needs."""

import tomllib
from collections.abc import Iterator
from typing import Any

from proj4_unit_tests.harness.submission import KIT

PROJECT, EXTRA = "proj4", "grading"


def locked_requirements() -> dict[str, str]:
    """Return two files for pip, name -> content: requirements.txt, and the versions of everything, constraints.txt.

    Two, because a build of torch for the CPU needs fewer packages than the lock has.
    """
    lock = tomllib.loads((KIT / "uv.lock").read_text(encoding="utf-8"))
    packages: dict[str, list[dict[str, Any]]] = {}
    for package in lock["package"]:
        packages.setdefault(package["name"], []).append(package)
    (project,) = packages[PROJECT]
    needed = project["optional-dependencies"][EXTRA]
    names = sorted({dependency["name"] for dependency in needed})
    constraints = sorted(line for name in _closure(names, packages) for line in _pins(packages[name]))
    return {
        "requirements.txt": "\n".join(["--constraint constraints.txt", *names]) + "\n",
        "constraints.txt": "\n".join(constraints) + "\n",
    }


def _closure(names: list[str], packages: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Return the names of some packages and of all that they depend on."""
    waiting: list[tuple[str, str]] = [(name, "") for name in names]
    found: set[tuple[str, str]] = set()  # name, and extra
    while waiting:
        name, extra = node = waiting.pop()
        if node in found:
            continue
        found.add(node)
        for package in packages[name]:
            optional = package.get("optional-dependencies", {})
            for needed in optional.get(extra, ()) if extra else package.get("dependencies", ()):
                waiting += [(needed["name"], more) for more in ("", *needed.get("extra", ()))]
    return {name for name, _ in found}


def _pins(versions: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each locked version of a package, with the machines that it is for if there are several."""
    for package in versions:
        public = package["version"].partition("+")[0]  # fits builds for the CPU and for GPUs
        markers = " or ".join(f"({marker})" for marker in package.get("resolution-markers", ()))
        yield f"{package['name']}=={public}" + (f" ; {markers}" if markers else "")
