import { number } from '../setting.js';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
/** Smallest and greatest number of uses in an hour that a setting may allow. */
const QUOTA = { least: 1, most: 100_000 };

/** Limits for one person, the ends of sessions, and the age of operations. */
export const LIMITS = {
  sessionEnds: {
    idle: number(
      {
        variable: 'CARDWRIGHT_SESSION_IDLE',
        sentence:
          'Minutes after which a session that nobody uses ends, 1 to 480. What a page asks by itself is no use.',
        standard: 30,
      },
      { least: 1, most: 8 * 60, unit: MINUTE },
    ),
    lifetime: number(
      {
        variable: 'CARDWRIGHT_SESSION_LIFETIME',
        sentence: 'Hours after the last proof of identity after which a session ends, however it is used, 1 to 24.',
        standard: 8,
      },
      { least: 1, most: 24, unit: HOUR },
    ),
  },
  deviceLimit: number(
    { variable: 'CARDWRIGHT_DEVICE_LIMIT', sentence: 'Devices that a user may have.', standard: 3 },
    { most: 1000 },
  ),
  // By default, a decision made in the morning still counts in the evening. At most, it can count for a week.
  operationAge: number(
    {
      variable: 'CARDWRIGHT_OPERATION_AGE',
      sentence:
        'Hours after which an operation that is still under way is judged again by the policy of that moment, 1 to 168.',
      standard: 24,
    },
    { least: 1, most: 7 * 24, unit: HOUR },
  ),
  quotas: {
    operationsPerHour: number(
      {
        variable: 'CARDWRIGHT_OPERATIONS_PER_HOUR',
        sentence: 'Operations that one user starts or resumes in an hour.',
        standard: 60,
      },
      QUOTA,
    ),
    witnessesPerHour: number(
      {
        variable: 'CARDWRIGHT_WITNESSES_PER_HOUR',
        sentence: 'Answers to management keys for one user in an hour.',
        standard: 120,
      },
      QUOTA,
    ),
    cardsPerHour: number(
      {
        variable: 'CARDWRIGHT_CARDS_PER_HOUR',
        sentence:
          'Cards that are judged for one user in an hour: the wizard asks for each card whenever a reader changes.',
        standard: 600,
      },
      QUOTA,
    ),
    othersCardsPerHour: number(
      {
        variable: 'CARDWRIGHT_OTHERS_CARDS_PER_HOUR',
        sentence: 'Different cards of other people that one user is told of in an hour.',
        standard: 20,
      },
      QUOTA,
    ),
    codeTriesPerHour: number(
      {
        variable: 'CARDWRIGHT_CODE_TRIES_PER_HOUR',
        sentence: 'One-time codes that one user tries in an hour, right or wrong.',
        standard: 20,
      },
      QUOTA,
    ),
    unlockCodesPerHour: number(
      {
        variable: 'CARDWRIGHT_UNLOCK_CODES_PER_HOUR',
        sentence: 'One-time codes that one operator issues in an hour.',
        standard: 60,
      },
      QUOTA,
    ),
    renamesPerHour: number(
      {
        variable: 'CARDWRIGHT_RENAMES_PER_HOUR',
        sentence: 'Names that one user gives to devices in an hour. Each is an entry of the audit log.',
        standard: 60,
      },
      QUOTA,
    ),
    reportsPerHour: number(
      {
        variable: 'CARDWRIGHT_REPORTS_PER_HOUR',
        sentence:
          'Reports that one user takes back, or changes to one that can be taken back, in an hour. Other reports are never refused.',
        standard: 20,
      },
      QUOTA,
    ),
    signInsPerHour: number(
      {
        variable: 'CARDWRIGHT_SIGN_INS_PER_HOUR',
        sentence: 'Sign-ins of one person in an hour that succeed, with their second factors and renewed proofs.',
        standard: 60,
      },
      QUOTA,
    ),
    changesPerHour: number(
      {
        variable: 'CARDWRIGHT_CHANGES_PER_HOUR',
        sentence: 'Changes that one person asks for in an hour, where no narrower limit is named.',
        standard: 600,
      },
      QUOTA,
    ),
    stepsPerHour: number(
      {
        variable: 'CARDWRIGHT_STEPS_PER_HOUR',
        sentence: 'Steps of operations whose outcomes one user sends in an hour.',
        standard: 6000,
      },
      QUOTA,
    ),
  },
};
