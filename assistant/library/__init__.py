"""The articles as people manage them: adding, removing, uploading, watching a folder."""
