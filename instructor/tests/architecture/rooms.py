"""The rooms of the house, bottom to top: a module may import modules of its own room and of lower floors."""

from fnmatch import fnmatchcase

FLOORS: tuple[tuple[str, ...], ...] = (
    ("proj4_code", "proj4_code.given", "proj4_code.given.parts"),
    (
        "proj4_code.given.classes",
        "proj4_code.given.files",
        "proj4_code.given.basics*",
        "proj4_code.given.data",
        "proj4_code.given.data.images",
        "proj4_code.given.data.splits",
    ),
    ("proj4_code.part*",),
    ("instructor.solution.*",),
    ("proj4_code.given.pictures*", "proj4_code.given.questions*", "proj4_code.given.scene_drawing*"),
    ("proj4_code.given.data*",),
    ("proj4_code.given.networks*",),
    ("proj4_code.given.training*",),
    ("proj4_code.given.explore*",),
    ("proj4_code.given.notebooks*",),
    ("proj4_code.given.*",),  # the programs
    ("conftest", "docs.*", "zip_for_colab", "proj4_unit_tests", "proj4_unit_tests.adapters*"),
    ("proj4_unit_tests.harness*",),
    ("proj4_unit_tests.*",),  # the tests
    ("instructor", "instructor.rubric"),
    ("instructor.release*",),
    ("instructor.catalogue*",),
    ("instructor.sandbox*",),
    ("instructor.grading", "instructor.grading.*"),
    ("instructor.attacks*", "instructor.course*", "instructor.platforms*"),
    ("instructor.questions*",),
    ("instructor.proofs*",),
    ("instructor.benchmarks*",),
    ("instructor.tests*",),
    ("instructor.*",),  # the commands
)


def room_of(module: str) -> tuple[int, str]:
    """Return the floor, counted from 0, and the room of a module.

    Raises:
        ValueError: if the module is in no room.
    """
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            if fnmatchcase(module, room):
                return floor, room
    raise ValueError(f"{module} is in no room: give it one in {__name__}.FLOORS")


def runs_up(importer: str, imported: str) -> bool:
    """Return whether an import leads to a room that is neither the importer's own nor on a lower floor."""
    floor, room = room_of(importer)
    other_floor, other_room = room_of(imported)
    return room != other_room and other_floor >= floor
