"""Answers transcript.json with Qdrant's own engine and writes answers.json.

Run once, by hand, when the transcript changes:
    python3 -m venv /tmp/qdrant && /tmp/qdrant/bin/pip install qdrant-edge-py==0.9.0
    /tmp/qdrant/bin/python src/qdrant/golden/generate.py
The embeddable engine shares the server's storage, filters and scores, but has no collections, aliases, groups or
average_vector, and its Python binding reads a boolean to match as the integer 1; what it cannot be asked is listed
under "notCovered" and answered null.
"""

import importlib.metadata
import json
import pathlib
import shutil
import tempfile
from datetime import date

import qdrant_edge as q

HERE = pathlib.Path(__file__).parent


class NotCovered(Exception):
    pass


def read_range(bounds):
    return q.RangeFloat(**{name: float(value) for name, value in bounds.items()})


def read_match(match):
    if "any" in match:
        return q.MatchAny(match["any"])
    if isinstance(match["value"], bool):
        raise NotCovered("the Python binding reads a boolean to match as the integer 1")
    return q.MatchValue(match["value"])


def read_condition(condition):
    if "has_id" in condition:
        return q.HasIdCondition(set(condition["has_id"]))
    if "key" not in condition:
        return read_filter(condition)
    if "match" in condition:
        return q.FieldCondition(condition["key"], match=read_match(condition["match"]))
    return q.FieldCondition(condition["key"], range=read_range(condition["range"]))


def read_filter(value):
    if value is None:
        return None
    unknown = set(value) - {"must", "should", "must_not"}
    assert not unknown, unknown
    return q.Filter(**{name: [read_condition(one) for one in parts] for name, parts in value.items()})


def read_params(value):
    return value and q.SearchParams(quantization=q.QuantizationSearchParams(**value["quantization"]))


def read_query(value, limit):
    if isinstance(value, list):
        return q.Query.Nearest(value)
    if "nearest" in value:
        mmr = value["mmr"]
        return q.Mmr(value["nearest"], 1 - mmr["diversity"], mmr["candidates_limit"])
    if "rrf" in value:
        return q.Fusion.Rrf(k=value["rrf"]["k"])
    if "fusion" in value:
        assert value["fusion"] == "dbsf"
        return q.Fusion.Dbsf()
    recommend = value["recommend"]
    examples = q.RecommendQuery(recommend["positive"], recommend["negative"])
    kinds = {"best_score": q.Query.RecommendBestScore, "sum_scores": q.Query.RecommendSumScores}
    return kinds[recommend["strategy"]](examples)


def read_prefetch(value):
    return q.Prefetch(
        value["limit"],
        query=read_query(value["query"], value["limit"]),
        params=read_params(value.get("params")),
        filter=read_filter(value.get("filter")),
        score_threshold=value.get("score_threshold"),
    )


def search(shard, body):
    request = q.QueryRequest(
        body["limit"],
        query=read_query(body["query"], body["limit"]),
        prefetches=[read_prefetch(one) for one in body.get("prefetch", [])],
        filter=read_filter(body.get("filter")),
        score_threshold=body.get("score_threshold"),
        params=read_params(body.get("params")),
    )
    return [[key_of(hit.id), hit.score] for hit in shard.query(request)]


def key_of(point_id):
    """The item number is the lower half of our UUIDs, below the two bits of the variant."""
    return int(str(point_id).replace("-", "")[17:], 16)


INDEXES = {
    "keyword": q.PayloadSchemaType.Keyword,
    "integer": q.PayloadSchemaType.Integer,
    "float": q.PayloadSchemaType.Float,
    "bool": q.PayloadSchemaType.Bool,
}


def answer(shard, method, path, body):
    if (method, path) == ("PUT", "index"):
        schema = body["field_schema"]
        if isinstance(schema, dict):
            assert schema["type"] == "keyword"
            params = q.KeywordIndexParams(is_tenant=schema["is_tenant"])
            shard.update(q.UpdateOperation.create_field_index(body["field_name"], params))
        else:
            shard.update(q.UpdateOperation.create_field_index(body["field_name"], INDEXES[schema]))
        return "done"
    if (method, path) == ("PUT", "points"):
        points = [q.Point(one["id"], one["vector"], one["payload"]) for one in body["points"]]
        shard.update(q.UpdateOperation.upsert_points(points, condition=read_filter(body["update_filter"])))
        return "done"
    if path == "points/delete":
        shard.update(q.UpdateOperation.delete_points_by_filter(read_filter(body["filter"])))
        return "done"
    if path == "points/count":
        return shard.count(q.CountRequest(exact=True, filter=read_filter(body["filter"])))
    if path == "points/scroll":
        order = body.get("order_by")
        directions = {"asc": q.Direction.Asc, "desc": q.Direction.Desc}
        records, _ = shard.scroll(
            q.ScrollRequest(
                limit=body["limit"],
                filter=read_filter(body["filter"]),
                with_payload=body["with_payload"],
                with_vector=body.get("with_vector", False),
                order_by=order and q.OrderBy(order["key"], directions[order["direction"]]),
            )
        )
        return [[key_of(one.id), one.payload, list(one.vector) if one.vector else None] for one in records]
    if path == "points/query":
        return search(shard, body)
    if path == "points/query/batch":
        return [search(shard, one) for one in body["searches"]]
    if path == "points/query/groups":
        raise NotCovered("the embeddable engine has no groups")
    raise AssertionError(f"{method} {path} is not known to generate.py")


def open_shard(folder, indexing_threshold_kb):
    """As our engine makes its collections: Dot, int8, a graph inside each tenant only."""
    return q.EdgeShard.create(
        folder,
        q.EdgeConfig(
            vectors=q.EdgeVectorParams(size=16, distance=q.Distance.Dot),
            quantization_config=q.ScalarQuantizationConfig(type=q.ScalarType.Int8, always_ram=True),
            hnsw_config=q.HnswIndexConfig(m=0, ef_construct=100, full_scan_threshold=1, payload_m=16),
            optimizers=q.EdgeOptimizersConfig(indexing_threshold=indexing_threshold_kb),
        ),
    )


def play(transcript, indexing_threshold_kb):
    folder = tempfile.mkdtemp()
    shard = open_shard(folder, indexing_threshold_kb)
    answers, not_covered, optimised = [], [], False
    for entry in transcript:
        if not optimised and entry["path"].startswith("points/query"):
            optimised = shard.optimize()
        try:
            answers.append(answer(shard, entry["method"], entry["path"], entry["body"]))
        except NotCovered as reason:
            answers.append(None)
            not_covered.append({"name": entry["name"], "why": str(reason)})
    shard.close()
    shutil.rmtree(folder)
    return answers, not_covered, optimised


def same_scores(one, other):
    return len(one) == len(other) and all(abs(a[1] - b[1]) < 2e-6 for a, b in zip(one, other))


def main():
    transcript = json.loads((HERE / "transcript.json").read_text())
    answers, not_covered, _ = play(transcript, 20_000)
    # Once more with segments that are quantised and indexed: rescoring must give the same scores.
    again, _, optimised = play(transcript, 1)
    rankings = [at for at, one in enumerate(transcript) if one["path"] == "points/query" and answers[at] is not None]
    engine = {
        "package": "qdrant-edge-py",
        "version": importlib.metadata.version("qdrant-edge-py"),
        "generated": date.today().isoformat(),
    }
    quantised = {
        "optimised": optimised,
        "rankings": len(rankings),
        "same": sum(same_scores(answers[at], again[at]) for at in rankings),
    }
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in answers)
    head = {"engine": engine, "quantised": quantised, "notCovered": not_covered}
    (HERE / "answers.json").write_text(f'{json.dumps(head)[:-1]},\n"answers": [\n{lines}\n]}}\n')
    print(f"{len(answers)} answers, {len(not_covered)} not covered, {quantised}")


main()
