"""What an upload may look like, and what is made of one that is broken or hostile."""

import random
import tarfile
import zipfile

import pytest

from instructor.attacks.archives import ARCHIVES
from instructor.grading.files import tar_and_7z
from instructor.grading.upload import MOST_LISTED, MOST_MODULES, NothingHandedIn, Refused, open_upload
from instructor.tests.grading.graders import part_files, write_parts
from proj4_code.given.parts import PARTS
from proj4_unit_tests.harness.submission import KIT

NAMES = sorted(part_files())


def _pack(path, files, date=(2026, 11, 28, 0, 0, 0)):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), content)
    return path


def _zip(path, prefix="", more=()):
    return _pack(path, {prefix + name: text for name, text in part_files().items()} | dict.fromkeys(more, "more"))


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


def test_the_folder_with_most_written_parts_is_taken_and_the_others_are_named(tmp_path):
    upload = open_upload(_zip(tmp_path / "upload.zip", "proj4_code/", ["old/proj4_code/part1_ppm.py", "part2 notes"]))
    assert upload.parts == part_files()
    assert upload.remarks == (
        "part1_ppm.py in old/proj4_code is not graded: proj4_code is taken, which has more parts",
    )
    skeletons = {f"kit/proj4_code/{name}": (KIT / "proj4_code" / name).read_bytes() for name in NAMES}
    stray = {"part1_ppm.py": skeletons["kit/proj4_code/part1_ppm.py"]}
    finished = {f"proj4_code/{name}": content for name, content in part_files().items()}
    for others, where in ((stray, "at the top"), (skeletons, "in kit/proj4_code")):
        upload = open_upload(_pack(tmp_path / "upload.zip", others | finished))
        assert upload.parts == part_files()
        assert f"{where} is not graded: proj4_code is taken" in upload.remarks[0]


def test_of_equal_folders_the_deeper_one_is_taken(tmp_path):
    files = {"part1_ppm.py": "x = 1", "mine/part2_dilated_resnet.py": "x = 2"}
    upload = open_upload(_pack(tmp_path / "upload.zip", files))
    assert list(upload.parts) == ["part2_dilated_resnet.py"]
    assert upload.remarks == ("part1_ppm.py at the top is not graded: mine is taken, which lies deeper",)


def test_two_equal_folders_side_by_side_are_refused_unless_they_are_the_same(tmp_path):
    files = {"first/part1_ppm.py": "x = 1", "second/part1_ppm.py": "x = 2"}
    with pytest.raises(Refused, match="both first and second hold part files: hand in one of them"):
        open_upload(_pack(tmp_path / "upload.zip", files))
    files["second/part1_ppm.py"] = "x = 1\r\n"
    assert open_upload(_pack(tmp_path / "upload.zip", files)).parts.keys() == {"part1_ppm.py"}


NAMES_OF_COPIES = (
    "part1_ppm (1).py", "part1_ppm-1.py", "part1_ppm 2.py", "part1_ppm - Copy.py", "part1_ppm - Copy (2).py",
    "part1_ppm_1.py", "part1_ppm (copy).py", "part1_ppm (another copy).py", "part1_ppm (3rd copy).py",
    "Copy of part1_ppm.py", "Copy (2) of part1_ppm.py", "part1_ppm - Kopie (2).py", "Kopie von part1_ppm.py",
    "part1_ppm - copie.py", "part1_ppm - copia.py", "Part1_PPM.py", "part1-ppm.py",
    "part1_ppm.PY", "part1_ppm.py.txt", "part1_ppm copy.py", "part1_ppm.py ",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES_OF_COPIES)
def test_a_part_under_the_name_of_a_copy_is_taken_and_it_is_said(tmp_path, name):
    upload = open_upload(_pack(tmp_path / "upload.zip", {name: "x = 1", "part5_iou.py": "x = 5"}))
    assert upload.parts == {"part1_ppm.py": b"x = 1", "part5_iou.py": b"x = 5"}
    assert upload.remarks == (f"{name} is graded as part1_ppm.py",)


def test_a_part_of_its_own_name_comes_before_its_copies(tmp_path):
    upload = open_upload(_pack(tmp_path / "upload.zip", {"part1_ppm (1).py": "x = 2", "part1_ppm.py": "x = 1"}))
    assert upload.parts == {"part1_ppm.py": b"x = 1"}
    assert upload.remarks == ("part1_ppm (1).py is not graded: part1_ppm.py beside it is",)


def test_two_copies_that_differ_are_refused(tmp_path):
    files = {"part1_ppm (1).py": "x = 1", "part1_ppm (2).py": "x = 2"}
    with pytest.raises(Refused, match=r"part1_ppm \(1\).py and part1_ppm \(2\).py .*which did you mean\? .* as part1"):
        open_upload(_pack(tmp_path / "upload.zip", files))


def test_a_name_that_reminds_of_a_part_is_asked_about(tmp_path):
    with pytest.raises(Refused, match=r"but part1.py: did you mean part1_ppm.py\?"):
        open_upload(_pack(tmp_path / "upload.zip", {"part1.py": "x = 1"}))
    with pytest.raises(Refused, match=r"but ann_lee_part1_ppm_final.py: did you mean part1_ppm.py\?"):
        open_upload(_pack(tmp_path / "upload.zip", {"ann_lee_part1_ppm_final.py": "x = 1", "test_part5_iou.py": "t"}))
    upload = open_upload(_pack(tmp_path / "upload.zip", {"part5_iou.py": "x = 1", "part3_psnet.py": "y"}))
    assert upload.remarks == ("part3_psnet.py is not graded: did you mean part3_pspnet.py?",)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_in_one_version_is_taken(tmp_path):
    with zipfile.ZipFile(tmp_path / "upload.zip", "w") as archive:
        archive.writestr("part5_iou.py", "x = 5\n")
        archive.writestr("part5_iou.py", "x = 5\r\n")
    assert open_upload(tmp_path / "upload.zip").parts == {"part5_iou.py": b"x = 5\n"}


@pytest.mark.parametrize("folder", ["/home/ann", "C:/Users/ann", "../proj4"])
def test_paths_that_lead_out_of_an_archive_are_said(tmp_path, folder):
    with pytest.raises(Refused, match=f"{folder}/part5_iou.py leads out of the archive"):
        open_upload(_pack(tmp_path / "upload.zip", {f"{folder}/part5_iou.py": "x = 5"}))


def test_an_archive_two_archives_deep_is_said(tmp_path):
    content = b"PK\x05\x06" + bytes(18)
    for name in ("parts.zip", "middle.zip", "upload.zip"):
        content = _pack(tmp_path / name, {f"in-{name}": content}).read_bytes()
    with pytest.raises(Refused, match=r"in-upload\.zip/in-middle\.zip is not opened"):
        open_upload(tmp_path / "upload.zip")


def test_an_archive_without_files_is_nothing(tmp_path):
    with pytest.raises(NothingHandedIn, match="the upload is empty"):
        open_upload(_pack(tmp_path / "upload.zip", {"proj4_code/": "", "__MACOSX/._proj4_code": "x"}))


def test_archives_are_looked_into_in_folders_beside_parts_and_several_of_them(tmp_path):
    parts = part_files()
    results = _pack(tmp_path / "proj4_results.zip", {f"proj4_code/{name}": text for name, text in parts.items()})
    others = _pack(tmp_path / "plots.zip", {"plot.png": "p"})
    for files in (
        {"my project/proj4_results.zip": results.read_bytes()},
        {"a.zip": results.read_bytes(), "part6_training.py": parts["part6_training.py"]},
        {"PROJ4.ZIP": results.read_bytes(), "plots.zip": others.read_bytes()},
    ):
        upload = open_upload(_pack(tmp_path / "upload.zip", files))
        assert upload.parts == parts
        assert upload.remarks == ()


def test_the_newer_of_two_archives_wins_and_it_is_said(tmp_path):
    inner = [_pack(tmp_path / f"{n}.zip", {"part1_ppm.py": f"x = {n}"}, (2026, 1, n, 0, 0, 0)) for n in (2, 1)]
    files = {path.name: path.read_bytes() for path in inner}
    upload = open_upload(_pack(tmp_path / "upload.zip", files))
    assert upload.parts == {"part1_ppm.py": b"x = 2"}
    assert upload.remarks == (
        "part1_ppm.py is graded from 2.zip/part1_ppm.py, the newer one, and not from 1.zip/part1_ppm.py",
    )


def test_what_systems_and_the_kit_leave_behind_is_never_listed(tmp_path):
    more = ["__MACOSX/._part1_ppm.py", ".DS_Store", "._part1_ppm.py", "Thumbs.db", ".ipynb_checkpoints/part1_ppm.py"]
    more += [".venv/lib/site-packages/part1_ppm.py", "proj4_code/__pycache__/part1_ppm.pyc"]
    kit = {name: (KIT / name).read_bytes() for name in ("proj4_code/given/classes.py", "zip_for_colab.py")}
    files = dict.fromkeys(more, b"junk") | kit | {f"proj4_code/{name}": text for name, text in part_files().items()}
    upload = open_upload(_pack(tmp_path / "upload.zip", files))
    assert (upload.parts, upload.ignored, upload.remarks) == (part_files(), [], ())


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_is_read(tmp_path, mode):
    folder = write_parts(tmp_path / "proj4_code")
    with tarfile.open(tmp_path / "upload.tar.gz", mode) as tar:
        tar.add(folder, "proj4_code")
    assert open_upload(tmp_path / "upload.tar.gz").parts == part_files()


def test_a_tar_of_the_oldest_kind_is_read(tmp_path):
    folder = write_parts(tmp_path / "proj4_code")
    with tarfile.open(tmp_path / "new.tar", "w", format=tarfile.USTAR_FORMAT) as tar:
        tar.add(folder, "proj4_code")
    content = bytearray((tmp_path / "new.tar").read_bytes())
    for start in range(0, len(content), 512):
        if content[start + 257 : start + 262] == b"ustar":
            content[start + 257 : start + 265] = bytes(8)
            total = sum(content[start : start + 148]) + 8 * 32 + sum(content[start + 156 : start + 512])
            content[start + 148 : start + 156] = b"%06o\0 " % total
    (tmp_path / "old.tar").write_bytes(content)
    assert open_upload(tmp_path / "old.tar").parts == part_files()


def test_a_7z_is_read(tmp_path):
    py7zr = pytest.importorskip("py7zr")
    folder = write_parts(tmp_path / "proj4_code")
    (folder / "plot.png").write_bytes(b"p")
    with py7zr.SevenZipFile(tmp_path / "upload.7z", "w") as archive:
        archive.writeall(folder, "proj4_code")
    upload = open_upload(tmp_path / "upload.7z")
    assert (upload.parts, upload.ignored) == (part_files(), ["proj4_code/plot.png"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.7z", b"7z\xbc\xaf\x27\x1c broken", "a.7z cannot be read .*: pack the six part files as a plain zip"),
        (
            "a.rar",
            b"Rar!\x1a\x07\x01\x00",
            "a.rar is a rar archive, which cannot be read here: pack the six",
        ),
        ("a.tar.gz", b"\x1f\x8b broken", "a.tar.gz cannot be read .*: pack the six part files as a plain zip"),
        ("a.ipynb", b"{}", "a.ipynb is a notebook, which is not graded: hand in part1_ppm.py to part6_training.py"),
        ("a.docx", b"PK", "a.docx is neither a part file nor an archive: hand in part1_ppm.py"),
    ],
)
def test_what_cannot_be_read_says_what_to_hand_in_instead(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused, match=message):
        open_upload(tmp_path / name)


def test_a_tar_and_a_7z_that_unpack_without_end_are_refused(tmp_path, monkeypatch):
    py7zr = pytest.importorskip("py7zr")
    monkeypatch.setattr(tar_and_7z, "LARGEST_UNPACKED", 2**20)
    (tmp_path / "part1_ppm.py").write_bytes(bytes(2**21))
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "part1_ppm.py", "part1_ppm.py")
    with py7zr.SevenZipFile(tmp_path / "bomb.7z", "w") as archive:
        archive.write(tmp_path / "part1_ppm.py", "part1_ppm.py")
    for name in ("bomb.tar.gz", "bomb.7z"):
        with pytest.raises(Refused, match=f"{name} holds too much: pack the six part files as a plain zip"):
            open_upload(tmp_path / name)


def test_a_tar_whose_headers_are_endless_is_refused_before_it_takes_memory(tmp_path):
    import tracemalloc

    entry = tarfile.TarInfo("part1_ppm.py")
    entry.pax_headers = {"comment": "x" * 50_000_000}
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(entry)
    tracemalloc.start()
    with pytest.raises(Refused, match=r"a\.tar\.gz holds too much"):
        open_upload(tmp_path / "a.tar.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10e6


@pytest.mark.parametrize("packed", [True, False])
def test_a_7z_whose_list_of_files_is_endless_is_refused(tmp_path, monkeypatch, packed):
    py7zr = pytest.importorskip("py7zr")
    monkeypatch.setattr(tar_and_7z, "LARGEST_HEADER", 5000)
    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.set_encoded_header_mode(packed)
        for number in range(100):
            archive.writestr("x", f"{random.Random(number).getrandbits(256):x}.py")
    with pytest.raises(Refused, match=r"a\.7z holds too much"):
        open_upload(tmp_path / "a.7z")


def test_damaged_tars_and_7zs_are_read_or_refused(tmp_path):
    py7zr = pytest.importorskip("py7zr")
    folder = write_parts(tmp_path / "proj4_code", "part1", "part5")
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        tar.add(folder, "proj4_code")
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.add(folder, "proj4_code")
    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.writeall(folder, "proj4_code")
    generator = random.Random(3)
    for name in ("a.tgz", "a.tar", "a.7z"):
        whole = (tmp_path / name).read_bytes()
        for _ in range(25):
            content = bytearray(whole)
            for _ in range(generator.randrange(1, 20)):
                content[generator.randrange(len(content))] = generator.randrange(256)
            path = tmp_path / f"fuzzed-{name}"
            path.write_bytes(content[: generator.randrange(len(content))] if generator.random() < 0.3 else content)
            try:
                assert open_upload(path).parts
            except Refused as error:
                assert str(error).isprintable()


def test_copies_are_compared_without_line_endings_and_trailing_blanks(tmp_path):
    text = part_files()["part5_iou.py"]
    other = text.replace(b"\n", b"  \r\n") + b"\r\n\r\n"
    first, second = ({"part5_iou.py": content} for content in (text, other))
    hashes = [open_upload(_pack(tmp_path / "upload.zip", files)).part_hashes for files in (first, second)]
    assert hashes[0] == hashes[1] != {}
    skeleton = (KIT / "proj4_code" / "part5_iou.py").read_bytes().replace(b"\n", b"\r\n")
    assert open_upload(_pack(tmp_path / "upload.zip", {"part5_iou.py": skeleton})).part_hashes == {}


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
    with zipfile.ZipFile(tmp_path / "upload.zip", "w") as archive:
        archive.writestr("part5_iou.py", "x = 1\n")
        archive.writestr("film.mp4", "x", zipfile.ZIP_LZMA)  # what nobody reads may be packed as it likes
    assert open_upload(tmp_path / "upload.zip").ignored == ["film.mp4"]


def test_folders_nested_deeply_are_left_alone(tmp_path):
    write_parts(tmp_path / "upload", "part5")
    deep = tmp_path / "upload"
    for _ in range(40):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "part1_ppm.py").write_text("")
    assert sorted(open_upload(tmp_path / "upload").parts) == ["part5_iou.py"]
