// Hocuspocus with its defaults. It stores a document two seconds after a change, here
// into a file, as its database extension would.
import { writeFile } from "node:fs/promises";
import { Server } from "@hocuspocus/server";
import * as Y from "yjs";
import { firstUpdate } from "./documents.cjs";

const server = new Server({
  port: 0,
  address: "127.0.0.1",
  quiet: true,
  async onLoadDocument({ document, documentName }) {
    Y.applyUpdate(document, firstUpdate(Y, documentName));
  },
  async onStoreDocument({ document, documentName }) {
    await writeFile(`${documentName}.yjs`, Y.encodeStateAsUpdate(document));
  },
});
await server.listen();
console.log(server.address.port);
