"""What people reported in public, and its neighbors: each has the verdict that it deserves."""
