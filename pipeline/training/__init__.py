"""Trains the reader (`transforms.extract.reader`) on annotated documents; needs the extra `train`, running does not."""
