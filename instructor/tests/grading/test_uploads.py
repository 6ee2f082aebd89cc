"""What an upload may look like, and what is made of one that is broken or hostile."""

import random
import zipfile

import pytest

from instructor.attacks.archives import ARCHIVES
from instructor.grading.upload import MOST_LISTED, MOST_MODULES, Refused, open_upload
from instructor.tests.grading.graders import part_files, write_parts
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

NAMES = sorted(part_files())


def _zip(path, prefix="", more=()):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in part_files().items():
            archive.writestr(prefix + name, content)
        for name in more:
            archive.writestr(name, "more")
    return path


@pytest.mark.parametrize("prefix", ["", "proj4_code/", "my project/", "a/b/c/proj4_code/"])
def test_part_files_may_lie_at_the_top_or_in_one_folder(tmp_path, prefix):
    upload = open_upload(_zip(tmp_path / "upload.zip", prefix, ["notes.txt", "proj4_code/given/data/frames.py"]))
    assert upload.parts == part_files()
    assert upload.ignored == ["notes.txt", "proj4_code/given/data/frames.py"]


def test_the_same_parts_have_the_same_hash_however_they_are_packed(tmp_path):
    folder = write_parts(tmp_path / "folder")
    single = sorted(folder.glob("*.py"))
    uploads = [open_upload(_zip(tmp_path / "upload.zip", "x/")), open_upload(folder), open_upload(*single)]
    assert len({upload.hash for upload in uploads}) == 1
    assert open_upload(*single[1:]).hash != uploads[0].hash


def test_the_zip_for_colab_can_be_handed_in(tmp_path):
    import sys

    sys.path.insert(0, str(KIT))
    import zip_for_colab

    zip_for_colab.write_zip(zip_for_colab.collect(), tmp_path / "colab.zip")
    assert sorted(open_upload(tmp_path / "colab.zip").parts) == NAMES


def test_a_folder_that_is_nearer_to_the_top_wins(tmp_path):
    upload = open_upload(_zip(tmp_path / "upload.zip", "proj4_code/", ["old/proj4_code/part1_ppm.py"]))
    assert upload.parts == part_files()
    assert upload.ignored == ["old/proj4_code/part1_ppm.py"]


def test_two_folders_side_by_side_are_refused(tmp_path):
    with pytest.raises(Refused, match="both first and second hold part files: hand in one of them"):
        open_upload(_zip(tmp_path / "upload.zip", "first/", ["second/part1_ppm.py"]))


def test_parts_that_are_missing_are_left_out(tmp_path):
    assert sorted(open_upload(write_parts(tmp_path / "two", "part1", "part5")).parts) == [NAMES[0], NAMES[4]]


def test_a_skeleton_does_not_count_as_a_copy():
    upload = open_upload(KIT / "proj4_code")
    assert len(upload.parts) == len(PARTS)
    assert upload.part_hashes == {}


def test_many_ignored_files_are_counted(tmp_path):
    more = [f"{number:02}.txt" for number in range(MOST_LISTED + 5)]
    assert open_upload(_zip(tmp_path / "upload.zip", "", more)).ignored[-1] == "and 5 more"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is not a readable zip"), (b"PK\x05\x06" + bytes(18), "holds no part file: hand in part1_ppm.py")],
)
def test_an_empty_upload_is_refused(tmp_path, content, message):
    (tmp_path / "upload.zip").write_bytes(content)
    with pytest.raises(Refused, match=message):
        open_upload(tmp_path / "upload.zip")


def test_a_missing_upload_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing is missing"):
        open_upload(tmp_path / "nothing")


REFUSED = {
    "bomb": "part5_iou.py in the zip cannot be read",
    "thousands-of-files": "more than 5000 files",
    "twice": "part5_iou.py twice",
    "encrypted": "part5_iou.py in the zip cannot be read",
    "zip-in-zip": "holds no part file",
    "links-in-folder": "holds no part file",
    "pipe-in-folder": "holds no part file",
}


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_archive_is_read_as_far_as_it_is_harmless(tmp_path, name):
    path = ARCHIVES[name](tmp_path)
    if name in REFUSED:
        with pytest.raises(Refused, match=REFUSED[name]):
            open_upload(path)
    else:
        upload = open_upload(path)
        assert "part5_iou.py" in upload.parts
        assert set(upload.parts) <= set(NAMES)
        assert all(text.isprintable() for text in upload.ignored)


def fuzz(folder, count: int, seed: int) -> None:
    """Read damaged zips and part files: each is read, or refused with a message."""
    generator = random.Random(seed)
    whole = _zip(folder / "whole.zip", "proj4_code/", ["a.txt", "b/c.txt"]).read_bytes()
    for number in range(count):
        content, path = bytearray(whole), folder / "fuzzed.zip"
        kind = number % 5
        if kind == 0:
            content = content[: generator.randrange(len(content))]
        elif kind == 1:
            for _ in range(generator.randrange(1, 30)):
                content[generator.randrange(len(content))] = generator.randrange(256)
        elif kind == 2:  # the directory at the end, where names, sizes and offsets stand
            for _ in range(generator.randrange(1, 10)):
                content[-generator.randrange(1, 800)] = generator.randrange(256)
        elif kind == 3:
            start = generator.randrange(len(content))
            content[start:start] = generator.randbytes(generator.randrange(2000))
        else:
            content = bytearray(generator.randbytes(generator.randrange(3000)))
            path = folder / "part1_ppm.py"
        path.write_bytes(content)
        try:
            assert open_upload(path).parts
        except Refused as error:
            assert str(error).isprintable()
    assert sorted(path.name for path in folder.iterdir()) == ["fuzzed.zip", "part1_ppm.py", "whole.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hundred_damaged_uploads(tmp_path):
    fuzz(tmp_path, 100, seed=1)


@pytest.mark.deep
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_thousand_damaged_uploads(tmp_path):
    fuzz(tmp_path, 1000, seed=2)


def test_modules_that_parts_import_belong_to_the_upload(tmp_path):
    source = part_files()["part5_iou.py"].decode()
    files = {
        "proj4_code/part5_iou.py": f"from proj4_code.helpers import divide\n{source}",
        "proj4_code/helpers.py": "from .tools import maths\n",
        "proj4_code/tools/__init__.py": "",
        "proj4_code/tools/maths.py": "import cv2\n",
        "proj4_code/unused.py": "",
        "proj4_code/given/classes.py": "",
    }
    with zipfile.ZipFile(tmp_path / "upload.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    upload = open_upload(tmp_path / "upload.zip")
    assert sorted(upload.modules) == ["helpers.py", "tools/__init__.py", "tools/maths.py"]
    assert upload.ignored == ["proj4_code/unused.py", "proj4_code/given/classes.py"]
    assert [problem.partition(", which")[0] for problem in upload.imports] == ["tools/maths.py, line 1: imports cv2"]
    folder = upload.write(tmp_path / "written")
    assert (folder / "tools" / "maths.py").read_text() == "import cv2\n"
    again = open_upload(folder)
    assert again.hash == upload.hash
    (folder / "helpers.py").write_text("from .tools import maths  # changed\n")
    assert open_upload(folder).hash != upload.hash


def test_more_modules_than_anybody_writes_are_refused(tmp_path):
    folder = write_parts(tmp_path / "upload", "part1")
    names = [f"own{number}" for number in range(MOST_MODULES + 1)]
    (folder / "part5_iou.py").write_text("".join(f"import proj4_code.{name}\n" for name in names))
    for name in names:
        (folder / f"{name}.py").touch()
    with pytest.raises(Refused, match=f"more than {MOST_MODULES} modules"):
        open_upload(folder)


def test_unusual_compression_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "upload.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("part5_iou.py", "x = 1\n")
    with pytest.raises(Refused, match=r"part5_iou.py is packed in an unusual way: pack it as a plain zip"):
        open_upload(tmp_path / "upload.zip")


def test_folders_nested_deeply_are_left_alone(tmp_path):
    write_parts(tmp_path / "upload", "part5")
    deep = tmp_path / "upload"
    for _ in range(40):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "part1_ppm.py").write_text("")
    assert sorted(open_upload(tmp_path / "upload").parts) == ["part5_iou.py"]
