"""Shapes of references and the small words around them: data for `shapes` and `kinds`."""

from __future__ import annotations

from typing import Final

SHAPES: Final[tuple[tuple[str, str, float], ...]] = (
    (r"1Z[0-9A-Z]{8,16}", "tracking", 12.0),
    (r"[1-9][A-Z]{1,4}\d{7,13}", "tracking", 5.0),
    (r"L\d{4,6}[A-Z]\d?", "product", 3.0),
    (r"[A-Z]{2}\d{9}[A-Z]{2}", "tracking", 12.0),
    (r"[A-Z]{2}\d{8}[A-Z]{2}", "tracking", 6.0),
    (r"J?JD\d{10,20}", "tracking", 12.0),
    (r"[1-9][A-Z]\d{9,13}", "tracking", 10.0),
    (r"00\d{18}", "tracking", 12.0),
    (r"\d{14,24}", "tracking", 4.0),
    (r"[A-Z]{3}U\d{7}", "tracking", 8.0),
    (r"(?=.*\d)(?=.*[A-Z].*[A-Z].*[A-Z])[A-HJ-NPR-Z0-9]{17}", "product", 9.0),
    (r"(?:30|31|32|33|34|35|36|37|40|50|54|76|80|84|87|90)\d{11}", "product", 6.0),
    (
        r"(?=[A-Z0-9]{6}$)(?:[A-Z]+\d+[A-Z]+|\d+[A-Z]+\d+[A-Z]|[A-Z]+\d[A-Z]+\d+)[A-Z0-9]*",
        "order",
        4.0,
    ),
    (r"INC\d{5,10}", "ticket", 8.0),
    (r"45\d{8}", "order", 7.0),
)
"""Shapes of the canonical form whose issuer is known, with kind and points.

Parcel carriers (UPU S10, UPS, La Poste, SSCC), containers (ISO 6346), vehicles (ISO 3779), articles
(GTIN-13), airlines' record locators, SAP orders.
"""

WRITTEN_SHAPES: Final[tuple[tuple[str, str, float], ...]] = (
    (r"20[12]\d[-/.]?\d{2}?[-/.]?\d{3,6}", "invoice", 0.8),
    (r"[12]\d[-/.](?:0[1-9]|1[0-2])[-/.]\d{3,5}", "invoice", 0.8),
    (r"[12]\d[-/]\d{4,6}", "invoice", 0.8),
)
"""Shapes as written, upper case: a year first is a bookkeeper's habit."""

PREFIXES: Final[dict[str, str]] = {
    "invoice": """
        F FA FAC FACT FC FV FX FCT INV IN INVO SI RE RG ND SINV FACV FE FT FR VF MEA COOP PUB
        BILL
    """,
    "credit_note": """
        AV AVO AVR CN GS CRN NDC
    """,
    "order": """
        CDE CMD CD BC BDC PO ORD SO DV DEV DEVIS RES RESA BK BKG WEB W EST QT TK
    """,
    "delivery_note": """
        BL BLS DN LS LV WZ CMR POD GRN ASN BR
    """,
    "tracking": """
        JD LP
    """,
    "customer": """
        CLI CL CUST ACC CPT PRO FID ADH
    """,
    "contract": """
        CTR CT CTRT CONTRAT MRH AU POL CONV ABO LOC LOA MSA
    """,
    "ticket": """
        RMA SAV TKT TK TIC TICKET DOS SIN RET INC REC LIT CLM CAS CASE RT R NCR SR PEN REP DD
        LITIGE CRM INT ANN PP
    """,
    "product": """
        LOT ART SN
    """,
}
"""Letters that an identifier of the kind begins with, upper case."""

SURE_PREFIXES: Final = """
    AV BC BL CDE CLM CMD CMR CN CTR DEV DN DV FA FAC FACT FC FV INC INV LS MRH ND PO RET RMA SAV
    SIN TKT WZ
"""
"""Prefixes that tell the kind without any other word."""

MARKS: Final = """
    a all aout apr april are aug august avr avril both ce cette ci cinq client code d date dated
    de dec december decembre des dessous deux du en est externe feb february fevr fevrier five
    following for four from id interne is its jan january janv janvier juil juillet juin jul
    july jun june l la le les ma mai mar march mars may mes mon my n named no nos notre nov
    november novembre nr num number numbered numbers numero numeros nummer oct october octobre
    of on our portant porte pour quatre ref reference references refs sa sep sept september
    septembre six son sont sous suivante suivantes the their this three tous toutes trois two
    under vos votre your
"""
"""Words that may stand between a name and its identifier."""

LINKS: Final = """
    a ainsi also and au avec die e en et jusqu l la le les n no nr or ou plus puis que the then
    to und with y
"""
"""Words that join the members of a list of identifiers."""

UNITS: Final = """
    a an annees ans articles bacs bag bags balles bidons boite boites bottles bouteilles box
    boxes caisses carton cartons case cases centimes cents chairs chaises chf cl cm colis
    couverts cs ctn day days degrees degres dl dollars doses e eme enfants er ere eur euro euros
    exemplaires fcfa feet flacons fois francs ft g gb gbp go gr h heure heures hour hours hrs
    ieme inch inches j jour jours kg km ko kw kwh l lb lbs lignes lines litre litres lits lots m
    m2 m3 mb meters metres mg miles min mins minutes ml mm mo mois month months m² nd nights
    nuits oz pack packs pages pair paires pairs palette palettes pallet pallets paquets pax pc
    pcs pence people personnes persons piece pieces places points pots pouces pounds quid rd
    rolls rouleaux sac sacs seats semaines st t tables tb th times tonnes tubes unit unite
    unites units usd v volumes w week weeks x year years
"""
"""Words that make the number before them a quantity."""

CAPITALS: Final = """
    A AND ART AT AU AUX BE BP BY CA CE CH CHF CP DE DES DIT DU EAN EN EST ET ETA EU EUR FAX FOR
    FR GBP HT I IL IN IS IT JE KG LA LE LES LOT MA ME MY NE NO NOUS OF ON ONE OR OU PAR PAS PC
    QUE QUI RDV REF REFS SA SE SKU SN SUR TEL THE TO TTC TU TV TVA UK UN UNE US USD VAT VIN VOUS
    WE
"""
"""Upper-case words that are no part of the identifier after them."""

ACCOUNT_PREPOSITIONS: Final = """
    auf on sur
"""
"""Words for standing on a document: before a nameless identifier most often an invoice."""

ARTICLES: Final[dict[str, dict[str, float]]] = {
    "the": {"order": 0.3},
    "la": {"invoice": 1.4, "order": 1.2},
    "une": {"invoice": 0.8, "order": 0.8},
    "ma": {"order": 1.5, "invoice": 0.5},
    "notre": {"invoice": 0.8, "order": 0.8},
    "votre": {"invoice": 1.4, "delivery_note": 0.4},
    "your": {"invoice": 1.4, "delivery_note": 0.4},
    "our": {"order": 0.8, "invoice": 0.6},
    "le": {"contract": 0.7, "delivery_note": 0.5, "ticket": 0.5, "order": 0.3},
    "au": {"contract": 0.7, "delivery_note": 0.5, "order": 0.3},
    "du": {"contract": 0.7, "delivery_note": 0.5, "order": 0.3},
    "under": {"contract": 2.0, "ticket": 0.8},
    "sous": {"contract": 0.8, "ticket": 1.2, "tracking": 1.2},
}
"""What the word directly before a nameless identifier says, grammatical gender above all."""
