"""How people write sums of money, and which words tell that one is in dispute.

Data for `amounts` and `link`. Cue words stand in the plain view of a text: lower case, no accents.
Their weights were read off a logistic regression over the corpus, rounded, and merged over
languages by hand.
"""

from __future__ import annotations

from typing import Final

CURRENCY_BEFORE: Final[dict[str, str]] = {
    "€": "EUR",
    "EUR": "EUR",
    "Eur": "EUR",
    "eur": "EUR",
    "Euro": "EUR",
    "fr.": "CHF",
    "FR.": "CHF",
    "chf": "CHF",
    "£": "GBP",
    "GBP": "GBP",
    "$": "USD",
    "US$": "USD",
    "USD": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "CAD": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "AUD": "AUD",
    "NZ$": "NZD",
    "NZD": "NZD",
    "CHF": "CHF",
    "Fr.": "CHF",
    "SFr.": "CHF",
    "SFr": "CHF",
    "SEK": "SEK",
    "NOK": "NOK",
    "DKK": "DKK",
    "PLN": "PLN",
    "Rs.": "INR",
    "Rs": "INR",
    "₹": "INR",
    "INR": "INR",
    "R": "ZAR",
    "ZAR": "ZAR",
    "AED": "AED",
    "¥": "JPY",
    "JPY": "JPY",
    "THB": "THB",
    "XOF": "XOF",
    "MAD": "MAD",
    "SGD": "SGD",
    "S$": "SGD",
    "HKD": "HKD",
    "HK$": "HKD",
    "CZK": "CZK",
    "HUF": "HUF",
    "RON": "RON",
    "Dhs": "AED",
    "TRY": "TRY",
    "BRL": "BRL",
    "R$": "BRL",
    "KES": "KES",
    "GHS": "GHS",
    "GH₵": "GHS",
    "₦": "NGN",
    "NGN": "NGN",
    "₪": "ILS",
    "ILS": "ILS",
    "₩": "KRW",
    "KRW": "KRW",
    "MXN": "MXN",
    "TND": "TND",
    "DZD": "DZD",
    "EGP": "EGP",
    "ISK": "ISK",
    "₱": "PHP",
    "₺": "TRY",
    "₴": "UAH",
    "UAH": "UAH",
    "CNY": "CNY",
    "XAF": "XAF",
    "UGX": "UGX",
    "TZS": "TZS",
}
"""Currencies as they stand before a number."""

CURRENCY_AFTER: Final[dict[str, str]] = {
    "€": "EUR",
    "EUR": "EUR",
    "euros": "EUR",
    "euro": "EUR",
    "eur": "EUR",
    "EUROS": "EUR",
    "EURO": "EUR",
    "Euros": "EUR",
    "Euro": "EUR",
    "eu": "EUR",
    "balles": "EUR",
    "roros": "EUR",
    "£": "GBP",
    "GBP": "GBP",
    "pounds": "GBP",
    "pound": "GBP",
    "quid": "GBP",
    "livres sterling": "GBP",
    "$": "USD",
    "USD": "USD",
    "dollars": "USD",
    "dollar": "USD",
    "bucks": "USD",
    "CHF": "CHF",
    "francs suisses": "CHF",
    "francs": "CHF",
    "franken": "CHF",
    "FCFA": "XOF",
    "F CFA": "XOF",
    "XOF": "XOF",
    "SEK": "SEK",
    "kr": "SEK",
    "NOK": "NOK",
    "DKK": "DKK",
    "PLN": "PLN",
    "zł": "PLN",
    "lev": "BGN",
    "leva": "BGN",
    "BGN": "BGN",
    "AUD": "AUD",
    "CAD": "CAD",
    "AED": "AED",
    "dirhams": "MAD",
    "dh": "MAD",
    "MAD": "MAD",
    "baht": "THB",
    "THB": "THB",
    "INR": "INR",
    "rupees": "INR",
    "rand": "ZAR",
    "ZAR": "ZAR",
    "NZD": "NZD",
    "yen": "JPY",
    "JPY": "JPY",
    "livres": "GBP",
    "chf": "CHF",
    "centimes": "EUR/100",
    "cents": "EUR/100",
    "cts": "EUR/100",
    "pence": "GBP/100",
    "F HT": "XPF",
    "USD HT": "USD",
    "KC": "CZK",
    "Kč": "CZK",
    "Ft": "HUF",
    "F": "XPF",
    "KES": "KES",
    "GHS": "GHS",
    "NGN": "NGN",
    "ILS": "ILS",
    "KRW": "KRW",
    "MXN": "MXN",
    "TND": "TND",
    "DZD": "DZD",
    "EGP": "EGP",
    "ISK": "ISK",
    "UAH": "UAH",
    "CNY": "CNY",
    "XAF": "XAF",
    "UGX": "UGX",
    "TZS": "TZS",
    "shillings": "KES",
    "naira": "NGN",
    "cedis": "GHS",
    "HT": "",
    "TTC": "",
    "ht": "",
    "ttc": "",
}
"""Currencies as they stand after a number; `/100` marks the small coin."""

FAMILIES: Final[tuple[tuple[str, ...], ...]] = (
    ("USD", "AUD", "CAD", "NZD", "SGD", "HKD"),
    ("CHF", "XOF", "XPF"),
)
"""Currencies that share a sign or a name; words of a place choose among them."""

SHARED_SIGNS: Final = """
    $ dollar dollars bucks francs F
    """
"""Signs that a family shares; other notations of its members are not changed."""

LOCAL_CURRENCIES: Final[dict[str, str]] = {
    "AUD": """
        sydney melbourne brisbane perth adelaide bundaberg queensland nsw qld gst rego arvo
        ute servo gday copped ctns australia aussie
    """,
    "CAD": """
        montreal quebec toronto ontario vancouver calgary magasiner cenne relache gatineau laval
        frigidaire
    """,
    "NZD": """
        auckland wellington christchurch kiwi zealand
    """,
    "USD": """
        ohio texas denver chicago portland boston zip thanksgiving mom
    """,
    "CHF": """
        lausanne geneve zurich fribourg neuchatel sion suisse schweiz basel bern vaud valais
    """,
    "XOF": """
        cfa fcfa abidjan dakar cotonou dantokpa ouagadougou bamako lome niamey maquis
        treichville
    """,
    "XPF": """
        noumea papeete tahiti
    """,
    "EUR": """
        dublin cork galway graz wien berlin hamburg munich ghent antwerp amsterdam lyon madrid
        milano skonto
    """,
}
"""Words of a place that tell its currency where no sum of the mail does."""

MEASURES: Final = """
    am amp amps bar bars celsius deg degres etoiles fois ghz gwh hz kcal kwh lumen mbar mg mhz
    mwh nuitees pm stars sur tonne uhr wh x
"""
"""Words after a decimal number that is no sum, beside `UNITS`."""

ENGLISH_WORDS: Final = """
    and are at be been but for from have i in is it me my not of on that the they this to was we
    with you your
"""
"""Frequent words that tell English."""

AMOUNT_CUES_BEFORE: Final[tuple[tuple[float, str], ...]] = (
    (
        1.4,
        """
            daher donc dus makes quindi so soit somit therefore
        """,
    ),
    (
        1.0,
        """
            ca ce cela ces diferencia difference differenz differenza ecart manque manquent
            surplus that thats these those trop verschil
        """,
    ),
    (
        0.8,
        """
            acompte autre avoir bill billed cashback caution charge charged comptez credit
            deduit deposit erstattung extra facture facturez fee for forfait gutschrift
            indemnite me mes missing mon my owe owed prejudice prelevez prime reclame reclamez
            reembolso refund remboursement rembourser retenu rimborso short solde terugbetaling
        """,
    ),
    (
        0.5,
        """
            about back continuez debite debited fois frais got les manquants no of participation
            payer penalite preleve preleves promis recu relance remise rendez rendre rendu
            reprise restituer rien supplement surcharge take taken toujours verse verser vous y
        """,
    ),
    (
        -0.4,
        """
            annee annonce annoncee au bien bonus commande depuis disait had j je mois n nous one
            page plus precio preis price prijs prix qu ristourne signe tarif to tout trimestre
            we
        """,
    ),
    (
        -0.7,
        """
            a above accepte affiche affichee ai audela avais avons beyond contract contrat
            contre dessus deux devis donne est etait from full in instead is jusqu lieu nos
            offer on our over paid palier partir paye plein pot quotation quote quoted said
            statt was
        """,
    ),
    (
        -1.0,
        """
            are at depasse dit franco minimum says seuil sur threshold
        """,
    ),
)
"""What a word before a sum says for its being in dispute; nearer counts more."""

AMOUNT_CUES_AFTER: Final[tuple[tuple[float, str], ...]] = (
    (
        0.9,
        """
            back manquants over restants too trop zuviel
        """,
    ),
    (
        0.7,
        """
            at avoir credit d de difference ecart entrop extra frais ht is jamais merci more
            never one pas refund
        """,
    ),
    (
        0.4,
        """
            avec bonus card caution deux devait due for late latefee les me mes mon non off owed
            participation penalite please port pour prelevement prelevements preleves qui rendez
            service ticket which
        """,
    ),
    (
        -0.4,
        """
            a all an and ans au by chaque day depuis elle en et in instead jour la lieu m mois
            month my our par place price prix reste rien si the year
        """,
    ),
    (
        -0.8,
        """
            achats carton chacun dachat each kg kilo l lecarton litre lunite magasin pallet per
            piece pieces pro sans store stuck unit unite
        """,
    ),
)
"""The same for the words after it."""
