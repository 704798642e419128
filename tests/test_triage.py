from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.language import build_nlp
from pipeline.datatypes import Document, Page, RawMail, Thresholds, TriagedMail
from pipeline.settings import ROOT
from pipeline.taxonomy import load_taxonomy
from pipeline.triage import triage_mail
from tests.models.fakes import FakeModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import Attachment, DocumentReader

NLP = build_nlp()
TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
BODY = (
    "Bonjour,\n\nIl manque deux cartons sur la facture FA-2024-0977, soit 212,40 €.\n"
    "La remise du catalogue n'apparaît nulle part.\n\nCordialement,\nJeanne Petit\n"
)


def triage(
    data: bytes, model: FakeModel | None = None, *, reader: DocumentReader | None = None
) -> TriagedMail:
    return triage_mail(
        RawMail("m1", data),
        nlp=NLP,
        model=model or FakeModel(),
        taxonomy=TAXONOMY,
        thresholds=Thresholds(),
        reader=reader,
    )


class OneInvoice:
    """A reader for which every file is the same invoice; counts what it is given."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def read(self, attachments: Sequence[Attachment]) -> tuple[Document, ...]:
        self.opened += [each.name for each in attachments]
        page = Page(2, "Facture FA-2024-0977\nTotal TTC 212,40 EUR")
        return (Document(0, "fa.pdf", "pdf", (page,)),) if attachments else ()


def mail(body: str, *, subject: str = "Livraison du 12 mars", **headers: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message["From"] = "client@client.example"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def test_a_complaint_is_understood_from_bytes_to_route() -> None:
    triaged = triage(mail(BODY))
    assert (triaged.id, triaged.model_version, triaged.language) == ("m1", "fake-1", "fr")
    first, second = triaged.claims
    assert "Il manque deux cartons" in first.claim.text
    assert second.claim.text == "La remise du catalogue n'apparaît nulle part."
    assert [(ref.kind, ref.text) for ref in first.references] == [("invoice", "FA-2024-0977")]
    assert second.references == ()
    assert first.amount is not None
    assert str(first.amount.value) == "212.40"
    assert first.confidence == 0.9 * 0.8
    assert first.route.department == "logistics"
    assert first.route.reasons == ("low_confidence",)


def test_spans_slice_the_body_that_is_kept() -> None:
    triaged = triage(mail(BODY))
    for one in triaged.claims:
        spans = one.claim.spans
        assert one.claim.text == "\n".join(triaged.message.body[s.start : s.end] for s in spans)


def with_file(body: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Facture ci-jointe"
    message.set_content(body)
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="fa.pdf")
    return message.as_bytes()


def test_an_attached_invoice_speaks_for_the_claim_beside_its_own_references() -> None:
    triaged = triage(with_file("Vous nous avez facturé deux fois.\n"), reader=OneInvoice())
    (one,) = triaged.claims
    assert one.references == ()
    said = [(each.page, each.role, each.found.text, each.confirmed) for each in one.evidence]
    assert said == [(2, "number", "FA-2024-0977", False), (2, "total", "212,40 EUR", False)]
    assert [each.name for each in triaged.documents] == ["fa.pdf"]


def test_only_the_files_of_a_complaint_are_opened() -> None:
    reader = OneInvoice()
    model = FakeModel({"kind": {"thanks": 1.0}, "type": {"shortage": 1.0}})
    assert triage(with_file("Merci !\n"), model, reader=reader).documents == ()
    assert reader.opened == []


def test_only_a_complaint_has_claims() -> None:
    model = FakeModel({"kind": {"thanks": 1.0}, "type": {"shortage": 1.0}})
    triaged = triage(mail(BODY), model)
    assert triaged.claims == ()
    assert [ref.text for ref in triaged.references] == ["FA-2024-0977"]


def test_an_automatic_answer_has_no_claims_whatever_it_says() -> None:
    triaged = triage(mail(BODY, Auto_Submitted="auto-replied"))
    assert triaged.kind.kind == "auto_reply"
    assert triaged.claims == ()


def test_a_complaint_with_an_empty_body_is_a_claim_of_its_subject() -> None:
    triaged = triage(mail("", subject="Colis perdu, commande 88213"))
    (one,) = triaged.claims
    assert one.claim.text == "Colis perdu, commande 88213"
    assert one.claim.spans == ()
    assert one.route.needs_review


def test_a_mail_of_nothing_at_all_is_a_claim_for_review() -> None:
    (one,) = triage(b"").claims
    assert (one.claim.text, one.route.needs_review) == ("", True)


def test_the_same_mail_is_understood_in_the_same_way() -> None:
    assert triage(mail(BODY)) == triage(mail(BODY))


@settings(max_examples=40, deadline=None)
@given(tail=st.binary(max_size=400), as_body=st.booleans())
@example(tail=b"\x00" * 50, as_body=False)
@example(tail=b"Content-Type: multipart/mixed; boundary=\n\n--\n--\n", as_body=True)
def test_any_bytes_are_understood(tail: bytes, *, as_body: bool) -> None:
    data = b"Subject: x\r\nFrom: a@b.example\r\n\r\n" + tail if as_body else tail
    triaged = triage(data)
    for one in triaged.claims:
        assert one.route.department in TAXONOMY.departments
        assert all(span.end <= len(triaged.message.body) for span in one.claim.spans)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300), st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60))
def test_any_text_is_understood(body: str, subject: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject
    message.set_content(body.encode("utf-8", "replace").decode(), cte="base64")
    assert triage(message.as_bytes()).claims
