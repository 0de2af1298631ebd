import chrome from 'sinon-chrome';

/** A storage area in memory. */
export class FakeStorageArea {
  content: Record<string, unknown> = {};

  readonly get = (keys?: unknown): Promise<object> =>
    Promise.resolve(typeof keys === 'string' ? pick(this.content, keys) : { ...this.content });

  readonly set = (values: object): Promise<void> => {
    Object.assign(this.content, values);
    return Promise.resolve();
  };

  readonly remove = (keys: string | string[]): Promise<void> => {
    const gone = [keys].flat();
    this.content = Object.fromEntries(Object.entries(this.content).filter(([key]) => !gone.includes(key)));
    return Promise.resolve();
  };
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

/** The arguments with which the extension opened its own tabs, in order. */
export const openedTabs: unknown[] = [];

/** The browser's answer when the extension opens a tab. */
export const whenTabIsCreated: { answer: () => Promise<object> } = { answer: () => Promise.resolve({ id: 99 }) };

/** Starts the host for the extension; a test that needs one provides its port. */
export const native: { connect: () => unknown } = { connect: () => undefined };

// These must be set before modules of the extension are loaded. sinon-chrome has no storage.session.
chrome.runtime.id = 'bgndimlbjcagmmnfhehofoeodifnnofp';
chrome.runtime.getURL.callsFake((page: string) => `chrome-extension://${chrome.runtime.id}/${page}`);
// The browser's answer for a text that it does not have.
chrome.i18n.getMessage.callsFake(() => '');
chrome.runtime.connectNative.callsFake(() => native.connect());
chrome.windows.getAll.callsFake(() => Promise.resolve(openWindows));
chrome.windows.get.callsFake((id: unknown) => Promise.resolve(openWindows.find((one) => one.id === id)));
chrome.windows.create.callsFake((made: object) => {
  const window = { incognito: false, ...made, id: openWindows.length + 1 };
  openWindows.push(window);
  return Promise.resolve(window);
});
chrome.windows.update.callsFake((id: unknown) => {
  raisedWindows.push(id);
  return Promise.resolve({ id });
});
chrome.windows.remove.callsFake((id: unknown) => {
  openWindows.splice(
    openWindows.findIndex((one) => one.id === id),
    1,
  );
  return Promise.resolve();
});
chrome.tabs.create.callsFake((made: unknown) => {
  openedTabs.push(made);
  return whenTabIsCreated.answer();
});
chrome.tabs.get.callsFake((id: unknown) => Promise.resolve(openTabs.find((one) => one.id === id)));
Object.assign(globalThis, {
  BROWSER: { ...chrome, storage: { local, session, managed, onChanged: chrome.storage.onChanged } },
});

/** Resets everything between two tests. */
export function resetFakeChrome(): void {
  for (const area of [local, session, managed]) area.content = {};
  openWindows.length = 0;
  openTabs.length = 0;
  raisedWindows.length = 0;
  openedTabs.length = 0;
  whenTabIsCreated.answer = () => Promise.resolve({ id: 99 });
}
