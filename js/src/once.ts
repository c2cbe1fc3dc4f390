/** Does what a button is for. A second press, while the first is under way, is none. */
export async function once(
  press: Pick<HTMLElement, "getAttribute" | "setAttribute" | "removeAttribute">,
  doing: () => Promise<boolean>,
): Promise<boolean> {
  if (press.getAttribute("aria-disabled")) return false;
  // Not `disabled`, which would take the focus from the button.
  press.setAttribute("aria-disabled", "true");
  const done = await doing();
  press.removeAttribute("aria-disabled");
  return done;
}
