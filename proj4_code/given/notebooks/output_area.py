"""A place in a notebook whose content is replaced as things go on."""

from base64 import b64encode

from IPython.display import DisplayHandle, display


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

    def show(self, data: dict[str, str], metadata: dict[str, dict] | None = None) -> None:
        """Show something else: MIME type -> content; what is there already is not sent again."""
        if self.handle is None:
            self.handle = display(data, metadata=metadata, raw=True, display_id=True)
        elif data != self.shown:
            self.handle.update(data, metadata=metadata, raw=True)
        self.shown = data

    def say(self, text: str) -> None:
        """Show text."""
        self.show({"text/plain": text})

    def show_picture(self, picture: bytes, description: str, size: dict[str, int] | None = None) -> None:
        """Show a PNG.

        Args:
            picture: the file's content.
            description: for those who cannot see it.
            size: its "width" and "height" on the screen in pixels; None: its own.
        """
        data = {"image/png": b64encode(picture).decode(), "text/plain": f"[{description}]"}
        self.show(data, {"image/png": {**(size or {}), "alt": description}})
