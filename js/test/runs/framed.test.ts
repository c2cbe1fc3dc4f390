import assert from "node:assert/strict";
import {test} from "node:test";
import {
  frameHeight,
  framedDocument,
  hasScripts,
  imageAddress,
  imageStyle,
} from "../../src/runs/framed";

test("the policy of a frame comes before all that a program wrote", () => {
  const made = framedDocument("<script>trip()</script>", true, "n0");
  const policy = made.indexOf("Content-Security-Policy");
  assert.ok(policy > 0 && policy < 60);
  assert.ok(policy < made.indexOf("trip()"));
  assert.match(
    made,
    /default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'/,
  );
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

test("styles of the markup have the nonce of the page, so that its policy permits them", () => {
  const markup = '<STYLE nonce="x">p {}</STYLE><style\n>b {}</style><p style="top: 0">';
  assert.ok(
    framedDocument(markup, false, "n-1_").endsWith(
      '<STYLE nonce="n-1_" nonce="x">p {}</STYLE><style nonce="n-1_"\n>b {}</style><p style="top: 0">',
    ),
  );
  assert.ok(framedDocument(markup, false, "").endsWith(markup));
});

test("a document with scripts is known", () => {
  assert.ok(hasScripts("<div></div><SCRIPT src='x'></SCRIPT>"));
  assert.ok(!hasScripts("<p>&lt;script>"));
});

const NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"';

test("SVG without its namespace is given it, as in a page", () => {
  const made = (svg: string): string =>
    decodeURIComponent(imageAddress("image/svg+xml", svg)?.split(",")[1] ?? "");
  assert.equal(
    made('<?xml version="1.0"?>\n<svg><g/></svg>'),
    `<?xml version="1.0"?>\n<svg ${NAMESPACE}><g/></svg>`,
  );
  assert.equal(made("<svg\nwidth='1'/>"), `<svg ${NAMESPACE}\nwidth='1'/>`);
  for (const own of [
    `<svg width="1"\n${NAMESPACE}/>`,
    "<svg xmlns:x='y' xmlns = 'z'/>",
    "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
  ]) {
    assert.equal(made(own), own);
  }
});

test("an image is an address with its data, and with nothing else", () => {
  assert.equal(imageAddress("image/png", "aGk=\n"), "data:image/png;base64,aGk=");
  assert.equal(
    imageAddress("image/svg+xml", '<svg onload="trip()">'),
    `data:image/svg+xml;charset=utf-8,${encodeURIComponent(`<svg ${NAMESPACE} onload="trip()">`)}`,
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

test("an image has the size of its metadata, and keeps its proportions in a narrower panel", () => {
  assert.deepEqual(imageStyle(0, 0), {});
  assert.deepEqual(imageStyle(320, 0), {width: "320px"});
  assert.deepEqual(imageStyle(320, 240), {width: "320px", aspectRatio: "320 / 240"});
  assert.deepEqual(imageStyle(0, 240), {height: "240px", objectFit: "contain"});
});
