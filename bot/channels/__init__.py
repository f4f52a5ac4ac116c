"""One file per channel, all behind the contract of `base`."""
