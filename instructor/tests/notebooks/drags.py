"""Measures how quickly the four pictures of the local notebook answer a drag, and how soon the first picture is there.

`python -m instructor.tests.notebooks.drags` opens the notebook in JupyterLab, drags a pointer over each picture, and
prints seconds: from each movement to the picture that answers it, and from the first cell to the first picture. Nothing
else should use the machine.
"""

import statistics
import tempfile
import time
from pathlib import Path

from instructor.release.skeletons import SKELETONS
from instructor.tests.notebooks.lab import MINUTE, Page, opened
from instructor.tests.notebooks.notebooks import make_kit

TOYS = {
    "bins' cell": "pooling.play_with_bins",
    "kernel": "dilation.play_with_dilation",
    "disc": "iou.play_with_shapes",
    "landscape": "training.play_with_two_steps",
}
MOVES = 30
ANSWERED = "([toy, before]) => { const image = document.getElementById(toy).querySelector('img'); "
ANSWERED += "return image.src !== before && image.complete }"


def drag(notebook: Page, toy: str) -> tuple[list[float], float]:
    """Drag a pointer to and fro over the first handle of a picture.

    Returns:
        Seconds from each movement to the picture that answers it, and from the end of the drag to the sharp one.
    """
    cell = notebook.cell(toy)
    cell.scroll_into_view_if_needed()
    picture, handle = cell.locator(".proj4-picture"), cell.locator(".proj4-picture i").first
    name, box = picture.get_attribute("id"), handle.bounding_box()
    image = picture.locator("img")
    mouse = notebook.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    seconds = []
    for number in range(MOVES):
        share = 0.1 + 0.8 * abs(1 - 2 * ((number * 7) % MOVES) / MOVES)
        before, began = image.get_attribute("src"), time.perf_counter()
        mouse.move(box["x"] + share * box["width"], box["y"] + (0.2 + 0.6 * share) * box["height"])
        notebook.page.wait_for_function(ANSWERED, arg=[name, before], timeout=MINUTE)
        seconds.append(time.perf_counter() - began)
    began = time.perf_counter()
    mouse.up()
    notebook.page.wait_for_function(
        "toy => document.getElementById(toy).querySelector('img').src.startsWith('data:')", arg=name, timeout=MINUTE
    )
    return seconds, time.perf_counter() - began


def main() -> None:
    """Open the notebook and measure."""
    with tempfile.TemporaryDirectory() as folder:
        kit = make_kit(SKELETONS, Path(folder) / "kit")
        home = Path(folder) / "home"
        home.mkdir()
        with opened(kit, home) as notebook:
            notebook.page.get_by_text("(ipykernel) | Idle").wait_for(timeout=2 * MINUTE)
            began = time.perf_counter()
            notebook.run_next(3)
            notebook.page.locator(".proj4-picture img").first.wait_for(timeout=2 * MINUTE)
            print(f"first cell to first picture: {time.perf_counter() - began:.2f} s")
            print(f"{'drag of the':<12} {'median':>7} {'slowest':>8} {'then sharp':>11}")
            for name, toy in TOYS.items():
                notebook.run(toy)
                notebook.cell(toy).locator(".proj4-picture i").first.wait_for(timeout=MINUTE)
                seconds, sharp = drag(notebook, toy)
                print(f"{name:<12} {statistics.median(seconds):>7.3f} {max(seconds):>8.3f} {sharp:>11.3f}")


if __name__ == "__main__":
    main()
