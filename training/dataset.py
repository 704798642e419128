"""Examples -> what the model learns from: judged passages, and sentences with their owners.

The mails go through the same zones and sentences as at run time, so the model learns on what it
will see, the mistakes of these stages included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.claim_model import mail_passages, sentence_passages
from models.second import around_passages
from pipeline.claims.around import words_around
from pipeline.claims.sentences import split_sentences
from pipeline.datatypes import Passage
from pipeline.parse.zones import find_zones, own_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from spacy.language import Language

    from pipeline.datatypes import Sentence
    from training.examples import ClaimExample, Examples, MailExample

BANK = -1
"""Place of the mail of a claim that comes from the bank."""


@dataclass(frozen=True, slots=True)
class SentenceTable:
    """The sentences of one complaint.

    Attributes:
        mail: Place of the mail in the corpus.
        sentences: Outside the zones, in order.
        owners: (sentences,) number of the claim that holds most of each sentence, from 1; 0 none.
    """

    mail: int
    sentences: tuple[Sentence, ...]
    owners: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A corpus as the model learns from it.

    Attributes:
        mails: One passage a mail.
        kinds: Of each mail.
        brief: The shortest claims of the bank, each as a mail of its own: whole mails of the corpus
            tell stories, and a complaint of five words must not be taken for thanks.
        claims: One passage a labelled claim, those of the mails first.
        labels: Head to label, of each claim.
        origins: (claims,) place of each claim's mail, or `BANK`.
        tables: Sentences of each complaint that has some.
    """

    mails: tuple[Passage, ...]
    kinds: tuple[str, ...]
    brief: tuple[Passage, ...]
    claims: tuple[Passage, ...]
    labels: tuple[Mapping[str, str], ...]
    origins: NDArray[np.intp]
    tables: tuple[SentenceTable, ...]

    @property
    def has_kinds(self) -> bool:
        """Whether there is more than one kind of mail to tell apart."""
        return len(set(self.kinds)) > 1

    @property
    def has_groups(self) -> bool:
        """Whether some mail holds several claims, so that there are sentences to be gathered."""
        mails, claims = np.unique(self.origins[self.origins != BANK], return_counts=True)
        return bool(len(mails)) and int(claims.max()) > 1


def build_dataset(examples: Examples, *, nlp: Language, brief: int) -> Dataset:
    """Prepare a corpus.

    Args:
        examples: As read.
        nlp: Tokeniser, the one of the run time.
        brief: How many of the bank's claims stand for short complaints.
    """
    claims, labels, origins, tables, mails = [], [], [], [], []
    for place, mail in enumerate(examples.mails):
        zones = find_zones(mail.body, subject=mail.subject)
        words = own_text(mail.body, zones)
        mails.append(Passage(words, mail.subject, words, mail.language))
        claims += claim_passages(mail, words)
        for claim in mail.claims:
            labels.append(claim.labels)
            origins.append(place)
        sentences = split_sentences(mail.body, zones, nlp=nlp)
        if mail.claims and sentences:
            tables.append(SentenceTable(place, sentences, _owners(mail, sentences)))
    for claim in examples.bank:
        claims.append(Passage(claim.text, language=claim.language))
        labels.append(claim.labels)
        origins.append(BANK)
    return Dataset(
        mails=tuple(mail_passages(mails)),
        kinds=tuple(mail.kind for mail in examples.mails),
        brief=tuple(mail_passages([Passage(text) for text in _shortest(examples.bank, brief)])),
        claims=tuple(claims),
        labels=tuple(labels),
        origins=np.array(origins, dtype=np.intp),
        tables=tuple(tables),
    )


def claim_passages(mail: MailExample, words: str) -> list[Passage]:
    """Give the claims of a mail as labelled.

    Args:
        mail: The mail.
        words: Its own words.
    """
    around = words_around(words, [claim.text for claim in mail.claims])
    return [
        Passage(claim.text, mail.subject, words, mail.language, around) for claim in mail.claims
    ]


def table_passages(dataset: Dataset) -> list[Passage]:
    """Give the sentences of all tables as passages, table after table."""
    return [
        passage
        for table in dataset.tables
        for passage in sentence_passages(dataset.mails[table.mail].subject, table.sentences)
    ]


def dataset_texts(dataset: Dataset) -> list[str]:
    """Give every text that training will encode, each once."""
    passages = [*dataset.claims]
    if dataset.has_kinds:
        passages += [*dataset.mails, *dataset.brief]
    if dataset.has_groups:
        passages += table_passages(dataset)
    texts = [text for passage in passages for text in (passage.text, passage.subject)]
    texts += [passage.text for passage in around_passages(dataset.claims)]
    return list(dict.fromkeys(text for text in texts if text))


def sentence_labels(
    table: SentenceTable, claims: Sequence[ClaimExample], types: Sequence[str]
) -> NDArray[np.intp]:
    """Give (sentences,) 0 for no claim, else 1 + the place of its claim's type."""
    places = [0] + [
        types.index(claim.labels["type"]) + 1 if "type" in claim.labels else 0 for claim in claims
    ]
    return np.array([places[owner] for owner in table.owners], dtype=np.intp)


def _shortest(bank: Sequence[ClaimExample], count: int) -> list[str]:
    return sorted((claim.text for claim in bank), key=lambda text: (len(text), text))[:count]


def _owners(mail: MailExample, sentences: Sequence[Sentence]) -> NDArray[np.intp]:
    owner_of = np.zeros(len(mail.body) + 1, dtype=np.intp)
    for number, claim in enumerate(mail.claims, 1):
        for span in claim.spans:
            owner_of[span.start : span.end] = number
    return np.array(
        [np.bincount(owner_of[sentence.start : sentence.end]).argmax() for sentence in sentences],
        dtype=np.intp,
    )
