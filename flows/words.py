"""Codes -> words a person reads, in French or English; the company's own come from the taxonomy."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.taxonomy import Entry, Taxonomy

Language = Literal["fr", "en"]

PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "mails": ("Courriels", "Mails"),
    "mail": ("Courriel", "Mail"),
    "mails_by_kind": ("Courriels par nature", "Mails by kind"),
    "kind": ("nature du courriel", "kind"),
    "claims": ("Réclamations", "Claims"),
    "claims_by_type": ("Réclamations par type et gravité", "Claims by type and severity"),
    "claim": ("Réclamation", "Claim"),
    "type": ("type", "type"),
    "severity": ("gravité", "severity"),
    "nature": ("nature", "nature"),
    "resolution": ("attente du client", "wanted"),
    "department": ("service", "department"),
    "confidence": ("confiance", "confidence"),
    "references": ("références", "references"),
    "references_found": ("Références trouvées", "References found"),
    "examples": ("par exemple", "for example"),
    "amount": ("montant en litige", "amount in dispute"),
    "attachments": ("pièces jointes", "attachments"),
    "defects": ("défauts", "defects"),
    "evidence": ("pièce", "file"),
    "signs": ("signes de gravité", "signs of gravity"),
    "page": ("p.", "p."),
    "sum": ("montant", "sum"),
    "unread": ("non lu", "not read"),
    "from": ("de", "from"),
    "sent": ("envoyé", "sent"),
    "language": ("langue", "language"),
    "model": ("modèle", "model"),
    "review": ("à vérifier", "review"),
    "to_review": ("À vérifier par un superviseur", "For a supervisor to review"),
    "of": ("sur", "of"),
    "why": ("pourquoi", "why"),
    "rather_than": ("plutôt que", "rather than"),
    "words_for": ("mots pour", "words for it"),
    "words_against": ("mots contre", "words against"),
    "signals_for": ("indices", "signals"),
    "like_it": ("semblables", "like it"),
    "against_it": ("contraires", "against it"),
    "version_silent": (
        "Raisons inconnues, modèle indisponible",
        "Reasons unknown, model not available",
    ),
    "count": ("nombre", "count"),
    "total": ("total", "total"),
    "unknown": ("non précisé", "not told"),
    "none_found": ("aucune", "none"),
    "no_subject": ("(sans objet)", "(no subject)"),
    "one_mail": ("Un courriel et ses réclamations", "One mail and its claims"),
    "speed": ("Vitesse par étape", "Speed by stage"),
    "stage": ("étape", "stage"),
    "seconds": ("secondes", "seconds"),
    "per_second": ("courriels/s", "mails/s"),
}

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "low_confidence": ("type trop incertain", "type not sure enough"),
    "close_second": ("deux types au coude à coude", "two types almost as probable"),
    "uncertain_kind": ("peut-être pas une réclamation", "may be no complaint"),
    "uncertain_split": ("découpage douteux", "doubtful boundaries"),
    "nature_conflict": ("nature inhabituelle pour ce type", "nature unusual for the type"),
    "severe": ("gravité toujours vérifiée", "severity always reviewed"),
    "amount_over_limit": ("montant élevé", "large sum"),
    "unknown_language": ("langue inconnue", "unknown language"),
}

HINDRANCES: Final[Mapping[str, tuple[str, str]]] = {
    "file_too_large": ("fichier trop lourd", "file too large"),
    "files_over_limit": ("trop de fichiers", "too many files"),
    "expands_too_large": ("trop lourd une fois décompressé", "too large when unpacked"),
    "pages_over_limit": ("premières pages seulement", "first pages only"),
    "cells_over_limit": ("premières lignes seulement", "first rows only"),
    "text_over_limit": ("début du texte seulement", "beginning of the text only"),
    "time_over": ("lecture trop longue, arrêtée", "took too long and was stopped"),
    "encrypted": ("protégé par mot de passe", "locked by a password"),
    "file_broken": ("fichier abîmé", "broken file"),
    "page_broken": ("page abîmée", "broken page"),
    "reader_crashed": ("illisible", "cannot be read"),
    "no_text": ("image sans texte", "picture without text"),
    "declarations_refused": ("XML suspect, refusé", "suspicious XML, refused"),
    "name_misleads": ("autre format que son nom", "another format than its name"),
    "content_unknown": ("contenu inconnu", "content unknown"),
}

CLUES: Final[Mapping[str, tuple[str, str]]] = {
    "subject": ("objet du courriel", "the mail's subject"),
    "around": ("reste du courriel", "rest of the mail"),
    "sum": ("montant", "sum of money"),
    "capitals": ("majuscules", "capitals"),
    "exclamations": ("points d'exclamation", "exclamation marks"),
    "questions": ("points d'interrogation", "question marks"),
    "length": ("longueur du texte", "length of the text"),
}

STAGES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("ouverture du modèle et de la base", "opening model and database"),
    "fetch": ("relève IMAP", "fetching over IMAP"),
    "store": ("mise à l'abri", "saving the raw mails"),
    "understand": ("compréhension", "understanding"),
    "save": ("enregistrement des réclamations", "saving the claims"),
    "acknowledge": ("classement sur le serveur", "filing on the server"),
    "total": ("ensemble", "all together"),
}

_BESIDE: Final = {"\n", "\t"}
_UNPRINTABLE: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}
_KEPT_FORMAT: Final = {"\u200d"}


@dataclass(frozen=True, slots=True)
class Words:
    """What codes are called in one language.

    Attributes:
        taxonomy: The company's words.
        language: Which of the two languages.
        signs: Code of a sign of gravity to its names, language by language.
    """

    taxonomy: Taxonomy
    language: Language
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def phrase(self, key: str) -> str:
        """A heading or label of the program itself."""
        return self._of(PHRASES, key)

    def reason(self, code: str) -> str:
        """Why a claim goes to review, in words."""
        return self._of(REASONS, code)

    def hindrance(self, code: str) -> str:
        """What kept an attached file from being read."""
        return self._of(HINDRANCES, code)

    def clue(self, code: str) -> str:
        """A signal, sign or measure that a decision was made by."""
        return self.sign(code) if code in self.signs else self._of(CLUES, code)

    def sign(self, code: str) -> str:
        """A sign of gravity, in words."""
        names = self.signs.get(code)
        return code.replace("_", " ") if names is None else names[self.language]

    def stage(self, code: str) -> str:
        """A stage of a run."""
        return self._of(STAGES, code)

    def kind(self, code: str) -> str:
        """Name of a kind of mail."""
        return self._entry(self.taxonomy.kinds, code)

    def type(self, code: str) -> str:
        """Name of a claim type."""
        return self._entry(self.taxonomy.types, code)

    def severity(self, code: str | None) -> str:
        """Name of a severity; None is one that the model did not tell."""
        return self._entry(self.taxonomy.severities, code)

    def nature(self, code: str | None) -> str:
        """Name of a nature."""
        return self._entry(self.taxonomy.natures, code)

    def resolution(self, code: str | None) -> str:
        """Name of what the sender wants."""
        return self._entry(self.taxonomy.resolutions, code)

    def department(self, code: str) -> str:
        """Name of a department."""
        return self._entry(self.taxonomy.departments, code)

    def reference(self, code: str) -> str:
        """Name of a kind of reference."""
        return self._entry(self.taxonomy.references, code)

    def label(self, head: str, code: str) -> str:
        """Name of a label of a head."""
        tables: Mapping[str, Mapping[str, Entry]] = {
            "kind": self.taxonomy.kinds,
            "type": self.taxonomy.types,
            "severity": self.taxonomy.severities,
            "nature": self.taxonomy.natures,
            "resolution": self.taxonomy.resolutions,
        }
        return self._entry(tables.get(head, {}), code)

    def gravity(self, code: str | None) -> int:
        """Place of a severity in the rising order, from 0; -1 where it is not told."""
        order = list(self.taxonomy.severities)
        return order.index(code) if code in order else -1

    def _entry(self, table: Mapping[str, Entry], code: str | None) -> str:
        if code is None:
            return self.phrase("unknown")
        entry = table.get(code)
        return code if entry is None else entry.names[self.language]

    def _of(self, table: Mapping[str, tuple[str, str]], key: str) -> str:
        """A code without words, a newer one for example, is still told."""
        french, english = table.get(key, (key.replace("_", " "),) * 2)
        return french if self.language == "fr" else english


def printable(text: str) -> str:
    """Replace what could move the cursor, colour the screen or turn the reading direction.

    The text has the same length afterwards, so offsets stay right.
    """
    return "".join(character if _harmless(character) else "\ufffd" for character in text)


def _harmless(character: str) -> bool:
    if character in _BESIDE or character in _KEPT_FORMAT or character.isprintable():
        return True
    return unicodedata.category(character) not in _UNPRINTABLE
