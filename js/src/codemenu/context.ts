/** What the menu “Code” is given by its editor. */
import type {Room} from "../client/types";
import type {Kept} from "../ui/kept";
import type {Preferences, SomePreferences} from "../ui/preferences";

export interface CodeSettings {
  /** What applies now. */
  readonly now: () => Preferences;
  /** What the person has chosen in this menu. */
  readonly own: () => SomePreferences;
  readonly choose: (change: SomePreferences) => void;
  /** Forgets what the person has chosen. */
  readonly reset: () => void;
}

export interface CodeMenuContext {
  readonly room: Room;
  readonly settings: CodeSettings;
  /** The person's name, of which each file that browsers load would have a copy of its own. */
  readonly ownName: Kept<string>;
  readonly mayWrite: () => boolean;
  /** Says a sentence to screen readers. */
  readonly announce: (sentence: string) => void;
  /** Whether the editor is in a notebook, whose settings it follows. */
  readonly inNotebook: boolean;
  /** Where notices and dialogs are displayed. */
  readonly notices: HTMLElement;
  /** Gives the focus to the code. */
  readonly focus: () => void;
  readonly selectAll: () => void;
  /** Replaces the code by a change that one step of undo takes back. */
  readonly replaceCode: (code: string) => void;
}
