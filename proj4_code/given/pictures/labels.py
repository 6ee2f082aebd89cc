"""Pictures of label images: in the official colours, laid over the frame, in rows next to the truth; with a legend."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from proj4_code.given.classes import COLORS, TRAIN_COLORS, TRAIN_NAMES, VOID, colors_of

FONT_SIZE = 13  # pixels, as all lengths here
SMALL_FONT_SIZE = 11
GAP = 6
LEAST_LEGEND_WIDTH = 320
WRONG_COLOR = (215, 40, 25)


def color_image(train_ids: Tensor) -> Image.Image:
    """Paint train ids, (H, W) integers 0-10 and 255 (void), in the official colours."""
    return Image.fromarray(colors_of(train_ids.to(torch.uint8).cpu().numpy()))


def photo(image: Tensor) -> Image.Image:
    """Turn an RGB image, (3, H, W) uint8, into Pillow's form."""
    return Image.fromarray(image.permute(1, 2, 0).contiguous().cpu().numpy())


def legend(width: int, with_void: bool = False) -> Image.Image:
    """Draw the scored classes and their colours, in as many lines as a width in pixels needs."""
    font = ImageFont.load_default(FONT_SIZE)
    entries = list(zip(TRAIN_NAMES, TRAIN_COLORS, strict=True))
    if with_void:
        entries.append(("void, not scored", COLORS["Void"]))
    swatch, line = FONT_SIZE, FONT_SIZE + GAP
    places, x, y = [], GAP, GAP
    for name, _ in entries:
        length = swatch + GAP // 2 + round(font.getlength(name))
        if x > GAP and x + length > width - GAP:
            x, y = GAP, y + line
        places.append((x, y))
        x += length + 2 * GAP

    strip = Image.new("RGB", (width, y + line), "white")
    draw = ImageDraw.Draw(strip)
    for (name, color), (x, y) in zip(entries, places, strict=True):
        draw.rectangle((x, y, x + swatch - 1, y + swatch - 1), fill=color, outline="black")
        draw.text((x + swatch + GAP // 2, y + swatch / 2), name, fill="black", font=font, anchor="lm")
    return strip


def below_each_other(pictures: Sequence[Image.Image]) -> Image.Image:
    """Put pictures below each other, at the left, on white."""
    sheet = Image.new("RGB", (max(p.width for p in pictures), sum(p.height for p in pictures)), "white")
    y = 0
    for picture in pictures:
        sheet.paste(picture, (0, y))
        y += picture.height
    return sheet


def overlay(image: Tensor, train_ids: Tensor) -> Image.Image:
    """Lay the colours of train ids (H, W) over an RGB image (3, H, W) uint8, with a legend below."""
    blended = Image.blend(photo(image), color_image(train_ids), 0.5)
    return below_each_other([blended, legend(max(blended.width, LEAST_LEGEND_WIDTH))])


def heading(titles: Sequence[str], widths: Sequence[int]) -> Image.Image:
    """Write a title above each column."""
    strip = Image.new("RGB", (sum(widths) + GAP * (len(widths) - 1), FONT_SIZE + 2 * GAP), "white")
    x = 0
    for title, width in zip(titles, widths, strict=True):
        middle = (x + width / 2, strip.height / 2)
        ImageDraw.Draw(strip).text(middle, title, fill="black", font=ImageFont.load_default(FONT_SIZE), anchor="mm")
        x += width + GAP
    return strip


def line(text: str, width: int) -> Image.Image:
    """Write a line of text at the left; it is cut off with "…" where it is too long for a width in pixels."""
    font = ImageFont.load_default(FONT_SIZE)
    shown = text
    while shown and font.getlength(shown) > width:
        shown = shown.removesuffix("…")[:-1] + "…"
    strip = Image.new("RGB", (width, FONT_SIZE + 2 * GAP), "white")
    ImageDraw.Draw(strip).text((0, strip.height / 2), shown, fill="black", font=font, anchor="lm")
    return strip


def room_for(mask: Tensor, height: int, width: int) -> tuple[int, int] | None:
    """Find the middle of a rectangle of a size in pixels in which a mask (H, W) is true everywhere.

    Returns:
        Its row and column, as near to the middle of all such places as there is one; None if there is none.
    """
    if height > mask.shape[0] or width > mask.shape[1]:
        return None
    full = F.max_pool2d((~mask)[None].float(), (height, width), stride=1)[0] == 0
    if not full.any():
        return None
    corners = full.nonzero()
    nearest = (corners - corners.float().mean(0)).abs().sum(1).argmin()
    row, column = corners[nearest].tolist()
    return row + height // 2, column + width // 2


def with_names(train_ids: Tensor) -> Image.Image:
    """Paint train ids (H, W), and write the names of classes where they fit: some colours look alike to many people."""
    picture = color_image(train_ids)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(SMALL_FONT_SIZE)
    for train_id, name in enumerate(TRAIN_NAMES):
        width = round(font.getlength(name)) + 4
        if place := room_for(train_ids.cpu() == train_id, SMALL_FONT_SIZE + 4, width):
            draw.text(place[::-1], name, fill="white", font=font, anchor="mm", stroke_width=1, stroke_fill="black")
    return picture


def wrong_pixels(image: Tensor, truth: Tensor, prediction: Tensor) -> Image.Image:
    """Paint the wrong pixels of a prediction (H, W) red on its frame (3, H, W) in pale grey; void is black."""
    true_ids, predicted_ids = truth.cpu().numpy(), prediction.cpu().numpy()
    pixels = np.array(photo(image).convert("L").point(lambda value: 150 + value // 3).convert("RGB"))
    pixels[predicted_ids != true_ids] = WRONG_COLOR
    pixels[true_ids == VOID] = COLORS["Void"]
    return Image.fromarray(pixels)


def prediction_sheet(rows: Sequence[tuple[Tensor, Tensor, Tensor]], captions: Sequence[str] = ()) -> Image.Image:
    """Draw frames, truth, predictions and wrong pixels beside each other, one frame a row, with a legend.

    Args:
        rows: of each frame the RGB image (3, H, W) uint8, the true train ids (H, W) and the predicted ones (H, W).
        captions: a line of text above each row, or none at all.
    """
    widths = [max(image.shape[-1] for image, _, _ in rows)] * 4
    strips = [heading(("frame", "truth", "prediction", "wrong pixels in red"), widths)]
    for number, (image, truth, prediction) in enumerate(rows):
        if captions:
            strips.append(line(captions[number], strips[0].width))
        strip = Image.new("RGB", (strips[0].width, image.shape[-2] + GAP), "white")
        pictures = (photo(image), with_names(truth), with_names(prediction), wrong_pixels(image, truth, prediction))
        for column, picture in enumerate(pictures):
            strip.paste(picture, (column * (widths[0] + GAP), 0))
        strips.append(strip)
    return below_each_other([*strips, legend(strips[0].width, with_void=True)])
