"""What codes such as 0 and 1 mean: as the till's profile says, or as the header itself explains in brackets."""

import re
from collections.abc import Mapping, Sequence
from unicodedata import normalize

from shopcrm.core.language import translate
from shopcrm.sheets.issues import Findings
from shopcrm.sheets.layout.body import Body
from shopcrm.sheets.values.texts import clean_number
from shopcrm.sheets.vocabulary import hint_of

_CODE_FIRST = re.compile(r"(\d)\s*[=:]\s*([^\W\d_]+)")  # 0=女 1=男
_WORD_FIRST = re.compile(r"([^\W\d_]+)\s*[=:]\s*(\d)")  # Mr = 1, Ms = 2
_WITH_CODE = re.compile(r"[_-]\d$")  # 男_1


def meanings_of(body: Body, field: str, words: Mapping[str, str]) -> dict[str, str]:
    """Word or code → meaning for a column: `words` hold everywhere, codes where the header or the profile tells."""
    hint = normalize("NFKC", hint_of(body.layout.title(field))).lower()
    told = dict(_CODE_FIRST.findall(hint)) or {code: word for word, code in _WORD_FIRST.findall(hint)}
    by_header = {code: words[word] for code, word in told.items() if word in words}
    by_profile = {word.lower(): str(meaning) for word, meaning in body.layout.words.get(field, {}).items()}
    return {**words, **by_header, **by_profile}


def word_of(cell: str) -> str:
    """The cell as it is looked up; "" where it says nothing."""
    return normalize("NFKC", clean_number(cell) or "").lower()


def meaning_of(word: str, meanings: Mapping[str, str]) -> str | None:
    """What a word or code means; None where it cannot be told."""
    found = meanings.get(word)
    return meanings.get(_WITH_CODE.sub("", word)) if found is None else found


def note_codes(body: Body, field: str, unknown: Sequence[str], findings: Findings) -> None:
    """Says once that a column holds codes that nobody has explained."""
    if any(word.isdigit() for word in unknown):
        notice = translate("“{header}” holds codes whose meaning differs from till to till; they were not read.")
        findings.notices.append(notice.format(header=body.layout.title(field)))
