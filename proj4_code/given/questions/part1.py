"""Questions on pyramid pooling: the shape of its output, its weights, and which channels are the same everywhere."""

from random import Random

import numpy as np

from proj4_code.given.questions.draft import Ask, Draft, shape

BINS = ((1, 2, 3, 6), (1, 2, 4), (1, 3), (2, 3, 6), (1, 2), (1, 2, 3, 4, 6))


def output_shape(draw: Random) -> Draft:
    """Ask for the shape of the output."""
    images, channels, each = draw.randint(1, 4), draw.choice((4, 6, 8, 12, 16, 20)), draw.choice((2, 3, 5))
    height, width = draw.sample(range(7, 25), 2)
    bins = draw.choice(BINS)
    every = len(bins) * each

    def find(ask: Ask) -> str:
        x = np.zeros((images, channels, height, width), np.float32)
        return shape(ask("ppm", {"x": x, "weights": 0, "arguments": [channels, each, list(bins)]}).shape)

    return Draft(
        "trace",
        1,
        f"shape of PPM({channels}, {each}, {bins}) on {images}×{height}×{width}",
        f"`ppm = PPM({channels}, {each}, bins={bins})`, and `x` has the shape {(images, channels, height, width)}. "
        "What is the shape of `ppm(x)`?",
        ("PPM",),
        find,
        shape((images, channels + every, height, width)),
        (
            shape((images, every, height, width)),
            shape((images, channels + each, height, width)),
            shape((images, channels + every, max(bins), max(bins))),
            shape((images, 2 * channels, height, width)),
            shape((images, channels + every + each, height, width)),
            shape((images, channels + every, width, height)),
        ),
        f"The input's {channels} channels come first, and each of the {len(bins)} branches adds {each}: "
        f"{channels} + {len(bins)}·{each} = {channels + every}. Every branch is upsampled to the input's size.",
        "Which line makes the list that is concatenated, and what is its first element?",
    )


def learned_values(draw: Random) -> Draft:
    """Ask how many values a PPM learns."""
    channels, each = draw.choice((4, 5, 6, 8, 10)), draw.choice((2, 3, 4, 5))
    bins = draw.choice(BINS)
    branches, weights = len(bins), channels * each

    def find(ask: Ask) -> str:
        x = np.ones((2, channels, 7, 7), np.float32)
        return str(ask("ppm_learns", {"x": x, "arguments": [channels, each, list(bins)]})["values in parameters()"])

    return Draft(
        "count",
        1,
        f"values of PPM({channels}, {each}, {bins})",
        f"How many numbers does `PPM({channels}, {each}, bins={bins})` learn, the weights and biases of all its layers "
        "together?",
        ("PPM",),
        find,
        str(branches * (weights + 2 * each)),
        (
            str(branches * (weights + 3 * each)),
            str(branches * weights),
            str(weights + 2 * each),
            str(branches * (9 * weights + 2 * each)),
            str(branches * (weights + each)),
            str(branches * (weights + 4 * each)),
        ),
        f"A branch has a 1×1 convolution of {channels}·{each} weights without bias, and batch norm with a weight and a "
        f"bias for each of its {each} channels: {weights} + {2 * each} = {weights + 2 * each}, in {branches} branches.",
        "What would batch norm make of a bias of the convolution? Do gradients change the running mean?",
    )


def constant_channels(draw: Random) -> Draft:
    """Ask which channels of the output are the same at every position."""
    channels, each = draw.randint(3, 9), draw.randint(2, 4)
    bins = tuple(draw.sample((1, 2, 3, 6), 4)[: draw.choice((3, 4))])
    if 1 not in bins:
        bins = (*bins[:1], 1, *bins[1:])
    place = bins.index(1)

    def find(ask: Ask) -> str:
        x = np.random.default_rng(0).standard_normal((1, channels, 9, 12), np.float32)
        y = ask("ppm", {"x": x, "weights": 3, "arguments": [channels, each, list(bins)]})[0]
        constant = np.flatnonzero(np.ptp(y.reshape(len(y), -1), axis=1) < 1e-6)
        together = len(constant) > 0 and constant[-1] - constant[0] + 1 == len(constant)
        return _span(constant[0], len(constant)) if together else ""

    first = channels + place * each
    return Draft(
        "trace",
        1,
        f"constant channels of PPM({channels}, {each}, {bins})",
        f"`x` is a map of random numbers with {channels} channels. Which channels of `PPM({channels}, {each}, "
        f"bins={bins})(x)`, counted from 0, have one value at every position?",
        ("PPM",),
        find,
        _span(first, each),
        (
            _span(place * each, each),
            _span(channels + sorted(bins).index(1) * each, each),
            _span(channels + (len(bins) - 1 - place) * each, each),
            _span(first + 1, each),
            _span(first, 1) if each > 1 else "",
            _span(channels + (place + 1) * each, each),
            _span(channels, len(bins) * each),
        ),
        f"The branch of bin 1 has a single cell, and upsampling it gives that value everywhere. It comes after the "
        f"input's {channels} channels and the {place}·{each} of the branches before it, so it starts at {first}.",
        "Shuffle the pixels of x: which channels of the output do not notice?",
    )


def _span(first: int, number: int) -> str:
    return f"{first} to {first + number - 1}"


TEMPLATES = (output_shape, learned_values, constant_channels)
