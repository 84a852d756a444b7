"""Generate docs/data-model.md, reference.md, cost.md and api.md, and the sources of dbt.

`make docs` writes them; a test fails when they are stale.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from playlake.cost import prices
from playlake.cost.deployment import read_deployment
from playlake.cost.estimate import estimate, total
from playlake.cost.load import Load
from playlake.lakes.queries import named_queries
from playlake.notifying.settings import NoticeSettings
from playlake_compactor.settings import IcebergSettings, RetentionSettings
from playlake_compactor.settings import Settings as CompactorSettings
from playlake_contracts.environment import PREFIX
from playlake_contracts.errors import ErrorCode
from playlake_contracts.history_tables import HISTORY_TABLES
from playlake_contracts.hive import hive_type
from playlake_contracts.metrics import Metric
from playlake_contracts.outcomes import Outcome
from playlake_contracts.tables import TABLES, description
from playlake_extractor.settings import Settings as ExtractorSettings
from playlake_sandbox.settings import Settings as SandboxSettings
from playlake_transformer.domain.quality.rules import REFERENCES, RULES
from playlake_transformer.domain.sources import SOURCES
from playlake_transformer.settings import FolderSettings
from playlake_transformer.settings import Settings as TransformerSettings
from playlake_warehouses.dbt import dbt_sources
from playlake_web.app import documented_app
from playlake_web.problems import MEDIA_TYPE, ProblemCode
from playlake_web.routes.common import EVERYWHERE, GUARDED
from playlake_web.routes.posted import FORM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic.fields import FieldInfo
    from pydantic_settings import BaseSettings

    from playlake_contracts.query_parameters import Parameter
    from playlake_contracts.tables import Table

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SCENARIOS = (
    ("50 playlists daily", "thrifty", Load(50, timedelta(days=1))),
    ("200 playlists every six hours", "standard", Load(200, timedelta(hours=6))),
    (
        "10,000 playlists hourly, 5 % of them changed",
        "thrifty",
        Load(10_000, timedelta(hours=1), changed=0.05),
    ),
    (
        "The same with transformers that are large and always run",
        "large",
        Load(10_000, timedelta(hours=1), changed=0.05),
    ),
)
READING = """\
## Reading by yourself

A part becomes one file in each table, and then a row in `loads`. `playlake query`, the saved
queries and everything else that Playlake reads show a part only once its row is in `loads`. If
you read the tables or their folders yourself, keep the rows whose `run_id` and `part` are in
`loads`. It is one line. Without it you may see a part that is not whole yet.
[Other programs](readers.md) has more examples.

Athena, Spark SQL and Snowflake, and every other SQL:

```sql
SELECT * FROM playlist_items AS landed
WHERE EXISTS (SELECT 1 FROM loads WHERE loads.run_id = landed.run_id AND loads.part = landed.part)
```

DuckDB, in the folder above `curated`; `s3://BUCKET/curated/…` does as well:

```sql
FROM read_parquet('curated/playlist_items/**/*.parquet') AS landed
SEMI JOIN read_parquet('curated/loads/**/*.parquet') AS loads USING (run_id, part)
```

pandas:

```python
loads = pd.read_parquet("curated/loads", columns=["run_id", "part"])
items = pd.read_parquet("curated/playlist_items").merge(loads, on=["run_id", "part"])
```

Spark:

```python
loads = spark.read.table("loads")
items = spark.read.table("playlist_items").join(loads, ["run_id", "part"], "left_semi")
```

Read `loads` first where you read the files yourself, as pandas does above: then a part that
commits meanwhile is not seen at all. An SQL engine chooses its order itself. So one query over
several tables may see a part in one of them and not yet in another, if the part commits while the
query lists the files.

The files in `curated` have every row once, compacted or not, so you need not care about compaction.
Do not read the files in `compacted` beside them: they have the same rows again, and several
generations of them.
"""
METRICS = """\
With `PLAYLAKE_METRICS_NAMESPACE`, which the template sets, the services print metrics in
CloudWatch's embedded metric format: one line of JSON with the key `_aws` on standard output.
[Alarms](operations.md#alarms) and the dashboard show them. AWS bills a metric for each hour in
which it is sent, so those without a name in the first column are not sent there.

`GET /metrics` gives metrics to Prometheus. The transformer's are of the process that answers, and
begin at 0 when it starts. Those of the lake are the same from every process that serves it, and
what is not known is absent. Extractor, watcher, compactor and the sync of Iceberg tables end before
anybody could ask them. Metrics of the runs of a further source are in a namespace of its own.

A name for Prometheus is `playlake_`, the words of the metric, and `_total` if it is a counter. A
distribution is a histogram there; CloudWatch gets each value, so it knows every percentile. A
point in time is in seconds since 1970: `time() - playlake_last_commit_timestamp_seconds` is an age.
[Which to look at](operations.md#metrics).

"""
HISTORY = """\
## Tables of the history

`playlake compact` folds the snapshots of each playlist into `changes`, `memberships` and
`timeline`. Their rows are **as of the last compaction**, while rows of all other tables are seen
as soon as their part is committed. `playlake query` and `Lake.table` read them; `playlake show`,
`diff` and `history` fold anew and are always up to date. They have no `day`, because a row is about
several runs.

In Athena they are views in the database of the other tables, so Athena's console, Power BI and
every other program that asks Athena reads them by their names, each row once. A compaction
replaces the text of the views. Before the first one they have no rows. Spark and other engines do
not understand a view of Athena: let them read the files that the view names.

The rows are in the files `compacted/TABLE/generation=MONTH.DIGEST/rows.parquet`, and
`compacted/in-force.json` says which of them count. In Glue the database with `_compacted` after its
name has tables over them, and over the compacted days of all other tables. A query of such a table
in Athena has to name generations by `=` or `IN`, and is refused otherwise. These tables are for
Playlake's own queries; [decision 0031](decisions/0031-compaction.md) has the rule.
"""
HISTORY = """\
## The history

`changes`, `memberships` and `timeline` say what happened: what came, went and moved, from when to
when each entry was in a playlist, and how long a playlist stayed as it was.
[One fold](decisions/0030-one-fold.md) makes them from `playlists`, `playlist_items` and
`run_outcomes`; [rows](../libs/lake/src/playlake_lake/history/rows.py) has the columns. `playlake
query` reads them like other tables. In a folder they are up to date: a query folds what
[no compacted file](decisions/0031-compaction.md) has. On AWS they are as of the last compaction.
"""
ADDING = """\
## Adding a column

A column may be added, but not changed or removed. It is nullable, the last one of its table, and
named in `ADDED_COLUMNS` of [tables](../libs/contracts/src/playlake_contracts/tables.py). Then

- old files stay as they are, and the column is null in their rows: in Athena, because it finds
  columns by their names; in `playlake query`, `status` and `check`, also if no file has it;
- an older version of Playlake, and whoever names the columns that it wants, reads new files as
  before;
- the template gives the column to the Glue table, and the transformer gives it to the partition of
  a day when it next commits to it; the other partitions lack it, so it is null there;
- `playlake replay --overwrite` makes the rows of older days anew.

If you read files yourself, let their columns be united: `union_by_name` in DuckDB, `mergeSchema`
in Spark, a schema of your own in pyarrow. Otherwise the first file decides which columns there are.
[Decision 0028](decisions/0028-columns-are-added.md) has the reasons.
"""
API = """\
`playlake up` serves a lake as a page for people and as JSON for programs, at the same addresses: a
request with `Accept: text/html` gets the page, every other one JSON. It listens on this machine
alone. A browser signs in by the link that the command prints; the link works once.

A program sends a token as `Authorization: Bearer TOKEN`. Without one the answer is 401. A token
has a scope: `feed`, `read` or `operate`, of which each may do what those before it may. Every route
says which one it needs; with less the answer is 403. The variable `PLAYLAKE_TOKENS` of
`playlake up` has the tokens, such as `read:SECRET,operate:SECRET`: at most two of a scope, each of
32 or more letters and digits.

Programs that read feeds send no header. So `/feed.atom?token=SECRET` takes a token of the scope
`feed`, given as `feed:SECRET`, and no other one: it reads the feeds and nothing else, because an
address is kept in more places than a header.

- Lists are given a page at a time: `next` is the cursor of the next page, and goes into `cursor`.
- Every answer has an ETag. A request with `If-None-Match` is answered with 304 until the lake
  changes, which is looked at every two seconds.
- Every answer has an `X-Request-Id`, and so has the log. Large ones are compressed by gzip.
- HEAD is answered where GET is. Times are UTC.
- `/openapi.json` is this page as an OpenAPI 3.1 document, and `/docs` shows it in a browser, from
  files of this installation alone. `playlake up --no-docs` leaves `/docs` out, and so does
  `PLAYLAKE_HTTP_DOCS=false` of a transformer. The examples here and there are answers about a
  small invented lake; lists have their first two elements.
- A request has 10 seconds to arrive, its address and headers 16 kB, its body 64 kB.
- `GET /livez` says that the process answers: start it anew if it does not. `GET /readyz` says that
  it can query its lake: send requests elsewhere while it is 503. `GET /health` says whether a
  person is needed, which restarting does not change.
- POST begins an operation, and needs a token with the scope operate. One is done at a time. A
  request waits for some seconds; an operation that takes longer is answered by 202, goes on, and
  `GET /status` has its state. That is known to the process that serves the page, and ends with it.
- A transformer serves the same routes. Transformers of one lake answer alike, but for what a
  process alone knows: `process`, `breaker` and `operation` of `GET /status`, and `GET /livez` and
  `GET /readyz`.
- No answer has an ARN, a bucket, a raw key or a folder of this machine. A raw object is named by
  its run and part.
"""
PROBLEMS = """\
What cannot be answered is answered by a problem, as `application/problem+json`
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)). Its `code` is stable, and its `detail` says
what to do.
"""
GENERATED = "<!-- Generated by `make docs` from the code; edit the code. -->\n"


def data_model() -> str:
    """docs/data-model.md: every table with its key and columns."""
    return "\n".join(_data_model())


def reference() -> str:
    """docs/reference.md: settings, outcomes, error codes, named queries, metrics and routes."""
    return "\n".join(_reference())


def cost() -> str:
    """docs/cost.md: what some deployments cost, line by line, and the prices behind it."""
    return "\n".join(_cost())


def api() -> str:
    """docs/api.md: every route of the page's REST API, what it answers, and its problems."""
    return "\n".join(_api())


PAGES = {
    "data-model.md": data_model,
    "reference.md": reference,
    "cost.md": cost,
    "api.md": api,
    "../warehouses/dbt/sources.yml": dbt_sources,
}


def main() -> None:
    """Write the generated pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


def _data_model() -> Iterator[str]:
    yield "# Data model"
    yield GENERATED
    yield (
        "The tables keep history: a track that is in a playlist on seven days has seven rows in\n"
        "`tracks`. The [queries](../queries) show the latest state without duplicates. A value\n"
        "that Spotify did not send is null, never 0. The row of `loads` is written last for each\n"
        "raw object; until then the object is [not committed](#reading-by-yourself).\n"
        "Details are the responses to requests for single artists and albums, which\n"
        "[`--enrich`](spotify.md#details-of-artists-and-albums) sends.\n"
    )
    yield (
        "The files of a table are in `curated/TABLE/day=2026-11-21/`, and those of `quarantine`\n"
        "in `quarantine/day=2026-11-21/`. `day` is the partition key of every table: a string\n"
        "that is only in the path. `snapshot_date` is the same date as a column of every file.\n"
        "To read fewer files, filter by `day`.\n"
    )
    yield (
        "Every position of a playlist has a row in `playlist_items`. An entry that breaks a rule\n"
        "keeps its row: the bad values are null and `reason` says why. `item_type` is\n"
        "`unreadable` if no value of its item could be read. Its raw JSON is in `quarantine`.\n"
    )
    yield (
        "Names and descriptions are trimmed, and their letters are composed (Unicode NFC). An\n"
        "empty text is null, but in `genres` it is an empty list. Columns that end in `_raw` keep\n"
        "the text as sent.\n"
        "\n"
        "A track, album or artist that occurs several times in a part has one row, from the last\n"
        "entry that has it, and so have its credits. An occurrence without a name counts only if\n"
        "no other has one.\n"
    )
    yield READING
    yield HISTORY
    yield ADDING
    yield from _rules()
    for table in (*TABLES.values(), *HISTORY_TABLES.values()):
        yield from _table(table)


def _rules() -> Iterator[str]:
    yield "## Quality rules\n"
    yield (
        "Each part is checked by these rules, after its texts were cleaned. A broken one is\n"
        "counted in `quality_results`; `playlake quality` shows them by day.\n"
        "\n"
        "- `reject`: the raw JSON goes to `quarantine`. A position of a playlist keeps its row:\n"
        "  the column becomes null, and `reason` names the rule. In every other table the row is\n"
        "  left out, and the credits of a track or album with it.\n"
        "- `warn`: nothing else happens.\n"
        "\n"
        "If more rows of a part break a rule than is tolerated, and at least twenty, it is an\n"
        "alarm: the transformer logs `quality_alarm`, and on AWS they count as quarantined rows.\n"
        "A second snapshot of a playlist in one part is quarantined as a whole.\n"
    )
    yield from _grid(
        ("rule", "table", "column", "severity", "tolerated", "broken if"),
        (
            (
                f"`{rule.name}`",
                f"`{rule.table}`",
                f"`{rule.column}`",
                rule.severity.value,
                f"{rule.tolerated:.0%}",
                rule.message,
            )
            for rule in (*RULES, *(rule for source in SOURCES.values() for rule in source.rules))
        ),
    )
    yield "\nThese warn of a row whose id names a row that was rejected, in the same part:\n"
    yield from _grid(
        ("rule", "table", "column", "names a row of"),
        (
            (f"`{one.name}`", f"`{one.table}`", f"`{one.column}`", f"`{one.to}`")
            for one in REFERENCES
        ),
    )


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield f"One row is {table.row_is}. Key: {', '.join(f'`{column}`' for column in table.key)}.\n"
    yield from _grid(
        ("column", "type", "null", "meaning"),
        (
            (f"`{f.name}`", hive_type(f.type), "yes" if f.nullable else "", description(f))
            for f in table.schema
        ),
    )


def _kind(parameter: Parameter) -> str:
    return ", ".join(filter(None, (parameter.kind, parameter.default)))


def _reference() -> Iterator[str]:
    yield "# Reference"
    yield GENERATED
    yield "## Settings\n"
    yield (
        "Settings are environment variables. A service refuses to start with an unknown\n"
        "`PLAYLAKE_` variable. AWS's own variables set region, credentials and endpoint:\n"
        "`AWS_REGION`, `AWS_ENDPOINT_URL` and so on.\n"
    )
    yield from _settings("Extractor", ExtractorSettings)
    yield from _settings("Transformer", TransformerSettings)
    yield from _settings("Transformer of a lake in a folder", FolderSettings)
    yield from _settings("Compactor", CompactorSettings)
    yield from _settings("Sync of Iceberg tables on AWS", IcebergSettings)
    yield from _settings("Retention on AWS", RetentionSettings)
    yield from _settings("Notices of runs on this machine, see `playlake notify`", NoticeSettings)
    yield from _settings("Sandbox, the stand-in for Spotify", SandboxSettings)
    yield from _deployment()
    yield "## Outcomes\n"
    yield "Every configured playlist has exactly one outcome in every run.\n"
    yield from _grid(("outcome", "meaning"), ((f"`{one}`", one.meaning) for one in Outcome))
    yield "## Error codes\n"
    yield (
        "Destinations: `retry`, the message is delivered again; `reject`, the message goes to the\n"
        "dead-letter queue; `quarantine`, the raw JSON is a row of `quarantine`; `outcome`, the\n"
        "code is in the playlist's outcome; `exit`, the service ends.\n"
    )
    yield from _grid(
        ("code", "destination", "may succeed later", "exit status", "meaning"),
        (
            (f"`{code}`", e.destination, _yes(e.retryable), str(e.exit_status or ""), e.meaning)
            for code, e in ((one, one.info) for one in ErrorCode)
        ),
    )
    yield "## Named queries\n"
    yield (
        "`playlake query --name turnover --param since=2026-01-01` runs one. Parameters without a\n"
        "default have to be given. A day is written as 2026-11-20,\n"
        "`today`, `yesterday` or `7 days ago`, a month as 2026-11, `this month` or `last month`.\n"
        "As a timestamp, a day means its end; a time without a zone is UTC, and `now` is one.\n"
        "`since` bounds what is read: files of earlier days are not opened, and of the\n"
        "[history](history.md#in-sql) what ended before is left out.\n"
    )
    queries = named_queries(ROOT / "queries").values()
    yield from _grid(
        ("query", "what it answers", "parameters"),
        (
            (
                f"[{query.name}](../queries/{query.name}.sql)",
                query.description,
                "<br>".join(
                    f"`{one.name}` ({_kind(one)}): {one.meaning}" for one in query.parameters
                ),
            )
            for query in queries
        ),
    )
    yield "## Metrics\n"
    yield METRICS
    yield from _grid(
        ("on CloudWatch", "at `/metrics`", "sender", "kind", "unit", "meaning"),
        (
            (
                f"`{one}`" if one.is_on_cloudwatch else "",
                f"`{one.prometheus_name}`" if one.prometheus_name else "",
                one.sender,
                one.kind,
                one.unit,
                one.meaning,
            )
            for one in Metric
        ),
    )


def _cost() -> Iterator[str]:
    yield "# Cost"
    yield GENERATED
    yield (
        "Estimates of `playlake cost`: the resources of a preset's template and their use by a\n"
        f"load, times AWS's list prices of {prices.REGION} on {prices.PRICED_ON}.\n"
        "Prices are on demand, before any free tier, and Spot counts at the full price. Storage\n"
        "is that of month twelve. Taxes and data that queries move out of AWS are not included.\n"
        "By default every playlist changes between two runs; `--changed` sets another share.\n"
        "The extractor recognises an unchanged playlist by its snapshot id, fifty with one\n"
        "request.\n"
    )
    for title, preset, load in SCENARIOS:
        yield from _scenario(title, preset, load)
    yield "## What moves the bill\n"
    yield (
        "- **The crawler.** A crawl is billed as ten minutes at least, so none is started for a\n"
        "  single object: days are registered when they are committed. `thrifty` crawls after a\n"
        "  change of the schema, of which there are four a year here; the other presets crawl\n"
        "  once a day.\n"
        "- **A transformer that always runs** costs more than the rest of a small lake.\n"
        "  `thrifty` runs none while nothing is queued.\n"
        "- **Compaction** is off in `thrifty`. It stores the rows of the tables again, and makes\n"
        "  the files of the present month anew for each day that is over.\n"
        "- **Further sources.** Each has alarms and metrics of its own, and a secret if it needs\n"
        "  one: about a dollar a month beside what it reads. `--further-sources` counts them.\n"
        "- **Iceberg tables** are off in every preset and not counted here. An hourly sync costs\n"
        "  one to three dollars a month, growing with the age of the lake; a daily one ten cents.\n"
        "- **Metrics and alarms.** A metric that a service sends is billed\n"
        "  [for the hours](https://aws.amazon.com/cloudwatch/pricing/) in which it is sent; here\n"
        "  every run sends each of them, in one hour. Five count faults, and are sent only when\n"
        "  there are some; they are left out. An alarm is billed for each metric that it\n"
        "  watches. Both are prorated in the month in which a deployment begins or ends.\n"
        "  Container Insights, which is billed as further metrics, is off in every preset. The\n"
        "  first two AWS Budgets of an account are free.\n"
        "- **The network.** A NAT gateway would cost $32.85 a month, interface endpoints $7.30\n"
        "  each a zone. By default tasks have public addresses and no inbound rules instead.\n"
    )
    yield "## List prices\n"
    yield from _grid(
        ("what", "USD", "for one", "source"),
        (
            (name.replace("_", " ").lower(), f"{price.usd:g}", price.unit, f"[AWS]({price.source})")
            for name, price in vars(prices).items()
            if isinstance(price, prices.Price)
        ),
    )


def _scenario(title: str, preset: str, load: Load) -> Iterator[str]:
    lines = estimate(read_deployment(ROOT / "infra" / "template", preset), load)
    yield f"## {title}\n"
    yield f"Preset `{preset}`; {load.requests:,.0f} requests to Spotify a run.\n"
    yield from _grid(
        ("line", "quantity", "unit", "USD a month"),
        (
            *((n.what, f"{n.quantity:,.2f}", n.price.unit, f"{n.usd:,.2f}") for n in lines),
            ("**together**", "", "", f"**{total(lines):,.2f}**"),
        ),
    )


def _settings(title: str, settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", PREFIX)
    yield f"### {title}\n"
    yield from _grid(
        ("variable", "default", "meaning"),
        (
            (f"`{prefix}{name}`".upper(), _default(field), field.description or "")
            for name, field in _own_first(settings).items()
        ),
    )


def _own_first(settings: type[BaseSettings]) -> dict[str, FieldInfo]:
    """The fields of a class before those of its bases, whose order is that of the classes."""
    declared = [name for base in settings.__mro__ for name in vars(base).get("__annotations__", {})]
    return {
        name: settings.model_fields[name]
        for name in dict.fromkeys(declared)
        if name in settings.model_fields
    }


def _deployment() -> Iterator[str]:
    """The settings of the template, whose package is in the environment of the CDK alone."""
    sys.path.insert(0, str(ROOT / "infra" / "src"))
    settings = import_module("playlake_infra.settings").Settings
    yield "### Deployment, in the settings file of `make deploy`\n"
    yield (
        "Each is a line of a TOML file, `lake.toml`; one with a point is in a table of that name.\n"
        "A preset sets all of them, and the file overrides some.\n"
    )
    yield from _grid(
        ("setting", "default", "meaning"),
        (
            (f"`{name}`", _in_toml(field, is_nested="." in name), text)
            for name, field in _fields(settings)
            if (text := field.description or "")
        ),
    )


def _in_toml(field: FieldInfo, *, is_nested: bool) -> str:
    """The default of a setting, as the file would say it."""
    if field.is_required():
        return "required" if is_nested else "by the preset"
    match field.default:
        case None:
            return "none"
        case BaseModel() as held:
            given = held.model_dump(exclude_none=True)
            return ", ".join(f"`{key} = {value}`" for key, value in given.items()) or "none"
        case tuple() | dict() as several if not several:
            return "none"
        case bool() as value:
            return f"`{str(value).lower()}`"
        case value:
            return f"`{value}`"


def _fields(model: type[BaseModel], within: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """The fields of a model and of the models that they hold, each with its dotted name."""
    for name, field in model.model_fields.items():
        held = [each for each in _held(field.annotation) if issubclass(each, BaseModel)]
        if not held or field.description:
            yield f"{within}{name}", field
        for each in held:
            yield from _fields(each, f"{within}{name}.")


def _held(annotation: object) -> Iterator[type]:
    """The classes that an annotation names."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from _held(inner)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return "now"
    return "none" if field.default is None else f"`{field.default}`"


def _api() -> Iterator[str]:
    document = documented_app().openapi()
    schemas = document["components"]["schemas"]
    yield "# The REST API"
    yield GENERATED
    yield API
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield from _operation(f"{method.upper()} {path}", operation)
    yield "## What is answered\n"
    for name in schemas:
        yield from _schema(name, schemas[name])
    yield "## Problems\n"
    yield PROBLEMS
    codes = (
        (
            f"`{code}`",
            str(code.status.value),
            f"{code.summary}.",
            _answered_by(code),
            document["components"]["examples"][code]["value"]["detail"],
        )
        for code in ProblemCode
    )
    yield from _grid(("code", "status", "meaning", "answered by", "what is said"), codes)


def _answered_by(code: ProblemCode) -> str:
    if code in GUARDED:
        return "every route that needs a token"
    return "every route" if code in EVERYWHERE else ""


def _operation(title: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {title}\n"
    yield f"{operation['description']}\n"
    parameters = operation.get("parameters", ())
    if parameters:
        rows = ((f"`{each['name']}`", _parameter(each), each["description"]) for each in parameters)
        yield from _grid(("parameter", "values", "meaning"), rows)
    yield f"{_needs(operation)}\n"
    if "requestBody" in operation:
        yield from _bodies(operation["requestBody"]["content"])
    yield f"Answers {_answered(operation['responses']['200']['content'])}.\n"
    yield from _other_answers(operation["responses"])
    yield f"Problems of its own: {_own_problems(operation)}.\n"
    for status, response in operation["responses"].items():
        for media_type, content in response.get("content", {}).items():
            if "example" in content:
                title = media_type if status == "200" else f"{media_type}, status {status}"
                yield from _example(title, content["example"])


def _needs(operation: Mapping[str, Any]) -> str:
    """Who may send a request."""
    scopes = sorted({scope for each in operation["security"] for (scope,) in each.values()})
    return f"Needs the scope {scopes[0]}." if scopes else "Needs no token."


def _answered(content: Mapping[str, Any]) -> str:
    """What an operation answers, by the media types."""
    found = []
    for media_type, each in content.items():
        name = each["schema"].get("$ref", "").rpartition("/")[2]
        found.append(f"[{name}](#{name.lower()})" if name else f"`{media_type}`")
    return " or ".join(found)


def _own_problems(operation: Mapping[str, Any]) -> str:
    codes = (
        code
        for response in operation["responses"].values()
        for code in response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", ())
        if code not in (*EVERYWHERE, *GUARDED)
    )
    return ", ".join(f"`{code}`" for code in codes) or "none"


def _other_answers(responses: Mapping[str, Any]) -> Iterator[str]:
    """The answers that are neither usual nor problems, and that not every route has."""
    for status, response in responses.items():
        is_json = "application/json" in response.get("content", {})
        if status != "200" and (is_json or response["description"].startswith("Of a form")):
            yield f"Status {status}: {response['description']}\n"


def _example(title: str, example: object) -> Iterator[str]:
    is_json = title.startswith("application/json")
    text = json.dumps(example, indent=1, ensure_ascii=False) if is_json else str(example)
    text = "\n".join(text.splitlines())
    yield f"<details><summary>An example of {title}</summary>\n"
    yield f"```{'json' if is_json else ''}\n{text.strip()}\n```\n"
    yield "</details>\n"


def _bodies(content: Mapping[str, Any]) -> Iterator[str]:
    """What a route takes: JSON of a program, or a form of a page."""
    of_json, of_form = content["application/json"], content[FORM]
    yield from _body("Takes a JSON object:", of_json["schema"])
    yield f"For example: `{json.dumps(of_json['example'])}`\n"
    yield from _body(f"Or a form of a page, as `{FORM}`:", of_form["schema"])


def _body(title: str, schema: Mapping[str, Any]) -> Iterator[str]:
    fields = schema.get("properties", {})
    if fields:
        yield f"{title}\n"
        rows = (
            (f"`{field}`", _type(each), each.get("description", ""))
            for field, each in fields.items()
        )
        yield from _grid(("field", "type", "meaning"), rows)


def _parameter(parameter: Mapping[str, Any]) -> str:
    """What a parameter may be."""
    schema = parameter["schema"]
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"] if each)
    if "minimum" in schema:
        found = f"{schema['minimum']} to {schema['maximum']:,}"
        return f"{found}, or {schema['default']}" if "default" in schema else found
    return "a day" if '"date"' in json.dumps(schema) else "text"


def _schema(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if "properties" not in schema:  # an enumeration, whose values its documents explain
        return
    yield f"### {name}\n"
    yield f"{schema.get('description', '')}\n"
    rows = (
        (f"`{field}`", _type(each), each.get("description", ""))
        for field, each in schema["properties"].items()
    )
    yield from _grid(("field", "type", "meaning"), rows)


def _type(schema: Mapping[str, Any]) -> str:
    """The type of a field in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("format") or schema.get("type", "object"))


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _grid(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(map(_escaped, row))} |"
    yield ""


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


if __name__ == "__main__":
    main()
