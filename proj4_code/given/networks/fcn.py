"""FCN-32s, FCN-16s and FCN-8s: a classifier that slides, and skips that say where.

Long, Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation", CVPR 2015, section 4, figure 3.
"""

import torch
from torch import Tensor, nn


def bilinear_upsampling(channels: int, factor: int, cells_are_centred: bool) -> nn.ConvTranspose2d:
    """Make a transposed convolution that at first is bilinear interpolation, and may learn better.

    Output pixel p reads the cells to its left and right in proportion to its nearness. Beyond the outermost cells
    there is nothing, so the logits fade there, all by the same factor.

    Args:
        channels: of input and output.
        factor: s, how many times larger the output is.
        cells_are_centred: whether cell i lies in the middle of pixels s·i to s·i+s-1, or on pixel s·i.

    Returns:
        It turns (N, C, h, w) into (N, C, s·h, s·w). Its kernel has a side of 2s, or 2s-1 for a middle that is a pixel.
    """
    side = 2 * factor if cells_are_centred else 2 * factor - 1
    padding, missing = (factor // 2, 0) if cells_are_centred else (factor - 1, factor - 1)
    layer = nn.ConvTranspose2d(channels, channels, side, factor, padding, output_padding=missing, bias=False)
    line = 1 - (torch.arange(side) - (side - 1) / 2).abs() / factor
    with torch.no_grad():
        layer.weight.copy_(torch.eye(channels)[:, :, None, None] * torch.outer(line, line))
    return layer


class FCN(nn.Module):
    """A fully convolutional network of stride 32, 16 or 8.

    A 1×1 convolution scores the classes in every cell of stride 32. For a smaller stride the scores are upsampled by 2
    and added to those of the stage before, which knows less of what and more of where. Scores of stages before start at
    zero, so that the network starts as FCN-32s; the paper trains one network from the other, here all learns at once.

    Args:
        encoder: turns (N, 3, H, W) into features whose last three have the strides 8, 16 and 32.
        num_classes: K.
        stride: 32, 16 or 8, of the finest features that are scored.
    """

    def __init__(self, encoder: nn.Module, num_classes: int, stride: int) -> None:
        super().__init__()
        self.backbone = encoder
        channels: tuple[int, ...] = encoder.channels  # type: ignore[assignment]
        centred = bool(encoder.cells_are_centred)
        skips = {32: 0, 16: 1, 8: 2}[stride]
        scores = [nn.Conv2d(channels[-1 - place], num_classes, 1) for place in range(skips + 1)]
        for parameter in nn.ModuleList(scores[1:]).parameters():
            nn.init.zeros_(parameter)
        self.scores = nn.ModuleList(scores)
        self.doublings = nn.ModuleList(bilinear_upsampling(num_classes, 2, centred) for _ in range(skips))
        self.upsampling = bilinear_upsampling(num_classes, stride, centred)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Compute the logits (N, K, H, W), as "out", of images (N, 3, H, W) of any size."""
        coarsest, *finer = reversed(self.backbone(x)[-3:])
        logits = self.scores[0](coarsest)
        for doubling, score, features in zip(self.doublings, self.scores[1:], finer, strict=False):
            logits = crop(doubling(logits), features) + score(features)
        return {"out": crop(self.upsampling(logits), x)}


def crop(larger: Tensor, like: Tensor) -> Tensor:
    """Cut (N, C, H, W) to the height and width of `like` (N, C, h, w), at the bottom and at the right."""
    return larger[..., : like.shape[-2], : like.shape[-1]]
