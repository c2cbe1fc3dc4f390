// The server of y-websocket with its defaults: documents are in memory only.
const http = require("node:http");
const WebSocket = require("ws");
const Y = require("yjs");
const { setPersistence, setupWSConnection } = require("y-websocket/bin/utils");
const { firstUpdate } = require("./documents.cjs");

setPersistence({
  bindState: (name, doc) => Y.applyUpdate(doc, firstUpdate(Y, name)),
  writeState: async () => {},
});
const sockets = new WebSocket.Server({ noServer: true });
sockets.on("connection", setupWSConnection);
const server = http.createServer();
server.on("upgrade", (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (each) => {
    sockets.emit("connection", each, request);
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
