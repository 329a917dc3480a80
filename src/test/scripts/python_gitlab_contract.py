#!/usr/bin/env python3
"""Makes each call that Groundwork makes, with a client that is not ours: python-gitlab.

    GITLAB_URL=... GITLAB_TOKEN=... GITLAB_PARENT=... python_gitlab_contract.py

The token has scope api, its user owns the parent group (a full path that holds a slash). Prints a
line per call and ends with 1 at the first answer that is not as it must be. It talks to the
simulator or to a real GitLab alike; on a real one it leaves one subgroup behind, marked for
deletion. Made with python-gitlab 8.6.
"""

import datetime
import os
import secrets
import sys

import gitlab
from gitlab.const import AccessLevel
from gitlab.exceptions import GitlabError


def expect(call, holds, seen):
    """Prints the call; ends the run if what was seen is not as it must be."""
    print(("ok   " if holds else "FAIL ") + call, flush=True)
    if not holds:
        sys.exit(f"{call}: saw {seen!r}")


def expect_error(call, status, text, work):
    """The work must be refused with that status and a message that holds the text."""
    try:
        seen = work()
    except GitlabError as refused:
        seen = (refused.response_code, str(refused.error_message))
        expect(call, seen[0] == status and text in seen[1], seen)
        return
    expect(call, False, seen)


def instance(client):
    token = client.personal_access_tokens.get("self")
    expect("self", token.active and "api" in token.scopes, token.scopes)
    client.auth()
    expect("user", client.user.id == token.user_id, client.user.id)
    version, _ = client.version()
    expect("version", version.split(".")[0].isdigit(), version)


def groups(client, parent_path):
    parent = client.groups.get(parent_path, with_projects=False)
    expect("group by path", parent.full_path == parent_path, parent.full_path)
    same = client.groups.get(parent.id, with_projects=False)
    expect("group by id", same.full_path == parent_path, same.full_path)
    path = "contract-" + secrets.token_hex(4)
    wanted = {
        "name": path,
        "path": path,
        "parent_id": parent.id,
        "visibility": "private",
        "description": "made by a test",
    }
    made = client.groups.create(wanted)
    expect("create group", made.full_path == f"{parent_path}/{path}", made.full_path)
    expect_error(
        "create group twice", 400, "has already been taken", lambda: client.groups.create(wanted)
    )
    children = parent.subgroups.list(get_all=True, per_page=1)
    expect("children, all pages", path in [child.path for child in children], len(children))
    absent = client.groups.get(made.id + 1_000_000, lazy=True)
    for call, work in {
        "no such group": lambda: client.groups.get(parent_path + "/none"),
        "tokens of no such group": lambda: absent.access_tokens.list(get_all=True),
        "token in no such group": lambda: absent.access_tokens.create(
            {"name": "none", "scopes": ["read_registry"]}
        ),
        "children of no such group": lambda: absent.subgroups.list(get_all=True),
        "group below no such group": lambda: client.groups.create(
            {**wanted, "parent_id": absent.encoded_id}
        ),
    }.items():
        expect_error(call, 404, "Not Found", work)
    return made


def tokens(client, group):
    expires = (datetime.date.today() + datetime.timedelta(days=60)).isoformat()
    wanted = {
        "name": "puller",
        "scopes": ["read_registry"],
        "access_level": AccessLevel.REPORTER.value,
        "expires_at": expires,
        "description": "made by a test",
    }
    made = [group.access_tokens.create(wanted) for _ in range(3)]
    first = made[0]
    expect("issue token", bool(first.token) and first.expires_at == expires, first.expires_at)
    own = gitlab.Gitlab(client.url, private_token=first.token)
    own_id = own.personal_access_tokens.get("self").id
    expect("self with the new token", own_id == first.id, own_id)
    expect_error(
        "create group with a pull token",
        403,
        "insufficient_scope",
        lambda: own.groups.create({"name": "none", "path": "none", "parent_id": group.id}),
    )
    listed = group.access_tokens.list(get_all=True, per_page=2, state="active")
    ids = sorted(token.id for token in listed)
    expect("tokens, all pages", ids == sorted(token.id for token in made), ids)
    expect("no value in a list", not any(hasattr(token, "token") for token in listed), ids)
    row = next(token for token in listed if token.id == first.id)
    kept = (row.name, row.access_level, row.scopes, row.expires_at, row.revoked)
    expect("what a list tells", kept == ("puller", 20, ["read_registry"], expires, False), kept)
    group.access_tokens.delete(first.id)
    left = [token.id for token in group.access_tokens.list(get_all=True, state="active")]
    expect("revoke token", first.id not in left and len(left) == 2, left)
    expect_error(
        "self with a revoked token", 401, "", lambda: own.personal_access_tokens.get("self")
    )
    never = max(ids) + 1_000_000
    expect_error("revoke what never was", 404, "404", lambda: group.access_tokens.delete(never))


def main():
    client = gitlab.Gitlab(os.environ["GITLAB_URL"], private_token=os.environ["GITLAB_TOKEN"])
    instance(client)
    group = groups(client, os.environ["GITLAB_PARENT"])
    try:
        tokens(client, group)
    finally:
        group.delete()


if __name__ == "__main__":
    main()
