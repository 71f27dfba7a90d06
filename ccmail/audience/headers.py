"""The headers of lists: the one table of the names that columns have, here and in the exports of other programs."""

from __future__ import annotations

import functools
import re

from ccmail.languages.spelling import fold

FIELDS = {
    "salutation": (
        "Anrede", "Salutation", "Geschlecht", "Gender", "Name Prefix", "Individual Prefix", "Prefix", "Namenspräfix",
        "Honorific",
    ),
    "title": ("Titel", "Title", "Akademischer Titel", "Academic title", "Grad", "Academic degree"),
    "first_name": (
        "Vorname", "First name", "Given name", "Forename", "Vornamen", "Rufname", "FNAME",
        "Attendee name: Given name",
    ),
    "last_name": (
        "Nachname", "Last name", "Surname", "Family name", "Familienname", "Zuname", "LNAME",
        "Attendee name: Family name", "Name", "Attendee name",
    ),
    "organisation": (
        "Organisation", "Organization", "Kommune", "Institution", "Firma", "Company", "Einrichtung",
        "Municipality", "Verband", "Behörde", "Unternehmen", "Organization 1 - Name", "Organization Name",
        "Current Employer", "Employer", "Arbeitgeber", "Affiliation", "Company name", "Attendee company",
    ),
    "city": (
        "Stadt", "Ort", "City", "Town", "Wohnort", "Ort geschäftlich", "Business City", "Work City",
        "Address 1 - City", "Ort privat", "Home City",
    ),
    "country": (
        "Land", "Country", "Staat", "Land/Region geschäftlich", "Business Country/Region", "Work Country",
        "Address 1 - Country", "Country/Region", "Land/Region", "Land/Region privat", "Home Country/Region",
        "Ländercode", "Country code", "CC",
    ),
    "language": (
        "Sprache", "Language", "Lang", "Korrespondenzsprache", "Preferred Language", "Bevorzugte Sprache",
        "Preferred locale", "Locale", "Kommunikationssprache", "Communication language", "Correspondence language",
        "Language preference", "Mailsprache", "E-Mail-Sprache", "Email language", "Newsletter-Sprache",
        "Newsletter language", "Gewünschte Sprache", "Sprachwahl", "Language code", "Order locale",
        "Kontaktsprache", "Sprachcode", "Sprachkürzel",
    ),
    "greeting": ("Briefanrede", "Greeting", "Persönliche Anrede", "Anredezeile", "Letter salutation"),
    "timezone": ("Zeitzone", "Time zone", "TZ"),
}  # fmt: skip
"""The headers of each field, the clearest first."""

ELSEWHERE = {
    "first_name": (
        "Prénom", "Nombre", "Nome", "Imię", "Ad", "Adı", "Ім'я", "Имя", "Име", "Ime", "Jméno", "Meno", "Keresztnév",
        "Utónév", "Prenume", "Όνομα", "Voornaam", "Fornavn", "Förnamn", "Etunimi", "Eesnimi", "Vārds", "Vardas",
        "სახელი", "Emri", "Անուն", "الاسم الأول",
    ),
    "last_name": (
        "Nom", "Nom de famille", "Apellidos", "Apellido", "Apelido", "Sobrenome", "Cognome", "Nazwisko", "Soyad",
        "Soyadı", "Прізвище", "Фамилия", "Фамилно име", "Презиме", "Prezime", "Priimek", "Příjmení", "Priezvisko",
        "Vezetéknév", "Családnév", "Nume", "Επώνυμο", "Achternaam", "Efternavn", "Efternamn", "Sukunimi",
        "Perekonnanimi", "Perenimi", "Uzvārds", "Pavardė", "გვარი", "Mbiemri", "Ազգանուն", "اسم العائلة",
    ),
    "organisation": (
        "Organización", "Organização", "Organizzazione", "Organizacja", "Kurum", "Організація", "Организация",
        "Организација", "Organizacija", "Organizace", "Organizácia", "Szervezet", "Organizație", "Οργανισμός",
        "Organisatie", "ორგანიზაცია", "المؤسسة",
    ),
    "city": (
        "Ville", "Ciudad", "Cidade", "Città", "Miasto", "Şehir", "Місто", "Город", "Město", "Mesto", "Város", "Oraș",
        "Πόλη", "Stad", "Linn", "Pilsēta", "Miestas", "ქალაქი", "Qyteti", "المدينة",
    ),
    "language": (
        "Langue", "Idioma", "Lingua", "Język", "Dil", "Мова", "Язык", "Език", "Језик", "Jezik", "Jazyk", "Nyelv",
        "Limbă", "Γλώσσα", "Taal", "Sprog", "Språk", "Kieli", "Keel", "Valoda", "Kalba", "ენა", "Gjuha",
        "اللغة",
    ),
}  # fmt: skip
"""Headers in other languages between Portugal and Georgia, and in Arabic."""

FIELD_OF = {
    fold(header): field for table in (ELSEWHERE, FIELDS) for field, headers in table.items() for header in headers
}
RANK = {
    fold(header): rank
    for table in (ELSEWHERE, FIELDS)
    for headers in table.values()
    for rank, header in enumerate(headers)
}
_LONGEST = 80

# ── addresses ──

_KIND = "private?|privat|personal|dienstlich|geschaeftlich|business|work|office|buero|home|persoenlich"
_EMAIL = re.compile(
    r"(?P<attendee>attendee|participant|teilnehmer|teilnehmerin)?(?:user|benutzer|kunden|mitglieds?|member|subscriber)?"
    r"(?P<first>primary|main|preferred|default|haupt|primaere|bevorzugte|erste|ihre|deine|your)?"
    r"(?P<later>secondary|second|zweite|zweit|weitere|alternative|alternativ|alternate|other|andere|additional|third|dritte)?"
    rf"(?P<before>kontakt|contact|(?:{_KIND})e?)?"
    r"e?mail(?P<number>\d?)(?:adressen?|address(?:es)?|adr|anschrift|kontakt|value|primary)?(?P<other_number>\d?)"
    rf"(?:value)?(?P<kind>{_KIND})?"
)
_EMAIL_ELSEWHERE = frozenset(map(fold, (
    "Adresse e-mail", "Adresse mail", "Adresse électronique", "Courriel", "Adresse courriel", "Mél", "E-mailadres",
    "Correo electrónico", "Correo", "Dirección de correo", "Dirección de correo electrónico", "Correio eletrónico",
    "Endereço de e-mail", "Endereço eletrónico", "Indirizzo e-mail", "Indirizzo email", "Posta elettronica",
    "Adres e-mail", "Adres email", "Poczta elektroniczna", "E-posta", "E-posta adresi", "Eposta",
    "Електронна пошта", "Електронна адреса", "Ел. пошта", "Імейл", "Электронная почта", "Адрес электронной почты",
    "Эл. почта", "Почта", "Имейл", "Имејл", "Е-пошта", "E-pošta", "Adresa e-pošte", "Elektronska pošta",
    "E-mail adresa", "Adresa e-mail", "E-mailová adresa", "E-mail cím", "Adresă de e-mail", "Adresă e-mail",
    "Διεύθυνση e-mail", "Ηλεκτρονική διεύθυνση", "Ηλεκτρονικό ταχυδρομείο", "E-post", "E-postadress",
    "E-postadresse", "Sähköposti", "Sähköpostiosoite", "E-posti aadress", "E-pasts", "E-pasta adrese", "El. paštas",
    "El. pašto adresas", "ელფოსტა", "ელ-ფოსტა", "ელ. ფოსტა", "Էլ. փոստ", "E-poçt", "Posta elektronike",
    "البريد الإلكتروني", "عنوان البريد الإلكتروني",
)))  # fmt: skip
_ATTENDEE, _FIRST, _PLAIN, _OF_A_KIND, _LATER = 0, 1, 2, 15, 20


@functools.lru_cache(maxsize=1024)
def address_rank(header: str) -> int | None:
    """Return the rank of a column of addresses, the lower the better; None for another column.

    "Primary Email" comes before "E-Mail", "E-Mail 1" before "E-Mail 2"; "E-Mail dienstlich" and "E-Mail privat" have
    the same rank, since neither is plainly the first.
    """
    if len(header) > _LONGEST or "@" in header:
        return None
    folded = fold(header)
    found = _EMAIL.fullmatch(folded)
    if found is None:
        return _PLAIN if folded in _EMAIL_ELSEWHERE else None
    if number := found["number"] or found["other_number"]:
        return _PLAIN + int(number)
    ranks = {"attendee": _ATTENDEE, "first": _FIRST, "later": _LATER, "before": _OF_A_KIND, "kind": _OF_A_KIND}
    return next((rank for part, rank in ranks.items() if found[part]), _PLAIN)
