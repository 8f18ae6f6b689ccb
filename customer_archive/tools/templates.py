"""Expressions in texts of mail templates that step around the rights of whoever sends them (security.md S8)."""

import html
import re
import unicodedata

import lxml.html
from lxml import etree

# Expressions in plain texts; those of QWeb are attributes.
INLINE = re.compile(r"\{\{(.*?)\}\}|#\{(.*?)\}", re.DOTALL)
# A name may follow its point after blanks, new lines and line continuations.
GAP = r"[\s\\]*"
# In what Odoo evaluates; and, should it ever read a text otherwise than we do, anywhere.
INSIDE = re.compile(rf"\b(?:sudo|with_user|with_env|env)\b|\.{GAP}_\w*")
ANYWHERE = re.compile(rf"[\w.]*\.{GAP}(?:sudo|with_user|with_env){GAP}\([^<>\n]*")


def forbidden_expressions(text):
    r"""Expressions in the text that step around the sender's rights: other rights, the environment, private methods.

    >>> sorted(forbidden_expressions('<p t-out="object.sudo"/> {{ object._read() }}'))
    ['object._read()', 'object.sudo']
    >>> forbidden_expressions("Visit us: shop.env.example, or {{ object.name }}")
    set()
    >>> sorted(forbidden_expressions("{{ object. \\\n ｓｕｄｏ }} and object&#46;sudo() in plain text"))
    ['object. \\ sudo', 'object.sudo() in plain text']
    """
    found = set()
    for expression in map(unfold, expressions(text)):
        if INSIDE.search(expression):
            found.add(" ".join(expression.split()))
    rest = unfold(text)
    for match in ANYWHERE.finditer(rest):
        snippet = " ".join(match.group().split())
        if not any(snippet in expression or expression in snippet for expression in found):
            found.add(snippet)
    return found


def expressions(text):
    """What Odoo would evaluate in a text: {{ … }}, #{ … } and the attributes of QWeb.

    >>> expressions("<p T-OUT=object.name>{{ object.city }}</p>")
    ['object.city', 'object.name']
    """
    found = [(inline or hashed).strip() for inline, hashed in INLINE.findall(text)]
    try:
        root = lxml.html.fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError):
        return [text]  # nobody knows how it would be read
    for node in root.iter(etree.Element):
        found += [value for name, value in node.attrib.items() if name.lower().startswith("t-")]
    return found


def unfold(text):
    """The text as Python reads it: entities resolved, letters of full width as plain ones.

    >>> unfold("object&amp;#46;ｓｕｄｏ")
    'object.sudo'
    """
    previous = None
    while previous != text:
        previous, text = text, html.unescape(text)
    return unicodedata.normalize("NFKC", text)
