import assert from "node:assert/strict";
import {test} from "node:test";
import {editsNotebooks, jupyterBaseUrl, roomPageUrl} from "../../src/wire/jupyter";

const origin = "http://localhost:8888";

function page(config: string | null, body: Record<string, string> = {}): Document {
  const found = {
    getElementById: (id: string) =>
      id === "jupyter-config-data" && config !== null ? {textContent: config} : null,
    body: {dataset: body},
  };
  return found as unknown as Document;
}

const base = (config: string | null, body = {}) => jupyterBaseUrl(page(config, body), {origin});

test("JupyterLab and Notebook put the base URL into their page", () => {
  assert.equal(base('{"baseUrl": "/"}'), "/");
  assert.equal(base('{"baseUrl": "/user/ann"}'), "/user/ann/");
  assert.equal(base('{"baseUrl": "http://localhost:8888/a%40b/"}'), "/a%40b/");
  assert.equal(base(null, {baseUrl: "/old/"}), "/old/");
});

test("a page without a server has no base URL", () => {
  for (const config of [null, "", "{", "{}", '{"baseUrl": 5}', '{"baseUrl": "http://[/"}']) {
    assert.equal(base(config), null);
  }
});

test("a base URL of another origin is refused", () => {
  assert.equal(base('{"baseUrl": "http://evil.example/"}'), null);
  assert.equal(base('{"baseUrl": "//evil.example/"}'), null);
  assert.equal(jupyterBaseUrl(page('{"baseUrl": "/"}'), {origin: "null"}), null);
});

test("the address of a room page is complete", () => {
  const url = (config: string | null, body = {}) =>
    roomPageUrl("/a/", "x1", origin, page(config, body));
  assert.equal(url(null), "http://localhost:8888/a/pairedit/room/x1");
  assert.equal(url("{"), "http://localhost:8888/a/pairedit/room/x1");
});

test("where servers share rooms, the address leads each person to their own server", () => {
  const url = (config: string | null, body = {}) =>
    roomPageUrl("/user/ann/", "x1", origin, page(config, body));
  const shared = "http://localhost:8888/hub/user-redirect/pairedit/room/x1";
  assert.equal(url('{"paireditRoomsBase": "/hub/user-redirect/"}'), shared);
  assert.equal(url(null, {roomsBase: "/hub/user-redirect/"}), shared);
});

test("notebooks are edited in JupyterLab and Notebook, and only displayed elsewhere", () => {
  const edits = (config: string | null, body = {}) => editsNotebooks(page(config, body));
  assert.equal(edits('{"appName": "JupyterLab", "baseUrl": "/"}'), true);
  assert.equal(edits('{"appName": "Jupyter Notebook", "baseUrl": "/"}'), true);
  assert.equal(edits(null, {baseUrl: "/", notebookPath: "a.ipynb"}), true);
  const voila = {baseUrl: "/", appUrl: "voila/", appVersion: "0.5.8", frontend: "voila"};
  assert.equal(edits(JSON.stringify(voila)), false);
  assert.equal(edits('{"baseUrl": "/"}'), false);
  assert.equal(edits(null, {baseUrl: "/voila/"}), false);
  assert.equal(edits("{"), false);
  assert.equal(edits(null), false);
});
