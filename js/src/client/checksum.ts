/**
 * The checksum of the text after two seconds without a change. It is shown, so that people can
 * compare, and sent, so that the server can correct a client whose text differs.
 *
 * The answer also proves that the connection works. A lost connection otherwise looks like a quiet
 * room, and a reader would see an old text.
 */
import type {Text} from "@codemirror/state";
import type {Timers} from "../ui/timing";
import type {Check} from "../wire/protocol.gen";
import type {Replica} from "./replica";

const restMs = 2000;
/** Milliseconds without a message after which the connection is tested again. */
const againMs = 30_000;

export function checkOf({doc, version}: Pick<Replica, "doc" | "version">): Check {
  return {type: "check", version, hash: crc32(doc.toString())};
}

export interface FingerprintOptions {
  readonly replica: Replica;
  readonly timers: Timers;
  /** Whether this client is connected and has no unsent edits. */
  readonly may: () => boolean;
  /** The server answers each. */
  readonly send: (check: Check) => void;
  /** Called when `hash` has changed by a timer. */
  readonly changed: () => void;
}

export class Fingerprint {
  /** Eight hexadecimal digits; empty while the text changes or has unsent edits. */
  hash = "";
  private doc: Text | null = null;
  private version = -1;
  private sent = -1;
  private timer: number | null = null;

  constructor(private readonly options: FingerprintOptions) {}

  /** Called when the text or the state of the connection may have changed. */
  update(): void {
    const {doc, version} = this.options.replica;
    const may = this.options.may();
    if (may && doc === this.doc && version === this.version) return;
    this.stop();
    if (!may) return;
    this.doc = doc;
    this.version = version;
    this.timer = this.options.timers.setTimeout(() => this.take(), restMs);
  }

  stop(): void {
    if (this.timer !== null) this.options.timers.clearTimeout(this.timer);
    this.timer = this.doc = null;
    this.hash = "";
  }

  /** The page was suspended or offline: tests the connection at once. */
  wake(): void {
    if (this.hash) this.ask();
  }

  private take(): void {
    const {version, hash} = checkOf(this.options.replica);
    this.hash = hash;
    if (this.sent !== version) this.ask();
    else this.wait();
    this.options.changed();
  }

  private ask(): void {
    this.sent = this.version;
    this.options.send({type: "check", version: this.version, hash: this.hash});
    this.wait();
  }

  private wait(): void {
    if (this.timer !== null) this.options.timers.clearTimeout(this.timer);
    this.timer = this.options.timers.setTimeout(() => this.ask(), againMs);
  }
}

/** The table of CRC-32 as zlib and PNG use it. */
const table = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** Returns the CRC-32 of a text as UTF-8, in eight hexadecimal digits. */
export function crc32(text: string): string {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}
