"""What a user's other tools do to Notion, done to the simulator with `notion-client` as published.

Started by tests/stories/official_clients.rs, which plays the person in the browser and gives what the
scenario needs in one variable. Stops at the first step that goes wrong.
"""

import asyncio
import io
import json
import os
import sys
import traceback

import httpx
from notion_client import (
    APIErrorCode,
    APIResponseError,
    AsyncClient,
    Client,
)
from notion_client.errors import UnknownHTTPResponseError, is_notion_client_error
from notion_client.helpers import (
    async_collect_paginated_api,
    collect_paginated_api,
    is_full_block,
    is_full_data_source,
    is_full_database,
    is_full_page,
    is_full_user,
    iterate_paginated_api,
)

GIVEN = json.loads(os.environ["OCTAVO_SCENARIO"])
URL = GIVEN["url"]
VERSION = GIVEN["version"]
APP = {key: GIVEN[key] for key in ("client_id", "client_secret")}
NEW = VERSION >= "2026-03-11"
UNKNOWN_ID = "01234567-89ab-4def-8123-456789abcdef"


def options(auth):
    # Its log is for people; here every error is looked at.
    return {"auth": auth, "base_url": URL, "notion_version": VERSION, "log_level": 100}


def client(auth):
    return Client(options(auth))


notion = client(GIVEN["personal_token"])


def text(content):
    return [{"type": "text", "text": {"content": content}}]


def shown(items):
    return "".join(item["plain_text"] for item in items)


def paragraph(content):
    return {"type": "paragraph", "paragraph": {"rich_text": text(content)}}


def titled(content):
    return {"title": {"title": text(content)}}


def equal(found, wanted):
    assert found == wanted, f"{found!r} instead of {wanted!r}"


def control(route, body=None):
    """The control routes, which no client has."""
    address = f"{URL}/_sim/{route}"
    answer = httpx.get(address) if body is None else httpx.post(address, json=body)
    answer.raise_for_status()
    return answer.json()


def refused(call, status, code):
    """Expects the client's own error for an answer of the API."""
    try:
        call()
    except APIResponseError as error:
        equal((error.status, error.code), (status, code))
        assert error.request_id, error
        return error
    raise AssertionError(f"{code} was expected")


def refused_by_sign_in(call, status, word):
    try:
        call()
    except Exception as error:
        assert is_notion_client_error(error), repr(error)
        equal((error.status, json.loads(error.body)["error"]), (status, word))
        return
    raise AssertionError(f"{word} was expected")


page = {}


def a_code_becomes_a_pair_of_tokens_and_a_pair_the_next_one():
    first = notion.oauth.token(
        **APP,
        grant_type="authorization_code",
        code=GIVEN["code"],
        redirect_uri=GIVEN["redirect_uri"],
    )
    me = client(first["access_token"]).users.me()
    equal((me["type"], me["id"]), ("bot", first["bot_id"]))
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = notion.oauth.token(**APP, **again)
    equal(second["bot_id"], first["bot_id"])
    refused(lambda: client(first["access_token"]).users.me(), 401, APIErrorCode.Unauthorized)
    refused_by_sign_in(lambda: notion.oauth.token(**APP, **again), 400, "invalid_grant")

    token = second["access_token"]
    equal(notion.oauth.introspect(**APP, token=token)["active"], True)
    notion.oauth.revoke(**APP, token=token)
    equal(notion.oauth.introspect(**APP, token=token)["active"], False)
    refused(lambda: client(token).users.me(), 401, APIErrorCode.Unauthorized)


def people_are_listed_and_found():
    person = next(
        user for user in collect_paginated_api(notion.users.list) if user["type"] == "person"
    )
    assert is_full_user(person), person
    equal(notion.users.retrieve(person["id"])["name"], person["name"])


def a_page_is_created():
    page.update(
        notion.pages.create(
            parent={"type": "workspace", "workspace": True},
            properties=titled("Engines"),
            icon={"type": "emoji", "emoji": "⚙️"},
            children=[
                {
                    "type": "toggle",
                    "toggle": {"rich_text": text("More"), "children": [paragraph("inside")]},
                }
            ],
        )
    )
    assert is_full_page(page), page
    equal(shown(page["properties"]["title"]["title"]), "Engines")
    equal("archived" in page, not NEW)
    (toggle,) = notion.blocks.children.list(page["id"])["results"]
    assert is_full_block(toggle) and toggle["has_children"], toggle
    (inside,) = notion.blocks.children.list(toggle["id"])["results"]
    equal(shown(inside["paragraph"]["rich_text"]), "inside")


def two_hundred_and_fifty_blocks_are_appended_and_read_page_by_page():
    sheet = notion.pages.create(parent={"page_id": page["id"]}, properties=titled("A long list"))[
        "id"
    ]
    wanted = [f"line {number}" for number in range(250)]
    ids = []
    for at in range(0, len(wanted), 100):
        children = [paragraph(line) for line in wanted[at : at + 100]]
        answer = notion.blocks.children.append(sheet, children=children)
        ids += [block["id"] for block in answer["results"]]
    for size in (100, 70):
        found = list(
            iterate_paginated_api(notion.blocks.children.list, block_id=sheet, page_size=size)
        )
        equal([block["id"] for block in found], ids)
        equal([shown(block["paragraph"]["rich_text"]) for block in found], wanted)
    place = (
        {"position": {"type": "after_block", "after_block": {"id": ids[0]}}}
        if NEW
        else {"after": ids[0]}
    )
    notion.blocks.children.append(sheet, children=[paragraph("between")], **place)
    start = notion.blocks.children.list(sheet, page_size=3)
    equal(
        [shown(block["paragraph"]["rich_text"]) for block in start["results"]],
        ["line 0", "between", "line 1"],
    )

    async def beside():
        async with AsyncClient(options(GIVEN["personal_token"])) as other:
            return await async_collect_paginated_api(other.blocks.children.list, block_id=sheet)

    equal(len(asyncio.run(beside())), 251)


def a_page_and_a_block_are_updated_and_a_block_is_deleted():
    updated = notion.pages.update(page["id"], properties=titled("Analytical engines"), icon=None)
    equal(
        (shown(updated["properties"]["title"]["title"]), updated["icon"]),
        ("Analytical engines", None),
    )
    parts = notion.pages.properties.retrieve(page["id"], "title")["results"]
    equal("".join(part["title"]["plain_text"] for part in parts), "Analytical engines")
    (block,) = notion.blocks.children.append(page["id"], children=[paragraph("draft")])["results"]
    changed = notion.blocks.update(block["id"], paragraph={"rich_text": text("fair copy")})
    equal(shown(changed["paragraph"]["rich_text"]), "fair copy")
    equal(notion.blocks.delete(block["id"])["in_trash"], True)
    left = collect_paginated_api(notion.blocks.children.list, block_id=page["id"])
    assert block["id"] not in [other["id"] for other in left]


def pages_are_found_by_title():
    found = collect_paginated_api(
        notion.search, query="engines", filter={"property": "object", "value": "page"}, page_size=1
    )
    equal([result["id"] for result in found], [page["id"]])


def a_page_goes_to_the_trash_and_comes_back():
    child = notion.pages.create(parent={"page_id": page["id"]}, properties=titled("Short-lived"))[
        "id"
    ]
    equal(notion.pages.update(child, in_trash=True)["in_trash"], True)
    late = [paragraph("too late")]
    refused(
        lambda: notion.blocks.children.append(child, children=late),
        400,
        APIErrorCode.ValidationError,
    )
    equal(notion.pages.update(child, in_trash=False)["in_trash"], False)
    notion.blocks.children.append(child, children=[paragraph("in time")])
    target = notion.pages.create(parent={"page_id": page["id"]}, properties=titled("Turin"))["id"]
    moved = notion.pages.move(child, parent={"type": "page_id", "page_id": target})
    equal(moved["parent"]["page_id"], target)


def markdown_goes_both_ways():
    note = notion.pages.create(
        parent={"page_id": page["id"]},
        properties=titled("In Markdown"),
        markdown="# One\n\nA **bold** word",
    )["id"]
    equal(notion.pages.retrieve_markdown(note)["markdown"], "# One\nA **bold** word")

    def update(old, new):
        pairs = [{"old_str": old, "new_str": new}]
        return notion.pages.update_markdown(
            note, type="update_content", update_content={"content_updates": pairs}
        )

    equal(update("bold", "brave")["markdown"], "# One\nA **brave** word")
    refused(lambda: update("not there", "anything"), 400, APIErrorCode.ValidationError)
    notion.pages.update_markdown(
        note, type="replace_content", replace_content={"new_str": "All new"}
    )
    equal(notion.pages.retrieve_markdown(note)["markdown"], "All new")


def a_file_is_uploaded_and_shown():
    data = b"\x89PNG\r\n\x1a\n"
    upload = notion.file_uploads.create(
        mode="single_part", filename="engine.png", content_type="image/png"
    )
    equal(upload["status"], "pending")
    sent = notion.file_uploads.send(
        upload["id"], file=("engine.png", io.BytesIO(data), "image/png")
    )
    equal((sent["status"], sent["content_length"]), ("uploaded", len(data)))
    equal(notion.file_uploads.retrieve(upload["id"])["status"], "uploaded")
    image = {"type": "image", "image": {"type": "file_upload", "file_upload": {"id": upload["id"]}}}
    (block,) = notion.blocks.children.append(page["id"], children=[image])["results"]
    equal(httpx.get(block["image"]["file"]["url"]).content, data)


def rows_of_a_data_source_are_queried():
    database = notion.databases.create(
        parent={"type": "page_id", "page_id": page["id"]},
        title=text("Letters"),
        initial_data_source={"properties": {"Name": {"title": {}}, "Count": {"number": {}}}},
    )
    assert is_full_database(database), database
    source = database["data_sources"][0]["id"]
    assert is_full_data_source(notion.data_sources.retrieve(source))
    for name, count in (("Ada", 3), ("Babbage", 1), ("Carla", 2)):
        notion.pages.create(
            parent={"type": "data_source_id", "data_source_id": source},
            properties={"Name": {"title": text(name)}, "Count": {"number": count}},
        )
    rows = collect_paginated_api(
        notion.data_sources.query,
        data_source_id=source,
        filter={"property": "Count", "number": {"greater_than": 1}},
        sorts=[{"property": "Count", "direction": "ascending"}],
        page_size=1,
    )
    equal([shown(row["properties"]["Name"]["title"]) for row in rows], ["Carla", "Ada"])


def errors_arrive_as_the_clients_own():
    missing = refused(lambda: notion.pages.retrieve(UNKNOWN_ID), 404, APIErrorCode.ObjectNotFound)
    assert "Could not find page with ID" in str(missing), missing
    long = [paragraph("x" * 2001)]
    refused(
        lambda: notion.blocks.children.append(page["id"], children=long),
        400,
        APIErrorCode.ValidationError,
    )
    refused(lambda: client("ntn_nobody").users.me(), 401, APIErrorCode.Unauthorized)
    control("faults", {"rules": [{"path": "/v1/users/me", "fault": "html_403"}]})
    try:
        notion.users.me()
    except UnknownHTTPResponseError as error:
        equal(error.status, 403)
    else:
        raise AssertionError("an answer of the network's edge was expected")


def the_client_waits_and_asks_again_when_it_was_too_fast():
    rules = [
        {"method": "GET", "path": "/v1/users/me", "fault": "429", "retry_after": 1},
        {"method": "POST", "path": "/v1/search", "fault": "429", "retry_after": 1},
    ]
    control("faults", {"rules": rules})
    before = len(control("log")["requests"])
    equal(notion.users.me()["object"], "user")
    equal(notion.search()["object"], "list")
    log = [
        entry
        for entry in control("log")["requests"][before:]
        if not entry["path"].startswith("/_sim")
    ]
    equal([entry["status"] for entry in log], [429, 200, 429, 200])


STEPS = [
    a_code_becomes_a_pair_of_tokens_and_a_pair_the_next_one,
    people_are_listed_and_found,
    a_page_is_created,
    two_hundred_and_fifty_blocks_are_appended_and_read_page_by_page,
    a_page_and_a_block_are_updated_and_a_block_is_deleted,
    pages_are_found_by_title,
    a_page_goes_to_the_trash_and_comes_back,
    markdown_goes_both_ways,
    a_file_is_uploaded_and_shown,
    rows_of_a_data_source_are_queried,
    errors_arrive_as_the_clients_own,
    the_client_waits_and_asks_again_when_it_was_too_fast,
]

for step in STEPS:
    words = step.__name__.replace("_", " ")
    try:
        step()
    except Exception as error:
        print(f"✗ {words}", flush=True)
        traceback.print_exc()
        print(getattr(error, "body", ""), file=sys.stderr)
        sys.exit(1)
    print(f"✓ {words}", flush=True)
