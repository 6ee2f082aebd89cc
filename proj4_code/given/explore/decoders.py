"""Decoders: from the same backbone to a class for every pixel, in seven ways, and what happens to the lamp post."""

import time
from functools import cache, partial
from statistics import mean, median

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor, nn

from proj4_code.given.classes import NUM_CLASSES, TRAIN_NAMES, VOID
from proj4_code.given.explore.apparatus.experiment import Cell, Experiment, Result
from proj4_code.given.explore.apparatus.fitting import Plan, fit, predict
from proj4_code.given.explore.apparatus.streets import Frames, load_frames, normalised
from proj4_code.given.explore.apparatus.study import Row, Size, Study
from proj4_code.given.explore.costs.counting import count_operations, count_parameters, measure_activations
from proj4_code.given.explore.losses import measured, padded
from proj4_code.given.networks.build import NAMES, build_network, read_weights
from proj4_code.given.pictures.labels import below_each_other, color_image, heading, legend, photo

ARCHITECTURES = ("fcn32s", "fcn16s", "fcn8s", "segnet", "unet", "deeplabv3plus", "pspnet")
ON_VGG = "segnet"  # SegNet mirrors VGG-16, and has no form with a ResNet
DEPTH, BINS = 18, (1, 2, 3, 6)
THIN = ("Column_Pole", "SignSymbol", "Pedestrian", "Bicyclist")
POLE = TRAIN_NAMES.index("Column_Pole")
COUNTED_AT = 241  # side in pixels of the image for which operations and memory are counted
FOUND, LOST, INVENTED = (27, 115, 68), (179, 38, 30), (217, 160, 60)


def build(arch: str, weights: dict[str, Tensor] | None = None) -> nn.Module:
    """Build one of the networks, without an auxiliary classifier."""
    return build_network(arch, DEPTH, BINS, False, NUM_CLASSES, weights)


def weights_for(arch: str, source: str) -> dict[str, Tensor] | None:
    """Read what the backbone of a network starts from; a file is of the ResNet, and SegNet then starts from scratch."""
    if arch != ON_VGG:
        return read_weights(source, DEPTH)
    return read_weights("imagenet", DEPTH, "vgg16_bn") if source == "imagenet" else None


def seconds_an_image(model: nn.Module, image: Tensor, device: torch.device) -> float:
    """Measure the median time of a forward pass of one image (3, H, W) uint8, the first one not counted."""
    times, batch = [], padded(normalised(image[None].to(device)))
    with torch.inference_mode():
        for _ in range(6):
            began = time.perf_counter()
            model.eval()(batch)["out"].sum().item()  # .item() waits for a GPU
            times.append(time.perf_counter() - began)
    return median(times[1:])


def costs(arch: str) -> Row:
    """Count parameters, and operations and the memory of training for one image of `COUNTED_AT` pixels a side."""
    with torch.device("meta"):
        model = build(arch)
    kept = measure_activations(model, COUNTED_AT)
    operations = count_operations(model, side=COUNTED_AT)
    return {"parameters": count_parameters(model), "operations": operations, "memory": sum(kept.values())}


def run(study: Study) -> Result:
    """Train and score every network in one setting."""
    from proj4_code.part5_iou import iou_per_class, mean_iou

    side = study.choose(49, 73, 241)
    plan = study.choose(Plan(2, 2, 33, 2e-3), Plan(50, 8, 65, 2e-3), Plan(3000, 16, 201, 1e-3))
    data = cache(partial(load_frames, study, *study.choose((8, 4), (80, 32), (367, 101)), side))
    left_out = {Size.QUICKEST: (ON_VGG, "deeplabv3plus"), Size.QUICK: (ON_VGG,), Size.FULL: ()}[study.size]
    networks = [arch for arch in ARCHITECTURES if arch not in left_out]

    def measure(arch: str) -> Row:
        train, val = data()
        torch.manual_seed(0)
        model = build(arch, weights_for(arch, study.weights))
        fit(model, train, plan, 0, study.device)
        matrix, scores = measured(model, val, study.device)
        shown = pole_frame(val)
        return {
            **costs(arch),
            "miou": mean_iou(matrix),
            "iou": [None if value != value else value for value in iou_per_class(matrix).tolist()],
            "boundary_f1": scores["boundary_f1"],
            "seconds": seconds_an_image(model, val.images[0], study.device),
            "prediction": predict(model, Frames(val.images[shown:][:1], val.masks[shown:][:1]), study.device)[
                0
            ].tolist(),
        }

    found = dict(zip(networks, study.rows(networks, measure), strict=True))
    _, val = data()
    return result_of(found, val, study)


def pole_frame(frames: Frames) -> int:
    """Return the place of the frame with the most pixels of poles."""
    return int((frames.masks == POLE).sum((1, 2)).argmax())


def result_of(found: dict[str, Row], val: Frames, study: Study) -> Result:
    """Put table, chart, pictures and claims together."""
    thin = {arch: mean(row["iou"][TRAIN_NAMES.index(name)] or 0.0 for name in THIN) for arch, row in found.items()}
    columns = {
        "network": "",
        "mean IoU": ".3f",
        "IoU of thin classes": ".3f",
        "boundary F1": ".3f",
        "parameters, M": ".1f",
        f"GMAC at {COUNTED_AT}²": ".1f",
        f"training memory at {COUNTED_AT}², MB": ".0f",
        "ms an image": ".1f",
    }
    rows: list[list[Cell]] = []
    for arch, row in found.items():
        cost = [row["parameters"] / 1e6, row["operations"] / 1e9, row["memory"] / 1e6, 1000 * row["seconds"]]
        rows.append([NAMES[arch], row["miou"], thin[arch], row["boundary_f1"], *cost])
    edges = {arch: row["boundary_f1"] for arch, row in found.items()}
    claims = {
        "FCN-8s, with two skips, is ahead of FCN-32s, with none, at edges": edges["fcn8s"] > edges["fcn32s"],
        "U-Net, with skips at every resolution, is ahead of FCN-32s at edges": edges["unet"] > edges["fcn32s"],
        "U-Net is ahead of PSPNet, whose cells of 8 pixels are never refined, at edges": edges["unet"]
        > edges["pspnet"],
    }
    notes = [
        "Boundary F1 allows 0.0075 of the diagonal: on small frames, less than a pixel.",
        f"Thin classes: {', '.join(THIN)}. ms an image: a frame of {val.masks.shape[1]}×{val.masks.shape[2]}.",
        "SegNet's backbone is VGG-16 with batch norm; with --weights FILE it starts from random weights."
        if ON_VGG in found
        else "SegNet, on VGG-16, takes ten times as long, and is left out of the quick form.",
    ]
    predictions = {arch: torch.tensor(row["prediction"], dtype=torch.uint8) for arch, row in found.items()}
    pictures = {"predictions": draw_predictions(predictions, val), "poles": draw_poles(predictions, val)}
    return Result(columns, rows, draw_decoders(found, thin), claims, pictures, notes)


def draw_decoders(found: dict[str, Row], thin: dict[str, float]) -> Figure:
    """Draw mean IoU, boundary F1 and the IoU of thin classes against operations."""
    figure = Figure(figsize=(8.4, 3.6), layout="constrained")
    panels = {
        "mean IoU": {arch: row["miou"] for arch, row in found.items()},
        "boundary F1": {arch: row["boundary_f1"] for arch, row in found.items()},
        "IoU of thin classes": thin,
    }
    for axes, (title, values) in zip(figure.subplots(1, 3, sharey=True), panels.items(), strict=True):
        order = list(found)
        axes.barh([NAMES[arch] for arch in order], [values[arch] for arch in order], color="#9699a0")
        for place, arch in enumerate(order):
            axes.text(values[arch], place, f" {values[arch]:.2f}", va="center")
        axes.set(title=title, xlim=(0, max(*values.values(), 0.05) * 1.25))
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].invert_yaxis()
    return figure


def draw_predictions(predictions: dict[str, Tensor], val: Frames) -> Image.Image:
    """Put the frame, its truth, and all predictions (H, W) uint8 of it side by side, four in a row."""
    place = pole_frame(val)
    cells = {"frame": photo(val.images[place]), "truth": color_image(val.masks[place])}
    cells |= {NAMES[arch]: color_image(prediction) for arch, prediction in predictions.items()}
    return _grid(cells, with_legend=True)


def draw_poles(predictions: dict[str, Tensor], val: Frames) -> Image.Image:
    """Paint what each prediction (H, W) uint8 makes of the frame's poles: found green, lost red, invented yellow."""
    place = pole_frame(val)
    truth = val.masks[place].numpy()
    grey = np.array(photo(val.images[place]).convert("L").point(lambda value: 140 + value // 3).convert("RGB"))
    cells = {"frame": photo(val.images[place])}
    for arch, prediction in predictions.items():
        said, pixels = prediction.numpy(), grey.copy()
        pixels[(truth == POLE) & (said == POLE)] = FOUND
        pixels[(truth == POLE) & (said != POLE)] = LOST
        pixels[(truth != POLE) & (said == POLE) & (truth != VOID)] = INVENTED
        cells[NAMES[arch]] = Image.fromarray(pixels)
    return _grid(cells, with_legend=False)


def _grid(cells: dict[str, Image.Image], with_legend: bool, columns: int = 4) -> Image.Image:
    """Put pictures in rows, twice as large, each with its title above."""
    names, strips = list(cells), []
    for first in range(0, len(names), columns):
        some = names[first : first + columns]
        width, height = (2 * side for side in cells[some[0]].size)
        strip = Image.new("RGB", (columns * (width + 6), height + 6), "white")
        for place, name in enumerate(some):
            strip.paste(cells[name].resize((width, height), Image.Resampling.NEAREST), (place * (width + 6), 0))
        strips += [heading(some, [width] * len(some)), strip]
    return below_each_other([*strips, legend(strips[1].width)] if with_legend else strips)


EXPERIMENT = Experiment(
    name="decoders",
    title="Decoders",
    question=(
        "A backbone gives features of an eighth or a thirty-second of the resolution. How does a network get from "
        "there to pixels? FCN adds skips, SegNet remembers where the maxima were, U-Net hands on everything, "
        "DeepLab v3+ adds one skip to dilated features, PSPNet interpolates. All are trained in one setting, on "
        "ResNet-18."
    ),
    prediction=(
        "Order the networks by mean IoU, by boundary F1, and by operations. Which one loses the lamp post, and why?"
    ),
    conclusions=(
        "Mean IoU hardly sees edges: they are few pixels. Boundary F1 does, and there the skips pay. What a coarse "
        "map has lost, interpolation cannot bring back. Dilation keeps a finer map, and pays for it in operations "
        "and memory. What this does not show: with longer training and ImageNet's weights, context gains more; and "
        "SegNet has another backbone."
    ),
    run=run,
    parts=(1, 2, 3, 5),
    takes=("data", "weights"),
)
