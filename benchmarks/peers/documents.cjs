// New documents of the compared servers: `<size>-<anything>` names one with a text.
const LINE = "total = total + price[index] * (1 + rate)  # and so on\n";

/** Return an update that inserts a text of that size as client 1. `Y` is Yjs. */
exports.firstUpdate = (Y, name) => {
  const size = Number.parseInt(name, 10);
  const doc = new Y.Doc();
  doc.clientID = 1;
  doc.getText("source").insert(0, LINE.repeat(size / LINE.length + 1).slice(0, size));
  return Y.encodeStateAsUpdate(doc);
};
