"""Counts the posts in Cassandra: per day, per person, and how often each word is used.

Writes all counts to the keyspace `analysis`, and a summary to Consul's KV (shoal/analysis/latest). Only Spark's own expressions run on
the executors, so they need no Python."""

import os
import sys
import time
from datetime import datetime, timezone

from pyspark.sql import functions as f

import consul
from counting import TICKS_TO_1970, WORD, summary
from session import spark

FORMAT = "org.apache.spark.sql.cassandra"


def ticks(id):
    """counting.ticks_of, for Spark."""
    return f.conv(f.concat(f.substring(id, 16, 3), f.substring(id, 10, 4), f.substring(id, 1, 8)), 16, 10).cast("long")


def day(id):
    """counting.day_of, for Spark."""
    return f.to_date(f.timestamp_micros(((ticks(id) - f.lit(TICKS_TO_1970)) / 10).cast("long")))


def words(text):
    """counting.words, for Spark."""
    return f.regexp_extract_all(f.lower(f.coalesce(text, f.lit(""))), f.lit(WORD), f.lit(0))


def analyse(session, keyspace, started):
    """The three counts, over the posts that were there when the run started."""
    table = session.read.format(FORMAT).options(keyspace=keyspace, table="posts_by_author").load()
    before = int(started.timestamp() * 10_000_000) + TICKS_TO_1970
    posts = table.where(ticks(f.col("id")) < f.lit(before))
    by_author_and_day = posts.groupBy("author_id", day(f.col("id")).alias("day")).count().cache()
    per_day = by_author_and_day.groupBy("day").agg(f.sum("count").alias("posts"))
    per_user = by_author_and_day.groupBy("author_id").agg(f.sum("count").alias("posts"))
    text = f.concat_ws("\n", "title", "body")
    uses = posts.select(f.explode(words(text)).alias("word")).groupBy("word").agg(f.count("*").alias("uses"))
    return per_day, per_user, uses.cache()


def save(frame, run, table):
    """Appends a frame to a table of the keyspace `analysis`, as part of this run."""
    rows = frame.withColumn("run", f.lit(run))
    rows.write.format(FORMAT).options(keyspace="analysis", table=table).mode("append").save()


def main():
    run = os.environ.get("ANALYSIS_ID", "local").replace("/", "-")
    started, clock = datetime.now(timezone.utc), time.monotonic()
    cassandra = consul.healthy(os.environ.get("CASSANDRA_SERVICE", "cassandra"))
    if not cassandra:
        raise RuntimeError("no healthy Cassandra node is registered in Consul: see `nomad job status cassandra`")
    with spark(run, cassandra) as session:
        per_day, per_user, uses = analyse(session, os.environ.get("CASSANDRA_KEYSPACE", "posts"), started)
        save(per_day, run, "posts_per_day")
        save(per_user, run, "posts_per_user")
        save(uses, run, "word_counts")
        top = uses.orderBy(f.desc("uses"), "word").limit(100).collect()
        days = {row["day"].isoformat(): row["posts"] for row in per_day.collect()}
        users = {row["author_id"]: row["posts"] for row in per_user.toLocalIterator()}
        finished, seconds = datetime.now(timezone.utc), time.monotonic() - clock
        row = [("posts", finished, run, seconds, sum(days.values()))]
        frame = session.createDataFrame(row, "kind string, finished timestamp, run string, seconds double, posts long")
        frame.write.format(FORMAT).options(keyspace="analysis", table="runs").mode("append").save()
    result = summary(finished, seconds, days, users, {row["word"]: row["uses"] for row in top})
    consul.put("shoal/analysis/latest", result)
    print(f"counted {sum(days.values())} posts of {len(users)} people in {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        print(f"analysis: {error}", file=sys.stderr)
        sys.exit(1)
