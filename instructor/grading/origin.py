"""What a grade depends on: the files that decide it, the answer book, and the versions of Python and torch."""

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from instructor.grading.records import Origin
from proj4_code import __version__
from proj4_unit_tests.harness.submission import KIT

DECIDES = {
    "proj4_code": ("__init__", "part*"),
    "proj4_code/given": ("__init__", "classes", "files", "parts"),
    "proj4_code/given/basics": ("*",),
    "proj4_code/given/data": ("__init__", "batches", "contents", "frames", "images", "sampling", "splits"),
    "proj4_code/given/networks": ("__init__", "build", "checkpoints", "inference"),
    "proj4_unit_tests": ("**/*",),
    "instructor": ("__init__", "rubric"),
    "instructor/grading": (
        "__init__", "code_review", "grade", "origin", "policy", "records", "results", "run_tests", "training_results",
        "upload"
    ),
    "instructor/sandbox": ("*",),
}  # fmt: skip
"""Folder -> modules: what grading imports, and what parts may. An autograder's archive holds the same files."""


def describe_origin(upload: str, book: bytes, protections: tuple[str, ...] = ()) -> Origin:
    """Describe what a grade depends on.

    Args:
        upload: its hash.
        book: content of the answer book.
        protections: of the sandbox.
    """
    digest = hashlib.sha256(book).hexdigest()[:16]
    return Origin(upload, __version__, kit_hash(), digest, platform.python_version(), _torch_version(), protections)


@cache
def _torch_version() -> str:
    return version("torch")


def deciding_files() -> list[Path]:
    """List the kit's files that decide a grade, in the same order everywhere."""
    patterns = [f"{folder}/{module}.py" for folder, modules in DECIDES.items() for module in modules]
    return sorted(path for pattern in [*patterns, "instructor/grading/policy.toml"] for path in KIT.glob(pattern))


@cache
def kit_hash() -> str:
    """Compute the SHA-256 of the files that decide a grade."""
    digest = hashlib.sha256()
    for path in deciding_files():
        digest.update(f"{path.relative_to(KIT).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
