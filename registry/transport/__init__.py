"""The only place that opens connections to registries: guarded, limited, reused within a batch."""
