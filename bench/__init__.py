"""What the house can do on this machine: each figure beside a floor measured in the same run (`docs/bench.md`)."""
