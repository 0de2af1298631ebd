import { commands, validate, type Method } from '@cardwright/protocol';
import { Card, Chip, makeCard, profileNames, type CardState, type ProfileName } from '@cardwright/virtual-card';
import fc from 'fast-check';
import * as v from 'valibot';
import { copyOf } from '../../simulation/support/copied-state.js';
import { KeyPool } from '../../simulation/support/key-pool.js';
import { readParams, spoiltCalls, type CommandCall } from '../generators/command-calls.js';
import { FuzzedHost, makeCms, type Ended } from '../support/fuzzed-host.js';
import { fuzzTarget } from '../target.js';

const MOST_CALLS = 6;
const params = v.record(v.string(), v.unknown());

/** Every command of the table, with the host's own handlers and a card in its reader. */
export const commandParams = fuzzTarget('commands', 20_000, async () => {
  const cms = await makeCms();
  const keys = new KeyPool();
  const blank = new Map<ProfileName, CardState>();
  for (const profile of profileNames) blank.set(profile, await makeCard({ profile }));
  return {
    input: fc.record({
      profile: fc.constantFrom(...profileNames),
      calls: fc.array(spoiltCalls, { minLength: 1, maxLength: MOST_CALLS }),
    }),
    judge: async ({ profile, calls }) => {
      const defects: unknown[] = [];
      const state = blank.get(profile);
      if (!state) throw new Error(`no card of ${profile}`);
      const chip = new Chip(new Card(copyOf(state), {}, keys.source()), (error) => defects.push(error));
      const host = await FuzzedHost.start(chip, cms);
      try {
        await host.open();
        for (const call of calls) judgeResult(call, await endOf(host, call));
      } finally {
        await host.close();
      }
      const [fault] = host.faults;
      if (fault !== undefined) throw new Error(fault);
      if (defects.length > 0) throw defects[0];
    },
  };
});

/** Sends a command. What no step can carry is sent as a page would. */
async function endOf(host: FuzzedHost, { method, params: text, inStep }: CommandCall): Promise<Ended> {
  const value = readParams(text);
  return inStep && v.is(params, value) && !Array.isArray(value) ? host.step(method, value) : host.ask(method, value);
}

/** @throws Error when a result is none of the command's, or a command of a step ended with a defect */
function judgeResult({ method, params: text, inStep }: CommandCall, ended: Ended): void {
  if (!('result' in ended)) return;
  const value = readParams(text) ?? {};
  const answer =
    inStep && v.is(params, value) && !Array.isArray(value) ? outcomeIn(method, ended.result) : ended.result;
  if (answer === undefined) return;
  if (!v.is(commands[method].params, value)) throw new Error(`${method} took what its schema refuses`);
  if (!v.is(commands[method].result, answer)) throw new Error(`${method} answered what its schema refuses`);
}

const outcomes = v.object({
  outcomes: v.array(v.union([v.object({ result: v.unknown() }), v.object({ error: v.unknown() })])),
});

/** Returns the result of a step's only command; undefined if it has failed. */
function outcomeIn(method: Method, answer: unknown): unknown {
  const [outcome] = validate(outcomes, answer).outcomes;
  if (!outcome || !('error' in outcome)) return outcome?.result;
  if (JSON.stringify(outcome.error).includes('"INTERNAL"')) throw new Error(`${method} ended with INTERNAL`);
  return undefined;
}
