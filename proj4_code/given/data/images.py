"""Pictures as everything in this kit reads them: RGB, 8 bits a channel, turned as the camera was held."""

from pathlib import Path

from PIL import Image, ImageOps

ORIENTATION = 0x0112  # the EXIF tag


def read_rgb(path: Path) -> Image.Image:
    """Read a picture as RGB, turned upright if its camera noted how it was held.

    Raises:
        ValueError: if it has more than 8 bits a channel.
        OSError: if it is missing, damaged, or not a picture.
    """
    with Image.open(path) as image:
        return to_rgb(image, path)


def to_rgb(image: Image.Image, name: object) -> Image.Image:
    """Turn an open picture into what `read_rgb` returns; a message calls it `name`."""
    if image.mode.startswith(("I", "F")):
        raise ValueError(
            f"{name}: this image has more than 8 bits a channel (Pillow's mode {image.mode}), and would become all "
            "white; expected 0 to 255; scale it to that, and save it with 8 bits"
        )
    return ImageOps.exif_transpose(image).convert("RGB")


def is_turned(image: Image.Image) -> bool:
    """Return whether an open picture's pixels are stored other than upright."""
    return image.getexif().get(ORIENTATION, 1) != 1
