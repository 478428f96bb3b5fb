import pytest

torch = pytest.importorskip("torch")

from pipeline.training.network import WIDTH, EventHeads  # noqa: E402


def test_events_of_several_windows_are_answered_as_one_by_one():
    torch.manual_seed(3)
    heads = EventHeads().eval()
    states, rows = torch.randn(3, 7, WIDTH), torch.tensor([2, 0, 2, 1])
    weights, body = torch.rand(4, 7), torch.rand(4, 7)
    distances = torch.randint(0, 3, (4, 7))
    together = heads.of_windows(states, rows, weights, body, distances)
    for event, row in enumerate(rows.tolist()):
        one = slice(event, event + 1)
        alone = heads(states[row : row + 1], weights[one], body[one], distances[one])
        for ours, theirs in zip(together, alone, strict=True):
            torch.testing.assert_close(ours[one], theirs, rtol=1e-4, atol=1e-5)


def test_a_network_keeps_a_share_of_what_it_was():
    from pipeline.training.trainer import Network, average

    now, former = Network(), Network()
    wanted = 0.75 * now.heads.role.weight.detach() + 0.25 * former.heads.role.weight.detach()
    average(now, former, 0.25)
    torch.testing.assert_close(now.heads.role.weight.detach(), wanted)
