import chrome from 'sinon-chrome';

type Callback = (value?: unknown) => void;

/** A storage area in memory, with the callbacks that the polyfill expects, and promises without one. */
export class FakeStorageArea {
  content: Record<string, unknown> = {};

  readonly get = (keys?: unknown, callback?: Callback): unknown =>
    settle(typeof keys === 'string' ? pick(this.content, keys) : { ...this.content }, callback ?? keys);

  readonly set = (values: object, callback?: Callback): unknown => {
    Object.assign(this.content, values);
    return settle(undefined, callback);
  };

  readonly remove = (keys: string | string[], callback?: Callback): unknown => {
    const gone = [keys].flat();
    this.content = Object.fromEntries(Object.entries(this.content).filter(([key]) => !gone.includes(key)));
    return settle(undefined, callback);
  };
}

function settle(value: unknown, callback: unknown): unknown {
  if (typeof callback !== 'function') return Promise.resolve(value);
  (callback as Callback)(value);
  return undefined;
}

const pick = (from: Record<string, unknown>, key: string): object =>
  Object.hasOwn(from, key) ? { [key]: from[key] } : {};

export const local = new FakeStorageArea();
export const session = new FakeStorageArea();
export const managed = new FakeStorageArea();

/** The windows that `chrome.windows.getAll` tells of. */
export const openWindows: { incognito: boolean }[] = [];

// Must stand before the polyfill is loaded: it takes what it finds then. sinon-chrome has no storage.session.
chrome.runtime.id = 'bgndimlbjcagmmnfhehofoeodifnnofp';
chrome.runtime.getURL.callsFake((page: string) => `chrome-extension://${chrome.runtime.id}/${page}`);
chrome.windows.getAll.callsFake((first: unknown, second?: unknown) => settle(openWindows, second ?? first));
Object.assign(globalThis, {
  chrome: { ...chrome, storage: { local, session, managed, onChanged: chrome.storage.onChanged } },
});

/** Empties everything between two tests. */
export function resetFakeChrome(): void {
  for (const area of [local, session, managed]) area.content = {};
  openWindows.length = 0;
}
