"""The pieces that texts are read in: a unigram vocabulary over lower-cased words, Chinese without word marks."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN, MARK = "[UNK]", "▁"

_WORD = r"[^\W_]+|[%$€£¥₽₸]"
_UNMARKED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{N}%$€£¥₽₸]"


def learn(texts: Iterable[str], size: int, longest: int) -> Tokenizer:
    """Train a vocabulary of `size` pieces of at most `longest` characters; repeat texts to weigh them.

    Punctuation is set aside. A word begins with a mark, numbers and Chinese do not: a Chinese word is the same piece
    wherever it stands in a sentence.
    """
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORD), "removed", invert=True),
            pre_tokenizers.Metaspace(prepend_scheme="always", split=False),
            pre_tokenizers.Split(Regex(rf"▁(?={_UNMARKED})"), "removed"),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=size, unk_token=UNKNOWN, special_tokens=[UNKNOWN], max_piece_length=longest, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
