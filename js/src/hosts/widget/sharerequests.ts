/**
 * Makes the guest links that Python asks for with `share()`: the page has the login, not the kernel.
 *
 * The notebook may be open twice, so a page claims a wish first, and the kernel says who makes it.
 */
import type {InviteRequest, Invites, MadeInvite} from "../../wire/invites";
import {hear} from "./model";
import type {Model} from "./model";

/** `made` is told each link. Returns the function that ends it. */
export function followWishes(
  model: Model,
  invites: Pick<Invites, "make">,
  made: (link: MadeInvite) => void,
): () => void {
  const page = Math.random().toString(36).slice(2);
  const wishes = new Map<unknown, InviteRequest>();
  /** Links that this page is making: it claims none of them once more. */
  const making = new Set<unknown>();

  async function make(id: unknown, wish: InviteRequest): Promise<void> {
    making.add(id);
    try {
      const link = await invites.make(wish);
      model.send({type: "made", id, url: link.url});
      made(link);
    } catch (error) {
      const message = error instanceof Error ? error.message : "The link could not be made.";
      model.send({type: "refused", id, message});
    }
    making.delete(id);
  }

  return hear(model, ({type, id, wish, page: chosen}) => {
    if (type === "share" && !making.has(id)) {
      wishes.set(id, wish as InviteRequest);
      model.send({type: "claim", id, page});
    }
    if (type !== "make") return;
    const wanted = wishes.get(id);
    wishes.delete(id);
    if (wanted && chosen === page) void make(id, wanted);
  });
}
