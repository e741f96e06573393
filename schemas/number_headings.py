"""Which headings a list of telephone numbers has, regardless of case, spaces, accents and punctuation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.likeness import heading_key


class NumberColumn(StrEnum):
    """What a column of a list of telephone numbers holds, as far as numbers are concerned."""

    NUMBER = "number"
    CALLING_CODE = "calling code"
    COUNTRY = "country"
    CAMPAIGN = "campaign"
    STATUS = "status"
    TIMEZONE = "time zone"
    OTHER = "other"


OF_COUNTRIES = (NumberColumn.CALLING_CODE, NumberColumn.COUNTRY)
"""What says of which country a number is."""


@dataclass(frozen=True)
class ListColumn:
    """A column of the sheet of numbers in the template: its heading, what it is for, and an example."""

    heading: str
    help: str
    example: str
    required: bool = False


LIST_COLUMNS: Sequence[ListColumn] = (
    ListColumn(
        "Campaign",
        "Campaign that calls the number: its name on the sheet Campaigns, row:12 for that of row 12, or the ID of one "
        "on the server. May be empty if there is only one campaign.",
        "Spring reminder",
    ),
    ListColumn(
        "Number",
        "Telephone number to call. Separate several with a semicolon: the first good one is called.",
        "+44 20 7946 0123",
        required=True,
    ),
    ListColumn(
        "Country",
        "Country of a number without + and calling code: its code (GB, GBR) or name. Leave empty: that of --country.",
        "GB",
    ),
)
"""The columns of the sheet of numbers in the template, in their order."""

_HEADINGS: Mapping[NumberColumn, Sequence[str]] = {
    NumberColumn.NUMBER: (
        *(
            "number",
            "num",
            "phone",
            "phones",
            "phone number",
            "phone no",
            "phone nr",
            "phone num",
            "phone numbers",
        ),
        *("telephone", "telephone number", "telephone no", "tel", "tel no", "tel nr", "tel number", "contact number"),
        *("mobile", "mobile number", "mobile no", "mobile phone", "mobile phone number", "mob", "cell", "cell number"),
        *("cell phone", "cell phone number", "cellular", "landline", "landline number", "home", "home phone"),
        *("home number", "home telephone", "phone home", "work", "work phone", "work number", "work telephone"),
        *(
            "business phone",
            "office phone",
            "day phone",
            "evening phone",
            "daytime phone",
            "main phone",
            "direct phone",
        ),
        *("primary phone", "primary number", "secondary phone", "other phone", "alt phone", "alternate phone"),
        *("alternative phone", "phone mobile", "phone work", "phone 1", "phone 2", "phone 3", "phone 01", "phone 02"),
        *("phone 03", "number 1", "number 2", "number 3", "tel 1", "tel 2", "tel 3", "mobile 1", "mobile 2"),
        *("msisdn", "cust phone", "customer phone", "lead phone", "dialed number", "dialled number", "dnumber"),
        *("callee", "called number", "destination number", "e164", "e.164"),
        *("Telefon", "Telefonnummer", "Telefon-Nr.", "Telefonnr", "Tel.-Nr.", "Rufnummer", "Handy"),
        *("Handynummer", "Handy-Nr.", "Mobil", "Mobilnummer", "Mobiltelefon", "Mobilfunk", "Mobilfunknummer"),
        *("Festnetz", "Festnetznummer", "Telefon privat", "Telefon geschäftlich", "Telefon mobil", "Fon"),
        *("téléphone", "numéro", "numéro de téléphone", "n° de téléphone", "no de téléphone", "n° tél", "tél"),
        *("portable", "téléphone portable", "numéro de portable", "téléphone mobile", "fixe", "téléphone fixe"),
        *("teléfono", "número", "número de teléfono", "nº de teléfono", "teléfono móvil", "móvil", "celular"),
        *("teléfono celular", "teléfono fijo", "fijo", "telefone", "telemóvel", "número de telefone", "celular 1"),
        *("telefono", "numero di telefono", "cellulare", "telefono cellulare", "telefono fisso", "recapito"),
        *("telefoon", "telefoonnummer", "mobiel", "mobiel nummer", "gsm", "gsm-nummer", "vaste telefoon"),
        *(
            "telefonnummer",
            "mobilnummer",
            "mobiltelefon",
            "puhelin",
            "puhelinnumero",
            "matkapuhelin",
            "telefon komórkowy",
        ),
        *(
            "numer telefonu",
            "telefon nr",
            "komórka",
            "mobilní telefon",
            "telefonní číslo",
            "telefonszám",
            "mobil telefon",
        ),
    ),
    NumberColumn.CALLING_CODE: (
        *("phone code", "calling code", "country calling code", "dial code", "dialling code", "dialing code"),
        *("international code", "country phone code", "isd code", "Ländervorwahl", "Landesvorwahl", "indicatif"),
        *("indicatif pays", "prefijo país", "prefijo internacional", "prefisso internazionale", "landnummer"),
    ),
    NumberColumn.COUNTRY: (
        *("country", "country code", "country name", "iso country", "iso country code", "iso code", "iso"),
        *("country iso", "nation", "Land", "Ländercode", "Länderkürzel", "Staat", "pays", "code pays", "país"),
        *("código de país", "paese", "nazione", "landcode", "maa", "kraj", "země", "ország"),
    ),
    NumberColumn.CAMPAIGN: (
        *("campaign", "campaign name", "campaign id", "campaign no", "campaign number", "Kampagne", "Kampagnenname"),
        *("campagne", "nom de la campagne", "campaña", "nombre de la campaña", "campagna", "campanha"),
    ),
    # "estado", "stato" and "état" alone are also what a part of a country is called.
    NumberColumn.STATUS: (
        *("status", "number status", "call status", "dial status", "dialling status", "dialing status", "phone status"),
        *("Anrufstatus", "Rufstatus", "Nummernstatus", "Wählstatus", "statut", "statut du numéro", "statut d'appel"),
        *("statut de l'appel", "état du numéro", "état de l'appel", "estado del número", "estado de la llamada"),
        *("estado de llamada", "stato del numero", "stato della chiamata", "stato chiamata", "estado do número"),
        *("estado da chamada", "status nummer", "belstatus", "samtalsstatus", "opkaldsstatus", "soiton tila"),
        *("status numeru", "status połączenia", "stav čísla", "stav hovoru", "hívás állapota"),
    ),
    NumberColumn.TIMEZONE: (
        *("time zone", "time zone name", "timezone", "timezone name", "time zone id", "tz", "tz name", "tzid"),
        *("olson", "iana", "iana time zone", "Zeitzone", "fuseau horaire", "fuseau", "zona horaria", "huso horario"),
        *("fuso orario", "fuso horário", "tijdzone", "tidszon", "tidszone", "tidssone", "aikavyöhyke"),
        *("strefa czasowa", "časové pásmo", "időzóna"),
    ),
    NumberColumn.OTHER: (
        *("id", "lead id", "vendor lead code", "source id", "list id", "customer id", "contact id", "external id"),
        *("account", "account number", "customer number", "client id", "reference", "ref", "name"),
        *("full name", "first name", "firstname", "forename", "given name", "middle initial"),
        *("middle name", "last name", "surname", "family name", "title", "salutation", "gender", "date of birth"),
        *("birthday", "company", "company name", "organisation", "organization", "business", "job title", "email"),
        *("e-mail", "mail", "email address", "address", "address 1", "address 2", "address 3", "street", "city"),
        *("town", "state", "province", "county", "region", "zip", "zip code", "postcode", "postal code"),
        *("gmt offset now", "language", "security phrase", "comments", "comment", "notes", "note"),
        *("rank", "owner", "entry date", "modify date", "date", "user", "called count", "last local call time"),
        *("Vorname", "Nachname", "Name", "Anrede", "Firma", "Straße", "PLZ", "Postleitzahl", "Ort", "Stadt"),
        *("Kundennummer", "Geburtsdatum", "Bemerkung", "E-Mail-Adresse", "prénom", "nom", "civilité", "société"),
        *("adresse", "ville", "code postal", "courriel", "nombre", "apellido", "apellidos", "empresa", "dirección"),
        *("ciudad", "código postal", "correo", "nome", "cognome", "azienda", "indirizzo", "città", "cap"),
        *("voornaam", "achternaam", "bedrijf", "straat", "plaats", "place", "verdict", "code", "what to do"),
    ),
}
"""What the columns are called. Those that hold no number are listed so that a row of headings is recognised."""

_MEANINGS: Mapping[str, NumberColumn] = {
    heading_key(heading): column for column in reversed(NumberColumn) for heading in _HEADINGS[column]
}


def number_column_of(heading: str) -> NumberColumn | None:
    """Return what the column under a heading holds, or None for a heading that is not known."""
    return _MEANINGS.get(heading_key(heading))
