"""A place in a notebook whose content is replaced as things go on, and pictures as every front end can show them."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path

from IPython.display import DisplayHandle, display

from proj4_code.given.basics.messages import as_html

Area = tuple[float, float, float, float]
"""A part of a picture: left, top, width and height as shares of the picture's."""
DARK = ("[data-jp-theme-light='false']", ".vscode-dark", "html[theme='dark']")  # JupyterLab, VS Code, Colab
PAPER = "brightness(0.8) sepia(0.15)"
"""What makes of a picture on white one on soft paper."""
STYLE = (
    "<style>.proj4-picture { position: relative; display: inline-block; max-width: 100% } "
    ".proj4-picture img { display: block; max-width: 100%; height: auto; border-radius: 6px } "
    ".proj4-picture i { position: absolute } .jp-RenderedHTML:has(> .proj4-picture) { padding-right: 0 } "
    f"{', '.join(f'{theme} .proj4-picture img' for theme in DARK)} {{ filter: {PAPER} }}</style>"
)
"""In a dark theme pictures are on soft paper."""
CARD = (
    "<style>.proj4-card { display: flex; flex-wrap: wrap; gap: 8px 20px; align-items: center; max-width: 60em; "
    "border: 1px dashed #8888; border-radius: 8px; padding: 10px 14px } .proj4-card p { margin: 2px 0 } "
    ".proj4-card div { flex: 1 1 16em } .proj4-card img { opacity: 0.4; width: 220px; border-radius: 4px }</style>"
)


class Place:
    """A place below a cell that shows one thing at a time; the last one is saved with the notebook.

    Args:
        text: what it shows at first; None: it is made when there is something to show.
    """

    def __init__(self, text: str | None = None) -> None:
        self.handle: DisplayHandle | None = None
        self.shown: dict[str, str] = {}
        if text is not None:
            self.say(text)

    def show(self, data: dict[str, str]) -> None:
        """Show something else: MIME type -> content; what is there already is not sent again."""
        if self.handle is None:
            self.handle = display(data, raw=True, display_id=True)
        elif data != self.shown:
            self.handle.update(data, raw=True)
        self.shown = data

    def say(self, text: str) -> None:
        """Show text."""
        self.show({"text/plain": text})

    def show_picture(
        self,
        picture: bytes,
        description: str,
        size: dict[str, int] | None = None,
        name: str = "",
        handles: Sequence[Area] = (),
    ) -> None:
        """Show a PNG; the arguments are those of `picture_html`."""
        html = picture_html(picture, description, size, name, handles)
        self.show({"text/html": html, "text/plain": f"[{description}]"})


def picture_html(
    picture: bytes, description: str, size: dict[str, int] | None = None, name: str = "", handles: Sequence[Area] = ()
) -> str:
    """Write a PNG as HTML: unlike `image/png`, that takes its description everywhere.

    Args:
        picture: the file's content.
        description: for those who cannot see it.
        size: its "width" and "height" on the screen in pixels; None: its own.
        name: by which a page finds it.
        handles: parts of it that can be dragged.
    """
    attributes = "".join(f' {name}="{pixels}"' for name, pixels in (size or {}).items())
    image = f'<img alt="{escape(description)}"{attributes} src="data:image/png;base64,{b64encode(picture).decode()}">'
    boxes = "".join(
        f'<i data-handle="{number}" style="left:{left:.2%}; top:{top:.2%}; width:{width:.2%}; height:{height:.2%}"></i>'
        for number, (left, top, width, height) in enumerate(handles)
    )
    return f'{STYLE}<div class="proj4-picture" id="{name}">{image}{boxes}</div>'


def card(what: str, file: str, why: str, preview: Path) -> dict[str, str]:
    """Make a muted card that stands where a picture will appear: MIME type -> content.

    Args:
        what: has to work first.
        file: where that is written.
        why: it does not work yet.
        preview: a small picture of what will appear; it need not be there.
    """
    image = ""
    if preview.is_file():
        source = f"data:image/webp;base64,{b64encode(preview.read_bytes()).decode()}"
        image = f'<img alt="What will appear here, faded" src="{source}">'
    html = (
        f'{CARD}<div class="proj4-card">{image}'
        f'<div><p>Appears when {as_html(what)} <a href="{file}">{Path(file).name}</a> works.</p>'
        f"<p><small>{as_html(why)}</small></p></div></div>"
    )
    return {"text/html": html, "text/plain": why}
