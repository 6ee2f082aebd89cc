"""A machine as Colab lends it, with a Drive, and what is displayed on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from instructor.tests.colab.samples import TRAINING, Place
from instructor.tests.data.camvid_samples import make_segnet, zipped
from instructor.tests.data.loopback_site import File, running_site
from proj4_code.given.notebooks import output_area, programs
from proj4_code.given.notebooks.colab import data, session
from proj4_unit_tests.harness.submission import KIT, lay_over


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> list[Place]:
    """Everything that is displayed."""
    made: list[Place] = []

    def display(*shown: object, **_: object) -> Place:
        made.extend(map(Place, shown))
        return made[-1]

    monkeypatch.setattr(output_area, "display", display)
    monkeypatch.setattr(session, "display", display)
    return made


@pytest.fixture
def kit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, places: list[Place]) -> Path:
    """A machine's kit, with a training program that needs no GPU and no time, and no network."""
    folder = lay_over(KIT / "proj4_code", tmp_path / "kit")
    (folder / "proj4_code" / "given" / "train.py").write_text(TRAINING)
    for module in ("processes", "programs", "cells", "colab.data", "colab.session"):
        monkeypatch.setattr(f"proj4_code.given.notebooks.{module}.KIT", folder)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(programs, "TICK", 0.05)
    monkeypatch.setattr(session, "FRAMES", 6)
    monkeypatch.setattr(data, "SHORT_SIDE", 18)
    return folder


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    folder.mkdir()
    return folder


@pytest.fixture
def network(kit: Path, tmp_path: Path) -> Iterator[None]:
    """A site from which the kit downloads a CamVid of four frames."""
    with running_site() as site:
        site.files["camvid.zip"] = File(zipped(make_segnet(tmp_path / "source")).read_bytes())
        sources = kit / "proj4_code" / "given" / "data" / "sources.py"
        head, tail = sources.read_text().split("SEGNET_URLS = (", 1)
        sources.write_text(f"{head}SEGNET_URLS = ({site.url('camvid.zip')!r},)\n_ = ({tail}")
        yield
