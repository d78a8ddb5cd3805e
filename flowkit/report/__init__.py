"""How pipelines are shown: plans, differences, graphs, trees, Markdown."""
