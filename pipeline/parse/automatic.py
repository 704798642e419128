"""Headers -> whether a machine sent the mail as an answer; knows no text model.

Two questions are kept apart. An automatic answer (absence note, delivery failure, receipt) never
holds a complaint, so its sign decides the kind of the mail. A list or bulk header only tells the
way that a mail took: a person's complaint comes through a list as well, so it decides nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.datatypes import Message

MEANINGS = {
    "auto_submitted": "Auto-Submitted is there and not `no` (RFC 3834, 5)",
    "delivery_report": "a report on the delivery of a mail (RFC 3464), or its tell-tale headers",
    "read_receipt": "a disposition notification (RFC 8098)",
    "abuse_report": "a feedback report (RFC 5965)",
    "auto_reply_header": "a responder names itself: X-Autoreply and its sisters",
    "precedence": "Precedence is auto_reply, or bulk or junk under an automatic subject",
    "empty_return_path": "Return-Path is empty: nobody may answer (RFC 5321, 4.5.5)",
    "auto_response_suppress": "X-Auto-Response-Suppress is `All`, in an answer",
    "mailer_daemon": "the mail system itself is the sender",
    "automatic_subject": "the subject is one that only mail programs write",
    "mailing_list": "List-* headers (RFC 2369, RFC 2919)",
    "precedence_bulk": "Precedence is bulk, junk or list",
}
"""Code to meaning, of automatic signs and list signs."""

_REPORTS = {
    "delivery-status": "delivery_report",
    "disposition-notification": "read_receipt",
    "feedback-report": "abuse_report",
}
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?\s*([a-z-]+)", re.IGNORECASE)
_AUTO_REPLY_HEADERS = frozenset(
    [
        "x-autoreply",
        "x-auto-reply",
        "x-autorespond",
        "x-autoresponder",
        "x-autoreply-from",
        "x-mail-autoreply",
        "x-vacation",
    ]
)
_BOUNCE_HEADERS = frozenset(
    {"x-failed-recipients", "x-ms-exchange-message-is-ndr", "x-delivery-status"}
)
_LIST_HEADERS = frozenset(
    ["list-id", "list-post", "list-unsubscribe", "list-help", "list-subscribe"]
)
_DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mailer|mmdf|mdaemon|microsoftexchange[0-9a-f]{32}"
    r"|postmaster|bounces?|mail-delivery.*|maildelivery.*|mailerdaemon.*)(?:@|$)",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mail(?:er)? delivery (?:sub)?system|mailer[- ]daemon|internet mail delivery", re.IGNORECASE
)
_FAILURE = re.compile(
    r"undeliver|non[- ]?d[ée]liv|returned mail|mail returned|delivery (?:status|fail|problem"
    r"|report|error|notification)"
    r"|failure notice|fail(?:ed|ure).{0,20}deliver|deliver.{0,25}fail|mail (?:system error"
    r"|failure|delivery|rejected|error)"
    r"|échec|non remis|non distribu|unzustellbar|unable to deliver|not (?:be )?delivered"
    r"|could not (?:be )?(?:send|deliver|sent)"
    r"|message (?:delay|undeliver)|warning: could not|user unknown|rejected|bounce"
    r"|error sending|nondeliverable|can't be sent|mail could not",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^\s*(?:automatic reply|auto[- ]?reply|auto(?:matic)? response|autoreply|autosvar"
    r"|automatisk svar"
    r"|out of (?:the )?office|réponse automatique|réponse d['’]absence|message d['’]absence"
    r"|absence du bureau"
    r"|absent(?:e)? du bureau|automatische antwort|abwesenheitsnotiz|abwesend|respuesta automática"
    r"|risposta automatica|fuori ufficio|automatisch antwoord|afwezigheidsbericht"
    r"|resposta automática"
    r"|odpowiedź automatyczna|undeliverable|undelivered mail|delivery status notification"
    r"|mail delivery (?:failed|failure|subsystem)|returned mail|failure notice|non remis"
    r"|échec de (?:la )?remise"
    r"|échec de (?:la )?distribution|non distribuable|notification d['’]échec"
    r"|avis de non[- ](?:remise|distribution)|unzustellbar"
    r"|accusé de (?:lecture|réception de lecture)|confirmation de lecture|read receipt"
    r"|lesebestätigung"
    r"|message non (?:remis|distribué))\b(?![^:]{0,10}\?)",
    re.IGNORECASE,
)


def find_automatic_sign(message: Message) -> str | None:
    """Code of the first sign that a machine wrote this as an answer, None where there is none.

    The order is from the surest sign to the least.
    """
    headers = dict(reversed(message.headers))
    signs = (
        _report(headers, message),
        "auto_submitted" if _auto_submitted(headers) else None,
        "auto_reply_header" if headers.keys() & _AUTO_REPLY_HEADERS else None,
        "delivery_report" if headers.keys() & _BOUNCE_HEADERS else None,
        _precedence(headers, message.subject),
        "mailer_daemon" if _is_daemon(message) else None,
        "automatic_subject" if _SUBJECT.match(message.subject) else None,
        _suppressed(headers, message),
        "empty_return_path" if headers.get("return-path", "-").strip() in {"<>", "< >"} else None,
    )
    return next((sign for sign in signs if sign), None)


def find_list_sign(message: Message) -> str | None:
    """Code of the sign that the mail came through a list or a mass mailing; decides nothing."""
    headers = dict(reversed(message.headers))
    if headers.keys() & _LIST_HEADERS:
        return "mailing_list"
    precedence = headers.get("precedence", "").strip().lower()
    return "precedence_bulk" if precedence in {"bulk", "junk", "list"} else None


def _report(headers: dict[str, str], message: Message) -> str | None:
    content_type = headers.get("content-type", "").lower()
    report = _REPORT_TYPE.search(content_type)
    if content_type.startswith("multipart/report") and report:
        return _REPORTS.get(report.group(1), "delivery_report")
    for item in message.attachments:
        if item.type == "message/delivery-status":
            return "delivery_report"
        if item.type == "message/disposition-notification":
            return "read_receipt"
    return None


def _auto_submitted(headers: dict[str, str]) -> bool:
    value = headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    return value not in {"", "no"}


def _precedence(headers: dict[str, str], subject: str) -> str | None:
    """`bulk` alone says nothing: newsletters and many ticket systems carry it too."""
    value = headers.get("precedence", "").strip().lower()
    if value in {"auto_reply", "auto-reply"}:
        return "precedence"
    is_automatic = bool(_SUBJECT.match(subject) or _FAILURE.search(subject))
    return "precedence" if value in {"bulk", "junk"} and is_automatic else None


def _is_daemon(message: Message) -> bool:
    """The name alone is no proof: people answer from `postmaster`, so the subject must fit."""
    local = message.sender.address.rpartition("@")[0] or message.sender.address
    is_daemon = bool(_DAEMON.match(local)) or bool(_DAEMON_NAME.search(message.sender.name))
    return is_daemon and (not message.subject or bool(_FAILURE.search(message.subject)))


def _suppressed(headers: dict[str, str], message: Message) -> str | None:
    """Programs set `DR, OOF, AutoReply` on people's mail; `All` in an answer is a machine's."""
    values = {
        word.strip().lower() for word in headers.get("x-auto-response-suppress", "").split(",")
    }
    is_answer = bool(message.in_reply_to or message.thread_ids)
    is_unanswerable = headers.get("return-path", "-").strip() == "<>"
    return "auto_response_suppress" if "all" in values and is_answer and is_unanswerable else None
