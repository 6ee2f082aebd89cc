"""Draws the small pictures that stand in the local notebook for what a demonstration will show.

`python -m instructor.tests.notebooks.previews` runs the notebook on the reference, and writes them.
"""

import base64
import io
import re
import tempfile
from pathlib import Path

import nbformat
from PIL import Image

from instructor.release.skeletons import SOLUTION
from instructor.tests.notebooks.notebooks import LOCAL, SETTINGS, execute, make_kit, outputs
from proj4_code.given.notebooks.cells import PREVIEWS
from proj4_unit_tests.harness.submission import KIT

WIDTH = 300  # pixels
NAMED = re.compile(r'with demonstration\("\w+", "\w+\.py", "([\w-]+)"\)')


def names() -> list[str]:
    """List the previews that the cells of the notebook ask for; each is called as its cell."""
    cells = nbformat.read(KIT / LOCAL, as_version=4).cells
    return [found[1] for cell in cells if (found := NAMED.search(cell.source))]


def main() -> None:
    """Write the pictures."""
    PREVIEWS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        kit = make_kit(SOLUTION, Path(folder) / "kit")
        cells = execute(kit / LOCAL, kit, SETTINGS)
    for name in names():
        pages = [output.get("data", {}).get("text/html", "") for output in outputs(cells, name)]
        (encoded,) = re.findall(r"data:image/png;base64,([^\"]+)", "".join(pages))
        picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")
        picture.thumbnail((WIDTH, WIDTH))
        picture.save(PREVIEWS / f"{name}.webp", quality=60, method=6)


if __name__ == "__main__":
    main()
