"""Read the imports of all modules of the project, also those inside functions, without importing anything."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("proj4_code", "proj4_unit_tests", "instructor", "docs")


@dataclass(frozen=True)
class Import:
    """An import statement of a module.

    Attributes:
        importer: dotted name of the module that imports, such as "proj4_code.given.train".
        imported: dotted name of what it imports: a module of the project, or as written.
        line: line of the statement.
        lazy: whether it stands inside a function.
    """

    importer: str
    imported: str
    line: int
    lazy: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


def module_files(root: Path) -> dict[str, Path]:
    """Map the dotted name of every module of the project in `root` to its file."""
    paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    paths += sorted(root.glob("*.py"))
    return {_dotted(path.relative_to(root)): path for path in paths if "__pycache__" not in path.parts}


def read_imports(root: Path) -> list[Import]:
    """Read every import statement of the project in `root`, the standard library's modules aside."""
    files = module_files(root)
    found = []
    for module, path in files.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node, lazy in _statements(tree, lazy=False):
            for name in _names(node, files, _neighbours(path, root)):
                if name.split(".")[0] not in sys.stdlib_module_names:
                    found.append(Import(module, name, node.lineno, lazy))
    return found


def import_graph(root: Path) -> dict[str, set[str]]:
    """Map every module of the project in `root` to the modules of the project that it imports."""
    graph: dict[str, set[str]] = {module: set() for module in module_files(root)}
    for entry in read_imports(root):
        if entry.imported in graph and entry.imported != entry.importer:
            graph[entry.importer].add(entry.imported)
    return graph


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return every group of modules that import each other, each sorted by name."""
    reachable = {module: _reachable(module, graph) for module in graph}
    groups = {
        tuple(sorted(other for other in reached if module in reachable[other])) for module, reached in reachable.items()
    }
    return [list(group) for group in sorted(groups) if group]


def floors(graph: dict[str, set[str]]) -> dict[str, int]:
    """Return the floor of every module: 1 if it imports no other, else one above the highest that it imports."""
    found: dict[str, int] = {}

    def floor(module: str, above: tuple[str, ...] = ()) -> int:
        if module not in found:
            below = [floor(other, (*above, module)) for other in graph[module] if other not in above]
            found[module] = 1 + max(below, default=0)
        return found[module]

    return {module: floor(module) for module in graph}


def _reachable(module: str, graph: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(graph[module])
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting += graph[other]
    return found


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _neighbours(path: Path, root: Path) -> dict[str, str]:
    """Map names that a program run by its path imports from its own folder to their dotted names."""
    near = [*path.parent.glob("*.py"), *path.parent.glob("*/__init__.py")]
    modules = [_dotted(other.relative_to(root)) for other in near if other != path and other.parent != root]
    return {module.rpartition(".")[2]: module for module in modules}


def _statements(node: ast.AST, lazy: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, lazy
        yield from _statements(child, lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def _names(node: ast.Import | ast.ImportFrom, files: dict[str, Path], neighbours: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield _resolve(alias.name, neighbours)
    elif node.module and not node.level:
        base = _resolve(node.module, neighbours)
        for alias in node.names:
            full = f"{base}.{alias.name}"
            yield full if full in files else base


def _resolve(name: str, neighbours: dict[str, str]) -> str:
    first, dot, rest = name.partition(".")
    if first in neighbours and first not in PACKAGES and first not in sys.stdlib_module_names:
        return f"{neighbours[first]}{dot}{rest}"
    return name
