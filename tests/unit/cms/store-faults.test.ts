import type { Transaction } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { findBroken, instead, withLatest, withMethods, type Fault } from './faulty-store.js';

/** Tests of the suite on stores with typical faults: it names the rule that each breaks, and no other. */

const byClock = <Row>(rows: readonly Row[], at: (row: Row) => Date): Row[] =>
  [...rows].sort((a, b) => at(b).getTime() - at(a).getTime());

const CERTIFIED_ELSEWHERE =
  'names the keys that were ever certified on another device, in the order in which it is asked';

describe('the suite of stores names the rule that is broken', () => {
  it.each<[string, Fault, readonly string[]]>([
    [
      'by escrows in the order of their clocks',
      withMethods((transaction) => ({
        openDevice: async (id) => {
          const file = await transaction.openDevice(id);
          return file && { ...file, escrows: byClock(file.escrows, ({ createdAt }) => createdAt) };
        },
      })),
      ['opens escrows newest first, by the order of writing and not by clocks'],
    ],
    [
      'by an audit log in the order of its clocks',
      ({ store }) => ({ audit: () => Promise.resolve(byClock(store.contents().audit, ({ at }) => at).reverse()) }),
      ['appends to the audit log in the order of writing, whatever the clocks say'],
    ],
    [
      'by a use that is counted in the transaction under way',
      ({ store }) => {
        let underWay: Transaction | undefined;
        return {
          store: {
            transaction: (work) =>
              store.transaction((transaction) => work((underWay = transaction)).finally(() => (underWay = undefined))),
            spend: (...use) => underWay?.spend(...use) ?? store.spend(...use),
          },
        };
      },
      ['counts a use in a transaction of its own, whatever becomes of others'],
    ],
    [
      'by a serial number that is believed of anyone',
      withLatest(
        (latest, { serial, model }, rows) =>
          latest ?? rows.findLast((row) => serial !== null && row.serial === serial && row.model === model),
      ),
      [
        'judges each card by itself, whatever other cards are asked for with it',
        'believes a serial number of another person only where the row is proved',
        'believes of a row with an identity only the serial number that this names',
        'ignores the serial number of another person’s security key: only its model is attested',
        'believes no serial number of another person where the row is known by a key',
      ],
    ],
    [
      'by a second certificate of one serial number that is left out without a word',
      withMethods((transaction, { store }) => ({
        write: (changes) => {
          const taken = new Map(store.contents().certificates.map(({ serialNumber, id }) => [serialNumber, id]));
          const certificates = changes.certificates.filter(({ id, serialNumber }) => {
            const isFree = (taken.get(serialNumber) ?? id) === id;
            taken.set(serialNumber, id);
            return isFree;
          });
          return transaction.write({ ...changes, certificates });
        },
      })),
      [
        'undoes a transaction of which a write was refused, though its work does not mind',
        'refuses two certificates with one serial number, on whichever device',
      ],
    ],
    [
      'by errors that are wrapped',
      ({ store }) => ({
        store: {
          transaction: (work) =>
            store.transaction(work).catch((cause: unknown) => {
              throw new Error('the transaction failed', { cause });
            }),
        },
      }),
      [
        'fails with the very error that the work of a transaction threw',
        'undoes a transaction of which a write was refused, though its work does not mind',
        'refuses each call after one that failed, with the error of that one',
        'fails with what its work threw, even if a write was refused before',
      ],
    ],
    [
      'by other words for a transaction that is over',
      withMethods((transaction) => ({
        countDevices: (personId) =>
          transaction.countDevices(personId).catch(() => Promise.reject(new Error('the connection is closed'))),
      })),
      ['refuses what is still asked for when its transaction is over'],
    ],
    [
      'by uses that are counted, where what they are for counts',
      ({ store }) => ({
        store: { spend: (person, what, uses) => store.spend(person, what, Array.isArray(uses) ? uses.length : uses) },
      }),
      [
        'counts what uses are for once an hour, in whichever calls it comes',
        'counts what is used for at the same moment, each once',
      ],
    ],
    [
      'by a call that is answered after one that failed',
      withMethods((transaction) => ({
        insertDevice: async (device) => {
          const [added] = await Promise.allSettled([transaction.insertDevice(device)]);
          if (added.status === 'fulfilled') return added.value;
          if (String(added.reason).includes('is over')) throw added.reason;
          return true;
        },
      })),
      ['refuses each call after one that failed, with the error of that one'],
    ],
    [
      'by the error of a refused write, where its work threw another one',
      ({ store }) => ({
        store: {
          transaction: (work) =>
            store.transaction(async (transaction) => {
              let refusal: unknown;
              const write: Transaction['write'] = async (changes) => {
                const [written] = await Promise.allSettled([transaction.write(changes)]);
                if (written.status === 'fulfilled') return;
                refusal = written.reason;
                throw written.reason;
              };
              const [outcome] = await Promise.allSettled([work(instead(transaction, { write }))]);
              if (outcome.status === 'fulfilled') return outcome.value;
              throw refusal ?? outcome.reason;
            }),
        },
      }),
      ['fails with what its work threw, even if a write was refused before'],
    ],
    [
      'by GUIDs that count under their model only',
      withLatest((latest, { serial, model }) => (serial !== null || latest?.model === model ? latest : undefined)),
      ['knows a card by its GUID only where it shows no serial number, whoever owns it and of whichever model'],
    ],
    [
      'by the row of a GUID that was written last',
      withLatest((latest, { guid }, rows) =>
        latest?.guid === guid ? rows.findLast((row) => row.guid === guid) : latest,
      ),
      ['finds the latest of several rows of a card, also one that is nobody’s any more'],
    ],
    [
      'by digits that an identity ends with, and that are not its serial number',
      withLatest(
        (latest, { serial }, rows) =>
          latest ?? rows.find((row) => serial !== null && row.serial === serial && row.identity?.endsWith(serial)),
      ),
      ['believes of a row with an identity only the serial number that this names'],
    ],
    [
      'by keys that are forgotten once their certificates are revoked',
      withMethods((transaction, { store }) => ({
        certifiedElsewhere: async (hashes, deviceId) => {
          const isGood = (hash: string): boolean =>
            store.contents().certificates.some((row) => row.keyHash === hash && row.revocationReason === null);
          return (await transaction.certifiedElsewhere(hashes, deviceId)).filter(isGood);
        },
      })),
      [CERTIFIED_ELSEWHERE],
    ],
    [
      'by keys that are named twice, and answered once',
      withMethods((transaction) => ({
        certifiedElsewhere: async (hashes, deviceId) => [
          ...new Set(await transaction.certifiedElsewhere(hashes, deviceId)),
        ],
      })),
      [CERTIFIED_ELSEWHERE],
    ],
    [
      'by log entries that are refused because their device is unknown',
      withMethods((transaction, { store }) => ({
        write: (changes) => {
          const known = store.contents().devices.map(({ id }) => id);
          const isKnown = changes.audit.every(({ deviceId }) => deviceId === null || known.includes(deviceId));
          return isKnown ? transaction.write(changes) : Promise.reject(new Error('the device is unknown'));
        },
      })),
      ['refuses rows of a device that is not there, but not in its logs'],
    ],
    [
      'by a policy that ends the proposal of its model',
      withMethods((transaction) => ({
        putPolicy: async (row, mode) => {
          await transaction.putPolicy(row, mode);
          const proposal = (await transaction.listProposals()).find(({ model }) => model === row.model);
          if (proposal) await transaction.removeProposal(proposal.id);
        },
      })),
      ['leaves the proposal for a model alone when its policy is written'],
    ],
    [
      'by removals that wait for a clock',
      withMethods((transaction) => ({
        duePasskeyRemovals: async (...asked) =>
          (await transaction.duePasskeyRemovals(...asked)).filter(
            ({ passkey }) => (passkey.removalDueAt?.getTime() ?? 0) <= Date.now(),
          ),
      })),
      ['has what is due until it is gone, the longest due first, with whose it is'],
    ],
    [
      'by an hour that begins with the first use that is counted',
      ({ store }) => {
        const counted = new Set<string>();
        return {
          store: {
            spend: (person, what, uses) => {
              if (uses === 0 && !counted.has(person))
                return Promise.resolve({ spent: 0, windowEndsAt: new Date(Date.now() + 60 * 60 * 1000) });
              counted.add(person);
              return store.spend(person, what, uses);
            },
          },
        };
      },
      ['tells when the hour ends: an hour after the first call, whatever that counted'],
    ],
    [
      'by models in the order of a dictionary',
      withMethods((transaction) => ({
        listPolicies: async () =>
          [...(await transaction.listPolicies())].sort((a, b) => a.model.localeCompare(b.model, 'en')),
      })),
      ['lists policies and proposals by model, in the order of ASCII'],
    ],
  ])('%s, and no other', async (_what, fault, rules) => {
    const broken = await findBroken(fault);
    expect([...broken.keys()]).toEqual(rules);
    for (const [rule, message] of broken)
      expect(message).toContain(`BrokenRule: The store breaks a rule of its contract: it ${rule}.`);
  });
});
