"""Texts that an index keeps come back as given, folded, and with the same offsets."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from search_service.analysis import FoldedText
from search_service.engines.whoosh.arrays import ArrayFile, array_file
from search_service.engines.whoosh.texts import (
    Folded,
    Originals,
    encode_folded,
    encode_originals,
    fold_all,
)

# Removed, expanded, joined and reordered characters beside plain ones.
TEXTS = st.lists(
    st.text(
        st.sampled_from([*"法治a１，。“”「 \n\u3000①㎡ﬁ각eé\u0301\u0323𠮷İß"]),
        max_size=12,
    ),
    min_size=1,
    max_size=5,
)


@given(TEXTS)
@example(["“枫桥经验”\n100㎡", "e\u0323\u0301“法”", ""])
@example(["法，治，1,2，a", "A,Ａ", "１１1", "\ufa6c，"])
@example(["法" * 256 + "“" + "治" * 255 + "①"])
def test_a_stored_text_maps_offsets_as_the_text_itself_does(texts: list[str]) -> None:
    folded, whole = fold_all(texts)
    arrays = encode_folded("own", folded) | encode_originals("own", texts, whole)
    with TemporaryDirectory() as folder:
        path = Path(folder, "texts")
        path.write_bytes(b"".join(bytes(piece) for piece in array_file({}, arrays)))
        file = ArrayFile(path, verify=True)
        originals = Originals(file, "own", Folded(file, "own"))
        for number, text in enumerate(texts):
            original, stored = originals[number]
            made = FoldedText(text)
            assert (original, stored.text) == (text, made.text)
            for start in range(len(made.text)):
                for end in {start + 1, min(start + 3, len(made.text)), len(made.text)}:
                    assert stored.original(start, end) == made.original(start, end)
