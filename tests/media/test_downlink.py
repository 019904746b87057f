"""The downlink's judge: falls when it must, climbs with patience, gives nobody more than there is."""

from hypothesis import given
from hypothesis import strategies as st

from server.media.lite.downlink import AUDIO, FLOOR, ORDER, Downlink, Want, allot

want = st.builds(
    lambda kind, wish, low, a, b: Want(kind, wish, {"low": low, "mid": low + a, "high": low + a + b}),
    st.sampled_from(["video", "screen"]),
    st.sampled_from(ORDER),
    st.integers(20_000, 300_000),
    st.integers(0, 500_000),
    st.integers(0, 3_000_000),
)


@given(st.integers(0, 10_000_000), st.integers(0, 8), st.lists(want, max_size=8))
def test_pictures_never_cost_more_than_what_sound_leaves(budget, sounds, wants):
    given_ = allot(budget, sounds, wants)
    assert sum(w.costs.get(g, 0) for w, g in zip(wants, given_, strict=True)) <= max(0, budget - AUDIO * sounds)
    assert all(ORDER.index(g) <= ORDER.index(w.wish) for w, g in zip(wants, given_, strict=True))


@given(st.lists(want, min_size=1, max_size=8))
def test_with_room_enough_every_wish_is_met(wants):
    assert allot(1e9, 8, wants) == [w.wish for w in wants]


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000), st.lists(want, max_size=6))
def test_a_larger_budget_gives_no_fewer_pictures(a, b, wants):
    small, large = sorted((a, b))
    shown = [sum(g != "off" for g in allot(x, 2, wants)) for x in (small, large)]
    assert shown[0] <= shown[1]


def test_the_screen_comes_first():
    wants = [Want("video", "high", {"low": 100_000}), Want("screen", "high", {"low": 100_000})]
    assert allot(AUDIO + 100_000, 1, wants) == ["off", "low"]


def test_loss_brings_the_budget_down_and_quiet_brings_it_back():
    d = Downlink()
    for t in range(10):
        d = d.observe(t, 1_000_000, 0, 60)
    low = d.budget
    assert FLOOR <= low < 900_000
    for t in range(10, 12):
        d = d.observe(t, 300_000, 0, 0)
    assert d.budget == low, "too early"
    for t in range(12, 120):
        d = d.observe(t, 300_000, 0, 0)
    assert d.budget > 2_000_000


def test_a_receivers_modest_estimate_alone_is_not_congestion():
    d = Downlink()
    for t in range(20):
        d = d.observe(t, 400_000, 600_000, 0)
    assert d.budget >= Downlink().budget


def test_an_estimate_that_falls_is_congestion_without_any_loss():
    d = Downlink()
    for t in range(5):
        d = d.observe(t, 1_000_000, 1_200_000 + t, 0)
    before = d.budget
    d = d.observe(5, 1_000_000, 700_000, 0)
    assert d.budget < before
    assert d.budget <= 700_000


def test_an_estimate_that_lags_behind_a_larger_picture_is_not():
    d = Downlink()
    for t in range(5):
        d = d.observe(t, 150_000, 220_000, 0)
    before = d.budget
    for t in range(5, 12):
        d = d.observe(t, 1_500_000, 220_000 + 20_000 * (t - 5), 0)
    assert d.budget >= before


def test_packets_that_wait_in_a_queue_are_congestion():
    d = Downlink().observe(1, 1_000_000, 0, 0, queue=80)
    assert d.budget >= Downlink().budget
    assert d.observe(2, 1_000_000, 0, 0, queue=700).budget < 1_000_000


@given(
    st.lists(
        st.tuples(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 255), st.integers(0, 3000)), max_size=60
    )
)
def test_the_budget_stays_within_its_bounds(seconds):
    d = Downlink()
    for t, (sent, estimate, loss, queue) in enumerate(seconds):
        d = d.observe(t, sent, estimate, loss, queue)
        assert FLOOR <= d.budget <= 20_000_000


def test_failing_again_waits_longer():
    d, waits, t = Downlink(), [], 0
    for _ in range(4):
        d = d.observe(t, 1_000_000, 0, 60)
        start = d.budget
        began = t
        while d.budget <= start:
            t += 1
            d = d.observe(t, 300_000, 0, 0)
        waits.append(t - began)
        t += 1
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
