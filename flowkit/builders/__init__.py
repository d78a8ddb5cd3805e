"""The fluent, immutable, typed builders that authors of pipelines use."""
