"""Part 6: what the learning rates of two steps do, and the schedule that your code makes."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import torch
import torch.nn.functional as F
from matplotlib.figure import Figure
from torch import Tensor

from proj4_code.given.classes import NUM_CLASSES, VOID
from proj4_code.given.notebooks.lessons import drawing
from proj4_code.given.notebooks.lessons.drawing import BLUE, ORANGE, SHADES
from proj4_code.given.notebooks.lessons.frames import Frame, class_legend, paint, scored, tensor
from proj4_code.given.notebooks.lessons.playing import play, rates, slider

HIDDEN = 16  # channels of the small network
SHRINK = 5  # its picture: every fifth pixel
RATES = np.logspace(-1.5, 1.5, 25)
SURFACE = "surface"
"""What the axes are called in which a point can be dragged."""
ITERATIONS = 11  # of an epoch: 367 frames in batches of 32


class SmallProblem:
    """A frame, and a network of two convolutions that learns it by plain gradient descent.

    Its weights are handed from step to step, so that a step can be tried without being taken.
    """

    def __init__(self, frame: Frame) -> None:
        image = tensor(frame.image)[..., ::SHRINK, ::SHRINK] - 0.45
        height, width = image.shape[2:]
        y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
        self.inputs = torch.cat([3 * image, torch.stack([y, x])[None]], dim=1)
        self.target = torch.from_numpy(scored(frame.label)[::SHRINK, ::SHRINK].copy())[None]
        generator = torch.Generator().manual_seed(0)
        shapes = ((HIDDEN, 5, 3, 3), (NUM_CLASSES, HIDDEN, 1, 1))
        self.start = [torch.randn(shape, generator=generator) / np.prod(shape[1:]) ** 0.5 for shape in shapes]

    def logits(self, weights: list[Tensor]) -> Tensor:
        """Compute the network's output (1, K, H, W)."""
        return F.conv2d(F.relu(F.conv2d(self.inputs, weights[0], padding=1)), weights[1])

    def loss(self, weights: list[Tensor]) -> Tensor:
        """Compute its cross-entropy, a scalar."""
        return F.cross_entropy(self.logits(weights), self.target, ignore_index=VOID)

    def gradient(self, weights: list[Tensor]) -> list[Tensor]:
        """Compute the gradient of the loss, shaped as the weights are."""
        weights = [weight.clone().requires_grad_() for weight in weights]
        return list(torch.autograd.grad(self.loss(weights), weights))

    @cached_property
    def surface(self) -> np.ndarray:
        """The loss after two steps, (R, R) for R rates: row i, column j for rate j of the first and i of the second."""
        losses = np.empty((len(RATES), len(RATES)))
        gradient = self.gradient(self.start)
        for column, first in enumerate(RATES):
            weights = moved(self.start, gradient, first)
            second_gradient = self.gradient(weights)
            for row, second in enumerate(RATES):
                losses[row, column] = self.loss(moved(weights, second_gradient, second))
        return losses


def moved(weights: list[Tensor], gradient: list[Tensor], rate: float) -> list[Tensor]:
    """Take a step down the gradient."""
    return [weight - rate * slope for weight, slope in zip(weights, gradient, strict=True)]


def play_with_two_steps(frame: Frame) -> None:
    """Show the loss after two steps by their learning rates; a point of the picture, or sliders, choose the rates."""
    play(
        "The loss after two steps, by the learning rates of the first and the second; and predictions.",
        TwoSteps(SmallProblem(frame)),
        {SURFACE: lambda first, second: {"first": first, "second": second}},
        first=rates("rate, step 1", 1.0, -1.5, 1.5),
        second=rates("rate, step 2", 1.0, -1.5, 1.5),
    )


class TwoSteps:
    """Draws the surface, a point on it, and what the network predicts before, between and after the steps.

    The figure is made once, and then changed.
    """

    @drawing.legible()
    def __init__(self, problem: SmallProblem) -> None:
        self.problem, self.slope = problem, problem.gradient(problem.start)
        self.figure = drawing.blank(4.4)
        class_legend(self.figure)
        grid = self.figure.add_gridspec(3, 2, width_ratios=(2.3, 1))
        axes = self.figure.add_subplot(grid[:, 0], gid=SURFACE)
        surface, top = problem.surface, float(problem.loss(problem.start))
        levels = np.linspace(surface.min(), top, 16)
        mesh = axes.contourf(RATES, RATES, surface.clip(max=top), levels=levels, cmap=SHADES)
        axes.contour(RATES, RATES, surface, levels=[top], colors="white", linestyles="--")
        (self.point,) = axes.plot([1], [1], "o", color=ORANGE, mec="white", mew=2, ms=12, animated=True)
        axes.set(xscale="log", yscale="log", xlabel="learning rate of step 1", ylabel="learning rate of step 2")
        axes.set_title("loss after two steps (dashed: as before)")
        drawing.add_scale(self.figure, mesh, "cross-entropy", ax=axes, location="left", format="%.1f", shrink=0.9)
        blank = np.zeros((*problem.target.shape[1:], 3), np.uint8)
        self.images = [
            drawing.show_picture(self.figure.add_subplot(grid[row, 1]), name, blank, animated=True)
            for row, name in enumerate(("before", "after 1", "after 2"))
        ]
        for image in self.images:
            image.axes.title.set_animated(True)

    def __call__(self, first: float, second: float) -> Figure:
        """Change the figure."""
        problem = self.problem
        once = moved(problem.start, self.slope, first)
        twice = moved(once, problem.gradient(once), second)
        self.point.set_data([first], [second])
        for image, name, weights in zip(
            self.images, ("before", "after 1", "after 2"), (problem.start, once, twice), strict=True
        ):
            image.set_data(paint(problem.logits(weights)[0].argmax(dim=0).numpy()))
            image.axes.title.set_text(f"{name}: loss {float(problem.loss(weights)):.2f}")
        return self.figure


def play_with_schedule(poly_factor: Callable[[int, int, float], float]) -> None:
    """Show the learning rates that your `poly_factor` gives; sliders choose power and length."""
    play(
        "The learning rates of backbone and heads over all iterations of a training.",
        lambda power, epochs: schedule(poly_factor, power / 10, epochs),
        power=slider("power, tenths", 9, 1, 30),
        epochs=slider("epochs", 50, 10, 200),
    )


def schedule(poly_factor: Callable[[int, int, float], float], power: float, epochs: int) -> Figure:
    """Draw the two learning rates of the course's training by iteration."""
    total = epochs * ITERATIONS
    iterations = np.linspace(0, total, 201).astype(int)
    factors = np.array([poly_factor(int(iteration), total, power) for iteration in iterations])
    figure = drawing.blank(2.7)
    axes = figure.subplots()
    axes.plot(iterations, 0.1 * factors, color=BLUE, lw=2.5, label="classifiers, PPM: from 0.1")
    axes.plot(iterations, 0.01 * factors, "--", color=ORANGE, lw=2.5, label="backbone: from 0.01")
    axes.set(xlabel=f"iteration ({epochs} epochs of {ITERATIONS})", ylabel="learning rate", ylim=(0, 0.105))
    axes.set(xlim=(0, total), title=f"power {power:g}")
    axes.legend(frameon=False)
    drawing.plain(axes)
    return figure
