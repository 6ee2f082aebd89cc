"""Questions about the code of an upload: for an oral examination, and for a quiz."""
