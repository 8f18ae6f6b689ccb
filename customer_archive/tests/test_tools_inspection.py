"""tools/inspection.py: the same seed draws the same sample. No database."""

import doctest
import hashlib
import random

from odoo.tests import BaseCase

from odoo.addons.customer_archive.tools import inspection
from odoo.addons.customer_archive.tools.inspection import as_text, draw, fingerprint, pack, shares, unpack

POPULATION = [(number, "abc"[number % 3]) for number in range(1, 301)]


class TestToolsInspection(BaseCase):
    def test_doctests(self):
        self.assertFalse(doctest.testmod(inspection).failed)

    def test_same_seed_same_sample(self):
        shuffled = random.Random(1).sample(POPULATION, len(POPULATION))
        sample = draw(POPULATION, "seed", 20)
        self.assertEqual(sample, draw(shuffled, "seed", 20))
        self.assertEqual(len(set(sample)), 20)
        self.assertNotEqual(sample, draw(POPULATION, "other", 20))
        self.assertNotEqual(sample, draw(POPULATION[:-60], "seed", 20))

    def test_as_documented(self):
        """The lowest SHA-256 of "seed:id", worked out here once more."""
        lots = sorted((hashlib.sha256(b"s:%d" % number).hexdigest(), number) for number in range(1, 51))
        self.assertEqual(draw([(n, "") for n in range(1, 51)], "s", 5), [number for _lot, number in lots[:5]])

    def test_everybody_has_a_chance(self):
        drawn = {id_ for seed in range(200) for id_ in draw(POPULATION, str(seed), 10)}
        self.assertGreater(len(drawn), 290)

    def test_shares(self):
        dice = random.Random(2)
        for _round in range(500):
            counts = {letter: dice.randint(1, 30) for letter in "abcdef"[: dice.randint(1, 6)]}
            size = dice.randint(0, 100)
            given = shares(counts, size)
            self.assertEqual(sum(given.values()), min(size, sum(counts.values())))
            self.assertTrue(all(0 <= given[group] <= counts[group] for group in counts))
            if size >= len(counts):
                self.assertTrue(all(given.values()), "one of each at least")

    def test_fingerprint(self):
        self.assertEqual(fingerprint(POPULATION), fingerprint(POPULATION[::-1]))
        self.assertNotEqual(fingerprint(POPULATION), fingerprint(POPULATION[:-1]))
        self.assertEqual(unpack(pack(POPULATION)), sorted(POPULATION))
        self.assertEqual(as_text([]), "")
        self.assertEqual(unpack(pack([])), [])
