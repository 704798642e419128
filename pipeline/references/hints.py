"""Words that leave the kind of a reference open, and words around it that decide: data for `kinds`.

In the plain view, as in `names`.
"""

from __future__ import annotations

from typing import Final

DOUBTFUL_NAMES: Final[dict[str, dict[str, float]]] = {
    "dossier": {"ticket": 6.0, "order": 5.5, "contract": 4.0, "customer": 4.0},
    "dossiers": {"ticket": 6.0, "order": 4.5},
    "ticket": {"ticket": 5.9, "order": 5.6, "delivery_note": 5.2},
    "tickets": {"ticket": 5.0, "order": 5.0},
    "fiche": {"ticket": 6.0, "customer": 3.5, "delivery_note": 3.0},
    "bon": {"delivery_note": 5.4, "order": 5.5, "ticket": 5.0},
    "bons": {"delivery_note": 6.0, "order": 4.5, "ticket": 4.0},
    "bordereau": {"delivery_note": 6.0, "ticket": 4.5, "tracking": 4.0},
    "slip": {"delivery_note": 6.0, "ticket": 4.0},
    "sheet": {"delivery_note": 5.0, "ticket": 4.5},
    "docket": {"delivery_note": 6.0, "ticket": 5.0},
    "note": {"invoice": 5.5, "delivery_note": 5.4, "credit_note": 4.0},
    "returns note": {"ticket": 6.0, "delivery_note": 8.0},
    "returns notes": {"ticket": 6.0, "delivery_note": 8.0},
    "papier": {"contract": 4.0, "invoice": 4.0, "delivery_note": 3.0},
    "paperwork": {"delivery_note": 5.0},
    "con": {"tracking": 5.0},
    "point de vente": {"customer": 8.0},
    "concession": {"customer": 6.0},
    "machine": {"product": 4.5},
    "kit": {"product": 4.0},
    "jeu": {"product": 3.5},
    "concerning": {"ticket": 3.0},
    "match": {"order": 3.5},
    "wagon": {"delivery_note": 5.0},
    "numero de serie": {"product": 10.0},
    "compteur": {"product": 5.0, "customer": 5.0},
    "piece": {"invoice": 6.0},
    "pieces": {"invoice": 4.0},
    "titre": {"invoice": 5.0, "contract": 4.0},
    "releve": {"invoice": 6.0},
    "statement": {"invoice": 5.0, "customer": 4.0},
    "appel": {"invoice": 5.0, "ticket": 4.0},
    "avis": {"invoice": 5.0, "ticket": 5.5},
    "rappel": {"invoice": 5.0},
    "relance": {"invoice": 5.0},
    "reminder": {"invoice": 5.0},
    "reminders": {"invoice": 5.0},
    "document": {"invoice": 4.5},
    "documents": {"invoice": 4.5},
    "docs": {"invoice": 5.0},
    "redevance": {"invoice": 5.0},
    "cotisation": {"invoice": 4.5, "contract": 4.0},
    "demande": {"ticket": 6.0, "order": 3.0},
    "credit": {"credit_note": 5.0, "contract": 3.5},
    "retour": {"ticket": 8.0},
    "retours": {"ticket": 6.0},
    "return": {"ticket": 8.0},
    "returns": {"ticket": 8.0},
    "exchange": {"ticket": 8.0},
    "echange": {"ticket": 8.0},
    "reparation": {"ticket": 8.0},
    "repair": {"ticket": 8.0},
    "receipt": {"ticket": 5.0, "order": 5.0, "invoice": 4.8},
    "notice": {"ticket": 3.6, "contract": 3.2},
    "product": {"product": 4.5},
    "file": {"ticket": 3.5},
    "session": {"order": 4.0},
    "holiday": {"order": 4.0},
    "terminal": {"product": 4.0, "customer": 3.5},
    "tag": {"tracking": 4.5, "product": 3.5},
    "label": {"ticket": 3.6, "tracking": 3.6, "product": 3.4},
    "etiquette": {"tracking": 4.0, "product": 3.8},
    "shipment": {"tracking": 8.0, "delivery_note": 5.0},
    "shipments": {"tracking": 6.0, "delivery_note": 5.5},
    "assistance": {"ticket": 4.0, "contract": 3.5},
    "recu": {"ticket": 4.0, "order": 4.0},
    "ref": {
        "order": 4.2,
        "ticket": 4.0,
        "product": 3.6,
        "customer": 3.2,
        "contract": 3.0,
        "invoice": 3.0,
        "tracking": 2.6,
    },
    "reference": {
        "order": 4.2,
        "ticket": 4.0,
        "product": 3.6,
        "customer": 3.2,
        "contract": 3.0,
        "invoice": 3.0,
        "tracking": 2.6,
    },
    "code": {"customer": 5.0, "product": 4.5},
    "numero": {"order": 3.0, "tracking": 2.8, "customer": 3.0, "ticket": 2.5},
    "groupe": {"order": 4.0},
    "inscription": {"order": 8.0},
    "registration": {"order": 6.0},
    "vol": {"order": 6.0},
    "flight": {"order": 5.0},
    "trip": {"order": 7.0},
    "voyage": {"order": 6.0},
    "sejour": {"order": 6.0},
    "trajet": {"order": 6.0},
    "confirmation": {"order": 8.0},
    "conf": {"order": 8.0},
    "palette": {"tracking": 5.0, "delivery_note": 4.8},
    "pallet": {"tracking": 5.0, "delivery_note": 4.8},
    "carton": {"tracking": 4.5, "product": 3.5},
    "exp": {"tracking": 5.0},
    "expedition": {"tracking": 8.0},
    "enlevement": {"ticket": 5.0, "tracking": 5.0},
    "livraison": {"delivery_note": 6.0, "tracking": 5.0, "order": 4.5},
    "livraisons": {"delivery_note": 6.0},
    "delivery": {"delivery_note": 6.0, "order": 4.5, "tracking": 4.5},
    "deliveries": {"delivery_note": 6.0},
    "season ticket": {"contract": 8.0},
    "extension": {"contract": 6.0},
    "cahier des charges": {"contract": 8.0},
    "annexe": {"contract": 5.0},
    "charte": {"contract": 5.0},
    "offer": {"order": 6.0, "contract": 5.5},
    "offre": {"order": 6.0, "contract": 5.5},
    "bagage": {"tracking": 7.0},
    "transporteur": {"tracking": 6.0},
    "carrier": {"tracking": 6.0},
    "courier": {"tracking": 6.0},
    "amende": {"ticket": 8.0},
    "fine": {"ticket": 5.0},
    "penalite": {"ticket": 5.0, "invoice": 5.0},
    "penalty fare": {"ticket": 8.0},
    "penalty": {"ticket": 6.0, "invoice": 5.0},
    "remorque": {"product": 4.0},
    "franchise": {"customer": 5.0},
    "matricule": {"customer": 8.0},
    "supply": {"customer": 4.0},
}
"""Names that mean several things: how much they say for each kind; hints decide between these."""

HINTS: Final[dict[str, str]] = {
    "invoice": """
            libellee | emise | etablie | adressee | ttc | net a payer | offset | deducted |
            short paid | payment run | remittance | facture | facturer | facturez | facturait |
            facturent | facturation | facturee | facturees | factures | factured | invoiced |
            billed | billing | charges | charged | echeance | echue | tva | vat | ht | impayee |
            reglement | reglee | reglees | paiement | virement | prelevement | due | paid |
            paying | paye | payee | payer | compta | comptabilite | accounts | overdue |
            remise | ristourne | montant | rejected | penalite | avoir | relance | relances |
            tarif | prix | price | priced | releve | net
    """,
    "order": """
            vacances | mariage | mer | billets | inscription | formation | certificat |
            pressing | location | chalet | gite | camping | croisiere | concert | match |
            places | seat | seats | holiday | wedding | train | taxi | trousers | ferry |
            cabin | traversee | offert | soin | spectacle | famille de | nuits | voiture |
            pneus | stage | devis | decoration | reparti | supprimee | expediee | preparee |
            preparation | etiquete | remboursez | enfant | samedi | anniversaire | commande |
            commandees | commander | commandes | ordered | order | acheté | achete | bought |
            purchased | livraison | delivery | delivered | livre | livree | livres | annulee |
            annule | annulation | cancelled | canceled | reserve | reserves | booked | recu |
            recus | received | arrive | arrivee | paquet | voyage | vol | flight | hotel |
            sejour | trajet | chambre | week end | ticket | site | panier | click | achats |
            colis | expedie | dispatched | shipped | robe | meuble | canape
    """,
    "delivery_note": """
            tonnes | tons | blocks | sand | gravel | pour | concrete | driver | wagon was |
            load | loaded | barquettes | poisson | couverts | palettes | fut | futs | bag |
            bags | lorry | wagon | reception | livre | livres | livrees | toupie | decharge |
            unloaded | drop | trays | livraison | palette | chauffeur | delivery | quai |
            dechargement | emargement | signe | camion | pallet | pallets | tournee | bon |
            bordereau
    """,
    "tracking": """
        colis | parcel | livreur | transporteur | carrier | courier | relais | point relais |
        depot | scan | scanne | delivered | suivi | out for delivery | tracked | coursier |
        facteur
    """,
    "customer": """
            hopital | mere | patient | soins | eau | releve | consommation |
        fidelite | loyalty | espace | points | magasin | client depuis | solde
    """,
    "contract": """
            prevoit | stipule | promet | prevoyait | obliges | allows | speaks | dit que |
            signee | souscrit | souscrite | resilie le | denonce le | arret | resilie |
            resiliation | resilier | renouvele | reconduit | reconduction | signe | signed |
            terminated | renewal | renewed | mensualite | abonnement | forfait | loyer |
            annexe | clause | article | assurance | prime | denonce | preavis | echeance |
            terms | notice | cover | entretien | maintenance | conditions
    """,
    "ticket": """
            garantie | en garantie | repare | reparer | depuis le | expert | assureur | degat |
            sinistre | remis en boutique | vol de | diagnostic | chez vous depuis | pneu creve |
            contestation | conteste | renvoye | retourne | expertise | ouvert le | reclamation |
            ouvert | ouverte | opened | logged | closed | clos | cloture | relance | reponse |
            declare | declaration | reparation | repair | retour | panne | hotline | support |
            sav | atelier | technicien | amende | fine
    """,
    "product": """
        defectueux | perime | perimes | rappel | etiquette | carton | cartons | sachet | sac |
        sacs | pieces | couleur | taille | peremption | ddm | dlc | best before | label | bag |
        box | boite | bidon | au lieu de | instead of | livre | faulty
    """,
    "credit_note": """
        credite | credited | credit
    """,
}
"""Words that make a kind likelier when they stand near, parted by bars."""

NOT_REFERENCES: Final = """
    siret | siren | rcs | tva intracommunautaire | n tva | tva | vat | vat no | vat reg |
    vat number | company number | company no | registered number | tel | tel fixe | telephone |
    phone | mobile | portable | fax | mob | iban | bic | swift | naf | ape | capital | cp | bp |
    cs | rue | avenue | boulevard | chemin | impasse | route | street | road | lane | cedex |
    apt | appartement | btw | ust idnr | ustid | uid | cvr | standard | gsm | joignable au |
    call me on | ring me on | rappelez moi au | rappeler au | kvk | hrb | sort code | iso |
    norme | nf | en norm | article l | loi | reglement ue | rn | rd | a l adresse | salle |
    bureau | porte | quai | gate | room
"""
"""Words after which a number is no reference at all, parted by bars."""

OFTEN_MISTYPED: Final = """
    facture factures commande commandes livraison contrat invoice invoices customer delivery
    reclamation reservation tracking booking
"""
"""Names for which slips of the pen are understood."""
