"""Reading pages as Django's client gets them: their words, and the forms that a browser would send on."""

import re


def text_of(answer):
    """The words of a page's main part, with single spaces."""
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&nbsp;", " ").split())


def fields_of(answer, action):
    """The hidden fields of the form that goes to an address, as a browser would send them."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}[^"]*".*?</form>', answer.content.decode(), re.DOTALL)
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[0]):
        if name != "csrfmiddlewaretoken":
            fields.setdefault(name, []).append(value)
    return fields
