"""What the local notebook plays with: one module a subject, and two that show pictures and sliders."""
