"""What mail programs write around quoted mail, by language; patterns only, each linear."""

from __future__ import annotations

import re

_WORDS = {
    "from": "de|from|von|da|van|od|fra|från|expéditeur|remitente|mittente|absender|afzender|emisor"
    "|lähettäjä",
    "sent": "envoyé|envoyée|envoyé le|envoyée le|date|date d'envoi|sent|gesendet|datum|inviato|data"
    "|enviado|enviado el|enviado em|enviada em|fecha|verzonden|sendt|skickat|wysłano|wysłane|dato"
    "|lähetetty|message du|gesendet am|sent at|date/time",
    "to": "à|a|to|an|per|para|aan|til|till|do|destinataire|destinataires|pour|vastaanottaja",
    "cc": "cc|copie|copie à|cci|bcc|kopie|kopi|kopia|dw|c\\.c\\.",
    "subject": "objet|sujet|subject|betreff|betr\\.|oggetto|asunto|assunto|onderwerp|temat|emne"
    "|ämne|aihe",
    "other": "répondre à|reply-to|antwort an|importance|priorité|priority|prioridad|wichtigkeit"
    "|pièces jointes|pièce jointe|attachments|attachment|anlagen|allegati|bijlagen|envoyé par"
    "|organisation|organization",
}
FIELD_KINDS = tuple(_WORDS)

FIELD = re.compile(
    r"^[\s>|*_]{0,20}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items())
    + r")\s{0,3}\*?\s{0,3}[:\uff1a]\*?(?P<value>.*)$",
    re.IGNORECASE,
)
"""A line of the header block that Outlook and others write above a quoted mail."""

ONE_LINE_BLOCK = re.compile(
    r"^\s{0,20}(?:De|From|Von|Da|Van)\s?:[^:\n]{1,150}\b(?:Envoyé|Sent|Date|Gesendet|Inviato"
    r"|Verzonden|Datum)"
    r"(?: le)?\s?:.{1,150}\b(?:À|A|To|An|Aan)\s?:.{1,300}\b(?:Objet|Subject|Betreff|Oggetto"
    r"|Onderwerp)\s?:",
    re.IGNORECASE,
)
"""The same squeezed into one line, as some HTML turns out."""

_ORIGINAL = (
    "message d['’]origine|message original|message initial|message précédent|courriel d['’]origine"
    "|original message|original appointment|reply message|ursprüngliche (?:nachricht|mail)"
    "|originalnachricht|antwort nachricht|messaggio originale|mensaje original|mensagem original"
    "|oorspronkelijk bericht|oprindelig (?:meddelelse|besked)|opprinnelig melding"
    "|ursprungligt meddelande|originalmeddelande|wiadomość oryginalna|oryginalna wiadomość"
    "|alkuperäinen viesti"
)
ORIGINAL = re.compile(
    rf"^[\s>*_=]{{0,20}}[-_=]{{2,60}}\s{{0,5}}(?:{_ORIGINAL})\s{{0,5}}:?\s{{0,5}}[-_=]{{0,60}}\s*$",
    re.IGNORECASE,
)
"""`-----Message d'origine-----`"""

_FORWARDED = (
    "message transféré|message transmis|message réexpédié|courriel transféré|mail transféré"
    "|forwarded message|forwarded by[^-]{0,80}|forwarded mail|weitergeleitete nachricht"
    "|weitergeleitete mail|messaggio inoltrato|mensaje reenviado|mensagem encaminhada"
    "|doorgestuurd bericht|videresendt (?:meddelelse|besked|melding)|vidarebefordrat meddelande"
    "|przekazana wiadomość|wiadomość przekazana"
)
FORWARDED = re.compile(
    rf"^[\s>*_=]{{0,20}}[-_=]{{2,60}}\s{{0,5}}(?:{_FORWARDED})\s{{0,5}}:?\s{{0,5}}[-_=]{{0,60}}\s*$"
    r"|^\s{0,5}(?:début du (?:message|mail|courriel) (?:transféré|réexpédié|transmis)"
    r"|begin forwarded message|anfang der weitergeleiteten nachricht"
    r"|inizio (?:del )?messaggio inoltrato|inicio del mensaje reenviado"
    r"|begin doorgestuurd bericht)\s?:?\s*$",
    re.IGNORECASE,
)
"""`-------- Message transféré --------`"""

FORWARD_SUBJECT = re.compile(
    r"^\s*(?:(?:tr|fwd?|wg|i|rv|enc|doorst|vs|vb|pd)\s?:|\[fwd:)", re.IGNORECASE
)
"""A subject that says the mail is passed on; not where a reply stands before it."""

WROTE = re.compile(
    r"(?:\b(?:a|à)\s(?:écrit|ecrit|envoyé)(?:\sce\squi\ssuit)?|\bécrivait|\bécrit"
    r"|wrote|\bsent|\bwrites|\bsaid|\bhet volgende geschreven"
    r"|\bschrieb\b.{0,120}|\bgeschrieben|\bschreef\b.{0,120}"
    r"|\bha(?:\sscritto)|\bescribió|\bescreveu"
    r"|\bnapsala?(?:\(a\))?|\bnapisała?(?:\(a\))?|\bpisze|\bskrev\b.{0,120}|\bkirjoitti"
    r"|\bđã\sviết|\bírta"
    r"|\bнаписал[а()]{0,3}|\bпишет)"  # noqa: RUF001  Cyrillic
    r"\s{0,3}(?:[:\uff1a]|-{2,60})\s*$|<[^<>\s]{1,200}>\swrote$",
    re.IGNORECASE,
)
"""The end of an attribution: the verb and the colon."""

OPENING = re.compile(
    r"^[\s>*|_-]{0,40}(?:le|on|am|il|in data|el|em|no dia|a|op|w dniu|dnia|den|på|dne|vào|lør|lun"
    r"|man|tir|ons|tor|fre|søn|mon|tue|wed|thu|fri|sat|sun|ma|ti|ke|to|pe|la|su|pon|wt|śr|czw"
    r"|\d{1,4}[-./]\d{1,2}[-./]\d{1,4})\b",
    re.IGNORECASE,
)
"""The beginning of an attribution: the word before the date, or the date."""

INSIDE_LINE = re.compile(
    r"(?:-{2,}\s?)?\b(?:On (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [A-Z0-9]"
    r"|Le (?:lun|mar|mer|jeu|ven|sam|dim)[a-z]{0,5}\.? \d)"
)
"""An attribution that follows own words in the same line."""

DATED_ADDRESS = re.compile(
    r"^(?:\S{1,12},? )?(?:\d{1,4}[-./ ]\S{1,15}[-./ ]\d{1,4}\b"
    r"|\d{1,2}:\d\d(?: [AP]M)?, \S{3,10} \d{1,2},)"
    r".{0,120}<[^<>\s]{1,200}@[^<>\s]{1,200}>:?\s*$"
)
"""Gmail's attribution where it has no verb: date, name, `<address>:`"""

GROUPWISE = re.compile(r"^>{2,3}\s.{3,150}\d{1,2}[/.]\d{1,2}.{0,60}\d{1,2}:\d{2}.{0,20}>{3}$")
"""`>>> Jim 03/11 8:02 AM >>>`"""

STRONG_EVIDENCE = re.compile(r"\b\d{1,2}\s?[:.h]\s?\d{2}\b|\S@\S")
"""What an attribution holds and a sentence about a letter rarely does: a time or an address."""

DATED_NAME = re.compile(
    r"^(?:Le|On|Am|Il|El|Op)\s(?:[\w.]{2,9},?\s)?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}(?:er)?\.?\s[\w.]{3,10},?\s\d{4}),\s[^,]{3,80}$"
)
"""`Le lundi 18 mars 2024, Service clients a écrit :`, without a time."""

OWN_STORY = re.compile(
    r"\b(?:m['’]a|[ntl]['’]a|(?:nous|vous|lui|leur|me) (?:a|avez|avait)|avez|avons"
    r"|j['’]ai)\s[ée]crit"
    r"|\b(?:i|you|we|they|had|have|has) (?:wrote|sent|said)|(?:wrote|sent|said) (?:to )?(?:me"
    r"|us)\b",
    re.IGNORECASE,
)
"""A customer who tells who wrote what, not a mail program."""

RULE = re.compile(r"^[\s>*]{0,10}(?:[_=-]{5,}|[_*=-]{3,4}|—{3,})\s*$")
"""A drawn line."""
