"""What every benchmark needs: Odoo in this process, both sides as one user, medians, statement counts, goals.

A benchmark is a file bench/NAME.py whose docstring's first line says what it measures, with a function
`run(sides, size)`; it reports with `goal` and `figure`. Its constant DATABASES names the databases that it needs, and
`sides` is {kind: Side} of these: stock and project (with customers, kept between runs), scratch (the project's with
customers who have no archives), empty (stock's without customers); the last two are dropped afterwards. `size` is the
number of partners. A benchmark may also name MODULES, Odoo's apps that its databases have besides, with the bridges to
them, and ask for DOCUMENTS in these apps (documents.py); such databases are its own.
"""

import contextlib
import dataclasses
import gc
import statistics
import time

from lxml import etree

from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config
from odoo.tools.safe_eval import safe_eval

SIZES = {"20k": 20_000, "100k": 100_000, "1m": 1_000_000}
MANAGER = "manager07"
SEER = "manager08"  # where there are documents: sees those of all salespeople, as far as customers allow
_missed = []


def start(conf):
    """Read Odoo's configuration file. Once, before the first Side."""
    config.parse_config(["-c", conf], setup_logging=True)


def missed():
    """Ids of the goals that were missed up to now."""
    return list(_missed)


@dataclasses.dataclass
class Side:
    """One database: the stock one or the project's."""

    name: str
    database: str

    def __post_init__(self):
        self.registry = Registry(self.database)

    @contextlib.contextmanager
    def request(self, login=None):
        """A new cursor and environment, as a web request has them: warm registry, empty record cache. Rolled back.

        :param login: the user; None for the superuser
        """
        with self.registry.cursor() as cr:
            uid = SUPERUSER_ID
            if login:
                cr.execute("SELECT id FROM res_users WHERE login = %s", [login])
                (uid,) = cr.fetchone()
            env = Environment(cr, uid, {"lang": "zh_CN", "tz": "Asia/Shanghai"})
            # A session has read its user and companies before it comes to the request's own work.
            env.user.has_group("base.group_user")
            env.companies.mapped("name")
            try:
                yield env
            finally:
                env.clear()
                cr.rollback()

    def has(self, xmlid):
        """Whether the side knows the record."""
        with self.request() as env:
            return bool(env.ref(xmlid, raise_if_not_found=False))


@dataclasses.dataclass
class Measure:
    """What `measure` returns."""

    seconds: float  # the median
    queries: int  # SQL statements of one warm call
    result: object  # of the last call

    @property
    def ms(self):
        return self.seconds * 1000


def measure(calls, repeat=7, seconds=60.0, login=MANAGER):
    """Medians of several calls that take turns, so that noise of the machine meets all of them alike.

    :param calls: {key: (side, function of an environment)}; one warm-up call each is not counted
    :param repeat: calls of each; fewer (but at least three) once all of them together have taken `seconds`
    :returns: {key: Measure}
    """
    times = {key: [] for key in calls}
    queries, results = {}, {}
    begin = time.perf_counter()
    for turn in range(repeat + 1):
        if turn > 3 and time.perf_counter() - begin > seconds:
            break
        for key, (side, call) in calls.items():
            with side.request(login) as env:
                gc.collect()
                counted, before = env.cr.sql_log_count, time.perf_counter()
                results[key] = call(env)
                elapsed = time.perf_counter() - before
                queries[key] = env.cr.sql_log_count - counted
                if turn:
                    times[key].append(elapsed)
    return {key: Measure(statistics.median(times[key]), queries[key], results[key]) for key in calls}


def goal(name, measured, at_most):
    """Print a goal's line: `ID measured goal PASS|MISS`. Lower is better."""
    passed = measured <= at_most
    if not passed:
        _missed.append(name)
    print(f"{name} {measured:.4g} <={at_most:.4g} {'PASS' if passed else 'MISS'}", flush=True)


def figure(text):
    """Print a line that explains a goal's figure."""
    print(f"    {text}", flush=True)


# --- What the web client asks for -----------------------------------------------------------------------------


def client_request(env, action_xmlid, kind):
    """The specification that the web client would send for the view of the action.

    :param kind: list or form
    :returns: (model with the action's context, specification for web_search_read or web_read)
    """
    model, arch, fields = _view(env, action_xmlid, kind)
    return model, specification(env, model._name, arch, fields)


def count_limit(env, action_xmlid, kind="list"):
    """How far the web client has the records of the view counted."""
    _model, arch, _fields = _view(env, action_xmlid, kind)
    return int(arch.get("count_limit") or 10_000) + 1


def _view(env, action_xmlid, kind):
    action = env["ir.actions.actions"]._for_xml_id(action_xmlid)
    views = {name: view_id for view_id, name in action["views"]}
    context = safe_eval(action["context"] or "{}", {"uid": env.uid, "context": {}})
    model = env[action["res_model"]].with_context(**context)
    answer = model.get_views([(views.get(kind, False), kind)])
    arch = etree.fromstring(answer["views"][kind]["arch"])
    return model, arch, {name: described["fields"] for name, described in answer["models"].items()}


def _own_fields(node):
    """The field nodes of a view without those of the views inside its fields."""
    for child in node:
        if child.tag == "field":
            yield child
        elif isinstance(child.tag, str):
            yield from _own_fields(child)


def specification(env, model, arch, fields):
    """As getFieldsSpec of web/static/src/model/relational_model/utils.js builds it from a view's fields."""
    result = {}
    for node in _own_fields(arch):
        name = node.get("name")
        field = fields[model].get(name)
        if not field:
            continue
        invisible = node.get("invisible") in ("True", "1")
        wanted = result.setdefault(name, {})
        if field["type"] in ("one2many", "many2many") and not invisible:
            lines = _lines(env, node, field["relation"], fields)
            if lines:
                wanted.update(fields=lines, limit=40)
        elif field["type"] in ("many2one", "reference"):
            wanted.setdefault("fields", {})
            if not invisible:
                wanted["fields"]["display_name"] = {}
    return result


def _lines(env, node, comodel, fields):
    widget = node.get("widget") or ""
    if widget.startswith("many2many_tags") or widget == "many2many_avatar_user":
        return {"display_name": {}, **({"color": {}} if "color" in env[comodel]._fields else {})}
    inline = {child.tag: child for child in node if child.tag in ("list", "kanban")}
    for kind in (node.get("mode") or "list,kanban").split(","):
        if kind in inline:
            return specification(env, comodel, inline[kind], fields)
    if widget and widget not in ("one2many", "many2many", "one2many_list"):
        return {}
    # The client asks for the lines' own list view where the form has none.
    answer = env[comodel].get_views([(False, "list")])
    described = {name: each["fields"] for name, each in answer["models"].items()}
    return specification(env, comodel, etree.fromstring(answer["views"]["list"]["arch"]), described)
