"""However large the answers are that student code gives, what grades it needs little memory for them."""

import contextlib
import sys
from math import inf
from pathlib import Path

import numpy as np
import pytest

from instructor.release.skeletons import SOLUTION
from proj4_unit_tests.harness.book import PUBLIC_BOOK
from proj4_unit_tests.harness.fixtures import CLIENT
from proj4_unit_tests.harness.launch import Plainly
from proj4_unit_tests.harness.patience import Patience
from proj4_unit_tests.harness.process import InAProcess
from proj4_unit_tests.harness.submission import KIT
from proj4_unit_tests.harness.values import Plain, to_bytes

MOST_GROWTH = 400 * 2**20  # bytes, a few of which the stretching itself needs
RESET_PEAK = "5"  # written to clear_refs
SHAPES = {
    "one dimension of bytes": lambda array, size: np.zeros(size, np.uint8),
    "wider, of bytes": lambda array, size: _stretched(array.astype(np.uint8), -1, size),
    "wider": lambda array, size: _stretched(array, -1, size),
    "more": lambda array, size: _stretched(array, 0, size),
}


def _stretched(array, axis, size):
    if not array.size or not array.ndim:
        return np.zeros(size, np.uint8)
    times = [1] * array.ndim
    times[axis] = max(size // array.nbytes, 1)
    return np.tile(array, times)


def _arrays(value: Plain) -> int:
    if isinstance(value, dict | list):
        return sum(map(_arrays, value.values() if isinstance(value, dict) else value))
    return isinstance(value, np.ndarray)


class Stretching(InAProcess):
    """Makes all arrays in right answers as large as the limit allows."""

    def __init__(self, stretch) -> None:
        super().__init__(Plainly(), Patience(60, 60, inf))
        self._stretch, self.shares = stretch, True

    def call(self, name, arguments, seconds=None):
        """Stretch what the adapter returned."""
        answer = super().call(name, arguments, seconds)
        size = max((self._bytes_left - 2**19) // max(_arrays(answer), 1), 0)
        stretched = self._stretched(answer, size)
        if (needed := len(to_bytes(stretched))) > self._bytes_left:
            return answer
        self._bytes_left -= needed
        return stretched

    def _stretched(self, value, size):
        if isinstance(value, dict):
            return {key: self._stretched(item, size) for key, item in value.items()}
        if isinstance(value, list):
            return [self._stretched(item, size) for item in value]
        return self._stretch(value, size) if isinstance(value, np.ndarray) else value


class Peaks:
    """Measures by how much the memory of this process grows in each test."""

    def __init__(self, client) -> None:
        self._client, self.growth = client, {}

    def pytest_configure(self, config):
        config.stash[CLIENT] = self._client

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        Path("/proc/self/clear_refs").write_text(RESET_PEAK)
        before = _memory("VmRSS")
        result = yield
        self.growth[item.name] = _memory("VmHWM") - before
        return result


def _memory(line: str) -> int:
    return int(Path("/proc/self/status").read_text().split(f"{line}:")[1].split()[0]) * 1024


@pytest.mark.deep
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory can be reset on Linux")
@pytest.mark.parametrize("shape", SHAPES)
def test_no_test_needs_much_memory_for_them(shape, capsys):
    with contextlib.closing(Stretching(SHAPES[shape])) as client:
        client.load(SOLUTION)
        peaks, tests = Peaks(client), KIT / "proj4_unit_tests"
        with contextlib.chdir(KIT):
            pytest.main(["-q", "-p", "no:cacheprovider", "--answers", str(PUBLIC_BOOK), str(tests)], plugins=[peaks])
    assert len(peaks.growth) > 100
    large = {name: f"{grown / 1e6:.0f} MB" for name, grown in peaks.growth.items() if grown > MOST_GROWTH}
    assert large == {}, capsys.readouterr().out[-500:]
