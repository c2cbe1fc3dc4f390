/** Finds the lines of a text that are rules: tracebacks begin with one of 75 dashes. */

/** The place of a rule, without the end of the line. */
export interface Rule {
  readonly from: number;
  readonly to: number;
}

/** Shorter ones fit into the narrowest panels. */
const RULE = /^([-=])\1{29,}$/gm;

/** Returns the rules of a text without escapes, in order. */
export function rulesIn(text: string): Rule[] {
  return [...text.matchAll(RULE)].map(({0: all, index}) => ({from: index, to: index + all.length}));
}
