import { describe, expect, it } from '@jest/globals';
import { OnDemand } from '../../../../extension/src/pages/inspector/on-demand.js';

/** A part whose script loads when the test says so. */
function partThatWaits() {
  const loads: { readonly resolve: (name: string) => void; readonly reject: (error: unknown) => void }[] = [];
  const failures: unknown[] = [];
  const part = new OnDemand(
    () => new Promise<string>((resolve, reject) => loads.push({ resolve, reject })),
    (error) => failures.push(error),
  );
  const done: string[] = [];
  const use = (what: string): void => part.use((name) => done.push(`${what} ${name}`));
  return { part, use, loads, failures, done };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('a part of the inspector', () => {
  it('is loaded when it is first used, and only once', async () => {
    const { part, use, loads, done } = partThatWaits();
    expect(loads).toEqual([]);
    use('show');
    use('focus');
    expect([part.loaded, done, loads.length]).toEqual([null, [], 1]);
    loads[0]?.resolve('pane');
    await settle();
    expect([part.loaded, done]).toEqual(['pane', ['show pane', 'focus pane']]);
    use('hide');
    expect([done.at(-1), loads.length]).toEqual(['hide pane', 1]);
  });

  it('is loaded again by the next use when it could not be', async () => {
    const { part, use, loads, failures, done } = partThatWaits();
    use('show');
    loads[0]?.reject('gone');
    await settle();
    expect([part.loaded, failures, done]).toEqual([null, ['gone'], []]);
    use('show');
    loads[1]?.resolve('pane');
    await settle();
    expect([failures, done]).toEqual([['gone'], ['show pane']]);
  });
});
