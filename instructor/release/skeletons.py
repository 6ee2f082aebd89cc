"""The skeletons that students fill in, made from the reference."""

import difflib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from instructor.release.regions import Region, find_regions
from proj4_code.given.parts import PARTS, Part
from proj4_unit_tests.harness.submission import KIT, lay_over

SOLUTION = KIT / "instructor" / "solution"
SKELETONS = KIT / "proj4_code"


def make_skeletons() -> dict[str, str]:
    """Make all skeletons.

    Returns:
        file name -> text.

    Raises:
        FileNotFoundError: if the reference lacks a part.
        ValueError: if markers do not pair, or a skeleton cannot be imported; the message starts with "file:line: ".
    """
    sources = {part: (SOLUTION / part.file).read_text(encoding="utf-8") for part in PARTS}
    regions = {part: find_regions(source, _shown(part)) for part, source in sources.items()}
    skeletons = {part: _cut(part, source, regions[part]) for part, source in sources.items()}
    _check_imports(skeletons, regions)
    return {part.file: skeleton for part, skeleton in skeletons.items()}


def write_skeletons() -> list[str]:
    """Write the skeletons that differ from the reference's; return their names."""
    changed = []
    for name, skeleton in make_skeletons().items():
        path = SKELETONS / name
        if not path.is_file() or path.read_text(encoding="utf-8") != skeleton:
            path.write_text(skeleton, encoding="utf-8", newline="\n")
            changed.append(name)
    return changed


def drift() -> str:
    """Compare the skeletons in `proj4_code` with those that the reference gives.

    Returns:
        A unified diff; empty if they are the same.
    """
    diff: list[str] = []
    for name, expected in make_skeletons().items():
        path = SKELETONS / name
        found = path.read_text(encoding="utf-8") if path.is_file() else ""
        diff += difflib.unified_diff(
            found.splitlines(keepends=True),
            expected.splitlines(keepends=True),
            f"proj4_code/{name}",
            f"proj4_code/{name} as released",
        )
    return "".join(diff)


def _shown(part: Part) -> str:
    return f"instructor/solution/{part.file}"


def _cut(part: Part, source: str, regions: list[Region]) -> str:
    lines = source.splitlines()
    for region in reversed(regions):
        todo = json.dumps(f"TODO: {part.name}, {region.task}", ensure_ascii=False)
        lines[region.begin - 1 : region.end] = [f"{region.indent}raise NotImplementedError({todo})"]
    return "\n".join(lines) + "\n"


def _check_imports(skeletons: dict[Part, str], regions: dict[Part, list[Region]]) -> None:
    """Import every skeleton in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "written"
        written.mkdir()
        for part, skeleton in skeletons.items():
            (written / part.file).write_text(skeleton, encoding="utf-8")
        package = lay_over(written, Path(folder))
        imports = "; ".join(f"import proj4_code.{part.module}" for part in PARTS)
        command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(package)!r}); {imports}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(_import_error(done.stderr, regions))


def _import_error(traceback: str, regions: dict[Part, list[Region]]) -> str:
    reason = traceback.strip().splitlines()[-1]
    by_file = {part.file: part for part in regions}
    frames = [(file, int(line)) for file, line in re.findall(r'File ".*[/\\](part\w+\.py)", line (\d+)', traceback)]
    for file, line in reversed(frames):
        if file in by_file:
            line = _line_in_source(line, regions[by_file[file]])
            return f"{_shown(by_file[file])}:{line}: without its solution regions this cannot be imported: {reason}"
    return f"the skeletons cannot be imported: {reason}"


def _line_in_source(line: int, regions: list[Region]) -> int:
    """Find the line of the reference that became a line of the skeleton."""
    for region in regions:
        if line <= region.begin:
            break
        line += region.end - region.begin
    return line
