"""Beyond PSPNet: decoders, depth, what networks cost, and how far pixels are from an edge."""

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from torchvision import models

from proj4_code.given.classes import rows_of

from .style import BLUE, GREY, GRID, INK, PALE_BLUE, PAPER, RUST, WIDTH, canvas, scene

LEVELS = ("1", "1/2", "1/4", "1/8", "1/16", "1/32")
DECODERS: tuple[tuple[str, int, tuple[int, ...], str], ...] = (
    # Network, its coarsest level, the levels that its decoder stops at, what a skip carries.
    ("FCN-32s", 5, (), ""),
    ("FCN-8s", 5, (4, 3), "scores"),
    ("SegNet", 5, (4, 3, 2, 1, 0), "places of maxima"),
    ("U-Net", 5, (4, 3, 2, 1), "features"),
    ("DeepLab v3+", 4, (2,), "features"),
    ("PSPNet", 3, (), ""),
)
DILATED = {"DeepLab v3+", "PSPNet"}
COMPARED = {  # model -> name, and where it stands: shift from the middle of the disc in points, and alignment
    "alexnet": ("AlexNet", (0, -23), "center"),
    "vgg16": ("VGG-16", (0, -30), "center"),
    "googlenet": ("GoogLeNet", (-7, 0), "right"),
    "resnet18": ("ResNet-18", (8, 0), "left"),
    "resnet50": ("ResNet-50", (0, 14), "center"),
    "resnet152": ("ResNet-152", (0, 21), "center"),
    "densenet121": ("DenseNet-121", (-8, 0), "right"),
    "squeezenet1_1": ("SqueezeNet", (0, -13), "center"),
    "mobilenet_v2": ("MobileNet v2", (8, 0), "left"),
}
BANDS = ((1, "at the edge"), (4, "1 to 3 pixels away"), (8, "4 to 7"), (10_000, "further"))


def draw_decoders() -> Figure:
    """Draw each network as a way down in resolution, and a way up, with its skips."""
    figure, axes = canvas(2.95)
    step = 0.36
    for level, name in enumerate(LEVELS):
        y = 2.3 - step * level
        axes.plot([0.5, WIDTH - 0.1], [y, y], color=GRID, lw=0.8, zorder=0)
        axes.text(0.42, y, name, ha="right", va="center", color=GREY, fontsize=9)
    for place, (name, coarsest, stops, carried) in enumerate(DECODERS):
        left = 0.65 + 1.3 * place
        down = [(left + 0.1 * level, 2.3 - step * level) for level in range(coarsest + 1)]
        up = [(left + 1.1 - 0.1 * level, 2.3 - step * level) for level in (*stops, *(() if 0 in stops else (0,)))]
        axes.plot(*zip(*down, strict=True), "o-", color=BLUE, markersize=4, lw=1.6)
        axes.plot(*zip(down[-1], *up, strict=True), "-", color=RUST, lw=1.6)
        axes.plot(*zip(*up, strict=True), "o", color=RUST, markersize=4)
        for level, end in zip(stops, up, strict=False):
            form = "--" if name == "SegNet" else "-"
            if level:
                axes.plot([down[level][0], end[0]], [end[1], end[1]], form, color=INK, lw=1)
        axes.text(left + 0.55, 2.62, name, ha="center", weight="bold")
        if carried:
            axes.text(left + 0.55, 0.22, carried, ha="center", color=GREY, fontsize=9)
        if name in DILATED:
            axes.text(down[-1][0], down[-1][1] - 0.1, "dilated", ha="center", va="top", fontsize=9, color=BLUE)
    axes.text(0.42, 0.22, "skips:", ha="right", color=GREY, fontsize=9)
    return figure


def draw_depth() -> Figure:
    """Draw a plain and a residual block, and what they compute when their weights are zero."""
    figure, axes = canvas(1.75)
    for top, name, residual in ((1.35, "plain", False), (0.55, "residual", True)):
        axes.text(0.1, top, name, va="center", weight="bold")
        axes.text(1.15, top, "x", va="center", ha="center", style="italic")
        for place, text in enumerate(("3×3, batch norm, ReLU", "3×3, batch norm")):
            _box(axes, 1.6 + 2.05 * place, top - 0.17, 1.75, 0.34, text)
            axes.annotate(
                "", (1.6 + 2.05 * place, top), (1.3 + 2.05 * place, top), arrowprops={"arrowstyle": "-|>", "color": INK}
            )
        axes.annotate("", (5.95, top), (5.4, top), arrowprops={"arrowstyle": "-|>", "color": INK})
        if residual:
            box = {"boxstyle": "circle,pad=0.15", "fc": PAPER, "ec": RUST, "lw": 1.4}
            axes.text(5.67, top, "+", ha="center", va="center", weight="bold", color=RUST, bbox=box, zorder=4)
            axes.plot([1.42, 1.42, 5.67, 5.67], [top, top - 0.33, top - 0.33, top - 0.12], color=RUST, lw=1.6)
        result = "x + F(x)" if residual else "F(x)"
        axes.text(6.05, top, result, va="center", style="italic")
        axes.text(
            7.0, top, "weights 0: x" if residual else "weights 0: 0", va="center", color=RUST if residual else GREY
        )
    return figure


def draw_complexity() -> Figure:
    """Draw top-1 accuracy by operations, with a disc for the number of parameters, from torchvision's metadata."""
    figure = Figure(figsize=(WIDTH, 3.1))
    axes = figure.add_axes((0.08, 0.16, 0.9, 0.8))
    for model, (name, shift, align) in COMPARED.items():
        meta = models.get_model_weights(model).IMAGENET1K_V1.meta
        place, millions = (meta["_ops"], meta["_metrics"]["ImageNet-1K"]["acc@1"]), meta["num_params"] / 1e6
        axes.scatter(*place, s=12 * millions, color=PALE_BLUE, edgecolor=BLUE)
        text = f"{name}, {millions:.0f} M"
        axes.annotate(text, place, shift, textcoords="offset points", ha=align, va="center", fontsize=9)
    axes.set(xscale="log", xlim=(0.2, 40), ylim=(50, 85), xlabel="operations for one image, GMAC")
    axes.set_ylabel("top-1 on ImageNet, percent")
    axes.set_xticks([0.3, 1, 3, 10, 30], ["0.3", "1", "3", "10", "30"])
    axes.minorticks_off()
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def draw_context() -> Figure:
    """Draw a frame, and how far its pixels are from the nearest edge between two classes."""
    image, label = scene()
    rows = torch.from_numpy(rows_of(label).astype(np.int64))
    edge = torch.zeros(rows.shape, dtype=torch.bool)
    edge[:, 1:] |= rows[:, 1:] != rows[:, :-1]
    edge[1:] |= rows[1:] != rows[:-1]
    bands = torch.full(rows.shape, len(BANDS) - 1)
    for place, (reach, _) in reversed(list(enumerate(BANDS[:-1]))):
        near = F.max_pool2d(edge[None].float(), 2 * reach - 1, stride=1, padding=reach - 1)[0] > 0
        bands[near] = place
    # Not quite the colours of a page, which are others where the reader prefers dark pages.
    shades = np.array([[169, 86, 8], [243, 202, 154], [201, 220, 240], [254, 254, 254]], np.uint8)
    figure, axes = canvas(2.75)
    for left, pixels in ((0.1, image), (3.5, shades[bands.numpy()])):
        axes.imshow(pixels, extent=(left, left + 3.3, 0.15, 2.62), aspect="auto", interpolation="nearest")
    axes.set(xlim=(0, WIDTH), ylim=(0, 2.75))
    for place, ((_, text), shade) in enumerate(zip(BANDS, shades, strict=True)):
        y, share = 2.3 - 0.42 * place, float((bands == place).float().mean())
        axes.add_patch(FancyBboxPatch((6.95, y - 0.08), 0.18, 0.16, "square,pad=0", fc=shade / 255, ec=GREY, lw=0.8))
        axes.text(7.2, y, f"{text}\n{100 * share:.0f} % of pixels", va="center", fontsize=9)
    return figure


def _box(axes: Axes, x: float, y: float, width: float, height: float, text: str) -> None:
    axes.add_patch(FancyBboxPatch((x, y), width, height, "round,pad=0,rounding_size=0.06", fc=PAPER, ec=INK, lw=1.1))
    axes.text(x + width / 2, y + height / 2, text, ha="center", va="center", fontsize=9)
