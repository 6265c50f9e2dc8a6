# Everything here works on a machine that has Python 3.11 or later and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
STAMP := $(VENV)/.installed

.PHONY: demo test lint fix calibrate bench encoder install clean

install: $(STAMP)

# torch comes first and from its CPU index: another package's request for it would bring gigabytes of CUDA.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; try: make PYTHON=python3.11") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --retries 1 --no-deps --constraint constraints.txt --extra-index-url $(TORCH_INDEX) torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/discourse cluster data/embassy/posts.csv --timezone Asia/Almaty --out runs/demo --replace
	@echo "The results are in runs/demo. Look further: $(BIN)/discourse themes runs/demo show 0"

test: $(STAMP) lint
	$(BIN)/python -m pytest -n 2

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Simulates every test and interval, the long ones too, and writes down what they gave.
calibrate: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group oracles
	rm -rf build/calibration
	DISCOURSE_CALIBRATION=build/calibration $(BIN)/python -m pytest -m calibration -n 2
	$(BIN)/python scripts/calibration_table.py build/calibration docs/calibration.md

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt '.[bench]'
	$(BIN)/python scripts/bench.py

# The parallel text of scripts/encoder/recipe.toml is not part of the project: PARALLEL names its folder.
PARALLEL ?= parallel
encoder: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt '.[bench]'
	$(BIN)/python scripts/train_encoder.py --parallel $(PARALLEL) --out discourse/encoders/builtin

clean:
	rm -rf $(VENV) build dist *.egg-info
