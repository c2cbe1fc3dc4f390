/**
 * Several clients of one room in a process, with real sockets, for tests/campaign/typists.py. A
 * method is a command.
 */
import type {Socket} from "../src/client/connection";
import type {Edge} from "../src/client/environment";
import {openRoom} from "../src/client/room";
import type {Room, RoomState} from "../src/client/types";
import {EDIT_DIALECT} from "../src/wire/protocol.gen";
import {View} from "./mirror";
import {seeded} from "./random";

export interface Begin {
  readonly port: number;
  readonly token: string;
  readonly roomId: string;
  readonly people: number;
  readonly seed: number;
  /** How much faster than real the time of the clients is: their timeouts are shorter. */
  readonly speed: number;
}

/** What a client did, and what it shows; the same as `Deeds` in tests/campaign/deeds.py. */
export interface Deeds {
  readonly client: string;
  readonly code: string;
  readonly version: number;
  readonly orphan: string | null;
  readonly typed: string;
  readonly removed: string;
  readonly written: readonly string[];
}

class Typist {
  typed = "";
  removed = "";
  readonly written: string[] = [];
  private readonly view: View;

  constructor(
    readonly room: Room,
    private readonly writer: string,
    private readonly below: (count: number) => number,
  ) {
    this.view = new View(room);
  }

  /** Inserts `tokens` somewhere, with text that it removes now and then. */
  edit(tokens: string): void {
    const characters = [...this.view.text];
    const at = this.below(characters.length + 1);
    const removed = this.below(4) ? [] : characters.slice(at, at + 1 + this.below(3));
    const from = characters.slice(0, at).join("").length;
    this.view.change({from, to: from + removed.join("").length, insert: tokens});
    this.typed += tokens;
    this.removed += removed.join("");
  }

  /** Replaces the whole file, by what it shows with `tokens` somewhere in it. */
  write(tokens: string): void {
    const characters = [...this.view.text];
    characters.splice(this.below(characters.length + 1), 0, tokens);
    const code = characters.join("");
    this.written.push(code);
    this.room.write(code, [this.writer, this.written.length]);
  }

  get deeds(): Deeds {
    const {typed, removed, written} = this;
    const {clientId: client, version, orphan} = this.room.state;
    return {client, code: this.view.text, version, orphan, typed, removed, written};
  }
}

export class Typists {
  private all: readonly Typist[] = [];
  private below = seeded(0);

  /** Opens the room for each client, and waits until all show its code. */
  async begin(begin: Begin): Promise<void> {
    this.below = seeded(begin.seed);
    const edge = this.edge(begin);
    const baseUrl = `http://127.0.0.1:${begin.port}/`;
    this.all = Array.from({length: begin.people}, (_, i) => {
      const room = openRoom({baseUrl, roomId: begin.roomId, edge});
      return new Typist(room, `typist_${begin.seed}_${i}`, this.below);
    });
    await this.until(({status}) => status === "live");
  }

  /** Types all characters of `tokens`, a few at a time. */
  async type(tokens: string): Promise<void> {
    const rest = [...tokens];
    while (rest.length) {
      const few = rest.splice(0, [1, 1, 2, 5][this.below(4)]).join("");
      const typist = this.all[this.below(this.all.length)] as Typist;
      if (this.below(15)) typist.edit(few);
      else typist.write(few);
      // The speed of the typing.
      await new Promise(resolve => setTimeout(resolve, this.below(10)));
    }
  }

  /** Waits until all edits and writes are stored. */
  settle(): Promise<void> {
    return this.until(({status, unsent}) => status === "live" && !unsent);
  }

  /** Waits until all have a version. */
  async reach(version: number): Promise<readonly Deeds[]> {
    await this.until(state => state.version >= version && state.status === "live");
    return this.all.map(({deeds}) => deeds);
  }

  end(): void {
    for (const {room} of this.all) room.close();
    this.all = [];
  }

  private async until(condition: (state: RoomState) => boolean): Promise<void> {
    await Promise.all(
      this.all.map(
        ({room}) =>
          new Promise<void>((resolve, reject) => {
            const look = (state: RoomState): void => {
              if (["missing", "replaced", "refused", "closed", "full"].includes(state.status))
                reject(new Error(`${state.status}: ${state.message}`));
              if (condition(state)) resolve();
            };
            look(room.state);
            room.subscribe(look);
          }),
      ),
    );
  }

  private edge({token, seed, speed}: Begin): Edge {
    let clients = 0;
    return {
      connect: url => this.twice(new WebSocket(`${url}?token=${token}`, EDIT_DIALECT)),
      clock: {
        get now() {
          return performance.now() * speed;
        },
        setTimeout: (callback, ms) => Number(setTimeout(callback, ms / speed)),
        clearTimeout: timer => clearTimeout(timer),
        random: () => this.below(2 ** 30) / 2 ** 30,
      },
      onWake: () => () => undefined,
      key: () => `a-secret-of-typist-${clients++}-of-seed-${seed}`,
      // Elsewhere than the server: such a page has no login, and its socket has a token.
      here: "http://localhost/",
      transport: {
        cookie: () => "",
        fetch: (url, init) => {
          const headers = {...init.headers, Authorization: `token ${token}`};
          return fetch(url, {...init, headers});
        },
      },
    };
  }

  /** Sends some pushes twice. */
  private twice(socket: WebSocket): Socket {
    const send = socket.send.bind(socket);
    socket.send = (frame: string) => {
      send(frame);
      if (frame.includes('"code_change"') && this.below(10) < 3) send(frame);
    };
    return socket;
  }
}
