"""What phones, list servers and lawyers put under a mail; patterns and their finder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from pipeline.datatypes import Span
from pipeline.parse.phrases import RULE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.parse.lines import Line

_DEVICE = (
    "iphone|ipad|ipod|ios|apple|android|samsung|galaxy|huawei|xiaomi|redmi|honor|oneplus|oppo|pixel"
    "|nokia|sony|xperia|blackberry|windows|outlook|gmail|yahoo|orange|sfr|free|bouygues|laposte"
    "|la poste|proton|bluemail|typeapp|acompli|sparrow|thunderbird|aol|zimbra|spark|k-9|k9|fairmail"
    "|mobile|portable|smartphone|téléphone|tél|telephone|phone|tablette|tablet|handy|móvil"
    "|cellulare"
    "|telefono|telefon|appareil|device|wireless|bb|htc|lg|motorola|moto|mail|courrier"
    "|messagerie|gsm|tél|webmail"
)
MOBILE = re.compile(
    r"^[\s>*_-]{0,10}(?:"
    r"envoy[ée]e? (?:de|du|depuis|à partir|à l['’]aide|avec|par|via)\b"
    r"|(?:message )?(?:envoyé|expédié|écrit) (?:de|depuis) (?:mon|ma)\b"
    r"|sent (?:from|via|with|using|by)\b|get (?=outlook)|obtenir (?=outlook)"
    r"|télécharge[rz] (?=outlook)|provenance\s?:"
    r"|(?:von meinem|von meiner)\b|(?:gesendet|diese nachricht wurde) (?:von|mit|über|via)\b"
    r"|inviato (?:da|dal|con)\b|scarica (?=outlook)|enviado (?:desde|do|da|con|via)\b"
    r"|verzonden (?:vanaf|met|van|via)\b|verstuurd vanaf\b|wysłan[eo] z\b|sendt fra\b"
    r"|skickat från\b"
    r"|lähetetty\b)"
    rf".{{0,40}}?(?:{_DEVICE}).{{0,120}}$"
    r"|^(?:sent from my|envoyé (?:de|depuis) mon)(?: [\w'’-]{1,20}){1,6}$",
    re.IGNORECASE,
)
_NO_FOOTER = re.compile(
    r",\s\w+\s\w+\s\w+|[.!?]\s\w|\b(?:je|vous|nous|votre|avec accusé|réclamation|you|was|is|que)\b",
    re.IGNORECASE,
)

_DISCLAIMER = re.compile(
    r"\bconfidenti(?:el|al|alit)|\bvertraulich|\briservat[oie]|\bvertrouwelijk|\bconfidencial"
    r"|legally privileged|secret professionnel"
    r"|\b(?:parvenu|reçu|transmis|adressé) par erreur|received (?:this|it) (?:\w+ ){0,5}(?:in"
    r"|by) error"
    r"|not the intended recipient|intended (?:solely|only) for|exclusivement à (?:son|leur|ses)"
    r"|réservé à (?:son|ses|leurs?) destinataire|usage exclusif d"
    r"|sans reconnaissance (?:de responsabilité|préjudiciable)|without prejudice"
    r"|pens(?:ez|ons) à l['’]environnement|n['’]imprimez|consider the environment|before printing"
    r"|avant d['’]imprimer|protégeons l['’]environnement"
    r"|désinscri|désabonn|\bunsubscribe|\bopt[ -]out|ne plus (?:recevoir|être informé)"
    r"|stop receiving|manage (?:your )?(?:e-?mail )?preferences|update your preferences"
    r"|répondez stop|reply(?:ing)? stop|stop par retour|you(?:['’]re| are) receiving this"
    r"|vous recevez ce(?:t|tte)? |you received this|sie erhalten diese"
    r"|(?:message|e-?mail|mail|courriel|réponse|notification|réponse)s? (?:\w+ ){0,2}automati"
    r"|automatically generated|automated (?:message|e-?mail|reply|response)|généré automatiquement"
    r"|ne pas (?:y |nous )?répondre|ne pas répondre|do not reply|don['’]t reply|no-?reply"
    r"|boîte (?:aux lettres )?(?:d['’]envoi )?non (?:relevée|surveillée)|unmonitored"
    r"|(?:garanti sans|absence de|without|sans) virus|virus[- ]free|avast|antivirus"
    r"|tous droits réservés|all rights reserved|^©|registered (?:office|in england|company)"
    r"|mailing list\b|mailman/listinfo|list-unsubscribe|groups\.google|google groups"
    r"|ce (?:message|courriel|mail|e-mail) (?:\w+ ){0,6}(?:est|sont|peut|engage|a été (?:envoyé"
    r"|généré|vérifié))"
    r"|est un service de\b|do not accept service by",
    re.IGNORECASE,
)
_ABOUT_THIS_MAIL = re.compile(
    r"^[\s*_>-]{0,5}(?:ce|cet|cette|ceci|le présent|les informations|this|the (?:information"
    r"|content)|any"
    r"|if you|si (?:vous|ces|ce)|vous recevez|you (?:are|received|can)|you['’]re|pour (?:vous"
    r"|ne plus|toute)"
    r"|to (?:unsubscribe|stop|opt)|message|e-?mail|courriel|merci de ne pas|do not|don['’]t"
    r"|please (?:do not|don['’]t|consider|note)"
    r"|répond|reply|stop\b|not interested|se dés|désinscri|désabonn|unsubscribe|©|pens(?:ez"
    r"|ons)|afin de|avant d"
    r"|confidenti|avis|disclaimer|notice|important|avertissement|registered|offre soumise"
    r"|l['’]absence"
    r"|diese|dieser|sie erhalten|questo|este|dit bericht|réponse|automated|automatic|envoi"
    r"|tous droits|all rights"
    r"|n['’]imprimez|non[- ]|without prejudice|document|réservé|boîte|riak-users|_{2,})",
    re.IGNORECASE,
)
_MINE = re.compile(r"\b(?:mon|ma|mes|je|j['’]ai|my|mine|i|i['’]m|i['’]ve)\b", re.IGNORECASE)
"""A person speaks of the own case; companies say `nos` and `our` in their footers."""

_LIST_ADDRESS = re.compile(r"mailing list\b|mailman/listinfo", re.IGNORECASE)

Footer = Literal["mobile", "disclaimer", "list", ""]


def footer_kind(text: str) -> Footer:
    """What kind of footer a line is, or begins; empty where it is none."""
    if MOBILE.match(text) and not _NO_FOOTER.search(text):
        return "mobile"
    if _LIST_ADDRESS.search(text):
        return "list"
    if _DISCLAIMER.search(text) and _ABOUT_THIS_MAIL.match(text) and not _MINE.search(text):
        return "disclaimer"
    return ""


def find_footers(lines: Sequence[Line]) -> list[tuple[Footer, Span]]:
    """Footers among own lines, in order.

    A disclaimer is a paragraph: it reaches from its first line to the next empty one. Text that a
    person wrote below it stays.
    """
    found: list[tuple[Footer, Span]] = []
    number = 0
    while number < len(lines):
        kind = footer_kind(lines[number].text)
        if not kind:
            number += 1
            continue
        last = number
        if kind != "mobile":
            while last + 1 < len(lines) and not lines[last + 1].is_blank:
                last += 1
        first = number
        if kind == "list" and first and RULE.match(lines[first - 1].text + "___"):
            first -= 1
        found.append((kind, Span(lines[first].start, lines[last].end)))
        number = last + 1
    return found
