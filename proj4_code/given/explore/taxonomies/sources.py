"""Data sets whose labels are read with their taxonomy, so that a label can become a class of another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

from proj4_code.given.classes import CLASSES, TRAIN_NAMES, VOID
from proj4_code.given.explore.apparatus.streets import Frames, load_frames
from proj4_code.given.explore.apparatus.study import Study
from proj4_code.given.explore.pairs import find_pairs, read_pairs
from proj4_code.given.explore.taxonomies.tables import Taxonomy, TaxonomyClass
from proj4_code.given.explore.taxonomies.tree import Decision
from proj4_code.given.scene_drawing.scene import render

_VALUES = {(red << 16) | (green << 8) | blue: value for value, (_, (red, green, blue), _) in enumerate(CLASSES)}


@dataclass(frozen=True)
class Source:
    """A data set with its taxonomy.

    Attributes:
        taxonomy: of its annotators.
        values: what a pixel of each value in its masks can show: one thing where somebody knows, else all of a class.
        train: frames to train on, with masks of such values.
        test: others.
    """

    taxonomy: Taxonomy
    values: tuple[frozenset[str], ...]
    train: Frames
    test: Frames

    def ids(self, masks: Tensor, table: Sequence[int]) -> Tensor:
        """Turn values (N, H, W) uint8 into ids, of which `table` has one for each value."""
        lookup = torch.full((256,), VOID, dtype=torch.uint8)
        lookup[: len(table)] = torch.tensor(table, dtype=torch.uint8)
        return lookup[masks.int()]

    def labelled(self, table: Sequence[int]) -> Frames:
        """Return the frames to train on with ids for masks."""
        return Frames(self.train.images, self.ids(self.train.masks, table))


def own_ids(source: Source) -> list[int]:
    """Return the class of each value in the data set's own taxonomy, as the place of the class there."""
    return [_place(source.taxonomy.classes, things) for things in source.values]


def merged_ids(source: Source, decisions: Sequence[Decision], merged: Sequence[TaxonomyClass]) -> list[int]:
    """Return the class of each value in a merged taxonomy, as the place of the class there.

    A class that is split is given out by what its masks show; where nobody has looked, the pixel is void.
    """
    becomes = {decision.name: decision.becomes for decision in decisions if decision.dataset == source.taxonomy.name}
    places = []
    for things in source.values:
        own = _place(source.taxonomy.classes, things)
        allowed = () if own == VOID else becomes[source.taxonomy.classes[own].name]
        fitting = [place for place, each in enumerate(merged) if each.name in allowed and things <= each.things]
        places.append(fitting[0] if fitting else VOID)
    return places


def translation(classes: Sequence[TaxonomyClass], taxonomy: Taxonomy) -> list[int]:
    """Return what each predicted class is called in a taxonomy: the place of the class that shows all of its things.

    It is `len(taxonomy.classes)`, which is never right, where no class does.
    """
    places = [_place(taxonomy.classes, each.things) for each in classes]
    return [len(taxonomy.classes) if place == VOID else place for place in places]


def _place(classes: Sequence[TaxonomyClass], things: frozenset[str]) -> int:
    """Find the class that shows all of some things; void if there is none, or nothing to show."""
    return next((place for place, each in enumerate(classes) if things and things <= each.things), VOID)


def drawn_source(taxonomy: Taxonomy, drive: int | None, train: int, test: int, size: tuple[int, int]) -> Source:
    """Draw the streets of a drive, each split with scenes of its own, and label them by a taxonomy.

    Args:
        taxonomy: what its annotators tell apart.
        drive: see `render`.
        train: scenes to train on.
        test: scenes to test on.
        size: height and width in pixels.
    """
    values = tuple(frozenset({c.name} if c.group else ()) for c in CLASSES)
    return Source(taxonomy, values, _draw(train, 0, drive, size), _draw(test, 1, drive, size))


def _draw(count: int, split: int, drive: int | None, size: tuple[int, int]) -> Frames:
    """Draw scenes; their masks hold places in `CLASSES`."""
    images, masks = [torch.empty(0, 3, *size, dtype=torch.uint8)], [torch.empty(0, *size, dtype=torch.uint8)]
    for number in range(count):
        image, label = render((split, 0 if drive is None else drive, number), size, drive=drive)
        packed = label.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
        colors, inverse = np.unique(packed, return_inverse=True)
        values = np.array([_VALUES[int(color)] for color in colors], np.uint8)
        images.append(torch.from_numpy(image).permute(2, 0, 1)[None])
        masks.append(torch.from_numpy(values[inverse].reshape(label.shape[:2]))[None])
    return Frames(torch.cat(images), torch.cat(masks))


def pairs_source(taxonomy: Taxonomy, root: Path, train: int, test: int, size: tuple[int, int]) -> Source:
    """Read a folder of image and mask pairs, whose values are the places of its taxonomy's classes.

    All frames become `size`, so that they go into batches with others.

    Raises:
        FileNotFoundError, ValueError: see `pairs`.
    """
    found = [read_pairs(pairs, size[0], count) for pairs, count in zip(find_pairs(root), (train, test), strict=True)]
    values = tuple(each.things for each in taxonomy.classes)
    return Source(taxonomy, values, *(_resized(frames, size) for frames in found))


def prepared_source(taxonomy: Taxonomy, study: Study, train: int, test: int, size: tuple[int, int]) -> Source:
    """Read prepared CamVid, whose masks hold train ids; `taxonomy` has a class of the name of each.

    Raises:
        FileNotFoundError, ValueError: see `load_frames`.
    """
    frames = load_frames(study, train, test, size[0])
    things = {each.name: each.things for each in taxonomy.classes}
    return Source(taxonomy, tuple(things[name] for name in TRAIN_NAMES), *(_resized(each, size) for each in frames))


def _resized(frames: Frames, size: tuple[int, int]) -> Frames:
    """Resize frames to a height and width."""
    images = F.resize(frames.images, list(size), antialias=True)
    return Frames(images, F.resize(frames.masks, list(size), InterpolationMode.NEAREST_EXACT))
