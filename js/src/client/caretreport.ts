/**
 * Tells the others where this client's caret is, when it is not where they take it to be anyway.
 *
 * They take it to be where this client typed last. So typing costs no message, and a click costs one.
 */
import {throttle} from "../ui/timing";
import type {Throttle, Timers} from "../ui/timing";
import {after, mapped, same} from "./carets";
import type {Selection} from "./carets";
import type {Replica} from "./replica";

/** Ten a second: the server drops what comes more often. */
const everyMs = 100;

export interface OwnCaretOptions {
  readonly replica: Replica;
  readonly timers: Timers;
  /** Whether the others have all that is in `replica.doc`, and can be told. */
  readonly may: () => boolean;
  readonly send: (selection: Selection) => void;
}

export class OwnCaret {
  /** Where it is, in `replica.doc`; null before anybody had the focus here. */
  private mine: Selection | null = null;
  /** Where the others take it to be, in the code as the log has it. */
  private known: Selection | null = null;
  private readonly news: Throttle;

  constructor(private readonly options: OwnCaretOptions) {
    const {replica, timers} = options;
    this.news = throttle(() => this.tell(), everyMs, timers);
    replica.attach({
      apply: changes => {
        if (this.mine) this.mine = mapped(this.mine, changes);
      },
    });
    replica.onRevision((changes, typist) => {
      if (this.known) this.known = after(this.known, changes, typist === replica.clientId);
    });
  }

  place(selection: Selection): void {
    this.mine = selection;
    this.look();
  }

  /** It may have become possible, or necessary, to tell the others. */
  look(): void {
    if (this.due) this.news.put();
  }

  /** The connection is another one: nobody knows anything. */
  forgotten(): void {
    this.known = null;
  }

  private get due(): boolean {
    return this.mine !== null && !same(this.mine, this.known) && this.options.may();
  }

  private tell(): void {
    if (!this.due || !this.mine) return;
    this.known = this.mine;
    this.options.send(this.mine);
  }
}
