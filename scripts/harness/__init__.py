"""What the local pipeline, tests and benchmarks share: programs started for their time, and servers in AWS's place."""
