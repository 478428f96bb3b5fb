import pytest

torch = pytest.importorskip("torch", reason="training needs torch; pip install 'cordiale[train]'")

from pipeline.training.dropout import Dropout, dropped  # noqa: E402


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_a_share_is_dropped_and_the_mean_stays(share):
    torch.manual_seed(0)
    found = dropped(torch.ones(200_003), share)
    assert abs(float((found == 0).float().mean()) - share) < 0.01
    assert abs(float(found.mean()) - 1) < 0.01


def test_it_is_drawn_anew_each_time_and_again_by_the_seed():
    x = torch.ones(7, 11)
    torch.manual_seed(3)
    first, second = dropped(x, 0.5), dropped(x, 0.5)
    torch.manual_seed(3)
    assert not torch.equal(first, second)
    assert torch.equal(first, dropped(x, 0.5))


def test_what_is_dropped_gets_no_gradient():
    x = torch.ones(50, 3, requires_grad=True)
    found = dropped(x, 0.3)
    found.sum().backward()
    assert torch.equal(x.grad, found)


def test_outside_training_nothing_is_dropped():
    x = torch.ones(5, 5)
    assert torch.equal(Dropout(0.9).eval()(x), x)
    assert not torch.equal(Dropout(0.9).train()(x), x)
