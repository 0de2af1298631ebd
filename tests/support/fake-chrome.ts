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

/** A window as the browser reports it. */
interface FakeWindow {
  readonly id?: number;
  readonly incognito: boolean;
  readonly focused?: boolean;
  readonly state?: string;
  /** The address of a window that the extension opened. */
  readonly url?: string;
}

/** The windows that `chrome.windows` reports. */
export const openWindows: FakeWindow[] = [];

/** The ids of the windows that were brought to the front, in order. */
export const raisedWindows: unknown[] = [];

/** The tabs that `chrome.tabs.get` reports. */
export const openTabs: { readonly id: number; readonly windowId: number; readonly active: boolean }[] = [];

/** Starts the host for the extension; a test that needs one provides its port. */
export const native: { connect: () => unknown } = { connect: () => undefined };

// These must be set before the polyfill loads, which captures them. sinon-chrome has no storage.session.
chrome.runtime.id = 'bgndimlbjcagmmnfhehofoeodifnnofp';
chrome.runtime.getURL.callsFake((page: string) => `chrome-extension://${chrome.runtime.id}/${page}`);
// As the browser answers for a text that it does not have.
chrome.i18n.getMessage.callsFake(() => '');
chrome.runtime.connectNative.callsFake(() => native.connect());
chrome.windows.getAll.callsFake((first: unknown, second?: unknown) => settle(openWindows, second ?? first));
chrome.windows.get.callsFake((id: unknown, callback?: unknown) =>
  settle(
    openWindows.find((one) => one.id === id),
    callback,
  ),
);
chrome.windows.create.callsFake((made: object, callback?: unknown) => {
  const window = { incognito: false, ...made, id: openWindows.length + 1 };
  openWindows.push(window);
  return settle(window, callback);
});
chrome.windows.update.callsFake((id: unknown, _changes: unknown, callback?: unknown) => {
  raisedWindows.push(id);
  return settle({ id }, callback);
});
chrome.windows.remove.callsFake((id: unknown, callback?: unknown) => {
  openWindows.splice(
    openWindows.findIndex((one) => one.id === id),
    1,
  );
  return settle(undefined, callback);
});
chrome.tabs.get.callsFake((id: unknown, callback?: unknown) =>
  settle(
    openTabs.find((one) => one.id === id),
    callback,
  ),
);
Object.assign(globalThis, {
  chrome: { ...chrome, storage: { local, session, managed, onChanged: chrome.storage.onChanged } },
});

/** Resets everything between two tests. */
export function resetFakeChrome(): void {
  for (const area of [local, session, managed]) area.content = {};
  openWindows.length = 0;
  openTabs.length = 0;
  raisedWindows.length = 0;
}
