"""Where frames come from: the student's CamVid of part 4, resized, kept in memory, in batches."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler
from torchvision import tv_tensors
from torchvision.transforms import v2
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

from proj4_code.given.classes import VOID
from proj4_code.given.data.splits import SPLITS
from proj4_code.given.training.progress import bar_over

SCENES = Path("data") / "scenes"
"""Where the synthetic scenes lie that stand in for data when none is given."""
SCENE_COUNT = 300
OUTSIDE_FRAME = {tv_tensors.Image: (124, 116, 104), tv_tensors.Mask: VOID}
"""ImageNet's mean colour, and void."""


def default_data() -> Path:
    """Return the folder of synthetic scenes; those that are not there yet are drawn."""
    if not all((SCENES / f"{split}.txt").is_file() for split in SPLITS):  # these files are written last
        from proj4_code.given.scenes import write_dataset

        print(f"No --data is given: drawing {SCENE_COUNT} synthetic scenes into {SCENES}")
        write_dataset(SCENES, SCENE_COUNT)
    return SCENES


def shrunk_size(height: int, width: int, short_side: int) -> tuple[int, int]:
    """Compute the size of a frame whose short side becomes `short_side` pixels, if it is longer than that."""
    factor = min(1.0, short_side / min(height, width))
    return round(height * factor), round(width * factor)


def shrink(image: Tensor, short_side: int) -> Tensor:
    """Shrink an image (3, H, W) to a short side in pixels; one that is small enough stays as it is."""
    size = shrunk_size(*image.shape[-2:], short_side)
    return image if size == image.shape[-2:] else F.resize(image, size, antialias=True)


def shrink_both(image: Tensor, mask: Tensor, short_side: int, transforms: Callable | None = None) -> tuple:
    """Shrink an image (3, H, W) and its mask (H, W), then apply a part's transforms to both.

    A label becomes that of the pixel whose centre is nearest, so that labels stay where the image's contents are;
    torchvision's plain "nearest" shifts them by up to half a pixel of the small image.
    """
    image = shrink(image, short_side)
    if image.shape[-2:] != mask.shape:
        plain = mask.as_subclass(Tensor)[None]  # of a Mask, torchvision would choose its own nearest
        mask = tv_tensors.Mask(F.resize(plain, image.shape[-2:], InterpolationMode.NEAREST_EXACT)[0])
    return (image, mask) if transforms is None else transforms(image, mask)


def make_dataset(root: Path, split: str, short_side: int, transforms: Callable | None = None) -> Dataset:
    """Make part 4's CamVid, whose frames are shrunk before they are transformed."""
    from proj4_code.part4_camvid import CamVid

    return CamVid(root, split, partial(shrink_both, short_side=short_side, transforms=transforms))


class FramesInMemory(Dataset):
    """Frames of a data set that are read once; transforms are applied whenever a frame is taken.

    Args:
        dataset: gives pairs of an image (3, H, W) uint8 and a mask (H, W) of train ids.
        transforms: called as `transforms(image, mask)`.
        workers: processes that read; 0: the main process does.
    """

    def __init__(self, dataset: Dataset, transforms: Callable, workers: int = 0) -> None:
        self._transforms = transforms
        pairs = bar_over(make_loader(dataset, None, workers, torch.device("cpu")), "reading frames")
        # Copies, because what comes from a worker lies in shared memory, which is scarce.
        self._frames = [(image.clone(), mask.to(torch.uint8)) for image, mask in pairs]

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image, mask = self._frames[index]
        return self._transforms(tv_tensors.Image(image.clone()), tv_tensors.Mask(mask.to(torch.int64)))


def free_memory(device: torch.device) -> int:
    """Tell how many bytes are free on the GPU, or of the machine's memory."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Linux
        return 4 * 2**30


def plain_transforms(crop_size: tuple[int, int]) -> Callable:
    """Make transforms that crop and flip only, and normalise as part 4 does for evaluation."""
    from proj4_code.part4_camvid import eval_transforms

    crop = v2.RandomCrop(crop_size, pad_if_needed=True, fill=OUTSIDE_FRAME)
    return v2.Compose([v2.RandomHorizontalFlip(), crop, eval_transforms()])


def default_workers(device: torch.device) -> int:
    """Choose how many processes prepare batches: none where fork is missing or, as on macOS, unsafe."""
    if sys.platform != "linux":
        return 0
    cores = len(os.sched_getaffinity(0)) - (device.type == "cpu")  # a network on the CPU needs one too
    return min(16, cores)


def prepare_worker(_: int) -> None:
    """Leave Ctrl-C to the main process, which ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def make_loader(
    dataset: Dataset, batch: int | None, workers: int, device: torch.device, sampler: Sampler | None = None
) -> DataLoader:
    """Make a loader of a whole data set in order, or, for training, of what a sampler chooses.

    Args:
        dataset: gives pairs of an image (3, H, W) and a mask (H, W), all of one size if `batch` is not 1.
        batch: frames in a batch; None: frames come one by one.
        workers: processes that prepare batches; 0: the main process does.
        device: where the batches will go.
        sampler: for training, chooses whole batches; its workers live on from one epoch to the next.
    """
    # Transforms may be closures, which only fork can hand to a worker.
    can_fork = workers > 0 and "fork" in multiprocessing.get_all_start_methods()
    return DataLoader(
        dataset,
        batch_size=batch,
        sampler=sampler,
        num_workers=workers,
        persistent_workers=workers > 0 and sampler is not None,
        multiprocessing_context="fork" if can_fork else None,
        worker_init_fn=prepare_worker,
        generator=torch.Generator(),  # its own, so that it takes nothing from the network's random numbers
        pin_memory=device.type == "cuda",
    )


def evaluation_batch(sizes: Sequence[tuple[int, int]], short_side: int) -> int:
    """Choose how many frames are evaluated at once: several only if all have one size (height, width)."""
    return 8 if len({shrunk_size(*size, short_side) for size in sizes}) == 1 else 1


def sample_frames(dataset: Dataset, count: int) -> list[tuple[Tensor, Tensor]]:
    """Take `count` frames, or all if there are fewer, spread evenly over the data set."""
    indices = np.linspace(0, len(dataset) - 1, min(count, len(dataset))).round().astype(int)
    return [dataset[int(index)] for index in indices]
