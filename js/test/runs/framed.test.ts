import assert from "node:assert/strict";
import {test} from "node:test";
import {frameHeight, framedDocument, imageAddress} from "../../src/runs/framed";

test("the policy of a frame comes before all that a program wrote", () => {
  const made = framedDocument("<script>trip()</script>", true, "n0");
  const policy = made.indexOf("Content-Security-Policy");
  assert.ok(policy > 0 && policy < 60);
  assert.ok(policy < made.indexOf("trip()"));
  assert.match(made, /default-src 'none'; img-src data:; style-src 'unsafe-inline'/);
  assert.match(made, /name="color-scheme" content="dark"/);
  // Our pages allow styles with their nonce only.
  assert.match(made, /<style nonce="n0">.*<\/style><body>/);
  assert.match(framedDocument("", false, ""), /content="light"/);
});

test("a frame is as tall as the rows of its tables, and else as the tallest", () => {
  assert.equal(frameHeight("<p>no table</p>"), 224);
  assert.equal(frameHeight("<TR><td>1<tr class=x><td>2"), 76);
  assert.equal(frameHeight("<track>"), 224);
  assert.equal(frameHeight("<tr>"), 64);
  assert.equal(frameHeight("<tr>".repeat(1000)), 224);
});

test("an image is an address with its data, and with nothing else", () => {
  assert.equal(imageAddress("image/png", "aGk=\n"), "data:image/png;base64,aGk=");
  assert.equal(
    imageAddress("image/svg+xml", '<svg onload="trip()">'),
    "data:image/svg+xml;charset=utf-8,%3Csvg%20onload%3D%22trip()%22%3E",
  );
  for (const [mime, data] of [
    ["image/png", "https://evil.example/x.png"],
    ["image/png", "aGk=, javascript:trip()"],
    ["image/png", ""],
    ["text/html", "aGk="],
    ["image/png;x=,<svg>", "aGk="],
    ["javascript", "aGk="],
  ] as const) {
    assert.equal(imageAddress(mime, data), null, `${mime} ${data}`);
  }
});
