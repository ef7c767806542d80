/**
 * What outlives the program: which request it is for, the token, since when it
 * is held, when it was given back on the way out, and the client token of a
 * checkout that was sent and perhaps not answered.
 */
const MEMBERS = { request: "string", token: "string", since: "number", returned: "number", clientToken: "string" };

export const write = (record) => JSON.stringify(record);

/** Leaves out what is none: it says nothing that the token would not have to prove. */
export function read(text) {
  let members;
  try {
    members = JSON.parse(text);
  } catch {
    return {};
  }
  const fits = ([name, value]) => Object.hasOwn(MEMBERS, name) && typeof value === MEMBERS[name];
  return Object.fromEntries(Object.entries(members ?? {}).filter(fits));
}
