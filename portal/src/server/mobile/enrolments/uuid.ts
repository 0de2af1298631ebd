const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Whether a text is a UUID as the portal writes it: the database takes no other for an id. */
export const isUuid = (text: string): boolean => UUID.test(text);
