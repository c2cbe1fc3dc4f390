/**
 * Takes the place of @marijn/find-cluster-break in editor.js: that package has a table of Unicode,
 * which the regular expressions of browsers have as well.
 */

/** Marks that stand alone: those of GraphemeBreakProperty.txt in Unicode. */
const ALONE = String.raw`\u102b\u102c\u1038\u1062-\u1064\u1067-\u106d\u1083\u1087-\u108c\u108f\u109a-\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d\u{11720}\u{11721}`;
/** Joins the character before it, as an accent does. */
const EXTENDING = String.raw`(?![${ALONE}])[\p{M}\p{Gr_Ext}\p{EMod}\u0e33\u0eb3]|`;
/** The second half of a flag, after an odd number of halves. */
const SECOND_HALF = String.raw`(?<=(?<!\p{RI})(?:\p{RI}\p{RI})*\p{RI})\p{RI}`;

function cluster(joined: string): RegExp {
  return new RegExp(String.raw`.(?:${joined}\u200d|(?<=\u200d).|${SECOND_HALF})*`, "suy");
}

const WITH_EXTENDING = cluster(EXTENDING);
const WITHOUT_EXTENDING = cluster("");

/**
 * Returns the end of the user-perceived character at `pos`, or the start of the one before it; `pos`
 * at the end of the text. Positions are in UTF-16 units.
 */
export function findClusterBreak(
  text: string,
  pos: number,
  forward = true,
  includeExtending = true,
): number {
  const pattern = includeExtending ? WITH_EXTENDING : WITHOUT_EXTENDING;
  const next = (from: number): number => {
    pattern.lastIndex = from;
    return pattern.test(text) ? pattern.lastIndex : from;
  };
  if (forward) return next(pos);
  for (let end = pos; end > 1; end--) {
    const found = next(end - 2);
    if (found < end) return found;
  }
  return 0;
}
