"""Tests of the copies of a run on Drive."""

from collections.abc import Callable
from pathlib import Path

import pytest

from instructor.tests.colab.samples import full
from proj4_code.given.notebooks.colab import backup


def cut_off(content: bytes) -> bytes:
    return content[: len(content) // 2]


def changed(content: bytes) -> bytes:
    assert bytes([3]) * 1000 in content
    return content.replace(bytes([3]) * 1000, bytes([4]) * 1000)


@pytest.mark.parametrize("damage", [cut_off, changed])
def test_copies_take_turns_so_that_one_is_always_whole(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    run, kept = tmp_path / "run", tmp_path / "kept"
    (run / "test").mkdir(parents=True)
    for number in range(1, 4):
        (run / "last.safetensors").write_bytes(bytes([number]) * 1000)
        (run / "test" / "scores.json").write_text(str(number))
        (run / "best.safetensors.part").write_text("on its way")
        backup.save_run(run, kept)
    slots = {backup.number_of(kept / slot): kept / slot for slot in backup.SLOTS}
    assert sorted(slots) == [2, 3]
    slots[3].write_bytes(damage(slots[3].read_bytes()))
    assert backup.restore_run(kept, tmp_path / "back")
    assert (tmp_path / "back" / "test" / "scores.json").read_text() == "2"
    assert not (tmp_path / "back" / "best.safetensors.part").exists()
    slots[2].write_bytes(cut_off(slots[2].read_bytes()))
    assert not backup.restore_run(kept, tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_copy_that_was_cut_off_is_the_first_to_be_replaced(tmp_path: Path) -> None:
    run, kept = tmp_path / "run", tmp_path / "kept"
    run.mkdir()
    for _ in range(2):
        backup.save_run(run, kept)
    newest = max((kept / slot for slot in backup.SLOTS), key=backup.number_of)
    newest.write_bytes(b"cut off")
    backup.save_run(run, kept)
    assert backup.number_of(newest) == 2


def test_a_copy_that_fails_half_way_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, kept = tmp_path / "run", tmp_path / "kept"
    run.mkdir()
    (run / "last.safetensors").write_text("one")
    backup.save_run(run, kept)
    (run / "last.safetensors").write_text("two")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            backup.save_run(run, kept)
    assert backup.restore_run(kept, tmp_path / "back")
    assert (tmp_path / "back" / "last.safetensors").read_text() == "one"
