"""The words that name references, by kind and language: data for `kinds`, no rules.

Phrases stand in the plain view of a text (see `shapes.plain`): lower case, no accents, every
character but letters and digits is a space. The order of the entries has no meaning.
"""

from __future__ import annotations

from typing import Final

NAMES: Final[dict[str, dict[str, str]]] = {
    "invoice": {
        "fr": """
            facture | factures | fa | fv | fact | fac | facturette | note de debit |
            notes de debit | note debit | note d honoraires | appel de fonds |
            appel de cotisation | avis d echeance | quittance | decompte | avis de debit |
            pro forma | titre de recette | pieces comptables | facture d acompte |
            facture de solde | facture proforma | facture de cloture | facture de regularisation |
            releve de compte | note d intervention | echeancier | decompte general |
            memoire d honoraires | avis des sommes a payer | releve de facture |
            ticket de facturation | appel de provision | appel de loyer
        """,
        "en": """
            invoice | invoices | inv | invs | bill | bills | debit note | debit notes |
            debit memo | proforma | chargeback invoice | self bill | statement of charges |
            pro forma invoice | tax invoice | final bill | final invoice | statement no |
            our invoice | your invoice | proforma invoice | self billing invoice | rcpt |
            receipt no | receipt number | receipt book no | billing statement | fee note |
            debit advice | remittance request
        """,
        "de": """
            rechnung | rechnungen | rechnungsnummer | rechnungsnr | re nr | rg nr | mahnung |
            rechnungs nr | rechnung nr | re nummer | abrechnung | schlussrechnung
        """,
        "es": """
            factura | facturas | numero de factura | recibo | fra
        """,
        "it": """
            fattura | fatture | numero fattura | bolletta | ft
        """,
        "nl": """
            factuur | facturen | factuurnummer | rekening | nota | herinnering | factuurnr
        """,
    },
    "credit_note": {
        "fr": """
            avoir | avoirs | note de credit | notes de credit | av | facture d avoir
        """,
        "en": """
            credit note | credit notes | credit memo | credit memos | cn | crn | cr note |
            credits note | credit invoice
        """,
        "de": """
            gutschrift | gutschriften | gs nr | gutschriftsnummer | storno
        """,
        "es": """
            nota de credito | abono | factura rectificativa
        """,
        "it": """
            nota di credito | nota credito
        """,
        "nl": """
            creditnota | creditfactuur | creditnr
        """,
    },
    "order": {
        "fr": """
            commande | commandes | cde | cdes | cmd | cmde | bon de commande | bons de commande |
            bc | devis | reservation | reservations | resa | resas | n de resa |
            appel de livraison | confirmation de commande | billet | billets | e billet | achat |
            proforma de commande | n de commande | ordre | affaire | estimation |
            numero de commande | reservation n | dossier de voyage | dossier de reservation |
            dossier voyage | engagement | bon de cde | ordre d achat |
            confirmation de reservation | numero de reservation | no de commande | ref commande |
            reference commande | ref cde | commande web | e billets | place de concert |
            ordre d insertion | ot | ordre de transport | convention de stage | chantier |
            projet | accuse de reception de commande | confirmation n | numero de billet |
            numero d affaire | n d affaire | numero de devis | devis n | ordre de service | pnr
        """,
        "en": """
            order | orders | ord | order number | order no | purchase order | purchase orders |
            po | pos | p o | quote | quotes | quotation | booking | bookings | booking ref |
            booking reference | pnr | job | estimate | order ref | sales order | work order |
            locator | order confirmation | rental order | ack | call off | indent |
            record locator | confirmation number | confirmation no | reservation code | order id |
            order reference | web order | sales order no | our order | your order | trip id |
            itinerary | e ticket | airline reference | reservation number | bk ref |
            booking number | booking id | insertion order | io | order nr | ord no | orderno |
            reference number | project | project no | job no | job number | booking conf |
            reservation | reservations | reservation no | ticket booking | ticket order | tix |
            enrolment | enrolment no | rental no
        """,
        "de": """
            bestellung | bestellungen | auftrag | auftrage | bestellnummer | bestellnr |
            auftragsnummer | angebot | buchung | auftragsnr | bestell nr | auftrag nr |
            reservierung | ticketbuchung | angebotsnummer | kaufvertrag | projekt | kommission |
            auftragsbestatigung | bestellungsnummer
        """,
        "es": """
            pedido | pedidos | reserva | presupuesto | numero de pedido | localizador | compra |
            orden de compra | pedido n | reserva n | billete
        """,
        "it": """
            ordine | ordini | prenotazione | preventivo | numero ordine | codice prenotazione |
            acquisto | biglietto
        """,
        "nl": """
            bestelling | bestellingen | bestelnummer | ordernummer | offerte | boeking |
            reservering | boekingsnummer | opdracht | order | orders | reserveringsnummer
        """,
    },
    "delivery_note": {
        "fr": """
            bl | bls | bon de livraison | bons de livraison | bordereau de livraison |
            bon d enlevement | lettre de voiture | recepisse | bon de reprise | bons de reprise |
            lv | bon de transport | recepisse de transport | bon de reception |
            bordereau de transport | fiche de livraison | bordereau de reprise |
            bordereau de remise | ticket de pesee | bon de pesee | lettre de transport | b l |
            ticket de livraison | bon d expedition | avis d expedition | bon de sortie |
            bon de dechargement | bordereau de reception | bon de mise a disposition
        """,
        "en": """
            delivery note | delivery notes | del note | dn | dns | pod | cmr | grn | bol | asn |
            waybill | bill of lading | delivery ticket | delivery slip | packing slip |
            packing list | delivery docket | delivery sheet | despatch note | dispatch note |
            drop ticket | load sheet | trolley | tkt no | load | goods received note |
            proof of delivery | collection docket | load no | weighbridge ticket | manifest |
            gate slip | drop no | ticket for the load | consignment docket | b l |
            collection slip | weigh ticket | delivery docket no | note no | pod no | goods note |
            delivery advice | advice note | gate pass
        """,
        "de": """
            lieferschein | lieferscheine | ls | wz | lieferscheinnummer | lieferschein nr |
            ls nr | frachtbrief | lieferung
        """,
        "es": """
            albaran | albaranes | albaran n | nota de entrega
        """,
        "it": """
            ddt | bolla | documento di trasporto | documento trasporto | bolla di consegna |
            bolla n | ddt n
        """,
        "nl": """
            pakbon | pakbonnen | leverbon | vrachtbrief | afleverbon | pakbonnummer |
            leveringsbon
        """,
    },
    "tracking": {
        "fr": """
            suivi | numero de suivi | n de suivi | colis | bordereau d envoi | recommande |
            lettre recommandee | lrar | colissimo | chronopost | envoi | etiquette |
            preuve de depot | pli | sscc | lettre suivie | numero de colis | n de colis |
            no suivi | code de suivi | bagage | etiquette bagage | conteneur | recommandee |
            recommande a r | avis de passage | numero d envoi | numero d expedition |
            etiquette de retour | etiquette retour | lettre recommandee n | code colis |
            reference colis | point relais n
        """,
        "en": """
            tracking | tracking number | tracking no | trk | consignment | consignment note |
            parcel | parcels | shipment | awb | con note | con no | con number | container |
            parcel no | package | carrier ref | parcel number | tracking id | tracking code |
            tracking ref | bag tag | awb no | airway bill | trailer | item number of royal mail |
            delivery ref | shipment no | shipment id | pro number | luggage tag | baggage tag |
            bag ref | hawb | mawb | house bill | seal no | shipment number | tracking code no |
            parcel ref | postal receipt | recorded delivery
        """,
        "de": """
            sendung | sendungsnummer | sendungsverfolgung | paketnummer | paket |
            trackingnummer | trackingcode | sendungs nr | paket nr | einschreiben
        """,
        "es": """
            seguimiento | envio | numero de seguimiento | guia | localizador de envio | paquete
        """,
        "it": """
            spedizione | tracciamento | codice di tracciamento | collo | pacco
        """,
        "nl": """
            zending | pakket | verzending | track trace | barcode zending | pakketnummer |
            zendingsnummer
        """,
    },
    "customer": {
        "fr": """
            client | cliente | clients | compte | compte client | cpte | code client | abonne |
            abonnee | adherent | adherente | adh | numero client | n client | carte |
            carte de fidelite | societaire | compte vendeur | vendeur | fournisseur |
            code fournisseur | badge | eleve | etudiant | licence | allocataire | locataire |
            matricule | boutique | fiche client | code magasin | membre | titulaire | cotisant |
            retraite | producteur | cooperateur | beneficiaire | code adherent |
            reference client | ref client | ref abonne | reference abonne | n abonne |
            identifiant | patient | code apporteur | code officine | ligne client | adherents |
            adherentes | adherents n | abonnes | abonnees | epargnant | matricule epargnant |
            usager | candidat | lecteur | carte d abonne | pdl | prm | point de livraison |
            espace client | assure | n fidelite | cli | magasin | numero d abonne |
            numero d adherent | numero d usager | identifiant client | compte n | ref usager |
            n allocataire | numero de compte | carte membre | carte abonnement | n de licence |
            numero d eleve | n de client | code tiers | tiers | point de vente | pdv | affilie |
            point de comptage | no client | numero fidelite | logement | famille n |
            numero de famille | foyer | numero d assure | numero patient | numero d inscription |
            code client n | carte n | n de carte | compte tiers | numero d abonnement |
            numero locataire | code site
        """,
        "en": """
            account | account number | account no | acct | acc | a c | customer | customer no |
            customer number | cust | customer id | member | member no | member number |
            membership number | membership no | client no | vendor | vendor no | supplier no |
            supplier | subscriber | student | student no | student id | store | card |
            loyalty card | cust no | tenant | user id | box holder | account ref | mpan |
            cust ref | account ref no | customer ref | customer account | club card |
            card number | membership card | user | username | student id no | patient no |
            nhs no | site id | dealer no | dealer | franchise no | merchant id | seller id |
            ac no | a c no | loyalty no | frequent flyer | reg no | policyholder | rider id |
            driver id | distributor | distributor no | tenant no | household | mprn | mpan no |
            account id | account name | patient id |  supply number | profile id |
            reader no | library card | store no | branch no
        """,
        "de": """
            kunde | kundennummer | kundennr | kd nr | kundenkonto | debitor | debitornummer |
            kunden nr | kunde nr | mitgliedsnummer | vertragskonto | kundenkarte
        """,
        "es": """
            numero de cliente | socio | n cliente | num cliente | codigo de cliente | abonado |
            numero de socio | n socio | cuenta
        """,
        "it": """
            codice cliente | tessera | cliente n | numero cliente | codice utente
        """,
        "nl": """
            klant | klantnummer | klantnr | debiteur | debiteurnummer | lidnummer | klant nr |
            relatienummer | lid nr
        """,
    },
    "contract": {
        "fr": """
            contrat | contrats | police | abonnement | convention | marche | bail | pret |
            accord cadre | contrat cadre | protocole | contrat de location | adhesion |
            contrat d assurance | avenant | mandat | offre de pret | location | accord | formule |
            contrat n | forfait | contrat de maintenance | bail n | n de contrat |
            numero de contrat | n contrat | numero de police | cahier des charges |
            lettre de mission | credit bail | leasing | souscription | conditions particulieres |
            marche public | mrh | mutuelle | appel d offres | certificat | numero de certificat |
            certificat de garantie | credit renouvelable | contrat de garantie |
            contrat d entretien | contrat de service | carte de garantie | plan de financement |
            dossier de financement | contrat d abonnement
        """,
        "en": """
            contract | contracts | tariff | my tariff | bond | policy | policy no |
            policy number | agreement | membership | subscription | lease | framework | plan |
            msa | tenancy | hire agreement | sub | rental agreement | cover | mandate | schedule |
            warranty | loan | framework agreement | rental contract | redirection |
            contract number | contract no | agreement no | agreement number | subscription no |
            lease no | account plan | service plan | policy ref | supply agreement | plan no |
            maintenance contract | season ticket | season pass | permit | tenancy agreement |
            msa no | insurance policy | cover note | annual pass | tender | tender no | deal |
            deal sheet | deal no | certificate | certificate no | cert no | guarantee no |
            guarantee | warranty no | finance agreement | loan no | loan account |
            credit agreement | rental contract no | service agreement | scheme |
            rebate agreement | rate agreement
        """,
        "de": """
            vertrag | vertrage | vertragsnummer | rahmenvertrag | abo | vertrag nr | vertragsnr |
            versicherungsnummer | versicherungsschein | mietvertrag | police | policennummer |
            leasingvertrag | garantie nr
        """,
        "es": """
            contrato | poliza | numero de contrato | n poliza | suscripcion
        """,
        "it": """
            contratto | polizza | numero contratto | numero polizza | abbonamento
        """,
        "nl": """
            contractnummer | polis | polisnummer | overeenkomst | contractnr | polisnr |
            huurcontract | contract | abonnement | verzekering
        """,
    },
    "ticket": {
        "fr": """
            sinistre | sav | reclamation | reclamations | litige | demande | incident | rma |
            signalement | contestation | accord de retour | numero de dossier | n de dossier |
            bon de retour | plainte | dossier sav | constat | fiche sav | fiche atelier |
            fiche de retour | numero de retour | bordereau de retour | bon sav |
            dossier sinistre | dossier litige | intervention | di | pv | mise en demeure |
            non conformite | nc | fnc | demande d intervention | bon de depot | fiche de depot |
            numero de ticket | n de ticket | numero de sinistre | n de sinistre | ref sinistre |
            reference dossier | ref dossier | n dossier | declaration | reclamation n |
            demande n | ordre de reparation | or n | prise en charge | bon de reparation |
            bon de garantie | accord retour | accord de reprise | numero de reclamation |
            contravention | fps | bon d intervention | ouverture de dossier | litiges |
            sinistres | demandes | incidents | requete | requetes | expertise | rapport |
             numero d assistance | proces verbal | dossier bagages |
            dossier sinistre n | avis de contravention | enquete | fiche incident |
            numero d incident | numero de demande | demande de retour | autorisation de retour |
            rapport d intervention | signalements
        """,
        "en": """
            case | case no | case number | claim | claims | clm | claim no | claim number | rga |
            ncr | complaint | inc | dispute | chargeback | pir | pcn | rma no |
            return authorisation | return authorization | job sheet | support case | enquiry |
            your ref | our ref | deduction | penalty | ticket no | ticket number |
            parking charge | uplift | collection note | collection ref | repair docket | ra |
            ticket ref | case ref | complaint ref | complaint no | complaint number |
            incident no | incident number | reference your claim | return ref | return no |
            return number | return label | reference case | dispute no | repair order | job card |
            work ticket | support ticket | service request | sr | enquiry ref | charge notice |
            penalty charge | fault ref | fault no | return request | credit request | claim ref |
            claim id | warranty claim | off hire no | off hire |  file no | file ref |
            query | query no | reclaim | support ref |  notice no | penalty notice |
            parking notice | fault report | incident report | incident ref | investigation |
            log no | report no | crime ref | crime reference | service call | call ref | call no |
            job sheet no | docket no | return authorisation no
        """,
        "de": """
            reklamation | vorgang | vorgangsnummer | ticketnummer | schadennummer | aktenzeichen |
            fall | fallnummer | reklamationsnummer | schaden nr | retoure | retourennummer |
            ticket nr | stoerung | anfrage | beschwerde | beschwerdenummer | rma nr
        """,
        "es": """
            reclamacion | incidencia | expediente | siniestro | numero de incidencia |
            numero de reclamacion | devolucion
        """,
        "it": """
            reclamo | pratica | segnalazione | sinistro | numero reclamo | numero pratica | reso
        """,
        "nl": """
            klacht | klachtnummer | dossiernummer | schadenummer | melding | klachtnr | retour |
            retournummer | schadenr | dossiernr
        """,
    },
    "product": {
        "fr": """
            lot | lots | n de lot | article | articles | art | n de serie | numero de serie |
            serie | serie n | code article | ref article | reference article | ref produit |
            modele | gencod | gencods | ean | code barre | chassis | vin | imei | roll | bain |
            bains | moteur | compteur | reference produit | numero de lot | ref fabricant |
            reference fabricant | code produit | code ean | n de chassis | n serie | no serie |
            matricule machine | coloris | immatriculation | coulee | n de fabrication |
            numero de fabrication | fabrication | code barres | numero de moule | n de coulee |
            numero de chassis | numero de cadre | reference article n | code ean n |
            numero d appareil | n d appareil | palette de teinte | teinte | appareil n | bobine |
            fut | futs
        """,
        "en": """
            batch | batches | batch no | serial | serials | serial no | serial number | s n | sn |
            item | items | item no | item code | art no | part no | part number | sku | model |
            product code | style | mpn | coil | asset | heat | meter | line code | bracket |
            asset tag | barcode | unit no | lot no | lot number | batch number | serial n |
            model no | model number | part | parts no | p n | pn | product ref | article no |
            article number | article code | stock code | item number | catalogue no | cat no |
            asset no | chassis no | reg plate | stock no | plu | upc | dye lot |
            product no | product number | pack number | pack no | frame no |
            frame number | engine no | drum no | reel no | roll no | device id | vin | imei |
            fabric code | paint code | cylinder
        """,
        "de": """
            artikel | artikelnummer | artikelnr | charge | chargennummer | seriennummer |
            artikel nr | chargen nr | serien nr | teilenummer | modell | geratenummer |
            produktnummer | ean
        """,
        "es": """
            articulo | lote | referencia articulo | lote n | modelo | codigo de articulo
        """,
        "it": """
            articolo | lotto | matricola | numero di serie | codice articolo | modello |
            numero lotto
        """,
        "nl": """
            partij | serienummer | lotnummer | serie nr
        """,
    },
}
"""Words that name an identifier beside them, parted by bars."""

WEAK_NAMES: Final = """
    accord | account | accounts | achat | article | av | avis | bill | bills | bobine | boutique |
    card | carte | case | certificat | certificate | chantier | charge | client | compte |
    compteur | coulee | cover | credit | cylinder | deal | deduction | demande | demandes |
    depot | distributor | dossier | engagement | enquete | envoi | etiquette | expertise |
    fabrication | fall | fiche | forfait | formule | fournisseur | fut | futs | guarantee |
    household | incidents | intervention | investigation | job | licence | load | location |
    logement | lot | lots | machine | magasin | meter | package | partij | penalty | plan |
     project | projet | query | ra | rapport | requete | requetes | retour |
    return | returns | roll | schedule | scheme | store | sub | suivi | supplier | teinte |
    tender | ticket | tix | vendeur | warranty
"""
"""Names that often mean something else: they say less than the others."""
