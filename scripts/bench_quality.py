"""Compare the default themes with human codes, and with plain UMAP and HDBSCAN at every minimum size.

Run it as: python scripts/bench_quality.py posts.csv vectors.npy CODE_COLUMN

Both sides get the same vectors. The measure is adjusted mutual information with the codes, noise counted as one
class; the best plain result over all minimum sizes is one that nobody could have known beforehand.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

MIN_SIZES = (5, 8, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200)


def main(posts: Path, vectors: Path, codes: str) -> None:
    """Print what the defaults reach and what plain clustering reaches at each minimum size."""
    import numpy as np
    from hdbscan import HDBSCAN
    from sklearn.metrics import adjusted_mutual_info_score
    from umap import UMAP

    import discourse

    with tempfile.TemporaryDirectory() as folder:
        run = discourse.cluster(posts, encoder=str(vectors), out=Path(folder) / "run")
        truth = run.posts[codes].astype(str).to_numpy()
        ours = run.assignments["theme"].to_numpy()
        given = np.array(run.embeddings)
    coords = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=0).fit_transform(given)
    plain = {}
    for size in MIN_SIZES:
        labels = HDBSCAN(min_cluster_size=size).fit_predict(coords)
        plain[size] = {
            "ami": round(float(adjusted_mutual_info_score(truth, labels)), 4),
            "themes": int(labels.max()) + 1,
            "noise": round(float((labels < 0).mean()), 3),
        }
    result = {
        "posts": len(truth),
        "codes": len(set(truth)),
        "ami": round(float(adjusted_mutual_info_score(truth, ours)), 4),
        "themes": int(ours.max()) + 1,
        "noise": round(float((ours < 0).mean()), 3),
        "best_plain": max(entry["ami"] for entry in plain.values()),
        "plain": plain,
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
