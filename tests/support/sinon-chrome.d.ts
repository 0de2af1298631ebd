/** Types of the parts of sinon-chrome that the tests use; it has none itself. */
declare module 'sinon-chrome' {
  interface Stub {
    callsFake(answer: (...given: never[]) => unknown): Stub;
    readonly callCount: number;
    resetHistory(): void;
  }

  interface Event {
    dispatch(...told: unknown[]): void;
    removeListeners(): void;
  }

  const chrome: {
    runtime: {
      id: string;
      getURL: Stub;
      connectNative: Stub;
      getPlatformInfo: Stub;
      getManifest: Stub;
      reload: Stub;
      onConnect: Event;
      onUpdateAvailable: Event;
      onInstalled: Event;
    };
    management: { getSelf: Stub };
    i18n: { getUILanguage: Stub; getMessage: Stub };
    windows: { getAll: Stub; get: Stub; create: Stub; update: Stub; remove: Stub };
    tabs: { create: Stub; get: Stub; onUpdated: Event; onRemoved: Event };
    storage: { onChanged: Event };
  };
  export default chrome;
}
