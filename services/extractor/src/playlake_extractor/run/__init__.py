"""A run, whatever its source: plan, read, bundle, land, write the manifest, remember."""
