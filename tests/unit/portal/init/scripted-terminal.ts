import { PassThrough } from 'node:stream';
import type { Terminal } from '../../../../portal/src/server/commands/init/terminal.js';

/** A terminal at which a script answers: each text is typed once its question appears. */
export class ScriptedTerminal implements Terminal {
  /** All that was shown. */
  shown = '';
  /** Set while the terminal is in raw mode. */
  isRaw = false;
  /** Set if something was typed while the terminal would have shown it by itself. */
  hasLeaked = false;
  readonly input = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => {
      this.isRaw = isRaw;
    },
  });
  readonly output = {
    write: (text: string) => {
      this.shown += text;
      this.#answer();
    },
  };
  #looked = 0;

  constructor(private readonly script: (readonly [question: string, typed: string])[]) {}

  /** Questions of the script that did not appear. */
  get missing(): readonly string[] {
    return this.script.map(([question]) => question);
  }

  #answer(): void {
    const [next] = this.script;
    const found = next ? this.shown.indexOf(next[0], this.#looked) : -1;
    if (!next || found < 0) return;
    this.#looked = found + next[0].length;
    this.script.shift();
    this.hasLeaked ||= !this.isRaw;
    this.input.write(next[1]);
    this.#answer();
  }
}
