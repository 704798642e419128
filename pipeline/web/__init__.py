"""Pages over HTTP; what stands on them is judged elsewhere."""
