/** A kernel that knows names. Positions are in UTF-16 units of the code that it is sent. */

/** `kind` is a word of IPython, such as "function"; `signature` is empty if there is none. */
export interface FoundName {
  readonly name: string;
  readonly kind: string;
  readonly signature: string;
}

/** The names that may replace the code from `from` to `to`. */
export interface FoundNames {
  readonly from: number;
  readonly to: number;
  readonly names: readonly FoundName[];
}

export interface NamesKernel {
  /** Whether there is a kernel that answers this person. */
  readonly answers: boolean;
  /** Null without an answer. */
  names(code: string, at: number, signal: AbortSignal): Promise<FoundNames | null>;
  /** The signature and the documentation of what is at `at`; empty if nothing is known. */
  inspect(code: string, at: number, signal: AbortSignal): Promise<string>;
  /** Lets the kernel load what it needs for its first answer, if that takes long. */
  prepare?(): void;
  destroy(): void;
}

/** For those who have no kernel. */
export const NO_KERNEL: NamesKernel = {
  answers: false,
  names: () => Promise.resolve(null),
  inspect: () => Promise.resolve(""),
  destroy() {},
};

/** What is displayed at most. */
const MOST_NAMES = 1000;
const MOST_SIGN = 500;

/** Returns the names in an answer for `code`; null if it is not as expected. */
export function namesIn(answer: unknown, code: string): FoundNames | null {
  const {from, to, names} = Object(answer) as Record<string, unknown>;
  if (!isPlace(from) || !isPlace(to) || from > to || to > code.length) return null;
  if (!Array.isArray(names)) return null;
  const found = names.slice(0, MOST_NAMES).map(each => Object(each) as Partial<FoundName>);
  return {
    from,
    to,
    names: found.flatMap(({name, kind, signature}) =>
      typeof name === "string" && name
        ? [{name, kind: text(kind), signature: text(signature).slice(0, MOST_SIGN)}]
        : [],
    ),
  };
}

/** Returns the documentation in an answer; empty if there is none. */
export function textIn(answer: unknown): string {
  return text((Object(answer) as Record<string, unknown>).text);
}

function isPlace(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
