import assert from "node:assert/strict";
import {test} from "node:test";
import type {Model} from "../../../src/hosts/widget/model";
import {handleLinkRequests} from "../../../src/hosts/widget/sharerequests";
import type {InviteRequest, MadeInvite} from "../../../src/wire/invites";
import {promises} from "../../edge";

type Said = Record<string, unknown>;

/** The kernel's end of a widget: what pages say to it, and what it says to all of them. */
class Kernel {
  readonly said: Said[] = [];
  private readonly pages = new Set<(message: unknown) => void>();

  model(): Model {
    const model = {
      send: (message: Said) => void this.said.push(message),
      on: (_event: string, callback: (message: unknown) => void) => this.pages.add(callback),
      off: (_event: string, callback: (message: unknown) => void) => this.pages.delete(callback),
    };
    return model as unknown as Model;
  }

  tell(message: Said): void {
    for (const page of this.pages) page(message);
  }
}

const wish: InviteRequest = {role: "edit", expiresIn: 60, label: ""};
const link: MadeInvite = {inviteId: "i", url: "u", role: "edit", label: "", expiresAt: 1};

function pages(count: number, make = () => Promise.resolve(link)) {
  const kernel = new Kernel();
  const asked: InviteRequest[] = [];
  const shown: MadeInvite[] = [];
  const invites = {
    make(wanted: InviteRequest) {
      asked.push(wanted);
      return make();
    },
  };
  const ends = Array.from({length: count}, () =>
    handleLinkRequests(kernel.model(), invites, made => void shown.push(made)),
  );
  kernel.tell({type: "share", id: 1, wish});
  return {kernel, asked, shown, ends};
}

test("a link that the kernel has created is shown, and created no second time", () => {
  const {kernel, asked, shown} = pages(1);
  kernel.tell({type: "created", link});
  assert.deepEqual([asked, shown], [[], [link]]);
});

test("of two pages that show a notebook, the one that the kernel chose creates the link", async () => {
  const {kernel, asked, shown} = pages(2);
  assert.deepEqual(
    kernel.said.map(({type}) => type),
    ["claim", "claim"],
  );
  assert.deepEqual(asked, []);
  kernel.tell({type: "make", id: 1, page: kernel.said[1]?.page});
  await promises();
  assert.deepEqual([asked, shown], [[wish], [link]]);
  assert.deepEqual(kernel.said.at(-1), {type: "made", id: 1, url: "u"});
  kernel.tell({type: "make", id: 1, page: kernel.said[1]?.page});
  await promises();
  assert.equal(asked.length, 1);
});

test("a refusal of the server is sent to the kernel", async () => {
  const {kernel, shown} = pages(1, () => Promise.reject(new Error("Too many.")));
  kernel.tell({type: "make", id: 1, page: kernel.said[0]?.page});
  await promises();
  assert.deepEqual(kernel.said.at(-1), {type: "refused", id: 1, message: "Too many."});
  assert.deepEqual(shown, []);
});

test("a closed page creates no link", async () => {
  const {kernel, asked, ends} = pages(1);
  for (const end of ends) end();
  kernel.tell({type: "make", id: 1, page: kernel.said[0]?.page});
  await promises();
  assert.deepEqual(asked, []);
});

test("a page that gets a request again while it creates the link creates no second one", async () => {
  let finish = (_: MadeInvite): void => undefined;
  const slow = new Promise<MadeInvite>(resolve => (finish = resolve));
  const {kernel, asked} = pages(1, () => slow);
  const make = {type: "make", id: 1, page: kernel.said[0]?.page};
  kernel.tell(make);
  kernel.tell({type: "share", id: 1, wish});
  kernel.tell(make);
  assert.deepEqual([asked.length, kernel.said.length], [1, 1]);
  finish(link);
  await promises();
  assert.deepEqual(kernel.said.at(-1), {type: "made", id: 1, url: "u"});
});

test("a page that gets a request again claims it again", () => {
  const {kernel} = pages(1);
  kernel.tell({type: "share", id: 1, wish});
  assert.deepEqual(
    kernel.said.map(({type}) => type),
    ["claim", "claim"],
  );
});
