/**
 * The fingerprint of a text that is at rest: shown, so that two people can compare, and sent, so that
 * the server sends the room's text to a client that shows another one.
 *
 * Its answer also says that the line is alive. One that is dead looks like one on which all are
 * quiet, and who only reads would believe an old text for ever.
 */
import type {Text} from "@codemirror/state";
import type {Timers} from "../ui/timing";
import type {Check} from "../wire/protocol.gen";
import type {Replica} from "./replica";

const restMs = 2000;
/** Milliseconds of quiet after which the line is tried again. */
const againMs = 30_000;

export function checkOf({doc, version}: Pick<Replica, "doc" | "version">): Check {
  return {type: "check", version, hash: crc32(doc.toString())};
}

export interface FingerprintOptions {
  readonly replica: Replica;
  readonly timers: Timers;
  /** Whether the text is the room's, as far as this client knows: connected and all is stored. */
  readonly may: () => boolean;
  /** Each is answered. */
  readonly send: (check: Check) => void;
  /** `hash` is another one, without a message. */
  readonly changed: () => void;
}

export class Fingerprint {
  /** Eight hexadecimal digits; empty while the text changes or may not be the room's. */
  hash = "";
  private doc: Text | null = null;
  private version = -1;
  private sent = -1;
  private timer: number | null = null;

  constructor(private readonly options: FingerprintOptions) {}

  /** Something may have happened. */
  look(): void {
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

  /** The page was asleep or away: find out at once whether the line still leads somewhere. */
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

/** CRC-32 as zlib and PNG have it, to compare texts without sending them. */
const table = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** Of a text as UTF-8, in eight hexadecimal digits. */
export function crc32(text: string): string {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc = (crc >>> 8) ^ (table[(crc ^ byte) & 255] ?? 0);
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}
