"""Write ccmail/languages/letter_pairs.py: which letters stand beside each other in the names of languages.

Counts the names of Babel (CLDR: countries, languages, cities of time zones) and of Faker (people, streets, towns).
Nothing else needs Faker: `pip install faker`, then `python tools/count_letter_pairs.py`.
"""

from __future__ import annotations

import collections
import importlib
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import babel

TARGET = Path(__file__).parents[1] / "ccmail" / "languages" / "letter_pairs.py"
# The languages of the table: their locales in Babel, and in Faker.
LANGUAGES = {
    "de": ("de", "de_DE de_AT de_CH"),
    "fr": ("fr", "fr_FR fr_CA fr_BE"),
    "it": ("it", "it_IT"),
    "es": ("es", "es_ES es_MX"),
    "ca": ("ca", "es_CA"),
    "pt": ("pt", "pt_PT pt_BR"),
    "nl": ("nl", "nl_NL"),
    "da": ("da nb", "da_DK no_NO"),
    "sv": ("sv", "sv_SE"),
    "fi": ("fi", "fi_FI"),
    "is": ("is", "is_IS"),
    "sq": ("", ""),
    "et": ("et", "et_EE"),
    "lv": ("lv", "lv_LV"),
    "lt": ("lt", "lt_LT"),
    "pl": ("pl", "pl_PL"),
    "cs": ("cs", "cs_CZ"),
    "sk": ("sk", "sk_SK"),
    "hu": ("hu", "hu_HU"),
    "sl": ("sl", "sl_SI"),
    "hr": ("hr", "hr_HR"),
    "ro": ("ro", "ro_RO"),
    "tr": ("tr", "tr_TR"),
    "el": ("el", "el_GR"),
    "cyr": ("ru uk bg mk be sr", "ru_RU uk_UA bg_BG mk_MK"),
    "sr": ("sr mk", "mk_MK"),  # the letters that only they have are few among all the others
}
# Usual names and words of languages of which there are few with signs.
MORE = {
    "it": (
        "Nicolò Niccolò Forlì Cantù Foà Salò Mondovì Cefalù Patanè Cannavò Mosè Noè Giosuè Tomè Rubè Libertà Città "
        "Università Società Comunità Qualità Perché Nardò Calò Corrù Zanè Almanà Lodà Scicolò Papà Viganò Bambù Sansò "
        "Portò Rinnovò Attività Mobilità Unità Sanità Autorità Lunedì Martedì Venerdì Però Caffè Gioventù Virtù "
        "Servitù Gesù Perù Corfù Nicolè Salomè Zoè"
    ),
    "nl": (
        "België Daniël Michaël Gabriël Raphaël Noël Loïs Zoë Chloë Joël Rafaël Israëls Coördinatie Provinciën "
        "Financiën Financiële Officiële Hélène André René Desirée Renée Joëlle Maïté Anaïs Reünie Beëdigd Creëren "
        "Zeeën Ideeën Industriële"
    ),
    "pt": (
        "São João Conceição Guimarães Magalhães Simões Camões Brandão Falcão Leitão Galvão Gonçalves Bragança Araújo "
        "António Luís Inês Mónica Évora Setúbal Covilhã Águeda Lourenço França Associação Direção Organização "
        "Município Câmara Função Secção Instituição Educação Habitação Ambição Coração Açores Mação Irmã Estêvão "
        "Sebastião Simão Damião Romão Paixão Assunção Encarnação Ascensão Visão Anunciação Patrício Vitória Glória "
        "Sérgio Mário Júlio Cláudia Lúcia Flávia Antônio Mendonça Gaça Lança Garça Esperança Sá Sé Graça Praça"
    ),
    "fr": (
        "François Françoise Hélène Geneviève Thérèse Gérard Rémi Rémy Noël Noëlle Zoé Anaïs Loïc Gaël Benoît Jérôme "
        "Côté Hôpital Mélanie Cédric Frédéric Valérie Stéphane Aurélie Hervé André Andrée René Renée Lefèvre Lemaître "
        "Besançon Orléans Nîmes Évry Saint-Étienne Sète Genève Québec Évêque Bâtiment Préfecture Métropole Région "
        "Société Forêt Théâtre Maître Bérénice Solène Irène Adèle Agnès Angèle Cécile Célestin Clémence Désiré Eugène "
        "Fabrègue Grégoire Hélo Joël Léa Léo Maël Mathéo Noémie Océane Raphaël Salomé Théo Timothée Véronique Clément"
    ),
    "es": (
        "Núñez Muñoz Peña Ibáñez Ordóñez Castaño Zúñiga Yáñez Avilés Martínez Hernández González Fernández López "
        "Sánchez Pérez Gómez Díaz Álvarez Jiménez Ruíz Suárez Ramírez Vázquez Domínguez Gutiérrez Rodríguez Cádiz "
        "Córdoba León Málaga Almería Jaén Coruña Logroño España José María Jesús Andrés Ángel Óscar Íñigo Begoña Niño "
        "Año Señor Señora Compañía Güell Argüelles Sigüenza"
    ),
    "da": (
        "Bjørn Jørgen Søren Åse Åge Håkon Øystein Ødegård Grønland Tromsø Ålesund Næss Kjær Bøe Sørensen Jørgensen "
        "Rønne Køge Næstved Århus Aabenraå Færøerne Skåne Hjørring Øst Værløse Brønshøj Tønsberg Bodø Molde Mø Særlig "
        "Dagfrid Pål Ståle Kåre Kjærsti Sæther Bærum Ås Våler Gjøvik Hønefoss Førde Røros Bø Sør Møre Nærøy Ærø Læsø "
        "Samsø Bergström"
    ),
    "sq": (
        "Shqipëri Tiranë Durrës Vlorë Korçë Prishtinë Gjirokastër Çela Përparim Fëllanza Çami Hoxhë Lushnjë Sarandë "
        "Kukës Dibër Shkodër Elbasanit Pëllumb Bashkëpunim Çelik Gëzim Ndërkombëtare Bardhë Kamëz Kavajë Këlcyrë "
        "Tepelenë Përmet Krujë Laç Pukë Rrëshen Mirditë Fushë Çërravë Qëndër Gjergjë Blerinë Besnikë Ilirë Valdetë "
        "Mirë Njësia Zëvendës Drejtësi Bujqësi Arsimit Shëndetësi"
    ),
    "et": (
        "Õie Võru Põlva Pärnu Jõgeva Jõhvi Kärdla Tõnu Ülo Ülle Jüri Jänes Mägi Tamm Pärn Õunapuu Kõiv Lõhmus Põder "
        "Rüütel Šmidt Žukov"
    ),
    "sr": (
        "Ђорђевић Ђурић Ђукић Ђокић Ђинђић Јовановић Петровић Николић Марковић Стојановић Илић Павловић Милошевић "
        "Живковић Тодоровић Ристић Костић Томић Радовановић Јанковић Станковић Пешић Вујић Лукић Матић Бојанић Сретић "
        "Љубица Љиљана Љубомир Љубиша Љубинка Миљана Биљана Наташа Снежана Јелена Јована Милица Мирјана Гордана Драган "
        "Зоран Горан Немања Ненад Небојша Бојан Срђан Ђорђе Ђура Саша Љупче Ѓорѓи Ѓорѓиевски Ѓурчинов Трајковски "
        "Стојковски Јованоска Николовска Ќосев Ќирковић Ѕвезда Зафировски Њежић Његош Његошева Коњевић Бањац Бањалука "
        "Крагујевац Ваљево Ужице Џамија Џајић Џинић Хаџић Хаџи Карађорђевић Обреновић Вучић Брнабић Ћирић Ћосић Ћук "
        "Ћуприја Врање Краљево Чачак Шабац Пожаревац Панчево Зрењанин Суботица Скопље Куманово Битола Охрид Струмица "
        "Бранковић Радић Вуковић Божић Грујић Митровић Маринковић Савић Симић Ковачевић Спасић Цвијић Кнежевић"
    ),
}
_WORD = re.compile(r"[^\W\d_]{2,}")
_KINDS = re.compile(r"first_name|last_name|cit(?:y|ies)|town|state|prefix|street_name|municip|region|province|countr")
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")  # as the encodings have them that are older than Unicode's ș
_NAMES_COUNT = 3  # times as much as Babel's words
_MOST, _BASE, _UNSEEN, _LEAST = 200, 6.7, math.log(30), -7
_SHARE = 0.3  # between the pairs of all words (0) and those of words that are not ASCII (1)


def main() -> None:
    """Write the table."""
    pairs, letters = [], []
    for language, (locales, fakers) in LANGUAGES.items():
        names = {*_names(fakers), *_words(MORE.get(language, ""))}
        levels = _count({*names, *_babel(locales)}, names)
        pairs.append(_block(language, levels[0]))
        letters.append(_block(language, levels[1]))
    TARGET.write_text(_TEXT.format(pairs="".join(pairs), letters="".join(letters)), encoding="utf-8", newline="\n")


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).translate(_CEDILLAS))


def _babel(locales: str) -> Iterator[str]:
    for name in locales.split():
        locale = babel.Locale.parse(name)
        texts: list[str] = [
            *locale.territories.values(), *locale.languages.values(), *locale.scripts.values(),
            *(zone.get("city", "") for zone in locale.time_zones.values()), *locale.currencies.values(),
            *locale.months["format"]["wide"].values(), *locale.days["format"]["wide"].values(),
        ]  # fmt: skip
        for text in texts:
            yield from _words(text)


def _names(locales: str) -> Iterator[str]:
    for locale in locales.split():
        for kind in ("person", "address"):
            try:
                provider = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
            except ImportError:
                continue
            for name, value in vars(provider).items():
                if _KINDS.search(name) and "format" not in name and not callable(value):
                    yield from (w for text in _strings(value) if "{" not in text for w in _words(text))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for inner in value:  # of a mapping its keys: its values are weights
            yield from _strings(inner)


def _count(words: set[str], names: set[str]) -> tuple[dict[int, str], dict[int, str]]:
    """Return pairs and letters that are not ASCII by how usual they are."""
    pairs: collections.Counter[str] = collections.Counter()
    letters: collections.Counter[str] = collections.Counter()
    everything = 0
    for word in sorted(words):
        times = _NAMES_COUNT if word in names else 1
        text = f"^{word.replace('İ', 'i').lower()}$"
        everything += times * (len(text) - 1)
        for at in range(len(text) - 1):
            if not text[at : at + 2].isascii():
                pairs[text[at : at + 2]] += times
        for letter in word.lower():
            if not letter.isascii() and letter.isalpha():
                letters[letter] += times
    total = everything ** (1 - _SHARE) * max(1, pairs.total()) ** _SHARE
    return _levels(pairs, total, _BASE, _MOST), _levels(letters, total, _BASE - _UNSEEN, None)


def _levels(counts: collections.Counter[str], total: float, base: float, most: int | None) -> dict[int, str]:
    levels: dict[int, str] = collections.defaultdict(str)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    for text, count in ordered[:most]:
        levels[max(_LEAST, round(math.log(count / total) + base))] += text
    return levels


def _block(language: str, levels: dict[int, str]) -> str:
    lines = [f'    "{language}": {{']
    for level in sorted(levels, reverse=True):
        text = levels[level]
        parts = [text[at : at + 100] for at in range(0, len(text), 100)]
        if len(parts) == 1:
            lines.append(f'        {level}: "{text}",')
        else:
            lines += [f"        {level}: (", *(f'            "{part}"' for part in parts), "        ),"]
    return "\n".join([*lines, "    },", ""])


_TEXT = '''"""Which letters stand beside each other in the names of languages; made by tools/count_letter_pairs.py."""

from __future__ import annotations

from typing import Final

# By language: how usual pairs of letters are (as a logarithm, 1 is the most), and the pairs; ^ and $ are a word's ends.
PAIRS: Final[dict[str, dict[int, str]]] = {{
{pairs}}}

# By language: how usual a letter is where its pairs are not in the table, and the letters.
LETTERS: Final[dict[str, dict[int, str]]] = {{
{letters}}}
'''

if __name__ == "__main__":
    main()
