"""The context of a call, which its caller makes."""

# Keys of the context with which a caller silences a chatter.
SILENCING = {"tracking_disable", "mail_notrack", "mail_create_nolog"}


def loud_context(context):
    """The context without what would silence a chatter or change what is written there.

    >>> loud_context({"lang": "zh_CN", "tracking_disable": True, "mail_notrack": 1, "default_body": ""})
    {'lang': 'zh_CN'}
    """
    return {key: value for key, value in context.items() if key not in SILENCING and not key.startswith("default_")}


def without_defaults(context):
    """The context without values for new records: what is recorded by a step is not for the client to say.

    >>> without_defaults({"default_state": "done", "lang": "zh_CN"})
    {'lang': 'zh_CN'}
    """
    return {key: value for key, value in context.items() if not key.startswith("default_")}
