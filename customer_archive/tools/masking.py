"""Values as a customer sees them on a page that anybody with the link could open: enough to recognise, not to learn."""

MIDDLE = "****"


def mask(text, name=""):
    """A text with most of it hidden.

    :param text: the value as it reads
    :param name: technical name of the field, where its kind decides how much is shown

    >>> mask("13800138000", "phone"), mask("0755-12345678", "phone")
    ('138****8000', '075****5678')
    >>> mask("zhang.wei@example.com", "email")
    'z****@example.com'
    >>> mask("张伟"), mask("北京同仁堂股份有限公司")
    ('张****', '北京****公司')
    >>> mask("1980-05-01", "card_birth_date"), mask("", "phone"), mask("7")
    ('****', '', '****')
    """
    text = (text or "").strip()
    if not text:
        return ""
    if name in ("card_birth_date", "card_gender"):
        return MIDDLE
    if "@" in text:
        local, _at, domain = text.partition("@")
        return f"{local[:1] if len(local) > 2 else ''}{MIDDLE}@{domain}"
    head, tail = (3, 4) if len(text) >= 11 and text.isascii() else (2, 2) if len(text) >= 7 else (1, 0)
    if len(text) < 2:
        return MIDDLE
    return f"{text[:head]}{MIDDLE}{text[len(text) - tail :]}"
