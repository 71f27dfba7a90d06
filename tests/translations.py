"""The example announcement in the other shipped languages, for golden mails: short texts with all that tears."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ccmail.campaign import Texts
from ccmail.yamlfile import SourceText

if TYPE_CHECKING:
    from ccmail.rendering import LoadedCampaign

_WORDS = {
    "fr": (
        "La transformation numérique des services municipaux",
        "Événement en ligne en réponse à la pandémie",
        "Nous invitons les communes à cet événement du réseau.\n\n"
        "- exemples de Tartu et de Tbilissi\n- questions et réponses",
    ),
    "es": (
        "Digitalización de los servicios municipales",
        "Evento en línea en respuesta a la pandemia",
        "Invitamos a los municipios a este evento de la red.\n\n- ejemplos de Tartu y Tiflis\n- preguntas y respuestas",
    ),
    "uk": (
        "Цифровізація муніципальних послуг",
        "Онлайн-захід у відповідь на пандемію",
        "Запрошуємо громади на цей захід мережі.\n\n- приклади з Тарту й Тбілісі\n- запитання та відповіді",
    ),
    "ar": (
        "رقمنة الخدمات البلدية في جنوب شرق أوروبا والقوقاز",
        "فعالية عبر الإنترنت استجابةً لجائحة COVID-19",
        "ندعو البلديات إلى هذه الفعالية من مشروع “Municipal Response to COVID-19” الذي يجمع 20 بلدية من 13 بلدًا.\n\n"
        "- أمثلة من Tartu (إستونيا) وتبليسي\n- أسئلة وأجوبة: info@connective-cities.example\n\n"
        "> نتعلم بعضنا من بعض.\n\n| المدينة | السكان |\n|---|---|\n| Tartu | 97,000 |",
    ),
}
CODES = tuple(_WORDS)


def translated(loaded: LoadedCampaign, code: str) -> LoadedCampaign:
    """Return a campaign with texts in another language, too."""
    title, subtitle, text = map(SourceText.plain, _WORDS[code])
    texts = {**loaded.campaign.texts, code: Texts(title=title, subtitle=subtitle, text=text)}
    return dataclasses.replace(loaded, campaign=loaded.campaign.model_copy(update={"texts": texts}))
