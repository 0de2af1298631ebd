/** Kinds of requests that `serve()` counts for each person, before it reads their input. */
export const COUNTED = ['change', 'step'] as const;
/**
 * Quotas of single requests:
 * - `change`: a change for which no narrower quota is declared;
 * - `step`: the outcomes of a step of an operation.
 */
export type Counted = (typeof COUNTED)[number];

/** Quotas that handlers count themselves, because not each request uses them. */
export type CountedInside = 'sign-in' | 'operation' | 'card' | 'rename' | 'report' | 'unlock-code-issued';

/**
 * What keeps a person from writing rows without end by a route: a quota that `serve()` counts, one that the handler counts (`inside`), or the reason why
 * none is needed, in one sentence.
 */
export type Bound = Counted | { readonly inside: CountedInside } | { readonly because: string };
