import assert from "node:assert/strict";
import {test} from "node:test";
import {afterClose, roomFull} from "../../src/client/closecodes";
import type {Status} from "../../src/client/types";
import {statusWords} from "../../src/editor/statusline";

const say = (status: Status, unsent = 0, message = "", overdue = 0, rescue = false) =>
  statusWords({status, message, unsent, overdue, rescue, role: "edit", guest: false});

test("each status has its own text, not only a colour", () => {
  const states: Status[] = [
    "connecting",
    "live",
    "saving",
    "unsaved",
    "reconnecting",
    "read-only",
    "full",
    "missing",
    "replaced",
    "refused",
    "closed",
    "invalid",
    "expired",
    "revoked",
    "removed",
  ];
  const words = states.map(status => say(status).words);
  assert.deepEqual(words, [
    "Connecting…",
    "Live · saved",
    "Saving…",
    "Not saved",
    "Reconnecting…",
    "Read-only",
    "Room full",
    "No such room",
    "Open in another tab",
    "Not allowed",
    "Closed",
    "Link not valid",
    "Link expired",
    "Link revoked",
    "Removed",
  ]);
});

test("edits that wait are counted, but not while they are on their ordinary way", () => {
  assert.equal(say("reconnecting", 1).words, "Reconnecting… 1 edit waiting");
  assert.equal(say("read-only", 3).words, "Read-only · 3 edits waiting");
  assert.equal(say("saving", 3).words, "Saving…");
  // What waits when a link ends is never sent.
  assert.equal(say("revoked", 3).words, "Link revoked");
  assert.equal(say("expired", 3, "", 180).words, "Link expired");
});

test("a final status has a sentence and a button", () => {
  const closes = [1008, 4402, 4403, 4412].map(code => afterClose(code, "", 0));
  for (const told of [roomFull("It takes 2 at a time."), ...closes]) {
    assert.ok("status" in told);
    const {words, sentence, retry} = say(told.status, 0, told.message);
    assert.match(sentence, /^[A-Z].*\.$/);
    assert.ok(!sentence.toLowerCase().includes(words.toLowerCase()), sentence);
    assert.ok(retry);
  }
});

test("a guest is not led back into a room that was deleted", () => {
  const told = {
    status: "closed",
    message: "",
    unsent: 0,
    overdue: 0,
    rescue: false,
    role: "edit",
  } as const;
  assert.equal(statusWords({...told, guest: false}).retry, "Reconnect");
  assert.equal(statusWords({...told, guest: true}).retry, null);
});

test("the room's own message replaces the default one", () => {
  assert.equal(say("closed", 0, "It was deleted.").sentence, "It was deleted.");
});

test("nothing is offered while all is well", () => {
  for (const status of ["connecting", "live", "saving"] as const) {
    assert.equal(say(status).retry, null);
    assert.equal(say(status).sentence, "");
  }
});

test("edits that wait too long are an error for every reason", () => {
  assert.deepEqual(say("saving", 1, "", 12), {
    tone: "error",
    words: "1 edit not saved for 12 s",
    sentence: "",
    retry: null,
  });
  assert.equal(say("reconnecting", 3, "", 59).words, "Reconnecting… 3 edits not saved for 59 s");
  assert.equal(say("read-only", 3, "", 180).words, "Read-only · 3 edits not saved for 3 min");
  assert.equal(say("closed", 3, "", 180).words, "Closed · 3 edits waiting");
});

test("after a minute a copy of the text is offered, beside the other message", () => {
  assert.match(say("read-only", 3, "The disk is full.", 60, true).sentence, /full\. What .* Copy/);
});
