"""The commands that read and write files, one module each."""
