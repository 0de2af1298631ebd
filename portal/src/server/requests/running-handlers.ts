import type { FastifyInstance } from 'fastify';

const running = new WeakMap<FastifyInstance, Set<Promise<unknown>>>();

/**
 * Lets an app close only when its handlers have ended. Fastify waits for answers alone, but a handler whose client has gone runs on, and needs the database,
 * which is closed after the app. Has to be called before the app is ready.
 *
 * @returns what follows the work of a handler, and returns the same promise
 */
export function untilHandlersEnd(app: FastifyInstance): <T>(work: Promise<T>) => Promise<T> {
  const works = running.get(app) ?? new Set();
  if (!running.has(app)) {
    running.set(app, works);
    app.addHook('onClose', async () => {
      await Promise.allSettled(works);
    });
  }
  return (work) => {
    works.add(work);
    const end = (): void => void works.delete(work);
    work.then(end, end);
    return work;
  };
}
