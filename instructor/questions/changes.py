"""Small changes of a student's code: another operator, another number, an argument or a statement left out.

Each changes one expression or statement on one line, and leaves the rest of the file as it was written.
"""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from proj4_code.given.questions.excerpts import DEFINITIONS, parse
from proj4_code.given.questions.question import Excerpt

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "//",
    ast.Pow: "*",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.And: "or",
    ast.Or: "and",
}
"""What takes an operator's place."""
UNWRAPPED = ("clamp", "clamp_min", "detach", "double", "float", "long", "to", "int", "flatten")
"""Methods that are left out: what they are called on takes their place."""
NAMES = {"max": "min", "min": "max", "nanmean": "mean", "train": "eval", "eval": "train", "sum": "mean"}
"""Functions and methods that another takes the place of."""


class Change(NamedTuple):
    """A change of one line.

    Attributes:
        file: that it is in.
        line: its number.
        before: the line as it is, without indentation.
        after: the line as it would be.
        source: the whole file with the change.
    """

    file: str
    line: int
    before: str
    after: str
    source: str

    @property
    def text(self) -> str:
        """The change, as something to do."""
        if self.left_out:
            return f"leave out line {self.line}, `{self.before}`"
        return f"make line {self.line} `{self.after}`"

    @property
    def supposed(self) -> str:
        """The change, as something supposed."""
        if self.left_out:
            return f"line {self.line}, `{self.before}`, were left out"
        return f"line {self.line} read `{self.after}` instead of `{self.before}`"

    @property
    def left_out(self) -> bool:
        """Whether a whole statement is left out."""
        return self.after.partition("#")[0].strip() == "pass"


def list_changes(source: str, excerpts: Sequence[Excerpt]) -> list[Change]:
    """List the changes of the lines that a question shows.

    Args:
        source: of the file.
        excerpts: of that file.
    """
    tree = parse(source)
    if tree is None or not excerpts:
        return []
    shown = {line for excerpt in excerpts for line, _ in excerpt.numbered}
    lines = source.split("\n")
    changes = {}
    for node, new in _edits(tree, lines):
        line, end = node.lineno, node.end_lineno
        if line != end or line not in shown:
            continue
        raw = lines[line - 1].encode()
        after = (raw[: node.col_offset] + new.encode() + raw[node.end_col_offset :]).decode()
        changed = "\n".join([*lines[: line - 1], after, *lines[line:]])
        if after != lines[line - 1] and parse(changed) is not None:
            change = Change(excerpts[0].file, line, lines[line - 1].strip(), after.strip(), changed)
            changes[change.source] = change
    return list(changes.values())


class _Place(NamedTuple):
    lineno: int
    end_lineno: int
    col_offset: int
    end_col_offset: int


def _edits(tree: ast.Module, lines: Sequence[str]) -> Iterator[tuple[_Place, str]]:
    """Yield places, and what would stand there instead."""
    for node in _what_runs(tree):
        if isinstance(node, ast.BinOp):
            yield from _between(lines, node.left, [(node.op, node.right)])
        elif isinstance(node, ast.Compare):
            yield from _between(lines, node.left, list(zip(node.ops, node.comparators, strict=True)))
        elif isinstance(node, ast.BoolOp):
            yield from _between(lines, node.values[0], [(node.op, value) for value in node.values[1:]])
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield _place(node), str(not node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            yield _place(node), str(node.value + 1)
            if node.value > 1:
                yield _place(node), str(node.value - 1)
        elif isinstance(node, ast.Call):
            yield from _calls(node)
        elif _can_go(node):
            yield _place(node), "pass"


def _can_go(node: ast.AST) -> bool:
    """Return whether a statement can be left out so that the rest still has its names."""
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], (ast.Attribute, ast.Subscript))
    return isinstance(node, (ast.AugAssign, ast.Expr)) and not isinstance(node.value, ast.Constant)


def _what_runs(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through the code in bodies: not through decorators, arguments and annotations."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, DEFINITIONS):
            for statement in child.body:
                yield from _walk(statement)
        else:
            yield from _walk(child)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, DEFINITIONS):
        for statement in node.body:
            yield from _walk(statement)
        return
    yield node
    yield from _what_runs(node)


def _between(
    lines: Sequence[str], left: ast.expr, pairs: Sequence[tuple[ast.AST, ast.expr]]
) -> Iterator[tuple[_Place, str]]:
    """Yield the operator between two operands, where only it and blanks stand there."""
    for operator, right in pairs:
        place = _Place(left.end_lineno or 0, right.lineno, left.end_col_offset or 0, right.col_offset)
        new = OPERATORS.get(type(operator))
        if new and place.lineno == place.end_lineno:
            text = lines[place.lineno - 1].encode()[place.col_offset : place.end_col_offset].decode()
            if not set(text) & set("()#"):
                yield place, f" {new} "
        left = right


def _calls(node: ast.Call) -> Iterator[tuple[_Place, str]]:
    """Yield a call with another name, without a keyword, or without the method."""
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in NAMES and function.end_col_offset is not None:
        end = function.end_col_offset
        line = function.end_lineno or 0
        yield _Place(line, line, end - len(name.encode()), end), NAMES[name]
    if isinstance(function, ast.Attribute) and function.attr in UNWRAPPED and node.end_lineno is not None:
        receiver = function.value
        yield (
            _Place(receiver.end_lineno or 0, node.end_lineno, receiver.end_col_offset or 0, node.end_col_offset or 0),
            "",
        )
    arguments: list[ast.AST] = [*node.args, *node.keywords]
    for before, keyword in pairwise(arguments):
        if isinstance(keyword, ast.keyword):
            start, end_of = _place(before), _place(keyword)
            yield _Place(start.end_lineno, end_of.end_lineno, start.end_col_offset, end_of.end_col_offset), ""


def _place(node: ast.AST) -> _Place:
    return _Place(*(getattr(node, name) for name in _Place._fields))
