"""The spaCy pipeline of every stage: tokens only, from rules that ship with spaCy itself.

A French tokeniser serves all languages: it cuts elisions (`l'avoir`), keeps French abbreviations
whole and treats the other languages of the mailbox as well as their own would, once their
abbreviations are added. No trained pipeline is needed, so nothing is fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spacy.lang.fr import French

if TYPE_CHECKING:
    from spacy.language import Language

ABBREVIATIONS = (
    *("Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "St.", "Ste.", "Sté.", "Cie.", "Inc.", "Ltd.", "Co."),
    *("Mme.", "Mlle.", "MM.", "Pr.", "Bd.", "bd.", "av.", "env.", "ex.", "etc.", "p.", "pp."),
    *(
        "art.",
        "Art.",
        "réf.",
        "Réf.",
        "ref.",
        "Ref.",
        "tél.",
        "Tél.",
        "tel.",
        "Tel.",
        "qté.",
        "Qté.",
    ),
    *(
        "cde.",
        "Cde.",
        "fact.",
        "Fact.",
        "liv.",
        "cf.",
        "Cf.",
        "i.e.",
        "e.g.",
        "resp.",
        "max.",
        "min.",
    ),
    *("No.", "no.", "Nos.", "Nr.", "nr.", "Nr", "inv.", "Inv.", "qty.", "Qty.", "approx.", "incl."),
    *("bzw.", "z.B.", "ca.", "Str.", "str.", "Hr.", "Fr.", "Sr.", "Sra.", "Sig.", "Dott.", "dhr."),
    *("mevr.", "n.", "N.", "pág.", "Ud.", "Uds.", "aprox.", "vs.", "Rep.", "rép."),
)
"""Written with a full stop that ends no sentence; beside those that spaCy knows for French."""


def build_nlp() -> Language:
    """Make the pipeline that the stages share; it holds no state between texts."""
    nlp = French()
    tokenizer: Any = nlp.tokenizer
    for abbreviation in ABBREVIATIONS:
        tokenizer.add_special_case(abbreviation, [{"ORTH": abbreviation}])
    return nlp
