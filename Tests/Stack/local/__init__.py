"""Tests of scripts/local."""
