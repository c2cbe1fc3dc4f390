import assert from "node:assert/strict";
import {test} from "node:test";
import {readRoomLink} from "../../src/wire/links";

const ID = "3v8wWsVK0ezbWGmAU8dFqM";
const id = {id: ID};

test("an id is read with or without blanks around it", () => {
  assert.deepEqual(readRoomLink(ID, "/"), id);
  assert.deepEqual(readRoomLink(`\n ${ID} `, "/a/"), id);
});

test("a link of this server is read whatever the host is called", () => {
  for (const link of [
    `http://localhost:8888/a/pairedit/room/${ID}`,
    `https://example.org/a/pairedit/room/${ID}/?x=1#y`,
    `localhost:8888/a/pairedit/room/${ID}`,
    `127.0.0.1:8888/a/pairedit/room/${ID}`,
    `/a/pairedit/room/${ID}`,
  ]) {
    assert.deepEqual(readRoomLink(link, "/a/"), id, link);
  }
});

test("where servers share rooms, the link for all of them is read too", () => {
  const shared = `http://h/hub/user-redirect/pairedit/room/${ID}`;
  assert.deepEqual(readRoomLink(shared, "/user/ann/", "/hub/user-redirect/"), id);
  assert.ok("problem" in readRoomLink(shared, "/user/ann/"));
});

test("a base URL is the same encoded or not", () => {
  assert.deepEqual(readRoomLink(`http://h/a%40b/pairedit/room/${ID}`, "/a@b/"), id);
  assert.deepEqual(readRoomLink(`http://h/a@b/pairedit/room/${ID}`, "/a%40b/"), id);
});

test("a link of another server is refused as such", () => {
  const read = readRoomLink(`http://h/user/bob/pairedit/room/${ID}`, "/user/ann/");
  assert.match("problem" in read ? read.problem : "", /another Jupyter server/);
});

test("any other text is refused with what was expected", () => {
  for (const bad of [
    "",
    "abc",
    `${ID}!`,
    "javascript:alert(1)",
    "http://",
    `ftp://h/pairedit/room/${ID}`,
    "http://h/pairedit/room/short",
    `http://h/pairedit/rooms/${ID}`,
    `a${ID}${ID}`,
    `http://h/pairedit/room/${ID}/../x`,
    "%",
    "http://h/%E0%A4%A/pairedit/room/x",
  ]) {
    const read = readRoomLink(bad, "/");
    assert.match("problem" in read ? read.problem : "", /16 to 32 letters and digits/, bad);
  }
});

test("a guest link is refused with where to open it", () => {
  const read = readRoomLink(`https://h/a/pairedit/guest#${ID}.invite.key`, "/a/");
  assert.match("problem" in read ? read.problem : "", /address bar/);
});
