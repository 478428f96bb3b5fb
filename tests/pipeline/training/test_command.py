import pytest

from pipeline.training.__main__ import main


@pytest.mark.parametrize("options", [["--keep", "0.2"], ["--keep", "1", "--begin", "reader"], ["--keep", "-0.1"]])
def test_a_share_is_of_a_reader_that_is_named(capsys, options):
    with pytest.raises(SystemExit) as stopped:
        main([*options, "gold.yaml", "docs"])
    assert stopped.value.code == 2
    assert "--keep is a share" in capsys.readouterr().err
