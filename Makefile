# Reelpress: `make run` encodes sample videos (or VIDEO=…), `make test` builds and tests everything.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where `run` works, and how: any setting of the worker as REELPRESS_CRF=… and so on in the environment.
BUCKET ?= bucket
POLICY ?= preserve
WORKER := .build/release/EncodeWorker

.PHONY: help setup build run test lint bench format clean

help: ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

setup: ## install what is missing: Debian packages, tools under .venv/
	@scripts/setup.sh

build: setup ## build the worker for release
	swift build -c release --product EncodeWorker

run: build ## encode sample videos under bucket/, or VIDEO=/path/to/file
	@scripts/samples.sh "$(BUCKET)" "$(POLICY)"
	@$(WORKER) bucket "$(BUCKET)"

lint: setup ## check the formatting
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	.venv/bin/shellcheck scripts/*.sh Benchmarks/*.sh .ci/run

test: lint ## build and test everything
	swift build --build-tests
	swift test --skip-build

bench: build ## time the worker beside its peers
	Benchmarks/local.sh $(WORKER)

format: ## format the sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove what was built, and the samples
	rm -rf .build .venv dist $(BUCKET)
