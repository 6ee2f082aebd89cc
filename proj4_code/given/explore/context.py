"""What pyramid pooling sees: bins, average or maximum, and where in a frame it helps."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import numpy as np
import torch
from matplotlib.figure import Figure
from PIL import Image
from torch import nn

from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.explore.apparatus.edges import DISTANCE_NAMES, accuracy_by_distance
from proj4_code.given.explore.apparatus.experiment import Experiment, Result
from proj4_code.given.explore.apparatus.fitting import Plan, fit, predict
from proj4_code.given.explore.apparatus.streets import Frames, load_frames
from proj4_code.given.explore.apparatus.study import NO_WEIGHTS, Row, Size, Study, slug
from proj4_code.given.explore.models.backbone import SmallBackbone
from proj4_code.given.explore.models.pooling import maximum_pooling
from proj4_code.given.files import png_bytes, write_whole
from proj4_code.given.networks.build import read_weights
from proj4_code.given.pictures.labels import below_each_other, color_image, heading, legend, photo


class Variant(NamedTuple):
    """A row of the paper's table 1 (Zhao et al. 2017, ResNet-50, ADE20K).

    Attributes:
        name: in tables.
        bins: of the pyramid.
        maximum: whether it takes the maximum of a cell, and not the average.
        paper: mean IoU in percent in the paper.
        line: how it is drawn.
    """

    name: str
    bins: tuple[int, ...]
    maximum: bool
    paper: float
    line: str


VARIANTS = (
    Variant("no pyramid", (), False, 37.23, "k:"),
    Variant("1, maximum", (1,), True, 39.94, "v--"),
    Variant("1, average", (1,), False, 40.07, "o--"),
    Variant("1 2 3 6, maximum", (1, 2, 3, 6), True, 40.87, "v-"),
    Variant("1 2 3 6, average", (1, 2, 3, 6), False, 41.68, "o-"),
)


class Run(NamedTuple):
    """A network that is to be trained."""

    variant: Variant
    seed: int

    @property
    def name(self) -> str:
        """How its row is called."""
        return f"{self.variant.name}, seed {self.seed}"


def build(study: Study, bins: Sequence[int]) -> nn.Module:
    """Build the student's PSPNet: on a small backbone without weights, or in full on a ResNet-50 with weights."""
    from proj4_code.part2_dilated_resnet import DilatedResNet
    from proj4_code.part3_pspnet import PSPNet

    backbone: nn.Module
    if study.size == Size.FULL:
        backbone = DilatedResNet(50, read_weights("imagenet" if study.weights == NO_WEIGHTS else study.weights, 50))
    else:
        backbone = SmallBackbone(width=study.choose(4, 16, 16))
    return PSPNet(backbone, NUM_CLASSES, bins=tuple(bins), aux=False)


def run(study: Study) -> Result:
    """Train each variant with each seed, and compare them."""
    from proj4_code.part5_iou import confusion_matrix, mean_iou, pixel_accuracy

    if study.weights != NO_WEIGHTS and study.size != Size.FULL:
        raise ValueError("there are no weights for the small backbone of a quick run: use --weights in full alone")
    plan = study.choose(Plan(3, 2, 33, 3e-3), Plan(150, 8, 97, 5e-3), Plan(2000, 16, 201, 4e-4))
    train, val = load_frames(study, *study.choose((4, 2, 48), (120, 40, 97), (10_000, 10_000, 240)))

    def measure(run: Run) -> Row:
        torch.manual_seed(run.seed)
        model = build(study, run.variant.bins)
        with maximum_pooling() if run.variant.maximum else nullcontext():
            fit(model, train, plan, run.seed, study.device)
            predictions = predict(model, val, study.device)
        write_whole(prediction_file(study, run), png_bytes(Image.fromarray(predictions[0].numpy())))
        matrix = confusion_matrix(predictions, val.masks, NUM_CLASSES)
        scores = {"miou": float(mean_iou(matrix)), "accuracy": float(pixel_accuracy(matrix))}
        return {"variant": run.variant.name, **scores, "by_distance": accuracy_by_distance(predictions, val.masks)}

    (study.out / "predictions").mkdir(exist_ok=True)
    runs = [Run(variant, seed) for seed in range(study.choose(1, 1, 3)) for variant in VARIANTS]
    rows = study.rows(runs, measure, lambda run: run.name)
    of_variant = {v: [row for row in rows if row["variant"] == v.name] for v in VARIANTS}
    columns = {"bins": "", "mean IoU": ".3f", "pixel accuracy": ".3f"}
    columns |= {f"{name} px from an edge" if name == "1" else f"{name} px": ".3f" for name in DISTANCE_NAMES}
    columns |= {"mean IoU in the paper (%, ADE20K)": ".2f"}
    cells = [
        (v.name, fmean(row["miou"] for row in rows), fmean(row["accuracy"] for row in rows), *near(rows), v.paper)
        for v, rows in of_variant.items()
    ]
    picture = prediction_sheet(study, val, runs[: len(VARIANTS)])
    return Result(columns, cells, draw(of_variant), claims_of(of_variant), {"predictions": picture})


def near(rows: Sequence[Row]) -> list[float | None]:
    """Average the accuracies by distance over the seeds."""
    groups = zip(*(row["by_distance"] for row in rows), strict=True)
    return [None if None in group else fmean(group) for group in groups]


def claims_of(of_variant: Mapping[Variant, Sequence[Row]]) -> dict[str, bool]:
    """Check what the paper's table says."""
    miou = {(v.bins, v.maximum): fmean(row["miou"] for row in rows) for v, rows in of_variant.items()}
    none, pyramid = miou[(), False], (1, 2, 3, 6)
    return {
        "each kind of pyramid is better than none": all(value > none for key, value in miou.items() if key[0]),
        "four bins are better than one, with averages": miou[pyramid, False] > miou[(1,), False],
        "the average is better than the maximum, with four bins": miou[pyramid, False] > miou[pyramid, True],
    }


def draw(of_variant: Mapping[Variant, Sequence[Row]]) -> Figure:
    """Draw the mean IoU of each variant, a mark for each seed, and accuracy by distance from an edge."""
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    for place, (variant, rows) in enumerate(of_variant.items()):
        scores = [row["miou"] for row in rows]
        color = "#0072b2" if len(variant.bins) > 1 else "#d55e00" if variant.bins else "black"
        left.barh(place, fmean(scores), color=color, alpha=0.35)
        left.plot(scores, [place] * len(scores), "o", color=color)
        style = {"color": color, "linestyle": variant.line.lstrip("vok"), "marker": variant.line[0].replace("k", "s")}
        right.plot(DISTANCE_NAMES, [np.nan if a is None else a for a in near(rows)], label=variant.name, **style)
    left.set_yticks(range(len(of_variant)), [variant.name for variant in of_variant])
    left.set(xlabel="mean IoU", title="Bins of the pyramid")
    right.set(xlabel="distance from the nearest edge in pixels", ylabel="pixel accuracy", title="Where it helps")
    right.legend(frameon=False, loc="lower right")
    for axes in (left, right):
        axes.grid(color="0.9", axis="x" if axes is left else "y")
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def prediction_file(study: Study, run: Run) -> Path:
    """Return where the prediction of the first frame is kept, a picture of train ids."""
    return study.out / "predictions" / f"{slug(run.name)}.png"


def prediction_sheet(study: Study, frames: Frames, runs: Sequence[Run]) -> Image.Image:
    """Draw the first frame, its truth, and what each run predicts, in rows of three."""
    pictures = [("frame", photo(frames.images[0])), ("truth", color_image(frames.masks[0]))]
    for run in runs:
        with Image.open(prediction_file(study, run)) as file:
            pictures.append((run.variant.name, color_image(torch.from_numpy(np.array(file)))))
    height, width = frames.masks.shape[-2:]
    factor = max(1, 300 // width)
    size = (width * factor, height * factor)
    strips = []
    for first in range(0, len(pictures), 3):
        row = pictures[first : first + 3]
        strips.append(heading([name for name, _ in row], [size[0]] * len(row)))
        strip = Image.new("RGB", (strips[-1].width, size[1]), "white")
        for place, (_, picture) in enumerate(row):
            strip.paste(picture.resize(size, Image.Resampling.NEAREST), (place * (size[0] + 6), 0))
        strips.append(strip)
    return below_each_other([*strips, legend(strips[0].width, with_void=True)])


QUESTION = """
Pyramid pooling tells each cell what its surroundings look like, on average. Which bins does it need, and would the
maximum do as well? This repeats table 1 of the paper (there on ADE20K) with your own PSPNet: without a pyramid, with
one bin, and with four, each with averages and with maxima. And where in a frame does it help: at the edges between
things, or inside them?
"""
PREDICTION = """
Sketch the accuracy of a pixel by its distance from the nearest edge, without a pyramid. Where will the pyramid move
this curve most? Order the five networks by mean IoU. Why could a maximum be worse than an average?
"""
CONCLUSIONS = """
A pixel inside a large area has nothing nearby that says what it is: there the wider surroundings help. At an edge the
error is one of position, and a bin a sixth of the frame wide knows nothing about positions; skips and decoders are the
answer to that. Quick runs use a backbone whose cells see 15×15 pixels, so that the pyramid has something to add: with
one of six residual blocks, which sees 111 of a frame's 129 pixels, it added nothing here (a mean IoU of 0.366 without,
0.364 with four bins). In the paper the average beats the maximum and four bins beat one, by about a point each; with
few steps, drawn streets and one seed, a difference of a point is chance: compare seeds before you believe an order.
"""
EXPERIMENT = Experiment(
    "context",
    "Context: what pyramid pooling sees",
    QUESTION,
    PREDICTION,
    CONCLUSIONS,
    run,
    parts=(1, 2, 3, 5),
    takes=("data", "weights"),
)
