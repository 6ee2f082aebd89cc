"""The large class that shows how a class reads has everything that real ones have, and loses nobody."""

from collections import Counter

from instructor.course.exports import list_uploads
from instructor.grading.files.file import NothingHandedIn, Refused
from instructor.grading.upload import Upload
from instructor.tests.course.large_class import DUE, write_class

COUNT = 100


def _read(upload):
    try:
        return upload.open()
    except NothingHandedIn:
        return "nothing"
    except Refused:
        return "refused"


def test_a_large_class_has_all_kinds_of_uploads_and_a_row_for_each(tmp_path):
    uploads = list_uploads(write_class(tmp_path / "class.zip", COUNT))
    assert len(uploads) == COUNT
    assert sum(len(upload.students) > 1 for upload in uploads) >= 10
    assert sum(upload.submitted > DUE for upload in uploads) >= 5
    read = [_read(upload) for upload in uploads]
    assert (read.count("nothing"), read.count("refused")) == (1, 3)
    opened = [upload for upload in read if isinstance(upload, Upload)]
    assert sum(len(upload.part_hashes) < 6 for upload in opened) >= 4
    assert any("helpers.py" in upload.modules for upload in opened)
    shared = Counter(digest for upload in opened for digest in upload.part_hashes.values())
    assert max(shared.values()) > 1


def test_the_same_count_gives_the_same_class(tmp_path):
    one, other = (write_class(tmp_path / name, 30).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == other
