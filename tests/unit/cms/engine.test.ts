import { call, type Consequence, type Step } from '@cardwright/cms/operations';
import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { NO_CHANGES } from '../../integration/store/rows.js';
import { BY_ADA, EngineStage, failing, looked, lookStep, operationOf, READ } from './engine-stage.js';

const removed = failing(new CardwrightError('CARD_REMOVED'));
const unreadable = failing(new CardwrightError('CERTIFICATE_INVALID'));
const phase = { name: 'look', text: 'Looking' };

describe('the next step', () => {
  it('is the first needed one, whatever precedes it', async () => {
    const stage = await EngineStage.open(operationOf([lookStep({ name: 'never', needed: () => false }), lookStep()]));
    expect(await stage.start()).toMatchObject({ state: 'running', phase, progress: 10, step: { number: 1 } });
    expect(stage.operation).toMatchObject({ state: { step: 'look' }, stepMethods: ['certificate.read'] });
  });

  it('is missing when none is needed: the operation is done', async () => {
    const stage = await EngineStage.open(operationOf([lookStep()]));
    await stage.start();
    expect(await stage.bring()).toMatchObject({ state: 'done', step: null, error: null, deviceState: 'active' });
  });

  it('is a defect when it repeats the last one, of which nothing was kept', async () => {
    const endless = lookStep({ calls: () => [call('certificate.read', { slot: '9A' })] });
    const stage = await EngineStage.open(operationOf([endless]));
    await stage.start();
    const before = stage.store.contents();
    await expect(stage.bring()).rejects.toThrow('look: the step look is still needed after it was carried out');
    expect(stage.store.contents()).toEqual(before);
  });

  it('may be the same again for something else, but not for the same', async () => {
    const rounds = ['one', 'two', 'two'];
    const calls: Step['calls'] = () => [call('certificate.read', { slot: '9A' }, { read: () => void rounds.shift() })];
    const stage = await EngineStage.open(operationOf([lookStep({ round: () => rounds[0] ?? '', calls })]));
    await stage.start();
    expect(await stage.bring()).toMatchObject({ state: 'running', step: { number: 2 } });
    await expect(stage.bring()).rejects.toThrow('still needed after it was carried out');
  });

  it('may be the same while it waits for something: the session rests', async () => {
    let missing: CardwrightError | null = null;
    const waiting = lookStep({
      waitsFor: () => Promise.resolve(missing),
      calls: () => [
        call(
          'certificate.read',
          { slot: '9A' },
          { read: () => void (missing = new CardwrightError('PASSKEY_EXPIRED')) },
        ),
      ],
    });
    const stage = await EngineStage.open(operationOf([waiting]));
    await stage.start();
    expect(await stage.bring()).toMatchObject({ state: 'running', step: null });
  });

  it('may be the same again after a handled error', async () => {
    const stage = await EngineStage.open(operationOf([lookStep({ errors: { CARD_REMOVED: 'continue' } })]));
    await stage.start();
    expect(await stage.bring([removed])).toMatchObject({ state: 'running', step: { number: 2 } });
  });

  it('waits for something outside the session, and is sent in a later one', async () => {
    let missing: CardwrightError | null = new CardwrightError('APPROVAL_NEEDED');
    const stage = await EngineStage.open(operationOf([lookStep({ waitsFor: () => Promise.resolve(missing) })]));
    const error = expect.objectContaining({ data: expect.objectContaining({ name: 'APPROVAL_NEEDED' }) });
    expect(await stage.start()).toMatchObject({ state: 'running', step: null, error });
    missing = null;
    expect(await stage.start()).toMatchObject({ state: 'running', step: { number: 1 }, error: null });
  });
});

describe('an error of a step', () => {
  const ENDS: readonly [Consequence, string][] = [
    ['interrupt', 'running'],
    ['fail', 'failed'],
    ['finish', 'done'],
    ['cancel', 'cancelled'],
  ];

  it.each(ENDS)('meaning "%s" leaves the operation %s', async (verdict, state) => {
    const stage = await EngineStage.open(operationOf([lookStep({ errors: { CARD_REMOVED: () => verdict } })]));
    await stage.start();
    expect(await stage.bring([removed])).toMatchObject({ state, step: null });
    expect(stage.operation).toMatchObject({ status: state });
  });

  it.each([
    [removed, 'running'],
    [unreadable, 'failed'],
  ] as const)('has a default meaning: %j leaves the operation %s', async (outcome, state) => {
    const stage = await EngineStage.open(operationOf([lookStep()]));
    await stage.start();
    expect(await stage.bring([outcome])).toMatchObject({ state });
  });

  it('gets its meaning from its call before its step', async () => {
    const calls: Step['calls'] = () => [call('certificate.read', { slot: '9A' }, { failed: () => 'cancel' })];
    const stage = await EngineStage.open(operationOf([lookStep({ calls, errors: { CARD_REMOVED: 'fail' } })]));
    await stage.start();
    expect(await stage.bring([removed])).toMatchObject({ state: 'cancelled' });
  });

  it('reaches the definition when the operation fails; null when its user gives it up', async () => {
    const told: unknown[] = [];
    const settle = { done: () => undefined, failed: (_context: unknown, error: unknown) => void told.push(error) };
    const stage = await EngineStage.open(operationOf([lookStep()], { settle }));
    await stage.start();
    await stage.bring([unreadable]);
    const { operation } = await stage.start();
    expect(await stage.cms.cancel(BY_ADA, operation)).toMatchObject({ state: 'cancelled' });
    expect(told).toEqual([expect.objectContaining({ code: 'CERTIFICATE_INVALID' }), null]);
  });
});

describe('results that the CMS cannot read yet', () => {
  const away = new CardwrightError('CA_UNAVAILABLE');

  it('change nothing except what their step keeps, and are read when they come again', async () => {
    let isAway = true;
    const read = (): void => {
      if (isAway) throw away;
    };
    const awaiting = lookStep({
      calls: () => [call('certificate.read', { slot: '9A' }, { read })],
      keepForLater: (context, outcomes) => context.keep(looked, { isDone: outcomes.length === 1 }),
    });
    const stage = await EngineStage.open(operationOf([awaiting]));
    await stage.start();
    await expect(stage.bring()).rejects.toBe(away);
    expect(stage.operation).toMatchObject({
      stepNumber: 1,
      state: { step: 'look', slices: { looked: { isDone: true } } },
    });
    isAway = false;
    expect(await stage.bring()).toMatchObject({ state: 'done' });
  });

  it('change nothing if another session has continued meanwhile', async () => {
    const stage = await EngineStage.open(
      operationOf([
        lookStep({
          calls: () => [call('certificate.read', { slot: '9A' }, { read: () => Promise.reject(away) })],
          keepForLater: (context) => context.keep(looked, { isDone: true }),
        }),
      ]),
    );
    await stage.start();
    // The other session begins between the failed transaction and the one that stores what it waits for.
    const transaction = stage.store.transaction.bind(stage.store);
    stage.store.transaction = async (work) => {
      try {
        return await transaction(work);
      } catch (error) {
        stage.store.transaction = transaction;
        await stage.start();
        throw error;
      }
    };
    await expect(stage.bring()).rejects.toBe(away);
    expect(stage.operation).toMatchObject({ stepNumber: 2, state: { slices: { looked: { isDone: false } } } });
  });
});

describe('results', () => {
  it('get the same answer when repeated, and are read once', async () => {
    let times = 0;
    const calls: Step['calls'] = (context) => [
      call('certificate.read', { slot: '9A' }, { read: () => context.keep(looked, { isDone: (times += 1) > 0 }) }),
    ];
    const stage = await EngineStage.open(operationOf([lookStep({ calls }), lookStep({ name: 'second' })]));
    await stage.start();
    const answer = await stage.bring();
    expect(await stage.bring()).toEqual(answer);
    expect(times).toBe(1);
  });

  it('get their answer in the language of the repeated request', async () => {
    const step = { name: 'again', needed: () => true } as const;
    const stage = await EngineStage.open(operationOf([lookStep(), lookStep(step)]));
    const { operation } = await stage.start();
    const bring = (language: 'en' | 'de') => stage.cms.continue({ ...BY_ADA, language }, operation, 1, [READ]);
    expect(await bring('en')).toMatchObject({ phase: { text: 'Looking' } });
    expect(await bring('de')).toMatchObject({ phase: { text: 'Wird angesehen' } });
  });

  it('come too late for a step that another has followed', async () => {
    const stage = await EngineStage.open(operationOf([lookStep()]));
    const { operation } = await stage.start();
    await stage.start();
    const late = stage.cms.continue(BY_ADA, operation, 1, [READ]);
    await expect(late).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
  });
});

describe('an operation of another version', () => {
  const readTwice: Step['calls'] = (context) => [
    call('certificate.read', { slot: '9A' }),
    call('certificate.read', { slot: '9C' }, { read: () => context.keep(looked, { isDone: true }) }),
  ];
  const wider = {
    ...looked,
    schema: v.strictObject({ isDone: v.boolean(), by: v.string() }),
    initial: { isDone: false, by: '' },
  };
  const OTHERS: readonly [string, Step, number][] = [
    ['whose step has another name', lookStep({ name: 'see' }), 1],
    ['whose step has other commands', lookStep({ calls: readTwice }), 2],
    [
      'that kept less in a slice',
      lookStep({
        slices: [wider],
        needed: (context) => !context.of(wider).isDone,
        calls: (context) => [
          call('certificate.read', { slot: '9A' }, { read: () => context.keep(wider, { isDone: true, by: 'ada' }) }),
        ],
      }),
      1,
    ],
  ];

  it.each(OTHERS)('refuses late results, and continues in a new session: one %s', async (_what, step, commands) => {
    const stage = await EngineStage.open(operationOf([lookStep()]));
    const { operation } = await stage.start();
    stage.upgrade(operationOf([step]));
    await expect(stage.bring()).rejects.toMatchObject({ code: 'OPERATION_MOVED' });

    expect(await stage.start()).toMatchObject({ operation, state: 'running', step: { number: 2 } });
    expect(await stage.bring(Array.from({ length: commands }, () => READ))).toMatchObject({ state: 'done' });
  });

  it('can be given up if it kept less in a slice', async () => {
    const stage = await EngineStage.open(operationOf([lookStep()]));
    const { operation } = await stage.start();
    stage.upgrade(operationOf([lookStep({ slices: [wider] })]));
    expect(await stage.cms.cancel(BY_ADA, operation)).toMatchObject({ state: 'cancelled' });
  });

  it('is continued by a new session too if it kept its state in another form', async () => {
    const stage = await EngineStage.open(operationOf([lookStep()]));
    const { operation } = await stage.start();
    const kept = stage.operation;
    if (!kept) throw new Error('the operation is stored');
    await stage.store.transaction(async (transaction) => {
      await transaction.openOperation('ada', operation);
      await transaction.write({ ...NO_CHANGES, operations: [{ ...kept, state: { phase: 3 } }] });
    });
    await expect(stage.bring()).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    await stage.start();
    expect(await stage.bring()).toMatchObject({ operation, state: 'done' });
  });
});

describe('the state of an operation', () => {
  const secret = { ...looked, name: 'secret' };

  it.each([
    ['read', lookStep({ needed: (context) => !context.of(secret).isDone })],
    ['changed', lookStep({ prepare: (context) => context.keep(secret, { isDone: true }) })],
  ])('has only slices that a step declares: others cannot be %s', async (_how, step) => {
    const stage = await EngineStage.open(operationOf([step]));
    await expect(stage.start()).rejects.toThrow('no step declares the slice secret');
    expect(stage.operation).toBeUndefined();
  });

  it('is kept across sessions or begins again with each, as its slices say', async () => {
    const session = { ...looked, name: 'inSession', lasts: 'session' } as const;
    const first = lookStep({
      name: 'first',
      slices: [looked, session],
      prepare: (context) => {
        context.keep(looked, { isDone: true });
        context.keep(session, { isDone: true });
      },
      needed: (context) => !context.of(session).isDone,
    });
    const stage = await EngineStage.open(operationOf([first]));
    await stage.start();
    expect(stage.operation).toMatchObject({
      state: { slices: { looked: { isDone: true }, inSession: { isDone: true } } },
    });
    stage.upgrade(operationOf([{ ...first, prepare: () => undefined }]));
    await stage.start();
    expect(stage.operation).toMatchObject({
      state: { slices: { looked: { isDone: true }, inSession: { isDone: false } } },
    });
  });

  it('keeps what a step has read before the card was pulled', async () => {
    const calls: Step['calls'] = (context) => [
      call('certificate.read', { slot: '9A' }, { read: () => context.keep(looked, { isDone: true }) }),
      call('certificate.read', { slot: '9C' }),
    ];
    const stage = await EngineStage.open(operationOf([lookStep({ calls })]));
    await stage.start();
    expect(await stage.bring([READ, removed])).toMatchObject({ state: 'running', step: null });
    expect(await stage.start()).toMatchObject({ state: 'done' });
  });
});
