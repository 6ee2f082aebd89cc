"""Reports as course systems take them back: one zip, each report under the name that the system's upload goes by.

Canvas (Gradebook or assignment > Upload Submissions) finds the student by the numbers in the name of a file that it had
exported, Moodle (Grading > Upload multiple feedback files in a zip) by the number in the name of a folder.
"""

from collections.abc import Sequence
from pathlib import Path

from instructor.course.exports import ClassUpload
from instructor.release.kit import zip_files
from proj4_code.given.files import write_whole

REPORT = "report.html"


def write_feedback(uploads: Sequence[ClassUpload], out: Path) -> list[Path]:
    """Write a zip for each system that takes reports back, such as `canvas_feedback.zip`.

    Args:
        uploads: of the class; their reports lie in folders in `out`.
        out: folder for the zips.

    Returns:
        The zips.
    """
    zips = []
    for system in sorted({upload.system for upload in uploads if upload.feedback}):
        files = {
            upload.feedback: (out / upload.name / REPORT).read_bytes()
            for upload in uploads
            if upload.feedback and upload.system == system
        }
        path = out / f"{system.lower()}_feedback.zip"
        write_whole(path, zip_files(files))
        zips.append(path)
    return zips
