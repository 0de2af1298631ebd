import { commands, validate, type Method, type Result } from '@cardwright/protocol';
import type { Call, CallHandling, CallParams } from './definition.js';

/**
 * Makes a call of a step: a command, with the handlers of its result and of its error.
 *
 * @example
 * call('object.read', { object: 'securityObject' }, { read: ({ content }) => console.log(content) });
 */
export function call<M extends Method>(method: M, params: CallParams<M>, { read, failed }: CallHandling<M> = {}): Call {
  const make = typeof params === 'function' ? params : () => params;
  return {
    method,
    params: async () => ({ ...(await make()) }),
    read: async (result) => {
      const checked: Result<M> = validate<(typeof commands)[M]['result']>(commands[method].result, result);
      await read?.(checked);
    },
    failed: async (error) => failed?.(error),
  };
}
