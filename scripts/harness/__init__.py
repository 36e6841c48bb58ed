"""What the local pipeline, tests and benchmarks share: starting programs, and servers that replace AWS."""
