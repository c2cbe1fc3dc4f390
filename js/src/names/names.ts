/** The menu of names and the documentation of a name. They are in names.js; see editor/shared.ts. */
import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  moveCompletionSelection,
  startCompletion,
} from "@codemirror/autocomplete";
import {Prec} from "@codemirror/state";
import type {EditorState, Extension, Facet} from "@codemirror/state";
import {EditorView, ViewPlugin, keymap, runScopeHandlers} from "@codemirror/view";
import type {Command, Tooltip} from "@codemirror/view";
import type {Room} from "../client/types";
import {pageTimers} from "../ui/timing";
import type {Api} from "../wire/api";
import {CommKernel} from "./commkernel";
import type {Comm} from "./commkernel";
import {closeDocumentation, documentation, isDocumentation} from "./documentation";
import {NO_KERNEL} from "./kernel";
import type {NamesKernel} from "./kernel";
import {look} from "./look";
import {RoomKernel} from "./roomkernel";
import {namesSources} from "./source";
import {showTooltip} from "./tooltips";

export interface NamesContext {
  readonly room: Room;
  /** Null for guests. */
  readonly api: Api | null;
  readonly roomId: string;
  /** The messages of the widget in a notebook; null elsewhere. */
  readonly comm: Comm | null;
  /** Receives whether the menu is displayed. */
  readonly shown: Facet<boolean, boolean>;
  readonly announce: (sentence: string) => void;
}

export interface NamesPart {
  readonly extension: Extension;
  /** Opens the menu at the caret. `byDot`: a dot was typed, so that words do not open it. */
  open(view: EditorView, byDot: boolean): void;
  /** Displays the documentation of the name at the caret. */
  inspect(view: EditorView): void;
}

const SCOPE = "pairedit-names";

/** The keys of the open menu and of the tooltip. Without them, each has its other meaning. */
export const menuKeys = keymap.of(
  Object.entries<Command>({
    Escape: either(closeCompletion, closeDocumentation),
    ArrowDown: moveCompletionSelection(true),
    ArrowUp: moveCompletionSelection(false),
    PageDown: moveCompletionSelection(true, "page"),
    PageUp: moveCompletionSelection(false, "page"),
    Enter: acceptCompletion,
    Tab: acceptCompletion,
  }).map(([key, run]) => ({key, run, scope: SCOPE})),
);

/** Key maps of other editors would otherwise take the keys of the open menu. */
const keysFirst = Prec.highest(
  EditorView.domEventHandlers({keydown: (event, view) => runScopeHandlers(view, event, SCOPE)}),
);

function either(...commands: readonly Command[]): Command {
  return view => commands.some(command => command(view));
}

export function namesPart(context: NamesContext): NamesPart {
  const {shown, announce} = context;
  const kernel = kernelOf(context);
  const menu = (state: EditorState): boolean => state.facet(shown);
  const tooltip = documentation({kernel, timers: pageTimers, menu, announce});
  let dotted = false;
  kernel.prepare?.();
  const sources = namesSources({kernel, timers: pageTimers, byDot: () => dotted, announce});
  const complete = autocompletion({
    override: sources,
    // The names of the code do not wait for those of the kernel.
    updateSyncTime: 0,
    activateOnTyping: false,
    defaultKeymap: false,
    interactionDelay: 0,
  });
  return {
    extension: [
      menuKeys,
      keysFirst,
      complete,
      tooltip.extension,
      EditorView.updateListener.of(({docChanged}) => docChanged && kernel.prepare?.()),
      shown.compute([showTooltip], state => state.facet(showTooltip).some(isMenu)),
      ViewPlugin.define(() => ({destroy: () => kernel.destroy()})),
      look,
    ],
    open(view, byDot) {
      dotted = byDot;
      startCompletion(view);
    },
    inspect: tooltip.ask,
  };
}

function isMenu(tooltip: Tooltip | null): boolean {
  return tooltip !== null && !isDocumentation(tooltip);
}

function kernelOf({comm, api, roomId, room}: NamesContext): NamesKernel {
  if (comm) return new CommKernel(comm, () => room.state.kernel);
  return api ? new RoomKernel(api, roomId, () => room.state) : NO_KERNEL;
}
