/** Opens a file into the room. It asks before it replaces code. */
import {h} from "../ui/dom";
import {isolated} from "../ui/names";
import {createNotice, messageOf} from "../ui/notice";
import type {CodeMenuContext} from "./context";
import {readFile} from "./readfile";

const FORBIDDEN = "The room takes no changes from you now, so the file was not opened.";

export class FileOpener {
  private readonly input = h("input", {type: "file"});
  private readonly notice;
  private readonly replace: HTMLElement;
  private readonly keep: HTMLElement;
  private readonly dismiss: HTMLElement;
  /** The file that the question is about. */
  private read: {readonly name: string; readonly code: string} | null = null;

  constructor(private readonly context: CodeMenuContext) {
    const {focus, notices} = context;
    this.notice = createNotice({name: "file", tone: "warn", role: "alert", focus});
    const forget = (): void => void (this.read = null);
    this.replace = this.notice.action("Replace", () => this.put(), "pairedit-file-replace");
    this.keep = this.notice.action("Keep the code", forget, "pairedit-file-keep");
    this.dismiss = this.notice.action("Dismiss", forget, "pairedit-dismiss");
    this.input.addEventListener("change", () => void this.take(this.input.files?.[0]));
    notices.append(this.notice.element);
  }

  /** Lets the person choose a file. */
  choose(): void {
    // The same file can be chosen again.
    this.input.value = "";
    this.input.click();
  }

  destroy(): void {
    this.notice.element.remove();
  }

  private async take(file: File | undefined): Promise<void> {
    if (!file) return;
    const {doc} = this.context.room;
    try {
      this.read = {name: file.name, code: await readFile(file)};
      if (doc.length) return this.ask(doc.lines);
      this.put();
      this.notice.display("");
      this.context.focus();
    } catch (error) {
      this.read = null;
      this.display(messageOf(error), this.dismiss);
    }
  }

  private ask(count: number): void {
    const name = isolated(this.read?.name ?? "");
    const lines = count === 1 ? "1 line" : `${count} lines`;
    this.display(`Replace the code (${lines}) for everybody with “${name}”?`, this.keep);
  }

  /** Displays a sentence with its buttons, of which one gets the focus. */
  private display(sentence: string, focused: HTMLElement): void {
    const asks = focused === this.keep;
    this.replace.hidden = this.keep.hidden = !asks;
    this.dismiss.hidden = asks;
    this.notice.display(sentence);
    focused.focus();
  }

  private put(): void {
    if (!this.read) return;
    const {mayWrite, replaceCode, announce} = this.context;
    if (!mayWrite()) throw new Error(FORBIDDEN);
    replaceCode(this.read.code);
    announce(`Opened ${this.read.name}. Undo takes it back.`);
    this.read = null;
  }
}
