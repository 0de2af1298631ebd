import { answeredCall } from './answered-call.js';
import type { ScriptedCms } from './scripted-cms.js';

/** Serves a scripted CMS below `/api/` as `fetch` does, without a network. */
export function fetchFrom(cms: () => ScriptedCms): typeof fetch {
  return async (input, init) => {
    if (typeof input !== 'string') throw new Error('the sdk fetches by address');
    init?.signal?.throwIfAborted();
    const content: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : null;
    const answer = answeredCall(() => cms().answer(input.replace('/api/', ''), content));
    const { status, body } = await Promise.race([answer, abortion(init?.signal)]);
    return new Response(body, { status });
  };
}

/** Rejects when a request is aborted. */
function abortion(signal: AbortSignal | null | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new DOMException('The request was aborted.', 'AbortError')));
  });
}
