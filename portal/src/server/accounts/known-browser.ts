import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { cookieName, cookieOptions } from '../cookies.js';

/** How long a browser is known after a person's last login, in days. */
const KNOWN_FOR = 180;
/** Persons that one browser is known for: a family, or the computer at a counter. */
const MOST_PERSONS = 5;
const DAY = 24 * 60 * 60 * 1000;

/** A person who logged in with this browser. */
const acquaintance = v.strictObject({
  /** The name of the person's account. */
  name: v.string(),
  /** Names this browser for this person; no other browser or person has it. */
  browser: v.pipe(v.string(), v.uuid()),
  /** Of the last login: days since 1970. */
  day: v.pipe(v.number(), v.integer()),
});
type Acquaintance = v.InferOutput<typeof acquaintance>;

const acquaintances = v.pipe(v.string(), v.parseJson(), v.array(acquaintance));

const today = (): number => Math.floor(Date.now() / DAY);

/**
 * Finds the name that this browser has for a person who has logged in with it before; null where she has not. A cookie says so, which the
 * portal has signed. It proves nothing else, and outlives a logout.
 *
 * @param name of her account
 */
export const knownBrowser = (request: FastifyRequest, origin: string, name: string): string | null =>
  readAll(request, origin).find((one) => one.name === name)?.browser ?? null;

/** The same for whoever logged in last with this browser. */
export const anyKnownBrowser = (request: FastifyRequest, origin: string): string | null =>
  readAll(request, origin)[0]?.browser ?? null;

/** Has the browser remember that this person logged in with it now. */
export function rememberBrowser(request: FastifyRequest, reply: FastifyReply, origin: string, name: string): void {
  const before = readAll(request, origin);
  const browser = before.find((one) => one.name === name)?.browser ?? randomUUID();
  const others = before.filter((one) => one.name !== name).slice(0, MOST_PERSONS - 1);
  const all: Acquaintance[] = [{ name, browser, day: today() }, ...others];
  const options = { ...cookieOptions(origin, KNOWN_FOR * DAY), signed: true };
  reply.setCookie(cookieName(origin, 'known'), JSON.stringify(all), options);
}

/** Newest first. What is not signed by this portal, or is too old, is not there. */
function readAll(request: FastifyRequest, origin: string): readonly Acquaintance[] {
  const cookie = request.cookies[cookieName(origin, 'known')];
  if (cookie === undefined) return [];
  const { valid, value } = request.unsignCookie(cookie);
  const read = valid ? v.safeParse(acquaintances, value) : undefined;
  return read?.success === true ? read.output.filter(({ day }) => day > today() - KNOWN_FOR) : [];
}
