// Put into a page before its own scripts: records what a person has on the screen at each
// press, and which messages about runs follow it, in order. The page itself is not changed.
(() => {
  const TYPES = [
    "run",
    "run_taken",
    "unread",
    "run_refused",
    "question",
    "shown",
    "approve",
    "refuse",
    "grant",
  ];
  const recorded = (window.recorded = []);

  // The text of an element, with the characters themselves in the place of their marks.
  const plain = element => {
    const copy = element.cloneNode(true);
    for (const mark of copy.querySelectorAll(".cm-specialChar"))
      mark.replaceWith(String.fromCodePoint(parseInt(mark.textContent.slice(2), 16)));
    for (const extra of copy.querySelectorAll(".pairedit-ghost, .cm-placeholder")) extra.remove();
    return copy.textContent;
  };
  const content = () => document.querySelector(".pairedit-code .cm-content");
  const lines = () => [...content().querySelectorAll(".cm-line")];
  const screen = () => lines().map(plain).join("\n");

  // The number of UTF-16 units of the text before a place of the selection.
  const placeOf = (node, offset) => {
    const all = lines();
    const found = all.findIndex(line => line.contains(node));
    const index = found < 0 ? offset : found;
    const before = all.slice(0, index).reduce((sum, line) => sum + plain(line).length + 1, 0);
    if (found < 0) return before;
    const range = document.createRange();
    range.selectNodeContents(all[found]);
    range.setEnd(node, offset);
    const holder = document.createElement("div");
    holder.append(range.cloneContents());
    return before + plain(holder).length;
  };
  const selected = () => {
    const {anchorNode, anchorOffset, focusNode, focusOffset} = getSelection();
    const text = screen();
    const ends = [placeOf(anchorNode, anchorOffset), placeOf(focusNode, focusOffset)];
    let [from, to] = ends.sort((a, b) => a - b);
    if (from === to) {
      from = text.slice(0, from).lastIndexOf("\n") + 1;
      to = (text + "\n").indexOf("\n", to);
    }
    return text.slice(from, to);
  };

  const listings = {
    question: () => {
      const code = document.querySelector(".pairedit-question .pairedit-listing-code");
      return code && plain(code);
    },
    unread: () =>
      [...document.querySelectorAll(".pairedit-unread .pairedit-listed")].map(line => [
        Number(line.dataset.line),
        plain(line).replace(/\n$/, ""),
      ]),
  };
  window.displayed = panel => listings[panel]();
  window.isEnabled = panel => {
    const button = document.querySelector(`.pairedit-${panel} .pairedit-primary`);
    return button ? !button.disabled : null;
  };
  const isVisible = name =>
    document.querySelector(`.pairedit-run-${name}`)?.checkVisibility() ?? false;
  window.notice = () => ["question", "problem"].find(isVisible) ?? "";

  addEventListener(
    "keydown",
    ({key, shiftKey, altKey, target}) => {
      if (key !== "Enter" || !shiftKey || !content()?.contains(target)) return;
      recorded.push({type: "pressed", text: altKey ? selected() : screen()});
    },
    true,
  );
  addEventListener(
    "click",
    ({target}) => {
      if (target.closest(".pairedit-run-button, .pairedit-run-question .pairedit-go"))
        recorded.push({type: "pressed", text: screen()});
      if (target.closest(".pairedit-question .pairedit-actions button"))
        recorded.push({type: "answered", text: listings.question()});
    },
    true,
  );

  const note = (type, data) => {
    const message = JSON.parse(data);
    if (TYPES.includes(message.type)) recorded.push({...message, type: `${type} ${message.type}`});
  };
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({data}) => note("got", data));
    }
    send(data) {
      note("sent", data);
      super.send(data);
    }
  };
})();
