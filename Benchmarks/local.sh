#!/usr/bin/env bash
# Compares the worker's local mode with ffmpeg: `Benchmarks/local.sh WORKER`; BENCH_RUNS, BENCH_SECONDS, BENCH_PRESET.
set -euo pipefail
worker=$(realpath "$1")
cd "$(dirname "$0")"
exec ../.venv/bin/python local.py "$worker" ../.venv/clips
