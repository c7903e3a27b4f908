"""What residents do on Min side, on a narrow phone, for each point of what the service promises."""

import re

import pytest
from following import follow
from keyboard import focused, tab_to

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def main(page):
    return " ".join(page.inner_text("main").split())


def press(page, text):
    """Click the first link or button of the page's main part with the text."""
    follow(page, page.locator("main :is(a, button)", has_text=text).first)


def test_1_a_login_that_ended_in_the_middle_of_a_form_is_told_and_changes_nothing(visit, residents):
    # Given a resident who is about to confirm a switch
    walk = visit("vacant")
    page = walk.page
    page.goto("/min-side/bytte/1/")
    # When the login ends meanwhile
    residents.connection.execute("update access_session set ended_at = now() where person_id = 20020")
    residents.connection.commit()
    press(page, "Bekreft byttet")
    # Then the page says so, and that nothing was saved
    assert page.inner_text("h1") == "Du må logge inn igjen"
    assert "ikke lagret" in main(page)
    walk.picture("logged-out")


def test_2_a_mother_moves_both_children_to_her_own_closed_list(visit):
    # Given a mother on a closed list, with children of 7 and 13
    walk = visit("mother")
    page = walk.page
    page.goto("/min-side/liste/7/")
    assert "Kan komme inn selv om listen er stengt, fordi en forelder står på den." in main(page)
    press(page, "Velg denne fastlegen")
    page.check("text=Jente på 13 år")
    page.check("text=Gutt på 7 år")
    press(page, "Gå videre")
    # When she forgets to say that the older one has been heard
    press(page, "Bekreft byttet")
    # Then it is told at the top, and the way leads to the field
    assert "Du må rette på dette" in page.inner_text(".ds-error-summary")
    page.click(".ds-error-summary a")
    assert focused(page).startswith("enig-")
    walk.picture("the-child-has-its-say")
    # And when she says it, both have a place
    page.check("input[name=enig]")
    press(page, "Bekreft byttet")
    assert "Ny fastlege er Guri Nes fra 1. november 2026." in main(page)
    assert "Jente på 13 år" in main(page)
    assert "Gutt på 7 år" in main(page)
    walk.picture("receipt")
    # And the father, who shares custody of the younger one, is told of that one only
    father = visit("father").page
    father.goto("/min-side/meldinger/")
    told = ["Journalen følger ikke med av seg selv", "Byttet er registrert"]
    assert father.locator(".links a").all_inner_texts() == told


def test_2_a_guardian_switches_for_the_ward_and_both_are_told(visit):
    walk = visit("guardian")
    page = walk.page
    page.goto("/min-side/")
    press(page, "Den du er verge for, 76 år")
    walk.picture("the-ward")
    page.goto("/min-side/liste/3/")
    press(page, "Velg denne fastlegen")
    page.uncheck("#hvem-meg")
    page.check("text=Den du er verge for, 76 år")
    press(page, "Gå videre")
    press(page, "Bekreft byttet")
    assert "Ny fastlege er Cecilie Moe fra 1. november 2026." in main(page)
    ward = visit("ward").page
    ward.goto("/min-side/")
    assert "Byttet er registrert" in main(ward)
    assert "Ny fastlege: Cecilie Moe." in main(ward)


def test_3_the_overview_tells_what_one_has_and_who_has_looked(visit):
    walk = visit("waiting")
    walk.page.goto("/min-side/")
    text = main(walk.page)
    for told in ("Eva Dahl", "Nummer 4 i køen.", "I kø siden 12. september 2024.", "Anslått ventetid:"):
        assert told in text
    assert "Det siste året: 6 kom inn på listen, 6 sluttet." in text
    assert walk.page.locator("svg.wait").count() == 1
    walk.picture("overview")
    # When a mother has looked at her son, his father sees that somebody did, and why
    mother = visit("mother").page
    mother.goto("/min-side/")
    press(mother, "Gutt på 7 år")
    father = visit("father")
    father.page.goto("/min-side/")
    press(father.page, "Gutt på 7 år")
    press(father.page, "Hvem har sett på opplysningene")
    assert "En som kan velge fastlege for deg" in main(father.page)
    assert "Som forelder med foreldreansvar" in main(father.page)
    father.picture("who-has-looked")


def test_3_one_leaves_the_scheme_and_another_comes_back(visit):
    page = visit("opted out").page
    page.goto("/min-side/")
    press(page, "Kom tilbake i ordningen")
    press(page, "Kom tilbake i ordningen")
    assert "Du er tilbake i ordningen." in main(page)
    assert "Uten fastlege siden 1. oktober 2026." in main(page)


def test_4_the_search_near_a_place_says_what_each_list_means_for_the_family(visit):
    # Given a mother who looks near home, and then near another place
    walk = visit("mother", 1280)
    page = walk.page
    page.goto("/min-side/finn-fastlege/")
    assert "hjemmefra" in main(page)
    full = page.locator(".results > li", has_text="Kari Lund")
    assert "Du kan stille deg i kø" in full.inner_text()
    assert re.search(r"Anslått ventetid: .*måneder", full.inner_text())
    assert full.locator("svg.wait").count() == 1
    walk.picture("near-home")
    page.fill("#sted", "Grimstad")
    press(page, "Søk")
    assert page.locator(".results h3").first.inner_text() in {"Cecilie Moe", "Dag Haug", "Ida Strand"}
    assert "Uten fast lege" in page.locator(".results > li", has_text="Cecilie Moe").inner_text()
    # And everybody may know the wait
    page.goto("/finn-fastlege/")
    assert "Anslått ventetid:" in page.locator(".results > li", has_text="Kari Lund").inner_text()
    press(page, "Kari Lund")
    assert "Ventetid for en som stiller seg i kø nå" in main(page)
    assert page.locator("svg.wait").count() == 1
    page.goto("/min-side/finn-fastlege/")
    # And a place that nobody knows is told at its field
    page.fill("#sted", "Ingensteds")
    press(page, "Søk")
    assert "Vi kjenner ikke stedet" in page.inner_text("#sted-feil")


def test_5_a_seventeen_year_old_switches_by_keyboard_alone_and_going_back_changes_nothing_more(visit):
    # Given a resident of 17, on a phone, without a mouse
    walk = visit("seventeen")
    page = walk.page
    page.goto("/min-side/")
    tab_to(page, "Bytt fastlege")
    page.keyboard.press("Enter")
    page.wait_for_url("**/finn-fastlege/")
    tab_to(page, "Cecilie Moe")
    page.keyboard.press("Enter")
    page.wait_for_url("**/liste/3/")
    assert "Listen mangler fast lege nå" in main(page)
    tab_to(page, "Velg denne fastlegen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bytte/3/")
    # Then what it means stands there before anything is done
    for told in ("1. november 2026", "Etter det er 1 av 2 bytter igjen i 2026.", "Journalen følger ikke med"):
        assert told in main(page)
    walk.picture("check")
    tab_to(page, "Bekreft byttet")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kvittering/**")
    assert "Ny fastlege er Cecilie Moe fra 1. november 2026." in main(page)
    walk.picture("receipt")
    # When the back button is used, then the page says that it is done
    page.go_back()
    assert page.inner_text("h1") == "Plassen er din allerede"
    page.goto("/min-side/")
    coming = page.locator("section[aria-labelledby=endringer] li")
    assert coming.count() == 1
    assert "Ny fastlege: Cecilie Moe." in coming.inner_text()
    assert "1 av 2 bytter igjen." in main(page)


def test_5_from_the_front_page_to_the_receipt_takes_four_presses(visit):
    # Given one whose list has no GP, who has logged in and has never been here
    walk = visit("vacant")
    page = walk.page
    page.goto("/")
    follow(page, page.locator("header").get_by_role("link", name="Min side"))
    walk.picture("overview")
    press(page, "Bytt fastlege")
    walk.picture("find")
    press(page, "Du kan velge listen nå")
    walk.picture("check")
    press(page, "Bekreft byttet")
    assert "Byttet er registrert" in main(page)


def test_5_a_resident_queues_reorders_asks_to_be_asked_and_withdraws(visit):
    walk = visit("used up")
    page = walk.page
    for number in (2, 11):
        page.goto(f"/min-side/ko/ny/{number}/")
        page.check("#svar-ja")
        press(page, "Still deg i kø")
        assert "Plassen i køen er registrert" in main(page)
    press(page, "Se plassene i kø")
    assert "2 av høyst 5 plasser." in main(page)
    press(page, "Flytt opp")
    assert page.locator(".places h2").all_inner_texts() == ["Kari Lund", "Bjørn Lie"]
    press(page, "Spør meg først")
    assert "Blir spurt først når det er plass." in main(page)
    walk.picture("places")
    press(page, "Trekk deg fra køen")
    assert "mister du plassen" in main(page)
    press(page, "Trekk deg fra køen")
    assert "Du er ute av køen." in main(page)
    assert page.locator(".places h2").all_inner_texts() == ["Bjørn Lie"]


def test_5_one_who_has_used_both_switches_applies_for_another_with_a_real_attachment_only(visit, tmp_path):
    walk = visit("used up")
    page = walk.page
    # Given one for whom a list has room, but whose switches are spent: then it is said, and the way leads on
    page.goto("/min-side/liste/3/")
    assert "Listen har plass, men årets bytter er brukt." in main(page)
    assert page.get_by_role("link", name="Velg denne fastlegen").count() == 0
    walk.picture("spent")
    press(page, "Søk om et bytte til")
    assert "Du vil bytte til Cecilie Moe." in main(page)
    page.fill("#grunn", "Legen er i familie med meg.")
    page.set_input_files("#vedlegg", {"name": "brev.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90 program"})
    press(page, "Send søknaden")
    assert page.locator("#vedlegg-feil").count() == 1
    assert page.input_value("#grunn") == "Legen er i familie med meg."
    walk.picture("not-a-pdf")
    page.set_input_files("#vedlegg", {"name": "brev.pdf", "mimeType": "application/pdf", "buffer": PDF})
    press(page, "Send søknaden")
    assert "Søknaden er sendt." in main(page)
    assert "Sendt. Venter på svar." in main(page)


def test_5_one_who_wanted_to_be_asked_answers_the_offer(visit):
    walk = visit("asked")
    page = walk.page
    page.goto("/min-side/")
    assert "Du har fått tilbud om plass hos Hans Vik" in main(page)
    press(page, "Svar på tilbudet")
    walk.picture("offer")
    press(page, "Ja, jeg vil ha plassen")
    assert "Du har tatt imot plassen." in main(page)
    assert "Ny fastlege: Hans Vik." in main(page)


def test_5_an_offer_to_a_child_of_thirteen_is_answered_with_its_say(visit):
    # Given a mother whose daughter or son has been offered a place: she reads it on her own page
    walk = visit("asked mother")
    page = walk.page
    page.goto("/min-side/")
    assert "på 13 år har fått tilbud om plass hos Hans Vik" in main(page)
    press(page, "Svar på tilbudet")
    press(page, "Ja, jeg vil ha plassen")
    # When the child has not been heard, then nothing is done, and the page says what is missing
    assert "Si om barnet har fått si sin mening" in page.inner_text(".ds-error-summary")
    walk.picture("the-child-has-its-say")
    page.check("input[name=enig]")
    press(page, "Ja, jeg vil ha plassen")
    assert "Du har tatt imot plassen." in main(page)
    assert "Ny fastlege: Hans Vik." in main(page)


def test_6_a_place_from_a_ring_and_a_place_not_given_are_explained(visit):
    walk = visit("ring")
    page = walk.page
    page.goto("/min-side/")
    press(page, "Hvorfor?")
    # Then the ring stands there as a picture and in words, with lists and no people
    assert page.locator("svg.ring circle").count() == 3
    assert page.locator(".numbered li").all_inner_texts() == ["Eva Dahl", "Finn Berg", "Ida Strand"]
    assert "SHA" in page.inner_text("pre").upper()
    assert "7:20080" in page.inner_text("pre")
    assert not set(re.findall(r"\b20\d{3}\b", main(page))) - {"20080"}
    page.click("text=Regelen bak")
    walk.picture("ring")
    other = visit("waiting")
    other.page.goto("/min-side/")
    press(other.page, "Hvorfor ikke plass ennå?")
    for told in ("3 personer står foran deg", "For at det skal bli din tur", "Et bytte var ikke mulig denne måneden"):
        assert told in main(other.page)
    other.picture("not-yet")


def test_7_a_message_is_read_and_a_notice_by_e_mail_is_wished_for(visit):
    walk = visit("ring 3")
    page = walk.page
    page.goto("/min-side/")
    assert "1" in page.inner_text(".my-nav .count")
    press(page, "Plass ved en bytterunde")
    assert "Eva Dahl" in main(page)
    walk.picture("message")
    page.goto("/min-side/innstillinger/")
    assert page.locator(".my-nav .count").count() == 0
    page.check("#varsel")
    press(page, "Lagre")
    assert "Skriv e-postadressen" in page.inner_text("#epost-feil")
    page.fill("#epost", "beboer@eksempel.no")
    page.select_option("#sprak", "nn")
    press(page, "Lagre")
    assert "Innstillingene er lagret." in main(page)
    assert page.input_value("#epost") == "beboer@eksempel.no"


def test_8_the_record_is_asked_for_with_consent(visit):
    walk = visit("ring 2")
    page = walk.page
    page.goto("/min-side/journal/meg/")
    assert "Journalen følger ikke med av seg selv" in main(page)
    press(page, "Send forespørselen")
    assert "Uten samtykke blir ingenting sendt" in page.inner_text(".ds-error-summary")
    page.check("#samtykke")
    walk.picture("request")
    press(page, "Send forespørselen")
    assert "Vågsbygd helsehus ble bedt om å sende journalen til Grimstad legekontor" in main(page)


def test_9_a_protected_address_is_not_told_to_the_former_office(visit):
    walk = visit("protected")
    page = walk.page
    page.goto("/min-side/bytte/3/")
    press(page, "Bekreft byttet")
    press(page, "Be om at journalen sendes")
    assert "Adressen er beskyttet" in main(page)
    walk.picture("protected")
