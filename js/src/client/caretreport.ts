/**
 * Sends this client's selection when the other clients cannot compute it.
 *
 * They assume that the caret is where this client typed last, so typing needs no message.
 */
import {throttle} from "../ui/timing";
import type {Throttle, Timers} from "../ui/timing";
import {after, mapped, same} from "./carets";
import type {Selection} from "./carets";
import type {Replica} from "./replica";

/** Ten messages a second. The server drops more. */
const everyMs = 100;

export interface CaretReportOptions {
  readonly replica: Replica;
  readonly timers: Timers;
  /** Whether this client is connected and has no unsent edits. */
  readonly may: () => boolean;
  readonly send: (selection: Selection) => void;
}

export class CaretReport {
  /** The selection in `replica.doc`; null until the editor has had the focus. */
  private mine: Selection | null = null;
  /** The selection that the other clients assume, as positions in the log's code. */
  private known: Selection | null = null;
  private readonly news: Throttle;

  constructor(private readonly options: CaretReportOptions) {
    const {replica, timers} = options;
    this.news = throttle(() => this.send(), everyMs, timers);
    replica.attach({
      apply: changes => {
        if (this.mine) this.mine = mapped(this.mine, changes);
      },
    });
    replica.onRevision((changes, author) => {
      if (this.known) this.known = after(this.known, changes, author === replica.clientId);
    });
  }

  place(selection: Selection): void {
    this.mine = selection;
    this.update();
  }

  /** Called when it may have become possible or necessary to send the selection. */
  update(): void {
    if (this.due) this.news.put();
  }

  /** The connection is closed, so the other clients do not know this one. */
  lost(): void {
    this.known = null;
  }

  private get due(): boolean {
    return this.mine !== null && !same(this.mine, this.known) && this.options.may();
  }

  private send(): void {
    if (!this.due || !this.mine) return;
    this.known = this.mine;
    this.options.send(this.mine);
  }
}
