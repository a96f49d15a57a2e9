/** Our own ids are UUIDs: what is none is simply not found, and never reaches a column of that type. */
export const isUuid = (id: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
