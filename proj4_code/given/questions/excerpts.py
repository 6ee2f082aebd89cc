"""The lines of a student's file that a question shows: a function or a class, and what it uses of the same file."""

import ast
from collections.abc import Iterator, Sequence

from proj4_code.given.questions.question import Excerpt, Sources

MOST_LINES = 60
"""Nobody reads more in two minutes."""
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def excerpts_of(sources: Sources, file: str, names: Sequence[str]) -> tuple[Excerpt, ...]:
    """Find the lines in which names are defined, without docstrings.

    Args:
        sources: the student's files.
        file: the one that the names are looked up in.
        names: of functions and classes; what they use of the same file comes along.

    Returns:
        The lines in the order of the file; none if a name is not defined there, or if they are too many to read.
    """
    source = sources.get(file, "")
    tree = parse(source)
    if tree is None:
        return ()
    statements = {name: node for node in tree.body for name in _binds(node)}
    if any(name not in statements for name in names):
        return ()
    reached: dict[ast.stmt, None] = {}
    waiting = list(names)
    while waiting:
        node = statements.get(waiting.pop())
        if node is not None and node not in reached:
            reached[node] = None
            waiting += [name.id for name in ast.walk(node) if isinstance(name, ast.Name)]
    lines = source.split("\n")
    ranges = [found for node in sorted(reached, key=lambda node: node.lineno) for found in _without_docstrings(node)]
    excerpts = tuple(_excerpt(file, lines, *found) for found in ranges)
    return excerpts if 0 < sum(len(excerpt.numbered) for excerpt in excerpts) <= MOST_LINES else ()


def parse(source: str) -> ast.Module | None:
    """Parse a student's file; None if this Python cannot."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _binds(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module defines; imports do not count."""
    if isinstance(node, DEFINITIONS):
        yield node.name
    for target in getattr(node, "targets", [getattr(node, "target", None)]):
        if isinstance(target, ast.Name):
            yield target.id


def _without_docstrings(node: ast.stmt) -> Iterator[tuple[int, int]]:
    """Yield the first and last lines of what is left of a statement without its docstrings."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
    for inner in ast.walk(node):
        if isinstance(inner, DEFINITIONS) and ast.get_docstring(inner, clean=False) is not None:
            docstring = inner.body[0]
            if docstring.lineno > inner.lineno and len(inner.body) > 1:
                yield first, docstring.lineno - 1
                first = (docstring.end_lineno or docstring.lineno) + 1
    yield first, node.end_lineno or node.lineno


def _excerpt(file: str, lines: Sequence[str], first: int, last: int) -> Excerpt:
    """Make an excerpt, without empty lines at its beginning and end."""
    while first < last and not lines[first - 1].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return Excerpt(file, first, "\n".join(lines[first - 1 : last]))
