"""The peer's side of the comparison in bench.py: CSV and vectors to labelled topics and a map, saved."""

from __future__ import annotations

import sys
from pathlib import Path


def main(posts: str, vectors: str, neighbors: int, min_size: int, out: str) -> None:
    """Fit BERTopic as its documentation shows for given vectors, with a map in two dimensions, and save both."""
    import numpy as np
    import pandas as pd
    from bertopic import BERTopic
    from hdbscan import HDBSCAN
    from umap import UMAP

    texts = pd.read_csv(posts)["text"].astype(str).tolist()
    embeddings = np.load(vectors)
    reducer = UMAP(n_neighbors=neighbors, n_components=5, min_dist=0.0, metric="cosine", random_state=0)
    clusterer = HDBSCAN(
        min_cluster_size=min_size, metric="euclidean", cluster_selection_method="eom", prediction_data=True
    )
    model = BERTopic(umap_model=reducer, hdbscan_model=clusterer)
    topics, _ = model.fit_transform(texts, embeddings)
    layout = UMAP(n_neighbors=neighbors, n_components=2, min_dist=0.0, metric="cosine", random_state=0)
    xy = layout.fit_transform(embeddings)
    folder = Path(out)
    folder.mkdir(exist_ok=True)
    model.get_topic_info().to_csv(folder / "topics.csv", index=False)
    pd.DataFrame({"topic": topics, "x": xy[:, 0], "y": xy[:, 1]}).to_parquet(folder / "documents.parquet")
    model.save(folder / "model", serialization="safetensors", save_ctfidf=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
