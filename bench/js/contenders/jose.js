import { createLocalJWKSet, jwtVerify } from "jose";

/** Reads the keys; returns what verifies a token with them. */
export const prepare = ({ keys, now }) => {
  const set = createLocalJWKSet(keys);
  const options = { currentDate: new Date(now), algorithms: ["ES256"] };
  return async (token) => (await jwtVerify(token, set, options)).payload;
};
