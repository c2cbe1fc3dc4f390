import assert from "node:assert/strict";
import {test} from "node:test";
import {peopleLabel} from "../../src/editor/people";
import {Arrivals, joinedSentence} from "../../src/share/joinednotice";
import {
  DEFAULT_LIFETIME,
  LIFETIMES,
  expiry,
  linkName,
  permission,
  usage,
  warning,
} from "../../src/share/labels";
import {stillActive} from "../../src/share/newlinks";
import {fullName, plain} from "../../src/ui/names";
import {once, underWay} from "../../src/ui/timing";
import {Api} from "../../src/wire/api";
import {Invites} from "../../src/wire/invites";
import type {Invite, MadeInvite} from "../../src/wire/invites";
import {FakeEdge, json} from "../edge";

const ann = {name: "Ann", color: 1, clients: ["a"]};
const bob = {name: "Bob", color: 2, clients: ["b"], guest: true, label: "class 9b"};
const eve = {name: "Eve", color: 3, clients: ["e"], guest: true};

test("a guest is named as a guest, with the label of the link", () => {
  assert.equal(plain(fullName(bob)), "Bob (guest, “class 9b”)");
  assert.equal(plain(fullName(eve)), "Eve (guest)");
  assert.equal(peopleLabel([ann, eve], "a"), "In this room: Ann (you), Eve (guest)");
  assert.equal(plain(joinedSentence([bob, eve])), "Bob (guest, “class 9b”), Eve (guest) joined.");
});

test("people who were here before have not joined, and nobody joins twice", () => {
  const arrivals = new Arrivals();
  assert.deepEqual(arrivals.take([]), []);
  assert.deepEqual(arrivals.take([ann, bob]), []);
  assert.deepEqual(arrivals.take([ann, bob, eve]), [eve]);
  // Nobody is listed while the connection is lost.
  assert.deepEqual(arrivals.take([]), []);
  assert.deepEqual(arrivals.take([ann, bob, eve]), []);
  assert.deepEqual(arrivals.take([ann, {...bob, clients: ["b", "b2"]}]), []);
  assert.deepEqual(arrivals.take([ann, {...ann, clients: ["a2"]}]), []);
});

test("the sentence of each role describes it, and the lifetime can be chosen", () => {
  assert.match(permission("edit"), /read and change/);
  assert.doesNotMatch(permission("view"), /change this code/);
  assert.match(warning("edit"), /before you run it/);
  for (const role of ["edit", "view"] as const) {
    assert.match(warning(role), /nothing else/);
    assert.ok(LIFETIMES.some(([seconds]) => seconds === DEFAULT_LIFETIME[role]));
  }
});

test("the expiry of a link is a relative time", () => {
  for (const [left, words] of [
    [86_399, "expires tomorrow"],
    [7 * 86_400 - 2, "expires in 7 days"],
    [3 * 3600 + 60, "expires in 3 hours"],
    [300, "expires in 5 minutes"],
    [23 * 3600 + 60, "expires in 23 hours"],
    [20, "expires in less than a minute"],
    [0, "expired"],
  ] as const) {
    assert.equal(expiry({expiresAt: 1000 + left}, 1000), words);
  }
});

test("a link lists who uses it, or when it was used", () => {
  const now = 100_000;
  for (const [link, words] of [
    [{lastUsedAt: null, people: []}, "not used yet"],
    [{lastUsedAt: now - 5, people: []}, "used just now"],
    [{lastUsedAt: now - 7200, people: []}, "used 2 hours ago"],
    [{lastUsedAt: now, people: ["Bob"]}, "Bob is here"],
    [{lastUsedAt: now, people: ["Bob", "Eve"]}, "Bob, Eve are here"],
  ] as const) {
    assert.equal(plain(usage({...link, people: [...link.people]}, now)), words);
  }
  assert.equal(linkName({label: " ", role: "view"}), "Link to view");
  assert.equal(linkName({label: "class", role: "view"}), "class");
});

test("guest links are read and changed at the routes of the room", async () => {
  const edge = new FakeEdge();
  const invites = new Invites(new Api("/ann/", edge.transport), "room");
  for (let i = 0; i < 7; i++) edge.answers.push(json(200, {}));
  await invites.list();
  await invites.make({role: "view", expiresIn: 60});
  await invites.revoke("i/1");
  await invites.change("i1", "edit");
  await invites.renew();
  await invites.lock(true);
  await invites.remove("client");
  assert.deepEqual(edge.requests, [
    "GET /ann/pairedit/rooms/room/invites",
    "POST /ann/pairedit/rooms/room/invites",
    "DELETE /ann/pairedit/rooms/room/invites/i%2F1",
    "PUT /ann/pairedit/rooms/room/invites/i1",
    "POST /ann/pairedit/rooms/room/invites/renew",
    "PUT /ann/pairedit/rooms/room/lock",
    "DELETE /ann/pairedit/rooms/room/people/client",
  ]);
});

test("created links are listed while they are active, with their present role", () => {
  const made = (inviteId: string): MadeInvite => ({
    inviteId,
    url: `#${inviteId}`,
    role: "edit",
    label: "",
    expiresAt: 9,
  });
  const live: Invite = {
    ...made("a"),
    role: "view",
    createdBy: "Ann",
    createdAt: 0,
    lastUsedAt: null,
    uses: 0,
    people: [],
  };
  assert.deepEqual(stillActive([made("b"), made("a")], [live]), [{...made("a"), role: "view"}]);
});

test("a call while another is under way gets the same result, a later one its own", async () => {
  const answers: ((n: number) => void)[] = [];
  const ask = underWay(() => new Promise<number>(resolve => answers.push(resolve)));
  const both = Promise.all([ask(), ask()]);
  answers[0]?.(1);
  assert.deepEqual([await both, answers.length], [[1, 1], 1]);
  const next = ask();
  answers[1]?.(2);
  assert.equal(await next, 2);
});

test("a second press while the first is under way does nothing, and the button keeps the focus", async () => {
  const attributes = new Map<string, string>();
  const press = {
    getAttribute: (name: string) => attributes.get(name) ?? null,
    setAttribute: (name: string, value: string) => void attributes.set(name, value),
    removeAttribute: (name: string) => void attributes.delete(name),
  };
  const answers: ((done: boolean) => void)[] = [];
  const doing = (): Promise<boolean> => new Promise(resolve => answers.push(resolve));
  const first = once(press, doing);
  assert.deepEqual([...attributes.keys()], ["aria-disabled"]);
  assert.equal(await once(press, doing), undefined);
  answers[0]?.(true);
  assert.deepEqual([await first, attributes.size, answers.length], [true, 0, 1]);
});
