"""The data about one person: shown by `lookup`, erased by `erasure`."""
