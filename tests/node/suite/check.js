// Assertions that also run in a browser.

const text = (value) => JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item));

export function equal(actual, expected) {
  if (text(actual) !== text(expected)) {
    throw new Error(`expected ${text(expected)}, found ${text(actual)}`);
  }
}

/** The call must throw the package's own error with this code; returns it. */
export function refused({ LicenseError }, code, call) {
  let thrown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  equal(thrown instanceof LicenseError && thrown.code, code);
  equal([thrown instanceof Error, thrown.name], [true, "LicenseError"]);
  equal(String(thrown), `LicenseError: ${thrown.message}`);
  return thrown;
}
