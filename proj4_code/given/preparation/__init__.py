"""How CamVid gets into the form on disk that the parts read."""
