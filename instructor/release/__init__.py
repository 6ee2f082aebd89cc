"""From the reference to what students get: skeletons, the student kit, and the check that it gives nothing away."""
