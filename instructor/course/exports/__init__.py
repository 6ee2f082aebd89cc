"""The uploads of a whole class: a folder of uploads, or what a course system exports, as an archive or unpacked.

Each system has a module with one function, `read`, which returns the entries of a listing, or None if the listing is
not that system's. What a system's reader does not claim is an entry by itself, so that nothing vanishes.
"""

from instructor.course.exports.entry import ClassUpload
from instructor.course.exports.reading import list_uploads

__all__ = ["ClassUpload", "list_uploads"]
