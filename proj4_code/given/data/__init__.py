"""CamVid on disk and in memory."""
