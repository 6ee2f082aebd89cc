"""Tests of the copies of a run on Drive."""

from pathlib import Path

import pytest

from instructor.tests.colab.samples import full
from proj4_code.given.notebooks.colab import backup


def test_copies_take_turns_so_that_one_is_always_whole(tmp_path: Path) -> None:
    run, kept = tmp_path / "run", tmp_path / "kept"
    (run / "test").mkdir(parents=True)
    for number in range(1, 4):
        (run / "last.safetensors").write_bytes(bytes([number]) * 1000)
        (run / "test" / "scores.json").write_text(str(number))
        (run / "best.safetensors.part").write_text("on its way")
        backup.save_copy(run, kept)
    slots = {copy.number: copy.folder for copy in backup.find_copies(kept)}
    assert sorted(slots) == [2, 3]
    (slots[3] / "last.safetensors").write_bytes(b"cut off")
    assert backup.restore_copy(kept, tmp_path / "back")
    assert (tmp_path / "back" / "test" / "scores.json").read_text() == "2"
    assert not (tmp_path / "back" / "best.safetensors.part").exists()
    (slots[2] / "copy.json").write_text("{")
    assert not backup.restore_copy(kept, tmp_path / "nothing")


def test_a_copy_that_fails_half_way_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, kept = tmp_path / "run", tmp_path / "kept"
    run.mkdir()
    (run / "last.safetensors").write_text("one")
    backup.save_copy(run, kept)
    (run / "last.safetensors").write_text("two")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            backup.save_copy(run, kept)
    assert backup.restore_copy(kept, tmp_path / "back")
    assert (tmp_path / "back" / "last.safetensors").read_text() == "one"
