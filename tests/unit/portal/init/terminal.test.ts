import { expect, it } from '@jest/globals';
import { askPassword } from '../../../../portal/src/server/commands/init/read-password.js';
import { atTerminal, hidden, visible, type Shown } from '../../../../portal/src/server/commands/init/terminal.js';
import { maskedPassword } from '../../../../portal/src/server/commands/init/postgres-question.js';
import { ScriptedTerminal } from './scripted-terminal.js';

const PASSWORD = 'correct horse battery';

/** Types one answer, and returns it with what the terminal showed. */
async function type(typed: string, shown: Shown = visible) {
  const terminal = new ScriptedTerminal([['Name: ', typed]]);
  const answer = await atTerminal(terminal, (ask) => ask('Name: ', shown));
  return { answer, shown: terminal.shown };
}

it('shows what is typed, and takes back what is erased', async () => {
  expect(await type('olgx\u007fa\r')).toEqual({ answer: 'olga', shown: 'Name: olgx\b \ba\r\n' });
  expect(await type('\u007fab\u0015olga\r')).toEqual({ answer: 'olga', shown: 'Name: ab\b \b\b \bolga\r\n' });
});

it('ignores arrow keys, and shows no character that controls the terminal', async () => {
  expect(await type('ol\u001b[D\u001b[3~ga\r')).toEqual({ answer: 'olga', shown: 'Name: olga\r\n' });
  const { answer, shown } = await type('a\u0007\u009b\tb\r');
  expect([answer, shown]).toEqual([expect.stringMatching(/\p{Cc}/u), 'Name: ab\r\n']);
});

it.each([
  ['postgres://olga:s3cret@db/x?sslmode=require\r', 'postgres://olga:*********/x?sslmode=require'],
  ['postgres://olga@db/x?password=s3cret&a=b\r', 'postgres://olga@db/x?password=*******a=b'],
  ['postgres://olga@db/x\r', 'postgres://olga@db/x'],
])('shows the address of a database without its password: %j', async (typed, expected) => {
  const { answer, shown } = await type(typed, maskedPassword);
  expect(answer).toBe(typed.trim());
  expect(shown).not.toContain('s3cret');
  expect(shown).toBe(`Name: ${expected}\r\n`);
});

it('gives pasted lines to the questions that follow, and shows nothing of a hidden one', async () => {
  const terminal = new ScriptedTerminal([['Name: ', `olga\r${PASSWORD}\r`]]);
  const answers = await atTerminal(terminal, async (ask) => [
    await ask('Name: ', visible),
    await ask('Secret: ', hidden),
  ]);
  expect([answers, terminal.shown]).toEqual([['olga', PASSWORD], 'Name: olga\r\nSecret: \r\n']);
});

it.each(['\u0003', '\u0004', 'olga\u0003'])('ends with %j, and leaves raw mode', async (typed) => {
  const terminal = new ScriptedTerminal([['Name: ', typed]]);
  await expect(atTerminal(terminal, (ask) => ask('Name: ', visible))).rejects.toThrow('cancelled. Nothing was changed');
  expect(terminal.isRaw).toBe(false);
});

it.each([
  ['ends', (terminal: ScriptedTerminal) => terminal.input.end()],
  ['is closed', (terminal: ScriptedTerminal) => terminal.input.destroy()],
  ['breaks', (terminal: ScriptedTerminal) => terminal.input.destroy(new Error('EIO'))],
])('does not wait for an input that %s, before a question or during it', async (_, lose) => {
  const terminal = new ScriptedTerminal([]);
  const asked = atTerminal(terminal, (ask) => ask('Name: ', visible));
  lose(terminal);
  await expect(asked).rejects.toThrow('the terminal is gone. Nothing was changed');
  await expect(atTerminal(terminal, (ask) => ask('Name: ', visible))).rejects.toThrow('the terminal is gone');
});

it('asks for a password twice, again if it is weak or differs, and three times at most', async () => {
  const ask = async (script: [string, string][]) => {
    const terminal = new ScriptedTerminal(script);
    const say = (line: string) => terminal.output.write(`${line}\n`);
    const password = await atTerminal(terminal, (one) => askPassword('admin', [], one, say)).catch(String);
    expect([terminal.missing, terminal.hasLeaked]).toEqual([[], false]);
    expect(terminal.shown).not.toMatch(/short|horse/);
    return { password, shown: terminal.shown };
  };
  const weak: [string, string] = ['Password of admin: ', 'short\r'];
  const { password, shown } = await ask([
    weak,
    ['Password of admin: ', `${PASSWORD}\r`],
    ['again: ', 'another horse battery\r'],
    ['They are not the same.', ''],
    ['Password of admin: ', `${PASSWORD}x\u007f\r`],
    ['again: ', `wrong\u0015${PASSWORD}\r`],
  ]);
  expect([password, shown]).toEqual([PASSWORD, expect.stringContaining('It has fewer than 12 characters.')]);
  expect((await ask([weak, weak, weak])).password).toContain('no password was given. Nothing was changed');
});
