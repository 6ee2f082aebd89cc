"""Part 2: what dilated kernels read, and what one output of a stack, or of your network, sees: found by gradients."""

import copy
from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np
import torch
import torch.nn.functional as F
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor, nn

from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import BLUE, INK, ORANGE, SHADES
from proj4_code.given.notebooks.lessons.frames import Frame, tensor
from proj4_code.given.notebooks.lessons.playing import play, show, slider

Layers = Sequence[tuple[int, int, int]]
"""(kernel, stride, dilation) of each layer of a stack, the first one first."""
STACKS: dict[str, Layers] = {
    "one 3×3 convolution": [(3, 1, 1)],
    "two": [(3, 1, 1)] * 2,
    "three": [(3, 1, 1)] * 3,
    "three of dilation 1, 2, 4": [(3, 1, 1), (3, 1, 2), (3, 1, 4)],
    "three of stride 2": [(3, 2, 1)] * 3,
    "one 7×7, one 3×3, both of stride 2": [(7, 2, 1), (3, 2, 1)],
}
STRIP = 513  # pixels: 64 strides of 8, and one; more than ResNet-18 sees
SIDE = 41  # pixels of the grid: as many as the largest stack below sees


def play_with_dilation() -> None:
    """Show what each kernel reads, and what the stack of them sees; controls choose layers, dilations and a stride."""
    dilations = {
        name: slider(f"of the {name}", dilation, 1, 4)
        for name, dilation in {"first": 1, "second": 2, "third": 4}.items()
    }
    play(
        "The pixels that each 3×3 kernel reads, and those that one output of the stack of kernels sees.",
        lambda layers, stride, **dilations: stack(
            [(3, 1 if number else stride, dilation) for number, dilation in enumerate(dilations.values())][:layers]
        ),
        {name: partial(_tap, name) for name in dilations},
        {"the stack": ("layers", "stride"), "the dilations": list(dilations)},
        layers=slider("layers", 3, 1, 3),
        **dilations,
        stride=slider("stride of the first", 1, 1, 2),
    )


def _tap(name: str, x: float, y: float) -> dict[str, float]:
    """Return the dilation of a kernel whose outer tap is dragged to a pixel of its 9×9."""
    return {name: max(abs(x - 4.5), abs(y - 4.5))}


def paths(layers: Layers) -> Tensor:
    """Count the paths from each pixel to the middle output, (41, 41): its gradient if all weights are 1."""
    return _paths(tuple(layers))


@cache
def _paths(layers: Layers) -> Tensor:
    pixels = torch.zeros(1, 1, SIDE, SIDE, dtype=torch.float64, requires_grad=True)
    x = pixels
    for side, stride, dilation in layers:
        x = F.conv2d(x, torch.ones(1, 1, side, side, dtype=x.dtype), stride=stride, dilation=dilation)
    (gradient,) = torch.autograd.grad(x[0, 0, x.shape[2] // 2, x.shape[3] // 2], pixels)
    return gradient[0, 0]


def width_seen(gradient: Tensor) -> int:
    """Measure how wide the part of a map (H, W) is that is not zero."""
    columns = gradient.any(dim=0).nonzero()
    return int(columns.max() - columns.min()) + 1


def stack(layers: Layers) -> Figure:
    """Draw what each 3×3 kernel reads, and the paths from the pixels to one output."""
    figure = drawing.blank(3.7)
    grid = figure.add_gridspec(2, 4, width_ratios=(1, 1, 1, 3.1), height_ratios=(1, 1.1))
    for number, (_, stride, dilation) in enumerate(layers):
        axes = figure.add_subplot(grid[0, number])
        reads = np.zeros((9, 9))
        reads[4 - dilation : 5 + dilation : dilation, 4 - dilation : 5 + dilation : dilation] = 1
        axes.pcolormesh(reads, cmap=ListedColormap(["white", ORANGE]), edgecolors="#bbbbbb", linewidth=0.6)
        axes.set(gid=("first", "second", "third")[number], title=f"layer {number + 1}", aspect="equal")
        axes.set_xlabel(f"dilation {dilation}" + (f",\nstride {stride}" if stride > 1 else ""))
        drawing.bare(axes)
    _list(figure.add_subplot(grid[1, :3]), layers)
    _show_paths(figure, figure.add_subplot(grid[:, 3]), paths(layers))
    return figure


def _list(axes: Axes, layers: Layers) -> None:
    """Write how much the stack sees after each of its layers."""
    rows = [("layers", "see", "and read")]
    for number in range(1, len(layers) + 1):
        gradient = paths(layers[:number])
        width, read = width_seen(gradient), int((gradient > 0).sum())
        name = f"first {number}" if number > 1 else "first"
        rows.append((name, f"{width}×{width}", f"{100 * read / width**2:.0f} % of it"))
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(3.6, -0.6))
    for y, row in enumerate(rows):
        for words, x, place in zip(row, (0, 0.6, 1), ("left", "right", "right"), strict=True):
            axes.text(x, y, words, ha=place, weight="normal" if y else "bold")


def _show_paths(figure: Figure, axes: Axes, counts: Tensor) -> None:
    width, most = width_seen(counts), int(counts.max())
    shown = np.where(counts.numpy() > 0, counts.numpy(), np.nan)
    mesh = axes.pcolormesh(shown, cmap="Blues", vmin=-most / 3, vmax=most, edgecolors="#dddddd", linewidth=0.3)
    left = int(counts.any(dim=0).nonzero().min())
    axes.add_patch(Rectangle((left, left), width, width, fill=False, ls="--", ec=INK, lw=1.6))
    axes.set_title(f"one output sees {width}×{width} pixels", weight="bold")
    axes.set_aspect("equal")
    drawing.bare(axes)
    scale = drawing.add_scale(figure, mesh, "paths to the output", ax=axes, shrink=0.8, ticks=sorted({1, most}))
    scale.set_ylim(min(1, most - 1), most)


def compare_stacks(receptive_field: Callable[[Layers], int]) -> None:
    """Show what your function computes for some stacks, compared with what gradients measure."""
    show_comparison([(name, receptive_field(layers), width_seen(paths(layers))) for name, layers in STACKS.items()])


def show_comparison(rows: Sequence[tuple[str, int, int]]) -> None:
    """Show a table of receptive fields: name, computed side, measured side."""
    lines = ["| layers | receptive_field says | gradients reach | so they are |", "| :--- | ---: | ---: | :--- |"]
    for name, computed, measured in rows:
        lines.append(f"| {name} | {computed} | {measured} | {'✓ equal' if computed == measured else '✗ different'} |")
    text = "\n".join(f"{name}: receptive_field says {says}, gradients reach {reach}" for name, says, reach in rows)
    display({"text/markdown": "\n".join(lines), "text/plain": text}, raw=True)


@drawing.legible()
def compare_maps(dilated: nn.Module, strided: nn.Module, frame: Frame) -> None:
    """Show the last maps of your network and of torchvision's, both in eval mode and with the same weights."""
    pixels = tensor(frame.image) - 0.45
    with torch.inference_mode():
        theirs = nn.Sequential(*list(strided.children())[:-2])(pixels)
        yours, _ = dilated(pixels)
    difference = (yours[..., ::4, ::4] - theirs).abs().max()
    print(f"Every fourth cell of yours and torchvision's: largest difference {difference:.1g}")
    figure = drawing.blank(2)
    left, *others = figure.subplots(1, 3)
    drawing.show_picture(left, "the input, {}×{}".format(*frame.image.shape), frame.image)
    for axes, features, whose, every in zip(others, (theirs, yours), ("torchvision's", "yours"), (1, 4), strict=True):
        height, width = features.shape[2:]
        drawing.show_picture(axes, f"{whose}, {height}×{width} cells", features[0].mean(dim=0).numpy(), cmap=SHADES)
        rows, columns = np.mgrid[:height:every, :width:every]
        axes.plot(columns.ravel(), rows.ravel(), "o", color="white", mec="black", mew=0.7, ms=3)
    show(figure, "The frame, and the last maps of a strided and of a dilated ResNet; dots: the cells that both have")


@drawing.legible()
def show_field(network: nn.Module, receptive_field: Callable[[Layers], int]) -> None:
    """Show how wide one cell of your network sees, computed and measured, and how strongly each pixel counts."""
    network = with_positive_weights(network)
    layers: list[tuple[int, int, int]] = []
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d | nn.MaxPool2d) and "downsample" not in name:  # shortcuts see less
            module.register_forward_hook(lambda module, *_: layers.append(geometry(module)))
    strip = torch.rand(1, 3, 33, STRIP, generator=torch.Generator().manual_seed(0)).requires_grad_()
    features, _ = network(strip)
    (gradient,) = torch.autograd.grad(features[0, :, features.shape[2] // 2, features.shape[3] // 2].sum(), strip)
    strength = gradient[0].abs().sum(dim=0)
    measured = width_seen(strength)
    show_comparison([("a cell of your ResNet-18", receptive_field(layers), measured)])
    figure = _profile(strength.sum(dim=0).numpy(), measured)
    show(figure, "How strongly each pixel of a row counts for one cell of the features: a bell")


def with_positive_weights(network: nn.Module) -> nn.Module:
    """Copy a network so that no path cancels another and no ReLU blocks one: all gradients arrive."""
    network = copy.deepcopy(network).float().eval()
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            module.weight.data /= module.weight[0].numel()
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_parameters()
    return network.requires_grad_(False)


def geometry(layer: nn.Conv2d | nn.MaxPool2d) -> tuple[int, int, int]:
    """Return kernel, stride and dilation of a layer."""
    kernel, stride, dilation = (
        value if isinstance(value, int) else value[0] for value in (layer.kernel_size, layer.stride, layer.dilation)
    )
    return kernel, stride, dilation


def _profile(strength: np.ndarray, measured: int) -> Figure:
    """Draw how strongly each pixel of a strip counts."""
    share = 100 * strength / strength.sum()
    top = share.max()
    ahead = np.cumsum(share)
    before, half = int((ahead < 5).sum()), int(((ahead >= 5) & (ahead < 95)).sum())
    figure = drawing.blank(2.4)
    axes = figure.subplots()
    axes.fill_between(np.arange(len(share)), share, color=BLUE, lw=0)
    arrow = {"arrowstyle": "<->", "color": INK}
    for left, width, height, words in (
        (int(np.flatnonzero(share)[0]), measured, 1.1 * top, f"sees {measured} pixels"),
        (before, half, 0.55 * top, f"but 90 % is from these {half}"),
    ):
        axes.annotate("", (left, height), (left + width, height), arrowprops=arrow)
        axes.text(left + width, height, f" {words}", va="center")
    axes.set(xlabel="pixel of the row", ylabel="share, %", xlim=(0, len(share) * 1.3), ylim=(0, top * 1.3))
    axes.set_xticks(range(0, len(share), 64))
    drawing.plain(axes)
    return figure
