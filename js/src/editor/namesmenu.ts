/** The keys of the menu of names and of the documentation. What they do is in names.js. */
import {Compartment} from "@codemirror/state";
import type {Extension, Transaction} from "@codemirror/state";
import {EditorView, keymap} from "@codemirror/view";
import type {Command} from "@codemirror/view";
import type {NamesContext, NamesPart} from "../names/names";
import {loadNotice} from "../ui/loadnotice";
import type {LoadNotice} from "../ui/loadnotice";
import {underWay} from "../ui/timing";
import {namesShown, openNames} from "./namesstate";
import {loadSharing} from "./shared";

type Module = typeof import("../names/names");
type Use = (part: NamesPart, view: EditorView) => void;

export interface NamesMenuOptions extends Omit<NamesContext, "shown"> {
  /** Whether a typed dot opens the menu. */
  readonly afterDot: () => boolean;
  /** Focuses the code. */
  readonly focus: () => void;
}

export class NamesMenu {
  private readonly place = new Compartment();
  private readonly notice: LoadNotice;
  private part: NamesPart | null = null;
  private again = (): Promise<void> => Promise.resolve();
  private prepared = false;

  constructor(private readonly options: NamesMenuOptions) {
    this.notice = loadNotice({...options, retry: () => this.again()});
  }

  /** The notice that the file could not be loaded. */
  get element(): HTMLElement {
    return this.notice.element;
  }

  /** Must be before other keys. */
  get extension(): Extension {
    const open = this.command((part, view) => part.open(view, false));
    const inspect = this.command((part, view) => part.inspect(view));
    const byDot = this.command((part, view) => part.open(view, true));
    const openWritable: Command = view => !view.state.readOnly && open(view);
    return [
      this.place.of([]),
      openNames.of(openWritable),
      namesKeys({open: openWritable, inspect}),
      EditorView.domEventHandlers({
        mousemove: (_event, view) => this.prepare(view),
        keydown: (_event, view) => this.prepare(view),
      }),
      EditorView.updateListener.of(({transactions, view}) => {
        if (this.options.afterDot() && transactions.some(isDot)) byDot(view);
      }),
    ];
  }

  private command(use: Use): Command {
    return view => {
      this.again = () => this.use(view, use);
      this.again().catch((error: unknown) => this.notice.displayError(error));
      return true;
    };
  }

  private async use(view: EditorView, use: Use): Promise<void> {
    const part = await this.load();
    if (!this.part) view.dispatch({effects: this.place.reconfigure(part.extension)});
    this.part = part;
    this.notice.hide();
    use(part, view);
  }

  private readonly load = underWay(async () => {
    if (this.part) return this.part;
    const {namesPart} = await loadSharing<Module>("names.js");
    return namesPart({...this.options, shown: namesShown});
  });

  /**
   * The mouse may rest on a name, whose documentation a kernel knows, and who types may open the
   * menu.
   */
  private prepare(view: EditorView): void {
    const {comm, room} = this.options;
    if (this.prepared || !(comm || room.state.kernel?.id)) return;
    this.prepared = true;
    this.use(view, () => {}).catch(() => {});
  }
}

/** The keys that load the file. */
export function namesKeys({open, inspect}: {open: Command; inspect: Command}): Extension {
  return keymap.of([
    {key: "Ctrl-Space", run: open},
    {mac: "Alt-Escape", run: open},
    {key: "Mod-Shift-Space", run: inspect, preventDefault: true},
  ]);
}

/** Whether the person has typed a dot. */
function isDot(tr: Transaction): boolean {
  const {head} = tr.newSelection.main;
  return tr.isUserEvent("input.type") && tr.newDoc.sliceString(head - 1, head) === ".";
}
