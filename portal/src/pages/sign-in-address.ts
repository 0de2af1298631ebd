import { isReturnPath } from '../server/routes/table/return-path.js';

/** Page of a user who wanted no other. Signing in from there leads to the first page of the user's role. */
const OWN_PAGE = '/my-devices';
const WANTED = 'to';

/** Returns the address of the sign-in page, which leads back to the present page. */
export const signInAddress = (): string => {
  const { pathname } = location;
  return pathname === OWN_PAGE || !isReturnPath(pathname)
    ? '/login'
    : `/login?${new URLSearchParams({ [WANTED]: pathname }).toString()}`;
};

/** Fragment by which the sign-in page knows that a session ended in the middle of its use. */
const ENDED = '#ended';

/** Returns the address of the sign-in page, which leads back to the present page, and says that the session has ended. */
export const endedAddress = (): string => `${signInAddress()}${ENDED}`;

/** True on a sign-in page to which `endedAddress` has led. */
export const isAfterEnd = (): boolean => location.hash === ENDED;

/** Returns the page that the user wanted before signing in. Returns null for anything but the path of a page of this portal. */
export const wantedPage = (): string | null => {
  const wanted = new URLSearchParams(location.search).get(WANTED);
  return wanted !== null && isReturnPath(wanted) ? wanted : null;
};
