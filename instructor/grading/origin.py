"""What a grade depends on: the files that decide it, the answer book, and the versions of Python and torch."""

import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from instructor.grading.policy import Policy
from instructor.grading.records import Origin
from instructor.grading.training.frames import Frame
from proj4_code import __version__
from proj4_unit_tests.harness.submission import KIT

DECIDES = {
    "proj4_code": ("__init__", "part*"),
    "proj4_code/given": ("__init__", "classes", "files", "parts"),
    "proj4_code/given/basics": ("*",),
    "proj4_code/given/data": ("__init__", "batches", "contents", "frames", "images", "sampling", "splits"),
    "proj4_code/given/networks": (
        "__init__", "backbones", "build", "checkpoints", "deeplabv3plus", "fcn", "inference", "segnet", "unet",
    ),
    "proj4_unit_tests": ("**/*",),
    "instructor": ("__init__", "rubric"),
    "instructor/grading": (
        "__init__", "code_review", "forgery", "grade", "hints", "origin", "policy", "records", "results", "run_tests",
        "text", "upload",
    ),
    "instructor/grading/files": ("*",),
    "instructor/grading/training": ("*",),
    "instructor/sandbox": ("*",),
}  # fmt: skip
"""Folder -> modules: what grading imports, and what parts may. An autograder's archive holds the same files."""


def describe_origin(
    upload: str,
    book: bytes,
    protections: tuple[str, ...] = (),
    policy: Policy | None = None,
    frames: Sequence[Frame] = (),
) -> Origin:
    """Describe what a grade depends on.

    Args:
        upload: its hash.
        book: content of the answer book.
        protections: of the sandbox.
        policy: the instructor's choices.
        frames: the test split, where results of training are graded.
    """
    return Origin(
        upload,
        __version__,
        kit_hash(),
        hashlib.sha256(book).hexdigest()[:16],
        platform.python_version(),
        _torch_version(),
        protections,
        policy.hash if policy else "",
        _data_hash(frames),
    )


def _data_hash(frames: Sequence[Frame]) -> str:
    """Compute the beginning of the SHA-256 of the test split; empty without one."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(f"{frame.name}\0{frame.image.shape}\0".encode() + frame.image.tobytes() + frame.truth.tobytes())
    return digest.hexdigest()[:16] if frames else ""


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
