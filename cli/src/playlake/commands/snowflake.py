"""`playlake snowflake`: the SQL that attaches a lake to Snowflake, and whether it is attached."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from playlake.commands.options import ToJson
from playlake.commands.snowflake_options import (
    AccountName,
    Action,
    Bucket,
    Chosen,
    Database,
    ExternalId,
    IcebergDatabase,
    Integration,
    LandingSchema,
    Out,
    Region,
    Role,
    RoleArn,
    Schema,
    Script,
    ScriptName,
    User,
    Warehouse,
    WithoutDay,
)
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.output.files import new_folder
from playlake.output.formats import Format
from playlake.output.screen import show_or_write, write
from playlake.output.table import Field, Kind, Table

if TYPE_CHECKING:
    from playlake_warehouses.snowflake import Attachment

EXAMPLES = """\b
playlake snowflake sql
playlake snowflake sql parquet-direct --bucket NAME
playlake snowflake sql --out attach-snowflake
playlake snowflake check
"""

_FINDINGS = (
    Field("verdict", Kind.WORD, 9),
    Field("what", Kind.WORD, 8),
    Field("finding", Kind.PROSE, 7, "how it is, and what to do"),
)


def snowflake(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    action: Chosen,
    script: Script = ScriptName.SNOWPIPE,
    bucket: Bucket = None,
    role_arn: RoleArn = None,
    external_id: ExternalId = None,
    region: Region = None,
    iceberg_database: IcebergDatabase = None,
    integration: Integration = None,
    database: Database = None,
    schema: Schema = None,
    landing_schema: LandingSchema = None,
    without_day: WithoutDay = False,
    out: Out = None,
    account: AccountName = None,
    user: User = None,
    role: Role = None,
    warehouse: Warehouse = None,
    to_json: ToJson = False,
) -> None:
    """Write the SQL that attaches a lake to Snowflake, or check an account.

    sql needs no account: words in capitals stand for what is not given. check only reads. It needs
    Snowflake's connector, and one of the variables SNOWFLAKE_PASSWORD, SNOWFLAKE_TOKEN and
    SNOWFLAKE_PRIVATE_KEY_FILE. The exit status is 1 when there is a problem.
    """
    here = context.ensure_object(Invocation)
    attachment = _attachment(
        bucket=bucket,
        role_arn=role_arn,
        external_id=external_id,
        region=region,
        iceberg_database=iceberg_database,
        integration=integration,
        database=database,
        schema=schema,
        landing_schema=landing_schema,
    )
    if action is Action.CHECK:
        _check(here, (account, user, role, warehouse), attachment, to_json=to_json)
    elif out is None:
        write(here.output, _sql(script, attachment, without_day=without_day))
        _say_unfilled(here, attachment)
    else:
        _write(here, out, attachment, without_day=without_day)


def _attachment(**given: str | None) -> "Attachment":
    from playlake_warehouses.snowflake import Attachment

    try:
        return Attachment(**{name: value for name, value in given.items() if value is not None})
    except ValueError as error:
        raise CommandError(str(error)) from error


def _sql(name: str, attachment: "Attachment", *, without_day: bool) -> str:
    from playlake_warehouses.snowflake import SCRIPTS
    from playlake_warehouses.snowflake.parquet_direct import TableFormat, parquet_direct

    if name == ScriptName.PARQUET_DIRECT and without_day:
        return parquet_direct(attachment, TableFormat.NONE)
    return SCRIPTS[name].make(attachment)


def _write(here: Invocation, folder: Path, attachment: "Attachment", *, without_day: bool) -> None:
    from playlake_warehouses.snowflake import SCRIPTS

    with new_folder(folder) as aside:
        for script in SCRIPTS.values():
            text = _sql(script.name, attachment, without_day=without_day)
            (aside / script.file_name).write_text(text, encoding="utf-8")
    here.say(f"Wrote {len(SCRIPTS)} files to {folder}.")
    _say_unfilled(here, attachment)


def _say_unfilled(here: Invocation, attachment: "Attachment") -> None:
    if attachment.unfilled:
        words = ", ".join(attachment.unfilled)
        here.say(f"Fill in {words}, or give --bucket, --role-arn, --external-id and --region.")


def _check(
    here: Invocation,
    asked: "tuple[str | None, str | None, str | None, str | None]",
    attachment: "Attachment",
    *,
    to_json: bool,
) -> None:
    from playlake.doctor.findings import Findings, Verdict
    from playlake.snowflake_account.connecting import Account, connected
    from playlake.snowflake_account.looking import look_at_account

    findings = Findings()
    with here.working("Asking Snowflake"), connected(Account(*asked)) as session:
        settings = look_at_account(findings, session, attachment)
    rows = [(each.verdict.value, each.thing, each.text) for each in findings.all]
    problems, warnings = map(findings.count, (Verdict.PROBLEM, Verdict.WARNING))
    chosen = Format.JSON if to_json else Format.SCREEN
    counted = f"Problems: {problems}. Warnings: {warnings}."
    show_or_write(here.output, chosen, Table(_FINDINGS, rows, drops=False), counted)
    if settings:
        _say_settings(here, settings)
    if problems:
        raise typer.Exit(1)


def _say_settings(here: Invocation, settings: dict[str, object]) -> None:
    """Say what the template's settings have to have, whole, so that it can be copied."""
    here.say("\nFor the settings of the deployment, as far as the account says it:\n")
    here.say("[snowflake]")
    for name, value in settings.items():
        here.say(f"{name} = {json.dumps(value)}")
