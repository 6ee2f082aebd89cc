"""The student kit: one zip that is complete in itself, the same bytes whenever it is built."""

import io
import json
import zipfile
from collections.abc import Collection
from pathlib import Path

from instructor.release.handout import handout_html
from instructor.release.leaks import check_for_leaks
from instructor.release.skeletons import drift
from proj4_code.given.doctor import MANIFEST, fingerprint
from proj4_code.given.files import write_whole
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

CONTENTS = (
    ".vscode/settings.json",
    "LICENSE",
    "conftest.py",
    "environment.yml",
    "proj4_code/**/*.js",
    "proj4_code/**/*.py",
    "proj4_code/**/*.webp",
    "proj4_colab.ipynb",
    "proj4_explore.ipynb",
    "proj4_local.ipynb",
    "proj4_unit_tests/*.npz",
    "proj4_unit_tests/**/*.py",
    "pyproject.toml",
    "setup.cfg",
    "uv.lock",
    "zip_for_colab.py",
    "docs/handout.md",
    "docs/figures/handout_*",
)
AS_THEY_ARE = ("proj4_code/given/", "proj4_unit_tests/", "proj4_code/__init__.py", "setup.cfg", "zip_for_colab.py")
"""What students need not edit; `python -m proj4_code.given.doctor` tells them whether it was changed."""
RENAMED = {"README.md": "docs/student-readme.md", "AGENTS.md": "docs/student-agents.md"}
"""Pages for students and their assistants, where the repository has others: name in the kit -> path here."""


def build_kit(out: Path) -> list[str]:
    """Build the student kit and check that it holds nothing of the reference.

    Args:
        out: the zip; it appears only after the check has passed.

    Returns:
        The names of the files in it.

    Raises:
        ValueError: if the skeletons differ from the reference's, or a line of a solution is in the kit.
    """
    if difference := drift():
        raise ValueError(
            f"the skeletons are not what the reference gives; run: python -m instructor release\n{difference}"
        )
    files = _collect()
    archive = zip_files(files)
    check_for_leaks(io.BytesIO(archive))
    write_whole(out, archive)
    return sorted(files)


def _collect() -> dict[str, bytes]:
    files = {name: (KIT / path).read_bytes() for name, path in RENAMED.items()}
    files["docs/handout.html"] = handout_html().encode()
    for pattern in CONTENTS:
        paths = [path for path in KIT.glob(pattern) if path.is_file()]
        if not paths:
            raise FileNotFoundError(f"the kit needs {pattern}, which is missing")
        for path in paths:
            content = _without_outputs(path) if path.suffix == ".ipynb" else path.read_bytes()
            files[path.relative_to(KIT).as_posix()] = content
    files |= {f"docs/skeletons/{part.file}": files[f"proj4_code/{part.file}"] for part in PARTS}  # for given.reset
    given = [name for name in sorted(files) if name.startswith(AS_THEY_ARE)]
    files[MANIFEST] = "".join(f"{fingerprint(KIT / name)}  {name}\n" for name in given).encode()
    return files


def _without_outputs(path: Path) -> bytes:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def zip_files(files: dict[str, bytes], executable: Collection[str] = ()) -> bytes:
    """Make a zip, the same bytes for the same files.

    Args:
        files: name -> content.
        executable: names of those that may be run.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)  # dated 1980, so that the same files make the same bytes
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, also where it is built on Windows
            entry.external_attr = (0o755 if name in executable else 0o644) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()
