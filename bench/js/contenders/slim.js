import { Verifier } from "@licentia/verifier/slim";

/** Reads the first of the keys; returns what verifies a token with it. */
export const prepare = ({ keys, now }) => {
  const verifier = Verifier.create({ key: keys.keys[0] });
  return (token) => verifier.verify(token, { now });
};
