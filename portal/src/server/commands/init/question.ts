import { Unfit } from '../../settings/setting.js';
import type { Given, Option } from './options.js';
import { visible, type Ask, type Shown } from './terminal.js';

/** A question of the guide, which an option can answer too. */
export interface Question<T> {
  readonly option: Option;
  /** Name of what is asked for, as the prompt shows it. */
  readonly prompt: string;
  /** Purpose of the answer, in a sentence. */
  readonly purpose: string;
  /** Answer of whoever presses Enter, or gives no option. Null if there has to be an answer. */
  readonly standard: string | null;
  /** How the answer is shown while it is typed; by default as it is. */
  readonly shown?: Shown;
  /**
   * Judges an answer at once.
   *
   * @throws Unfit with words for the administrator, which quote no secret
   */
  readonly judge: (answer: string) => T | Promise<T>;
}

/** The person whom the guide asks. */
export interface Person {
  readonly ask: Ask;
  readonly say: (line: string) => void;
}

/** The source of all answers: the options, and then the person at the terminal, if there is one. */
export class Answers {
  /** @param person undefined if nobody is asked */
  constructor(
    readonly given: Given,
    readonly person: Person | undefined,
  ) {}

  /** True if there will be an answer: an option has it, or a person is asked. */
  isAnswered(option: Option): boolean {
    return this.person !== undefined || this.given[option] !== undefined;
  }

  /**
   * Returns the answer to a question. An option is judged once; a person is asked until the answer fits. If there is neither, the default is the answer.
   *
   * @throws Error if an option does not fit, the person cancels, or there is nobody to ask and no default
   */
  async to<T>(question: Question<T>): Promise<T> {
    const given = this.given[question.option] ?? (this.person ? undefined : question.standard);
    if (given === undefined || given === null) return this.#askUntilFit(question);
    try {
      return await judge(question, given);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      throw new Error(`--${question.option}: ${error.message}. Nothing was changed`, { cause: error });
    }
  }

  async #askUntilFit<T>(question: Question<T>): Promise<T> {
    const { person } = this;
    if (!person) throw new Error(`missing: --${question.option}. Nothing was changed`);
    const { prompt, purpose, standard, shown = visible } = question;
    person.say('');
    person.say(purpose);
    for (;;) {
      const typed = (await person.ask(standard === null ? `${prompt}: ` : `${prompt} [${standard}]: `, shown)).trim();
      try {
        return await judge(question, typed === '' ? (standard ?? '') : typed);
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        person.say(`That does not fit: ${error.message}.`);
      }
    }
  }
}

async function judge<T>(question: Question<T>, answer: string): Promise<T> {
  if (answer === '') throw new Unfit('an answer is needed');
  if (/\p{Cc}/u.test(answer)) throw new Unfit('it has characters that cannot be typed');
  return question.judge(answer);
}
