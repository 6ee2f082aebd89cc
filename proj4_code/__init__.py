"""The student's package: six parts to write (`part1` to `part6`) and `given`, which is ready to use."""

import sys

__version__ = "1.0.0"

if sys.version_info < (3, 11):  # noqa: UP036  pip asks for it, but not everyone installs by pip
    found = f"{sys.version.split()[0]} ({sys.executable})"
    sys.exit(f"proj4 needs Python 3.11 or newer, and this is {found}: make a virtual environment with a newer one")


class _LeadToDoctor:
    """Adds to what importing torch, NumPy and others raises how to find out what the installation lacks."""

    modules = ("PIL", "filelock", "matplotlib", "numpy", "safetensors", "torch", "torchvision", "tqdm")
    advice = "What is wrong with this installation, and what to do: python -m proj4_code.given.doctor"

    def find_spec(self, name, path=None, target=None):
        """Find one of the modules as everyone else does."""
        if name not in self.modules:
            return None
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not self)
        spec = next((spec for spec in found if spec is not None), None)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}. {self.advice}", name=name)
        load = spec.loader.exec_module

        def exec_module(module):
            try:
                load(module)
            except Exception as error:
                error.add_note(self.advice)
                raise

        spec.loader.exec_module = exec_module
        return spec


sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != _LeadToDoctor.__name__]
sys.meta_path.insert(0, _LeadToDoctor())
