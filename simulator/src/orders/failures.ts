import { commands, errorCatalogue, isErrorCode, isMethod } from '@cardwright/protocol';
import * as v from 'valibot';
import type { Failure } from '../failure.js';
import { FAILURES } from '../failures/index.js';
import { defineOrder, OrderError } from '../order.js';

const CODES = Object.keys(errorCatalogue).filter(isErrorCode);
const METHODS = Object.keys(commands).filter(isMethod);

const headingOf = ({ title, code }: Failure): string => (code === null ? title : `${title} (${code})`);

/** Orders that stage failures, list them, and end them. */
export const failureOrders = [
  defineOrder({
    name: 'fail',
    usage: 'NAME',
    does: 'stage a failure of the list',
    parameters: { name: v.string() },
    expects: { name: 'a failure of the list' },
    carryOut: async (simulator, { name }) => {
      const failure = FAILURES.find((one) => one.name === name);
      if (!failure)
        throw new OrderError('parameters', `expected a failure of the list, such as ${FAILURES[0]?.name ?? ''}`);
      await simulator.fail(failure.name, failure.stage);
      return { says: `${headingOf(failure)}. ${failure.then}`, code: failure.code };
    },
  }),
  defineOrder({
    name: 'error',
    usage: 'CODE [METHOD]',
    does: 'have a command, or the portal, answer with any error of the catalogue',
    parameters: {
      code: v.pipe(v.string(), v.toUpperCase(), v.picklist(CODES)),
      method: v.exactOptional(v.picklist(METHODS)),
    },
    expects: { code: `a code of the catalogue: ${CODES.join(', ')}`, method: 'a command of the protocol' },
    carryOut: async (simulator, { code, method }) => {
      await simulator.error(code, method);
      return { says: `${code} is answered from now on.`, code };
    },
  }),
  defineOrder({
    name: 'restore',
    usage: '',
    does: 'everything is in order again; what has ended is started again',
    parameters: {},
    expects: {},
    carryOut: async (simulator) => {
      await simulator.restore();
      return { says: 'Everything is in order.' };
    },
  }),
  defineOrder({
    name: 'list',
    usage: '',
    does: 'the failures that have a name',
    parameters: {},
    expects: {},
    carryOut: () => {
      const width = Math.max(...FAILURES.map(({ name }) => name.length));
      const lines = FAILURES.map((failure) => `  ${failure.name.padEnd(width)}  ${headingOf(failure)}`);
      const failures = FAILURES.map(({ name, title, code, then }) => ({ name, title, code, then }));
      return Promise.resolve({ says: lines.join('\n'), failures });
    },
  }),
];
