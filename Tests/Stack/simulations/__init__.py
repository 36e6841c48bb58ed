"""Tests of simulations in Benchmarks."""
