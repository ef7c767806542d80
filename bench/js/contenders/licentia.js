import { Verifier } from "@licentia/verifier";

/** Reads the keys; returns what verifies a token with them. */
export const prepare = ({ keys, now }) => {
  const verifier = Verifier.create({ keys });
  return (token) => verifier.verify(token, { now });
};
