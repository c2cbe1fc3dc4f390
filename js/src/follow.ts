/** Whom a person follows with one editor: at most one, and paused while they do something else. */
import type {RemoteCaret} from "./presence";

export interface FollowState {
  /** The name of whom, which is unique in a room; null for nobody. */
  readonly name: string | null;
  readonly paused: boolean;
}

const nobody: FollowState = {name: null, paused: false};

export class Follow {
  state = nobody;

  constructor(
    /** Told after each change, with a sentence about it. */
    private readonly changed: (sentence: string) => void,
  ) {}

  /** A person's chip was pressed: begin, go on after a pause, or stop. */
  press(name: string): void {
    if (this.state.name === name && !this.state.paused) this.stop();
    else this.become({name, paused: false}, `Following ${name}. Esc stops.`);
  }

  /** Somebody types or scrolls here. */
  pause(): void {
    const {name, paused} = this.state;
    if (name !== null && !paused) this.become({name, paused: true}, "Following is paused.");
  }

  /** False when nobody was followed, so that the key does its other work. */
  stop(): boolean {
    if (this.state.name === null) return false;
    this.become(nobody, "Following has ended.");
    return true;
  }

  /** These are here now. */
  here(names: readonly string[]): void {
    if (this.state.name !== null && !names.includes(this.state.name)) this.stop();
  }

  /** The caret to be kept in view: of several, the one that moved last. */
  target(carets: readonly RemoteCaret[]): number | null {
    const {name, paused} = this.state;
    if (name === null || paused) return null;
    const theirs = carets.filter(caret => caret.name === name && !caret.own);
    return theirs.sort((one, other) => other.moved - one.moved)[0]?.head ?? null;
  }

  private become(state: FollowState, sentence: string): void {
    this.state = state;
    this.changed(sentence);
  }
}
