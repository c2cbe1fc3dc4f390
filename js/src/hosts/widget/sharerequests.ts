/**
 * Creates the guest links that Python requests with `share()`, where the kernel has no server, and
 * shows them.
 *
 * The notebook may be open twice, so each page first claims a request, and the kernel chooses one.
 */
import type {InviteRequest, Invites, MadeInvite} from "../../wire/invites";
import {onMessage} from "./model";
import type {Model} from "./model";

/** Calls `made` with each link that this page or the kernel has created. Returns the function that ends it. */
export function handleLinkRequests(
  model: Model,
  invites: Pick<Invites, "make">,
  made: (link: MadeInvite) => void,
): () => void {
  const page = Math.random().toString(36).slice(2);
  const requests = new Map<unknown, InviteRequest>();
  /** The requests for which this page is creating a link. It does not claim them again. */
  const making = new Set<unknown>();

  async function make(id: unknown, request: InviteRequest): Promise<void> {
    making.add(id);
    try {
      const link = await invites.make(request);
      model.send({type: "made", id, url: link.url});
      made(link);
    } catch (error) {
      const message = error instanceof Error ? error.message : "The link could not be created.";
      model.send({type: "refused", id, message});
    }
    making.delete(id);
  }

  return onMessage(model, ({type, id, wish, link, page: chosen}) => {
    if (type === "created") made(link as MadeInvite);
    if (type === "share" && !making.has(id)) {
      requests.set(id, wish as InviteRequest);
      model.send({type: "claim", id, page});
    }
    if (type !== "make") return;
    const request = requests.get(id);
    requests.delete(id);
    if (request && chosen === page) void make(id, request);
  });
}
