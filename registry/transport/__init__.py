"""HTTP to registries: every connection is guarded, limited, and reused within a batch."""
