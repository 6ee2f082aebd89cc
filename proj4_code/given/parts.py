"""The six parts of the assignment: the one place for their numbers, names, titles, files and contents."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

UNWRITTEN_LINE = re.compile(rb"^[ \t]*raise NotImplementedError\(\s*[\"']TODO: part \d", re.MULTILINE)
"""A place in a part's file that is still to be written."""


class Part(NamedTuple):
    """One of the six modules that a student writes, or the tests that use several of them.

    Attributes:
        number: 1 to 6; 0 for several parts together.
        module: name of the module in `proj4_code`.
        title: what it is about.
        contents: names of the functions and classes that others use; what else its file holds only helps them.
    """

    number: int
    module: str
    title: str
    contents: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return f"part {self.number}" if self.number else self.module

    @property
    def key(self) -> str:
        """The name in one word, for `pytest -k`."""
        return self.name.replace(" ", "")

    @property
    def file(self) -> str:
        """Name of the file in `proj4_code`."""
        return f"{self.module}.py"

    @property
    def tests(self) -> str:
        """Name of the module of tests in `proj4_unit_tests`."""
        return f"test_{self.module}"

    def count_unwritten(self, source: bytes) -> int:
        """Count the places in its file that are still to be written, in all that `contents` make use of."""
        try:
            statements = ast.parse(source).body
        except (SyntaxError, ValueError):
            return len(UNWRITTEN_LINE.findall(source))
        definitions = {node.name: node for node in statements if isinstance(node, DEFINITIONS)}
        reached: list[ast.AST] = [node for node in statements if not isinstance(node, DEFINITIONS)]
        reached += [definitions.pop(name) for name in self.contents if name in definitions]
        count = 0
        while reached:
            for node in _what_runs(reached.pop()):
                if isinstance(node, ast.Name) and node.id in definitions:
                    reached.append(definitions.pop(node.id))
                count += isinstance(node, ast.Raise) and UNWRITTEN_LINE.match(ast.unparse(node).encode()) is not None
        return count


DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


def _what_runs(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through a piece of code without the statements that stand behind a return or a raise."""
    yield node
    for _, field in ast.iter_fields(node):
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST):
                yield from _what_runs(child)
            if isinstance(child, (ast.Return, ast.Raise)):
                break


PARTS = (
    Part(1, "part1_ppm", "pyramid pooling", ("PPM",)),
    Part(2, "part2_dilated_resnet", "dilated ResNet", ("receptive_field", "dilate_stage", "DilatedResNet")),
    Part(3, "part3_pspnet", "PSPNet", ("PSPNet",)),
    Part(4, "part4_camvid", "CamVid", ("encode_labels", "CamVid", "train_transforms", "eval_transforms")),
    Part(5, "part5_iou", "IoU", ("confusion_matrix", "iou_per_class", "mean_iou", "pixel_accuracy")),
    Part(
        6,
        "part6_training",
        "training",
        ("segmentation_loss", "poly_factor", "parameter_groups", "train_one_epoch", "evaluate"),
    ),
)
TOGETHER = Part(0, "together", "several parts")
EVERYTHING = (*PARTS, TOGETHER)
