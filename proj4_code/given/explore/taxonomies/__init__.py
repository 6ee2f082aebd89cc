"""Which classes data sets have, and how several data sets become one."""
