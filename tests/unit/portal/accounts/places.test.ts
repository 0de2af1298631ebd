import { describe, expect, it } from '@jest/globals';
import { Places } from '../../../../portal/src/server/accounts/places.js';

/** Work that waits for a server until the test lets it end. */
class Server {
  asked = 0;
  #answer: () => void = () => undefined;
  readonly #answered = new Promise<void>((resolve) => {
    this.#answer = resolve;
  });

  readonly ask = async (): Promise<string> => {
    this.asked += 1;
    await this.#answered;
    return 'an answer';
  };

  answer(): void {
    this.#answer();
  }
}

const refused = expect.objectContaining({ code: 'RATE_LIMITED' }) as unknown;
const taken = (places: Places, sender: string, server: Server): Promise<unknown> =>
  places.take(sender, server.ask).catch((error: unknown) => error);

describe('places for questions to a server', () => {
  it('are 24, of which one sender has eight', async () => {
    const [places, server] = [new Places(), new Server()];
    const asking = ['a', 'b', 'c', 'd'].flatMap((sender) =>
      Array.from({ length: 9 }, () => taken(places, sender, server)),
    );
    expect(server.asked).toBe(24);
    expect(await Promise.all([asking[8], asking[17], asking[26], asking[27]])).toEqual(Array(4).fill(refused));
    server.answer();
    const answers = await Promise.all(asking);
    expect(answers.filter((answer) => answer === 'an answer')).toHaveLength(24);
  });

  it('are free again once the server has answered, or failed', async () => {
    const [places, server] = [new Places(), new Server()];
    server.answer();
    for (let one = 0; one < 30; one += 1) {
      expect(await taken(places, 'a', server)).toBe('an answer');
      await expect(places.take('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    }
  });
});
