import { cmsContract, type CmsPath } from '@cardwright/protocol/cms';
import * as v from 'valibot';
import { passedOn, type BoundRoute } from './route.js';

const body = passedOn<object>('as the protocol says');
const ofContract = {
  who: 'own-devices',
  takes: v.object({ body }),
  answer: v.pipe(v.unknown(), v.description('as the protocol says')),
} as const;
const ofOperation = { ...ofContract, takes: v.object({ parameters: v.object({ id: v.string() }), body }) } as const;

/**
 * The requests that the sdk in a page sends to the card management (CMS), as cms.ts of the protocol defines them. The CMS validates the bodies,
 * and the sdk validates the answers.
 */
export const OPERATION_ROUTES = {
  'POST /api/devices/eligibility': {
    ...ofContract,
    bound: { inside: 'card' },
    errors: cmsContract['devices/eligibility'].errors,
    sentence: 'Says whether the user may have an operation done on each of some devices.',
  },
  'POST /api/operations': {
    ...ofContract,
    bound: { inside: 'operation' },
    errors: cmsContract.operations.errors,
    sentence: 'Starts or resumes an operation on a device.',
  },
  'POST /api/operations/{id}/results': {
    ...ofOperation,
    bound: 'step',
    errors: cmsContract['operations/{id}/results'].errors,
    sentence: 'Takes the outcomes of a step, and answers with the next one.',
  },
  'POST /api/operations/{id}/cancel': {
    ...ofOperation,
    bound: 'change',
    errors: cmsContract['operations/{id}/cancel'].errors,
    sentence: 'Ends an operation because its user wants it.',
  },
} as const satisfies Readonly<Record<`POST /api/${CmsPath}`, BoundRoute>>;
