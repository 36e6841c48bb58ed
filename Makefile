# Reelpress: `make run` encodes sample videos (or VIDEO=…), `make test` builds and tests everything.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where `run` works; settings of the worker are read from the environment, as REELPRESS_CRF=26.
BUCKET ?= bucket
POLICY ?= preserve
WORKER := .build/release/EncodeWorker
IMAGE ?= reelpress-worker

# Programs that load no C++ library get the C++ runtime of Swift linked in: fewer libraries to load, a quicker start.
STATIC_CXX := .build-static/cxx
STATIC_BUILD := swift build -c release --static-swift-stdlib --scratch-path .build-static -Xlinker -L$(STATIC_CXX)

# A root folder with an older C library than this machine's, in which the function is tested.
OLD_ROOT := .build-roots/debian-11

# The suites of EndToEnd that `check` runs besides all unit tests, as A|B|C.
CHECK_SUITES ?= JudgeTests|AudioEditListTests|WebVTTTests|ResourceLimitTests|EmptyPacketTests|CloudDiskTests|AudioCopyTests|CloudErrorTests|SmallClipTests|ContainerContentTests|BadInputTests|CropTests|BucketTests|EmulatorTests

.PHONY: help setup build run package function-order local lint check test build-tests test-swift test-python test-package
.PHONY: check-stack deploy-check soak formats mutants bench format clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

setup: ## install missing Debian packages, and tools under .venv/
	@scripts/setup.sh

build: setup ## build the worker for release, to run without Swift installed
	swift build -c release --static-swift-stdlib --product EncodeWorker

run: build ## encode sample videos under bucket/, or VIDEO=/path/to/file
	@scripts/samples.sh "$(BUCKET)" "$(POLICY)"
	@$(WORKER) bucket "$(BUCKET)"

PREFIX ?= /usr/local
.PHONY: install uninstall
install: ## install the worker as `reelpress`, completions, a manual page (PREFIX=/usr/local DESTDIR= WORKER=)
	@test -e "$(WORKER)" || $(MAKE) --no-print-directory build
	scripts/install.sh "$(WORKER)" "$(PREFIX)" "$(DESTDIR)"

uninstall: ## remove what `make install` has made
	scripts/install.sh --remove "$(PREFIX)" "$(DESTDIR)"

package: ## build the Lambda function's zip: dist/trigger.zip
	@scripts/setup.sh package
	scripts/package.sh dist/trigger.zip

function-order: package ## write scripts/function-order.txt: the function's symbols in a start, for the linker
	@scripts/setup.sh function-order
	.venv/bin/python scripts/function-order.py .build-package/release/TriggerFunction

local: build package ## run the whole pipeline on this machine, until Ctrl-C (LOCAL="--set Preset=fast": parameters)
	@.venv/bin/python scripts/local $(LOCAL)

lint: setup ## check the formatting, rooms, scripts, Dockerfile and workflow
	.venv/bin/python scripts/rooms
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	.venv/bin/shellcheck scripts/*.sh scripts/*/*.sh Benchmarks/*.sh Tests/MediaFuzz/*.sh .ci/run
	.venv/bin/hadolint Dockerfile.worker Benchmarks/shell-way/Dockerfile
	.venv/bin/zizmor --offline --quiet --no-progress .github/workflows

check: build-tests ## build, run unit tests and the fastest whole-process tests: two minutes after a first build
	swift test --skip-build --skip '^EndToEnd\.(?!($(CHECK_SUITES))\b)'

test: setup ## lint, build and test everything
	@$(MAKE) --no-print-directory --jobs=3 lint test-swift test-python

build-tests: setup
	swift build --build-tests

test-swift: build-tests
	swift test --skip-build

# Next to the Swift tests, which mostly wait; the log is shown at the end, so that the two don't mix.
test-python: build-tests
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	for folder in Tests/Rooms Tests/Install Tests/Stack Tests/Pages; do \
	    .venv/bin/python -m unittest discover --start-directory $$folder >"$$log" 2>&1 || { cat "$$log"; exit 1; }; \
	    echo "$$folder: $$(tail -n 3 "$$log" | tr -s '\n' ' ')"; \
	done

test-package: package $(OLD_ROOT) ## test the zip in an empty root folder and on Debian 11; as root
	TRIGGER_ZIP=dist/trigger.zip OLD_ROOT=$(OLD_ROOT) .venv/bin/python -m unittest discover --start-directory Tests/Package

# Root folders of the newest Debian, which stay; downloads go to .build-roots/cache. Removing a folder makes it anew.
SID := .build-roots/debian-sid
.PHONY: test-newest test-arm64
test-newest: setup ## build and test with the newest Debian's Swift, FFmpeg and x265; as root, half an hour (FILTER=)
	@scripts/setup.sh test-newest
	scripts/debian/newest.sh $(SID) '$(FILTER)'

test-arm64: setup ## build function and worker for arm64 with the newest Debian, test them under emulation; as root (FILTER=)
	@scripts/setup.sh test-arm64
	scripts/debian/arm64.sh $(SID) $(SID)-arm64 '$(FILTER)'

check-stack: ## check the template with sam and checkov (.checkov.yaml explains the rules that are skipped)
	python3 -m venv .venv-stack/sam
	.venv-stack/sam/bin/pip install --quiet --disable-pip-version-check --requirement Tests/Stack/sam.txt
	SAM_CLI_TELEMETRY=0 .venv-stack/sam/bin/sam validate --lint --region us-east-1
	python3 -m venv .venv-stack/checkov
	.venv-stack/checkov/bin/pip install --quiet --disable-pip-version-check --requirement Tests/Stack/checkov.txt
	.venv-stack/checkov/bin/checkov --config-file .checkov.yaml

deploy-check: ## check the deployed stack with jobs in its account, which cost some cents (DEPLOY_CHECK="--update")
	@python3 scripts/deploy-check $(DEPLOY_CHECK)

$(OLD_ROOT):
	@scripts/setup.sh test-package
	rm -rf $@.partial
	mkdir -p $(@D)
	debootstrap --variant=minbase bullseye $@.partial >$(@D)/debootstrap.log
	mv $@.partial $@

soak: setup ## run the long suites at length: FAULT_RUNS, FUZZ_RUNS, PROTOCOL_SCHEDULES, KILL_RUNS, FAN_OUT_RUNS, WORKER_FAULT_RUNS, RACE_RUNS, SOAK_MINUTES
	swift build --build-tests
	FAULT_RUNS=$${FAULT_RUNS:-20000} swift test --skip-build --filter AWSCoreTests
	FUZZ_RUNS=$${FUZZ_RUNS:-20000} swift test --skip-build --filter 'EndToEnd.Fuzz'
	FUZZ_CHUNKS=1 FUZZ_RUNS=$${FUZZ_RUNS:-5000} swift test --skip-build --filter 'EndToEnd.Fuzz'
	SOAK=1 CHUNK_KILLS=$${CHUNK_KILLS:-200} swift test --skip-build --no-parallel --filter 'EndToEnd.Chunk'
	FAN_OUT_RUNS=$${FAN_OUT_RUNS:-30} swift test --skip-build --filter 'EndToEnd.FanOutKill'
	EVENT_FUZZ=$${EVENT_FUZZ:-1000000} swift test --skip-build --filter EventFuzzTests
	FUNCTION_EVENTS=$${FUNCTION_EVENTS:-10000} swift test --skip-build --filter FunctionProcess
	PROTOCOL_SCHEDULES=$${PROTOCOL_SCHEDULES:-200000} swift test --skip-build --filter ProtocolExplorationTests
	FORMATS=$${FORMATS:-1000} swift test --skip-build --filter 'EndToEnd.Formats'
	swift build --sanitize=address --scratch-path .build-asan --product MediaFuzz
	FUZZ_RUNS=$${FUZZ_RUNS:-5000} FUZZ_FIRST=1000001 FUZZ_MEMORY=4096 FUZZ_BINARY=.build-asan/debug/MediaFuzz \
		swift test --skip-build --filter 'EndToEnd.Fuzz'
	Tests/MediaFuzz/leaks.sh .build/debug/MediaFuzz .build-asan/debug/MediaFuzz
	SOAK=1 KILL_RUNS=$${KILL_RUNS:-200} WORKER_FAULT_RUNS=$${WORKER_FAULT_RUNS:-120} RACE_RUNS=$${RACE_RUNS:-20} \
		swift test --skip-build --filter 'EndToEnd.(Cloud|Interruption)'

$(STATIC_CXX):
	mkdir -p $@
	ln -sf "$$(clang -print-file-name=libstdc++.a)" $@/libstdc++.a
	ln -sf "$$(clang -print-file-name=libgcc_eh.a)" $@/libgcc_s.a

formats: build ## write docs/formats.md: what Reelpress, ffmpeg and HandBrakeCLI (if installed) lose of all kinds of sources
	.venv/bin/python scripts/formats $(WORKER) --write docs/formats.md

mutants: setup ## show which tests notice a wrong decision: hours (MUTANTS="--target AWSCoreTests --whole")
	.venv/bin/python scripts/mutants $(MUTANTS)

bench: build package $(STATIC_CXX) ## compare worker, S3 client and Lambda function with their peers (LAMBDA_PEERS)
	python3 -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --disable-pip-version-check --requirement Benchmarks/requirements.txt
	Benchmarks/local.sh $(WORKER)
	.venv-bench/bin/python Benchmarks/cloud.py $(WORKER) .venv/clips
	BENCH_CHUNK=375 .venv/bin/python Benchmarks/seams.py $(WORKER) .venv/clips/bikes.mp4 .venv/clips/bigbuckbunny.mp4
	.venv/bin/python Benchmarks/workers.py $(WORKER) .venv/clips/bigbuckbunny.mp4
	.venv/bin/python Benchmarks/helpers.py $(WORKER) .venv/clips/bigbuckbunny.mp4
	.venv/bin/python Benchmarks/measuring.py $(WORKER) .venv/clips/bigbuckbunny.mp4
	.venv/bin/python Benchmarks/page.py $(WORKER) .venv/clips/bigbuckbunny.mp4
	.venv/bin/python Benchmarks/summary.py $(WORKER) .venv/clips/bikes.mp4
	$(STATIC_BUILD) --product S3Bench
	$(STATIC_BUILD) --product StartBench
	.venv-bench/bin/python Benchmarks/s3.py .build-static/release
	.venv/bin/python Benchmarks/lambda.py dist/trigger.zip $(LAMBDA_PEERS)

# Real clips: more of them make the sources more different.
BENCH_CLIPS ?= $(wildcard .venv/clips/*)
.PHONY: bench-quality
bench-quality: build ## what samples promise and estimates say against whole encodes, and the cheapest preset: BENCH_CLIPS
	@mkdir -p .build/sources
	.venv/bin/python Benchmarks/quality/search.py $(WORKER) .build/sources $(BENCH_CLIPS)
	.venv/bin/python Benchmarks/quality/estimate.py $(WORKER) .build/sources $(BENCH_CLIPS)
	.venv/bin/python Benchmarks/quality/presets.py $(WORKER) .build/sources/presets.json $(BENCH_CLIPS)

.PHONY: burst
burst: setup ## simulate many uploads at once: how many events are lost
	@.venv/bin/python Benchmarks/burst

# The simulation is the product's own code for the planning and the claiming of chunks, compiled with a model of the rest.
FANOUT := .build/fanout
FANOUT_SOURCES := $(wildcard Benchmarks/fanout/*.swift) Sources/Media/Plan/Chunking.swift \
	$(addprefix Sources/EncodeWorker/Chunks/,ChunkState.swift ChunkLane.swift WorkName.swift HelperLimits.swift)
.PHONY: fanout
fanout: $(FANOUT)/fanout ## simulate one video on many tasks, and a library: the tables and the plot of docs/cost.md
	@$(FANOUT)/fanout docs/fanout.svg

$(FANOUT)/fanout: $(FANOUT_SOURCES) Sources/Containers/Resolution.swift
	@mkdir -p $(FANOUT)
	@swiftc -swift-version 6 -O -parse-as-library -module-name Containers -emit-module-path $(FANOUT)/Containers.swiftmodule \
		-emit-module -c Sources/Containers/Resolution.swift -o $(FANOUT)/Containers.o
	@swiftc -swift-version 6 -O -wmo -warnings-as-errors -module-name Fanout -I $(FANOUT) $(FANOUT_SOURCES) \
		$(FANOUT)/Containers.o -o $@

# The worker's image: docs/image.md
IMAGE_WORKER := dist/image-worker
.PHONY: image image-size image-check image-test image-formats image-sources test-image bench-image bench-profile $(IMAGE_WORKER)
image: ## build the worker's image with docker, podman or buildah
	scripts/image/build.sh $(IMAGE) worker $(IMAGE_ARGS)

image-size: ## print the image's bytes, layer by layer
	scripts/image/size.py $(IMAGE)

image-check: ## encode a clip in the image, as restricted as a container can be
	scripts/image/check.sh $(IMAGE)

test-image: build ## compare the image's outputs, from S3 to S3, with the development build's; as root
	IMAGE=$(IMAGE) REELPRESS_WORKER=$(WORKER) .venv/bin/python -m unittest discover --start-directory Tests/Image

image-test: setup $(IMAGE_WORKER) ## run the whole-process tests with the image's worker
	swift build --build-tests
	REELPRESS_WORKER=$(CURDIR)/$(IMAGE_WORKER) swift test --skip-build --filter EndToEnd

$(IMAGE_WORKER):
	scripts/image/program.sh $(IMAGE) $@

image-formats: setup $(IMAGE_WORKER) ## print what the image's worker loses of all kinds of sources
	.venv/bin/python scripts/formats $(IMAGE_WORKER) --alone

bench-image: build $(IMAGE_WORKER) ## compare the image's worker with the development build: size, start, speed
	scripts/image/build.sh $(IMAGE):shell-way shell-way
	scripts/image/size.py $(IMAGE) $(IMAGE):shell-way
	.venv/bin/python Benchmarks/first_request.py 40 $(IMAGE_WORKER) $(WORKER)
	.venv/bin/python Benchmarks/speed.py .venv/clips/bigbuckbunny.mp4 $(IMAGE_WORKER) $(WORKER)

bench-profile: setup $(IMAGE_WORKER) ## compare the image's worker with one whose x265 has no profile: as root
	scripts/image/build.sh $(IMAGE):plain worker --build-arg X265_PROFILE=no $(IMAGE_ARGS)
	scripts/image/program.sh $(IMAGE):plain dist/plain-worker
	.venv/bin/python Benchmarks/side_by_side.py .venv/clips/bikes.mp4 $(IMAGE_WORKER) dist/plain-worker

image-sources: ## build the image with the sources that GPL and LGPL require
	scripts/image/build.sh $(IMAGE):sources sources

format: ## format the sources in place
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove build products and samples
	rm -rf .build .build-image .build-static-libs .build-asan .build-static .venv .venv-bench .venv-stack dist $(BUCKET)
