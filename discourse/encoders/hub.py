"""Where a model's files are: a folder, the local copy of a hub model, or the hub itself, in this order."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from discourse.encoders.models import HUB_MODELS, RECOMMENDED
from discourse.encoders.static import BUILTIN, has_builtin
from discourse.errors import DiscourseError, UsageError

_HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
_WEIGHTS = {"torch": ".safetensors", "onnx": ".onnx", "openvino": ".xml"}
# Read by no backend of ours, or by another than the one asked for.
_NEVER = [f"*{suffix}" for suffix in (*_PICKLES[1:], ".h5", ".msgpack", ".ot", ".tflite", ".gguf")]
_IGNORED = {
    "torch": [*_NEVER, "*.bin", "*.onnx", "*.onnx_data", "onnx/*", "openvino/*"],
    "onnx": [*_NEVER, "*.bin", "openvino/*"],
    "openvino": [*_NEVER, "pytorch_model*.bin", "*.onnx", "*.onnx_data", "onnx/*"],
}


@dataclass(frozen=True)
class Located:
    """A model's files on this machine.

    Attributes
    ----------
    name : str
        The hub's name for it, or a folder's own name and ``/``: the same however the path was typed.
    folder : Path
    revision : str
        The hub's commit, or ``sha256:`` and a hash of the folder's content.
    """

    name: str
    folder: Path
    revision: str


def locate(name: str, *, revision: str | None = None, backend: str = "torch") -> Located:
    """Find the files of a model, downloading them only if it is named by its hub name and not here yet.

    Parameters
    ----------
    name : str
        A folder, or a hub name such as ``intfloat/multilingual-e5-base``.
    revision : str, optional
        Commit, tag or branch of a hub model; the copy on this machine, else the newest, if not given.
    backend : {"torch", "onnx", "openvino"}
        What is going to read the weights.

    Returns
    -------
    Located

    Raises
    ------
    UsageError
        If a revision is asked of a folder, or the name can be neither a folder nor a hub model.
    DiscourseError
        If the model is not here and can't be fetched, or has no weights in a safe format. Says what to type.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if revision:
            raise UsageError(f"{name} is a folder: it has no revisions. Leave --revision out, or use a hub name.")
        if not any((folder / config).is_file() for config in ("modules.json", "config.json")):
            raise UsageError(f"{name} holds no model: there's neither modules.json nor config.json in it.")
        check_weights((path.relative_to(folder).as_posix() for path in files_of(folder)), name, backend)
        return Located(f"{folder.resolve().name}/", folder, "sha256:" + content_hash(folder))
    if folder.is_file() or not _HUB_NAME.fullmatch(name):
        raise UsageError(
            f"--encoder {name}: no such folder, and not a hub name either (owner/model).{suggestion(name)}"
        )
    return _cached(_full(name), revision, backend) or _fetched(_full(name), revision, backend)


def is_here(name: str, *, revision: str | None = None, backend: str = "torch") -> bool:
    """Tell whether `locate` would find a model without the hub; wrong names and files are left for it to refuse.

    Parameters
    ----------
    name, revision, backend
        As for `locate`.
    """
    path = Path(name).expanduser()
    return path.exists() or not _HUB_NAME.fullmatch(name) or _cached(_full(name), revision, backend) is not None


def content_hash(folder: Path) -> str:
    """Hash names and contents of the files that make a model, so that a changed model never passes for the old.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    str
        64 hexadecimal digits. About a second a gigabyte.
    """
    whole = hashlib.sha256()
    for path in files_of(folder):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{digest}\n".encode())
    return whole.hexdigest()


def files_of(folder: Path) -> list[Path]:
    """List the files that make a model, sorted: not hidden ones, nor what only people read."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() != ".md")
    return sorted(path for path in paths if not any(p.startswith(".") for p in path.relative_to(folder).parts))


def check_weights(names: Iterable[str], model: str, backend: str) -> None:
    """Refuse weights that can only be read by unpickling: a pickle can run any program.

    Parameters
    ----------
    names : iterable of str
        The model's files, relative, with ``/``.
    model : str
        What to call it in the message.
    backend : {"torch", "onnx", "openvino"}

    Raises
    ------
    DiscourseError
    """
    paths = [PurePosixPath(name) for name in names]
    safe = {path.parent for path in paths if path.suffix == ".safetensors"}
    pickled = [str(path) for path in paths if path.suffix in _PICKLES and path.parent not in safe]
    if backend == "torch" and pickled:
        raise DiscourseError(
            f"{model}: the weights are only there as a pickle ({', '.join(pickled[:3])}), and opening a pickle may "
            "run any program, so discourse reads safetensors only. Where you trust the model, load it with "
            'sentence-transformers, call model.save("FOLDER", safe_serialization=True) and use --encoder FOLDER; '
            f"or take another model, such as --encoder {RECOMMENDED}."
        )
    if not _has_weights(paths, backend):
        raise DiscourseError(f"{model}: no weights found (*{_WEIGHTS[backend]}).")


def _has_weights(paths: Iterable[PurePath], backend: str) -> bool:
    # The other backends convert the weights of torch where there are none of their own.
    return any(path.suffix in (_WEIGHTS[backend], ".safetensors") for path in paths)


def suggestion(name: str) -> str:
    """Name the encoders spelled almost like `name`, as a sentence to add to an error; "" if none is near."""
    full = [BUILTIN, "lexical", *(model.name for model in HUB_MODELS)]
    short = {known.rsplit("/", 1)[-1].lower(): known for known in full}
    near = difflib.get_close_matches(name.rsplit("/", 1)[-1].lower(), short, n=2, cutoff=0.7)
    if name in full:
        return ""
    return f" Did you mean {' or '.join(short[key] for key in near)}?" if near else ""


def _full(name: str) -> str:
    """Complete the library's own short names, as people know them from its documentation."""
    return name if "/" in name else f"sentence-transformers/{name}"


def _cached(name: str, revision: str | None, backend: str) -> Located | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(
            snapshot_download(name, revision=revision, local_files_only=True, ignore_patterns=_IGNORED[backend])
        )
    except LocalEntryNotFoundError:
        return None
    # A download cut short, or made for another backend, leaves a folder without the weights.
    if not _has_weights(folder.rglob("*"), backend):
        return None
    check_weights((path.relative_to(folder).as_posix() for path in files_of(folder)), name, backend)
    return Located(name, folder, folder.name)


def _fetched(name: str, revision: str | None, backend: str) -> Located:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        info = HfApi().model_info(name, revision=revision, timeout=10)
        commit = str(info.sha)
        check_weights((file.rfilename for file in info.siblings or []), name, backend)
        folder = snapshot_download(name, revision=commit, ignore_patterns=_IGNORED[backend])
    except DiscourseError:
        raise
    except GatedRepoError as error:
        raise DiscourseError(
            f"The hub gives {name} only to people who accepted its licence: accept it at "
            f"https://huggingface.co/{name}, type `hf auth login`, and run this again."
        ) from error
    except RepositoryNotFoundError as error:
        raise DiscourseError(f"The hub knows no model {name}.{suggestion(name)}{_ways_out(name)}") from error
    except RevisionNotFoundError as error:
        raise DiscourseError(
            f"The hub's {name} has no revision {revision!r}. Leave --revision out for the newest."
        ) from error
    except Exception as error:  # the client's network errors share no base of their own between its versions
        raise DiscourseError(
            f"The model {name} is not on this machine, and the hub can't be reached "
            f"({type(error).__name__}).{suggestion(name)}{_ways_out(name)}"
        ) from error
    return Located(name, Path(folder), commit)


def _ways_out(name: str) -> str:
    builtin = f"\n  --encoder {BUILTIN}       the model that comes with discourse" if has_builtin() else ""
    return (
        f"\nThese work without it:{builtin}"
        "\n  --encoder lexical       no download; themes stay within one language"
        "\n  --encoder vectors.npy   vectors you made elsewhere, a row for every row of the input"
        "\n  --encoder FOLDER        a model saved on this machine"
        f"\nOn a machine with network, `hf download {name} --local-dir FOLDER` makes such a folder to carry over."
    )
