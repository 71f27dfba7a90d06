"""What is held about one person: shown by `lookup`, erased by `erasure`."""
