"""What parts import: modules of the student's own, which travel with them, and packages that the grader lacks."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from proj4_code.given.parts import PARTS

PACKAGE = "proj4_code"
GRADER_PYTHON = (3, 11)
"""The oldest Python that a grader may have."""
_PACKAGES = """
    PIL contourpy cycler dateutil filelock fontTools fsspec jinja2 kiwisolver markupsafe matplotlib mpl_toolkits mpmath
    networkx numpy packaging pyparsing pytest safetensors setuptools sympy torch torchgen torchvision tqdm
    typing_extensions
"""
GRADER_PACKAGES = frozenset(_PACKAGES.split())
"""What a grader has besides Python's own modules."""
NOT_OWN = frozenset(("__init__", "given", *(part.module for part in PARTS)))
"""Names in the package that are not modules of the student's own."""
MISNAMED = re.compile(r"part[ _-]?[1-6]", re.IGNORECASE)
"""How the name of a file begins that its author may take for a part, such as "Part5.py"."""
NOT_PYTHON = re.compile(r"\.?part[1-6]\w*\.py\.(txt|icloud)", re.IGNORECASE)
"""A part that Notepad saved as text, or that iCloud has not brought onto this machine."""


class Import(NamedTuple):
    """An import statement.

    Attributes:
        line: where it stands.
        module: its full name, such as "proj4_code.helpers".
        names: what is taken from it; empty for `import module`.
        optional: whether the code goes on without it: in a `try`, or where only type checkers look.
    """

    line: int
    module: str
    names: tuple[str, ...]
    optional: bool


class OwnCode(NamedTuple):
    """What belongs to the parts.

    Attributes:
        modules: of the student's own that parts import, also through each other: path in the package -> content.
        problems: what works here and not at the grader, in sentences that name file, line and import.
    """

    modules: dict[str, bytes]
    problems: list[str]


def own_code(package: Path) -> OwnCode:
    """Follow the imports of the parts in a folder."""

    def read(name: str) -> bytes | None:
        return (package / name).read_bytes() if (package / name).is_file() else None

    parts = {part.file: content for part in PARTS if (content := read(part.file)) is not None}
    return follow_imports(parts, read)


def follow_imports(parts: Mapping[str, bytes], read: Callable[[str], bytes | None]) -> OwnCode:
    """Follow the imports of parts; nothing is run.

    Args:
        parts: name of the file -> content.
        read: returns the content of a student's file by its path in the package, such as "tools/maths.py"; None if
            there is no such file.
    """
    modules: dict[str, bytes] = {}
    problems: list[str] = []
    waiting = sorted(parts.items())
    for file, content in waiting:  # grows
        if problem := encoding_problem(content):
            problems.append(f"{file}, line 1: {problem}")
            continue
        try:
            tree = ast.parse(content)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # reported where it is imported
        if problem := _too_new(content):
            problems.append(f"{file}, {problem}")
        for found in list_imports(tree, file):
            own = [path for path in _own_paths(found) if path in modules or read(path) is not None]
            for path in own:
                if path not in modules:
                    modules[path] = read(path) or b""
                    waiting.append((path, modules[path]))
            if not own and not found.optional and (problem := _problem(found, parts, read)):
                problems.append(f"{file}, line {found.line}: {problem}")
    return OwnCode(modules, problems)


def strays(package: Path) -> list[str]:
    """List what nothing imports or grades, though it looks like a part: "Part5.py", copies such as "part1_ppm 2.py"."""
    own = own_code(package).modules
    found = [path.name for path in package.glob("*.py.*") if NOT_PYTHON.fullmatch(path.name)]
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        steps = name.removesuffix(".py").split("/")
        is_copy = len(steps) == 1 and steps[0] not in NOT_OWN and name not in own and MISNAMED.match(steps[0])
        if not any(step.startswith(".") for step in steps) and (is_copy or not all(map(str.isidentifier, steps))):
            found.append(name)
    return sorted(found)


def list_imports(tree: ast.Module, file: str) -> Iterator[Import]:
    """Yield the import statements of a file that run when it is imported or used, not those of `if __name__ == ...`.

    Args:
        tree: its syntax.
        file: its path in the package, for what relative imports mean.
    """
    package = [PACKAGE, *Path(file).parent.parts]
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    for node, optional in waiting:  # grows; no recursion, so that no depth of nesting is too much
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name, (), optional) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield Import(node.lineno, module, tuple(alias.name for alias in node.names), optional)
        elif isinstance(node, ast.If) and "__name__" in (names := _names(node.test)):
            waiting += [(child, optional) for child in node.orelse]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in names:
            waiting += [(child, True) for child in node.body] + [(child, optional) for child in node.orelse]
        elif isinstance(node, ast.Try):
            waiting += [(child, optional or bool(node.handlers)) for child in node.body]
            waiting += [(child, True) for child in node.handlers]
            waiting += [(child, optional) for child in (*node.orelse, *node.finalbody)]
        else:
            children = (child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr))
            waiting += [(child, optional) for child in children]


def encoding_problem(content: bytes) -> str:
    """Return in what a part is not UTF-8, as all parts are; empty if it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:1000]:
        return "the file is saved as UTF-16: save it as UTF-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        content.decode("utf-8")
    except (SyntaxError, UnicodeDecodeError):
        return "the file is not in UTF-8: save it as UTF-8"
    if encoding not in ("utf-8", "utf-8-sig"):
        return f"the file declares the encoding {encoding}: save it as UTF-8, and remove that line"
    return ""


def _names(expression: ast.expr) -> set[str]:
    """Return the names and attributes in an expression."""
    nodes = list(ast.walk(expression))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


def _own_paths(found: Import) -> Iterator[str]:
    """Yield the paths where modules of the student's own lie if an import means them."""
    package, *inner = found.module.split(".")
    if package != PACKAGE:
        return
    for name in ("", *found.names):
        steps = [*inner, name] if name else inner
        if not steps or steps[0] in NOT_OWN:
            continue
        for depth in range(1, len(steps)):
            yield "/".join([*steps[:depth], "__init__.py"])
        yield f"{'/'.join(steps)}.py"
        yield "/".join([*steps, "__init__.py"])


def _problem(found: Import, parts: Mapping[str, bytes], read: Callable[[str], bytes | None]) -> str:
    """Say why the grader cannot import a module that is not the student's own; empty if it can."""
    top, *inner = found.module.split(".")
    if top == PACKAGE:
        missing = [name for name in (inner[:1] or found.names) if name not in NOT_OWN and name != "__version__"]
        return f"{PACKAGE}.{missing[0]} is missing: {missing[0]}.py must lie beside the parts" if missing else ""
    if top in sys.stdlib_module_names or top in GRADER_PACKAGES:
        return ""
    if f"{top}.py" in parts or read(f"{top}.py") is not None or read(f"{top}/__init__.py") is not None:
        return f"`{top}` is found only by a Python that starts in {PACKAGE}: import {PACKAGE}.{top} instead"
    return (
        f"imports {top}, which the grader does not have: do without it (there are torch, torchvision, numpy, PIL and "
        f"matplotlib; a module of your own must lie in {PACKAGE})"
    )


def _too_new(content: bytes) -> str:
    """Return at which line the syntax is newer than the grader's Python; empty if it is not."""
    if sys.version_info[:2] <= GRADER_PYTHON:
        return ""
    try:
        ast.parse(content, feature_version=GRADER_PYTHON)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}; the grader's Python may be {'.'.join(map(str, GRADER_PYTHON))}"
    return ""
