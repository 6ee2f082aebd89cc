"""All attacks by code."""

from instructor.attacks import files, objects, processes, resources, tests
from instructor.attacks.attack import Attack

ATTACKS: tuple[Attack, ...] = tuple(
    attack for module in (objects, tests, processes, files, resources) for attack in module.ATTACKS
)
