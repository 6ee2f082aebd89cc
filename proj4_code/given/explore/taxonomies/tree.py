"""The decision tree by which the classes of several data sets become one taxonomy (Lambert et al., CVPR 2020, 3.1).

Of each class it is asked:
1. Has another data set the same class, under whatever name? Then both are one class.
2. Does no other data set label any of its things? Then it is a new class.
3. Does it show more than a class elsewhere? If each of its masks can be given to one of the finer classes without
   drawing a boundary, it is split. If not, but the names are similar, the finer classes are merged into it. If not
   even that, its masks are left unlabelled.
What shows less than a class elsewhere waits for the answer to question 3 there: if that class is split or left
unlabelled, it is a new class.
"""

from collections.abc import Sequence
from typing import NamedTuple

from proj4_code.given.explore.taxonomies.tables import Taxonomy, TaxonomyClass, words_of

SAME, NEW, SPLIT, SUPERSET, UNLABELLED, PART = (
    "same class",
    "new class",
    "split",
    "merged into superset",
    "unlabelled",
    "part of a superset",
)
ANSWERS = (SAME, NEW, SPLIT, SUPERSET, PART, UNLABELLED)


class Decision(NamedTuple):
    """What becomes of a class of a data set."""

    dataset: str
    name: str
    answer: str  # one of `ANSWERS`
    because: str  # what the answer rests on
    becomes: tuple[str, ...]  # classes of the merged taxonomy: none, one, or, if it is split, several


def answer(each: TaxonomyClass, others: Sequence[TaxonomyClass]) -> tuple[str, str]:
    """Ask the questions about a class; `others` are the classes of all other data sets.

    Returns:
        One of `ANSWERS`, and what it rests on.
    """
    related = [other for other in others if other.things & each.things]
    if not related:
        return NEW, "no other data set labels it"
    finer = [other for other in related if each.things - other.things]  # each shows what the other does not
    if not finer:
        same = [other.name for other in related if other.things == each.things]
        if same:
            return SAME, f"shows what {_listed(same)} shows"
        return PART, f"shows less than {_listed([other.name for other in related])}"
    names = _listed([other.name for other in finer])
    if each.whole:
        return SPLIT, f"each mask is one of {names}"
    similar = [other.name for other in finer if words_of(other.name) & words_of(each.name)]
    if similar:
        return SUPERSET, f"shows {names}, and is called much like {_listed(similar)}"
    return UNLABELLED, f"shows {names}: only drawing could tell which"


def merge(taxonomies: Sequence[Taxonomy]) -> tuple[list[Decision], Taxonomy]:
    """Merge the taxonomies of several data sets.

    Returns:
        A decision for each class of each data set, in order, and the merged taxonomy.

    Raises:
        ValueError: if two data sets have one name.
    """
    names = [each.name for each in taxonomies]
    if len(set(names)) < len(names):
        raise ValueError(f"two of the data sets are called alike ({_listed(names)}): give each its own name")
    answers = []
    for taxonomy in taxonomies:
        others = [each for other in taxonomies if other is not taxonomy for each in other.classes]
        answers += [(taxonomy.name, each, *answer(each, others)) for each in taxonomy.classes]

    merged = _joined([each for _, each, said, _ in answers if said not in (SPLIT, UNLABELLED)])
    decisions = []
    for dataset, each, said, because in answers:
        targets = [] if said == UNLABELLED else [unified for unified in merged if unified.things & each.things]
        if said == SAME and targets[0].things > each.things:  # a third data set's class shows more
            said, because = PART, f"shows less than {targets[0].name}"
        if said == PART and targets[0].things == each.things:
            said, because = NEW, f"{because}, split or left unlabelled there"
        decisions.append(Decision(dataset, each.name, said, because, tuple(unified.name for unified in targets)))
    return decisions, Taxonomy(" + ".join(names), tuple(merged))


def _joined(classes: Sequence[TaxonomyClass]) -> list[TaxonomyClass]:
    """Join classes that share things, directly or through others, under the name of the one that shows most."""
    groups: list[list[TaxonomyClass]] = []
    for each in classes:
        touching = [group for group in groups if any(other.things & each.things for other in group)]
        apart = [group for group in groups if group not in touching]
        groups = [*apart, [*(other for group in touching for other in group), each]]
    groups.sort(key=lambda group: classes.index(group[0]))
    joined: list[TaxonomyClass] = []
    for group in groups:
        widest = max(group, key=lambda each: len(each.things))  # the first of several
        things = frozenset().union(*(each.things for each in group))
        taken = {each.name for each in joined}
        name = next(name for name in (widest.name, *(f"{widest.name} {n}" for n in range(2, 99))) if name not in taken)
        joined.append(TaxonomyClass(name, things))
    return joined


def _listed(names: Sequence[str]) -> str:
    """Write names as a list in a sentence, at most four of them."""
    unique = list(dict.fromkeys(names))
    if len(unique) > 4:
        return f"{', '.join(unique[:3])} and {len(unique) - 3} more"
    return " and ".join(filter(None, (", ".join(unique[:-1]), unique[-1])))
