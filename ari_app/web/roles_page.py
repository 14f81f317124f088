"""docs/roles.md, written from the table: `python -m ari_app.web.roles_page`."""

from pathlib import Path

from ari_app.store.tables import Role
from ari_app.web.permissions import PERMISSIONS, Permission

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
#: Everything below this line is written by the program.
MARK = "## Every route"


def page(before: str) -> str:
    """The page anew: the words above the mark stay, the table follows the program."""
    return f"{before.partition(MARK)[0]}{MARK}\n\n{table()}"


def table() -> str:
    """`see`: may open it; `do`: may change something by it; `both`."""
    head = f"| route | {' | '.join(Role)} | without login |\n|---|{'---|' * (len(Role) + 1)}\n"
    return head + "".join(_row(name, permission) for name, permission in PERMISSIONS.items())


def _row(name: str, permission: Permission) -> str:
    cells = " | ".join(_cell(role, permission) for role in Role)
    return f"| `{name}` | {cells} | {permission.without_login} |\n"


def _cell(role: Role, permission: Permission) -> str:
    sees, does = role in permission.get, role in permission.post
    return {(True, True): "both", (True, False): "see", (False, True): "do", (False, False): ""}[sees, does]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
