"""Print how many files and lines the rooms have, and how high the imports stand, compared with an older checkout.

git worktree add build/before ae48bac
python -m instructor.tests.architecture.measure build/before
"""

import argparse
from collections import Counter
from pathlib import Path

from instructor.tests.architecture.imports import circles, floors, import_graph, module_files
from instructor.tests.architecture.rooms import runs_up
from proj4_unit_tests.harness.submission import KIT

KIT_ROOMS = ("proj4_code", "proj4_unit_tests")


def room_sizes(root: Path) -> dict[str, tuple[int, int]]:
    """Count modules and their lines by room: a folder at most two levels below the top, three in `given/`."""
    files: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for path in module_files(root).values():
        folders = path.parent.relative_to(root).parts
        room = "/".join(folders[: 3 if "given" in folders else 2]) or "."
        files[room] += 1
        lines[room] += len(path.read_bytes().splitlines())
    return {room: (files[room], lines[room]) for room in files}


def compare_rooms(before: Path, after: Path) -> str:
    """Write the table of files and lines in two checkouts."""
    old, new = room_sizes(before), room_sizes(after)
    rows = ["| folder | files, lines before | files, lines after |", "| --- | --- | --- |"]
    for room in sorted(old | new):
        rows.append(f"| `{room}` | {_cell(old.get(room))} | {_cell(new.get(room))} |")
    for name, chosen in (("student kit", KIT_ROOMS), ("all", ("",))):
        cells = (_total(sizes, chosen) for sizes in (old, new))
        rows.append(f"| {name} | {' | '.join(map(_cell, cells))} |")
    return "\n".join(rows)


def describe_imports(root: Path) -> str:
    """Describe the imports of a checkout: the highest floor of each package, and circles."""
    graph = import_graph(root)
    heights = floors(graph)
    highest = {
        package: max(heights[m] for m in graph if m.startswith(package)) for package in (*KIT_ROOMS, "instructor")
    }
    stand = ", ".join(f"{package} {height}" for package, height in highest.items())
    return f"import floors: {stand}; circles: {len(circles(graph))}"


def count_up(root: Path) -> int:
    """Count the imports of a checkout that run to a higher room."""
    return sum(runs_up(module, other) for module, others in import_graph(root).items() for other in others)


def _cell(size: tuple[int, int] | None) -> str:
    return f"{size[0]}, {size[1]}" if size else ""


def _total(sizes: dict[str, tuple[int, int]], rooms: tuple[str, ...]) -> tuple[int, int]:
    chosen = [size for room, size in sizes.items() if room.startswith(rooms) or room == "."]
    return sum(files for files, _ in chosen), sum(lines for _, lines in chosen)


def main() -> None:
    """Print the table and the imports."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, help="an older checkout")
    before = parser.parse_args().before.resolve()
    print(compare_rooms(before, KIT))
    print(f"\nbefore: {describe_imports(before)}")
    print(f"after:  {describe_imports(KIT)}; imports that run up: {count_up(KIT)}")


if __name__ == "__main__":
    main()
