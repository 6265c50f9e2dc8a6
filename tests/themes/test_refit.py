import numpy as np

from discourse.themes.refit import noise_placed, refit


def parted(rng, groups=4, each=30, spread=0.15):
    centres = rng.normal(size=(groups, 12))
    vectors = np.repeat(centres / np.linalg.norm(centres, axis=1, keepdims=True), each, axis=0)
    vectors = vectors + spread * rng.normal(size=vectors.shape) / np.sqrt(12)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_a_refit_of_all_posts_is_the_run(demo_run):
    from discourse.jobs.refit_plan import corpus

    made = corpus(demo_run)
    settings = {"neighbors": made.neighbors, "min_sizes": [made.min_size], "seed": made.seed}
    (found,) = refit(made.vectors, granularity=made.granularity, **settings)
    run = demo_run.assignments["theme"].to_numpy()
    ours = made.of_posts(found.labels)
    assert len(set(zip(ours.tolist(), run.tolist(), strict=True))) == len(set(run))
    assert ((ours == -1) == (run == -1)).all()


def test_several_sizes_at_once_are_those_of_each_by_itself():
    vectors = parted(np.random.default_rng(0))
    both = refit(vectors, neighbors=10, min_sizes=[5, 40], seed=3)
    for size, found in zip([5, 40], both, strict=True):
        (alone,) = refit(vectors, neighbors=10, min_sizes=[size], seed=3)
        assert np.array_equal(alone.labels, found.labels)
        assert np.array_equal(alone.parent, found.parent)
    assert both[0].labels.max() == 3
    assert both[1].labels.max() < 3


def test_noise_goes_to_the_nearest_theme_and_nothing_else_moves():
    vectors = parted(np.random.default_rng(1))
    labels = np.repeat(np.arange(4, dtype=np.int32), 30)
    labels[::7] = -1
    placed = noise_placed(vectors, labels, neighbors=5)
    assert (placed == np.repeat(np.arange(4), 30)).all()
    nothing = np.full(len(vectors), -1)
    assert noise_placed(vectors, nothing, neighbors=5) is nothing
