"""What all programs share: what they print, and how they end."""
