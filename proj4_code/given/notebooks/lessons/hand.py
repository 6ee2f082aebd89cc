"""A hand for the pictures: where anywidget is installed, a pointer can drag what a picture shows."""

from pathlib import Path

import anywidget
from traitlets import List, Unicode


class Hand(anywidget.AnyWidget):
    """What runs in the browser; `hand.js` says what it sends and understands.

    Attributes:
        picture: the name by which the page finds the picture.
        controls: the models of the sliders and menus.
    """

    _esm = Path(__file__).with_name("hand.js")
    picture = Unicode().tag(sync=True)
    controls = List(Unicode()).tag(sync=True)
