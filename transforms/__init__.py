"""What is done to documents, one module or small package per stage, in the order in which a document meets them."""
