"""Files that are whole or not there: whatever stops the program, no half of one is ever found under its name."""

import io
import os
from pathlib import Path

from PIL import Image


def write_whole(path: Path, data: bytes, durable: bool = False) -> None:
    """Write a file so that `path` is at any moment either what it was before or all of `data`.

    Args:
        path: the file; its folder must exist.
        data: what it is to hold.
        durable: wait until the disk has it, so that it also survives a crash of the machine.

    Raises:
        OSError: if it cannot be written, as when the disk is full. `path` is then as it was before.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:  # Ctrl-C too
        part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise OSError(
                error.errno,
                f"{path}: its {len(data) / 1e6:.1f} MB could not be written ({error.strerror}); make room on the disk, "
                "or allow writing there, and run the same command again to go on",
            ) from None
        raise


def png_bytes(image: Image.Image, **options: int) -> bytes:
    """Encode a picture as PNG; `options` are those of Pillow's PNG writer."""
    encoded = io.BytesIO()
    image.save(encoded, "PNG", **options)
    return encoded.getvalue()
