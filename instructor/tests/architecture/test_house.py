"""The house stands: no import runs up or in a circle, folders stay small, and nothing outside is named inside."""

import re
import subprocess
import tomllib
from collections import Counter
from functools import cache
from importlib.metadata import packages_distributions

import pytest

from instructor.grading.origin import deciding_files
from instructor.tests.architecture.imports import circles, import_graph, module_files, read_imports
from instructor.tests.architecture.rooms import room_of, runs_up
from proj4_unit_tests.harness.submission import KIT

MOST_MODULES = 14
LARGE_FOLDERS = ("proj4_code/given/scene_drawing", "proj4_code/given/data", "instructor/catalogue/alternatives")
PART = re.compile(r"proj4_code\.part\d")
OWN = {"proj4_code", "proj4_unit_tests", "instructor", "zip_for_colab"}
NOT_INSTALLED_BY_US = {"google"}  # google.colab is there on Colab only
PARTS_MAY_IMPORT = {"matplotlib"}  # although grading itself draws nothing
OUTSIDE = (b"../" + b"shared", b"/" + b"work/main", b"/" + b"opt/")


@pytest.fixture(scope="module")
def imports():
    """All imports of the project."""
    return read_imports(KIT)


@pytest.fixture(scope="module")
def project():
    """The table [project] of pyproject.toml."""
    return tomllib.loads((KIT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_no_import_runs_from_a_lower_room_to_a_higher_one(imports):
    modules = module_files(KIT)
    up = [
        f"{entry} ({room_of(entry.importer)[1]} -> {room_of(entry.imported)[1]})"
        for entry in imports
        if entry.imported in modules and runs_up(entry.importer, entry.imported)
    ]
    assert not up, "\n".join(["these imports run up:", *up])


def test_no_imports_run_in_a_circle():
    found = circles(import_graph(KIT))
    assert not found, "\n".join(["these modules import each other:", *map(", ".join, found)])


def test_no_folder_is_too_large():
    folders = Counter(path.parent.relative_to(KIT).as_posix() for path in module_files(KIT).values())
    large = {
        folder: count
        for folder, count in folders.items()
        if count - (KIT / folder / "__init__.py").exists() > MOST_MODULES and not folder.startswith(LARGE_FOLDERS)
    }
    assert not large


def test_nothing_outside_instructor_imports_it(imports):
    outside = [entry for entry in imports if not entry.importer.startswith("instructor")]
    assert not [str(entry) for entry in outside if entry.imported.split(".")[0] == "instructor"]


def test_given_imports_the_parts_inside_functions_only(imports):
    given = [entry for entry in imports if entry.importer.startswith("proj4_code.given")]
    assert not [str(entry) for entry in given if PART.match(entry.imported) and not entry.lazy]


def test_given_never_imports_the_tests(imports):
    given = [entry for entry in imports if entry.importer.startswith("proj4_code")]
    assert not [str(entry) for entry in given if entry.imported.startswith("proj4_unit_tests")]


def test_every_direct_import_is_declared(imports, project):
    students = _names(project["dependencies"])
    extras = {extra: _names(listed) for extra, listed in project["optional-dependencies"].items()}
    undeclared = set()
    for entry in imports:
        allowed = set(students)
        if entry.importer.startswith(("instructor", "docs")):
            allowed |= extras["instructor"] | extras["grading"] | extras["similarity"]
        if entry.importer.startswith("instructor.benchmarks"):
            allowed |= extras["benchmarks"]
        top = entry.imported.split(".")[0]
        if top not in OWN | NOT_INSTALLED_BY_US | {"docs"} and not _distributions(top) & allowed:
            undeclared.add(str(entry))
    assert not undeclared, "\n".join(["pyproject.toml declares no distribution for:", *sorted(undeclared)])


def test_the_graders_archive_and_the_extra_for_grading_hold_what_grading_imports(imports, project):
    modules = module_files(KIT)
    packed = {path.relative_to(KIT).as_posix() for path in deciding_files()}
    names = {module for module, path in modules.items() if path.relative_to(KIT).as_posix() in packed}
    declared = _names(project["optional-dependencies"]["grading"])
    needed = {entry.imported.split(".")[0] for entry in imports if entry.importer in names} - OWN - NOT_INSTALLED_BY_US
    unpacked = {str(entry) for entry in imports if entry.importer in names and entry.imported in modules.keys() - names}
    missing = {top for top in needed if not _distributions(top) & declared}
    idle = {name for name in declared - PARTS_MAY_IMPORT if not any(name in _distributions(top) for top in needed)}
    assert (unpacked, missing, idle) == (set(), set(), set())


def test_no_file_names_what_lies_outside_the_project():
    listed = subprocess.run(["git", "ls-files", "-z", "--cached"], cwd=KIT, capture_output=True, check=True).stdout
    files = [KIT / name for name in listed.decode().split("\0") if name]
    named = [
        f"{path.relative_to(KIT)}: {outside.decode()}"
        for path in files
        if path.is_file()
        for outside in OUTSIDE
        if outside in path.read_bytes()
    ]
    assert not named


def _names(requirements: list[str]) -> set[str]:
    return {_normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in requirements}


def _distributions(top: str) -> set[str]:
    """Return the distributions that a module may belong to: those installed, or the one of its name."""
    return {_normal(name) for name in _installed().get(top, [top])}


_installed = cache(packages_distributions)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
