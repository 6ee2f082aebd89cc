"""All six parts together: a PSPNet-18 that learns drawn streets in a minute, while you watch."""

import os
import time
from collections.abc import Iterator
from functools import partial

import torch
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader

from proj4_code.given.classes import NUM_CLASSES
from proj4_code.given.networks.inference import predict_train_ids
from proj4_code.given.networks.scores import scores_of, text
from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import BLUE, INK
from proj4_code.given.notebooks.lessons.frames import class_legend, paint
from proj4_code.given.notebooks.lessons.playing import show
from proj4_code.given.notebooks.output_area import Place
from proj4_code.given.notebooks.processes import KIT
from proj4_code.given.scene_drawing.dataset import write_dataset

QUICK = bool(os.environ.get("PROJ4_QUICK"))
SIZE = (96, 128)  # of the streets, in pixels
VAL_FRAMES, BATCH = 6, 8
LEARNING_RATE = 1e-3  # of AdamW, which gets further in few steps than SGD
DRIVE = 1  # all streets are of one kind and weather: less to learn


def train_and_watch(epochs: int = 16, frames: int = 64, crop: int = 65) -> None:
    """Train on drawn streets with all your parts; a picture shows curves and a prediction after each epoch.

    Where `PROJ4_QUICK` is set, it is one epoch over a few small crops.
    """
    from proj4_code.part2_dilated_resnet import DilatedResNet
    from proj4_code.part3_pspnet import PSPNet
    from proj4_code.part4_camvid import CamVid, eval_transforms, train_transforms

    if QUICK:
        epochs, frames, crop = 1, 16, 33
    torch.manual_seed(0)
    model = PSPNet(DilatedResNet(depth=18), NUM_CLASSES)
    line, board = Place(), Place()
    history: list[dict] = []
    data = KIT / "data" / f"notebook-{frames}"
    line.say(f"drawing {frames + VAL_FRAMES} small streets into {data.relative_to(KIT)} …")
    write_dataset(data, {"train": frames, "val": VAL_FRAMES, "test": 1}, SIZE, drive=DRIVE, progress=False)
    train_split = CamVid(data, "train", train_transforms((crop, crop)))
    train_loader = DataLoader(train_split, BATCH, shuffle=True, drop_last=True)
    val_loader = DataLoader(CamVid(data, "val", eval_transforms()), VAL_FRAMES)
    image, truth = CamVid(data, "val")[0]
    progress = Progress(line, epochs * len(train_loader))
    try:
        for row in train(model, train_loader, val_loader, epochs, progress):
            history.append(row)
            prediction = predict_train_ids(model.eval(), image, None, torch.device("cpu"))
            with drawing.legible():
                show(watched(history, epochs, image, truth, prediction), "Curves so far, and a prediction", board)
        seconds = time.monotonic() - progress.began
        accuracy = text(history[-1]["pixel_accuracy"])
        line.say(f"{epochs} of {epochs} epochs in {seconds:.0f} s: pixel accuracy {accuracy} on val")
    except KeyboardInterrupt:
        line.say(f"stopped: {len(history)} of {epochs} epochs are done")


def train(
    model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, epochs: int, progress: "Progress"
) -> Iterator[dict]:
    """Train with part 6; yield the number of each epoch, its loss, and the scores after it."""
    from proj4_code.part6_training import evaluate, parameter_groups, poly_factor, train_one_epoch

    optimizer = AdamW(parameter_groups(model, LEARNING_RATE), LEARNING_RATE)
    scheduler = LambdaLR(optimizer, partial(poly_factor, total_steps=epochs * len(train_loader)))
    for epoch in range(1, epochs + 1):
        loss = train_one_epoch(model, progress.watch(train_loader), optimizer, scheduler, "cpu")
        scores = scores_of(evaluate(model, val_loader, NUM_CLASSES, "cpu"))
        yield {"epoch": epoch, "loss": loss, **scores}


class Progress:
    """Shows in a line how far a training of some batches is, and how long it will take."""

    def __init__(self, line: Place, batches: int) -> None:
        self.line, self.batches = line, batches
        self.done = 0
        self.began = time.monotonic()

    def watch(self, loader: DataLoader) -> Iterator[tuple[Tensor, Tensor]]:
        """Hand a loader's batches on."""
        for batch in loader:
            yield batch
            self.done += 1
            full = round(30 * self.done / self.batches)
            left = (time.monotonic() - self.began) * (self.batches - self.done) / self.done
            self.line.say(f"{'█' * full}{'░' * (30 - full)} {self.done} of {self.batches} batches, {left:.0f} s left")


def watched(history: list[dict], epochs: int, image: Tensor, truth: Tensor, prediction: Tensor) -> Figure:
    """Draw the curves so far, and a frame of the val split, its truth and its prediction."""
    figure = drawing.blank(4.9)
    above, below = drawing.stacked(figure, 1.15, 1)
    left, right = above.subplots(1, 2)
    seen = [row["epoch"] for row in history]
    left.plot(seen, [row["loss"] for row in history], "o-", color=INK, ms=4)
    left.set(ylabel="loss", title="training", ylim=(0, None))
    for key, name, color, style in (("pixel_accuracy", "pixel accuracy", INK, "s--"), ("miou", "mean IoU", BLUE, "o-")):
        values = [row[key] for row in history]
        right.plot(seen, values, style, color=color, ms=4, label=f"{name} {values[-1]:.2f}")
    right.set(ylabel="share, 0 to 1", title=f"validation, {VAL_FRAMES} streets", ylim=(0, 1.2), yticks=(0, 0.5, 1))
    right.legend(frameon=False, loc="upper left")
    for axes in (left, right):
        axes.set(xlabel="epoch", xlim=(0.5, epochs + 0.5))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        drawing.plain(axes)
    class_legend(below)
    pictures = {
        "a street of val": image.permute(1, 2, 0).numpy(),
        "truth": paint(truth.numpy()),
        f"prediction, epoch {seen[-1]}": paint(prediction.numpy()),
    }
    drawing.show_row(below, pictures)
    return figure
