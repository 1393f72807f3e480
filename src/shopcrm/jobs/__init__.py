"""What needs several features at once: each job is one thing that a shop owner would ask for."""
