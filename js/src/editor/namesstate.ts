/** What the editor and the key maps know of the menu of names, which names.js has. */
import {Facet} from "@codemirror/state";
import type {Command} from "@codemirror/view";

/** Whether the menu is displayed. */
export const namesShown = Facet.define<boolean, boolean>({combine: all => all.includes(true)});

/** Opens the menu. */
export const openNames = Facet.define<Command>();
