"""The customer generator of the addon's tests, and a check of what it makes.

The generator lies in the addon, because the addon's tests use it and an addon may not import from here. It is loaded by
its path: importing it as a member of the addon would ask for Odoo.

    python bench/generator.py 1000000       seconds for so many rows
    python bench/generator.py --check       credit codes, phones and division codes against stdnum and phonenumbers
"""

import importlib.util
import pathlib
import sys
import time

PATH = pathlib.Path(__file__).resolve().parent.parent / "customer_archive" / "tests" / "customer_generator.py"


def _load():
    name = "customer_generator"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, PATH)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


generator = _load()
LEVELS = ("county", "province")


def check(count=100_000):
    """Counts per kind; raises AssertionError with the first row that is not what it claims to be."""
    import doctest

    import phonenumbers
    from stdnum import numdb
    from stdnum.cn import uscc

    assert doctest.testmod(generator).failed == 0
    divisions = numdb.get("cn/loc")
    for city in set(generator._MAINLAND):
        names = [part.get(level, "") for _digits, part in divisions.info(city.division + "00") for level in LEVELS]
        assert city.name in "".join(names) or city.province_name in names and city.division.endswith("01"), city
    seen, kinds = set(), {}
    for customer in generator.customers(count):
        kind = "contact" if customer.parent is not None else "company" if customer.is_company else "person"
        kinds[kind] = kinds.get(kind, 0) + 1
        if customer.uscc and customer.parent is None:
            assert uscc.is_valid(customer.uscc) and customer.uscc not in seen, customer
            seen.add(customer.uscc)
        if customer.phone:
            number = phonenumbers.parse(customer.phone, customer.country)
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            assert phonenumbers.is_valid_number(number) and e164 == customer.phone_e164, customer
    names = [customer.name for customer in generator.customers(1000)]
    case = generator.import_rows(5000, faults=200)
    for position, row in enumerate(case.rows):
        fault = case.faults.get(position)
        valid = phonenumbers.is_valid_number(phonenumbers.parse(row["phone"], "CN"))
        assert valid == (fault != "phone_impossible"), row
        assert uscc.is_valid(row["uscc"]) == (row["is_company"] and fault not in ("uscc_checksum", "uscc_short")), row
        assert (len(row["zip"]) == 6 and row["zip"].isdigit()) == (fault != "zip_malformed"), row
    return kinds, "张伟" in names


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        print(check())
    else:
        rows = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
        start = time.perf_counter()
        for _customer in generator.customers(rows):
            pass
        print(f"{rows} rows in {time.perf_counter() - start:.1f} s")
