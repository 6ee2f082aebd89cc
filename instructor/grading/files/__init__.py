"""Reading what is handed in, file by file: nothing is ever unpacked to disk under a name that a student chose."""
