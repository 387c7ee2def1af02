# What people type. `make run` and `make test` set up whatever is missing first.
PYTHON ?= python3

.PHONY: setup setup-test run test check samples bench

setup:
	@PYTHON="$(PYTHON)" scripts/setup
