# Reelpress: `make run` encodes sample videos (or VIDEO=…), `make test` builds and tests everything.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where `run` works, and how: any setting of the worker as REELPRESS_CRF=… and so on in the environment.
BUCKET ?= bucket
POLICY ?= preserve
WORKER := .build/release/EncodeWorker

# Programs that load no C++ library get Swift's C++ runtime linked in: fewer libraries to load, a quicker start.
STATIC_CXX := .build-static/cxx
STATIC_BUILD := swift build -c release --static-swift-stdlib --scratch-path .build-static -Xlinker -L$(STATIC_CXX)

.PHONY: help setup build run test lint soak formats bench format clean

help: ## show this
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

setup: ## install what is missing: Debian packages, tools under .venv/
	@scripts/setup.sh

build: setup ## build the worker for release; it needs no Swift where it runs
	swift build -c release --static-swift-stdlib --product EncodeWorker

run: build ## encode sample videos under bucket/, or VIDEO=/path/to/file
	@scripts/samples.sh "$(BUCKET)" "$(POLICY)"
	@$(WORKER) bucket "$(BUCKET)"

lint: setup ## check the formatting
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	.venv/bin/shellcheck scripts/*.sh Benchmarks/*.sh Tests/MediaFuzz/*.sh .ci/run

test: lint ## build and test everything
	swift build --build-tests
	swift test --skip-build

soak: setup ## the fault and fuzz suites at length, and with AddressSanitizer: FAULT_RUNS=20000 FUZZ_RUNS=20000
	swift build --build-tests
	FAULT_RUNS=$${FAULT_RUNS:-20000} swift test --skip-build --filter AWSCoreTests
	FUZZ_RUNS=$${FUZZ_RUNS:-20000} swift test --skip-build --filter 'EndToEnd.Fuzz'
	FORMATS=$${FORMATS:-1000} swift test --skip-build --filter 'EndToEnd.Formats'
	swift build --sanitize=address --scratch-path .build-asan --product MediaFuzz
	FUZZ_RUNS=$${FUZZ_RUNS:-5000} FUZZ_FIRST=1000001 FUZZ_MEMORY=4096 FUZZ_BINARY=.build-asan/debug/MediaFuzz \
		swift test --skip-build --filter 'EndToEnd.Fuzz'
	Tests/MediaFuzz/leaks.sh .build/debug/MediaFuzz .build-asan/debug/MediaFuzz

$(STATIC_CXX):
	mkdir -p $@
	ln -sf "$$(clang -print-file-name=libstdc++.a)" $@/libstdc++.a
	ln -sf "$$(clang -print-file-name=libgcc_eh.a)" $@/libgcc_s.a

formats: build ## write docs/formats.md: what is lost of sources of every kind, beside ffmpeg and HandBrakeCLI (if installed)
	.venv/bin/python scripts/formats $(WORKER) --write docs/formats.md

bench: build $(STATIC_CXX) ## time the worker and the S3 client beside their peers
	python3 -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --requirement Benchmarks/requirements.txt
	Benchmarks/local.sh $(WORKER)
	$(STATIC_BUILD) --product S3Bench
	$(STATIC_BUILD) --product StartBench
	.venv/bin/python Benchmarks/s3.py .build-static/release

format: ## format the sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove what was built, and the samples
	rm -rf .build .build-asan .build-static .venv .venv-bench dist $(BUCKET)
