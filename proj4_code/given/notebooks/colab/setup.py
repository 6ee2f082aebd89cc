"""What a fresh machine needs before the rest can be imported."""

import importlib.util
import subprocess
import sys

NEEDED = ("nbconvert", "safetensors", "tqdm")  # never torch: Colab's own fits its GPU


def install_missing() -> None:
    """Install what the kit needs and this machine lacks."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(f"installing {', '.join(missing)} …")
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], check=True)
