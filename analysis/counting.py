"""What counts as a word and as a day: plain Python, which says exactly what the Spark expressions in posts.py compute."""

import json
import re
import unicodedata
from collections import Counter
from datetime import datetime, timedelta, timezone

# A word: letters and digits of any script with their marks, with apostrophes inside ("l'eau", "don't"). For Java's regex engine.
WORD = r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*"

# 100 ns ticks from the start of the Gregorian calendar, where a timeuuid's clock begins, to 1970.
TICKS_TO_1970 = 0x01B21DD213814000

TOP_WORDS = 100


def words(text):
    """The words of a text, lowercased, in order: WORD without \\p, which Python's re lacks."""
    plain = "".join(c if c in "'’" or unicodedata.category(c)[0] in "LMN" else " " for c in (text or "").lower())
    return re.findall(r"[^\s'’]+(?:['’][^\s'’]+)*", plain)


def ticks_of(timeuuid):
    """The 60-bit time of a version 1 UUID."""
    low, mid, high = str(timeuuid).split("-")[:3]
    return int(high[1:] + mid + low, 16)


def time_of(timeuuid):
    """The moment a timeuuid was made, in UTC."""
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=(ticks_of(timeuuid) - TICKS_TO_1970) // 10)


def day_of(timeuuid):
    """The day of a timeuuid, in UTC, as YYYY-MM-DD."""
    return time_of(timeuuid).date().isoformat()


def count(posts):
    """Counts posts, given as (author_id, id, title, body): what a run has to find, the slow and simple way."""
    per_day, per_user, uses = Counter(), Counter(), Counter()
    for author_id, id, title, body in posts:
        per_day[day_of(id)] += 1
        per_user[str(author_id)] += 1
        uses.update(words(title) + words(body))
    return per_day, per_user, uses


def summary(finished, seconds, per_day, per_user, uses):
    """The JSON that people see: days and users sorted, the most used words first (equal ones by alphabet)."""
    top = sorted(uses.items(), key=lambda item: (-item[1], item[0]))[:TOP_WORDS]
    return json.dumps(
        {
            "finished": finished.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "seconds": round(seconds, 1),
            "posts": sum(per_day.values()),
            "postsPerDay": dict(sorted(per_day.items())),
            "postsPerUser": dict(sorted(per_user.items())),
            "words": dict(top),
        },
        ensure_ascii=False,
    )
