/** Marks of revisions. */

/**
 * How a revision was made. "partly": it was merged from revisions with different marks, and each of
 * the other marks is that of a part.
 */
export type Mark = "guest" | "python" | "suggested" | "agent" | "partly";
