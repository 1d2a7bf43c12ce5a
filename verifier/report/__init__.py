"""One Report in, one text out, a file a surface. The caller writes it."""
