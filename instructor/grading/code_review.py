# ruff: noqa: SIM905  words in a row are easier to read than lists of strings
"""What in a part's code this assignment has no use for: found in its syntax tree, for the instructor alone.

Comments, docstrings and names that merely contain a word count for nothing; neither do aliases, `getattr` or full-width
letters hide anything. It is not a defence: anyone who knows the rules can keep to them. It says where to look first.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence

from proj4_code.given.basics.imports import GRADER_PACKAGES, encoding_problem

# Modules that parts may need, besides the package itself.
USUAL = frozenset(
    "PIL __future__ abc argparse bisect collections contextlib copy csv dataclasses datetime decimal enum fractions "
    "functools glob heapq io itertools json logging math matplotlib mpl_toolkits numbers numpy operator pathlib pdb "
    "pprint proj4_code random re safetensors statistics string textwrap time torch torchvision tqdm types typing "
    "typing_extensions warnings".split()
)
# Modules that have harmless uses: these.
HARMLESS = {
    "gc": {"collect"},
    "os": set(
        "PathLike cpu_count environ fspath getcwd getenv listdir makedirs mkdir path scandir sep stat walk".split()
    ),
    "sys": set("argv byteorder executable exit float_info maxsize path platform stderr stdin stdout version".split()),
    "inspect": {"isclass", "isfunction", "signature"},
    "traceback": {"format_exc", "print_exc"},
}
WATCHED = frozenset((*HARMLESS, "builtins"))
CALLS = frozenset("compile eval exec globals".split())
ATTRIBUTES = frozenset(
    "_C _getframe ag_frame cr_frame f_back f_builtins f_globals f_locals gi_frame mro overrides tb_frame".split()
)
SPECIAL = frozenset(  # what classes of parts may define or use
    "__abs__ __add__ __all__ __call__ __class__ __contains__ __delitem__ __dict__ __doc__ __enter__ __exit__ __file__ "
    "__getattr__ __getitem__ __getitems__ __hash__ __init__ __init_subclass__ __iter__ __len__ __main__ __module__ "
    "__mul__ __name__ __new__ __next__ __post_init__ __qualname__ __radd__ __repr__ __rmul__ __setattr__ __setitem__ "
    "__setstate__ __slots__ __str__ __sub__ __truediv__ __version__".split()
)
TEXTS = ("/proc/", "proj4_unit_tests", "public_answers", "instructor.")


def find_oddities(name: str, content: bytes) -> list[str]:
    """List what a person should look at in a file, in sentences that name file and line.

    Args:
        name: of the file.
        content: of the file, which may be anything.
    """
    if problem := encoding_problem(content):
        return [f"{name}, line 1: {problem}"]
    try:
        tree = ast.parse(content)
        found: dict[str, int] = {}
        for line, what in _oddities(list(ast.walk(tree))):
            found[what] = min(line, found.get(what, line))
    except SyntaxError:
        return []  # it cannot be imported
    except (ValueError, RecursionError, MemoryError):
        return [f"{name} is nested too deeply to be looked through"]
    return [f"{name}, line {line}: {what}" for what, line in sorted(found.items(), key=lambda pair: pair[1])]


def _oddities(nodes: Sequence[ast.AST]) -> Iterator[tuple[int, str]]:
    """Yield lines and what is odd in them."""
    modules = _imported_modules(nodes)
    prose = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _odd_import(node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield from _odd_import(node.lineno, "" if node.level else node.module or "", alias.name)
        elif isinstance(node, ast.Name) and (node.id in CALLS or _is_special(node.id)):
            yield node.lineno, f"uses {node.id}"
        elif isinstance(node, ast.Name) and node.id in modules and modules[node.id] == "builtins":
            yield node.lineno, "uses builtins"
        elif isinstance(node, ast.Attribute):
            yield from _odd_attribute(node.lineno, node.value, node.attr, modules)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("attr"):
            yield from _odd_getattr(node, modules)
        elif isinstance(node, ast.FunctionDef) and _is_special(node.name):
            yield node.lineno, f"defines {node.name}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from ((node.lineno, f"has the text {text!r}") for text in TEXTS if text in node.value)
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Delete):
            targets: list[ast.expr] = [*node.targets] if isinstance(node, ast.Assign | ast.Delete) else [node.target]
            yield from _odd_assignments(targets, modules)


def _imported_modules(nodes: Sequence[ast.AST]) -> dict[str, str]:
    """Return the names that stand for modules: name in the file -> the module's own full name."""
    modules = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                modules[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return modules


def _odd_import(line: int, module: str, name: str = "") -> Iterator[tuple[int, str]]:
    top = module.partition(".")[0]
    if top in HARMLESS:
        if name and name not in HARMLESS[top]:
            yield line, f"uses {top}.{name}"
    elif top not in USUAL and (top in sys.stdlib_module_names or top in GRADER_PACKAGES):
        yield line, f"imports {top}"
    if name in ATTRIBUTES or _is_special(name):
        yield line, f"uses {name}"


def _odd_attribute(line: int, owner: ast.expr, name: str, modules: dict[str, str]) -> Iterator[tuple[int, str]]:
    module = modules.get(owner.id, "") if isinstance(owner, ast.Name) else ""
    if module in HARMLESS and name not in HARMLESS[module]:
        yield line, f"uses {module}.{name}"
    elif name in ATTRIBUTES or _is_special(name) or name in WATCHED:
        yield line, f"uses {name}"


def _odd_getattr(call: ast.Call, modules: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Look at getattr, setattr, delattr and hasattr as at the attribute that they name."""
    if len(call.args) < 2:
        return
    owner, name = call.args[:2]
    module = modules.get(owner.id, "") if isinstance(owner, ast.Name) else ""
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        yield from _odd_attribute(call.lineno, owner, name.value, modules)
    elif module in WATCHED:
        yield call.lineno, f"takes from {module} what its text does not say"


def _odd_assignments(targets: Iterable[ast.expr], modules: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield assignments that change a module for all other code; torch's own switches are meant to be set."""
    for target in targets:
        steps = []
        while isinstance(target, ast.Attribute):
            steps.append(target.attr)
            target = target.value
        if steps and isinstance(target, ast.Name) and target.id in modules and steps[-1] != "backends":
            yield target.lineno, f"changes {'.'.join([modules[target.id], *reversed(steps)])}"


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in SPECIAL
