/** The REST routes that change a room. */
import {roomPath} from "./api";
import type {Api, Properties} from "./api";
import type {Settings} from "./protocol.gen";

/** What is to be changed; the rest stays as it is. */
export interface NewProperties {
  readonly title?: string;
  readonly language?: string;
  readonly limit?: number;
  readonly settings?: Partial<Settings>;
}

/** The room as it is, of an error after a change by somebody else; else null. */
export function roomIn(error: unknown): Properties | null {
  // Not by the class: each bundle has its own `ApiError`.
  return (error as {room?: Properties | null} | null)?.room ?? null;
}

/** Attempts to change a room that others change at the same time. */
const ATTEMPTS = 3;

/** Whether one of the properties to be changed differs between two states of a room. */
function concerns(wanted: NewProperties, seen: Properties, now: Properties): boolean {
  const {settings = {}, ...plain} = wanted;
  return (
    Object.keys(plain).some(name => seen[name as keyof typeof plain] !== now[name as "title"]) ||
    Object.keys(settings).some(
      name => seen.settings[name as keyof Settings] !== now.settings[name as keyof Settings],
    )
  );
}

/**
 * Changes a room that the person has seen. Where somebody has changed something else of it, it is
 * tried again; where they have changed the same, this rejects with `ApiError`, which has the `room`.
 */
export async function changeRoom(
  api: Api,
  roomId: string,
  seen: Properties,
  wanted: NewProperties,
): Promise<Properties> {
  let known = seen.changes;
  for (let attempt = 1; ; attempt++) {
    const match = {"If-Match": `"${known}"`};
    try {
      return await api.call("PATCH", roomPath(roomId), wanted, undefined, match);
    } catch (error) {
      const now = roomIn(error);
      if (!now || attempt === ATTEMPTS || concerns(wanted, seen, now)) throw error;
      known = now.changes;
    }
  }
}
