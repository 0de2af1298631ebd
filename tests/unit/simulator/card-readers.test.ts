import { beforeEach, describe, expect, it } from '@jest/globals';
import { CardReaders } from '../../../simulator/src/card-readers.js';
import { PlayedService } from '../../support/played-simulator.js';

describe('the cards of the simulator', () => {
  let service: PlayedService;
  let readers: CardReaders;

  beforeEach(() => {
    service = new PlayedService();
    readers = new CardReaders(service.stage);
  });

  it('each have a name, and come back by it with the memory that they had', async () => {
    const ada = await readers.insert('yubikey', { name: 'ada' });
    const second = await readers.insert('piv');
    expect([ada, second]).toEqual([
      { name: 'ada', kind: 'yubikey' },
      { name: 'card-2', kind: 'piv' },
    ]);
    await expect(readers.putBack('ada')).resolves.toEqual(ada);
    expect(readers.card).toEqual(ada);
    expect(service.insertions.map(({ stateFile }) => stateFile)).toEqual([undefined, undefined, 'state-1']);
  });

  it('come back without the fault that they had', async () => {
    await readers.insert('yubikey', { name: 'ada', args: ['--fault', 'mute@1'] });
    await readers.putBack('ada');
    expect(service.insertions.map(({ args }) => args)).toEqual([['--fault', 'mute@1'], undefined]);
  });

  it('never have the name of another card, or of a kind', async () => {
    await readers.insert('yubikey', { name: 'card-2' });
    await expect(readers.insert('yubikey', { name: 'card-2' })).rejects.toThrow('this name already');
    await expect(readers.insert('yubikey', { name: 'piv' })).rejects.toThrow('this name already');
    await expect(readers.insert('yubikey')).resolves.toMatchObject({ name: 'card-3' });
  });

  it('are out of the reader after they were pulled, and after their process has ended', async () => {
    await readers.insert('yubikey', { name: 'ada' });
    service.breakCard();
    expect(readers.card).toBeNull();
    await readers.putBack('ada');
    expect(readers.card).toMatchObject({ name: 'ada' });
    await readers.pull();
    expect(readers.card).toBeNull();
    expect(readers.cards).toHaveLength(1);
  });

  it('get a smart card service again after theirs has died', async () => {
    await readers.insert('yubikey', { name: 'ada' });
    service.die();
    expect(readers).toMatchObject({ card: null, isRunning: false });
    await readers.putBack('ada');
    expect(service.restarts).toBe(1);
    expect(readers).toMatchObject({ card: { name: 'ada' }, isRunning: true });
  });
});
