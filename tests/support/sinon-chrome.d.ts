/** What the tests use of sinon-chrome, which comes without types. */
declare module 'sinon-chrome' {
  interface Stub {
    callsFake(answer: (...given: never[]) => unknown): Stub;
  }

  const chrome: {
    runtime: { id: string; getURL: Stub; connectNative: Stub };
    windows: { getAll: Stub; get: Stub; create: Stub; remove: Stub };
    tabs: { get: Stub };
    storage: { onChanged: object };
  };
  export default chrome;
}
