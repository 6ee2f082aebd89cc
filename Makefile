# Commands for people who have the whole repository. Students have no make: their README.md is docs/student-readme.md.

VENV ?= .venv
PYTHON = $(VENV)/bin/python
INSTALLED = $(VENV)/installed
# Files of tests that run at a time: more than most machines have cores, since many tests wait. PyTorch has one thread in
# each, or they would wait for each other.
JOBS ?= 4

.PHONY: demo test deep handout clean

demo: $(INSTALLED)  ## train the reference for a few minutes; DATA=DIR: on prepared CamVid instead of synthetic scenes
	rm -rf runs/demo
	$(PYTHON) -m instructor demo --out runs/demo $(if $(DATA),--data "$(DATA)")

test: $(INSTALLED)  ## run every check
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PYTHON) -m instructor release --check
	$(PYTHON) -m pytest proj4_unit_tests --submission instructor/solution
	OMP_NUM_THREADS=1 $(PYTHON) -m pytest instructor/tests --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder --durations 15

deep: test  ## the checks that take long
	$(PYTHON) -m pytest instructor/tests -m deep

handout: $(INSTALLED)  ## write the handout as one HTML page
	$(PYTHON) -m instructor handout build/handout.html

clean:
	rm -rf $(VENV) runs data

$(INSTALLED): pyproject.toml
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; python3 is " + sys.version)'
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --editable ".[instructor]"
	command -v bwrap > /dev/null || (apt-get update -qq && apt-get install -qq bubblewrap) > /dev/null 2>&1 || echo "no bubblewrap: the checks that need it are skipped"
	touch $@
