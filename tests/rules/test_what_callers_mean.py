"""What a message means, not which words stand in it: both voices, as they ship (R-076, R-083a, R-083b, R-083c, A-19).

None of these sentences was learned from.
"""

import pytest

from transcription.assessment import INCIDENTS, Assessment, assess
from transcription.reading import ears


def heard(message: str, language: str = "nl") -> Assessment:
    return assess(message, ears(language))


@pytest.mark.parametrize(
    "message",
    [
        "wij hebben een nieuwe medewerker die maandag begint kunt u een toestel voor hem aanmaken",
        "onze collega karin is vorige week uit dienst gegaan graag haar account verwijderen",
        "per een juni komt er iemand bij op de administratie die heeft een eigen nummer nodig",
        "peter gaat met pensioen zijn toestel en voicemail mogen eruit",
        "er is hier een stagiaire begonnen en die moet ook kunnen bellen onder haar eigen naam",
        "graag een extra gebruiker voor onze nieuwe verkoper",
        "wilt u mevrouw jansen uit de telefoonlijst halen ze werkt hier niet meer",
        "de tijdelijke kracht is weg en zijn opvolger heet ahmed kunt u dat wijzigen in de centrale",
    ],
)
def test_who_comes_or_goes_is_a_user_change(message: str) -> None:
    assert heard(message).category == "user_change"


@pytest.mark.parametrize(
    "message",
    [
        "our colleague has left the company please remove her account",
        "we have a new employee starting next monday he needs a phone and a number",
    ],
)
def test_who_comes_or_goes_in_english_is_a_user_change(message: str) -> None:
    assert heard(message, "en").category == "user_change"


@pytest.mark.parametrize(
    "message",
    [
        "ik ben getrouwd en wil mijn nieuwe achternaam op het scherm van mijn toestel hebben",
        "mijn collega verhuist naar een andere kamer en wil haar nummer meenemen kunt u dat omzetten",
        "ik ben mijn wachtwoord van de voicemail kwijt kunt u het opnieuw instellen",
        "tijdens de vakantie van joris moet zijn lijn worden doorgeschakeld naar lotte",
    ],
)
def test_what_changes_for_somebody_who_stays_is_a_service_request(message: str) -> None:
    assert heard(message).category == "service_request"


@pytest.mark.parametrize(
    "message",
    [
        "het toestel van de nieuwe medewerker valt steeds uit bij de anderen niet",
        "sinds de stagiair hier begonnen is hoor ik een piep in mijn headset niet erg hoor",
    ],
)
def test_a_fault_at_somebody_new_is_a_fault(message: str) -> None:
    assert heard(message).category == "cat1"


@pytest.mark.parametrize(
    "message",
    [
        "de telefoon in het magazijn doet het niet de balie en de planning werken gewoon",
        "mijn eigen toestel kraakt maar de receptie heeft nergens last van",
        "op de receptie staan twee toestellen eentje daarvan is stuk de andere werkt prima we merken er niks van",
    ],
)
def test_a_crucial_place_that_works_makes_no_cat_ii(message: str) -> None:
    assert heard(message).category == "cat1"


@pytest.mark.parametrize(
    "message",
    [
        "onze vestiging in zwolle heeft helemaal geen telefoon meer de andere twee vestigingen bellen gewoon",
        "alleen het filiaal in breda ligt eruit op het hoofdkantoor doet alles het",
    ],
)
def test_one_branch_of_several_is_cat_ii(message: str) -> None:
    assert heard(message).category == "cat2"


@pytest.mark.parametrize(
    "message",
    [
        "wij kunnen zelf gewoon bellen maar niemand kan ons bereiken klanten krijgen een pieptoon",
        "gebeld worden gaat goed maar wij kunnen op geen enkel toestel naar buiten bellen",
    ],
)
def test_one_direction_is_cat_ii(message: str) -> None:
    assert heard(message).category == "cat2"


@pytest.mark.parametrize(
    "message",
    [
        "het is een beetje lastig de balie is telefonisch niet bereikbaar en de patiënten staan voor de deur",
        "niet zo handig dit de meldkamer hoort de bellers niet meer",
    ],
)
def test_soft_words_make_a_crucial_place_no_smaller(message: str) -> None:
    assert heard(message).category == "cat2"


def test_big_words_make_a_small_place_no_greater() -> None:
    assert (
        heard("een ramp een regelrechte ramp het schermpje van mijn toestel in de kantine is zwart").category == "cat1"
    )


@pytest.mark.parametrize(
    "message",
    [
        "heerlijk rustig hier want geen enkele telefoon in het hele bedrijf doet het niet naar binnen en niet naar buiten",
        "lekker dan wij kunnen met twintig man niet bellen en niet gebeld worden alles ligt plat",
    ],
)
def test_bitter_words_hide_no_cat_iii(message: str) -> None:
    assessment = heard(message)

    assert (assessment.category, assessment.calamity) == ("cat3", True)


@pytest.mark.parametrize(
    "message",
    [
        "de winkel heeft geen telefoon het kantoor niet het magazijn niet en van buiten komt er ook niets binnen",
        "geen van onze twaalf toestellen geeft nog een toon en wie ons belt hoort niks",
    ],
)
def test_place_after_place_is_the_whole_company(message: str) -> None:
    assert heard(message).category == "cat3"


@pytest.mark.parametrize(
    "message",
    [
        "vanmorgen meldde ik dat de telefoons plat lagen maar alles doet het weer u hoeft niets meer te doen",
        "de melding van gisteren kunt u sluiten het werkt inmiddels weer bedankt",
    ],
)
def test_what_was_solved_meanwhile_and_asks_nothing_is_no_report(message: str) -> None:
    assert heard(message).category == "other"


def test_what_was_solved_and_asks_for_the_cause_is_a_service_request() -> None:
    message = "gisteren lag onze telefonie eruit die doet het weer maar ik wil graag een verslag van de oorzaak"

    assert heard(message).category == "service_request"


def test_what_works_again_and_fails_again_is_a_fault() -> None:
    message = (
        "vanmorgen deed alles het weer maar nu ligt het hele bedrijf opnieuw plat niemand kan bellen of gebeld worden"
    )

    assert heard(message).category == "cat3"


@pytest.mark.parametrize(
    "message",
    [
        "stel dat onze telefonie uitvalt wat moeten we dan doen ik wil graag advies over een noodplan",
        "donderdag houden wij een oefening waarbij alles zogenaamd plat ligt kunt u daar rekening mee houden",
    ],
)
def test_what_might_happen_is_no_fault(message: str) -> None:
    assert heard(message).category not in INCIDENTS


@pytest.mark.parametrize(
    "message", ["toestel kapot spoed", "bel me even terug over de telefoon", "er is iets met bellen"]
)
def test_no_place_and_no_size_is_unclear(message: str) -> None:
    assert heard(message).category == "unclear"


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("de telefoon op mijn bureau doet het niet", "cat1"),
        ("mijn headset is kapot", "cat1"),
        ("de telefoon bij de receptie doet het niet", "cat2"),
        ("de kassa kan niet bellen", "cat2"),
        ("niemand in het bedrijf kan bellen of gebeld worden", "cat3"),
        ("alle telefoons zijn uitgevallen we kunnen niet bellen en zijn niet bereikbaar", "cat3"),
        ("ik wil graag twee extra headsets bestellen", "service_request"),
        ("kunt u het bandje met de openingstijden aanpassen", "service_request"),
        ("ik wil een nieuwe medewerker aanmelden", "user_change"),
        ("graag een gebruiker verwijderen", "user_change"),
    ],
)
def test_a_plain_short_message_is_understood(message: str, category: str) -> None:
    assert heard(message).category == category
