"""Readers, one small module for each format; `transforms.read.registry` lists them."""
