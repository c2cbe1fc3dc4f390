"""The home page and the room page."""

from __future__ import annotations

from playwright.sync_api import Dialog, expect

from tests.browsing import SignIn
from tests.jupyter import Server

from .editing import Line, RoomPage, listen_for_trouble, new_room


def test_a_room_is_made_named_listed_and_deleted_from_the_home_page(
    notebook: Server, sign_in: SignIn
) -> None:
    for room in notebook.call("pairedit/rooms"):
        notebook.call(f"pairedit/rooms/{room['roomId']}", "DELETE")
    page = sign_in(notebook).new_page()
    trouble = listen_for_trouble(page)
    page.goto("pairedit/")
    expect(page.get_by_text("Rooms appear here once")).to_be_visible()
    page.get_by_label("Title").fill("Sorting exercise")
    page.get_by_label("Language").select_option("javascript")
    page.get_by_role("button", name="Create New Room").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sorting exercise")
    room = RoomPage(page, page.url.rsplit("/", 1)[1]).ready()
    expect(room.root.locator(".pairedit-language")).to_have_text("JavaScript")
    room.highlights("javascript")

    other = sign_in(notebook).new_page()
    other.goto("pairedit/")
    line = other.locator(".rooms > li")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("Sorting exercise")
    expect(line).to_contain_text("JavaScript · changed just now")
    expect(line).to_contain_text("1 person here")
    line.get_by_role("button", name="Delete Sorting exercise").click()
    expect(line.get_by_role("button", name="Keep")).to_be_focused()
    line.get_by_role("button", name="Keep").click()
    line.get_by_role("button", name="Delete Sorting exercise").click()
    line.get_by_role("button", name="Really delete").click()
    expect(other.get_by_text("Rooms appear here once")).to_be_visible()
    # A person in the room is notified, and keeps the text.
    expect(room.words).to_have_text("Closed")
    expect(room.sentence).to_contain_text("The room was deleted")
    assert trouble == []


def test_a_bad_link_or_one_of_another_server_is_refused_with_the_reason(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    trouble = listen_for_trouble(page)
    page.goto("pairedit/")
    link = page.get_by_label("Room id or link")
    problem = page.locator("#join-problem")
    for wrong, said in [
        ("", "Expected a room id"),
        ("short", "this is neither"),
        ("https://example.org/user/bob/pairedit/room/" + "a" * 22, "another Jupyter"),
    ]:
        link.fill(wrong)
        expect(problem).to_be_empty()
        link.press("Enter")
        expect(problem).to_contain_text(said)
        expect(link).to_have_attribute("aria-invalid", "true")
        expect(link).to_be_focused()
    expect(page).to_have_url(f"{lab.url}pairedit/")
    assert trouble == []


def test_an_address_that_was_cut_off_leads_to_the_home_page_which_says_so(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    trouble = listen_for_trouble(page)
    room_id = new_room(lab)
    page.goto(f"pairedit/room/{room_id[:10]}")
    link = page.get_by_label("Room id or link")
    expect(page.locator("#join-problem")).to_contain_text("not the address of a room")
    expect(link).to_have_attribute("aria-invalid", "true")
    link.fill(room_id)
    expect(page.locator("#join-problem")).to_be_empty()
    link.press("Enter")
    RoomPage(page, room_id).ready()
    # The browser itself reports the status of the page.
    assert [each for each in trouble if "404" not in each] == []


def test_the_home_page_reports_a_server_that_does_not_answer(
    lab: Server, sign_in: SignIn
) -> None:
    page = sign_in(lab).new_page()
    page.route("**/pairedit/rooms", lambda route: route.abort())
    page.goto("pairedit/")
    expect(page.locator("#rooms-note")).to_contain_text("cannot be reached")
    button = page.get_by_role("button", name="Create New Room")
    button.click()
    expect(page.locator("#create-problem")).to_contain_text("cannot be reached")
    expect(button).to_be_enabled()


def test_copy_link_copies_the_address_and_nothing_secret(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab)
    context = sign_in(lab)
    page = context.new_page()
    page.goto(f"pairedit/room/{room_id}?token={lab.token}#x")
    share = page.get_by_role("button", name="Share")
    share.click()
    copy = page.get_by_role("button", name="Copy link")
    # Without the permission, the text can be selected.
    page.evaluate("""() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
      document.execCommand = () => false;
    }""")
    copy.click()
    by_hand = page.get_by_role("textbox", name="Copy link")
    expect(by_hand).to_have_value(f"{lab.url}pairedit/room/{room_id}")
    expect(by_hand).to_be_focused()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.reload()
    share.click()
    copy.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{lab.url}pairedit/room/{room_id}"


def test_pages_load_nothing_that_their_policy_forbids_and_report_no_error(
    lab: Server, sign_in: SignIn
) -> None:
    context = sign_in(lab)
    room_id = new_room(lab, "def f():\n    return 1\n" * 30)
    for path in ("pairedit/", f"pairedit/room/{room_id}"):
        page = context.new_page()
        trouble = listen_for_trouble(page)
        page.add_init_script("""
          addEventListener("securitypolicyviolation", event =>
            console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
        """)
        answer = page.goto(path)
        assert (
            answer and "default-src 'none'" in answer.headers["content-security-policy"]
        )
        if "room/" in path:
            room = RoomPage(page, room_id).ready()
            room.click().press("Control+f").type("return").press("Enter", "Escape")
            room.press("Control+End").type("x = 1").press("Control+Shift+Enter")
            expect(room.ghost).to_have_count(1)
            assert room.content.evaluate("c => getComputedStyle(c).whiteSpace") == "pre"
        assert trouble == []


def test_leaving_with_unsent_edits_asks_first(lab: Server, sign_in: SignIn) -> None:
    room_id = new_room(lab)
    page = sign_in(lab).new_page()
    line = Line(page)
    room = RoomPage(page, room_id).ready()
    line.deaf = True  # no acknowledgement arrives
    room.click().type("unsent")
    expect(room.words).to_have_text("Saving…")
    asked: list[str] = []

    def stay_or_go(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", stay_or_go)
    page.goto("pairedit/")
    assert asked == ["beforeunload"]


def test_rooms_are_searched_sorted_and_renamed_on_the_home_page(
    notebook: Server, sign_in: SignIn
) -> None:
    for room in notebook.call("pairedit/rooms"):
        notebook.call(f"pairedit/rooms/{room['roomId']}", "DELETE")
    trees = new_room(notebook, title="Trees")
    new_room(notebook, title="Sorting", language="sql")
    page = sign_in(notebook).new_page()
    trouble = listen_for_trouble(page)
    page.goto("pairedit/")
    names = page.locator(".room-what a")
    expect(names).to_have_text(["Sorting", "Trees"])
    page.get_by_label("Sort by").select_option("Title")
    expect(names).to_have_text(["Sorting", "Trees"])
    search = page.get_by_label("Search")
    search.fill("tree")
    expect(names).to_have_text(["Trees"])
    expect(page.locator("#rooms-note")).to_have_text("1 of 2 rooms")
    search.fill("heap")
    expect(page.locator("#rooms-empty")).to_contain_text("No room has “heap” in its")
    search.fill("")
    page.get_by_role("button", name="Rename Trees").press("Enter")
    field = page.get_by_label("Title", exact=True).last
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Rename Trees")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Heaps")
    page.keyboard.press("Enter")
    expect(names).to_have_text(["Heaps", "Sorting"])
    expect(page.get_by_role("button", name="Rename Heaps")).to_be_focused()
    assert notebook.call(f"pairedit/rooms/{trees}")["title"] == "Heaps"
    assert trouble == []


def test_who_renames_a_room_on_the_home_page_sees_that_somebody_else_did(
    lab: Server, sign_in: SignIn
) -> None:
    room_id = new_room(lab, title="Before")
    page = sign_in(lab).new_page()
    page.goto("pairedit/")
    item = page.locator(f'[data-room-id="{room_id}"]')
    title = item.locator(".room-what a")
    path = f"pairedit/rooms/{room_id}"

    def rename_elsewhere(title: str) -> None:
        lab.call(path, "PATCH", {"title": title}, {"If-Match": "*"})

    expect(title).to_have_text("Before")
    rename_elsewhere("Hers")
    item.get_by_role("button", name="Rename Before").click()
    field = item.get_by_label("Title", exact=True)
    field.fill("His")
    with page.expect_response(lambda reply: reply.request.method == "PATCH") as sent:
        page.keyboard.press("Enter")
    assert sent.value.status == 409
    problem = item.get_by_role("alert")
    expect(problem).to_contain_text("Somebody has renamed this room to “Hers”")
    expect(field).to_have_value("His")
    expect(field).to_be_focused()
    assert lab.call(path)["title"] == "Hers"

    # Who keeps it has the title of now in the list.
    page.keyboard.press("Escape")
    expect(title).to_have_text("Hers")
    expect(item.get_by_role("button", name="Rename Hers")).to_be_focused()

    # Who saves again replaces it.
    rename_elsewhere("Hers again")
    page.keyboard.press("Enter")
    field.fill("His")
    page.keyboard.press("Enter")
    expect(problem).to_contain_text("“Hers again”")
    page.keyboard.press("Enter")
    expect(title).to_have_text("His")
    assert lab.call(path)["title"] == "His"
