"""A reader's files come back as the network that they were written from."""

import pathlib

import pytest

pytest.importorskip("torch", reason="training needs torch: pip install 'cordiale[train]'")


def test_the_shipped_reader_answers_as_its_files_do() -> None:
    import numpy as np
    import onnxruntime
    import torch

    from pipeline.training.restore import restored
    from transforms.extract.reader.model import ENCODER, SHIPPED

    network = restored(SHIPPED).eval()
    ids = torch.arange(2000, 2060).unsqueeze(0)
    with torch.no_grad():
        _, triggers, _ = network.encoder(ids, torch.zeros_like(ids))
    session = onnxruntime.InferenceSession(str(SHIPPED / ENCODER))
    given = {"ids": ids.numpy(), "segments": np.zeros_like(ids.numpy())}
    assert np.corrcoef(session.run(["triggers"], given)[0].ravel(), triggers.numpy().ravel())[0, 1] > 0.99


def test_a_folder_without_weights_is_refused(tmp_path: pathlib.Path) -> None:
    from pipeline.training.restore import restored

    with pytest.raises(FileNotFoundError):
        restored(tmp_path)
