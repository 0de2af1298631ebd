import type { User } from './api.js';

export type Right = User['rights'][number];

/** Rights with which one of the operator's pages has something to show. */
const FOR_OPERATORS: readonly Right[] = ['see-devices', 'see-policies', 'see-audit'];

let held: ReadonlySet<Right> = new Set();

/** Keeps the rights of the person who is signed in, for this page. */
export const keepRights = (user: User | null): void => {
  held = new Set(user?.rights);
};

/** Returns true if the person who is signed in has a right. The server judges again: this function only decides what the page offers. */
export const may = (right: Right): boolean => held.has(right);

/** Returns true if the person may open the operator's pages. */
export const isForOperators = ({ rights }: User): boolean => FOR_OPERATORS.some((right) => rights.includes(right));

/** Returns the page on which a person begins. */
export const firstPageOf = (user: User): string => (isForOperators(user) ? '/operator' : '/my-devices');
