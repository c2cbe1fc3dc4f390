/**
 * Entry of editor.js, which the hosts load: opens rooms and mounts editors, with the history and the
 * share panel for a member.
 */
import {mountEditor as mount} from "./editor/editor";
import type {Editor, EditorOptions} from "./editor/editor";
import {membersPart} from "./members/members";
import type {Login, MembersPart} from "./members/members";
import {complete} from "./wire/api";
import type {MadeInvite} from "./wire/invites";

export {openRoom} from "./client/room";
export {smallestChange} from "./client/text";
export type {Login};

export interface MountOptions extends Omit<EditorOptions, "part" | "complete"> {
  /** A login of the room's server. Without it, as a guest has none, no history and no sharing. */
  readonly login?: Login;
}

export interface MountedEditor extends Editor {
  /** Opens the share panel with a link that was made elsewhere. Does nothing without a login. */
  showLink(made: MadeInvite): Promise<void>;
}

/** Puts an editor for `room` into `el`, which the caller sizes. Several may show one room. */
export function mountEditor(el: HTMLElement, options: MountOptions): MountedEditor {
  const {login, ...rest} = options;
  if (!login) return {...mount(el, rest), async showLink() {}};
  const {room, nonce = ""} = rest;
  let members: MembersPart | null = null;
  const editor = mount(el, {
    ...rest,
    complete: complete(login.baseUrl),
    part: context => (members = membersPart({...context, room, login, nonce})),
  });
  return {...editor, showLink: async made => members?.showLink(made)};
}
