"""A run of any source: plan, read, bundle, land, write the manifest, store the state."""
