"""The commands ``assistant users``: who may sign in, and their API tokens.

Imports only what the help needs, as :mod:`assistant.cli` does. A password is typed unseen or read from standard input,
never an argument: other users of the machine see those, and shells remember them.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.access.callers import Role  # noqa: TC001 - Typer reads it at run time
from assistant.cli_options import Home, settings_of

if TYPE_CHECKING:
    from pathlib import Path

    from assistant.access.records import Token, User
    from assistant.access.users import UserFile

users_app = typer.Typer(
    help="Say who may sign in, and give them API tokens.", no_args_is_help=True, rich_markup_mode=None
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The user.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@users_app.command("add")
def add(
    name: Name,
    role: Annotated[
        Role | None,
        typer.Option(
            help="A reader asks, an editor also changes the library (default: the first user is an editor, others "
            "are readers)."
        ),
    ] = None,
    home: Home = None,
    password_stdin: FromStdin = False,  # noqa: FBT002
    no_password: Annotated[  # noqa: FBT002
        bool, typer.Option("--no-password", help="For a program: it has API tokens only.")
    ] = False,
) -> None:
    """Add a user; the password is asked for."""
    from assistant.access.users import clean_name  # noqa: PLC0415
    from assistant.errors import AccessError  # noqa: PLC0415

    if password_stdin and no_password:
        raise typer.BadParameter("Either --password-stdin or --no-password.")
    settings = settings_of(home=home)
    users = _users(settings.index.home)
    name = clean_name(name)
    if users.get(name):  # before anybody types a password twice for nothing
        raise AccessError(f"There is a user {name} already. To change the password: assistant users password {name}")
    is_first = not users.list()
    given = role or ("editor" if is_first else "reader")
    user = users.add(name, None if no_password else _password(from_stdin=password_stdin), given)
    typer.echo(f"Added the {user.role} {user.name} in {users.path}.")
    if role is None and is_first:
        typer.echo("The first user is an editor, so that somebody can change the library; --role says otherwise.")
    if settings.sign_in == "off":
        typer.echo("Nobody is asked to sign in yet: start the page with assistant serve --sign-in users.")


@users_app.command("list")
def list_users(home: Home = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """List the users, one a line."""
    users = _users(settings_of(home=home).index.home)
    found = users.list()
    if as_json:
        rows = [
            {
                "name": user.name,
                "role": user.role,
                "password": user.password_hash is not None,
                "tokens": len(user.tokens),
                "added": _date(user.created),
            }
            for user in found
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for user in found:
        without = "" if user.password_hash else ", no password"
        tokens_text = _count(len(user.tokens), "API token")
        typer.echo(f"{user.name}  {user.role}, added {_date(user.created)}{without}, {tokens_text}")
    if not found:
        typer.echo(f"No users in {users.path}. Add one: assistant users add NAME", err=True)


@users_app.command("remove")
def remove(name: Name, home: Home = None) -> None:
    """Remove a user, signed in or not, with all API tokens."""
    users = _users(settings_of(home=home).index.home)
    users.remove(name)
    typer.echo("Removed; whoever was signed in with this name is not any more, and the API tokens are refused.")
    if not users.list():
        typer.echo("No user is left: where sign-in is on, nobody gets in.")


@users_app.command("password")
def password(name: Name, home: Home = None, password_stdin: FromStdin = False) -> None:  # noqa: FBT002
    """Give a user another password; it is asked for."""
    users = _users(settings_of(home=home).index.home)
    _existing(users, name)  # before anybody types a password twice for nothing
    user = users.set_password(name, _password(from_stdin=password_stdin))
    typer.echo(f"Changed; {user.name} has to sign in again.")
    if user.tokens:
        typer.echo(
            f"{_count(len(user.tokens), 'API token')} of {user.name} still good: assistant users revoke ends one."
        )


@users_app.command("role")
def role(name: Name, role: Annotated[Role, typer.Argument(help="What the user may do.")], home: Home = None) -> None:
    """Make a user a reader or an editor."""
    user = _users(settings_of(home=home).index.home).set_role(name, role)
    typer.echo(f"{user.name} is {'an' if user.role == 'editor' else 'a'} {user.role} now and has to sign in again.")


@users_app.command("token")
def token(
    name: Name,
    home: Home = None,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="Days for which it is good (default: until revoked).")
    ] = None,
) -> None:
    """Make an API token with a user's rights; it is shown once."""
    text, record = _users(settings_of(home=home).index.home).add_token(name, label, days)
    typer.echo(text)
    typer.echo(f"Token {record.id}, {_until(record)}. Keep it like a password: it is not shown again.", err=True)


@users_app.command("tokens")
def tokens(name: Name, home: Home = None, as_json: AsJson = False) -> None:  # noqa: FBT002
    """List a user's API tokens by their ids."""
    user = _existing(_users(settings_of(home=home).index.home), name)
    if as_json:
        rows = [
            {
                "id": item.id,
                "label": item.label,
                "added": _date(item.created),
                "until": None if item.expires is None else _date(item.expires),
            }
            for item in user.tokens
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for item in user.tokens:
        typer.echo(f"{item.id}  added {_date(item.created)}, {_until(item)}{f', {item.label}' if item.label else ''}")
    if not user.tokens:
        typer.echo(f"{user.name} has no API tokens.", err=True)


@users_app.command("revoke")
def revoke(
    name: Name,
    token_id: Annotated[str, typer.Argument(metavar="ID", help="Of the token, as 'tokens' shows it.")],
    home: Home = None,
) -> None:
    """Take an API token back."""
    _users(settings_of(home=home).index.home).revoke_token(name, token_id)
    typer.echo("Revoked; it is refused from now on.")


def _users(home: Path) -> UserFile:
    from assistant.access.users import UserFile  # noqa: PLC0415

    return UserFile(home)


def _existing(users: UserFile, name: str) -> User:
    from assistant.errors import AccessError  # noqa: PLC0415

    if (user := users.get(name)) is None:
        raise AccessError(f"There is no such user in {users.path}. To see them: assistant users list")
    return user


def _password(*, from_stdin: bool) -> str:
    from assistant.access.passwords import problem_with_password  # noqa: PLC0415
    from assistant.errors import AccessError  # noqa: PLC0415

    if not from_stdin and not sys.stdin.isatty():
        raise AccessError("A password cannot be asked for here: there is no terminal. Give it with --password-stdin.")
    given = _line() if from_stdin else str(typer.prompt("Password", hide_input=True))
    if problem := problem_with_password(given):
        raise AccessError(problem)
    if not from_stdin and typer.prompt("The same again", hide_input=True) != given:
        raise AccessError("The two passwords are not the same; nothing was changed.")
    return given


def _line() -> str:
    from assistant.errors import AccessError  # noqa: PLC0415

    try:
        # As bytes: an error of decoding would show some of them.
        return sys.stdin.buffer.readline(4096).decode().rstrip("\r\n")
    except UnicodeDecodeError:
        raise AccessError("The password on standard input is not UTF-8.") from None


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _until(token: Token) -> str:
    return "good until revoked" if token.expires is None else f"good until {_date(token.expires)}"
