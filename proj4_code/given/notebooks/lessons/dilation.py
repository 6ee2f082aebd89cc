"""Part 2: what dilated kernels read, and what one output of a stack, or of your network, sees: found by gradients."""

import copy
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from torch import Tensor, nn

from proj4_code.given.notebooks.lessons.drawing import BLUE, INK, ORANGE, SHADES, WIDTH, bare, legible, plain
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
    """Show what each kernel reads, and what the stack of them sees; sliders choose layers, dilations and a stride."""

    def draw(layers: int, stride: int, **dilations: int) -> Figure:
        """The pixels that each 3×3 kernel reads, and those that one output of the stack of kernels sees."""
        chosen = list(dilations.values())[:layers]
        return stack([(3, 1 if number else stride, dilation) for number, dilation in enumerate(chosen)])

    play(
        draw,
        layers=slider("layers", 3, 1, 3),
        first=slider("dilation of 1st", 1, 1, 4),
        second=slider("dilation of 2nd", 2, 1, 4),
        third=slider("dilation of 3rd", 4, 1, 4),
        stride=slider("stride of 1st", 1, 1, 2),
    )


def paths(layers: Layers) -> Tensor:
    """Count the paths from each input pixel to the middle output: its gradient if all weights are 1.

    Returns:
        (41, 41) float64.
    """
    pixels = torch.zeros(1, 1, SIDE, SIDE, dtype=torch.float64, requires_grad=True)
    x = pixels
    for side, stride, dilation in layers:
        x = F.conv2d(x, torch.ones(1, 1, side, side, dtype=x.dtype), stride=stride, dilation=dilation)
    x[0, 0, x.shape[2] // 2, x.shape[3] // 2].backward()
    return pixels.grad[0, 0]


def width_seen(gradient: Tensor) -> int:
    """Measure how wide the part of a map (H, W) is that is not zero."""
    columns = gradient.any(dim=0).nonzero()
    return int(columns.max() - columns.min()) + 1


def stack(layers: Layers) -> Figure:
    """Draw what each 3×3 kernel reads, and the paths from the pixels to one output."""
    figure = Figure(figsize=(WIDTH, 3.7), layout="constrained")
    grid = figure.add_gridspec(2, 4, width_ratios=(1, 1, 1, 3.1), height_ratios=(1, 1.1))
    for number, (_, stride, dilation) in enumerate(layers):
        axes = figure.add_subplot(grid[0, number])
        reads = np.zeros((9, 9))
        reads[4 - dilation : 5 + dilation : dilation, 4 - dilation : 5 + dilation : dilation] = 1
        axes.pcolormesh(reads, cmap=ListedColormap(["white", ORANGE]), edgecolors="#bbbbbb", linewidth=0.6)
        axes.set_title(f"layer {number + 1}")
        axes.set_xlabel(f"dilation {dilation}" + (f",\nstride {stride}" if stride > 1 else ""))
        axes.set_aspect("equal")
        bare(axes)
    _list(figure.add_subplot(grid[1, :3]), layers)
    _show_paths(figure, figure.add_subplot(grid[:, 3]), paths(layers))
    return figure


def _list(axes: Axes, layers: Layers) -> None:
    """Write how much the stack sees after each of its layers."""
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(3.6, -0.6))
    for x, words, place in ((0, "layers", "left"), (0.6, "see", "right"), (1, "and read", "right")):
        axes.text(x, 0, words, ha=place, weight="bold")
    for number in range(1, len(layers) + 1):
        gradient = paths(layers[:number])
        width, read = width_seen(gradient), int((gradient > 0).sum())
        for x, words, place in (
            (0, f"first {number}" if number > 1 else "first", "left"),
            (0.6, f"{width}×{width}", "right"),
            (1, f"{100 * read / width**2:.0f} % of it", "right"),
        ):
            axes.text(x, number, words, ha=place)


def _show_paths(figure: Figure, axes: Axes, counts: Tensor) -> None:
    width, most = width_seen(counts), int(counts.max())
    shown = np.where(counts.numpy() > 0, counts.numpy(), np.nan)
    mesh = axes.pcolormesh(shown, cmap="Blues", vmin=-most / 3, vmax=most, edgecolors="#dddddd", linewidth=0.3)
    columns = counts.any(dim=0).nonzero()
    left = int(columns.min())
    axes.plot(
        [left, left + width, left + width, left, left],
        [left, left, left + width, left + width, left],
        "--",
        color=INK,
        lw=1.6,
    )
    axes.set_title(f"one output sees {width}×{width} pixels", weight="bold")
    axes.set_aspect("equal")
    bare(axes)
    bar = figure.colorbar(mesh, ax=axes, shrink=0.8, ticks=sorted({1, most}))
    bar.ax.set_ylim(min(1, most - 1), most)
    bar.set_label("paths to the output")
    bar.outline.set_visible(False)


def compare_stacks(receptive_field: Callable[[Layers], int]) -> None:
    """Show what your function computes for some stacks, beside what gradients measure."""
    rows = [(name, receptive_field(layers), width_seen(paths(layers))) for name, layers in STACKS.items()]
    show_comparison(rows)


def show_comparison(rows: Sequence[tuple[str, int, int]]) -> None:
    """Show a table of receptive fields: name, computed side, measured side."""
    cell = "text-align:right; padding:2px 10px; white-space:nowrap"
    lines = [
        f'<tr style="background:none"><td style="{cell}; text-align:left">{name}</td>'
        f'<td style="{cell}">{computed}</td><td style="{cell}">{measured}</td>'
        f'<td style="{cell}">{"✓ equal" if computed == measured else "✗ different"}</td></tr>'
        for name, computed, measured in rows
    ]
    heads = "".join(f'<th style="{cell}">{head}</th>' for head in ("", "receptive_field says", "gradients reach", ""))
    text = "\n".join(f"{name}: receptive_field says {says}, gradients reach {reach}" for name, says, reach in rows)
    table = f'<table style="font-size:14px; margin:0"><tr>{heads}</tr>{"".join(lines)}</table>'
    display({"text/html": table, "text/plain": text}, raw=True)


def compare_maps(dilated: nn.Module, strided: nn.Module, frame: Frame) -> None:
    """Show the last maps of your network and of torchvision's, both in eval mode and with the same weights."""
    pixels = tensor(frame.image) - 0.45
    with torch.inference_mode():
        theirs = nn.Sequential(*list(strided.children())[:-2])(pixels)
        yours, _ = dilated(pixels)
    difference = (yours[..., ::4, ::4] - theirs).abs().max()
    print(f"Every fourth cell of yours and torchvision's: largest difference {difference:.1g}")
    with legible():
        figure = Figure(figsize=(WIDTH, 2), layout="constrained")
        (left, middle, right), (height, width, _) = figure.subplots(1, 3), frame.image.shape
        left.imshow(frame.image)
        left.set_title(f"the input, {height}×{width}")
        for axes, features, whose in ((middle, theirs, "torchvision's"), (right, yours, "yours")):
            axes.imshow(features[0].mean(dim=0).numpy(), cmap=SHADES)
            axes.set_title(f"{whose}, {features.shape[2]}×{features.shape[3]} cells")
            every = 1 if axes is middle else 4
            rows, columns = np.mgrid[: features.shape[2] : every, : features.shape[3] : every]
            axes.plot(columns.ravel(), rows.ravel(), "o", color="white", mec="black", mew=0.7, ms=3)
        for axes in (left, middle, right):
            bare(axes)
    show(figure, "The frame, and the last maps of a strided and of a dilated ResNet; dots: the cells that both have")


def show_field(network: nn.Module, receptive_field: Callable[[Layers], int]) -> None:
    """Show how wide one cell of your network sees, computed and measured, and how strongly each pixel counts.

    Args:
        network: of part 2; it stays as it is.
        receptive_field: of part 2.
    """
    network, layers = with_positive_weights(network), []
    hooks = [
        module.register_forward_hook(lambda module, *_: layers.append(geometry(module)))
        for name, module in network.named_modules()
        if isinstance(module, nn.Conv2d | nn.MaxPool2d) and "downsample" not in name  # shortcuts see less
    ]
    strip = torch.rand(1, 3, 33, STRIP, generator=torch.Generator().manual_seed(0)).requires_grad_()
    features, _ = network(strip)
    for hook in hooks:
        hook.remove()
    features[0, :, features.shape[2] // 2, features.shape[3] // 2].sum().backward()
    gradient = strip.grad[0].abs().sum(dim=0)
    measured, computed = width_seen(gradient), receptive_field(layers)
    show_comparison([("a cell of your ResNet-18", computed, measured)])
    with legible():
        figure = _profile(gradient.sum(dim=0).numpy(), measured)
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
    settings = (layer.kernel_size, layer.stride, layer.dilation)
    return tuple(value if isinstance(value, int) else value[0] for value in settings)


def _profile(strength: np.ndarray, measured: int) -> Figure:
    """Draw how strongly each pixel of a strip counts."""
    figure = Figure(figsize=(WIDTH, 2.4), layout="constrained")
    axes = figure.subplots()
    share = strength / strength.sum()
    ahead = np.cumsum(share)
    half = int((ahead < 0.95).sum() - (ahead < 0.05).sum())
    axes.fill_between(np.arange(len(share)), 100 * share, color=BLUE, lw=0)
    reached = np.flatnonzero(share)
    top = 100 * share.max()
    for width, left, height, words in (
        (measured, reached[0], 1.1, f"sees {measured} pixels"),
        (half, (ahead < 0.05).sum(), 0.55, f"but 90 % is from these {half}"),
    ):
        axes.annotate(
            "", (left, top * height), (left + width, top * height), arrowprops={"arrowstyle": "<->", "color": INK}
        )
        axes.text(left + width, top * height, f" {words}", va="center")
    axes.set(xlabel="pixel of the row", ylabel="share, %", xlim=(0, len(share) * 1.3), ylim=(0, top * 1.3))
    axes.set_xticks(range(0, len(share), 64))
    plain(axes)
    return figure
