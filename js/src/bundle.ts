/** editor.js: opens rooms and mounts editors; with a login, editors have history and sharing. */
import {mountEditor as mount} from "./editor/editor";
import type {Editor, EditorOptions} from "./editor/editor";
import {membersPart} from "./members/members";
import type {Login, MembersPart} from "./members/members";
import {ownName} from "./ui/ownname";
import {Api, complete} from "./wire/api";
import type {MadeInvite} from "./wire/invites";

export {openRoom} from "./client/room";
export {smallestChange} from "./client/text";
export {provideFiles} from "./ui/load";
export {changeRoom} from "./wire/properties";
export {VERSION} from "./wire/protocol.gen";
export type {Login};

export interface MountOptions extends Omit<EditorOptions, "part" | "complete" | "runs"> {
  /** The login at the room's server. Guests have none. */
  readonly login?: Login;
  /** Jupyter's id of the kernel of the notebook around the editor; null elsewhere. */
  readonly kernelId?: () => string | null;
}

export interface MountedEditor extends Editor {
  /** Opens the share panel with a link that was created elsewhere. Does nothing without a login. */
  displayLink(made: MadeInvite): Promise<void>;
}

/** Keeps the name of the person at this page, where the login has none. */
export function keepName(name: string): void {
  ownName.keep(name);
}

/** Mounts an editor for `room` in `el`, whose size the caller sets. A room can have several editors. */
export function mountEditor(el: HTMLElement, options: MountOptions): MountedEditor {
  const {login, kernelId = () => null, ...rest} = options;
  if (!login) return {...mount(el, rest), async displayLink() {}};
  const {room, nonce = ""} = rest;
  let members: MembersPart | null = null;
  const editor = mount(el, {
    ...rest,
    runs: {api: new Api(login.baseUrl), roomId: login.roomId, kernelId},
    complete: complete(login.baseUrl, login.roomId),
    part: context => (members = membersPart({...context, room, login, nonce})),
  });
  return {...editor, displayLink: async made => members?.displayLink(made)};
}
