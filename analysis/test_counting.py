"""python3 -m unittest discover analysis"""

import json
import sys
import unittest
from datetime import datetime, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from counting import count, day_of, summary, time_of, words  # noqa: E402


class Words(unittest.TestCase):
    def test_lowercases_and_drops_punctuation(self):
        self.assertEqual(words("Hello, hello WORLD! -- 42 (x2)"), ["hello", "hello", "world", "42", "x2"])

    def test_keeps_apostrophes_inside_words_only(self):
        self.assertEqual(words("Don't say 'fish' l’eau ''"), ["don't", "say", "fish", "l’eau"])

    def test_knows_all_scripts(self):
        self.assertEqual(words("Ünïcode СЛОВО 海 straße हिन्दी"), ["ünïcode", "слово", "海", "straße", "हिन्दी"])

    def test_underscores_separate(self):
        self.assertEqual(words("snake_case"), ["snake", "case"])

    def test_nothing_in_nothing(self):
        self.assertEqual(words(None) + words("") + words("!?"), [])


class Days(unittest.TestCase):
    def test_reads_the_time_of_a_timeuuid(self):
        self.assertEqual(time_of("13814000-1dd2-11b2-8000-000000000000"), datetime(1970, 1, 1, tzinfo=timezone.utc))

    def test_a_day_begins_at_midnight_utc(self):
        at = datetime(2024, 1, 1, tzinfo=timezone.utc)
        ticks = int(at.timestamp()) * 10_000_000 + 0x01B21DD213814000
        self.assertEqual(day_of(uuid_of(ticks)), "2024-01-01")
        self.assertEqual(day_of(uuid_of(ticks - 1)), "2023-12-31")


class Summary(unittest.TestCase):
    POSTS = [
        ("u1", "13814000-1dd2-11b2-8000-000000000000", "One fish", "two fish"),
        ("u2", "13814000-1dd2-11b2-8000-000000000001", "Red", "blue FISH"),
    ]

    def test_counts(self):
        per_day, per_user, uses = count(self.POSTS)
        self.assertEqual((dict(per_day), dict(per_user)), ({"1970-01-01": 2}, {"u1": 1, "u2": 1}))
        self.assertEqual(uses["fish"], 3)

    def test_is_what_the_contract_says(self):
        text = summary(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc), 1.26, *count(self.POSTS))
        value = json.loads(text)
        self.assertEqual(list(value), ["finished", "seconds", "posts", "postsPerDay", "postsPerUser", "words"])
        self.assertEqual((value["finished"], value["seconds"], value["posts"]), ("2026-01-02T03:04:05Z", 1.3, 2))
        self.assertEqual(list(value["words"].items())[:2], [("fish", 3), ("blue", 1)])

    def test_keeps_the_hundred_most_used_words(self):
        uses = {f"w{n:03}": n for n in range(1, 151)}
        kept = json.loads(summary(datetime.now(timezone.utc), 0, {}, {}, uses))["words"]
        self.assertEqual((len(kept), max(kept.values()), min(kept.values())), (100, 150, 51))


def uuid_of(ticks):
    hex = f"{ticks:015x}"
    return f"{hex[7:]}-{hex[3:7]}-1{hex[:3]}-8000-000000000000"


if __name__ == "__main__":
    unittest.main()
