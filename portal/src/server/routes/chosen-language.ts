import { chooseLanguage } from '@cardwright/cms';
import type { FastifyRequest } from 'fastify';

/** The language of a request by a page, which sends its own. */
export const languageOf = ({ headers }: FastifyRequest): string => chooseLanguage(headers['accept-language']);
