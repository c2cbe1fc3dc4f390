/** What happens between a press of Run and the run: questions to the person, and to the server. */
import type {Room, RoomState} from "../client/types";
import {button} from "../ui/dom";
import {createNotice, messageOf} from "../ui/notice";
import type {Notice} from "../ui/notice";
import {shownName} from "../ui/names";
import type {RunRoutes} from "../wire/runs";
import {digestOf} from "./digest";
import {audienceQuestion, changedQuestion} from "./labels";
import type {Answer, RunsModel} from "./model";
import {writersOf} from "./notes";
import {press} from "./press";
import type {ChangedLines, Part, Runnable} from "./press";
import {unreadPanel} from "./unread";
import type {UnreadPanel} from "./unread";

export interface PresserOptions {
  readonly room: Room;
  readonly model: RunsModel;
  /** Null for guests. */
  readonly routes: RunRoutes | null;
  /** Jupyter's id of the notebook's kernel; null elsewhere. */
  readonly kernelId: () => string | null;
  /** What is to be run now; null: all. */
  readonly part: (selection: boolean) => Part | null;
  readonly marks: (text: string) => (string | HTMLElement)[];
  readonly focus: () => void;
  readonly announce: (sentence: string) => void;
  /** Where notices and lists appear. */
  readonly place: HTMLElement;
  /** A request was accepted. */
  readonly taken: () => void;
}

const LOST =
  "The connection was lost before the server had answered. If the code runs, its output appears here.";
const NOT_SENT = "Nothing runs: your last changes did not reach the server.";
const OFFLINE = "Nothing runs: the connection is lost. Run the code again when it is back.";
const STARTING = "A kernel is starting. The code runs as soon as it is ready.";
const REPLACED = "Nothing runs: the room was made again. Look at the code, and run it again.";

function isConnected({status}: Pick<RoomState, "status">): boolean {
  return status === "live" || status === "saving";
}

export class Presser {
  private readonly asking: Notice;
  private readonly problem: Notice;
  private readonly kernels: Notice;
  private unread: UnreadPanel | null = null;
  private again = (): void => {};
  private selection = false;
  /** Whether this page has displayed who sees the output. */
  private audienceKnown = false;
  private given = false;
  private withdraw = (): void => {};
  private attempt = 0;
  /** Settles when the kernel that this page starts is there; null if it starts none. */
  private starting: Promise<void> | null = null;

  constructor(private readonly options: PresserOptions) {
    this.asking = createNotice({...options, name: "run-question", tone: "warn"});
    // Not actions, which hide their notice afterwards: another question may follow.
    this.asking.add(
      button("Run", () => this.again(), "pairedit-go"),
      button("Cancel", () => this.cancel(), "pairedit-dismiss"),
    );
    this.problem = createNotice({...options, name: "run-problem", tone: "error"});
    this.problem.action("Dismiss", () => {}, "pairedit-dismiss");
    this.kernels = createNotice({...options, name: "run-kernel"});
    options.place.append(this.asking.element, this.problem.element, this.kernels.element);
  }

  /** The person has pressed Run. `selection`: only what is selected, or the line of the caret. */
  press(selection: boolean): void {
    this.cancel();
    this.selection = selection;
    this.again = () => this.press(selection);
    const known = this.audienceKnown || this.options.room.state.kernel?.told;
    if (!known && this.displayAudience()) return;
    if (this.needsChoice) return void this.offerKernels();
    void this.go(this.options.part(selection));
  }

  /** Says that the code was changed between the press and now. */
  changed(selection: boolean): void {
    this.again = () => this.press(selection);
    this.asking.display("The code was changed meanwhile. Run it?");
  }

  /** Gives the room the kernel of this notebook, once. */
  give(): void {
    if (this.given || !this.options.kernelId()) return;
    this.given = true;
    this.bind().catch((error: unknown) => this.problem.displayError(error));
  }

  displayProblem(sentence: string): void {
    this.problem.display(sentence);
  }

  cancel(): void {
    this.attempt++;
    this.withdraw();
    this.unread?.destroy();
    this.unread = null;
    for (const notice of [this.asking, this.problem, this.kernels]) notice.display("");
  }

  destroy(): void {
    this.cancel();
  }

  private get needsChoice(): boolean {
    const {room, routes, kernelId} = this.options;
    if (this.starting) return false;
    const state = room.state.kernel?.state;
    return (state === "none" || state === "dead") && routes !== null && kernelId() === null;
  }

  private displayAudience(): boolean {
    const {room} = this.options;
    const {people, guest, kernel, version} = room.state;
    const guests = guest ? [] : people.filter(person => person.guest).map(shownName);
    this.audienceKnown = guests.length > 0;
    if (!this.audienceKnown) return false;
    this.asking.display(audienceQuestion(guests));
    // So that no other page of this person says it again.
    if (kernel?.decides) room.runs.send({type: "shown", id: 0, version, audience: true});
    return true;
  }

  private async go(part: Part | null): Promise<void> {
    const {attempt} = this;
    const found = this.waitForVersion(part);
    if (this.starting) this.kernels.display(STARTING);
    const bound = this.bind().then(
      () => true,
      (error: unknown) => {
        if (attempt === this.attempt) this.problem.displayError(error);
        return false;
      },
    );
    const runnable = await found;
    const usable = await bound;
    if (attempt !== this.attempt) return;
    this.kernels.display("");
    if (usable && runnable) this.request(runnable);
  }

  /** The version to be run; null if nothing is, which the person is told. */
  private waitForVersion(part: Part | null): Promise<Runnable | null> {
    const {room} = this.options;
    return new Promise(resolve => {
      const end = (sentence: string, runnable: Runnable | null = null): void => {
        unsubscribe();
        this.withdraw = () => {};
        if (sentence) this.problem.display(sentence);
        resolve(runnable);
      };
      const unsubscribe = room.subscribe(state => {
        if (isConnected(state)) return;
        this.withdraw();
        end(NOT_SENT);
      });
      const take = press(room, part, {
        ready: runnable => end("", runnable),
        changed: lines => {
          end("");
          this.askAgain(lines);
        },
        replaced: () => end(REPLACED),
      });
      this.withdraw = () => {
        take();
        end("");
      };
    });
  }

  private askAgain(lines: ChangedLines): void {
    const {people} = this.options.room.state;
    const by = people.find(({clients}) => clients.includes(lines.client));
    this.asking.display(changedQuestion(lines, by ? shownName(by) : ""));
  }

  /** Has the room use the kernel that is starting, or the one of this notebook. */
  private async bind(): Promise<void> {
    if (this.starting) return this.starting;
    const {room, routes, kernelId} = this.options;
    const wanted = kernelId();
    if (!routes || !wanted || room.state.kernel?.id === wanted) return;
    await routes.bind({kernelId: wanted});
  }

  private request(runnable: Runnable): void {
    const {room, model} = this.options;
    const {epoch, version, part, code} = runnable;
    const {attempt} = this;
    // It may have been lost since the press, and then nobody would answer.
    if (!isConnected(room.state)) return this.problem.display(OFFLINE);
    const id = model.request(answer => {
      if (attempt === this.attempt) this.answered(answer, runnable);
    });
    room.runs.send({type: "run", id, epoch, version, digest: digestOf(code), ...part});
  }

  private answered(answer: Answer | null, runnable: Runnable): void {
    if (!answer) return this.problem.display(LOST);
    if (answer.type === "run_taken") return this.options.taken();
    if (answer.type === "unread") return this.list(answer, runnable);
    if (answer.code === "no_kernel" && this.options.routes) return void this.offerKernels();
    this.problem.display(answer.message);
  }

  private list(unread: Answer & {type: "unread"}, runnable: Runnable): void {
    const {room, marks, place, focus, announce} = this.options;
    const {id, version} = unread;
    const close = (): void => {
      this.unread?.destroy();
      this.unread = null;
      focus();
    };
    this.unread?.destroy();
    this.unread = unreadPanel({
      unread,
      marks,
      shown: () => room.runs.send({type: "shown", id, version}),
      run: () => {
        close();
        this.request(runnable);
      },
      cancel: close,
      guests: writersOf(unread.lines, room.state.people),
      trust: ({clients}) => {
        for (const client of clients) room.runs.send({type: "grant", client, what: "trust"});
      },
    });
    place.append(this.unread.element);
    announce("Read the text of guests before it runs.");
  }

  /** Offers the kernelspecs of the server, of which one is started for the room. */
  private async offerKernels(): Promise<void> {
    const {room, routes} = this.options;
    const {attempt} = this;
    if (!routes) return;
    try {
      const {allowed, why: reason, specs} = await routes.kernel();
      if (attempt !== this.attempt) return;
      if (!allowed || !specs.length) {
        return this.problem.display(reason || "This server has no kernel to run the code.");
      }
      const actions = this.kernels.element.lastElementChild as HTMLElement;
      actions.replaceChildren();
      for (const {name, displayName} of specs) {
        this.kernels.add(button(displayName, () => this.start(routes, name), "pairedit-kernel"));
      }
      this.kernels.add(button("Cancel", () => this.cancel(), "pairedit-dismiss"));
      const dead = room.state.kernel?.state === "dead";
      const why = dead ? "The kernel of this room has ended" : "This room has no kernel yet";
      this.kernels.display(`${why}. Start one to run the code:`);
    } catch (error) {
      if (attempt === this.attempt) this.problem.display(messageOf(error));
    }
  }

  /** What runs is what is on the screen now, whatever arrives until the kernel is there. */
  private start(routes: RunRoutes, name: string): void {
    this.starting = routes.bind({name}).finally(() => (this.starting = null));
    // One kernel is enough; Cancel stays.
    for (const each of this.kernels.element.querySelectorAll(".pairedit-kernel")) each.remove();
    this.options.focus();
    void this.go(this.options.part(this.selection));
  }
}
